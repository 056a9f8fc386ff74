// Counts for the working group and what this node sees of line, radio and notices. Each plot is a table whose cells are
// drawn: what a screen reader or a printer gets is the figures themselves.
import { html } from "lit";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { span, t, word } from "./words.js";

const WIDE = 200;
const ROWS_MAX = 40;

/** @typedef {{value: number, kind: string}} Piece */

/** Bars one after the other, as one path each. @param {Piece[]} parts @param {number} whole @param {number | null} [mark] */
function bar(parts, whole, mark = null) {
  let at = 0;
  const scale = whole > 0 ? WIDE / whole : 0;
  const drawn = parts.map(({ value, kind }) => {
    const from = at;
    at += value * scale;
    return { kind, d: value > 0 ? `M${from} 2H${Math.max(at, from + 1)}V14H${from}Z` : "" };
  });
  while (drawn.length < 3) drawn.push({ kind: "", d: "" });
  const line = mark === null ? "" : `M${mark * scale - 1} 0h2v16h-2z`;
  return html`<svg class="bar" viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">
    <path class=${drawn[0].kind} d=${drawn[0].d}></path><path class=${drawn[1].kind} d=${drawn[1].d}></path><path class=${drawn[2].kind} d=${drawn[2].d}></path><path class="mark" d=${line}></path></svg>`;
}

class Statistics extends Part {
  constructor() {
    super();
    /** @type {any} */
    this.told = null;
    this.from = "";
    this.until = "";
    this.askedFor = "";
    this.isAsking = false;
  }

  get query() {
    const query = new URLSearchParams();
    if (this.from) query.set("from_utc", `${this.from}T00:00:00Z`);
    if (this.until) query.set("until_utc", `${this.until}T00:00:00Z`);
    return query.size ? `?${query}` : "";
  }

  updated() {
    const wanted = `${node.session?.account} ${this.query}`;
    if (!node.session || this.isAsking || wanted === this.askedFor) return;
    this.askedFor = wanted;
    this.isAsking = true;
    node.get(`api/statistics${this.query}`).then((told) => { this.told = told; }, refused)
      .finally(() => { this.isAsking = false; this.requestUpdate(); });
  }

