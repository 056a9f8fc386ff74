// The frequency card of the picked point: what to call, spelled as it is said, who listens, how old the proof is. UNTESTED
// stands above a plan that nobody has proven. Until a point is picked there is none.
import { html } from "lit";
import { node } from "./node.js";
import { Part, refused } from "./part.js";
import { language, t, word } from "./words.js";

const AGAIN_MS = 60000;

class Card extends Part {
  constructor() {
    super();
    /** @type {any} */
    this.place = null;
    this.level = "FL060";
    this.language = "";
    /** @type {any} */
    this.told = null;
    /** @type {Record<string, any>} */
    this.words = {};
    this.asked = 0;
    addEventListener("detente-picked", (/** @type {any} */ event) => {
      this.place = event.detail;
      if (this.place.level) this.level = this.place.level;
      this.look();
    });
    addEventListener("detente-language", () => this.place && this.look());
    setInterval(() => this.place && !document.hidden && this.look(), AGAIN_MS);
  }

  async look() {
    if (!node.session) return;
    const asked = ++this.asked;
    const { lat, lon } = this.place;
    try {
      const told = await node.get(`api/frequencies?lat=${lat.toFixed(6)}&lon=${lon.toFixed(6)}&level=${encodeURIComponent(this.level)}&language=${language}`);
      const words = await Promise.all(told.sectors.map((/** @type {any} */ one) => node.get(`api/card?sector=${encodeURIComponent(one.sector)}&language=${language}`)));
      if (asked !== this.asked) return;
      this.told = told;
      this.words = Object.fromEntries(words.map((one) => [one.sector, one]));
    } catch (why) {
      if (asked === this.asked) refused(why);
    }
    this.requestUpdate();
  }

  /** @param {any} sector */
  proof(sector) {
    const proven = sector.pairs.filter((/** @type {any} */ one) => one.state === "proven").length;
    const days = sector.pairs.map((/** @type {any} */ one) => one.age_days).filter((/** @type {any} */ one) => one !== null);
    const age = days.length ? t("card-age", { days: String(Math.round(Math.max(...days))) }) : t("card-never");
    return html`<p class=${proven === sector.pairs.length && proven > 0 ? "good" : "late"}>${t("card-proven", { proven: String(proven), pairs: String(sector.pairs.length) })} · ${age}</p>`;
  }

  /** @param {any} call */
  call(call) {
    const parties = new Map();
    for (const one of call.listens) {
      const [party, kind] = one.split("/");
      parties.set(party, [...(parties.get(party) ?? []), kind]);
    }
    return html`<li class="call ${call.out ? "out" : ""}"><span class="role">${t(`card-${call.role}`)}</span> <b class="channel" dir="ltr">${(call.name_khz / 1000).toFixed(3)}</b>
      <span class="said"><bdi>${call.said}</bdi></span> <bdi class="small">${call.band.toUpperCase()} ${call.spacing} kHz${call.tone_hz ? ` · ${call.tone_hz} Hz` : ""}</bdi>
      ${call.out ? html`<b class="bad">✖ ${t("card-out")}${call.fall_back_khz ? html` → <bdi dir="ltr">${(call.fall_back_khz / 1000).toFixed(3)}</bdi>` : ""}</b>` : ""}
      ${call.watch_too_khz ? html`<span class="late">⚠ ${t("card-watch-too")} <bdi dir="ltr">${(call.watch_too_khz / 1000).toFixed(3)}</bdi></span>` : ""}
      <span class="listens small">${t("card-listens")} ${[...parties].map(([party, kinds]) => html`<bdi class="code">${party}</bdi> (<bdi>${kinds.join(", ")}</bdi>) `)}</span></li>`;
  }

  /** @param {any} sector */
  sector(sector) {
    const words = this.words[sector.sector];
    const page = (/** @type {string} */ kind) => `api/card/page?sector=${encodeURIComponent(sector.sector)}&language=${language}&file_format=${kind}`;
    return html`<section>
      <h3><bdi class="code">${sector.sector}</bdi> <bdi>${words?.name ?? ""}</bdi> <bdi dir="ltr" class="small">${sector.lower} – ${sector.upper}</bdi></h3>
      ${words?.heading_text ? html`<p class="banner ${words.heading === "INVALID" ? "invalid" : ""}">${words.heading === "INVALID" ? "✖" : "⚠"} ${words.heading_text}</p>` : ""}
      <ul>${sector.calls.map((/** @type {any} */ one) => this.call(one))}</ul>
      ${this.proof(sector)}
      ${sector.stations.map((/** @type {any} */ one) => html`<p class="small">${one.heard === false ? "✖" : "✔"} <bdi class="code">${one.station}</bdi> <bdi dir="ltr">${Math.round(one.distance_nm)} / ${Math.round(one.reach_nm)} NM</bdi></p>`)}
      ${words ? html`<details class="text"><summary>${t("card-phrases")}</summary><p><b>${words.listen}</b></p>
        <table><tbody>${words.phrases.map((/** @type {any} */ one) => html`<tr><td><bdi lang=${words.on_air}>${one.said}</bdi></td><td>${one.said === one.read ? "" : html`<bdi>${one.read}</bdi>`}</td></tr>`)}</tbody></table></details>` : ""}
      <p class="tools"><a class="button" href=${page("pdf")} target="_blank" rel="noopener">${t("card-print")} PDF</a> <a class="button" href=${page("png")} target="_blank" rel="noopener">PNG</a></p>
    </section>`;
  }

  render() {
    if (!this.place || !this.told) return html``;
    return html`<details class="card side" open><summary>${t("card")} <bdi dir="ltr" class="small">${this.place.lat.toFixed(3)} ${this.place.lon.toFixed(3)} ${this.place.name}</bdi></summary>
      <label class="tools">${word("label", "level")} <input dir="ltr" maxlength="20" .value=${this.level} @change=${(/** @type {any} */ event) => { this.level = event.target.value.trim() || "FL060"; this.look(); }}></label>
      ${this.told.sectors.length ? this.told.sectors.map((/** @type {any} */ one) => this.sector(one)) : html`<p class="none">${t("card-nowhere")} ${this.told.guard_khz.map((/** @type {number} */ khz) => html`<b dir="ltr">${(khz / 1000).toFixed(3)}</b> `)}</p>`}
    </details>`;
  }
}
customElements.define("detente-card", Card);
