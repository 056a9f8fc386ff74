// Transmissions that the node has kept: who, when, how long, and a button to hear each again, from its packets as sent.
import { html } from "lit";
import { decodeRecording } from "./frame.js";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { span, t, zulu } from "./words.js";

const REPLAY = 0;
const COUNT = 30;
const AGAIN_MS = 4000;

class Kept extends Part {
  constructor() {
    super();
    /** @type {any[]} */
    this.rows = [];
    this.playing = "";
    /** @type {ReturnType<typeof setTimeout>[]} */
    this.timers = [];
    this.read = () => this.look();
  }

  static properties = { audio: { attribute: false } };

  connectedCallback() {
    super.connectedCallback();
    node.addEventListener("news", this.read);
    this.polling = setInterval(this.read, AGAIN_MS); // what was heard is kept some seconds after it was stated
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    node.removeEventListener("news", this.read);
    clearInterval(this.polling);
  }

  /** Asked again when something was said on the line and every few seconds, and only while the list is open. */
  async look() {
    if (!node.session || !this.querySelector("details")?.open) return;
    try {
      this.rows = (await node.get(`api/voice/kept?count=${COUNT}`)).kept;
      this.requestUpdate();
    } catch (why) {
      refused(why);
    }
  }

  /** @param {any} row */
  async play(row) {
    this.stop();
    try {
      const answer = await fetch(`api/voice/kept/${row.sha256}`);
      if (!answer.ok) throw await answer.json();
      const { heading, packets } = decodeRecording(await answer.arrayBuffer());
      const audio = /** @type {import("./voice_audio.js").VoiceAudio} */ (/** @type {any} */ (this).audio);
      await audio.begin();
      this.playing = row.sha256;
      const transmission = `${heading.transmission}-${performance.now()}`;
      this.timers = packets.map((one) => setTimeout(() => audio.play({ khz: REPLAY, party: heading.party, post: heading.post, transmission,
        sequence: one.sequence, capturedMs: 0, codec: heading.codec, payload: one.payload }), one.atMs));
      this.timers.push(setTimeout(() => this.stop(), row.length_ms + 400));
    } catch (why) {
      refused(why);
    }
    this.requestUpdate();
  }

  stop() {
    this.timers.forEach(clearTimeout);
    this.timers = [];
    this.playing = "";
    this.requestUpdate();
  }

  /** @param {any} row */
  row(row) {
    const isPlaying = this.playing === row.sha256;
    return html`<li>${isPlaying ? html`<button @click=${() => this.stop()}>■ ${t("kept-stop")}</button>` : html`<button @click=${() => this.play(row)}>▶ ${t("kept-play")}</button>`}
      <bdi class="code" dir="ltr">${row.start_utc.slice(0, 10)} ${zulu(row.start_utc)} ${(row.channel_khz / 1000).toFixed(3)}</bdi> <bdi class="code">${row.post}</bdi>
      <span dir="ltr">${span(Math.ceil(row.length_ms / 1000))}</span> ${row.missing ? html`<b class="bad">┄ ${t("kept-missing", { count: row.missing })}</b>` : ""} <bdi class="code small">${row.sha256.slice(0, 12)}</bdi></li>`;
  }

  render() {
    return html`<details @toggle=${() => this.look()}><summary>${t("kept-voice")}</summary>
      ${this.rows.length === 0 ? html`<p class="none">${t("kept-none")}</p>` : ""}<ul>${this.rows.map((row) => this.row(row))}</ul></details>`;
  }
}
customElements.define("detente-kept", Kept);
