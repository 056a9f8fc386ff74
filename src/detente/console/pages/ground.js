// The agreed ground: area, sectors, boundaries with their strips, special areas, reference points. Drawn once into a
// picture that is shifted, for it changes only with the memorandum. Each kind has a line of its own, not only a colour.
import * as ol from "ol";
import { node } from "./node.js";
import { colour, text } from "./inks.js";
import { fromBothSides } from "./seam.js";

/** @type {Record<string, {dash?: number[], width: number, ink: string, fill?: string}>} */
const LINES = {
  area: { width: 3, ink: "--dim" },
  sector: { width: 1.5, ink: "--dim", dash: [2, 5] },
  buffer: { width: 1, ink: "--warning", dash: [3, 3], fill: "22" },
  boundary: { width: 4, ink: "--warning" },
  contact_ring: { width: 1.5, ink: "--bad", dash: [8, 4, 2, 4] },
  special_area: { width: 2.5, ink: "--bad", fill: "22" },
};

export class Ground {
  constructor() {
    this.source = new ol.VectorSource();
    this.layer = new ol.VectorLayer({ source: this.source, declutter: true, properties: { name: "ground" }, style: (/** @type {any} */ one) => this.style(one) });
    this.shown = "";
  }

  /** Read again where the memorandum is another one. */
  async read() {
    const now = String(node.board.status?.memorandum ?? "");
    if (now === this.shown) return;
    this.shown = now;
    try {
      const told = await node.get("collections/terms/items?limit=5000");
      this.source.clear();
      this.source.addFeatures(fromBothSides(new ol.GeoJSON({ featureProjection: "EPSG:3857" }).readFeatures(told)));
    } catch {
      this.shown = "";
    }
  }

  /** @param {any} feature */
  style(feature) {
    const kind = feature.get("kind");
    const line = LINES[kind];
    if (!line) {
      return new ol.Style({
        image: new ol.RegularShape({ points: 3, radius: 6, fill: new ol.Fill({ color: colour("--ink") }) }),
        text: text(feature.get("id"), "--ink", { offsetY: -12, font: "11px system-ui" }),
      });
    }
    const ink = colour(line.ink);
    const says = kind === "sector" ? `${feature.get("id")}\n${feature.get("lower")} – ${feature.get("upper")}`
      : kind === "special_area" || kind === "boundary" ? feature.get("id") : "";
    return new ol.Style({
      stroke: new ol.Stroke({ color: ink, width: line.width, lineDash: line.dash }),
      fill: line.fill ? new ol.Fill({ color: `${ink}${line.fill}` }) : undefined,
      text: says ? text(says, line.ink, { font: "11px system-ui" }) : undefined,
    });
  }
}
