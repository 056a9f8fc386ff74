// The map: what the parties agreed on, notices of both sides, conflicts, encounters, tracks, over a basemap in the wheel.
// Each layer is a class of its own; here they are put over each other, switched, read again and picked from.
import * as ol from "ol";
import { html } from "lit";
import { basemap, finer } from "./basemap.js";
import { Ground } from "./ground.js";
import { colour } from "./inks.js";
import { keep, kept } from "./kept_view.js";
import { Meetings } from "./meetings.js";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { linesOf, near } from "./seam.js";
import { Sides } from "./sides.js";
import { Tracks } from "./tracks.js";
import { t } from "./words.js";
import "./card.js";
import "./draw.js";
import "./side.js";
import "./slider.js";

const TRACKS_MS = 1000;
const MOMENT_MS = 10000;
const MOMENT_WAIT_MS = 150;
const NEAR_ZOOM = 8;
const SWITCHES = ["base", "graticule", "ground", "notices", "conflicts", "encounters", "tracks"];

/** Where an aircraft was seen, at which level, and when that was. @param {import("./tracks.js").Track} one */
function whereOf({ lat, lon, level, track, seenMs }) {
  const flight = level === null ? "" : level < 0 ? `${level} PALT` : `FL${String(Math.round(level / 100)).padStart(3, "0")}`;
  return { lat, lon, level: flight, track, seenMs };
}

class Chart extends Part {
  constructor() {
    super();
    /** @type {any} */
    this.selected = null;
    this.shown = "";
    this.found = "";
    this.isFramed = false;
    this.isReading = false;
    this.isDrawing = false;
    this.isFinerAsked = false;
    /** Null is now. @type {number | null} */
    this.atMs = null;
    this.isHiding = false;
    this.pastWords = "";
    this.off = new Set((kept("hide") ?? "").split(",").filter(Boolean));
    this.ground = new Ground();
    this.sides = new Sides();
    this.meetings = new Meetings();
    this.tracks = new Tracks();
    this.mark = new ol.VectorSource();
    /** What other parts lay over the map: a drawing, a line of sight. @type {any} */
    this.map = null;
    addEventListener("detente-moment", (/** @type {any} */ event) => this.moment(event.detail));
    addEventListener("detente-show", (/** @type {any} */ event) => this.show(event.detail));
  }

  firstUpdated() {
    const view = (kept("map") ?? "").split(",").map(Number);
    const isKept = view.length === 3 && view.every(Number.isFinite);
    this.isFramed = isKept;
    const graticule = new ol.Graticule({ showLabels: true, wrapX: false, properties: { name: "graticule" }, strokeStyle: new ol.Stroke({ color: "rgba(128,128,128,0.35)", width: 1 }) });
    this.map = new ol.Map({
      target: /** @type {HTMLElement} */ (this.querySelector(".chart")),
      layers: [...basemap(), graticule, this.ground.layer, this.sides.layer, this.sides.blockLayer, this.sides.conflictLayer, this.meetings.layer, this.tracks.layer,
        new ol.VectorLayer({ source: this.mark, properties: { name: "mark" }, style: () => this.markStyle() })],
      interactions: ol.interactions({ onFocusOnly: false, altShiftDragRotate: false, pinchRotate: false, doubleClickZoom: false }), // north is up, two quick picks are no zoom; no page scrolls here: dragging and wheel are the map's
      controls: [new ol.Zoom(), new ol.ScaleLine({ units: "nautical" })],
      view: new ol.View(isKept ? { center: ol.fromLonLat([view[1], view[0]]), zoom: view[2] } : { center: [0, 3e6], zoom: 2 }),
    });
    this.map.on("click", (/** @type {any} */ event) => this.pick(event));
    this.map.on("moveend", () => this.keepView());
    this.map.on("change:size", () => this.inSight());
    addEventListener("detente-night", () => {
      this.map.getLayers().forEach((/** @type {any} */ layer) => layer.changed());
      this.tracks.again();
    });
    this.switched();
    dispatchEvent(new CustomEvent("detente-map", { detail: this }));
    setInterval(() => this.readTracks(), TRACKS_MS);
    setInterval(() => this.readMoment(), MOMENT_MS);
    this.requestUpdate();
  }

  keepView() {
    const view = this.map.getView();
    const [lon, lat] = ol.toLonLat(view.getCenter());
    if (this.isFramed) keep("map", `${lat.toFixed(4)},${lon.toFixed(4)},${view.getZoom().toFixed(2)}`);
  }

