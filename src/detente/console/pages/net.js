// The net as this page has it: one socket to the own node, made again by itself; who talks where; frames in and out.
// The floor is decided on the nodes. Here is shown what they say, and what is older than 400 ms is not played.
import { decodeFrame, encodeFrame } from "./frame.js";
import { newKey, node } from "./node.js";

const LATE_MS = 400;
const WINDOW_MS = 10000;
const BACK_OFF_MS = [200, 500, 1000, 2000];
const BEHIND_BYTES = 4000;
/** The node says its clock twice a second: a socket on which nothing came for so long at two looks is dead, whatever TCP says. */
const SILENT_MS = 2000;
const LOOK_MS = 500;

/** @typedef {{party: string, post: string, transmission: string, precedence: string}} Talker */
/** @typedef {{khz: number, ids: string[], use: string, sectors: string[], owner: string, is_known: boolean, holder: Talker | null, why: string}} Channel */
/** @typedef {{khz: number, transmission: string, state: "asking" | "waiting" | "talking", unheardBy: string[]}} Press */

/** How late frames are, against the least delay of the socket, as src/detente/voice/gate.py has it: the two clocks may be
 * hours apart, and drift; a socket that stays slow is made anew, and its late words are never played as if they were live. */
class Delay {
  beganMs = -Infinity;
  now = Infinity;
  before = Infinity;
  best = Infinity;
  bestMs = 0;

  /** @param {number} nowMs */
  least(nowMs) {
    return this.best + (nowMs - this.bestMs) / 1000;
  }

  /** @param {number} nowMs */
  isSlow(nowMs) {
    return this.before !== Infinity && Math.min(this.now, this.before) - this.least(nowMs) > LATE_MS;
  }

  /** @param {number} stampedMs @param {number} nowMs */
  age(stampedMs, nowMs) {
    const difference = nowMs - stampedMs;
    if (nowMs - this.beganMs >= WINDOW_MS) [this.before, this.now, this.beganMs] = [this.now, difference, nowMs];
    this.now = Math.min(this.now, difference);
    if (!(difference > this.least(nowMs))) [this.best, this.bestMs] = [difference, nowMs];
    return difference - this.least(nowMs);
  }
}

class Net extends EventTarget {
  /** @type {WebSocket | null} */
  socket = null;
  isOpen = false;
  /** @type {any} */
  terms = null;
  /** @type {Map<number, Channel>} */
  channels = new Map();
  /** @type {Press | null} */
  press = null;
  failures = 0;
  sequence = 0;
  saidMs = 0;
  silentLooks = 0;
  /** @type {Map<number, {transmission: string, sequence: number}>} */
  newest = new Map();
  delay = new Delay();
  /** @type {(frame: import("./frame.js").Frame) => void} */
  play = () => {};
  /** Everything that ends or refuses a press. @type {(what: string, told: any) => void} */
  ended = () => {};

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** Keep a socket while somebody is logged in. */
  follow() {
    if (node.session && !this.socket && !this.timer) this.open();
    if (!node.session && this.socket) this.socket.close();
  }

  open() {
    this.timer = undefined;
    if (!node.session) return;
    const socket = new WebSocket(new URL("api/voice", location.href.replace(/^http/, "ws")));
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.delay = new Delay();
    this.saidMs = performance.now();
    socket.onmessage = (event) => {
      this.saidMs = performance.now();
      if (typeof event.data === "string") this.told(JSON.parse(event.data));
      else this.heard(event.data);
    };
    socket.onclose = () => this.closed();
    this.silentLooks = 0;
    this.looking = setInterval(() => this.look(), LOOK_MS);
  }

  closed() {
    clearInterval(this.looking);
    this.socket = null;
    this.isOpen = false;
    for (const channel of this.channels.values()) Object.assign(channel, { is_known: false, holder: null });
    this.over("node", {});
    this.changed();
    if (this.terms?.is_agreed === false) return;
    this.timer = setTimeout(() => this.open(), BACK_OFF_MS[Math.min(this.failures, BACK_OFF_MS.length - 1)]);
    this.failures += 1;
  }

