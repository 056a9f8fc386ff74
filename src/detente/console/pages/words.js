// Words in the reader's language: the console's own file and the line's, the same Fluent syntax as in Python.
// What a language lacks is said in English; what goes into a sentence stands between bidi isolates.
import { FluentBundle, FluentResource } from "fluent";

export const LANGUAGES = { en: "English", fr: "Français", ru: "Русский", ar: "العربية", tr: "Türkçe" };

/** @type {FluentBundle[]} */
let bundles = [];
export let language = "en";

/** @param {string} wanted */
export async function speak(wanted) {
  language = wanted in LANGUAGES ? wanted : "en";
  bundles = await Promise.all([...new Set([language, "en"])].map(read));
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
}

/** @param {string} tongue */
async function read(tongue) {
  const bundle = new FluentBundle(tongue);
  const files = [`line-words/${tongue}/line.ftl`, `locale/${tongue}.ftl`];
  for (const text of await Promise.all(files.map(async (file) => (await fetch(file)).text()))) {
    bundle.addResource(new FluentResource(text));
  }
  return bundle;
}

/**
 * A message; an id that no language has is shown as it is.
 * @param {string} id
 * @param {Record<string, string | number>} [args]
 */
export function t(id, args = {}) {
  for (const bundle of bundles) {
    const message = bundle.getMessage(id);
    if (message?.value) return bundle.formatPattern(message.value, args, []);
  }
  return id;
}

/** A code of the line in words, or itself. @param {string} kind @param {string | null} code */
export function word(kind, code) {
  if (!code) return "";
  const told = t(`${kind}-${code}`);
  return told === `${kind}-${code}` ? code : told;
}

const DAYS_FROM_H = 48;

/** Whole seconds as 1:05:09 or 5:09, from two days on as 6d 23h, with a sign where it is over. @param {number} seconds */
export function span(seconds) {
  const whole = Math.abs(Math.trunc(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (parts[0] >= DAYS_FROM_H) return `${seconds < 0 ? "+" : ""}${Math.floor(parts[0] / 24)}d ${parts[0] % 24}h`;
  const shown = parts[0] ? parts : parts.slice(1);
  const text = shown.map((one, place) => (place ? String(one).padStart(2, "0") : String(one))).join(":");
  return `${seconds < 0 ? "+" : ""}${text}`;
}

/** Hours, minutes and seconds in UTC. @param {number | string} when */
export function zulu(when) {
  return `${new Date(when).toISOString().slice(11, 19)}Z`;
}