  /** @param {string} name @param {Blob} content */
  keep(name, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  async csv() {
    try {
      const answer = await fetch(`api/statistics/csv${this.query}`);
      if (!answer.ok) await node.answer(answer);
      this.keep("statistics.csv", await answer.blob());
    } catch (why) {
      refused(why);
    }
  }

  /**
   * @param {string} title @param {string[]} heads @param {{label: unknown, parts: Piece[], mark?: number | null, figures: unknown[]}[]} rows
   */
  plot(title, heads, rows) {
    const shown = rows.slice(0, ROWS_MAX);
    const whole = Math.max(0, ...shown.map((row) => Math.max(row.parts.reduce((sum, one) => sum + one.value, 0), row.mark ?? 0)));
    return html`<table class="plot"><caption>${title}</caption>
      <thead><tr><td></td><td></td>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${shown.length === 0 ? html`<tr><td colspan=${heads.length + 2}>${t("nothing-counted")}</td></tr>`
        : shown.map((row) => html`<tr><th scope="row">${row.label}</th><td class="drawn">${bar(row.parts, whole, row.mark ?? null)}</td>${row.figures.map((one) => html`<td dir="ltr">${one}</td>`)}</tr>`)}</tbody></table>
      ${rows.length > shown.length ? html`<p class="none">${t("older-left-out", { count: String(rows.length - shown.length) })}</p>` : ""}`;
  }

  shared() {
    const { counted } = this.told;
    return html`<h3>${t("counted-alike")}</h3>
      <p><bdi dir="ltr">${counted.from_utc.slice(0, 16)}Z – ${counted.until_utc.slice(0, 16)}Z</bdi> · ${t("panel-incidents")}: <b>${counted.incidents}</b> (${t("incident-open")} ${counted.open}, ${t("incident-closed")} ${counted.closed})</p>
      ${this.plot(t("by-article"), [t("panel-incidents"), word("code", "PRT")], counted.by_article.map((/** @type {any} */ one) => ({
        label: html`<bdi class="code">${one.article}</bdi> ${word("article", one.article) === one.article ? "" : word("article", one.article)}`, parts: [{ value: one.incidents, kind: "one" }], figures: [one.incidents, one.protests] })))}
      ${this.plot(t("by-category"), [t("panel-incidents")], counted.by_category.map((/** @type {any} */ one) => ({
        label: word("category", one.category), parts: [{ value: one.incidents, kind: "one" }], figures: [one.incidents] })))}
      ${this.plot(t("alerts-answered"), [t("raised"), t("in-clock"), t("late"), t("median")], counted.alerts.map((/** @type {any} */ one) => ({
        label: html`<bdi class="code">${one.by} → ${one.to}</bdi>`,
        parts: [{ value: one.answered + one.cleared, kind: "one" }, { value: one.answered_late + one.overdue, kind: "late" }, { value: one.open, kind: "two" }],
        figures: [one.raised, one.answered + one.cleared, one.answered_late + one.overdue, one.answer_s_median === null ? "–" : `${one.answer_s_median} s`] })))}`;
  }

  answers() {
    const rows = [...this.told.answers].reverse();
    return this.plot(t("answers-clocks"), [t("answer-after"), t("clock-limit")], rows.map((/** @type {any} */ one) => {
      const isLate = one.outcome === "answered_late" || one.outcome === "overdue";
      return { label: html`<bdi class="code">${one.ref} → ${one.to}</bdi>`, parts: [{ value: one.answer_s ?? 0, kind: isLate ? "late" : "one" }], mark: one.clock_s,
        figures: [one.answer_s === null ? t(`outcome-${one.outcome}`) : `${isLate ? "⚠ " : ""}${span(one.answer_s)}`, one.clock_s === null ? "–" : span(one.clock_s)] };
    }));
  }

  line() {
    const ages = (node.board.line?.peers ?? []).flatMap((/** @type {any} */ peer) => peer.paths.map((/** @type {any} */ path) => ({ peer: peer.party, machine: node.ageS(path.machine_good_utc), hand: node.ageS(path.human_good_utc), ...path })));
    return html`${this.plot(t("line-open"), [t("share-open"), t("times-lost")], this.told.line.map((/** @type {any} */ one) => ({
        label: html`<bdi class="code">${one.party} ${one.path}</bdi>`,
        parts: [{ value: one.known_s ? one.open_s / one.known_s : 0, kind: "one" }, { value: one.known_s ? (one.late_s + one.untested_s) / one.known_s : 0, kind: "two" }, { value: one.known_s ? (one.silent_s + one.own_fault_s) / one.known_s : 0, kind: "late" }],
        figures: [one.known_s ? `${((100 * one.open_s) / one.known_s).toFixed(2)} %` : "–", one.losses] })))}
      ${this.plot(t("check-ages"), [t("by-machine"), t("by-hand")], ages.map((/** @type {any} */ one) => ({
        label: html`<bdi class="code">${one.peer} ${one.path}</bdi>`, parts: [{ value: one.hand ?? 0, kind: one.human === "late" || one.human === "silent" ? "late" : "one" }],
        figures: [one.machine === null ? "–" : span(one.machine), one.hand === null ? t("never-checked") : span(one.hand)] })))}`;
  }

  own() {
    const { radio, notices, alarms } = this.told;
    return html`<h3>${t("own-view")}</h3>
      <p>${t("alarms")}: <b>${alarms.standing}</b> · ${t("not-noted")}: <b class=${alarms.not_noted ? "bad" : ""}>${alarms.not_noted}</b></p>
      ${this.answers()}${this.line()}
      ${this.plot(t("radio-ages"), [t("age-days"), t("holds-days")], radio.map((/** @type {any} */ one) => ({
        label: html`<bdi class="code">${one.sector} ${(one.channel_khz / 1000).toFixed(3)}</bdi> <bdi>${one.ends.join(" – ")}</bdi>`,
        parts: [{ value: one.age_days, kind: one.age_days > one.holds_days ? "late" : "one" }], mark: one.holds_days, figures: [one.age_days, one.holds_days] })))}
      ${this.plot(t("by-class"), [t("given"), t("in-force")], notices.map((/** @type {any} */ one) => ({
        label: html`<bdi class="code">${one.party}</bdi> <bdi>${one.class}</bdi>`,
        parts: [{ value: one.in_force, kind: "one" }, { value: one.notices - one.in_force, kind: "two" }], figures: [one.notices, one.in_force] })))}`;
  }

  render() {
    const day = (/** @type {"from" | "until"} */ name) => html`<label>${t(`${name}-day`)} <input type="date" dir="ltr" .value=${this[name]} @change=${(/** @type {any} */ event) => { this[name] = event.target.value; this.requestUpdate(); }}></label>`;
    return html`<p class="acts">${day("from")}${day("until")}
        <button @click=${() => this.csv()}>⬇ CSV</button>
        <button ?disabled=${!this.told} @click=${() => this.keep("statistics.json", new Blob([JSON.stringify(this.told, null, 2)], { type: "application/json" }))}>⬇ JSON</button>
        <button @click=${() => { this.askedFor = ""; this.requestUpdate(); }}>${t("look-again")}</button></p>
      ${this.isAsking ? html`<progress aria-label=${t("looking")}></progress>` : ""}
      <p class="small key"><span class="swatch one">■</span> ${t("key-good")} <span class="swatch two">■</span> ${t("key-open")} <span class="swatch late">■</span> ${t("key-late")} <span>▏</span> ${t("clock-limit")}</p>
      ${this.told ? html`${this.shared()}${this.own()}` : html`<p class="none">${t("nothing-yet")}</p>`}`;
  }
}
customElements.define("detente-statistics", Statistics);
