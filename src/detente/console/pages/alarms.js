// Alarms by shape, word and rhythm, never by colour alone; one button for each, none for all.
import { html, repeat } from "lit";
import { node } from "./node.js";
import { Part, refused, show } from "./part.js";
import { language, span, t, word } from "./words.js";

const SHAPES = { alert: "▲", warning: "◆", caution: "■" };
/** Seconds of sound and silence: alert quick and even, warning two, caution one. */
const RHYTHMS = { alert: [0.12, 0.1, 0.12, 0.1, 0.12, 0.1, 0.12], warning: [0.25, 0.2, 0.25], caution: [0.3] };
/** Two heartbeats of the stream that did not come. */
const SILENT_S = 40;
const AGAIN_S = { alert: 2, warning: 8, caution: 20 };

/** A warning by its code in the reader's language; what has no words there is said as the node says it. @param {any} row */
function inWords(row) {
  const id = `warned-${row.warning}`;
  const told = language === "en" ? id : t(id, row.args);
  return told === id ? row.text : told;
}

/** Whom the machine rings, or whom our own watch must reach. @param {any} rung */
function rungWords(rung) {
  return `${t(rung.is_ours ? "rung-ours" : "rung-theirs", { post: rung.post })}${rung.by_radio_too ? ` ${t("rung-radio")}` : ""}`;
}

/** One person takes note of one alarm. @param {any} row */
export async function noteAlarm(row) {
  try {
    await node.post("api/alarms/note", { id: row.id });
  } catch (why) {
    refused(why);
  }
}

class Alarms extends Part {
  constructor() {
    super();
    /** How many rows scrolling hides: that is always said. */
    this.outOfSight = 0;
    /** @type {AudioContext | null} */
    this.audio = null;
    this.soundedMs = -Infinity;
    this.quiet = "";
    this.tick = () => this.sound();
    // A browser lets a page sound once somebody has touched it: the log in is touch enough.
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => this.isMuted && this.allow(), { capture: true });
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("detente-second", this.tick);
    node.addEventListener("change", this.tick); // a hidden page's own seconds may be a minute long
  }

  get rows() {
    const own = this.own();
    return [...(own ? [own] : []), ...(node.board.alarms?.alarms ?? [])];
  }

  /** What this page must say by itself: that it is told nothing any more. Silenced here alone, by whoever may speak. */
  own() {
    const code = node.isCutOff ? "alarm-logged-out" : node.session && node.silentS > SILENT_S ? "alarm-no-node" : "";
    if (code !== this.quiet) this.quiet = "";
    return code && { id: code, weight: "warning", text: t(code), code: null, until_ms: null, noted_by: this.quiet ? node.session?.account : null, noted_utc: new Date().toISOString() };
  }

  /** @param {any} row */
  note(row) {
    if (row.id.startsWith("alarm-")) this.quiet = row.id;
    else noteAlarm(row);
    this.requestUpdate();
  }

  get isMuted() {
    return this.audio?.state !== "running";
  }

  allow() {
    this.audio ??= new AudioContext();
    this.audio.resume().then(() => this.requestUpdate());
  }

  sound() {
    const loud = this.rows.filter((/** @type {any} */ row) => row.noted_by === null);
    const weight = /** @type {const} */ (["alert", "warning", "caution"]).find((one) => loud.some((/** @type {any} */ row) => row.weight === one));
    document.title = `${loud.length ? `(${loud.length}) ` : ""}${node.session?.party ?? ""} Détente`;
    if (!weight || !(node.session || node.isCutOff) || !this.audio || this.audio.state !== "running") return;
    if (performance.now() - this.soundedMs < AGAIN_S[weight] * 1000) return; // whatever becomes of this computer's clock
    this.soundedMs = performance.now();
    let at = this.audio.currentTime;
    RHYTHMS[weight].forEach((seconds, place) => {
      if (place % 2 === 0 && this.audio) {
        const tone = this.audio.createOscillator();
        const gain = this.audio.createGain();
        tone.frequency.value = weight === "alert" ? 880 : 660;
        gain.gain.value = 0.2;
        tone.connect(gain).connect(this.audio.destination);
        tone.start(at);
        tone.stop(at + seconds);
      }
      at += seconds;
    });
  }

  /** @param {any} row */
  row(row) {
    const left = row.until_ms === null ? null : (row.until_ms - node.nowMs()) / 1000;
    const weight = /** @type {keyof typeof SHAPES} */ (row.weight);
    return html`<li class="alarm ${weight} ${row.noted_by ? "noted" : ""}">
      <span aria-hidden="true">${SHAPES[weight]}</span> <b>${t(`weight-${weight}`)}</b>
      ${row.text ? html`<bdi>${inWords(row)}</bdi>` : html`${word("code", row.code)} <bdi class="code">${row.ref}</bdi>${row.other ? html` – <bdi class="code">${row.other}</bdi>` : ""}`}
      ${row.rung ? html`<b>☎ ${rungWords(row.rung)}</b>` : ""}
      ${left === null ? "" : html`<span dir="ltr" class="left">${span(left)}</span>`}
      ${row.noted_by ? html`<span class="by">${t("noted-by", { who: row.noted_by })} <bdi>${row.noted_utc.slice(11, 19)}Z</bdi></span>`
        : node.maySpeak ? html`${row.code === "CON" ? html`<button @click=${() => show("conflicts")}>${t("look-at")}</button>` : ""}<button @click=${() => this.note(row)}>${t("take-note")}</button>` : ""}
    </li>`;
  }

  /** What a screen reader says when it changes: without the time left, which changes every second. */
  spoken() {
    return this.rows.filter((/** @type {any} */ row) => !row.noted_by)
      .map((/** @type {any} */ row) => `${t(`weight-${row.weight}`)}: ${row.text ? inWords(row) : `${word("code", row.code)} ${row.ref} ${row.other ?? ""}`} ${row.rung ? rungWords(row.rung) : ""}`).join(". ");
  }

  updated() {
    const list = this.querySelector("ul");
    if (!list) return;
    const bounds = list.getBoundingClientRect();
    const hidden = [...list.children].filter((row) => {
      const middle = (row.getBoundingClientRect().top + row.getBoundingClientRect().bottom) / 2;
      return middle < bounds.top || middle > bounds.bottom;
    }).length;
    if (hidden === this.outOfSight) return;
    this.outOfSight = hidden;
    this.requestUpdate();
  }

  render() {
    return html`<h2>${t("alarms")} <span class="count">${this.rows.length}</span>
      ${this.isMuted ? html`<button class="mute" @click=${this.allow}>✕ ${t("allow-sound")}</button>` : ""}</h2>
      ${this.rows.length === 0 ? html`<p class="none">${t("no-alarm")}</p>` : ""}
      <p class="unseen" role="log" aria-live="assertive" aria-label=${t("alarms")}>${this.spoken()}</p>
      <ul class="rows" tabindex="0" aria-label=${t("alarms")} @scroll=${() => this.updated()}>${repeat(this.rows, (/** @type {any} */ row) => row.id, (/** @type {any} */ row) => this.row(row))}</ul>
      ${this.outOfSight ? html`<p class="out-of-sight">↕ ${t("alarms-hidden", { count: this.outOfSight })}</p>` : ""}`;
  }
}
customElements.define("detente-alarms", Alarms);
