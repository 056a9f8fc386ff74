// Live aircraft in a picture wider than the view: drawn when they have moved, the zoom has changed or the view has come
// to the picture's edge, and in every other frame only shifted. Hollow where the position is stale. Fixed memory.
import * as ol from "ol";
import { WORLD_M, near } from "./seam.js";
import { SIZE_PX, Symbols, numberOf, reachOf } from "./symbols.js";

export const STALE_S = 15;
/** As many as the node tells at once. */
export const TRACKS_MAX = 10_000;
/** In the whole picture; some 300 are then in the view. */
const LABELS_MAX = 750;
const REACH_PX = 14;
/** How much wider than the view the picture is, on each side, and how large it may become in device pixels. */
const MARGIN = 0.3;
const PIXELS_MAX = 16e6;
const EARTH_M = 6378137;
const NOT_KNOWN = -32768;

/** @typedef {{id: string, name: string, own: boolean}} Name */
/** @typedef {Name & {x: number, y: number, lat: number, lon: number, ageS: number, seenMs: number, level: number | null, track: number | null}} Track */

export class Tracks {
  constructor() {
    /** @type {Name[]} */
    this.names = [];
    this.mark = "";
    this.count = 0;
    this.readMs = 0;
    this.readAt = 0;
    /** The node's time of the look. */
    this.toldMs = 0;
    this.isPast = false;
    this.x = new Float64Array(TRACKS_MAX);
    this.y = new Float64Array(TRACKS_MAX);
    this.ageS = new Float32Array(TRACKS_MAX);
    this.level = new Int32Array(TRACKS_MAX);
    this.turn = new Int16Array(TRACKS_MAX);
    this.symbols = new Symbols();
    this.frame = document.createElement("div"); // OpenLayers puts it over the map; the picture is larger than it
    this.frame.className = "tracks";
    this.canvas = document.createElement("canvas");
    this.frame.append(this.canvas);
    /** Where and for what the picture was drawn. @type {null | {centre: number[], resolution: number, ratio: number, width: number, height: number}} */
    this.drawn = null;
    /** @type {ImageData | null} */
    this.pixels = null;
    /** @type {number[] | null} */
    this.transform = null;
    /** Where the view is: it may have gone round the world. */
    this.middle = 0;
    this.drawings = 0;
    this.drawingMs = 0;
    this.layer = new ol.Layer({ properties: { name: "tracks" }, render: (/** @type {any} */ frame) => this.render(frame) });
  }

  /** What the node has told of /api/tracks; without names they are those of before. @param {any} told @param {boolean} [isPast] */
  take(told, isPast = false) {
    if (!told.names && told.mark !== this.mark) return; // an answer that was overtaken: these are other names' places
    if (told.names) {
      this.names = told.names.map((/** @type {any} */ [id, name, own]) => ({ id, name: name || id, own }));
      this.mark = told.mark;
    }
    const before = this.count;
    this.count = Math.min(told.lon_e5.length, this.names.length, TRACKS_MAX);
    for (let place = 0; place < this.count; place += 1) {
      const lat = (told.lat_e5[place] / 1e5) * (Math.PI / 180);
      this.x[place] = EARTH_M * (told.lon_e5[place] / 1e5) * (Math.PI / 180);
      this.y[place] = EARTH_M * Math.log(Math.tan(Math.PI / 4 + lat / 2));
      this.ageS[place] = told.age_s[place];
      this.level[place] = told.level_palt_ft[place] ?? NOT_KNOWN;
      this.turn[place] = told.track_deg[place] ?? NOT_KNOWN;
    }
    this.readAt = performance.now();
    this.readMs = Date.now();
    this.toldMs = told.now_ms ?? 0;
    this.isPast = isPast;
    if (before || this.count) this.again(); // an empty sky is drawn once
  }

  /** Draw anew: they moved, grew old, or the colours are others. */
  again() {
    this.drawn = null;
    this.layer.changed();
  }

  /** Since the last look: a clock that is set back makes nothing younger, and one that sleeps is not asked alone. */
  get sinceS() {
    return this.isPast ? 0 : Math.max(Date.now() - this.readMs, performance.now() - this.readAt) / 1000;
  }

  /** Age grows while nothing new comes. @param {number} place */
  age(place) {
    return this.ageS[place] + this.sinceS;
  }

  /** @param {number} place @returns {Track} */
  one(place) {
    const [lon, lat] = ol.toLonLat([this.x[place], this.y[place]]);
    return {
      ...this.names[place], x: this.x[place], y: this.y[place], lat, lon, ageS: this.age(place), seenMs: this.toldMs - this.ageS[place] * 1000,
      level: this.level[place] === NOT_KNOWN ? null : this.level[place],
      track: this.turn[place] === NOT_KNOWN ? null : this.turn[place],
    };
  }

  /** @param {string} id @returns {Track | null} */
  named(id) {
    const place = this.names.findIndex((one) => one.id === id);
    return place >= 0 && place < this.count ? this.one(place) : null;
  }

  /** The track nearest to a pixel, if one is near enough. @param {number[]} pixel @returns {Track | null} */
  at(pixel) {
    let best = -1;
    let least = REACH_PX * REACH_PX;
    for (let place = 0; this.transform && place < this.count; place += 1) {
      const [x, y] = this.place(place);
      const apart = (x - pixel[0]) ** 2 + (y - pixel[1]) ** 2;
      if (apart < least) [best, least] = [place, apart];
    }
    return best < 0 ? null : this.one(best);
  }

