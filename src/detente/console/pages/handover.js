// Taking and handing over the watch: what the on-coming watch reads first, the checks that are due with one button each,
// and how far the hand-over has come. The node's rule is shown, not repeated: it refuses a hand-over before its time.
import { html, repeat } from "lit";
import { give } from "./acts.js";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { language, span, t, word } from "./words.js";

class Handover extends Part {
  constructor() {
    super();
    /** @type {any} */
    this.brief = null;
    this.askedFor = "";
    this.isAsking = false;
    this.hear = () => { this.askedFor = ""; this.requestUpdate(); };
  }

  connectedCallback() {
    super.connectedCallback();
    node.addEventListener("news", this.hear);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    node.removeEventListener("news", this.hear);
  }

  /** Asked again when something was said, at most one look at a time. */
  updated() {
    const wanted = `${node.session?.account} ${language} ${JSON.stringify(node.board.line?.kept ?? null)}`;
    if (!node.session || this.isAsking || wanted === this.askedFor) return;
    this.askedFor = wanted;
    this.isAsking = true;
    node.get(`api/brief?language=${language}`).then((told) => { this.brief = told; }, refused)
      .finally(() => { this.isAsking = false; this.requestUpdate(); });
  }

  /** @param {SubmitEvent} event */
  take(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const languages = String(form.get("languages")).split(/[\s,]+/).filter(Boolean);
    const interpreter = String(form.get("interpreter"));
    give("api/watch/take", { post: String(form.get("post")), ...(languages.length ? { languages } : {}), ...(interpreter ? { interpreter } : {}) });
  }

  /** @param {boolean} isDone @param {string} text */
  stepRow(isDone, text) {
    return html`<li class=${isDone ? "good" : ""}><span aria-hidden="true">${isDone ? "✔" : "○"}</span> ${text}${isDone ? "" : html` <b>${t("still-open")}</b>`}</li>`;
  }

  /** @param {any} row */
  post(row) {
    return html`<li class="card"><h3><bdi class="code">${row.post}</bdi> <span class="small">${row.roles.map((/** @type {string} */ one) => word("role", one)).join(", ")} ·
        <span dir="ltr">${row.languages.join(" ")}</span> · ${t("since")} <bdi dir="ltr">${row.since_utc.slice(0, 16)}Z</bdi></span></h3>
      <ol class="plain steps">
        ${this.stepRow(true, t(row.is_relieving ? "step-relief-taken" : "step-taken"))}
        ${this.stepRow(row.checked, t("step-checked"))}
        ${row.is_relieving ? this.stepRow(false, t("step-handed-over")) : ""}</ol>
      ${row.is_relieving && !row.checked ? html`<p class="bad"><b>⚠ ${t("stay-on-watch")}</b></p>` : ""}
      ${node.maySpeak && row.is_relieving ? html`<button class="primary" ?disabled=${!row.checked} @click=${() => give("api/watch/hand-over", { post: row.post })}>${t("hand-over")}</button>` : ""}
    </li>`;
  }

  posts() {
    const kept = (node.board.line?.kept?.posts ?? []).filter((/** @type {any} */ one) => one.party === node.session?.party);
    const posts = this.brief?.posts ?? [];
    const unkept = posts.map((/** @type {any} */ one) => one.post).filter((/** @type {string} */ one) => (node.board.line?.kept?.unkept ?? []).includes(one));
    return html`<h3>${t("own-posts")}</h3>
      <ul class="plain">${repeat(kept, (/** @type {any} */ one) => one.post, (/** @type {any} */ one) => this.post(one))}</ul>
      ${unkept.length ? html`<p class="bad">⚠ ${t("nobody-at")} <bdi class="code">${unkept.join(" ")}</bdi></p>` : ""}
      ${node.maySpeak && posts.length ? html`<form class="watchform" @submit=${this.take}>
        <label>${t("post")}<select name="post" dir="ltr">${posts.map((/** @type {any} */ one) => html`<option value=${one.post}>${one.post} (${word("role", one.role)})</option>`)}</select></label>
        <label>${t("languages")}<input name="languages" dir="ltr" maxlength="60" placeholder=${posts[0].languages.join(" ")}></label>
        <label>${word("label", "interpreter")}<select name="interpreter"><option value="">${t("as-agreed")}</option>
          ${["on_watch", "on_call", "none"].map((one) => html`<option value=${one}>${word("interpreter", one)}</option>`)}</select></label>
        <button class="primary">${t("take-watch")}</button></form>` : ""}`;
  }

  /** @param {any} peer */
  peer(peer) {
    return html`<li class="card"><h3><bdi class="code">${peer.party}</bdi> <span class="small">${t("clock-offset")} <bdi dir="ltr" class=${peer.clock_is_off ? "bad" : ""}>${peer.clock_offset_ms === null ? "?" : `${peer.clock_offset_ms > 0 ? "+" : ""}${peer.clock_offset_ms} ms`}</bdi></span></h3>
      ${peer.watch.length === 0 ? html`<p class="bad"><b>${t("nobody-known")}</b></p>` : html`<ul class="plain">${peer.watch.map((/** @type {any} */ one) => html`<li><bdi class="code">${one.post}</bdi>
        <b dir="ltr">${one.languages.join(" ")}</b> · ${word("label", "interpreter")}: ${word("interpreter", one.interpreter)} · ${t("since")} <bdi dir="ltr">${one.since_utc.slice(11, 16)}Z</bdi></li>`)}</ul>`}
      <ul class="plain checks">${repeat(peer.paths, (/** @type {any} */ one) => one.path, (/** @type {any} */ one) => this.check(one))}</ul></li>`;
  }

