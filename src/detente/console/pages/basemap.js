// What lies under everything: the countries in the wheel, and over them a finer map where the operator has put one into
// the home, read in ranges from the own node.
import * as ol from "ol";
import { colour } from "./inks.js";
import { node } from "./node.js";
import { areasOf } from "./seam.js";

/** Countries of the wheel's file: over the 180th meridian they are whole there, so drawing needs them made so. @param {string} name */
function countries(name) {
  const format = new ol.TopoJSON({ layers: ["countries"] });
  const source = new ol.VectorSource({ overlaps: false, loader: async (/** @type {number[]} */ extent) => {
    try {
      const told = await (await fetch(`base/${name}.json`)).json();
      const shapes = format.readFeatures(told).map((/** @type {any} */ one) => one.getGeometry());
      const areas = shapes.flatMap((/** @type {any} */ one) => (one.getType() === "Polygon" ? [one.getCoordinates()] : one.getCoordinates()));
      source.addFeatures(areas.flatMap(areasOf).map((/** @type {any} */ geometry) => new ol.Feature({ geometry })));
    } catch {
      source.removeLoadedExtent(extent); // asked again with the next look
    }
  } });
  return source;
}

/**
 * The layers of the basemap, lowest first; the finer one comes when somebody is logged in. Countries are drawn once for a
 * view, as a picture: what moves above them is drawn each second, and speech must not wait for coasts.
 * @returns {any[]}
 */
export function basemap() {
  const land = () => new ol.Style({ fill: new ol.Fill({ color: colour("--land") }), stroke: new ol.Stroke({ color: colour("--border"), width: 1 }) });
  return [
    new ol.VectorImageLayer({ source: countries("countries-110m"), style: land, imageRatio: 2, maxZoom: 4, properties: { name: "world", base: true } }),
    new ol.VectorImageLayer({ source: countries("countries-50m"), style: land, imageRatio: 2, minZoom: 4, properties: { name: "land", base: true } }),
  ];
}

/** The finer map of this node, or none. */
export async function finer() {
  const [first] = (await node.get("api/base")).maps;
  if (!first) return null;
  const url = new URL(`api/base/${encodeURIComponent(first.name)}`, location.href).href;
  const properties = { name: "finer", base: true };
  return first.kind === "raster" ? new ol.TileLayer({ source: pictures(url, first.zoom_max), properties })
    : new ol.VectorTileLayer({ source: new ol.PMTilesVectorSource({ url }), style: drawn, declutter: true, properties });
}

/** Tiles that are pictures, made without a blob: address, which no policy of ours lets in. @param {string} url @param {number} maxZoom */
function pictures(url, maxZoom) {
  const archive = new ol.PMTiles(url);
  return new ol.DataTile({ maxZoom, tileSize: 256, loader: async (/** @type {number} */ z, /** @type {number} */ x, /** @type {number} */ y) => {
    const tile = await archive.getZxy(z, x, y);
    if (!tile) throw new Error("there is no such tile");
    return createImageBitmap(new Blob([tile.data]));
  } });
}

/**
 * A quiet map of the layers that common vector basemaps have; what is drawn over it must stand out.
 * @param {any} feature
 */
function drawn(feature) {
  const layer = String(feature.get("layer"));
  const type = feature.getType();
  if (/place/.test(layer)) {
    const name = feature.get("name:en") ?? feature.get("name");
    return name ? new ol.Style({ text: new ol.Text({ text: String(name).slice(0, 40), font: "11px system-ui", fill: new ol.Fill({ color: colour("--dim") }), stroke: new ol.Stroke({ color: colour("--paper"), width: 2 }) }) }) : undefined;
  }
  if (type === "Polygon" || type === "MultiPolygon") {
    if (/water|ocean/.test(layer)) return new ol.Style({ fill: new ol.Fill({ color: colour("--paper") }) });
    if (/earth|land/.test(layer)) return new ol.Style({ fill: new ol.Fill({ color: colour("--land") }) });
    return undefined;
  }
  if (type === "Point" || type === "MultiPoint") return undefined;
  const isBorder = /bound|admin/.test(layer);
  return new ol.Style({ stroke: new ol.Stroke({ color: colour(isBorder ? "--border" : "--line"), width: isBorder ? 1.5 : 1 }) });
}