  /** Its pixel in the view. @param {number} place */
  place(place) {
    const [a, b, c, d, e, f] = /** @type {number[]} */ (this.transform);
    const x = near(this.x[place], this.middle);
    return [a * x + c * this.y[place] + e, b * x + d * this.y[place] + f];
  }

  /** @param {any} frame */
  render(frame) {
    this.transform = frame.coordinateToPixelTransform;
    this.middle = frame.viewState.center[0];
    const { center, resolution } = frame.viewState;
    const isMoving = frame.viewHints[0] > 0 || frame.viewHints[1] > 0; // animated, or held by a hand
    if (!this.drawn || !this.fits(frame, isMoving)) this.draw(frame);
    const drawn = /** @type {NonNullable<typeof this.drawn>} */ (this.drawn);
    const grown = drawn.resolution / resolution;
    const right = frame.size[0] / 2 + (drawn.centre[0] - center[0]) / resolution - (drawn.width / 2) * grown;
    const down = frame.size[1] / 2 - (drawn.centre[1] - center[1]) / resolution - (drawn.height / 2) * grown;
    this.canvas.style.transform = `translate(${right}px, ${down}px) scale(${grown})`;
    return this.frame;
  }

  /** Whether the picture still covers the view. While the zoom moves the old one is stretched. @param {any} frame @param {boolean} isMoving */
  fits(frame, isMoving) {
    const drawn = /** @type {NonNullable<typeof this.drawn>} */ (this.drawn);
    const { center, resolution } = frame.viewState;
    if (drawn.ratio !== frame.pixelRatio || (drawn.resolution !== resolution && !isMoving)) return false;
    const right = Math.abs(center[0] - drawn.centre[0]) / resolution;
    const down = Math.abs(center[1] - drawn.centre[1]) / resolution;
    const grown = drawn.resolution / resolution;
    const isCovered = right <= (drawn.width * grown - frame.size[0]) / 2 && down <= (drawn.height * grown - frame.size[1]) / 2;
    return isCovered || drawn.resolution !== resolution;
  }

  /** @param {any} frame */
  draw(frame) {
    const began = performance.now();
    const ratio = frame.pixelRatio;
    const { center, resolution } = frame.viewState;
    const room = frame.size.map((/** @type {number} */ side) => Math.round(side * (1 + 2 * MARGIN)));
    const isHuge = room[0] * room[1] * ratio * ratio > PIXELS_MAX;
    const [width, height] = isHuge ? frame.size.map((/** @type {number} */ side) => Math.round(side)) : room;
    this.drawn = { centre: [...center], resolution, ratio, width, height };
    const pen = this.sized(width, height, ratio);
    const pixels = /** @type {ImageData} */ (this.pixels);
    const whole = new Uint32Array(pixels.data.buffer);
    whole.fill(0);
    const colours = getComputedStyle(document.documentElement);
    const ours = this.symbols.of(colours.getPropertyValue("--ours").trim(), 3, ratio);
    const theirs = this.symbols.of(colours.getPropertyValue("--theirs").trim(), 4, ratio);
    const reach = reachOf(ratio);
    const scale = ratio / resolution;
    const since = this.sinceS;
    const around = WORLD_M * scale;
    const seen = [];
    for (let place = 0; place < this.count; place += 1) {
      const east = (this.x[place] - center[0]) * scale;
      const x = Math.round(east - Math.round(east / around) * around + pixels.width / 2);
      const y = Math.round((center[1] - this.y[place]) * scale + pixels.height / 2);
      if (x < reach || y < reach || x > pixels.width - reach || y > pixels.height - reach) continue;
      const turn = this.turn[place] === NOT_KNOWN ? 0 : this.turn[place];
      const figure = (this.names[place].own ? ours : theirs)[numberOf(turn, this.ageS[place] + since > STALE_S)];
      for (let ink = 0; ink < figure.colours.length; ink += 1) {
        whole[(y + figure.down[ink]) * pixels.width + x + figure.right[ink]] = figure.colours[ink];
      }
      if (seen.length <= LABELS_MAX) seen.push({ place, x: x / ratio, y: y / ratio });
    }
    pen.putImageData(pixels, 0, 0);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (seen.length <= LABELS_MAX) this.label(pen, seen, colours);
    this.drawings += 1;
    this.drawingMs += performance.now() - began;
  }

  /** @param {number} width @param {number} height @param {number} ratio */
  sized(width, height, ratio) {
    const [across, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    if (this.pixels?.width !== across || this.pixels.height !== tall) {
      this.canvas.width = across;
      this.canvas.height = tall;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
      this.pixels = pen.createImageData(across, tall);
    }
    return pen;
  }

  /** @param {CanvasRenderingContext2D} pen @param {{place: number, x: number, y: number}[]} seen @param {CSSStyleDeclaration} colours */
  label(pen, seen, colours) {
    pen.font = "12px system-ui";
    pen.textAlign = "center";
    pen.lineWidth = 3;
    pen.strokeStyle = colours.getPropertyValue("--paper").trim();
    pen.fillStyle = colours.getPropertyValue("--ink").trim();
    for (const { place, x, y } of seen) {
      const age = this.age(place);
      const text = `${this.names[place].name.slice(0, 12)}${age > STALE_S ? ` ${Math.round(age)} s` : ""}`;
      pen.strokeText(text, x, y - SIZE_PX - 4);
      pen.fillText(text, x, y - SIZE_PX - 4);
    }
  }
}
