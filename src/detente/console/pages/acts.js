// The buttons that an owed item has: what it asks for, and the levels of acknowledgement one by one.
import { html } from "lit";
import { newKey, node } from "./node.js";
import { order, refused, tell } from "./part.js";
import { language, t, word } from "./words.js";

/** Keys of orders that were sent and not answered: pressing again sends the same. @type {Map<string, string>} */
const keys = new Map();

/** @param {string} path @param {Record<string, unknown>} body */
export async function give(path, body) {
  const deed = JSON.stringify([path, body]);
  const key = keys.get(deed) ?? newKey();
  keys.set(deed, key);
  try {
    const told = await order(path, body, key);
    keys.delete(deed);
    if (told.waits) tell(language === "en" ? told.message : t("order-waits"), true);
    else tell(language === "en" && told.message ? `${told.message} ${told.ref ?? ""}` : told.ref ? t("in-the-journal", { ref: told.ref }) : t("done"));
    return true;
  } catch (/** @type {any} */ why) {
    // Refused is answered; a lost answer or an expired session is not: the key stays.
    if (why.status && why.status !== 401 && why.status < 500) keys.delete(deed);
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
