// Drawing a notice by hand or by typed places. While it is drawn the node says what it becomes and meets; nothing leaves
// until it is sent, and it can be sent only as it was looked at. A stale answer never takes the place of a newer one.
import * as ol from "ol";
import { html } from "lit";
import { blank, featureOf, hoursAhead, needed, planOf, remember, rememberPlan, restored, restoredPlan, restoredPlanOf, typed } from "./drawing.js";
import { drawnByHand } from "./hand.js";
import { colour, text } from "./inks.js";
import { newKey, node } from "./node.js";
import { isAnswer, order, Part, refused, tellDone, wordsOf } from "./part.js";
import { nm } from "./sides.js";
import { language, t, word } from "./words.js";

const WAIT_MS = 350;
const FORMAT = new ol.GeoJSON({ featureProjection: "EPSG:3857" });
const PLAN_BYTES_MAX = 400_000;

class Draw extends Part {
  constructor() {
    super();
    this.drawing = restored();
    this.plan = restoredPlan();
    /** @type {any} */
    this.form = null;
    /** @type {number[][]} */
    this.points = [];
    /** @type {{line: number, code: string, message: string}[]} */
    this.faults = [];
    /** What the node said, and the text it was said of. @type {any} */
    this.told = null;
    this.toldOf = "";
    this.asked = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    this.isOpen = this.drawing.places !== "";
    /** @type {any} */
    this.chart = null;
    this.source = new ol.VectorSource();
    this.plans = new ol.VectorSource();
    addEventListener("detente-map", (/** @type {any} */ event) => this.onMap(event.detail));
    addEventListener("detente-language", () => this.requestUpdate());
    node.addEventListener("change", () => {
      if (node.session && this.plan && restoredPlanOf() !== node.session.account) this.setPlan(""); // another officer's, or a wall's
      if (node.session && this.isOpen && !this.form) this.opened();
    });
  }

