// The hot line: every message in the reader's own language, a second language beside it where he wants one, for one post
// or all; how far each has come, its answer by one press, and a read-back held against what was sent.
import { html, repeat } from "lit";
import { actsOf } from "./acts.js";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { LANGUAGES, language, t, word } from "./words.js";

const ROWS = 80;
const COMPARED_MAX = 20;
const NEAR_PX = 60;
const TOUCH_MS = 1000;

class Thread extends Part {
  constructor() {
    super();
    /** @type {any[]} */
    this.rows = [];
    this.isAsking = false;
    this.isStale = false;
    /** Who reads further up is left there; everybody else sees the newest, however the rows above it grow. */
    this.isAtEnd = true;
    this.touchedMs = -Infinity;
    this.seen = 0;
    this.beside = localStorage.getItem("beside") ?? "";
    this.post = "";
    /** Read-backs that are looked at. @type {Map<string, any>} */
    this.compared = new Map();
    /** @type {any} */
    this.place = null;
    this.hear = () => this.read();
    addEventListener("detente-picked", (/** @type {any} */ event) => { this.place = event.detail; this.requestUpdate(); });
  }

  connectedCallback() {
    super.connectedCallback();
    node.addEventListener("news", this.hear);
    addEventListener("detente-language", this.hear);
  }

  /** One look at a time; what comes meanwhile is looked at afterwards. */
  async read() {
    if (this.isAsking) {
      this.isStale = true;
      return;
    }
    this.isAsking = true;
    try {
      const beside = this.beside && this.beside !== language ? `&beside=${this.beside}` : "";
      this.rows = (await node.get(`api/transcript?count=${ROWS}&language=${language}${beside}`)).entries;
    } catch {
      // The state of the stream shows what is wrong; it is asked again in a while.
      this.isStale = true;
    }
    this.isAsking = false;
    this.requestUpdate();
    if (this.isStale) {
      this.isStale = false;
      setTimeout(() => node.session && this.read(), 1000 * Math.random() + 200);
    }
  }

  updated() {
    if (this.isAtEnd) this.toEnd();
  }

  toEnd() {
    const list = this.querySelector("ul");
    if (list) list.scrollTop = list.scrollHeight;
  }

  touched() {
    this.touchedMs = performance.now();
  }

  /** Only a hand leaves the end: a list whose room or rows change scrolls too. @param {Event} event */
  scrolled(event) {
    const list = /** @type {HTMLElement} */ (event.target);
    if (performance.now() - this.touchedMs > TOUCH_MS) {
      if (this.isAtEnd) this.toEnd();
      return;
    }
    this.isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    if (this.isAtEnd) this.seen = this.last;
    this.requestUpdate();
  }

  get last() {
    return this.rows.length ? Date.parse(this.rows[this.rows.length - 1].at_utc) : 0;
  }

  newer() {
    if (this.isAtEnd) return "";
    const count = this.rows.filter((row) => Date.parse(row.at_utc) > this.seen).length;
    return html`<button class="newer" @click=${() => { this.isAtEnd = true; this.toEnd(); }}>↓ ${t("newer-below", { count })}</button>`;
  }

  /** @param {string} ref */
  async compare(ref) {
    if (this.compared.delete(ref)) {
      this.requestUpdate();
      return;
    }
    try {
      this.compared.set(ref, await node.get(`api/read-back?ref=${encodeURIComponent(ref)}&language=${language}`));
      if (this.compared.size > COMPARED_MAX) this.compared.delete(this.compared.keys().next().value ?? "");
    } catch (why) {
      refused(why);
    }
    this.requestUpdate();
  }

  /** @param {string} ref */
  readBack(ref) {
    const told = this.compared.get(ref);
    if (!told) return "";
    const lines = [...Array(Math.max(told.sent.length, told.understood.length)).keys()];
    return html`<table class="compared"><caption>${t("read-back-of")} <bdi class="code">${told.notice}</bdi></caption>
      <thead><tr><th scope="col">${t("was-sent")}</th><th scope="col">${t("was-understood")}</th></tr></thead>
      <tbody>${lines.map((place) => {
        const isSame = told.sent[place] === told.understood[place];
        return html`<tr class=${isSame ? "" : "differs"}><td dir=${told.direction}>${told.sent[place] ?? "–"}</td><td dir=${told.direction}>${isSame ? "" : html`<b>≠</b> `}${told.understood[place] ?? "–"}</td></tr>`;
      })}</tbody></table>
      <p class=${told.differs ? "bad" : "good"}><b>${told.differs ? html`✖ ${t("differs-in")} ${word("field", told.differs)}` : `✔ ${t("agrees")}`}</b>
        · ${word("code", "RBC")}: ${told.verdict === "correct" || told.verdict === "negative" ? word("verdict", told.verdict) : t("no-verdict")}</p>`;
  }

