// Conflicts one by one: who, when, how near and by how much too near, the time left; each noted by itself. Ways out are
// looked for on demand, each side's beside the other's, cheapest first; a proposal on the table is answered here too.
import { html, repeat } from "lit";
import { actsOf, give } from "./acts.js";
import { noteAlarm } from "./alarms.js";
import { node } from "./node.js";
import { entryOf, Part, refused, wordsOf } from "./part.js";
import { language, span, t, word, zulu } from "./words.js";

const M_PER_NM = 1852;
const TRIES_MAX = 40;

/** Ways by notice, kept while the page is open: looking costs the node seconds. @type {Map<string, any>} */
const ways = new Map();

/** Figures with their units, never in a script of their own. @param {number} metres */
const nm = (metres) => `${(metres / M_PER_NM).toFixed(metres < 10 * M_PER_NM ? 2 : 1)} NM`;

/** The map comes to the place of a conflict; its time stays, for live aircraft are not seen at another. @param {any} row */
function showOnMap({ lat, lon }) {
  dispatchEvent(new CustomEvent("detente-show", { detail: { lat, lon } }));
}

class Conflicts extends Part {
  /** @param {string} ref */
  async look(ref) {
    const begunMs = Date.now();
    ways.set(ref, { state: "looking", begunMs });
    if (ways.size > 50) ways.delete(ways.keys().next().value ?? "");
    this.requestUpdate();
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      try {
        const found = await node.get(`api/ways?ref=${encodeURIComponent(ref)}&language=${language}`);
        ways.set(ref, { state: "found", found, atMs: Date.now() });
        break;
      } catch (/** @type {any} */ why) {
        // Somebody else's are being looked for, or the notices changed meanwhile: asked again until it is our turn.
        if (why.status !== 503 && why.code !== "moved") {
          ways.delete(ref);
          refused(why);
          break;
        }
        ways.set(ref, { state: "waiting", begunMs });
        this.requestUpdate();
        await new Promise((go) => setTimeout(go, 3000));
        if (tries === TRIES_MAX - 1) {
          ways.delete(ref);
          refused(why);
        }
      }
    }
    this.requestUpdate();
  }

  /** @param {string} label @param {string} gap @param {string} least @param {string} short @param {boolean} isShort */
  figure(label, gap, least, short, isShort) {
    return html`<tr><th scope="row">${label}</th><td dir="ltr">${gap}</td><td dir="ltr">${least}</td>
      <td dir="ltr" class=${isShort ? "bad" : ""}>${isShort ? `▼ ${short}` : "–"}</td></tr>`;
  }

  /** @param {any} row */
  figures(row) {
    const lateral = row.lateral_min_m - row.lateral_gap_m;
    const vertical = row.vertical_min_ft - row.vertical_gap_ft;
    const time = row.time_min_s - row.time_gap_s;
    return html`<table class="figures"><thead><tr><td></td><th scope="col">${t("found-gap")}</th><th scope="col">${t("agreed-least")}</th><th scope="col">${t("short-by")}</th></tr></thead><tbody>
      ${this.figure(t("lateral"), nm(row.lateral_gap_m), nm(row.lateral_min_m), nm(lateral), lateral > 0)}
      ${this.figure(t("vertical"), `${row.vertical_gap_ft} ft`, `${row.vertical_min_ft} ft`, `${vertical} ft`, vertical > 0)}
      ${this.figure(t("in-time"), `${span(row.time_gap_s)}`, `${span(row.time_min_s)}`, span(time), time > 0)}</tbody></table>`;
  }

  /** @param {any} row */
  proposals(row) {
    const refs = new Set([row.own, row.foreign]);
    const open = (node.board.findings?.proposals ?? []).filter((/** @type {any} */ one) => refs.has(one.notice));
    return repeat(open, (/** @type {any} */ one) => one.ref, (/** @type {any} */ one) => {
      const owed = (node.board.owed?.owed ?? []).find((/** @type {any} */ item) => item.ref === one.ref && item.act === "decide");
      const said = entryOf(one.ref, () => this.requestUpdate());
      return html`<li class="proposal"><b>${word("code", "PRO")}</b> <bdi class="code">${one.ref}</bdi> ${t("for-notice")} <bdi class="code">${one.notice}</bdi>:
        <bdi>${said?.detail ?? one.change}</bdi>
        ${Object.entries(one.answers).map(([party, answer]) => html` <b><bdi class="code">${party}</bdi> ${answer === "accepted" ? word("code", "ACC") : word("code", "REJ")}</b>`)}
        <span class="acts">${owed?.by_us ? actsOf(owed, "") : owed ? t("they-decide") : ""}</span></li>`;
    });
  }

  /** @param {any} offer */
  offer(offer) {
    return html`<tr><td><bdi class="code">${offer.notice}</bdi></td><td><bdi>${offer.in_words}</bdi></td><td dir="ltr">${offer.cost}</td>
      <td>${offer.stamp === "IN_TIME" ? t("stamp-in-time") : html`<b class="bad">⚠ <bdi>${offer.stamp}</bdi></b>`}</td>
      <td>${node.maySpeak ? html`<button class="primary" @click=${() => give("api/propose", { ref: offer.notice, change: offer.change })}>${t("propose")}</button>` : ""}</td></tr>`;
  }

  /** @param {string} ref */
  ways(ref) {
    const held = ways.get(ref);
    if (!held) return node.maySpeak ? html`<button @click=${() => this.look(ref)}>${t("look-for-ways")}</button>` : "";
    if (held.state !== "found") {
      const seconds = span((Date.now() - held.begunMs) / 1000);
      return html`<p role="status"><progress aria-label=${t("looking")}></progress> ${held.state === "waiting" ? t("waiting-for-turn") : t("looking")} <span dir="ltr">${seconds}</span></p>`;
    }
    const { offers, none, not_checked } = held.found;
    const sides = [...new Set(offers.map((/** @type {any} */ one) => one.party))].sort((one) => (one === node.session?.party ? -1 : 1));
    return html`<div class="ways">
      ${offers.length === 0 ? html`<p class="bad"><b>✖ ${t("no-way")}</b></p>` : ""}
      ${repeat(sides, (side) => side, (side) => html`<table class="offers"><caption>${side === node.session?.party ? t("we-change") : t("they-change", { party: String(side) })}</caption>
        <thead><tr><th scope="col">${word("code", "NTC")}</th><th scope="col">${t("change")}</th><th scope="col">${t("cost")}</th><th scope="col">${t("stamp")}</th><th scope="col"></th></tr></thead>
        <tbody>${repeat(offers.filter((/** @type {any} */ one) => one.party === side), (/** @type {any} */ one) => JSON.stringify([one.notice, one.change]), (/** @type {any} */ one) => this.offer(one))}</tbody></table>`)}
      <p class="none">${t("cost-words")}</p>
      ${not_checked.map((/** @type {string[]} */ pair) => html`<p class="bad">${t("not-checked")} <bdi class="code">${pair.join(" – ")}</bdi></p>`)}
      ${none.length ? html`<details><summary>${t("none-so", { count: String(none.length) })}</summary><ul>${none.map((/** @type {any} */ one) => html`<li><bdi class="code">${one.notice}</bdi> <bdi>${one.direction}: ${wordsOf(one)}</bdi></li>`)}</ul></details>` : ""}
      <button @click=${() => this.look(ref)}>${t("look-again")}</button></div>`;
  }

  /** @param {any} row */
  row(row) {
    const now = node.nowMs();
    const left = (row.from_ms - now) / 1000;
    const alarm = (node.board.alarms?.alarms ?? []).find((/** @type {any} */ one) => one.id === `conflict ${row.own} ${row.foreign}`);
    const place = `${row.lat.toFixed(4)} ${row.lon.toFixed(4)}`;
    return html`<li class="conflict" id=${`conflict-${row.own}-${row.foreign}`}>
      <h3>◆ <bdi class="code">${row.own}</bdi> ${t("ours")} – <bdi class="code">${row.foreign}</bdi> ${t("theirs")}
        <span class="left ${left < 0 ? "bad" : ""}" dir="ltr">${row.until_ms < now ? t("over") : left < 0 ? t("now") : span(left)}</span></h3>
      <p>${t("nearest-from")} <bdi dir="ltr">${new Date(row.from_ms).toISOString().slice(0, 10)} ${zulu(row.from_ms)} – ${zulu(row.until_ms)}</bdi> · <bdi dir="ltr">${place}</bdi>
        <button @click=${() => showOnMap(row)}>${t("show-on-map")}</button></p>
      ${this.figures(row)}
      <p>${row.gives_way ? html`${t("gives-way")} <bdi class="code">${row.gives_way}</bdi> (${t(`because-${row.because}`)})` : t("because-equal")} · ${t("article")} <bdi class="code">${row.article}</bdi>
        · ${row.stated_by.length ? html`${t("stated-by")} <bdi class="code">${row.stated_by.join(" ")}</bdi>` : t("not-stated")}</p>
      <p class="acts">${alarm?.noted_by ? html`${t("noted-by", { who: alarm.noted_by })} <bdi>${alarm.noted_utc.slice(11, 19)}Z</bdi>`
        : alarm && node.maySpeak ? html`<button @click=${() => noteAlarm(alarm)}>${t("take-note")}</button>` : ""}</p>
      <ul class="plain">${this.proposals(row)}</ul>
      ${this.ways(row.own)}
    </li>`;
  }

  render() {
    const rows = [...(node.board.findings?.conflicts ?? [])].sort((one, other) => one.from_ms - other.from_ms);
    const unchecked = node.board.findings?.not_checked ?? [];
    return html`${rows.length === 0 ? html`<p class="none">${t("no-conflict")}</p>` : ""}
      <ul class="plain">${repeat(rows, (row) => `${row.own} ${row.foreign}`, (row) => this.row(row))}</ul>
      ${unchecked.map((/** @type {any} */ one) => html`<p class="bad">? ${t("not-checked")} <bdi class="code">${[...one.own, "–", ...one.foreign].join(" ")}</bdi></p>`)}`;
  }
}
customElements.define("detente-conflicts", Conflicts);