  /** @param {any} path */
  check(path) {
    const due = path.human_due_utc ? (Date.parse(path.human_due_utc) - node.nowMs()) / 1000 : null;
    const isDue = due !== null && due <= 0;
    const age = node.ageS(path.human_good_utc);
    return html`<li><bdi class="code">${path.path}</bdi> ${t("by-hand")}: ${age === null ? t("never-checked") : t("checked-ago", { age: span(age) })}
      ${due === null ? "" : isDue ? html`<b class="bad">⚠ ${t("check-due")}</b>` : html`· ${t("due-in")} <bdi dir="ltr">${span(due)}</bdi>`}
      ${node.maySpeak ? html`<button class=${isDue ? "primary" : ""} @click=${() => give("api/line/check", { path: path.path })}>${t("check-now")}</button>` : ""}</li>`;
  }

  radio() {
    const rows = this.brief?.radio ?? [];
    return html`<h3>${t("radio-due")} <span class="count">${rows.length + (this.brief?.radio_more ?? 0)}</span></h3>
      ${rows.length === 0 ? html`<p class="none">${t("nothing-due")}</p>` : html`<ul class="plain checks tall" tabindex="0" aria-label=${t("radio-due")}>${repeat(rows, (/** @type {any} */ one) => [one.sector, one.lower, one.upper, one.pair, one.channel_khz].join(), (/** @type {any} */ one) => html`<li>
        <bdi class="code">${one.sector} ${one.lower}–${one.upper}</bdi> <bdi>${one.pair.join(" – ")}</bdi> <b class=${one.state === "never" ? "bad" : ""}>${t(`proof-${one.state}`)}</b>
        ${one.channel_khz && node.maySpeak ? html`<button @click=${() => this.sayRadio(one)}>${word("code", "RCK")} <bdi dir="ltr">${(one.channel_khz / 1000).toFixed(3)}</bdi></button>` : ""}</li>`)}</ul>`}`;
  }

  /** @param {any} one */
  sayRadio(one) {
    const [caller, called] = one.pair[0].startsWith(`${node.session?.party}/`) ? one.pair : [...one.pair].reverse();
    const fields = { channel_khz: (one.channel_khz / 1000).toFixed(3), sector: one.sector, caller, called, at_ms: "now" };
    dispatchEvent(new CustomEvent("detente-say", { detail: { code: "RCK", fields } }));
  }

  open() {
    const owed = node.board.owed?.owed ?? [];
    const ours = owed.filter((/** @type {any} */ one) => one.by_us);
    return html`<h3>${t("open-now")} <span class="count">${owed.length}</span></h3>
      <p>${t("owed-by-us")}: <b>${ours.length}</b> · ${t("late")}: <b class=${ours.some((/** @type {any} */ one) => one.is_overdue) ? "bad" : ""}>${ours.filter((/** @type {any} */ one) => one.is_overdue).length}</b>
        · ${t("owed-to-us")}: <b>${owed.length - ours.length}</b> · ${t("conflicts")}: <b>${node.board.findings?.conflicts.length ?? 0}</b>
        · ${t("panel-incidents")}: <b>${node.board.incidents?.incidents.filter((/** @type {any} */ one) => one.state === "open").length ?? 0}</b></p>`;
  }

  log() {
    const told = this.brief;
    if (!told) return html`<p class="none">${t("nothing-yet")}</p>`;
    return html`<h3>${told.since_utc ? html`${t("log-since")} <bdi dir="ltr">${told.since_utc.slice(0, 16)}Z</bdi>` : t("log-newest")}</h3>
      <p>${Object.entries(told.counts).map(([code, count]) => html`<span class="tag">${word("code", code)} <b>${count}</b></span> `)}</p>
      ${told.more > 0 ? html`<p class="none">${t("older-left-out", { count: String(told.more) })}</p>` : ""}
      <ul class="plain tall log" tabindex="0" aria-label=${t("log-newest")}>${told.entries.map((/** @type {any} */ row) => html`<li><span dir="ltr">${row.at_utc.slice(11, 19)}Z</span>
        <bdi class="code">${row.ref}</bdi> <b dir=${row.direction}>${row.title}</b> <bdi>${row.detail}</bdi></li>`)}</ul>
      ${told.logbook ? html`<h3>${t("own-logbook")}</h3><ul class="plain tall log" tabindex="0" aria-label=${t("own-logbook")}>${told.logbook.map((/** @type {any} */ row) => html`<li><span dir="ltr">${row.at_utc.slice(11, 19)}Z</span> <b>${row.kind}</b> <bdi>${row.text}</bdi></li>`)}</ul>` : ""}`;
  }

  render() {
    const peers = node.board.line?.peers ?? [];
    return html`${this.posts()}${this.open()}
      <h3>${t("other-end")}</h3><ul class="plain">${repeat(peers, (/** @type {any} */ one) => one.party, (/** @type {any} */ one) => this.peer(one))}</ul>
      ${this.radio()}${this.log()}`;
  }
}
customElements.define("detente-handover", Handover);
