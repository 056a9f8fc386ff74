// One strip for each peer: declared and observed side by side, the age of the last good check of each path, the watch.
import { html } from "lit";
import { node } from "./node.js";
import { Part } from "./part.js";
import { span, t, word } from "./words.js";

const MARKS = { open: "●", late: "◐", silent: "○", own_fault: "✖", untested: "?" };

class Strip extends Part {
  /** @param {any} path */
  path(path) {
    const age = path.last_good_utc ? (node.nowMs() - Date.parse(path.last_good_utc)) / 1000 : null;
    return html`<li class="path ${path.observed}">
      <span aria-hidden="true">${MARKS[/** @type {keyof typeof MARKS} */ (path.observed)] ?? "?"}</span>
      <bdi class="code">${path.path}</bdi> <b>${word("state", path.observed)}</b>
      <span>${age === null ? t("never-checked") : t("checked-ago", { age: span(Math.max(0, age)) })}</span>
      ${path.human === "late" || path.human === "silent" ? html`<b class="bad">${t("hand-check-late")}</b>` : ""}
      ${path.reason ? html`<bdi class="reason">${path.reason}</bdi>` : ""}
    </li>`;
  }

  /** @param {any} said @param {string} who */
  declared(said, who) {
    return html`<span class="declared ${said.state}"><bdi class="code">${who}</bdi>: ${word("declared", said.state)}</span>
      ${said.outages.filter((/** @type {any} */ one) => Date.parse(one.end_utc) > node.nowMs()).map((/** @type {any} */ one) => this.outage(one))}`;
  }

  /** What was said not to serve: now, or from when on, and what serves instead. @param {any} one */
  outage(one) {
    const isNow = Date.parse(one.start_utc) <= node.nowMs();
    const minutes = (/** @type {string} */ utc) => `${utc.slice(5, 16).replace("T", " ")}Z`;
    return html`<span class="outage ${isNow ? "bad" : ""}">${isNow ? "⚠ " : ""}${word("code", "OUT")}: ${word("outage", one.what)} <bdi class="code">${one.name}</bdi>
      <bdi dir="ltr">${minutes(one.start_utc)}–${minutes(one.end_utc)}</bdi>${one.alternate ? html` · ${word("label", "alternate")}: <bdi class="code">${one.alternate}</bdi>` : ""}</span>`;
  }

  render() {
    const line = node.board.line;
    if (!line) return html`<p>${t("nothing-yet")}</p>`;
    return html`${line.peers.map((/** @type {any} */ peer) => html`<section class="peer" aria-label=${t("line-to", { peer: peer.party })}>
      <h2><bdi class="code">${peer.party}</bdi>${peer.forked ? html` <b class="bad">✖ ${t("two-pasts")}</b>` : ""}</h2>
      <div><span class="label">${t("declared")}</span> ${this.declared(peer.declared.by_us, line.party)} ${this.declared(peer.declared.by_them, peer.party)}</div>
      <div><span class="label">${t("observed")}</span><ul class="paths">${peer.paths.map((/** @type {any} */ one) => this.path(one))}</ul></div>
      <div><span class="label">${t("on-watch")}</span> ${peer.watch.length === 0 ? html`<b>${t("nobody-known")}</b>`
        : peer.watch.map((/** @type {any} */ one) => html`<span class="watch"><bdi class="code">${one.post}</bdi> <span dir="ltr">${one.languages.join(" ")}</span></span> `)}
        ${peer.clock_is_off ? html`<b class="bad">⚠ ${t("clock-off", { ms: String(peer.clock_offset_ms) })}</b>` : ""}</div>
    </section>`)}`;
  }
}
customElements.define("detente-strip", Strip);
