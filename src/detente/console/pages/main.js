// The console: a frame around its parts, the clock, the language, night mode and the keys.
import { html } from "lit";
import { give } from "./acts.js";
import { node } from "./node.js";
import { letterOf, Part, refused, show } from "./part.js";
import { LANGUAGES, language, speak, t, word, zulu } from "./words.js";
import "./steady.js";
import "./told.js";
import "./enter.js";
import "./strip.js";
import "./owed.js";
import "./alarms.js";
import "./chart.js";
import "./thread.js";
import "./say.js";
import "./panels.js";
import "./talk.js";

const SILENT_S = 40;
const SKEW_MS = 5000;

class Console extends Part {
  constructor() {
    super();
    this.isNight = localStorage.getItem("night") === "yes";
  }

  firstUpdated() {
    this.night(this.isNight);
    addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {boolean} isNight */
  night(isNight) {
    this.isNight = isNight;
    localStorage.setItem("night", isNight ? "yes" : "no");
    document.documentElement.classList.toggle("night", isNight);
    dispatchEvent(new Event("detente-night"));
    this.requestUpdate();
  }

  /** @param {string} wanted */
  async tongue(wanted) {
    localStorage.setItem("language", wanted);
    await speak(wanted);
    dispatchEvent(new Event("detente-language"));
  }

  alert() {
    dispatchEvent(new CustomEvent("detente-say", { detail: { code: "ALR" } }));
  }

  /** Alt with a letter: nothing that is typed into a form. @param {KeyboardEvent} event */
  key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey || !node.session) return;
    const places = { Digit1: "detente-alarms ul", Digit2: "detente-owed ul", Digit3: "detente-thread ul", Digit4: ".chart" };
    const letter = letterOf(event);
    if (letter === "A" && node.maySpeak) this.alert();
    else if (letter === "N") this.night(!this.isNight);
    else if (event.code in places) /** @type {HTMLElement | null} */ (this.querySelector(places[/** @type {keyof typeof places} */ (event.code)]))?.focus();
    else return;
    event.preventDefault();
  }

  get state() {
    if (!node.isLive) return { mark: "✖", words: t("node-silent"), isBad: true };
    if (node.silentS > SILENT_S) return { mark: "◐", words: t("node-late"), isBad: true };
    return { mark: "●", words: t("node-live"), isBad: false };
  }

  posts() {
    const kept = node.board.line?.kept;
    if (!kept || !node.session) return "";
    const ours = kept.posts.filter((/** @type {any} */ one) => one.party === node.session?.party);
    return html`<span class="posts">${ours.map((/** @type {any} */ one) => html`<span><bdi class="code">${one.post}</bdi> ${t("kept")}
        ${node.maySpeak ? html`<button @click=${() => show("watch")}>${t("hand-over")}</button>` : ""}</span>`)}
      ${node.maySpeak && ours.length === 0 ? html`<form class="take" @submit=${this.take}><input name="post" required maxlength="80" dir="ltr" aria-label=${t("post")}
        value=${`${node.session.party.toLowerCase()}.air`}><button>${t("take-watch")}</button></form>` : ""}</span>`;
  }

  /** @param {SubmitEvent} event */
  take(event) {
    event.preventDefault();
    give("api/watch/take", { post: String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("post")) });
  }

  render() {
    const state = this.state;
    const now = node.nowMs();
    const isRehearsal = node.board.status?.is_rehearsal === true;
    const isSkewed = node.isLive && !isRehearsal && Math.abs(node.offsetMs) > SKEW_MS;
    return html`
      <header>
        <span class="party"><bdi class="code">${node.session?.party ?? "Détente"}</bdi> <bdi class="code small">${node.board.status?.memorandum ?? ""}</bdi></span>
        <span class="clock" dir="ltr"><b>${zulu(now)}</b> <span class="small">${new Date(now).toISOString().slice(0, 10)} · ${new Date(now).toTimeString().slice(0, 5)} ${t("local")}</span></span>
        ${isRehearsal ? html`<b class="rehearsal">▨ ${t("rehearsal")}</b>` : ""}
        <span class=${state.isBad ? "bad" : ""} role="status">${state.mark} ${state.words}${isSkewed ? html` <b class="bad">⚠ ${t("browser-skewed", { seconds: String(Math.round(node.offsetMs / 1000)) })}</b>` : ""}</span>
        ${this.posts()}
        <detente-panels></detente-panels>
        <span class="right">
          ${node.session ? html`<span class="small"><bdi>${node.session.account}</bdi> · ${word("console-role", node.session.role)} <button @click=${() => node.logout().catch(refused)}>${t("logout")}</button></span>` : ""}
          <select aria-label=${t("language")} @change=${(/** @type {any} */ event) => this.tongue(event.target.value)}>
            ${Object.entries(LANGUAGES).map(([code, name]) => html`<option value=${code} lang=${code} ?selected=${code === language}>${name}</option>`)}</select>
          <button aria-pressed=${this.isNight} @click=${() => this.night(!this.isNight)} title="Alt N">☾ ${t("night")}</button>
          ${node.maySpeak ? html`<button class="danger alertbutton" @click=${this.alert} title="Alt A">▲ ${t("alert-button")}</button>` : ""}
        </span>
      </header>
      <detente-strip></detente-strip>
      <main>
        <div class="left-side"><detente-alarms></detente-alarms><detente-owed></detente-owed></div>
        <detente-chart></detente-chart>
        <div class="right-side"><detente-talk></detente-talk><detente-thread></detente-thread></div>
      </main>
      <footer><detente-told></detente-told><span>${t("advice-only")}</span></footer>
      <detente-say></detente-say>
      <detente-enter></detente-enter>`;
  }
}

await speak(new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("language") ?? navigator.language.slice(0, 2));
await node.restore();
customElements.define("detente-console", Console);
setInterval(() => {
  node.watch();
  dispatchEvent(new Event("detente-second"));
}, 1000);
