// Drawing on the map by hand: one shape, then its places in degrees. Escape, or another drawing, ends it.
import * as ol from "ol";
import { colour } from "./inks.js";

/** @type {null | ((places: number[][] | null) => void)} */
let open = null;

/**
 * The corners of a Polygon, the places of a LineString, or a centre with a place on the edge of a Circle.
 * @param {any} chart @param {"Polygon" | "LineString" | "Circle"} type @param {number} [most] Places after which a line is finished.
 * @returns {Promise<number[][] | null>} Longitude and latitude; null where it was given up.
 */
export function drawnByHand(chart, type, most) {
  open?.(null);
  const ink = colour("--primary");
  const draw = new ol.Draw({ type, maxPoints: most, style: new ol.Style({
    stroke: new ol.Stroke({ color: ink, width: 2.5, lineDash: [6, 4] }), fill: new ol.Fill({ color: `${ink}22` }),
    image: new ol.Circle({ radius: 5, fill: new ol.Fill({ color: ink }) }) }) });
  chart.isDrawing = true;
  chart.map.addInteraction(draw);
  return new Promise((resolve) => {
    const key = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && finish(null);
    const finish = (/** @type {number[][] | null} */ places) => {
      if (open !== finish) return;
      open = null;
      removeEventListener("keydown", key);
      chart.map.removeInteraction(draw);
      setTimeout(() => { chart.isDrawing = false; }, 300); // the click that ended it is no pick
      resolve(places);
    };
    open = finish;
    addEventListener("keydown", key);
    draw.on("drawend", (/** @type {any} */ event) => {
      const shape = event.feature.getGeometry();
      const places = type === "Circle" ? [shape.getCenter(), shape.getLastCoordinate()]
        : type === "Polygon" ? shape.getCoordinates()[0].slice(0, -1) : shape.getCoordinates();
      finish(places.map((/** @type {number[]} */ place) => ol.toLonLat(place)));
    });
  });
}
