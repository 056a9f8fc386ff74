// What the last order came to, announced to screen readers too; in a dialog the alarms as well, for while one is open
// nothing outside of it is told by them.
import { html } from "lit";
import { Part } from "./part.js";
import { t } from "./words.js";

class Told extends Part {
  constructor() {
    super();
    this.text = "";
    this.isBad = false;
    this.hear = (/** @type {any} */ event) => {
      this.text = event.detail.text;
      this.isBad = event.detail.isBad;
      this.requestUpdate();
    };
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("detente-tell", this.hear);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("detente-tell", this.hear);
  }

  alarms() {
    if (!this.closest("dialog")) return "";
    const spoken = /** @type {any} */ (document.querySelector("detente-alarms"))?.spoken() ?? "";
    return html`<p class="unseen" role="log" aria-live="assertive" aria-label=${t("alarms")}>${spoken}</p>`;
  }

  render() {
    return html`<p role="status" class=${this.isBad ? "told bad" : "told"}>${this.isBad ? "✖ " : ""}<bdi>${this.text}</bdi></p>${this.alarms()}`;
  }
}
customElements.define("detente-told", Told);
