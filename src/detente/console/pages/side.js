// The air from the side, along a line: distance across, level up, as the node reckons it. The same as a table below.
import * as ol from "ol";
import { html } from "lit";
import { drawnByHand } from "./hand.js";
import { colour } from "./inks.js";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { linesOf } from "./seam.js";
import { nm } from "./sides.js";
import { t, zulu } from "./words.js";

const HEIGHT_PX = 190;
const ROOM = { left: 96, right: 12, top: 14, bottom: 24 };
const AGAIN_MS = 3000;

class Side extends Part {
  constructor() {
    super();
    /** @type {any} */
    this.chart = null;
    /** @type {any} */
    this.told = null;
    /** What the line goes through. @type {{points?: number[][], notice?: string, aircraft?: string} | null} */
    this.through = null;
    this.isOpen = false;
    /** @type {number | null} */
    this.atMs = null;
    this.asked = 0;
    this.line = new ol.VectorSource();
    addEventListener("detente-map", (/** @type {any} */ event) => {
      this.chart = event.detail;
      this.chart.map.addLayer(new ol.VectorLayer({ source: this.line, properties: { name: "line" }, style: () => new ol.Style({ stroke: new ol.Stroke({ color: colour("--ink"), width: 2, lineDash: [2, 6] }) }) }));
    });
    addEventListener("detente-picked", (/** @type {any} */ event) => {
      const { notice, aircraft } = event.detail;
      if (notice) this.look({ notice });
      else if (aircraft) this.look({ aircraft });
    });
    addEventListener("detente-moment", (/** @type {any} */ event) => {
      this.atMs = event.detail.atMs;
      if (this.through) this.look(this.through);
    });
    addEventListener("detente-night", () => this.draw());
    addEventListener("resize", () => this.draw());
    setInterval(() => this.isOpen && this.through && !document.hidden && this.look(this.through), AGAIN_MS);
  }

  /** @param {{points?: number[][], notice?: string, aircraft?: string}} through */
  async look(through) {
    this.through = through;
    if (!this.isOpen || !node.session) return;
    const asked = ++this.asked;
    try {
      const told = await node.post("api/side", { at_ms: Math.round(this.atMs ?? node.nowMs()), ...through });
      if (asked !== this.asked) return;
      this.told = told;
      this.line.clear();
      this.line.addFeatures(linesOf(told.line).map((geometry) => new ol.Feature({ geometry })));
    } catch (/** @type {any} */ why) {
      if (why.status !== 503) this.through = null; // busy: asked again in a while
      refused(why);
    }
    this.requestUpdate();
  }

  async byHand() {
    const points = await drawnByHand(this.chart, "LineString", 2);
    if (points) this.look({ points });
  }

  updated() {
    this.draw();
  }

