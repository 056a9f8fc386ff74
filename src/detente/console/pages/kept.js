// The newest transmissions that the node has kept, each with a button to hear it again.
import { html, repeat } from "lit";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { t } from "./words.js";
import "./hear.js";

const COUNT = 30;
const AGAIN_MS = 4000;

class Kept extends Part {
  constructor() {
    super();
    /** @type {any[]} */
    this.rows = [];
    this.read = () => this.look();
  }

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

  render() {
    return html`<details @toggle=${() => this.look()}><summary>${t("kept-voice")}</summary>
      ${this.rows.length === 0 ? html`<p class="none">${t("kept-none")}</p>` : ""}<ul>${repeat(this.rows, (row) => row.sha256, (row) => html`<li><detente-hear .of=${row}></detente-hear></li>`)}</ul></details>`;
  }
}
customElements.define("detente-kept", Kept);