  /** @param {any} words @param {string} tongue */
  words(words, tongue) {
    return html`<div class="words" lang=${tongue} dir=${words.direction}>${this.beside && this.beside !== language ? html`<span class="tongue">${LANGUAGES[/** @type {keyof typeof LANGUAGES} */ (tongue)]}</span>` : ""}
      <b>${words.title}</b> ${words.lines.map((/** @type {string} */ line) => html`<div class="line">${line}</div>`)}</div>`;
  }

  /** @param {any} row */
  row(row) {
    const isOurs = row.party === node.session?.party;
    const owed = (node.board.owed?.owed ?? []).find((/** @type {any} */ one) => one.ref === row.ref && one.by_us && one.act === "answer");
    return html`<li class="entry ${isOurs ? "ours" : "theirs"} ${row.precedence}">
      <div class="head"><span dir="ltr">${row.at_utc.slice(11, 19)}Z</span> <bdi class="code">${row.ref}</bdi>
        <bdi>${row.from}</bdi> → <bdi>${row.to.join(", ")}</bdi>${row.language ? html` <span class="tongue" title=${t("original-language")}>${word("language", row.language)}</span>` : ""}</div>
      <div class=${row.beside ? "pair" : ""}>${this.words(row, language)}${row.beside ? this.words(row.beside, row.beside.language) : ""}</div>
      ${owed && node.maySpeak ? html`<div class="acts">${owed.suggestion ? html`<span>${t("own-tracks-say", { answer: word("answer", owed.suggestion) })}</span>` : ""}${actsOf(owed, "")}</div>` : ""}
      ${row.code === "RBK" ? html`<button aria-expanded=${this.compared.has(row.ref)} @click=${() => this.compare(row.ref)}>${t("compare")}</button>${this.readBack(row.ref)}` : ""}
      <div class="foot">${row.reply_to ? html`↩ <bdi class="code">${row.reply_to}</bdi> ` : ""}${word("receipt", row.receipt.replaceAll(" ", "-"))}
        ${row.marks.map((/** @type {string} */ mark) => html` <b class="bad">${mark}</b>`)}</div>
    </li>`;
  }

  head() {
    const posts = [...new Set(this.rows.flatMap((row) => [row.from, ...row.to]))].sort();
    if (this.post && !posts.includes(this.post)) posts.push(this.post);
    return html`<h2>${t("hot-line")}
      <select aria-label=${t("post-filter")} @change=${(/** @type {any} */ event) => { this.post = event.target.value; this.requestUpdate(); }}>
        <option value="">${t("all-posts")}</option>${posts.map((post) => html`<option value=${post} ?selected=${post === this.post}>${post}</option>`)}</select>
      <select aria-label=${t("beside")} @change=${(/** @type {any} */ event) => { this.beside = event.target.value; localStorage.setItem("beside", this.beside); this.read(); }}>
        <option value="">${t("one-language")}</option>${Object.entries(LANGUAGES).filter(([code]) => code !== language).map(([code, name]) => html`<option value=${code} lang=${code} ?selected=${code === this.beside}>+ ${name}</option>`)}</select>
      ${node.maySpeak ? html`<button @click=${() => dispatchEvent(new CustomEvent("detente-say", { detail: { code: "QRY" } }))}>${word("code", "QRY")}${this.place?.name ? html` <bdi dir="ltr">${this.place.name.slice(0, 12)}</bdi>` : ""}</button>` : ""}</h2>`;
  }

  render() {
    const rows = this.post ? this.rows.filter((row) => row.from === this.post || row.to.includes(this.post)) : this.rows;
    return html`${this.head()}<ul class="rows thread" tabindex="0" aria-label=${t("hot-line")} @scroll=${this.scrolled}
      @wheel=${this.touched} @pointerdown=${this.touched} @pointermove=${(/** @type {PointerEvent} */ event) => event.buttons && this.touched()} @touchmove=${this.touched} @keydown=${this.touched}>
      ${repeat(rows, (/** @type {any} */ row) => `${row.origin} ${row.seq}`, (/** @type {any} */ row) => this.row(row))}</ul>${this.newer()}`;
  }
}
customElements.define("detente-thread", Thread);