  draw() {
    const canvas = /** @type {HTMLCanvasElement | null} */ (this.querySelector("canvas"));
    if (!canvas || !this.told || !this.isOpen) return;
    const ratio = devicePixelRatio;
    const width = Math.max(200, canvas.clientWidth);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(HEIGHT_PX * ratio);
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, HEIGHT_PX);
    const { length_nm: long, bands, tracks, conflicts } = this.told;
    const highest = Math.max(10000, ...bands.map((/** @type {any} */ one) => one.ceiling_palt_ft), ...tracks.map((/** @type {any} */ one) => one.level_palt_ft)) * 1.1;
    const x = (/** @type {number} */ along) => ROOM.left + (along / long) * (width - ROOM.left - ROOM.right);
    const y = (/** @type {number} */ level) => HEIGHT_PX - ROOM.bottom - (Math.max(0, level) / highest) * (HEIGHT_PX - ROOM.bottom - ROOM.top);
    this.axes(pen, { long, highest, width, x, y });
    for (const one of bands) this.band(pen, one, x, y);
    for (const one of tracks) this.track(pen, one, x, y);
    pen.fillStyle = colour("--bad");
    pen.font = "bold 12px system-ui";
    pen.textAlign = "center";
    for (const one of conflicts) {
      const pair = bands.filter((/** @type {any} */ band) => band.notice === one.own || band.notice === one.foreign);
      const level = pair.length ? pair.reduce((/** @type {number} */ sum, /** @type {any} */ band) => sum + (band.floor_palt_ft + band.ceiling_palt_ft) / 2, 0) / pair.length : highest / 2;
      pen.fillText(`✕ ${this.short(one)}`, Math.min(width - 90, Math.max(ROOM.left + 90, x(one.along_nm))), y(level));
    }
  }

  /** What is short of the minima. @param {any} one */
  short(one) {
    return `${nm(one.lateral_gap_m)} < ${nm(one.lateral_min_m)} NM · ${one.vertical_gap_ft} < ${one.vertical_min_ft} ft`;
  }

  /** @param {CanvasRenderingContext2D} pen @param {any} to */
  axes(pen, { long, highest, width, x, y }) {
    pen.strokeStyle = colour("--line");
    pen.fillStyle = colour("--dim");
    pen.font = "11px system-ui";
    pen.lineWidth = 1;
    const step = [1000, 2000, 5000, 10000, 20000].find((one) => highest / one <= 6) ?? 20000;
    pen.textAlign = "right";
    for (let level = 0; level <= highest; level += step) {
      pen.beginPath();
      pen.moveTo(ROOM.left, y(level));
      pen.lineTo(width - ROOM.right, y(level));
      pen.stroke();
      pen.fillText(`FL${String(level / 100).padStart(3, "0")} ${level} ft`, ROOM.left - 4, y(level) + 4);
    }
    const gap = [1, 2, 5, 10, 20, 50, 100, 200].find((one) => long / one <= 8) ?? 500;
    pen.textAlign = "center";
    for (let along = 0; along <= long; along += gap) pen.fillText(`${along}${along === 0 ? " NM" : ""}`, x(along), HEIGHT_PX - 8);
  }

  /** @param {CanvasRenderingContext2D} pen @param {any} one @param {(along: number) => number} x @param {(level: number) => number} y */
  band(pen, one, x, y) {
    const isOurs = one.party === node.session?.party;
    const ink = colour(isOurs ? "--ours" : "--theirs");
    const box = /** @type {[number, number, number, number]} */ ([x(one.from_nm), y(one.ceiling_palt_ft), Math.max(3, x(one.to_nm) - x(one.from_nm)), Math.max(3, y(one.floor_palt_ft) - y(one.ceiling_palt_ft))]);
    pen.globalAlpha = one.in_force ? 1 : 0.6;
    pen.setLineDash(isOurs ? [] : [8, 5]);
    pen.lineWidth = one.in_force ? 2.5 : 1;
    pen.strokeStyle = ink;
    pen.strokeRect(...box);
    if (one.in_force) {
      pen.fillStyle = `${ink}33`;
      pen.fillRect(...box);
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    pen.fillStyle = ink;
    pen.font = "12px system-ui";
    pen.textAlign = "left";
    pen.fillText(one.notice, box[0] + 4, box[1] + 14);
  }

  /** @param {CanvasRenderingContext2D} pen @param {any} one @param {(along: number) => number} x @param {(level: number) => number} y */
  track(pen, one, x, y) {
    const [px, py] = [x(one.along_nm), y(one.level_palt_ft)];
    pen.fillStyle = colour(one.own ? "--ours" : "--theirs");
    pen.beginPath();
    if (one.own) {
      pen.moveTo(px, py - 7);
      pen.lineTo(px + 6, py + 5);
      pen.lineTo(px - 6, py + 5);
    } else pen.rect(px - 5, py - 5, 10, 10);
    pen.fill();
    pen.fillStyle = colour("--ink");
    pen.font = "12px system-ui";
    pen.textAlign = "left";
    pen.fillText(`${one.name.slice(0, 12)} ${one.off_nm} NM`, px + 8, py + 4);
  }

  rows() {
    const { bands, tracks, conflicts } = this.told;
    return html`<table><caption>${t("side")}</caption><thead><tr><th scope="col">${t("side-what")}</th><th scope="col">${t("side-where")}</th><th scope="col">${t("side-level")}</th></tr></thead><tbody>
      ${bands.map((/** @type {any} */ one) => html`<tr><td><bdi class="code">${one.notice}</bdi> ${one.in_force ? "" : `(${zulu(one.start_ms).slice(0, 5)}Z–${zulu(one.end_ms).slice(0, 5)}Z)`}</td>
        <td dir="ltr">${one.from_nm}–${one.to_nm} NM</td><td dir="ltr">${one.floor_palt_ft}–${one.ceiling_palt_ft} ft</td></tr>`)}
      ${tracks.map((/** @type {any} */ one) => html`<tr><td>${one.own ? "▲" : "■"} <bdi>${one.name}</bdi></td><td dir="ltr">${one.along_nm} (±${one.off_nm}) NM</td><td dir="ltr">${one.level_palt_ft} ft</td></tr>`)}
      ${conflicts.map((/** @type {any} */ one) => html`<tr class="bad"><td>✕ <bdi class="code">${one.own} – ${one.foreign}</bdi></td><td dir="ltr">${one.along_nm} NM</td><td dir="ltr">${this.short(one)}</td></tr>`)}
    </tbody></table>`;
  }

  render() {
    const notices = (node.board.notices?.notices ?? []).filter((/** @type {any} */ one) => one.in_force);
    return html`<details class="side" @toggle=${(/** @type {any} */ event) => { this.isOpen = event.target.open; if (this.isOpen && this.through) this.look(this.through); this.requestUpdate(); }}>
      <summary>${t("side")}</summary>
      <div class="tools"><button @click=${this.byHand} ?disabled=${!this.chart}>${t("side-draw")}</button>
        <label>${t("side-through")} <select @change=${(/** @type {any} */ event) => event.target.value && this.look({ notice: event.target.value })}>
          <option value=""></option>${notices.map((/** @type {any} */ one) => html`<option ?selected=${this.through?.notice === one.ref}>${one.ref}</option>`)}</select></label></div>
      ${this.told ? html`<canvas dir="ltr" role="img" aria-label=${t("side")}></canvas><details class="text"><summary>${t("side-table")}</summary>${this.rows()}</details>` : html`<p class="none">${t("side-none")}</p>`}
    </details>`;
  }
}
customElements.define("detente-side", Side);
