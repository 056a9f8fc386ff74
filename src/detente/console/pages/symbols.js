// The figures of aircraft as lists of pixels: a triangle for an own one and a square for a foreign one, in 72 directions,
// filled, or hollow where the position is stale. Writing their pixels into one buffer draws 10,000 in some 10 ms on a
// thin client without a GPU; the browser's own drawImage took 60 ms for 7,000 of them, and paths 170 ms.

export const SIZE_PX = 7;
const BOX_PX = 26;
const TURNS = 72;
const TURN = (2 * Math.PI) / TURNS;
/** Fainter than this of 255 is not written: edges stay smooth, lists stay short. */
const ALPHA_MIN = 40;

/** One figure: columns and rows from its middle, and the colour of each pixel as a canvas keeps it. */
/** @typedef {{right: Int16Array, down: Int16Array, colours: Uint32Array}} Figure */

export class Symbols {
  constructor() {
    /** @type {Map<string, Figure[]>} */
    this.made = new Map();
  }

  /**
   * The figures of a colour: first all that are filled, then all that are hollow.
   * @param {string} colour @param {number} corners @param {number} ratio Device pixels to one of the page.
   */
  of(colour, corners, ratio) {
    const name = `${colour} ${corners} ${ratio}`;
    const kept = this.made.get(name);
    if (kept) return kept;
    if (this.made.size > 8) this.made.clear();
    const figures = figuresOf(colour, corners, ratio);
    this.made.set(name, figures);
    return figures;
  }
}

/** The place of a direction in degrees among the figures. @param {number} trackDeg @param {boolean} isHollow */
export function numberOf(trackDeg, isHollow) {
  const turned = Math.round(((trackDeg % 360) + 360) / (360 / TURNS)) % TURNS;
  return isHollow ? TURNS + turned : turned;
}

/** How far a figure reaches from its middle, in device pixels. @param {number} ratio */
export function reachOf(ratio) {
  return Math.ceil((BOX_PX * ratio) / 2);
}

/** @param {string} colour @param {number} corners @param {number} ratio @returns {Figure[]} */
function figuresOf(colour, corners, ratio) {
  const reach = reachOf(ratio);
  const box = reach * 2;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = box;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const figures = [];
  for (const isHollow of [false, true]) {
    for (let turned = 0; turned < TURNS; turned += 1) {
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, box, box);
      pen.setTransform(ratio, 0, 0, ratio, reach, reach);
      pen.lineWidth = 1.5;
      pen.fillStyle = pen.strokeStyle = colour;
      const path = outline(turned * TURN, corners);
      if (!isHollow) pen.fill(path);
      pen.stroke(path);
      figures.push(pixelsOf(pen.getImageData(0, 0, box, box), reach));
    }
  }
  return figures;
}

/** @param {ImageData} drawn @param {number} reach @returns {Figure} */
function pixelsOf(drawn, reach) {
  const all = new Uint32Array(drawn.data.buffer);
  const inked = [...all.keys()].filter((place) => drawn.data[place * 4 + 3] >= ALPHA_MIN);
  return {
    right: Int16Array.from(inked, (place) => (place % drawn.width) - reach),
    down: Int16Array.from(inked, (place) => Math.floor(place / drawn.width) - reach),
    colours: Uint32Array.from(inked, (place) => all[place]),
  };
}

/** A regular figure round the middle that points where it flies. @param {number} turn Radians from north. @param {number} corners */
function outline(turn, corners) {
  const path = new Path2D();
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = turn + (2 * Math.PI * corner) / corners;
    const long = corner === 0 ? SIZE_PX * 1.5 : SIZE_PX;
    if (corner === 0) path.moveTo(long * Math.sin(angle), -long * Math.cos(angle));
    else path.lineTo(long * Math.sin(angle), -long * Math.cos(angle));
  }
  path.closePath();
  return path;
}