  /** A path that died without a word: whoever talks must not believe for minutes that he is heard. */
  look() {
    const isSilent = this.isOpen && performance.now() - this.saidMs > SILENT_MS;
    this.silentLooks = isSilent ? this.silentLooks + 1 : 0;
    if (this.silentLooks >= 2) this.drop();
  }

  /** Let go of a socket without waiting for its other end. */
  drop() {
    const socket = this.socket;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    this.closed();
  }

  /** @param {any} told */
  told(told) {
    switch (told.say) {
      case "net":
        this.terms = told;
        this.isOpen = told.is_agreed;
        this.failures = 0;
        this.channels = new Map((told.channels ?? []).map((/** @type {Channel} */ one) => [one.khz, one]));
        break;
      case "floor":
        Object.assign(this.channels.get(told.channel_khz) ?? {}, { is_known: told.is_known, holder: told.holder, why: told.why });
        this.dispatchEvent(new CustomEvent("floor", { detail: told }));
        break;
      case "clock":
        this.delay.age(told.stamp_ms, performance.now());
        if (this.delay.isSlow(performance.now())) return this.drop();
        return;
      case "granted":
        if (!this.press || this.press.transmission !== told.transmission) return this.send({ say: "release", transmission: told.transmission, why: "released" });
        this.press.state = "talking";
        this.press.unheardBy = told.unheard_by;
        this.dispatchEvent(new CustomEvent("granted"));
        break;
      case "words_lost":
        if (this.press?.transmission === told.transmission) this.dispatchEvent(new CustomEvent("lost"));
        break;
      case "unheard":
        if (!this.press || this.press.transmission !== told.transmission) return;
        this.press.unheardBy = told.unheard_by;
        this.dispatchEvent(new CustomEvent("unheard"));
        break;
      case "busy":
        if (!this.press || this.press.transmission !== told.transmission) return;
        if (told.waits) this.press.state = "waiting";
        this.over("busy", told, told.waits);
        break;
      default:
        if (this.press?.transmission === told.transmission) this.over(told.say, told);
    }
    this.changed();
  }

  /** @param {string} what @param {any} told @param {boolean} [goesOn] */
  over(what, told, goesOn = false) {
    const press = this.press;
    if (!press) return;
    if (!goesOn) this.press = null;
    this.ended(what, { ...told, wasTalking: press.state === "talking" });
  }

  /** @param {ArrayBuffer} data */
  heard(data) {
    const frame = decodeFrame(data);
    const before = this.newest.get(frame.khz);
    if (before?.transmission === frame.transmission && frame.sequence !== before.sequence + 1) this.dispatchEvent(new CustomEvent("gap", { detail: frame.khz }));
    this.newest.set(frame.khz, frame);
    if (this.delay.age(frame.capturedMs, performance.now()) > LATE_MS) {
      this.dispatchEvent(new CustomEvent("gap", { detail: frame.khz }));
      return;
    }
    this.play(frame);
  }

  /** @param {object} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {number[]} channels */
  hear(channels) {
    this.send({ say: "hear", channels });
  }

  /** @param {number} khz @param {string} post @param {string} precedence */
  ask(khz, post, precedence) {
    this.press = { khz, transmission: newKey().slice(0, 16), state: "asking", unheardBy: [] };
    this.post = post;
    this.sequence = 0;
    this.send({ say: "press", channel_khz: khz, post, transmission: this.press.transmission, precedence });
    this.changed();
  }

  /** @param {string} why */
  release(why) {
    if (this.press) this.send({ say: "release", transmission: this.press.transmission, why });
    this.press = null;
    this.changed();
  }

  /** One packet of the own microphone. @param {import("./voice_audio.js").Packet} packet */
  speak(packet) {
    if (this.press?.state !== "talking" || this.socket?.readyState !== WebSocket.OPEN) return;
    // A socket that does not take the frames makes all of them late: the talker is told, and it is made anew.
    if (this.socket.bufferedAmount >= BEHIND_BYTES) return this.drop();
    this.socket.send(encodeFrame({ khz: this.press.khz, party: this.terms.party, post: this.post ?? "", transmission: this.press.transmission, sequence: this.sequence, ...packet }));
    this.sequence += 1;
  }
}

export const net = new Net();
