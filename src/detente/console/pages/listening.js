// Which channels this page hears, and which it talks on: chosen by the names that the plan gives them, so that a channel
// that moves is followed; kept over a reload. What an officer chose never becomes another one without a word.
import { net } from "./net.js";

const KEPT = "talk-channels";
/** What may still come, or lie in the buffer, of somebody who has let go. */
const TAIL_MS = 1000;

/** @typedef {import("./net.js").Channel} Channel */

export class Listening {
  constructor() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    /** The channel to talk on, by its name in the plan and as it is just now; without one nobody talks. @type {string} */
    this.id = kept.id ?? "";
    /** @type {number | null} */
    this.khz = kept.khz ?? null;
    /** Heard because somebody ticked or chose them. @type {Set<string>} */
    this.ticked = new Set(kept.ticked ?? []);
    /** @type {Set<string>} */
    this.muted = new Set(kept.muted ?? []);
    /** Of the picked sector. @type {Set<number>} */
    this.near = new Set();
    /** Where somebody has broken in, until the last of it is played. @type {Set<number>} */
    this.breaking = new Set();
  }

  keep() {
    sessionStorage.setItem(KEPT, JSON.stringify({ id: this.id, khz: this.khz, ticked: [...this.ticked], muted: [...this.muted] }));
  }

  /** To talk on from now; one that was chosen by hand is heard until somebody leaves it. @param {Channel} channel @param {boolean} byHand */
  choose(channel, byHand) {
    this.id = channel.ids[0] ?? "";
    this.khz = channel.khz;
    if (byHand) this.ticked.add(this.id);
    this.keep();
  }

  /** @param {Set<string>} names @param {Channel} channel @param {boolean} isWanted */
  set(names, channel, isWanted) {
    for (const id of channel.ids) names.delete(id);
    if (isWanted) names.add(channel.ids[0] ?? "");
    this.keep();
  }

  /** @param {Set<string>} names @param {Channel} channel */
  has(names, channel) {
    return channel.ids.some((id) => names.has(id));
  }

  /**
   * The net was told anew. What has become of the channel to talk on: it has moved, it is gone, or nothing.
   * @returns {{what: "moved" | "gone", fromKhz: number} | null}
   */
  follow() {
    if (!net.isOpen) {
      this.breaking.clear();
      return null;
    }
    const all = [...net.channels.values()];
    const before = this.khz;
    const named = all.find((one) => one.ids.includes(this.id));
    if (before === null) {
      const found = this.id === "" ? all[0] : named;
      if (found) this.choose(found, false);
      return null;
    }
    const now = named ?? net.channels.get(before);
    if (now?.khz === before) return null;
    this.khz = now?.khz ?? null;
    this.keep();
    return { what: now ? "moved" : "gone", fromKhz: before };
  }

  /** Guard, the picked sector's channels, the one to talk on, what was ticked, and wherever there is an emergency. @returns {Channel[]} */
  get wanted() {
    return [...net.channels.values()].filter((one) => one.use === "guard" || one.khz === this.khz || this.near.has(one.khz) || this.has(this.ticked, one) || this.isEmergency(one.khz));
  }

  /** Heard only because it was ticked: it can be left again. @param {Channel} one */
  canLeave(one) {
    return this.has(this.ticked, one) && one.use !== "guard" && one.khz !== this.khz;
  }

  /** Whether somebody has broken in there: that is heard on every channel, muted or not. @param {number} khz */
  isEmergency(khz) {
    return this.breaking.has(khz) || net.channels.get(khz)?.holder?.precedence === "emergency";
  }

  /** A floor has changed; `then` when the end of an emergency is played. @param {any} told @param {() => void} then */
  floor(told, then) {
    const khz = told.channel_khz;
    if (told.holder?.precedence === "emergency") this.breaking.add(khz);
    else if (this.breaking.has(khz)) {
      setTimeout(() => {
        if (net.channels.get(khz)?.holder?.precedence !== "emergency" && this.breaking.delete(khz)) then();
      }, TAIL_MS);
    }
  }
}
