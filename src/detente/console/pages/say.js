// A message by hand: fields from the catalogue, seen as the other side will read it, then said. ALERT is one action away.
// The form is kept while the session ends and begins again, and over a reload of the page, for who began it; its key is
// drawn once, so that nothing is said twice. Another officer's ALERT of the last half minute stands above its button.
import { html } from "lit";
import { newKey, node } from "./node.js";
import { entryOf, isAnswer, order, Part, refused, tell, tellDone, wordsOf } from "./part.js";
import { REACTION_MS } from "./steady.js";
import { t, word } from "./words.js";

/** What is typed into a field of each kind, as it could stand there. @type {Record<string, string>} */
const EXAMPLES = {
  place: "39.9 -121.4 · 39°54'N 121°24'W · 10SFK3677717883 · 118LV15",
  level: "FL250 · 3000ft AMSL · 500 AGL · 8050 PALT",
  time: "now · +30m · 2026-01-01T12:00:00Z",
  channel: "123.975",
  entry: "COAST#12",
  degrees: "270",
  knots: "420",
  whole: "5",
  yes_no: "yes · no",
};

const KEPT = "say-draft";
/** As long as the node would tell of an ALERT before it says another one. */
const RAISED_MS = 30_000;
/** A node that is starting, or is asked too often, is asked for the fields of the form again. */
const AGAIN_MS = 1_000;
/** What tells one aircraft from another: once a hand has changed it, it is no longer what our track says. */
const OF_TRACK = new Set(["at", "at_ms", "level", "track_deg"]);

class Say extends Part {
  constructor() {
    super();
    this.code = "";
    /** @type {any[]} */
    this.fields = [];
    /** @type {Record<string, string>} */
    this.typed = {};
    /** @type {string[]} */
    this.codes = [];
    this.to = "";
    /** @type {any} */
    this.draft = null;
    /** When there was something new to be read before it is said. */
    this.newMs = -Infinity;
    /** @type {Record<string, string>} what is wrong, by field */
    this.faults = {};
    this.key = "";
    /** The aircraft of our own tracks that the form was filled from; this node alone is told. */
    this.aircraft = "";
    /** @type {any} another's ALERT, of which the node told instead of saying this one */
    this.standing = null;
    /** @type {any} */
    this.place = null;
    this.isRestored = false;
    this.isOpening = false;
    /** How often a form was opened or closed: what was begun for an earlier one ends. */
    this.turn = 0;
    /** Who began it: whoever else comes in at this page is not shown it. */
    this.account = "";
    node.addEventListener("change", () => {
      this.restore();
      if (this.code && node.session && !this.isFor(node.session.account)) this.close();
    });
    addEventListener("detente-picked", (/** @type {any} */ event) => { this.place = event.detail; });
    addEventListener("detente-say", (/** @type {any} */ event) => this.open(event.detail.code, event.detail.fields));
  }

  remember() {
    const { account, code, typed, to, key, draft, aircraft, standing } = this;
    if (code) sessionStorage.setItem(KEPT, JSON.stringify({ account, code, typed, to, key, draft, aircraft, standing }));
    else sessionStorage.removeItem(KEPT);
  }

  /** What was being written when the page was loaded anew, once. */
  restore() {
    if (this.isRestored || !node.session) return;
    this.isRestored = true;
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    this.account = kept?.account ?? "";
    if (kept && this.isFor(node.session.account)) this.open(kept.code, {}, kept);
    else sessionStorage.removeItem(KEPT);
  }

  /** @param {string} account */
  isFor(account) {
    return node.maySpeak && account === this.account;
  }

  /** @param {string} code @param {Record<string, string>} [given] what is filled in already @param {any} [kept] the form as it was */
  async open(code, given = {}, kept = null) {
    this.code = code;
    this.account = node.session?.account ?? "";
    this.isOpening = true;
    this.draft = kept?.draft ?? null;
    this.faults = {};
    this.key = kept?.key ?? newKey();
    this.aircraft = kept ? (kept.aircraft ?? "") : code === "ALR" ? (this.place?.aircraft ?? "") : "";
    this.standing = kept?.standing ?? null;
    const peers = (node.board.line?.peers ?? []).map((/** @type {any} */ one) => one.party);
    this.to = kept ? kept.to : peers.includes(this.to) ? this.to : peers.length === 1 ? peers[0] : "";
    this.typed = kept?.typed ?? {};
    this.fields = [];
    const turn = ++this.turn;
    let fields = await this.fieldsOf(code);
    while (!fields && turn === this.turn) {
      await this.show();
      await new Promise((go) => setTimeout(go, AGAIN_MS));
      if (node.session && turn === this.turn) fields = await this.fieldsOf(code);
    }
    if (!fields || turn !== this.turn) return;
    this.fields = fields;
    for (const { field, allowed } of this.fields) this.typed[field] = kept ? (kept.typed[field] ?? "") : (given[field] ?? this.filled(field, allowed));
    this.remember();
    await this.show();
    /** @type {HTMLElement | null} */ (this.querySelector("[data-first]"))?.focus();
  }

