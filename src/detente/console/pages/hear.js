// A button that plays one kept transmission and says where it cannot, the same in every list; and who spoke it, when, how long.
import { html } from "lit";
import { Part, refused, tell } from "./part.js";
import { player } from "./player.js";
import { span, t, zulu } from "./words.js";

/** @typedef {{sha256: string, start_utc: string, length_ms: number, channel_khz: number, post: string, missing?: number}} Spoken */

class Hear extends Part {
  constructor() {
    super();
    /** @type {Spoken | null} */
    this.of = null;
    /** Known not to be here. */
    this.absent = false;
    this.follow = () => this.requestUpdate();
  }

  static properties = { of: { attribute: false }, absent: { attribute: false } };

  connectedCallback() {
    super.connectedCallback();
    player.addEventListener("change", this.follow);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    player.removeEventListener("change", this.follow);
  }

  /** @param {Spoken} of */
  async press(of) {
    if (player.playing === of.sha256) return player.stop();
    try {
      await player.play(of.sha256);
      const fault = player.faults.get(of.sha256);
      if (fault) tell(t(`kept-${fault}`), true);
      else if (player.playing === of.sha256) this.dispatchEvent(new CustomEvent("detente-hears", { bubbles: true, detail: of }));
    } catch (why) {
      refused(why);
    }
  }

  render() {
    const of = this.of;
    if (!of) return "";
    const isPlaying = player.playing === of.sha256;
    const fault = this.absent ? "absent" : player.faults.get(of.sha256);
    const words = isPlaying ? t("kept-stop") : t("kept-play");
    return html`${this.absent ? "" : html`<button aria-label=${`${words} ${of.post} ${zulu(of.start_utc)}`} @click=${() => this.press(of)}>${isPlaying ? "■" : "▶"} ${words}</button>`}
      ${fault ? html`<b class="bad">✖ ${t(`kept-${fault}`)}</b>` : ""}
      <bdi class="code" dir="ltr">${of.start_utc.slice(0, 10)} ${zulu(of.start_utc)} ${(of.channel_khz / 1000).toFixed(3)}</bdi> <bdi class="code">${of.post}</bdi>
      <span dir="ltr">${span(Math.ceil(of.length_ms / 1000))}</span> ${of.missing ? html`<b class="bad">┄ ${t("kept-missing", { count: of.missing })}</b>` : ""} <bdi class="code small">${of.sha256.slice(0, 12)}</bdi>`;
  }
}
customElements.define("detente-hear", Hear);
