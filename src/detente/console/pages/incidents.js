// Incidents: the list, and one of them whole: what each side says in columns of equal weight, its deadlines, all that was
// said of it in order, with a scrubber that tells the map which moment to show. Nothing here says who is right.
import { html, repeat } from "lit";
import { give } from "./acts.js";
import { node } from "./node.js";
import { Part, refused, show, tell } from "./part.js";
import { inYears, player } from "./player.js";
import { language, span, t, word, zulu } from "./words.js";
import "./hear.js";

const SPEED = 30;
const STEP_MS = 200;
const M_PER_NM = 1852;
/** The one category that says how near two came. */
const PROXIMITY = "proximity";

class Incidents extends Part {
  constructor() {
    super();
    this.number = "";
    this.askedFor = "";
    this.isAsking = false;
    /** @type {any} */
    this.one = null;
    /** @type {any} */
    this.timeline = null;
    /** @type {number | null} */
    this.atMs = null;
    this.playing = 0;
    this.isHearing = false;
    this.isLoading = false;
    this.category = "";
    this.hear = () => { this.askedFor = ""; this.requestUpdate(); };
    this.followSpeech = () => { if (this.isHearing && !player.playing) this.stop(); };
    this.now = () => { this.stop(); this.atMs = null; this.requestUpdate(); };
  }

  static properties = { number: {} };

  get commands() {
    return node.session?.role === "commander";
  }

  connectedCallback() {
    super.connectedCallback();
    node.addEventListener("news", this.hear);
    player.addEventListener("change", this.followSpeech);
    addEventListener("detente-back-to-now", this.now);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    node.removeEventListener("news", this.hear);
    player.removeEventListener("change", this.followSpeech);
    removeEventListener("detente-back-to-now", this.now);
    this.stop();
    if (this.atMs !== null) this.show(null);
  }

  updated() {
    const wanted = `${node.session?.account} ${language} ${this.number}`;
    if (!this.number) this.askedFor = ""; // what is opened again is asked for again
    if (!this.number || !node.session || this.isAsking || wanted === this.askedFor) return;
    this.askedFor = wanted;
    this.isAsking = true;
    const path = `api/incidents/${encodeURIComponent(this.number)}`;
    Promise.all([node.get(path), node.get(`${path}/timeline?language=${language}`)])
      .then(([one, timeline]) => { this.one = one.incident; this.timeline = timeline; })
      .catch(refused)
      .finally(() => { this.isAsking = false; this.requestUpdate(); });
  }

  /** What the map shows: a moment, or null for now. @param {number | null} ms */
  show(ms) {
    this.atMs = ms;
    dispatchEvent(new CustomEvent("detente-time", { detail: { ms } }));
    this.requestUpdate();
  }

  /** The map stands still, and nothing is heard of another moment than it shows. */
  stop() {
    clearInterval(this.playing);
    this.playing = 0;
    if (!this.isHearing) return;
    this.isHearing = false;
    player.stop();
    this.requestUpdate();
  }

  /** Speech goes at its own speed, and the map with it. */
  goWithSpeech() {
    clearInterval(this.playing);
    this.isHearing = true;
    this.show(Math.round(player.startMs));
    this.playing = setInterval(() => this.show(Math.round(player.atMs)), STEP_MS);
  }

  /** @param {number} fromMs @param {number} untilMs */
  play(fromMs, untilMs) {
    if (this.playing) {
      this.stop();
      this.requestUpdate();
      return;
    }
    player.stop();
    if (this.atMs === null || this.atMs >= untilMs) this.show(fromMs);
    this.playing = setInterval(() => {
      const next = (this.atMs ?? fromMs) + SPEED * STEP_MS;
      this.show(Math.min(next, untilMs));
      if (next >= untilMs) this.stop();
    }, STEP_MS);
    this.requestUpdate();
  }

