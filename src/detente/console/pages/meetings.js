// Encounters in progress: from each aircraft to its own place at the predicted closest point, those two joined, and the
// time to it with how near they come. Past its time, or no longer predicted, the lines are thin and the words say so.
import * as ol from "ol";
import { node } from "./node.js";
import { colour, text } from "./inks.js";
import { linesOf } from "./seam.js";
import { span, t } from "./words.js";

export class Meetings {
  constructor() {
    this.source = new ol.VectorSource();
    this.layer = new ol.VectorLayer({ source: this.source, properties: { name: "encounters" }, style: (/** @type {any} */ one) => this.style(one) });
    /** @type {any[]} */
    this.held = [];
  }

  /** @param {any[]} encounters */
  take(encounters) {
    const before = this.held.length;
    this.held = encounters;
    if (!before && !encounters.length) return; // nothing to draw anew
    this.source.clear();
    for (const one of encounters) {
      ["own", "foreign", "gap"].forEach((part, place) => {
        this.source.addFeatures(linesOf(one.lines[place]).map((geometry) => new ol.Feature({ geometry, part, one })));
      });
    }
  }

  /** @param {any} one */
  seconds(one) {
    return Math.round((one.closest_ms - node.nowMs()) / 1000);
  }

  /** @param {any} one */
  words(one) {
    const left = this.seconds(one);
    const when = one.is_predicted && left > 0 ? t("closest-in", { time: span(left) }) : t("closest-past");
    return `${when} · ${one.miss_nm.toFixed(1)} NM · ${one.miss_ft} ft`;
  }

  /** @param {any} feature */
  style(feature) {
    const { part, one } = feature.getProperties();
    const isAhead = one.is_predicted && this.seconds(one) > 0;
    const ink = part === "own" ? "--ours" : part === "foreign" ? "--theirs" : "--bad";
    const stroke = new ol.Stroke({ color: colour(ink), width: part === "gap" ? 4 : isAhead ? 2.5 : 1, lineDash: part === "foreign" ? [10, 6] : undefined });
    if (part !== "gap") return new ol.Style({ stroke });
    const where = new ol.Point(ol.fromLonLat([one.lon, one.lat]));
    return [new ol.Style({ stroke }), new ol.Style({
      geometry: where,
      image: new ol.RegularShape({ points: 3, radius: 10, stroke: new ol.Stroke({ color: colour("--bad"), width: 3 }), fill: new ol.Fill({ color: colour("--paper") }) }),
      text: text(`${one.own_name} – ${one.foreign_name}\n${this.words(one)}`, "--bad", { offsetY: 28, font: "bold 13px system-ui" }),
    })];
  }
}
