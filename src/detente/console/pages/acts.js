// The buttons that an owed item has: what it asks for, and the levels of acknowledgement one by one.
import { html } from "lit";
import { newKey, node } from "./node.js";
import { isAnswer, order, refused, tellDone } from "./part.js";
import { t, word } from "./words.js";

/** So long after the last try the same order is meant anew: what it would be answered with is of another time. */
const AGAIN_MS = 5 * 60_000;

/** What is answered to "is this yours?", and to what asks something else, as the line words each question. */
const WHOSE = ["yes", "no", "unknown"];
/** @type {Record<string, string[]>} */
const ANSWERS = { XNG: ["approve", "unable", "standby"], DST: ["yes", "unable", "standby"] };
/** What an alert asks beside that: what our aircraft does. Whatever stands chosen is said with the answer. */
const ACTIONS = ["none", "turn", "climb", "descend", "hold", "call_on_channel", "visual"];
/** What was chosen, by entry. @type {Map<string, string>} */
const actions = new Map();

/** Orders that were sent and not answered: pressing again sends the same. @type {Map<string, {key: string, triedMs: number}>} */
const tried = new Map();

/** @param {string} path @param {Record<string, unknown>} body */
export async function give(path, body) {
  const deed = JSON.stringify([path, body]);
  const before = tried.get(deed);
  const key = before && Math.abs(Date.now() - before.triedMs) < AGAIN_MS ? before.key : newKey();
  tried.set(deed, { key, triedMs: Date.now() });
  try {
    tellDone(await order(path, body, key));
    tried.delete(deed);
    return true;
  } catch (/** @type {any} */ why) {
    if (isAnswer(why)) tried.delete(deed);
    refused(why);
    return false;
  }
}

/** @param {any} row @param {string} passedTo */
function levels(row, passedTo) {
  const isDue = (/** @type {string} */ level) => row.levels.some((/** @type {any} */ one) => one.level === level && one.is_owed);
  const body = { ref: row.ref };
  return html`
    ${isDue("understood") && row.act !== "read_back" ? html`<button @click=${() => give("api/acknowledge", body)}>${t("understood")}</button>` : ""}
    ${isDue("passed") ? html`<button @click=${() => give("api/acknowledge", { ...body, level: "passed", passed_to: passedTo })} ?disabled=${!passedTo}>${t("passed")}</button>` : ""}`;
}

/** @param {any} row */
function answers(row) {
  const { ref, code } = row;
  const answer = (/** @type {string} */ one) => give("api/answer", { ref, answer: one, ...(code === "ALR" ? { action: actions.get(ref) ?? "none" } : {}) });
  return html`${code === "ALR" ? html`<label>${t("own-action")} <select @change=${(/** @type {any} */ event) => actions.set(ref, event.target.value)}>
      ${ACTIONS.map((one) => html`<option value=${one} ?selected=${one === (actions.get(ref) ?? "none")}>${word("action", one)}</option>`)}</select></label>` : ""}
    ${(ANSWERS[code] ?? WHOSE).map((one) => html`<button class="primary" @click=${() => answer(one)}>${word("answer", one)}</button>`)}`;
}

/** @param {any} row @param {string} passedTo */
export function actsOf(row, passedTo) {
  if (!row.by_us || !node.maySpeak) return "";
  const body = { ref: row.ref };
  const isAnswered = row.levels.some((/** @type {any} */ one) => one.level === "substance" && one.reached_ms !== null);
  switch (row.act) {
    case "read_back":
      return html`<button class="primary" @click=${() => give("api/read-back", body)}>${word("act", "read_back")}</button>`;
    case "answer":
      return html`${isAnswered ? "" : answers(row)}${levels(row, passedTo)}`;
    case "decide":
      return html`<button class="primary" @click=${() => give("api/accept", body)}>${t("accept")}</button>
        <button @click=${() => give("api/refuse", body)}>${t("refuse")}</button>`;
    case "echo":
      return html`<span>${t("heard-well")}</span>${[1, 2, 3, 4, 5].map((quality) => html`<button class="primary" aria-label=${`${t("heard-well")} ${quality}`}
        @click=${() => give("api/line/answer-check", { ...body, quality })}>${quality}</button>`)}`;
    case "check":
      return html`<button class="primary" @click=${() => give("api/line/check", { path: row.ref })}>${t("check-now")}</button>`;
    default:
      return levels(row, passedTo);
  }
}
