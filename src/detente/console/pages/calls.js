// Calls on real radio, logged by hand: a short form, what was logged last, and since when each channel is proven.
import { html } from "lit";
import { give } from "./acts.js";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { t, word } from "./words.js";

class Calls extends Part {
  constructor() {
    super();
    /** @type {{calls: any[], proofs: any[]}} */
    this.told = { calls: [], proofs: [] };
    /** The channel that is talked on, and the one that was chosen by hand for the call that is being written. @type {number | null} */
    this.talksOn = null;
    /** @type {number | null} */
    this.khz = null;
  }

  async look() {
    if (!node.session || !this.querySelector("details")?.open) return;
    try {
      this.told = await node.get("api/radio/calls?count=20");
      this.requestUpdate();
    } catch (why) {
      refused(why);
    }
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const given = new FormData(form);
    const body = { channel_khz: Number(given.get("khz")), called: String(given.get("called")).trim(), readability: Number(given.get("readability")) };
    if (await give("api/radio/calls", body)) {
      form.reset();
      this.khz = null;
      this.look();
    }
  }

  form() {
    const channels = this.told.proofs.map((one) => one.channel_khz);
    const chosen = this.khz ?? this.talksOn ?? channels[0];
    return html`<form class="call" @submit=${this.submit} @input=${() => { this.khz ??= chosen; /* who writes has this channel in mind */ }}>
      <select name="khz" aria-label=${t("calls-channel")} @change=${(/** @type {any} */ event) => { this.khz = Number(event.target.value); }}>${channels.map((khz) => html`<option value=${khz} ?selected=${khz === chosen}>${(khz / 1000).toFixed(3)}</option>`)}</select>
      <input name="called" required maxlength="80" dir="ltr" placeholder=${t("calls-whom")} aria-label=${t("calls-whom")}>
      <select name="readability" aria-label=${t("calls-heard")}><option value="0">${t("calls-no-answer")}</option>${[1, 2, 3, 4, 5].map((one) => html`<option value=${one}>${one}/5</option>`)}</select>
      <button class="primary">${t("calls-log")}</button></form>`;
  }

  render() {
    return html`<details @toggle=${() => this.look()}><summary>${t("calls")}</summary>
      ${node.maySpeak ? this.form() : ""}
      <ul>${this.told.proofs.map((one) => html`<li><bdi class="code" dir="ltr">${(one.channel_khz / 1000).toFixed(3)}</bdi> <b class=${one.state === "proven" ? "" : "bad"}>${one.state === "proven" ? "●" : "✖"} ${word("calls-proof", one.state)}</b>
        ${one.age_days === null ? "" : t("calls-age", { days: String(one.age_days) })}</li>`)}</ul>
      <ul>${this.told.calls.map((one) => html`<li><bdi class="code" dir="ltr">${one.text}</bdi></li>`)}</ul></details>`;
  }
}
customElements.define("detente-calls", Calls);
