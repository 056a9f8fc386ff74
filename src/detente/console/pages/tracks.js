// Live aircraft on a canvas of their own: ten thousand symbols a second are too many for features with styles.
// Own ones are triangles, foreign ones squares, turned to their track; hollow where the position is stale. Fixed memory.
import * as ol from "./vendor/ol.js";

export const STALE_S = 15;
const LABELS_MAX = 300;
const REACH_PX = 14;
const SIZE_PX = 7;
const BOX_PX = 26;
const TURNS = 72;
const TURN = (2 * Math.PI) / TURNS;

/** @typedef {{id: string, name: string, x: number, y: number, own: boolean, ageS: number, turn: number, level: number | null, track: number | null}} Track */

export class Tracks {
  constructor() {
    /** @type {Track[]} */
    this.held = [];
    this.readMs = 0;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "tracks";
    this.canvas.style.position = "absolute";
    /** @type {Map<string, HTMLCanvasElement>} */
    this.drawn = new Map();
    /** @type {number[] | null} */
    this.transform = null;
    this.layer = new ol.Layer({ render: (/** @type {any} */ frame) => this.draw(frame) });
  }

  /** @param {any} collection A page of /collections/tracks/items. */
  take(collection) {
    this.readMs = Date.now();
    this.held = collection.features.map((/** @type {any} */ one) => {
      const [x, y] = ol.fromLonLat(one.geometry.coordinates);
      const of = one.properties;
      return { id: one.id, name: of.call_sign || one.id, x, y, own: of.own, ageS: of.age_s, turn: ((of.track_deg ?? 0) * Math.PI) / 180,
        level: of.level_palt_ft, track: of.track_deg };
    });
    this.layer.changed();
  }

  /** Age grows while nothing new comes. @param {Track} one */
  age(one) {
    return one.ageS + (Date.now() - this.readMs) / 1000;
  }

  /** The track nearest to a pixel, if one is near enough. @param {number[]} pixel @returns {Track | null} */
  at(pixel) {
    let best = null;
    let least = REACH_PX * REACH_PX;
    for (const one of this.transform ? this.held : []) {
      const [x, y] = this.place(one);
      const apart = (x - pixel[0]) ** 2 + (y - pixel[1]) ** 2;
      if (apart < least) [best, least] = [one, apart];
    }
    return best;
  }

  /** @param {Track} one */
  place(one) {
    const [a, b, c, d, e, f] = /** @type {number[]} */ (this.transform);
    return [a * one.x + c * one.y + e, b * one.x + d * one.y + f];
  }

  /** @param {any} frame */
  draw(frame) {
    const [width, height] = frame.size;
    const ratio = frame.pixelRatio;
    this.transform = frame.coordinateToPixelTransform;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const colours = getComputedStyle(document.documentElement);
    const ours = this.sprites(colours.getPropertyValue("--ours").trim(), 3, ratio);
    const theirs = this.sprites(colours.getPropertyValue("--theirs").trim(), 4, ratio);
    const seen = [];
    const [a, b, c, d, e, f] = frame.coordinateToPixelTransform;
    const box = Math.ceil(BOX_PX * ratio);
    const since = (Date.now() - this.readMs) / 1000;
    pen.setTransform(1, 0, 0, 1, 0, 0); // whole pixels are copied, not smoothed
    for (const one of this.held) {
      const x = a * one.x + c * one.y + e;
      const y = b * one.x + d * one.y + f;
      if (x < -BOX_PX || y < -BOX_PX || x > width + BOX_PX || y > height + BOX_PX) continue;
      const turned = Math.round(one.turn / TURN) % TURNS;
      const row = one.ageS + since > STALE_S ? box : 0;
      pen.drawImage(one.own ? ours : theirs, ((turned + TURNS) % TURNS) * box, row, box, box,
        Math.round((x - BOX_PX / 2) * ratio), Math.round((y - BOX_PX / 2) * ratio), box, box);
      if (seen.length <= LABELS_MAX) seen.push({ one, x, y });
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (seen.length <= LABELS_MAX) this.label(pen, seen, colours.getPropertyValue("--ink").trim());
    return this.canvas;
  }

  /**
   * A figure in every direction, filled above and hollow below, drawn once for a colour into one picture: on a
   * busy machine 7,000 took 168 ms to fill as paths, 112 ms from a picture each, 48 to 65 ms from this one.
   * @param {string} colour @param {number} corners @param {number} ratio
   */
  sprites(colour, corners, ratio) {
    const name = `${colour} ${corners} ${ratio}`;
    const kept = this.drawn.get(name);
    if (kept) return kept;
    const box = Math.ceil(BOX_PX * ratio);
    const made = document.createElement("canvas");
    made.width = box * TURNS;
    made.height = box * 2;
    const pen = /** @type {CanvasRenderingContext2D} */ (made.getContext("2d", { willReadFrequently: true }));
    pen.lineWidth = 1.5;
    pen.fillStyle = pen.strokeStyle = colour;
    for (let turned = 0; turned < TURNS; turned += 1) {
      for (const row of [0, 1]) {
        const path = new Path2D();
        shape(path, BOX_PX / 2, BOX_PX / 2, turned * TURN, corners);
        pen.setTransform(ratio, 0, 0, ratio, turned * box, row * box);
        if (row === 0) pen.fill(path);
        pen.stroke(path);
      }
    }
    if (this.drawn.size > 8) this.drawn.clear();
    this.drawn.set(name, made);
    return made;
  }

  /** @param {CanvasRenderingContext2D} pen @param {{one: Track, x: number, y: number}[]} seen @param {string} ink */
  label(pen, seen, ink) {
    pen.font = "12px system-ui";
    pen.textAlign = "center";
    pen.fillStyle = ink;
    for (const { one, x, y } of seen) {
      const age = this.age(one);
      pen.fillText(`${one.name.slice(0, 12)}${age > STALE_S ? ` ${Math.round(age)} s` : ""}`, x, y - SIZE_PX - 4);
    }
  }
}

/** A regular figure that points where it flies. @param {Path2D} path @param {number} x @param {number} y @param {number} turn @param {number} corners */
function shape(path, x, y, turn, corners) {
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = turn + (2 * Math.PI * corner) / corners;
    const long = corner === 0 ? SIZE_PX * 1.5 : SIZE_PX;
    const px = x + long * Math.sin(angle);
    const py = y - long * Math.cos(angle);
    if (corner === 0) path.moveTo(px, py);
    else path.lineTo(px, py);
  }
  path.closePath();
}
