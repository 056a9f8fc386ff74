// What every part of the page shares: it draws into the page itself, and again whenever the node has told something.
import { LitElement } from "./vendor/lit.js";
import { node } from "./node.js";

export class Part extends LitElement {
  constructor() {
    super();
    this.again = () => this.requestUpdate();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    node.addEventListener("change", this.again);
    addEventListener("detente-second", this.again);
    addEventListener("detente-language", this.again);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    node.removeEventListener("change", this.again);
    removeEventListener("detente-second", this.again);
    removeEventListener("detente-language", this.again);
  }
}

/** Say what an order came to, in the line that screen readers announce. @param {string} text @param {boolean} [isBad] */
export function tell(text, isBad = false) {
  dispatchEvent(new CustomEvent("detente-tell", { detail: { text, isBad } }));
}

/** @param {any} why */
export function refused(why) {
  tell(why?.message ? `${why.message} ${why.cure ?? ""}` : String(why), true);
}
