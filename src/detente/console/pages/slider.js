// The time slider: six hours back, a day ahead, and "now", which follows the clock. By mouse, arrow keys, a typed time, or
// the replay of an incident. A new ALERT brings the map back to now: nobody looks at the past while it sounds.
import { html } from "lit";
import { keep, kept } from "./kept_view.js";
import { node } from "./node.js";
import { Part, tell } from "./part.js";
import { t } from "./words.js";

const BACK_MIN = -360;
const AHEAD_MIN = 1440;
const NOW_MIN = 0;

class Slider extends Part {
  constructor() {
    super();
    const at = Date.parse(kept("t") ?? "");
    /** The moment shown; null is now. @type {number | null} */
    this.atMs = Number.isNaN(at) ? null : at;
    this.isHiding = kept("others") === "hidden";
    /** ALERTs that have brought the map back. @type {Set<string>} */
    this.rung = new Set();
    // The replay of an incident moves the map too, several times a second: that is not kept in the address.
    addEventListener("detente-time", (/** @type {any} */ event) => {
      this.atMs = event.detail.ms;
      this.show();
    });
  }

  willUpdate() {
    const ids = (node.board.alarms?.alarms ?? []).filter((/** @type {any} */ one) => one.weight === "alert").map((/** @type {any} */ one) => one.id);
    const isNew = ids.some((/** @type {string} */ id) => !this.rung.has(id));
    this.rung = new Set(ids);
    if (!isNew || this.atMs === null) return;
    dispatchEvent(new CustomEvent("detente-back-to-now"));
    this.atMs = null;
    this.tell();
    tell(t("slider-alert"), true);
  }

  firstUpdated() {
    this.tell();
  }

  get momentMs() {
    return this.atMs ?? node.nowMs();
  }

  tell() {
    keep("t", this.atMs === null ? null : new Date(this.atMs).toISOString().slice(0, 19) + "Z");
    keep("others", this.isHiding ? "hidden" : null);
    this.show();
  }

  show() {
    dispatchEvent(new CustomEvent("detente-moment", { detail: { atMs: this.atMs, isHiding: this.isHiding } }));
    this.requestUpdate();
  }

  /** Minutes from now; within a minute of it, it is now. @param {number} minutes */
  set(minutes) {
    this.atMs = minutes === NOW_MIN ? null : Math.round((node.nowMs() + minutes * 60000) / 60000) * 60000;
    this.tell();
  }

  /** @param {string} typed As 2026-11-26 16:40Z, or 16:40 of the day shown; read as UTC. */
  type(typed) {
    const plain = typed.trim().replace(/z$/i, "").replace(" ", "T");
    const day = new Date(this.momentMs).toISOString().slice(0, 10);
    const at = Date.parse(`${plain.includes("T") ? plain : `${day}T${plain}`}Z`);
    if (!Number.isNaN(at)) {
      this.atMs = at;
    }
    this.tell(); // what cannot be read gives way to what is shown
  }

  render() {
    const minutes = this.atMs === null ? 0 : Math.round((this.atMs - node.nowMs()) / 60000);
    const shown = new Date(this.momentMs).toISOString();
    const words = this.atMs === null ? t("slider-now") : this.atMs < node.nowMs() ? t("slider-past") : t("slider-future");
    return html`<div class="slider ${this.atMs === null ? "" : "other"}" role="group" aria-label=${t("slider")}>
      <button @click=${() => this.set(0)} aria-pressed=${this.atMs === null}>${t("slider-now")}</button>
      <span class="line" dir="ltr"><button @click=${() => this.set(minutes - 10)} aria-label="−10 min">−10</button>
      <input type="range" min=${BACK_MIN} max=${AHEAD_MIN} step="1" .value=${String(Math.max(BACK_MIN, Math.min(AHEAD_MIN, minutes)))} aria-label=${t("slider")}
        aria-valuetext=${`${shown.slice(0, 16)}Z ${words}`} @input=${(/** @type {any} */ event) => this.set(Number(event.target.value))}>
      <button @click=${() => this.set(minutes + 10)} aria-label="+10 min">+10</button></span>
      <input class="when" dir="ltr" maxlength="20" aria-label=${t("slider-type")} title=${t("slider-type")} .value=${`${shown.slice(0, 10)} ${shown.slice(11, 16)}Z`} @change=${(/** @type {any} */ event) => this.type(event.target.value)}>
      <b>${words}</b>
      <label class="hide"><input type="checkbox" .checked=${this.isHiding} @change=${(/** @type {any} */ event) => { this.isHiding = event.target.checked; this.tell(); }}> ${t("slider-hide")}</label>
    </div>`;
  }
}
customElements.define("detente-slider", Slider);
