// The hot line: every message in the reader's own language, from whom to whom, and how far it has come.
import { html, repeat } from "./vendor/lit.js";
import { node } from "./node.js";
import { Part } from "./part.js";
import { language, t, word } from "./words.js";

const ROWS = 80;

class Thread extends Part {
  constructor() {
    super();
    /** @type {any[]} */
    this.rows = [];
    this.isAsking = false;
    this.isStale = false;
    this.hear = () => this.read();
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
      this.rows = (await node.get(`api/transcript?count=${ROWS}&language=${language}`)).entries;
    } catch {
      // The state of the stream shows what is wrong; it is asked again in a while.
      this.isStale = true;
    }
    this.isAsking = false;
    await this.requestUpdate();
    const list = this.querySelector("ul");
    if (list) list.scrollTop = list.scrollHeight;
    if (this.isStale) {
      this.isStale = false;
      setTimeout(() => node.session && this.read(), 1000 * Math.random() + 200);
    }
  }

  /** @param {any} row */
  row(row) {
    const isOurs = row.party === node.session?.party;
    return html`<li class="entry ${isOurs ? "ours" : "theirs"} ${row.precedence}">
      <div class="head"><span dir="ltr">${row.at_utc.slice(11, 19)}Z</span> <bdi class="code">${row.ref}</bdi>
        <bdi>${row.from}</bdi> → <bdi>${row.to.join(", ")}</bdi></div>
      <div dir=${row.direction}><b>${row.title}</b> ${row.lines.map((/** @type {string} */ line) => html`<div class="line">${line}</div>`)}</div>
      <div class="foot">${row.reply_to ? html`↩ <bdi class="code">${row.reply_to}</bdi> ` : ""}${word("receipt", row.receipt.replaceAll(" ", "-"))}
        ${row.marks.map((/** @type {string} */ mark) => html` <b class="bad">${mark}</b>`)}</div>
    </li>`;
  }

  render() {
    return html`<h2>${t("hot-line")}</h2><ul class="rows thread" tabindex="0" aria-label=${t("hot-line")}>
      ${repeat(this.rows, (/** @type {any} */ row) => `${row.origin} ${row.seq}`, (/** @type {any} */ row) => this.row(row))}</ul>`;
  }
}
customElements.define("detente-thread", Thread);