  /** Null where the node does not tell: what was typed stays as it is. @param {string} code @returns {Promise<any[] | null>} */
  async fieldsOf(code) {
    try {
      this.codes = this.codes.length ? this.codes : (await node.get("api/codes")).codes;
      return (await node.get(`api/codes/${code}`)).fields;
    } catch (why) {
      refused(why);
      return null;
    }
  }

  async show() {
    this.requestUpdate();
    await this.updateComplete;
    const dialog = this.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
    this.isOpening = false;
  }

  /** @param {string} field @param {string[]} allowed */
  filled(field, allowed) {
    if (field === "at") return this.place ? `${this.place.lat.toFixed(5)} ${this.place.lon.toFixed(5)}` : "";
    if (field === "at_ms") return this.place?.seenMs ? `${new Date(this.place.seenMs).toISOString().slice(0, 19)}Z` : "now";
    if (field === "level") return this.place?.level ?? "";
    if (field === "track_deg") return this.place?.track == null ? "" : String(Math.round(this.place.track));
    return this.code === "ALR" && allowed.length ? allowed[0] : "";
  }

  close() {
    this.querySelector("dialog")?.close();
    this.turn += 1;
    this.code = "";
    this.remember();
    this.requestUpdate();
  }

  /** The browser closed it, as with Escape. It says so late: a form that was opened meanwhile stays. @param {Event} event */
  closed(event) {
    const dialog = /** @type {HTMLDialogElement} */ (event.target);
    if (!this.isOpening && dialog.isConnected && !dialog.open) this.close();
  }

  /** @param {SubmitEvent} event */
  async submit(event) {
    event.preventDefault();
    const asked = this.asked;
    try {
      this.faults = {};
      if (!this.draft) {
        const draft = await node.post("api/draft", { code: this.code, fields: asked.fields, to: asked.to });
        if (!this.isStill(asked)) return; // it was changed meanwhile: this is not what would be said
        this.draft = draft;
        this.newMs = performance.now();
        tell("");
      } else {
        const told = await order("api/say", { code: this.code, body: this.draft.body, to: asked.to, ...this.beside() }, asked.key);
        const isStill = this.isStill(asked);
        if (!isStill && this.key === asked.key) this.key = newKey(); // what stands in the form now is another message
        if (told.raised_already && isStill) return this.stands(told);
        if (told.raised_already) tell(t("raised-nothing-second"), true);
        else tellDone(told);
        if (isStill) this.close();
      }
    } catch (/** @type {any} */ why) {
      if (isAnswer(why) && this.key === asked.key) this.key = newKey();
      if (this.isStill({ ...asked, key: this.key })) this.atField(why);
      refused(why);
    }
    this.remember();
    this.requestUpdate();
  }

  /** Nothing is said unread: neither by a double click nor by a key pressed twice. @param {MouseEvent} event */
  press(event) {
    const isByKey = event.detail === 0;
    const isUnread = this.draft && performance.now() - this.newMs < REACTION_MS;
    if (event.detail <= 1 && !(isByKey && isUnread)) return;
    event.preventDefault();
    if (isUnread) tell(t("page-moved"), true);
  }

  /** The form as it is asked about or said now. */
  get asked() {
    const fields = Object.fromEntries(Object.entries(this.typed).filter(([, text]) => text !== ""));
    return { code: this.code, key: this.key, to: this.to ? [this.to] : [], fields };
  }

  /** Whether the form is still the one that was sent: the answer to another one changes nothing in this. @param {any} asked */
  isStill(asked) {
    return JSON.stringify(asked) === JSON.stringify(this.asked);
  }

  /** For this node alone: what the form was filled from, and whose ALERT is known to who says this all the same. */
  beside() {
    return { ...(this.aircraft ? { aircraft: this.aircraft } : {}), ...(this.standing ? { beside: this.standing.ref } : {}) };
  }

  /** Nothing second was said: the form stays open, and its button says it all the same. @param {any} told */
  stands(told) {
    this.standing = told;
    this.newMs = performance.now();
    this.key = newKey();
    tell(""); // it is said above the button
    this.remember();
    this.requestUpdate();
  }

  /** What others have raised just now, and what this form was answered with. */
  get raised() {
    if (this.code !== "ALR") return [];
    const fresh = (node.board.raised?.raised ?? []).filter((/** @type {any} */ one) =>
      one.account !== node.session?.account && node.nowMs() - one.raised_ms < RAISED_MS && one.ref !== this.standing?.ref);
    return this.standing ? [this.standing, ...fresh] : fresh;
  }

  /** @param {any} one */
  sayer(one) {
    return one.account ? `${word("console-role", one.role)} ${one.account}` : t(one.is_by_node ? "raised-by-node" : "raised-by-somebody");
  }

  /** @param {any} one */
  raisedBy(one) {
    return t("raised-by", { ref: one.ref ?? "", seconds: Number.isFinite(one.raised_ms) ? String(Math.max(0, Math.round((node.nowMs() - one.raised_ms) / 1000))) : "?", who: this.sayer(one) });
  }

