// The map: notices of both sides, conflicts, tracks with the age of their position, over a basemap that is in the wheel.
import * as ol from "./vendor/ol.js";
import { html } from "./vendor/lit.js";
import { node } from "./node.js";
import { Part } from "./part.js";
import { Tracks } from "./tracks.js";
import { t } from "./words.js";

const TRACKS_MS = 1000;

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

class Chart extends Part {
  constructor() {
    super();
    /** @type {any} */
    this.selected = null;
    this.shown = "";
    this.found = "";
    this.isFramed = false;
    this.notices = new ol.VectorSource();
    this.conflicts = new ol.VectorSource();
    this.tracks = new Tracks();
    this.isReading = false;
  }

  firstUpdated() {
    const base = new ol.VectorSource({ url: "base/countries-110m.json", format: new ol.TopoJSON({ layers: ["countries"] }), overlaps: false });
    const fine = new ol.VectorSource({ url: "base/countries-50m.json", format: new ol.TopoJSON({ layers: ["countries"] }), overlaps: false });
    const land = () => new ol.Style({ fill: new ol.Fill({ color: colour("--land") }), stroke: new ol.Stroke({ color: colour("--border"), width: 1 }) });
    this.map = new ol.Map({
      target: /** @type {HTMLElement} */ (this.querySelector(".chart")),
      layers: [
        new ol.VectorLayer({ source: base, style: land, maxZoom: 4, properties: { name: "world" } }),
        new ol.VectorLayer({ source: fine, style: land, minZoom: 4, properties: { name: "land" } }),
        new ol.Graticule({ showLabels: true, wrapX: false, properties: { name: "graticule" }, strokeStyle: new ol.Stroke({ color: "rgba(128,128,128,0.35)", width: 1 }) }),
        new ol.VectorLayer({ source: this.notices, declutter: true, properties: { name: "notices" }, style: (/** @type {any} */ one) => this.noticeStyle(one) }),
        new ol.VectorLayer({ source: this.conflicts, properties: { name: "conflicts" }, style: (/** @type {any} */ one) => this.conflictStyle(one) }),
        this.tracks.layer,
      ],
      interactions: ol.interactions({ onFocusOnly: false, altShiftDragRotate: false, pinchRotate: false, doubleClickZoom: false }), // north is up, two quick picks are no zoom; no page scrolls here: dragging and wheel are the map's
      controls: [new ol.Zoom(), new ol.ScaleLine({ units: "nautical" })],
      view: new ol.View({ center: [0, 3e6], zoom: 2 }),
    });
    this.map.on("click", (/** @type {any} */ event) => this.pick(event));
    addEventListener("detente-night", () => {
      this.map?.getLayers().forEach((/** @type {any} */ layer) => layer.changed());
      this.tracks.again();
    });
    setInterval(() => this.readTracks(), TRACKS_MS);
  }

  /** @param {any} feature */
  noticeStyle(feature) {
    const isOurs = feature.get("party") === node.session?.party;
    const line = colour(isOurs ? "--ours" : "--theirs");
    return new ol.Style({
      stroke: new ol.Stroke({ color: line, width: 2.5, lineDash: isOurs ? undefined : [10, 6] }),
      fill: new ol.Fill({ color: `${line}22` }),
      text: new ol.Text({ text: `${feature.get("notice")}\n${feature.get("floor")}–${feature.get("ceiling")}`, font: "13px system-ui", overflow: true, offsetY: isOurs ? -20 : 20,
        fill: new ol.Fill({ color: colour("--ink") }), stroke: new ol.Stroke({ color: colour("--paper"), width: 3 }) }),
    });
  }

  /** @param {any} feature */
  conflictStyle(feature) {
    const stroke = new ol.Stroke({ color: colour("--bad"), width: 3 });
    return new ol.Style({
      image: new ol.RegularShape({ points: 4, radius: 11, radius2: 0, angle: Math.PI / 4, stroke }),
      text: new ol.Text({ text: feature.get("words"), offsetY: 22, font: "bold 13px system-ui", fill: new ol.Fill({ color: colour("--bad") }), stroke: new ol.Stroke({ color: colour("--paper"), width: 3 }) }),
    });
  }

  /** @param {any} event */
  pick(event) {
    const found = this.tracks.at(event.pixel);
    const [lon, lat] = ol.toLonLat(found ? [found.x, found.y] : event.coordinate);
    const level = found?.level == null ? "" : `FL${String(Math.round(found.level / 100)).padStart(3, "0")}`;
    this.selected = { lat, lon, level, track: found?.track ?? null, name: found?.name ?? "" };
    dispatchEvent(new CustomEvent("detente-picked", { detail: this.selected }));
    this.requestUpdate();
  }

  async readNotices() {
    const format = new ol.GeoJSON({ featureProjection: "EPSG:3857" });
    const told = await node.get("collections/notices/items?limit=5000");
    this.notices.clear();
    this.notices.addFeatures(format.readFeatures(told));
    if (!this.isFramed && !ol.isEmpty(this.notices.getExtent())) {
      this.isFramed = true;
      this.map?.getView().fit(this.notices.getExtent(), { padding: [70, 70, 70, 70], maxZoom: 9 });
    }
  }

  /** One look at a time: a slow node is not asked faster than it answers. */
  async readTracks() {
    if (!node.session || this.isReading || document.hidden) return;
    this.isReading = true;
    try {
      this.tracks.take(await node.get(`api/tracks?known=${this.tracks.mark}`));
    } catch {
      this.tracks.again(); // positions grow old meanwhile, and say so
    }
    this.isReading = false;
  }

  updated() {
    const now = JSON.stringify([node.session?.account, node.board.notices]);
    if (node.session && node.board.notices && now !== this.shown) {
      this.shown = now;
      this.readNotices().catch(() => { this.shown = ""; });
    }
    const found = JSON.stringify(node.board.findings?.conflicts ?? []);
    if (found !== this.found) {
      this.found = found;
      this.conflicts.clear();
      for (const one of node.board.findings?.conflicts ?? []) {
        this.conflicts.addFeature(new ol.Feature({ geometry: new ol.Point(ol.fromLonLat([one.lon, one.lat])), words: `${one.own} – ${one.foreign}` }));
      }
    }
  }

  render() {
    const place = this.selected;
    return html`<h2>${t("chart")} <span class="legend"><span class="ours">▬ ${t("ours")}</span> <span class="theirs">╌ ${t("theirs")}</span> <span class="bad">✕ ${t("conflict")}</span></span></h2>
      <div class="chart" dir="ltr" tabindex="0" role="application" aria-label=${t("chart")}></div>
      <p class="picked">${place ? html`<bdi dir="ltr">${place.lat.toFixed(4)} ${place.lon.toFixed(4)} ${place.name} ${place.level}</bdi>` : t("pick-a-place")}</p>`;
  }
}
customElements.define("detente-chart", Chart);
