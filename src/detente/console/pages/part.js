// What every part of the page shares: it draws into the page itself, and again whenever the node has told something.
import { LitElement } from "lit";
import { node } from "./node.js";
import { language, t } from "./words.js";

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

/** The letter on the key, wherever it lies; on a keyboard without Latin letters, what lies there on one with them. @param {KeyboardEvent} event */
export function letterOf(event) {
  return /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : event.code.startsWith("Key") ? event.code.slice(3) : "";
}

let toldAt = -Infinity;

/** Say what an order came to, in the line that screen readers announce. @param {string} text @param {boolean} [isBad] */
export function tell(text, isBad = false) {
  toldAt = performance.now();
  dispatchEvent(new CustomEvent("detente-tell", { detail: { text, isBad } }));
}

/** A refusal by its code in the reader's language, and always with the node's own words. @param {any} why */
export function wordsOf(why) {
  const id = `refusal-${why?.code}`;
  const told = language === "en" ? id : t(id);
  const words = (why?.message ? `${why.message} ${why.cure ?? ""}` : String(why)).trim();
  return told === id ? words : `${told} [\u2068${words}\u2069]`; // isolated, or a line from the right tears it apart
}

/** @param {any} why */
export function refused(why) {
  tell(wordsOf(why), true);
}
addEventListener("detente-refused", (/** @type {any} */ event) => refused(event.detail));

/** What an answer takes that nobody notices. */
const LATE_MS = 1000;
/** As long as it takes to read what another order came to. */
const READ_MS = 5000;

/**
 * Give the node an order; while it has not answered, that is told: who sees nothing presses something else. It takes
 * the place of nothing that was told meanwhile, of another order, and may not be read yet.
 * @param {string} path @param {object} body @param {string} key Given again with the same order, nothing is done twice.
 * @returns {Promise<any>}
 */
export async function order(path, body, key) {
  const beganAt = performance.now();
  const late = setInterval(() => {
    if (toldAt > beganAt && performance.now() - toldAt < READ_MS) return;
    clearInterval(late);
    tell(t("not-answered"));
  }, LATE_MS);
  try {
    return await node.post(path, body, key);
  } finally {
    clearInterval(late);
  }
}

/** Whether a refusal is of the order itself; any other says nothing of an earlier try that was not answered. @param {any} why */
export function isAnswer(why) {
  return [404, 409, 422].includes(why.status);
}

/** What came of an order: not said yet, done at an earlier try, or in the journal. @param {any} told */
export function tellDone(told) {
  if (told.waits) tell(language === "en" ? told.message : t("order-waits"), true);
  else if (told.is_again) tell(`${t("done-before")} ${told.ref ?? ""}`);
  else tell(language === "en" && told.message ? `${told.message} ${told.ref ?? ""}` : told.ref ? t("in-the-journal", { ref: told.ref }) : t("done"));
}

const ENTRIES_MAX = 300;
/** Entries never change, only how far they have come. @type {Map<string, any>} */
const entries = new Map();

/**
 * An entry of the line in the reader's language, as soon as the node has told it; undefined until then.
 * @param {string} ref @param {() => void} then
 */
export function entryOf(ref, then) {
  const key = `${language} ${ref}`;
  if (!entries.has(key)) {
    entries.set(key, undefined);
    if (entries.size > ENTRIES_MAX) entries.delete(entries.keys().next().value ?? "");
    node.get(`api/entry?ref=${encodeURIComponent(ref)}&language=${language}`)
      .then((told) => { entries.set(key, told); then(); })
      .catch(() => entries.delete(key));
  }
  return entries.get(key);
}

/** Open a panel, or close it with "". @param {string} panel @param {string} [of] */
export function show(panel, of = "") {
  const words = new URLSearchParams(location.hash.slice(1));
  words.delete("panel");
  words.delete("of");
  if (panel) words.set("panel", panel);
  if (panel && of) words.set("of", of);
  history.pushState(null, "", `${location.pathname}${location.search}${words.size ? `#${words}` : ""}`);
  dispatchEvent(new Event("detente-panel"));
}
