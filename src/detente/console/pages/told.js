// What the last order came to, announced to screen readers too.
import { html } from "lit";
import { Part } from "./part.js";

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

  render() {
    return html`<p role="status" class=${this.isBad ? "told bad" : "told"}>${this.isBad ? "✖ " : ""}<bdi>${this.text}</bdi></p>`;
  }
}
customElements.define("detente-told", Told);
