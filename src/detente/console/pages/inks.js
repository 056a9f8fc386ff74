// Colours of the page's sheet for what is drawn on a canvas, and writing that can be read over anything.
import * as ol from "ol";

/** Asked of the sheet once for each name and hour of the day. @type {Map<string, string>} */
const asked = new Map();
addEventListener("detente-night", () => asked.clear());

/** @param {string} name */
export function colour(name) {
  const kept = asked.get(name) ?? getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  asked.set(name, kept);
  return kept;
}

/** @param {string} words @param {string} ink @param {Record<string, unknown>} [more] */
export function text(words, ink, more = {}) {
  return new ol.Text({ text: words, font: "13px system-ui", overflow: true, fill: new ol.Fill({ color: colour(ink) }),
    stroke: new ol.Stroke({ color: colour("--paper"), width: 3 }), ...more });
}