  /** A refusal that begins with the name of a field is shown beside it, and the field gets the focus. @param {any} why */
  atField(why) {
    const named = String(why?.message ?? "").split(":")[0];
    const field = this.fields.find((one) => one.field === named)?.field;
    this.faults = field ? { [field]: wordsOf({ ...why, message: why.message.slice(named.length + 1).trim() }) } : {};
    if (field) this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(`[name="${CSS.escape(field)}"]`))?.focus());
  }

  /** Changed by hand: it is to be looked at anew. @param {string} field @param {string} text */
  changed(field, text) {
    this.typed[field] = text;
    delete this.faults[field];
    if (OF_TRACK.has(field)) this.aircraft = "";
    this.undraft();
  }

  undraft() {
    this.draft = null;
    this.standing = null;
    this.remember();
    this.requestUpdate();
  }

  /** @param {any} one @param {number} place */
  field(one, place) {
    const set = (/** @type {any} */ event) => this.changed(one.field, event.target.value);
    const plain = one.field.replace(/_(ms|deg|khz|kt|s|m)$/, "");
    const known = word("label", plain);
    const label = html`<span>${known === plain ? word("label", { at: "where", at_ms: "when" }[/** @type {"at"} */ (one.field)] ?? plain) : known}${one.required ? html` <b aria-hidden="true">*</b>` : ""}</span>`;
    const value = this.typed[one.field] ?? "";
    const fault = this.faults[one.field];
    const hint = EXAMPLES[one.kind] ? t(`kind-${one.kind}`) : "";
    const id = `say-${one.field}`;
    return html`<label>${label}${one.allowed.length && !one.is_many
      ? html`<select name=${one.field} .value=${value} @change=${set} ?data-first=${place === 0} ?required=${one.required} aria-invalid=${fault ? "true" : "false"}>
          ${one.required && value ? "" : html`<option value=""></option>`}
          ${one.allowed.map((/** @type {string} */ each) => html`<option value=${each} ?selected=${each === value}>${word(plain, each) === each ? word(one.field, each) : word(plain, each)}</option>`)}</select>`
      : html`<input name=${one.field} .value=${value} @input=${set} ?data-first=${place === 0} ?required=${one.required} maxlength="200" dir="ltr" list=${one.allowed.length ? `${id}-list` : ""}
          placeholder=${EXAMPLES[one.kind] ?? ""} aria-invalid=${fault ? "true" : "false"} aria-describedby=${`${id}-hint`}>
        ${one.allowed.length ? html`<datalist id=${`${id}-list`}>${one.allowed.map((/** @type {string} */ each) => html`<option value=${each}></option>`)}</datalist>` : ""}`}
      <small id=${`${id}-hint`}>${fault ? html`<b class="bad">✖ ${fault}</b>` : html`${hint}${one.is_many ? ` ${t("many-commas")}` : ""}`}</small></label>`;
  }

  render() {
    if (!this.code) return html``;
    const peers = (node.board.line?.peers ?? []).map((/** @type {any} */ one) => one.party);
    return html`<dialog class="say ${this.code === "ALR" ? "alert" : ""}" aria-labelledby="say-title" @close=${this.closed}>
      <form @submit=${this.submit} @keydown=${(/** @type {KeyboardEvent} */ event) => event.repeat && event.key === "Enter" && event.preventDefault() /* a key held down looks, and does not say unread */}>
        <h1 id="say-title">${this.code === "ALR" ? "▲ " : ""}${word("code", this.code)}</h1>
        <label>${t("message")}<select @change=${(/** @type {any} */ event) => this.open(event.target.value)}>
          ${(this.codes.length ? this.codes : [this.code]).map((code) => html`<option value=${code} ?selected=${code === this.code}>${code} – ${word("code", code)}</option>`)}</select></label>
        <label>${t("to")}<select @change=${(/** @type {any} */ event) => { this.to = event.target.value; this.undraft(); }}>
          <option value="">${t("everybody")}</option>${peers.map((/** @type {string} */ peer) => html`<option ?selected=${peer === this.to}>${peer}</option>`)}</select></label>
        ${this.fields.map((one, place) => this.field(one, place))}
        ${this.draft ? html`<output class="draft"><b>${t("will-read")}</b> <bdi>${Object.values(this.draft.text).join(" / ")}</bdi></output>` : ""}
        ${this.raised.map((/** @type {any} */ one) => html`<p class="raised"><b>▲ ${this.raisedBy(one)}</b> <bdi>${entryOf(one.ref, () => this.requestUpdate())?.detail ?? ""}</bdi>
          ${one === this.standing ? html` <b>${t("raised-nothing-second")}</b>` : ""}</p>`)}
        <p class="unseen" role="status">${this.raised.map((/** @type {any} */ one) => `${word("precedence", "ALERT")} ${one.ref}: ${this.sayer(one)}.` /* without the seconds, which change */).join(" ")}</p>
        <div class="acts"><button class="primary ${this.code === "ALR" && this.draft ? "danger" : ""}" @click=${this.press}>${this.standing ? t("say-beside") : this.draft ? t("say-it") : t("look-first")}</button>
          <button type="button" @click=${this.close}>${t("cancel")}</button></div>
        <detente-told></detente-told>
      </form>
    </dialog>`;
  }
}
customElements.define("detente-say", Say);
