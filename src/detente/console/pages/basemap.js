// What lies under everything: the countries in the wheel.
import * as ol from "./vendor/ol.js";
import { colour } from "./inks.js";

/** The layers of the basemap, lowest first. @returns {Promise<any[]>} */
export async function basemap() {
  const countries = (/** @type {string} */ name) => new ol.VectorSource({ url: `base/${name}.json`, format: new ol.TopoJSON({ layers: ["countries"] }), overlaps: false });
  const land = () => new ol.Style({ fill: new ol.Fill({ color: colour("--land") }), stroke: new ol.Stroke({ color: colour("--border"), width: 1 }) });
  return [
    new ol.VectorLayer({ source: countries("countries-110m"), style: land, maxZoom: 4, properties: { name: "world", base: true } }),
    new ol.VectorLayer({ source: countries("countries-50m"), style: land, minZoom: 4, properties: { name: "land", base: true } }),
  ];
}
