// What is owed in both directions, counting down; own duties first come with the buttons that settle them.
import { html } from "lit";
import { repeat } from "lit";
import { actsOf } from "./acts.js";
import { node } from "./node.js";
import { Part } from "./part.js";
import { span, t, word } from "./words.js";

class Owed extends Part {
  constructor() {
    super();
    /** @type {Map<string, string>} */
    this.passedTo = new Map();
  }

  /** @param {any} row */
  row(row) {
    const left = row.due_ms === null ? null : (row.due_ms - node.nowMs()) / 1000;
    const isLate = left !== null && left < 0;
    const key = `${row.ref} ${row.act}`;
    const asksPassed = row.by_us && node.maySpeak && row.levels.some((/** @type {any} */ one) => one.level === "passed" && one.is_owed);
    return html`<li class="owed ${isLate ? "late" : ""} ${row.precedence}">
      <span class="left" dir="ltr">${left === null ? "–" : html`${isLate ? "⚠ " : ""}${span(left)}`}</span>
      <span class="what"><b>${word("act", row.act)}</b> ${word("code", row.code)} <bdi class="code">${row.ref}</bdi>
        <span class="precedence">${word("precedence", row.precedence)}</span>${isLate ? html` <b class="bad">${t("late")}</b>` : ""}
        ${row.suggestion ? html` <span>${t("own-tracks-say", { answer: word("answer", row.suggestion) })}</span>` : ""}</span>
      <span class="acts">
        ${asksPassed ? html`<input aria-label=${t("passed-to-whom")} placeholder=${t("passed-to-whom")} maxlength="40" dir="ltr"
          .value=${this.passedTo.get(key) ?? ""} @input=${(/** @type {any} */ event) => { this.passedTo.set(key, event.target.value); this.requestUpdate(); }}>` : ""}
        ${actsOf(row, this.passedTo.get(key) ?? "")}</span>
    </li>`;
  }

  /** @param {boolean} byUs @param {string} title */
  list(byUs, title) {
    const rows = (node.board.owed?.owed ?? []).filter((/** @type {any} */ row) => row.by_us === byUs);
    return html`<h2>${title} <span class="count">${rows.length}</span></h2>
      ${rows.length === 0 ? html`<p class="none">${t("nothing-owed")}</p>` : html`<ul class="rows" tabindex="0" aria-label=${title}>
        ${repeat(rows, (/** @type {any} */ row) => `${row.ref} ${row.act} ${row.owed_by}`, (/** @type {any} */ row) => this.row(row))}</ul>`}`;
  }

  render() {
    return html`${this.list(true, t("owed-by-us"))}${this.list(false, t("owed-to-us"))}`;
  }
}
customElements.define("detente-owed", Owed);
