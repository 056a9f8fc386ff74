// The buttons that an owed item has: what it asks for, and the levels of acknowledgement one by one.
import { html } from "lit";
import { newKey, node } from "./node.js";
import { isAnswer, order, refused, tellDone } from "./part.js";
import { t, word } from "./words.js";

/** So long after the last try the same order is meant anew: what it would be answered with is of another time. */
const AGAIN_MS = 5 * 60_000;

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

/** @param {any} row @param {string} passedTo */
export function actsOf(row, passedTo) {
  if (!row.by_us || !node.maySpeak) return "";
  const body = { ref: row.ref };
  const isAnswered = row.levels.some((/** @type {any} */ one) => one.level === "substance" && one.reached_ms !== null);
  switch (row.act) {
    case "read_back":
      return html`<button class="primary" @click=${() => give("api/read-back", body)}>${word("act", "read_back")}</button>`;
    case "answer":
      return html`${isAnswered ? "" : ["yes", "no", "unknown"].map((answer) => html`<button class="primary" @click=${() => give("api/answer", { ...body, answer })}>${word("answer", answer)}</button>`)}
        ${levels(row, passedTo)}`;
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