  /** @param {any} chart */
  onMap(chart) {
    this.chart = chart;
    chart.map.addLayer(new ol.VectorLayer({ source: this.source, properties: { name: "draft" }, style: (/** @type {any} */ one) => this.draftStyle(one) }));
    chart.map.addLayer(new ol.VectorLayer({ source: this.plans, properties: { name: "plan" }, style: () => this.planStyle() }));
    const target = chart.querySelector(".chart");
    target.addEventListener("dragover", (/** @type {DragEvent} */ event) => event.preventDefault());
    target.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      this.planFile(event.dataTransfer?.files[0]);
    });
    this.showPlan();
    this.requestUpdate();
  }

  /** @param {any} feature */
  draftStyle(feature) {
    if (feature.get("foreign")) {
      const stroke = new ol.Stroke({ color: colour("--bad"), width: 4 });
      const where = new ol.Point(ol.fromLonLat([feature.get("lon"), feature.get("lat")]));
      return [new ol.Style({ stroke }), new ol.Style({ geometry: where, image: new ol.RegularShape({ points: 4, radius: 12, radius2: 0, angle: Math.PI / 4, stroke }), text: text(feature.get("foreign"), "--bad", { offsetY: -20, font: "bold 13px system-ui" }) })];
    }
    const ink = colour("--primary");
    return new ol.Style({ stroke: new ol.Stroke({ color: ink, width: 3, lineDash: [3, 5] }), fill: new ol.Fill({ color: `${ink}22` }), image: new ol.Circle({ radius: 4, fill: new ol.Fill({ color: ink }) }),
      text: feature.getGeometry().getType() === "Polygon" ? text(t("draft-not-sent"), "--ink", { font: "bold 13px system-ui" }) : undefined });
  }

  planStyle() {
    return new ol.Style({ stroke: new ol.Stroke({ color: colour("--good"), width: 3, lineDash: [1, 6] }), text: text(t("own-plan-never"), "--good", { placement: "line", offsetY: -10 }) });
  }

  /** Times of a form in which nothing is drawn yet follow the node's clock. */
  timed() {
    if (!this.drawing.places) Object.assign(this.drawing, hoursAhead(node.nowMs()));
  }

  async opened() {
    this.timed();
    try {
      this.form = await node.get("api/notices/form");
      if (!this.drawing.class) this.drawing.class = this.form.classes[0]?.id ?? "";
      this.lookSoon();
    } catch (why) {
      refused(why);
    }
  }

  /** Changed by hand, it is another notice. @param {Partial<import("./drawing.js").Drawing>} fields */
  changed(fields) {
    Object.assign(this.drawing, fields, { key: newKey() });
    this.lookSoon();
  }

  lookSoon() {
    remember(this.drawing);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.look(), WAIT_MS);
    this.requestUpdate();
  }

  get text() {
    return JSON.stringify(featureOf(this.drawing, this.points));
  }

  /** Whether what the node said is said of what stands here now. */
  get isFresh() {
    return this.told !== null && this.toldOf === JSON.stringify([this.drawing, this.plan]);
  }

  async look() {
    if (!node.session || !node.maySpeak || !this.isOpen) return;
    const asked = ++this.asked;
    const of = JSON.stringify([this.drawing, this.plan]);
    try {
      const read = await node.post("api/places", { text: this.drawing.places });
      if (asked !== this.asked) return;
      this.points = read.points;
      this.faults = read.faults;
      /** @type {any} */
      let told = null;
      if (this.faults.length === 0 && this.points.length >= needed(this.drawing)) {
        const amends = this.drawing.amends ? { amends: this.drawing.amends } : {};
        told = await node.post("api/notices/look", { text: this.text, plans: this.plan, ...amends });
      }
      if (asked !== this.asked) return;
      this.told = told;
      this.toldOf = of;
      this.show();
    } catch (/** @type {any} */ why) {
      if (asked !== this.asked) return;
      this.told = null;
      if (why.status === 429) this.waiting = setTimeout(() => this.look(), 1000);
      else refused(why);
    }
    this.requestUpdate();
  }

  show() {
    this.source.clear();
    const features = (this.told?.notices ?? []).flatMap((/** @type {any} */ one) => [...one.features, ...one.conflicts]);
    this.source.addFeatures(FORMAT.readFeatures({ type: "FeatureCollection", features }));
    if (features.length === 0) for (const point of this.points) this.source.addFeature(new ol.Feature({ geometry: new ol.Point(ol.fromLonLat(point)) }));
  }

  showPlan() {
    this.plans.clear();
    if (!this.plan) return;
    try {
      this.plans.addFeatures(FORMAT.readFeatures(JSON.parse(this.plan)));
    } catch (why) {
      refused(why);
    }
  }

  async byHand() {
    const shape = this.drawing.shape;
    const type = shape === "polygon" ? "Polygon" : shape === "circle" ? "Circle" : "LineString";
    const places = await drawnByHand(this.chart, type);
    if (!places) return;
    if (shape === "circle") this.changed({ places: typed(places.slice(0, 1)), radius: (Math.ceil((ol.getDistance(places[0], places[1]) / 1852) * 10) / 10).toFixed(1) });
    else this.changed({ places: typed(places) });
  }

  async planByHand() {
    const places = await drawnByHand(this.chart, "LineString");
    if (places) this.setPlan(JSON.stringify(planOf(this.drawing, places)));
  }

  /** @param {File | undefined} file */
  async planFile(file) {
    if (!file) return;
    if (file.size > PLAN_BYTES_MAX) refused({ message: t("plan-too-large"), cure: "" });
    else this.setPlan(await file.text());
  }

  /** @param {string} plan */
  setPlan(plan) {
    this.plan = plan;
    rememberPlan(plan, node.session?.account ?? "");
    this.showPlan();
    this.changed({});
  }

  /** As often as it is pressed it is sent once: its key is kept with it, over a reload too, until it is answered or changed. */
  async send() {
    if (!this.isFresh) return;
    const { amends, key } = this.drawing;
    try {
      tellDone(await order("api/notices", { text: this.text, plans: this.told.plans, ...(amends ? { amends } : {}) }, key));
      if (this.drawing.key === key) this.clear();
    } catch (/** @type {any} */ why) {
      if (isAnswer(why) && this.drawing.key === key) this.changed({});
      refused(why);
    }
  }

  clear() {
    const { kind, class: class_ } = this.drawing;
    remember(null);
    this.drawing = { ...blank(), kind, class: class_ };
    this.timed();
    this.points = [];
    this.told = null;
    this.asked += 1;
    this.source.clear();
    this.setPlan("");
  }

  /** @param {string} label @param {string} name @param {Record<string, unknown>} [more] */
  typedField(label, name, more = {}) {
    return html`<label><span>${label}</span><input name=${name} dir="ltr" maxlength="40" .value=${/** @type {any} */ (this.drawing)[name]} ?required=${more.required ?? false} @input=${(/** @type {any} */ event) => this.changed({ [name]: event.target.value })}></label>`;
  }

  /** @param {string} label @param {string} name @param {[string, string][]} values */
  chosenField(label, name, values) {
    const now = /** @type {any} */ (this.drawing)[name];
    return html`<label><span>${label}</span><select name=${name} @change=${(/** @type {any} */ event) => this.changed({ [name]: event.target.value })}>${values.map(([value, words]) => html`<option value=${value} ?selected=${value === now}>${words}</option>`)}</select></label>`;
  }

  fields() {
    const { form, drawing } = this;
    const may = (/** @type {string} */ field) => form.allowed.includes(field);
    const own = (node.board.notices?.notices ?? []).filter((/** @type {any} */ one) => one.in_force && one.party === node.session?.party);
    /** @param {string} group @param {string[]} values @returns {[string, string][]} */
    const each = (group, values) => values.map((one) => [one, word(group, one)]);
    return html`<div class="fields">
      ${this.chosenField(t("draw-shape"), "shape", [["polygon", t("shape-area")], ["circle", t("shape-round")], ["corridor", t("shape-way")]])}
      ${drawing.shape === "polygon" ? "" : this.typedField(drawing.shape === "circle" ? t("draw-radius") : t("draw-half-width"), "radius")}
      <label class="places"><span>${t("draw-places")}</span><textarea name="places" dir="ltr" rows="4" maxlength="20000" placeholder="39.9 -121.4&#10;39°54'00&quot;N 121°24'00&quot;W&#10;10SFK3677717883&#10;117LZ47"
        .value=${drawing.places} aria-invalid=${this.faults.length > 0} @input=${(/** @type {any} */ event) => this.changed({ places: event.target.value })}></textarea></label>
      ${this.faults.map((one) => html`<p class="bad">✖ ${t("draw-line")} ${one.line}: <bdi>${wordsOf(one)}</bdi></p>`)}
      ${this.chosenField(t("draw-kind"), "kind", each("kind", form.kinds.filter((/** @type {string} */ one) => one !== "track")))}
      ${drawing.kind === "hazard" ? this.chosenField(t("draw-hazard"), "hazard", [["", ""], ...each("hazard", form.hazard_kinds)]) : ""}
      ${this.chosenField(word("label", "class"), "class", form.classes.map((/** @type {any} */ one) => [one.id, one.name]))}
      ${this.typedField(t("draw-floor"), "floor")}${this.typedField(t("draw-ceiling"), "ceiling")}
      ${this.typedField(t("draw-start"), "start")}${this.typedField(t("draw-end"), "end")}
      ${may("count_band") ? this.chosenField(word("label", "count"), "count", [["", "–"], ...form.count_bands.map((/** @type {string} */ one) => [one, one])]) : ""}
      ${may("transponder") ? this.chosenField(word("label", "transponder"), "transponder", [["", "–"], ...each("transponder", form.transponders)]) : ""}
      ${may("frequency_monitored") ? this.chosenField(word("label", "monitored"), "channel", [["", "–"], ...form.channels_khz.map((/** @type {number} */ one) => [String(one), (one / 1000).toFixed(3)])]) : ""}
      ${own.length ? this.chosenField(t("draw-amends"), "amends", [["", "–"], ...own.map((/** @type {any} */ one) => [one.ref, one.ref])]) : ""}
    </div>`;
  }

  planFields() {
    return html`<fieldset class="plan"><legend>${t("own-plan-never")}</legend>
      <label><span>${t("plan-file")}</span><input type="file" accept=".json,.geojson" @change=${(/** @type {any} */ event) => { this.planFile(event.target.files[0]); event.target.value = ""; }}></label>
      ${this.typedField(t("plan-speed"), "planSpeed")}${this.typedField(t("plan-level"), "planLevel")}
      <button type="button" @click=${this.planByHand} ?disabled=${!this.chart}>${t("plan-draw")}</button>
      ${this.plan ? html`<button type="button" @click=${() => this.setPlan("")}>${t("plan-forget")}</button>` : ""}</fieldset>`;
  }

  /** @param {any} one */
  judged(one) {
    const { verdict } = one;
    const shown = one.text[language] ?? one.text.en;
    return html`
      ${verdict.ok ? html`<p class=${verdict.stamp === "LATE" ? "late" : "good"}>${verdict.stamp === "LATE" ? html`⚠ <b>${t("draw-late")}</b>` : html`✔ ${t("draw-may")}`} (${word("precedence", verdict.precedence)})</p>`
        : html`<p class="bad">✖ <b>${t("draw-refused")}</b> <bdi>${wordsOf(verdict)}</bdi></p>`}
      ${one.conflicts.length ? html`<ul class="met">${one.conflicts.map((/** @type {any} */ { properties: of }) => html`<li class="bad">✕ <b>${t("conflict")}</b> <bdi class="code">${of.foreign}</bdi>
          <bdi dir="ltr">${of.from.slice(5, 16).replace("T", " ")}Z–${of.until.slice(5, 16).replace("T", " ")}Z · ${nm(of.lateral_gap_m)} &lt; ${nm(of.lateral_min_m)} NM · ${of.vertical_gap_ft} &lt; ${of.vertical_min_ft} ft · ${of.time_gap_s} &lt; ${of.time_min_s} s</bdi></li>`)}</ul>`
        : html`<p>${t("draw-no-conflict")}</p>`}
      ${one.not_checked.map((/** @type {any} */ row) => html`<p class="late">? <b>${t("draw-not-checked")}</b> <bdi class="code">${row.foreign}</bdi> <bdi>${row.article}</bdi></p>`)}
      ${one.borders.map((/** @type {any} */ row) => html`<p class="late">║ ${t("draw-border")} <bdi>${row.article}: ${row.rule}</bdi> <bdi dir="ltr">${nm(row.gap_m)} / ${nm(row.within_m)} NM</bdi></p>`)}
      ${one.plans.map((/** @type {any} */ row) => row.ok ? html`<p class="good">✔ ${t("plan-inside")}</p>` : html`<p class="bad">✖ ${t("plan-outside")} <bdi>${row.message}</bdi></p>`)}
      <details class="text"><summary>${t("will-read")}</summary><p><b>${shown.title}</b></p>${shown.lines.map((/** @type {string} */ line) => html`<p class="line">${line}</p>`)}</details>`;
  }

  render() {
    if (!node.maySpeak) return html``;
    const { told } = this;
    const one = told?.notices[0];
    const maySend = this.isFresh && one?.verdict.ok && told.notices.length === 1 && one.plans.every((/** @type {any} */ row) => row.ok);
    return html`<details class="draw side" ?open=${this.isOpen} @toggle=${(/** @type {any} */ event) => { if (event.target.className.includes("draw")) { this.isOpen = event.target.open; if (this.isOpen && !this.form) this.opened(); else if (this.isOpen) this.timed(); this.requestUpdate(); } }}>
      <summary>${t("draw")}${this.drawing.places ? html` · <b>${t("draft-not-sent")}</b>` : ""}</summary>
      ${this.form && this.isOpen ? html`<div class="tools"><button class="primary" @click=${this.byHand} ?disabled=${!this.chart}>✎ ${t("draw-by-hand")}</button>
          <button @click=${this.clear}>${t("draw-clear")}</button> <span>${t("draw-escape")}</span></div>
        <div class="judged ${this.isFresh ? "" : "stale"}" role="status" aria-live="polite">
          ${told?.fault ? html`<p class="bad">✖ <bdi>${wordsOf(told.fault)}</bdi></p>` : one ? this.judged(one) : html`<p class="none">${t("draw-more")}</p>`}</div>
        <div class="tools"><button class="primary send" ?disabled=${!maySend} @click=${this.send}>${t("draw-send")}</button> <span>${this.isFresh ? "" : one ? t("draw-looking") : ""}</span></div>
        ${this.fields()}${this.planFields()}` : ""}
    </details>`;
  }
}
customElements.define("detente-draw", Draw);