  switched() {
    for (const layer of this.map?.getLayers().getArray() ?? []) {
      const name = layer.get("name");
      const group = name === "blocks" ? "notices" : layer.get("base") ? "base" : name;
      if (SWITCHES.includes(group)) layer.setVisible(!this.off.has(group));
    }
    keep("hide", [...this.off].join(","));
  }

  /** @param {string} name @param {boolean} isShown */
  turn(name, isShown) {
    if (isShown) this.off.delete(name);
    else this.off.add(name);
    this.switched();
    this.requestUpdate();
  }

  /** @param {{atMs: number | null, isHiding: boolean}} moment */
  moment(moment) {
    this.atMs = moment.atMs;
    this.isHiding = moment.isHiding;
    this.sides.at(this.atMs ?? node.nowMs(), this.isHiding);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.readMoment(), MOMENT_WAIT_MS);
    if (this.atMs === null) this.readTracks();
  }

  /** Where moving blocks are, and where aircraft were; a stale answer changes nothing. */
  async readMoment() {
    if (!node.session || document.hidden) return;
    const asked = this.atMs;
    const isPast = asked !== null && asked < node.nowMs();
    this.sides.at(asked ?? node.nowMs(), this.isHiding);
    if (!isPast && !this.sides.moves) this.sides.moved({ type: "FeatureCollection", features: [] });
    this.pastWords = asked === null ? "" : isPast ? t("past-reading") : t("tracks-no-future");
    if (asked !== null && !isPast) this.noTracks();
    if (isPast || this.sides.moves) {
      try {
        const told = await node.get(`api/moment?at_ms=${Math.round(asked ?? node.nowMs())}`);
        if (this.atMs !== asked) return;
        this.sides.moved(told.blocks);
        if (isPast && told.tracks) this.tracks.take(told.tracks, true);
        else if (isPast) this.noTracks();
        this.pastWords = !isPast ? this.pastWords : told.tracks ? t("past-tracks", { time: `${new Date(told.tracks.now_ms).toISOString().slice(11, 19)}Z` }) : t("past-none");
        this.meetings.take(asked === null ? this.meetings.held : []);
      } catch (why) {
        refused(why);
      }
    }
    this.requestUpdate();
  }

  noTracks() {
    this.tracks.take({ names: [], mark: "none", lon_e5: [] }, true);
    this.meetings.take([]);
  }

  markStyle() {
    return new ol.Style({ image: new ol.Circle({ radius: 15, stroke: new ol.Stroke({ color: colour("--ink"), width: 2.5, lineDash: [5, 3] }) }), stroke: new ol.Stroke({ color: colour("--ink"), width: 2 }) });
  }

  /** @param {any} event */
  pick(event) {
    if (this.isDrawing) return;
    const found = this.off.has("tracks") ? null : this.tracks.at(event.pixel);
    const coordinate = found ? [found.x, found.y] : event.coordinate;
    const [lon, lat] = ol.toLonLat(coordinate);
    const notice = found || this.off.has("notices") ? null : this.sides.under([near(coordinate[0], 0), coordinate[1]])[0];
    const there = found ? whereOf(found) : { lat, lon, level: "", track: null, seenMs: null };
    this.choose({ ...there, name: found?.name ?? "", aircraft: found?.id ?? "", own: found?.own ?? null, notice: notice?.get("notice") ?? "" });
  }

  /** Without a mouse: the arrows move the map, and what lies in its middle is picked. @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Enter" || !this.map) return;
    event.preventDefault();
    this.pick({ pixel: this.map.getSize().map((/** @type {number} */ side) => side / 2), coordinate: this.map.getView().getCenter() });
  }

  /** @param {any} place */
  choose(place) {
    this.selected = place;
    this.sides.selected = place.notice;
    this.sides.layer.changed();
    this.mark.clear();
    this.mark.addFeature(new ol.Feature({ geometry: new ol.Point(ol.fromLonLat([place.lon, place.lat])) }));
    if (place.aircraft) this.trail(place.aircraft);
    dispatchEvent(new CustomEvent("detente-picked", { detail: place }));
    this.requestUpdate();
  }

  /** @param {{lat: number, lon: number}} place */
  show({ lat, lon }) {
    const view = this.map?.getView();
    view?.setCenter(ol.fromLonLat([lon, lat]));
    if (view && view.getZoom() < NEAR_ZOOM) view.setZoom(NEAR_ZOOM);
  }

  /** What was picked is not covered by what opens beneath the map. */
  inSight() {
    const view = this.map.getView();
    const [width, height] = this.map.getSize() ?? [0, 0];
    if (!this.selected || !height) return;
    const at = ol.fromLonLat([this.selected.lon, this.selected.lat]);
    const [x, y] = [(near(at[0], view.getCenter()[0]) - view.getCenter()[0]) / view.getResolution(), (at[1] - view.getCenter()[1]) / view.getResolution()];
    if (Math.abs(x) > width / 2 - 20 || Math.abs(y) > height / 2 - 20) view.setCenter(at);
  }

  /** Its way of the last half an hour. @param {string} aircraft */
  async trail(aircraft) {
    try {
      const told = await node.get(`api/trail?aircraft=${encodeURIComponent(aircraft)}`);
      if (this.selected?.aircraft !== aircraft || told.positions.length < 2) return;
      const lines = linesOf(told.positions.map((/** @type {any} */ one) => [one.lon, one.lat]));
      this.mark.addFeatures(lines.map((geometry) => new ol.Feature({ geometry })));
    } catch {
      // Its place is shown all the same.
    }
  }

  /** Asked for once, when somebody is logged in. */
  async readFiner() {
    this.isFinerAsked = true;
    try {
      const layer = await finer();
      if (layer) this.map.getLayers().insertAt(2, layer);
      this.switched();
    } catch {
      this.isFinerAsked = false;
    }
  }

  async readNotices() {
    if (!this.isFinerAsked) this.readFiner();
    await this.sides.read();
    await this.ground.read();
    this.sides.at(this.atMs ?? node.nowMs(), this.isHiding);
    const extent = [this.sides.notices, this.ground.source].map((source) => source.getExtent()).find((one) => !ol.isEmpty(one));
    if (!this.isFramed && extent) {
      this.isFramed = true;
      this.map?.getView().fit(extent, { padding: [70, 70, 70, 70], maxZoom: 9 });
    }
    this.readMoment();
  }

  /** One look at a time: a slow node is not asked faster than it answers. */
  async readTracks() {
    if (!node.session || this.isReading || document.hidden || this.atMs !== null) return;
    this.isReading = true;
    try {
      const told = await node.get(`api/tracks?known=${this.tracks.mark}`);
      if (this.atMs === null) {
        this.tracks.take(told);
        this.meetings.take(told.encounters ?? []);
        this.follow();
      }
    } catch {
      this.tracks.again(); // positions grow old meanwhile, and say so
      this.meetings.layer.changed(); // and the time to a closest point runs down
    }
    this.isReading = false;
  }

  /** The mark stays on the aircraft that was picked, and what was picked is where it is now: an ALERT is filled from it. */
  follow() {
    const one = this.selected?.aircraft ? this.tracks.named(this.selected.aircraft) : null;
    const mark = this.mark.getFeatures()[0];
    if (!one || !mark) return;
    mark.getGeometry().setCoordinates([one.x, one.y]);
    Object.assign(this.selected, whereOf(one));
  }

  updated() {
    const now = JSON.stringify([node.session?.account, node.board.notices, node.board.status?.memorandum]);
    if (this.map && node.session && node.board.notices && now !== this.shown) {
      this.shown = now;
      this.readNotices().catch(() => { this.shown = ""; });
    }
    const found = JSON.stringify(node.board.findings?.conflicts ?? []);
    if (this.map && node.session && found !== this.found) {
      this.found = found;
      this.sides.readConflicts().catch(() => { this.found = ""; });
    }
  }

  legend() {
    return html`<span class="legend"><span class="ours">▲▬ ${t("ours")}</span> <span class="theirs">■╌ ${t("theirs")}</span> <span class="bad">✕ ${t("conflict")}</span>
      <span class="bad">△ ${t("encounter")}</span> <span>△▫ ${t("stale")}</span></span>`;
  }

  render() {
    const place = this.selected;
    return html`<h2>${t("chart")} ${this.legend()}</h2>
      <div class="switches" role="group" aria-label=${t("layers")}>${SWITCHES.map((name) => html`<label><input type="checkbox" .checked=${!this.off.has(name)}
        @change=${(/** @type {any} */ event) => this.turn(name, event.target.checked)}> ${t(`layer-${name}`)}</label>`)}</div>
      <div class="chart" dir="ltr" tabindex="0" role="application" aria-label=${t("chart")} title=${t("chart-keys")} @keydown=${(/** @type {KeyboardEvent} */ event) => this.key(event)}></div>
      ${this.pastWords ? html`<p class="past" role="status">${this.pastWords}</p>` : ""}
      <detente-slider></detente-slider>
      <div class="under"><detente-card></detente-card><detente-draw></detente-draw><detente-side></detente-side></div>
      <p class="picked">${place ? html`<bdi dir="ltr">${place.lat.toFixed(4)} ${place.lon.toFixed(4)} ${place.name} ${place.level} ${place.notice}</bdi>` : t("pick-a-place")}</p>`;
  }
}
customElements.define("detente-chart", Chart);