  async evidence() {
    this.isLoading = true;
    this.requestUpdate();
    try {
      const answer = await fetch(`api/incidents/${encodeURIComponent(this.number)}/bundle`);
      if (!answer.ok) await node.answer(answer);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await answer.blob());
      link.download = `${this.number}.zip`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      const lacks = Number(answer.headers.get("x-left-out")) + Number(answer.headers.get("x-missing"));
      tell(lacks ? t("evidence-lacks", { count: String(lacks) }) : t("evidence-whole"), lacks > 0);
    } catch (why) {
      refused(why);
    }
    this.isLoading = false;
    this.requestUpdate();
  }

  /** @param {any} one */
  due(one) {
    const left = (Date.parse(one.due_utc) - node.nowMs()) / 1000;
    return html`<li>${word("due", one.what)} <bdi class="code">${one.owed_by}</bdi>: ${one.done_utc ? html`✔ <bdi dir="ltr">${one.done_utc.slice(0, 16)}Z</bdi>`
      : html`<b class=${left < 0 ? "bad" : ""} dir="ltr">${left < 0 ? "⚠ " : ""}${span(left)}</b>`}</li>`;
  }

  /** @param {any} row */
  short(row) {
    return html`<li class="card"><h3><button class="link code" dir="ltr" @click=${() => show("incidents", row.number)}>${row.number}</button>
        <span class="small">${t(`incident-${row.state}`)} · <bdi dir="ltr">${row.event_utc.slice(0, 16)}Z</bdi></span></h3>
      <p>${row.categories.map((/** @type {string} */ one) => html`<span class="tag">${word("category", one)}</span> `)}${row.articles.map((/** @type {string} */ one) => html`<span class="tag"><bdi class="code">${one}</bdi></span> `)}
        ${t("reported-by")} <bdi class="code">${row.reported_by.join(" ")}</bdi> · ${t("stated-by")} <bdi class="code">${row.stated_by.join(" ") || "–"}</bdi></p>
      <ul class="plain">${row.due.map((/** @type {any} */ one) => this.due(one))}</ul></li>`;
  }

  /** @param {SubmitEvent} event */
  async report(event) {
    event.preventDefault();
    const target = /** @type {HTMLFormElement} */ (event.target);
    const form = new FormData(target);
    const text = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
    const body = { category: text("category"), event: text("event") || "now", text: text("text"), ...(text("at") ? { at: text("at") } : {}),
      ...(this.category === PROXIMITY ? { passing: { own_class: text("own_class"), other_class: text("other_class"), lateral_m: Math.round(Number(form.get("lateral_nm")) * M_PER_NM), vertical_ft: Number(form.get("vertical_ft")) } } : {}),
      ...(text("article") ? { articles: [text("article")] } : {}), ...(text("entries") ? { entries: text("entries").split(/[\s,]+/) } : {}) };
    if (!(await give("api/incidents", body))) return;
    target.reset();
    this.category = "";
    this.requestUpdate();
  }

  passing() {
    if (this.category !== PROXIMITY) return "";
    const classes = (/** @type {string} */ name, /** @type {string} */ words) => html`<label>${words}<select name=${name} required><option value=""></option>
      ${(node.board.incidents?.classes ?? []).map((/** @type {string} */ one) => html`<option value=${one}>${one}</option>`)}</select></label>`;
    return html`${classes("own_class", t("own-class"))}${classes("other_class", t("other-class"))}
      <label>${t("lateral")} (NM)<input name="lateral_nm" type="number" required min="0" max="500" step="0.01" dir="ltr"></label>
      <label>${t("vertical")} (ft)<input name="vertical_ft" type="number" required min="0" max="60000" step="1" dir="ltr"></label>`;
  }

  /** As many letters as were agreed; where none, the form says so. */
  facts() {
    const most = node.board.incidents?.text_chars_max ?? 0;
    return most > 0 ? html`<label>${t("facts")}<textarea name="text" maxlength=${most} rows="3"></textarea></label>` : html`<p class="none">${t("no-free-text")}</p>`;
  }

  reportForm() {
    const { categories = [], articles = [] } = node.board.incidents ?? {};
    return html`<details class="card"><summary>${t("report-incident")}</summary><form class="watchform tall-form" @submit=${this.report}>
      <label>${word("label", "category")}<select name="category" required @change=${(/** @type {any} */ event) => { this.category = event.target.value; this.requestUpdate(); }}><option value=""></option>${categories.map((/** @type {string} */ one) => html`<option value=${one}>${word("category", one)}</option>`)}</select></label>
      ${this.passing()}
      <label>${word("label", "when")}<input name="event" dir="ltr" maxlength="40" placeholder="now · -10m · 2026-01-01T12:00:00Z"></label>
      <label>${word("label", "where")}<input name="at" dir="ltr" maxlength="80" placeholder="39.9 -121.4 · 39°54′N 121°24′W · 10SFK3677717883"></label>
      <label>${t("article")}<select name="article"><option value=""></option>${articles.map((/** @type {string} */ one) => html`<option value=${one}>${one} ${word("article", one) === one ? "" : word("article", one)}</option>`)}</select></label>
      <label>${t("line-entries")}<input name="entries" dir="ltr" maxlength="400" placeholder="COAST#12 SIERRA#7"></label>
      ${this.facts()}
      <button class="primary">${t("report-incident")}</button></form></details>`;
  }

  list() {
    const { incidents = [], matches = [] } = node.board.incidents ?? {};
    const rows = [...incidents].sort((one, other) => (one.event_utc < other.event_utc ? 1 : -1));
    return html`${node.maySpeak ? this.reportForm() : ""}
      ${repeat(matches, (/** @type {any} */ one) => `${one.first} ${one.second}`, (/** @type {any} */ one) => html`<div class="card"><b>${t("one-event")}</b> <bdi class="code">${one.first}</bdi> = <bdi class="code">${one.second}</bdi> · <bdi dir="ltr">${span(one.apart_s)}</bdi>
        ${one.accepted_by.length ? html`<bdi class="code">✔ ${one.accepted_by.join(" ")}</bdi>` : ""}
        ${one.waits_for_us && this.commands ? html`<button class="primary" @click=${() => give("api/incidents/match", { number: one.first, other: one.second })}>${t("accept-match")}</button>` : ""}</div>`)}
      ${rows.length === 0 ? html`<p class="none">${t("no-incident")}</p>` : html`<ul class="plain">${repeat(rows, (row) => row.number, (row) => this.short(row))}</ul>`}`;
  }

  /** @param {any} side */
  side(side) {
    const words = new Map((this.timeline?.entries ?? []).map((/** @type {any} */ row) => [row.ref, row]));
    return html`<section class="side ${side.party === node.session?.party ? "ours" : "theirs"}"><h3><bdi class="code">${side.party}</bdi> ${t("says")}</h3>
      ${side.said.length === 0 ? html`<p class="none">${t("nothing-said")}</p>` : ""}
      ${side.report_is_late ? html`<p class="bad">⚠ ${t("report-late")}</p>` : ""}${side.closes ? html`<p>✔ ${word("closes", "note")}</p>` : ""}
      ${side.said.map((/** @type {any} */ said) => {
        const row = words.get(said.ref);
        return html`<article><h4>${row ? row.title : said.in_words} <bdi class="code">${said.ref}</bdi> <span dir="ltr" class="small">${said.sent_utc.slice(0, 16)}Z</span></h4>
          ${(row ? row.lines : said.lines).map((/** @type {string} */ line) => html`<div class="line" dir="auto">${line}</div>`)}
          ${said.attachments.map((/** @type {any} */ one) => html`<div class="line small">📎 <bdi>${one.name}</bdi> <bdi class="code">${one.sha256.slice(0, 16)}… ${one.length} B</bdi></div>`)}
          ${said.receipts.map((/** @type {any} */ one) => html`<div class="small">✓ <bdi class="code">${one.by}</bdi> <bdi dir="ltr">${one.at_utc.slice(11, 19)}Z</bdi>: ${word("receipt", "note")}</div>`)}</article>`;
      })}</section>`;
  }

  replay() {
    const from = Date.parse(this.timeline.from_utc);
    const until = Date.parse(this.timeline.until_utc);
    const at = this.atMs ?? until;
    return html`<div class="replay"><label>${t("replay")} <input type="range" dir="ltr" min=${from} max=${until} step="1000" .value=${String(at)} aria-valuetext=${zulu(at)}
        @input=${(/** @type {any} */ event) => { this.stop(); this.show(Number(event.target.value)); }}></label>
      <b dir="ltr" class="code">${new Date(at).toISOString().slice(0, 10)} ${zulu(at)}</b>
      <button aria-pressed=${this.playing !== 0} @click=${() => this.play(from, until)}>${this.playing ? `❚❚ ${t("pause")} ×${this.isHearing ? 1 : SPEED}` : `▶ ${t("play")} ×${SPEED}`}</button>
      <button ?disabled=${this.atMs === null} @click=${() => { this.stop(); this.show(null); }}>${t("back-to-now")}</button>
      ${this.timeline.speech?.kept.length ? html`<p class="small">${t("replay-silent", { speed: SPEED })}</p>` : ""}</div>`;
  }

  /** The moment of a row: the map shows it. @param {string} utc */
  moment(utc) {
    const ms = Date.parse(utc);
    return html`<button class="link" dir="ltr" aria-label=${`${t("replay")} ${zulu(ms)}`} @click=${() => { this.stop(); this.show(ms); }}>${utc.slice(11, 19)}Z</button>`;
  }

  /** A row's place in time and whose it is. @param {any} row @param {string} utc */
  kind(row, utc) {
    return `${row.party === node.session?.party ? "ours" : "theirs"} ${this.atMs !== null && Date.parse(utc) > this.atMs ? "later" : ""}`;
  }

  /** An entry; one that states recordings has each of them below it. @param {any} row */
  entry(row) {
    const spoken = this.timeline.speech && row.code === "VOX" ? (row.body?.spoken ?? []) : [];
    return html`<li class=${this.kind(row, row.at_utc)}>${this.moment(row.at_utc)}
      <bdi class="code">${row.ref}</bdi> <b dir=${row.direction}>${row.title}</b> <bdi>${row.detail}</bdi>
      ${spoken.length ? html`<ul class="plain">${spoken.map((/** @type {any} */ one) => html`<li><detente-hear .of=${{ ...one, start_utc: new Date(inYears(one.start_ms)).toISOString() }} .absent=${this.timeline.speech.not_here.includes(one.sha256)}></detente-hear></li>`)}</ul>` : ""}</li>`;
  }

  /** What was said on the net at that time, whether or not an entry names it. @param {any} one */
  speech(one) {
    return html`<li class="speech ${this.kind(one, one.start_utc)}">${this.moment(one.start_utc)} <span class="tag">${t("kept-speech")}</span> <detente-hear .of=${one}></detente-hear>
      ${one.stated_in ? html`<span class="small">${t(one.is_as_stated ? "kept-stated" : "kept-stated-otherwise", { ref: one.stated_in })}</span>` : ""}</li>`;
  }

  steps() {
    const { entries = [], speech, left_away, is_cut } = this.timeline ?? {};
    const rows = [...entries.map((/** @type {any} */ row) => ({ key: row.ref, utc: row.at_utc, shown: () => this.entry(row) })),
      ...(speech?.kept ?? []).map((/** @type {any} */ one) => ({ key: one.sha256, utc: one.start_utc, shown: () => this.speech(one) }))];
    rows.sort((one, other) => Date.parse(one.utc) - Date.parse(other.utc));
    return html`<h3>${t("in-order")} <span class="count">${rows.length}</span></h3>
      ${left_away ? html`<p class="bad">${t("timeline-more", { count: left_away })}</p>` : ""}${is_cut ? html`<p class="bad">${t("timeline-cut")}</p>` : ""}
      ${speech?.left_away ? html`<p class="none">${t("kept-more", { count: speech.left_away })}</p>` : ""}
      <ol class="plain tall log" tabindex="0" aria-label=${t("in-order")} @detente-hears=${this.goWithSpeech}>${repeat(rows, (row) => row.key, (row) => row.shown())}</ol>
      ${this.timeline?.logbook ? html`<h3>${t("own-logbook")}</h3><ul class="plain tall log" tabindex="0" aria-label=${t("own-logbook")}>${this.timeline.logbook.map((/** @type {any} */ row) => html`<li><span dir="ltr">${row.at_utc.slice(11, 19)}Z</span> <b>${row.kind}</b> <bdi>${row.text}</bdi></li>`)}</ul>` : ""}`;
  }

  /** @param {SubmitEvent} event */
  async state(event) {
    event.preventDefault();
    const target = /** @type {HTMLFormElement} */ (event.target);
    const form = new FormData(target);
    const entries = String(form.get("entries")).split(/[\s,]+/).filter(Boolean);
    if (await give("api/incidents/state", { number: this.number, text: String(form.get("text") ?? ""), entries, closes: form.get("closes") !== null })) target.reset();
  }

  /** @param {SubmitEvent} event */
  protest(event) {
    event.preventDefault();
    give("api/incidents/protest", { number: this.number, article: String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("article")) });
  }

  acts() {
    const articles = node.board.incidents?.articles ?? [];
    return html`<p class="acts"><button class="primary" ?disabled=${this.isLoading} @click=${this.evidence}>⬇ ${t("download-evidence")}</button>${this.isLoading ? html` <progress aria-label=${t("download-evidence")}></progress>` : ""}</p>
      ${this.commands ? html`<details class="card"><summary>${t("state-side")}</summary><form class="watchform tall-form" @submit=${this.state}>
          ${this.facts()}
          <label>${t("line-entries")}<input name="entries" dir="ltr" maxlength="400" placeholder="COAST#12 SIERRA#7"></label>
          <label class="check"><input type="checkbox" name="closes"> ${t("nothing-to-add")}</label>
          <button class="primary">${t("state-side")}</button></form></details>
        <details class="card"><summary>${word("code", "PRT")}</summary><form class="watchform" @submit=${this.protest}>
          <label>${t("article")}<select name="article" required>${articles.map((/** @type {string} */ one) => html`<option value=${one}>${one} ${word("article", one) === one ? "" : word("article", one)}</option>`)}</select></label>
          <button class="primary">${t("protest")}</button></form></details>` : node.maySpeak ? html`<p class="none">${t("commander-states")}</p>` : ""}`;
  }

  render() {
    if (!this.number) return this.list();
    const one = this.one?.number === this.number || this.one?.also?.includes(this.number) ? this.one : null;
    return html`<p><button @click=${() => show("incidents")}>${t("all-incidents")}</button></p>
      ${one ? html`<h3><bdi class="code">${one.number}</bdi> <span class="small">${t(`incident-${one.state}`)}</span></h3>
        <p>${one.categories.map((/** @type {string} */ each) => html`<span class="tag">${word("category", each)}</span> `)}${one.also.length ? html`= <bdi class="code">${one.also.join(" ")}</bdi>` : ""}</p>
        <ul class="plain">${one.due.map((/** @type {any} */ each) => this.due(each))}</ul>
        ${this.replay()}
        <div class="sides">${one.sides.map((/** @type {any} */ each) => this.side(each))}</div>
        ${this.acts()}${this.steps()}` : html`<p class="none">${t("nothing-yet")}</p>`}`;
  }
}
customElements.define("detente-incidents", Incidents);
