// The panels beside the map: conflicts, watch, incidents, statistics. Which is open stands in the address, so that a
// reload or a bookmark opens it again; the ALERT button, the alarms and a part of the map stay in sight.
import { html } from "lit";
import { node } from "./node.js";
import { letterOf, Part, show } from "./part.js";
import { t } from "./words.js";
import "./conflicts.js";
import "./handover.js";
import "./incidents.js";
import "./statistics.js";

/** @type {Record<string, {key: string, draw: (of: string) => unknown, count: () => number | null}>} */
const PANELS = {
  conflicts: { key: "C", draw: () => html`<detente-conflicts></detente-conflicts>`, count: () => node.board.findings?.conflicts.length ?? null },
  watch: { key: "W", draw: () => html`<detente-handover></detente-handover>`, count: () => null },
  incidents: { key: "I", draw: (of) => html`<detente-incidents .number=${of}></detente-incidents>`,
    count: () => node.board.incidents?.incidents.filter((/** @type {any} */ one) => one.state === "open").length ?? null },
  statistics: { key: "S", draw: () => html`<detente-statistics></detente-statistics>`, count: () => null },
};

class Panels extends Part {
  constructor() {
    super();
    this.shown = "";
    addEventListener("detente-panel", this.again);
    addEventListener("popstate", this.again);
    addEventListener("hashchange", this.again);
    addEventListener("keydown", (event) => this.key(event));
  }

  get words() {
    return new URLSearchParams(location.hash.slice(1));
  }

  get open() {
    const wanted = this.words.get("panel") ?? "";
    return wanted in PANELS ? wanted : "";
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!node.session) return;
    if (event.key === "Escape" && this.open && !document.querySelector("dialog[open]")) {
      show("");
    } else if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const found = Object.keys(PANELS).find((name) => PANELS[name].key === letterOf(event));
      if (!found) return;
      show(found === this.open ? "" : found);
    } else return;
    event.preventDefault();
  }

  updated() {
    const open = this.open;
    /** @type {HTMLElement | null} */
    const panel = this.querySelector(".panel");
    const top = document.querySelector("main")?.getBoundingClientRect().top;
    if (panel && top) panel.style.insetBlockStart = `${Math.max(0, top)}px`;
    if (open === this.shown) return;
    const before = this.shown;
    this.shown = open;
    document.documentElement.classList.toggle("with-panel", open !== "");
    /** @type {HTMLElement | null} */ (open ? this.querySelector(".panel h2") : this.querySelector(`[data-panel="${before}"]`))?.focus();
  }

  render() {
    const open = this.open;
    const may = node.session !== null;
    return html`${may ? html`<nav class="panels" aria-label=${t("panels")}>${Object.entries(PANELS).map(([name, one]) => {
      const count = one.count();
      return html`<button data-panel=${name} aria-expanded=${open === name} title=${`Alt ${one.key}`} @click=${() => show(open === name ? "" : name)}>
        ${t(`panel-${name}`)}${count ? html` <span class="count">${count}</span>` : ""}</button>`;
    })}</nav>` : ""}
      ${open ? html`<section class="panel" aria-label=${t(`panel-${open}`)}>
        <h2 tabindex="-1">${t(`panel-${open}`)} <button class="close" @click=${() => show("")} title="Esc">✕ ${t("close")}</button></h2>
        <div class="inside">${PANELS[open].draw(this.words.get("of") ?? "")}</div></section>` : ""}`;
  }
}
customElements.define("detente-panels", Panels);
