// A notice that is being drawn, as values: what was typed, kept over reloads and the end of a session, made into GeoJSON.
// Own plans are kept for this tab only, and are told to the own node alone.
import { newKey } from "./node.js";

/** @typedef {{shape: "polygon" | "circle" | "corridor", places: string, radius: string, kind: string, class: string, floor: string, ceiling: string,
 *   start: string, end: string, count: string, transponder: string, hazard: string, channel: string, amends: string,
 *   planSpeed: string, planLevel: string, key: string}} Drawing The key is that of sending it as it stands. */

const KEPT = "notice-draft";
const KEPT_PLAN = "own-plan";
const KEPT_PLAN_OF = "own-plan-of";

/** A start and an end some hours ahead of the node's time. @param {number} nowMs */
export function hoursAhead(nowMs) {
  const hour = (/** @type {number} */ ahead) => `${new Date(Math.ceil(nowMs / 3600000 + ahead) * 3600000).toISOString().slice(0, 16).replace("T", " ")}Z`;
  return { start: hour(2), end: hour(4) };
}

/** Its times are empty until the form is opened: those of a page that was loaded yesterday are over. @returns {Drawing} */
export function blank() {
  return { shape: "polygon", places: "", radius: "10", kind: "routine", class: "", floor: "FL040", ceiling: "FL090", start: "", end: "", count: "", transponder: "on", hazard: "", channel: "", amends: "", planSpeed: "250", planLevel: "FL060", key: newKey() };
}

/** @returns {Drawing} */
export function restored() {
  try {
    return { ...blank(), ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
  } catch {
    return blank();
  }
}

/** @param {Drawing | null} drawing Null forgets it. */
export function remember(drawing) {
  if (drawing) localStorage.setItem(KEPT, JSON.stringify(drawing));
  else localStorage.removeItem(KEPT);
}

export function restoredPlan() {
  return sessionStorage.getItem(KEPT_PLAN) ?? "";
}

/** Whose it is: another account that comes in at the same page is not shown it. */
export function restoredPlanOf() {
  return sessionStorage.getItem(KEPT_PLAN_OF) ?? "";
}

/** @param {string} text @param {string} account */
export function rememberPlan(text, account) {
  if (text) {
    sessionStorage.setItem(KEPT_PLAN, text);
    sessionStorage.setItem(KEPT_PLAN_OF, account);
  } else {
    sessionStorage.removeItem(KEPT_PLAN);
    sessionStorage.removeItem(KEPT_PLAN_OF);
  }
}

/** @param {string} typed As 2026-11-26 16:40Z. */
function time(typed) {
  return `${typed.trim().replace(/z$/i, "").trim().replace(" ", "T")}${typed.trim().length <= 17 ? ":00" : ""}Z`;
}

/**
 * The feature; what was left empty is left out, so that the node says what is missing.
 * @param {Drawing} drawing @param {number[][]} points Longitude and latitude.
 */
export function featureOf(drawing, points) {
  const { shape } = drawing;
  const width = Number(drawing.radius.replace(",", "."));
  const geometry = shape === "circle" ? { type: "Point", coordinates: points[0] }
    : shape === "corridor" ? { type: "LineString", coordinates: points }
    : { type: "Polygon", coordinates: [[...points, points[0]]] };
  /** @type {Record<string, unknown>} */
  const of = { notice: "draft", kind: drawing.kind, class: drawing.class, floor: drawing.floor.trim(), ceiling: drawing.ceiling.trim(), start: time(drawing.start), end: time(drawing.end) };
  if (shape === "circle") of.radius_nm = width;
  if (shape === "corridor") of.half_width_nm = width;
  if (drawing.count) of.count_band = drawing.count;
  if (drawing.transponder) of.transponder = drawing.transponder;
  if (drawing.hazard && drawing.kind === "hazard") of.hazard_kind = drawing.hazard;
  if (drawing.channel) of.frequency_monitored_khz = [Number(drawing.channel)];
  return { type: "Feature", geometry, properties: of };
}

/** An own flight at even speed from the notice's start on. @param {Drawing} drawing @param {number[][]} points */
export function planOf(drawing, points) {
  return { type: "Feature", geometry: { type: "LineString", coordinates: points }, properties: { start: time(drawing.start), speed_kt: Number(drawing.planSpeed), level: drawing.planLevel.trim() } };
}

/** Places as they are typed, latitude first. @param {number[][]} points */
export function typed(points) {
  return points.map(([lon, lat]) => `${lat.toFixed(5)} ${lon.toFixed(5)}`).join("\n");
}

/** How many places a shape needs. @param {Drawing} drawing */
export function needed(drawing) {
  return drawing.shape === "circle" ? 1 : drawing.shape === "corridor" ? 2 : 3;
}
