// A press is for what was looked at: what came under the pointer by itself a moment ago, because a row left or a word
// came above it, is not pressed, and that is told. A second press of a double one lands on nothing else either.
import { tell } from "./part.js";
import { t } from "./words.js";

/** Nobody sees what has changed and answers it sooner. */
export const REACTION_MS = 500;
/** Nearer than this the hand was still. */
const STILL_PX = 8;
const GUARDED = ".rows button, .conflict button, .panel .card button, .channel button";

/** Where the pointer is, and the button that it came to. */
const rest = { x: -1, y: -1, button: /** @type {Element | null} */ (null) };
/** Where and when another came under it without the hand's doing. */
const slip = { x: -1, y: -1, ms: -Infinity };
/** The last press, by its place and button. */
const last = { x: -1, y: -1, button: /** @type {Element | null} */ (null), ms: -Infinity };

/** @param {EventTarget | null} target */
function buttonOf(target) {
  return target instanceof Element ? target.closest(GUARDED) : null;
}

/** @param {{x: number, y: number}} place @param {PointerEvent | MouseEvent} event */
function isAt(place, event) {
  return Math.hypot(event.clientX - place.x, event.clientY - place.y) < STILL_PX;
}

addEventListener("pointermove", (event) => {
  if (!isAt(last, event)) last.ms = -Infinity; // whoever went away and came back has decided anew
  if (!isAt(slip, event)) slip.ms = -Infinity; // a hand that presses trembles; one that moves has decided
  Object.assign(rest, { x: event.clientX, y: event.clientY, button: buttonOf(event.target) });
}, { capture: true, passive: true });

// A browser tells of what came under a pointer that rests as if it had moved there; one that trembles meanwhile has moved.
addEventListener("pointerover", (event) => {
  if (!isAt(rest, event) || buttonOf(document.elementFromPoint(rest.x, rest.y)) === rest.button) return;
  Object.assign(slip, { x: event.clientX, y: event.clientY, ms: performance.now() });
  rest.button = buttonOf(event.target);
}, { capture: true, passive: true });

addEventListener("click", (event) => {
  const button = buttonOf(event.target);
  const now = performance.now();
  const isOther = now - last.ms < REACTION_MS && isAt(last, event) && button !== last.button;
  const hasSlipped = now - slip.ms < REACTION_MS && isAt(slip, event);
  if (event.detail === 0) return; // by the keyboard, or by a program that reads the page aloud
  if (!button || !(isOther || hasSlipped)) return void Object.assign(last, { x: event.clientX, y: event.clientY, button, ms: now });
  last.ms = now;
  event.preventDefault();
  event.stopImmediatePropagation();
  tell(t("page-moved"), true);
}, { capture: true });
