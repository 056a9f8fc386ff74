// Coming in: a dialog above the page, so that what is being written below it survives an expired session.
import { html } from "lit";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { t } from "./words.js";

const JOIN_MS = 2000;

class Enter extends Part {
  get word() {
    return new URLSearchParams(location.hash.slice(1)).get("first");
  }

  connectedCallback() {
    super.connectedCallback();
    setInterval(() => !document.hidden && node.join(), JOIN_MS);
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const account = String(form.get("account"));
    const password = String(form.get("password"));
    try {
      if (this.word) {
        await node.first(this.word, account, password);
        history.replaceState(null, "", location.pathname);
      } else {
        await node.login(account, password);
      }
    } catch (why) {
      refused(why);
    }
  }

  updated() {
    const dialog = this.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
  }

  render() {
    if (node.session) return html``;
    return html`<dialog class="enter" aria-labelledby="enter-title" @cancel=${(/** @type {Event} */ event) => event.preventDefault()}>
      <form @submit=${this.submit}>
        <h1 id="enter-title">${this.word ? t("first-title") : t("login-title")}</h1>
        <p>${this.word ? t("first-words") : t("login-words")}</p>
        <label>${t("account")}<input name="account" autocomplete="username" required maxlength="32" dir="ltr" autofocus></label>
        <label>${t("password")}<input name="password" type="password" required maxlength="256" dir="ltr"
          autocomplete=${this.word ? "new-password" : "current-password"} minlength=${this.word ? 12 : 1}></label>
        <button class="primary">${t("login")}</button>
        <detente-told></detente-told>
      </form>
    </dialog>`;
  }
}
customElements.define("detente-enter", Enter);
