// Notices of both sides at the moment that the slider shows: in force then, solid; others faint or hidden. Blocks that
// move stand where the node says they may be then. Conflicts with the line of their gap.
import * as ol from "ol";
import { node } from "./node.js";
import { colour, text } from "./inks.js";
import { fromBothSides } from "./seam.js";

const FORMAT = new ol.GeoJSON({ featureProjection: "EPSG:3857" });
/** How long over a notice may be that the slider still finds. */
export const PAST_S = 21600;
/** More than these carry their words only when the map is near, or they are picked: words cost most of a frame. */
const WORDED_MAX = 300;
const NEAR_M = 200;

export class Sides {
  constructor() {
    this.notices = new ol.VectorSource();
    this.blocks = new ol.VectorSource();
    this.conflicts = new ol.VectorSource();
    this.layer = new ol.VectorLayer({ source: this.notices, declutter: true, properties: { name: "notices" }, style: (/** @type {any} */ one, /** @type {number} */ resolution) => this.style(one, resolution) });
    this.blockLayer = new ol.VectorLayer({ source: this.blocks, properties: { name: "blocks" }, style: (/** @type {any} */ one) => this.blockStyle(one) });
    this.conflictLayer = new ol.VectorLayer({ source: this.conflicts, properties: { name: "conflicts" }, style: (/** @type {any} */ one) => this.conflictStyle(one) });
    this.atMs = 0;
    this.isHiding = false;
    this.selected = "";
    this.moves = false;
    this.count = 0;
  }

  /** @param {number} atMs @param {boolean} isHiding Whether notices that are not in force then are not drawn at all. */
  at(atMs, isHiding) {
    this.atMs = atMs;
    this.isHiding = isHiding;
    this.layer.changed();
    this.conflictLayer.changed();
  }

  async read() {
    const told = await node.get(`collections/notices/items?limit=5000&outline=true&ended_within_s=${PAST_S}`);
    this.notices.clear();
    this.notices.addFeatures(fromBothSides(FORMAT.readFeatures(told)));
    this.count = told.features.length;
    this.moves = told.features.some((/** @type {any} */ one) => one.properties.moves);
  }

  async readConflicts() {
    const told = await node.get("collections/conflicts/items?limit=5000");
    this.conflicts.clear();
    this.conflicts.addFeatures(fromBothSides(FORMAT.readFeatures(told)));
  }

  /** @param {any} told Features of /api/moment. */
  moved(told) {
    this.blocks.clear();
    this.blocks.addFeatures(fromBothSides(FORMAT.readFeatures(told)));
  }

  /** @param {any} feature */
  isInForce(feature) {
    return feature.get("start_ms") <= this.atMs && this.atMs < feature.get("end_ms");
  }

  /** The notices at a place, those in force first. @param {number[]} coordinate @returns {any[]} */
  under(coordinate) {
    const found = this.notices.getFeaturesAtCoordinate(coordinate).filter((/** @type {any} */ one) => !this.isHiding || this.isInForce(one));
    return found.sort((/** @type {any} */ one, /** @type {any} */ other) => Number(this.isInForce(other)) - Number(this.isInForce(one)));
  }

  /** @param {any} feature @param {number} [resolution] Metres to a pixel. */
  style(feature, resolution = 0) {
    const isOurs = feature.get("party") === node.session?.party;
    const isNow = this.isInForce(feature);
    if (!isNow && this.isHiding) return undefined;
    const ink = isOurs ? "--ours" : "--theirs";
    const line = colour(ink);
    const isSelected = feature.get("notice") === this.selected;
    const isWorded = isSelected || resolution < NEAR_M || this.count <= WORDED_MAX;
    return new ol.Style({
      stroke: new ol.Stroke({ color: isNow ? line : `${line}88`, width: isSelected ? 5 : isNow ? 2.5 : 1, lineDash: isOurs ? undefined : [10, 6] }),
      fill: new ol.Fill({ color: isNow ? `${line}${feature.get("moves") ? "0c" : "2c"}` : "rgba(0,0,0,0)" }),
      text: !isWorded ? undefined : text(`${feature.get("notice")}\n${feature.get("floor")}–${feature.get("ceiling")}`, isNow ? ink : "--dim", { offsetY: isOurs ? -20 : 20, font: isNow ? "13px system-ui" : "11px system-ui" }),
      zIndex: isNow ? 1 : 0,
    });
  }

  /** @param {any} feature */
  blockStyle(feature) {
    const line = colour(feature.get("party") === node.session?.party ? "--ours" : "--theirs");
    return new ol.Style({ stroke: new ol.Stroke({ color: line, width: 3 }), fill: new ol.Fill({ color: `${line}44` }) });
  }

  /** @param {any} feature */
  conflictStyle(feature) {
    const ink = colour("--bad");
    const stroke = new ol.Stroke({ color: ink, width: 3 });
    const where = new ol.Point(ol.fromLonLat([feature.get("lon"), feature.get("lat")]));
    const gap = feature.get("mode") === "figures" ? `\n${nm(feature.get("lateral_gap_m"))} < ${nm(feature.get("lateral_min_m"))} NM` : "";
    return [
      new ol.Style({ stroke }),
      new ol.Style({
        geometry: where,
        image: new ol.RegularShape({ points: 4, radius: 11, radius2: 0, angle: Math.PI / 4, stroke }),
        text: text(`${feature.get("own")} – ${feature.get("foreign")}${gap}`, "--bad", { offsetX: 15, textAlign: "left", font: "bold 13px system-ui" }),
      }),
    ];
  }
}

/** @param {number} metres */
export function nm(metres) {
  return (metres / 1852).toFixed(1);
}
