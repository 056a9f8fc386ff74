// Push to talk on the net of the selected sector: a button to hold, who talks on each channel, and what was lost, by
// shape, word and sound. The nodes decide who has the floor; this page holds the button and says at once what failed.
import { html, repeat } from "lit";
import { Listening } from "./listening.js";
import { net } from "./net.js";
import { node } from "./node.js";
import { Part } from "./part.js";
import { player } from "./player.js";
import { canPlay, VoiceAudio } from "./voice_audio.js";
import { t } from "./words.js";
import "./calls.js";
import "./kept.js";

/** Seconds of sound and silence, and a pitch: each is known by its rhythm alone. */
const SOUNDS = {
  granted: { rhythm: [0.06], hertz: 1200 },
  busy: { rhythm: [0.2, 0.15, 0.2, 0.15, 0.2], hertz: 480 },
  lost: { rhythm: [0.09, 0.05, 0.09, 0.05, 0.09, 0.05, 0.5], hertz: 950 },
  over: { rhythm: [0.04], hertz: 700 },
};
const GAP_SHOWN_MS = 3000;
const STALLED_MS = 400;
/** What could not be loaded, or has failed, is begun again. */
const AGAIN_MS = 2000;

/** A channel as it is read: 123.975. @param {number} khz */
const mhz = (khz) => (khz / 1000).toFixed(3);

class Talk extends Part {
  constructor() {
    super();
    this.audio = new VoiceAudio();
    player.audio = this.audio;
    this.listening = new Listening();
    this.place = "";
    this.picks = 0;
    /** What the last press came to: a message id and what goes into it. @type {{id: string, args: Record<string, string>, isBad: boolean} | null} */
    this.outcome = null;
    /** @type {Map<number, number>} */
    this.gaps = new Map();
    /** When speech last came that this browser cannot play, and of which transmission that was told by a sound. @type {Map<number, number>} */
    this.unplayedMs = new Map();
    this.unplayed = "";
    /** @type {Map<number, number>} */
    this.heardMs = new Map();
    this.isHeld = false;
    this.heldBy = "";
    /** @type {EventTarget | null} */
    this.heldAt = null;
    this.post = "";
    this.heardBefore = "";
    net.play = (frame) => {
      this.heardMs.set(frame.khz, performance.now());
      this.audio.play(frame);
    };
    net.ended = (what, told) => this.ended(what, told);
    this.audio.lost = (what) => this.lost(what);
    this.audio.changed = () => {
      this.requestUpdate();
      if (!this.audio.context) setTimeout(() => this.follow(), AGAIN_MS);
    };
    this.audio.gap = (khz, what) => (what === "unplayable" ? this.cannotPlay(khz) : what === "thrown" ? this.gap(khz) : this.dry(khz));
  }

  connectedCallback() {
    super.connectedCallback();
    node.addEventListener("change", () => net.follow());
    net.addEventListener("change", () => this.follow());
    net.addEventListener("granted", () => this.granted());
    net.addEventListener("lost", () => this.isTalking && this.wordsLost());
    net.addEventListener("unheard", () => this.isTalking && this.unheard());
    net.addEventListener("gap", (/** @type {any} */ event) => this.gap(event.detail));
    net.addEventListener("floor", (/** @type {any} */ event) => this.floor(event.detail));
    addEventListener("detente-picked", (/** @type {any} */ event) => this.picked(event.detail));
    addEventListener("keydown", (event) => this.key(event, true));
    addEventListener("keyup", (event) => this.key(event, false));
    addEventListener("blur", () => this.letGo());
    addEventListener("pagehide", () => this.letGo());
    document.addEventListener("visibilitychange", () => document.hidden && this.letGo());
    // Wherever the hand or the focus has gone meanwhile, also from a button that is no longer there.
    for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, () => this.heldBy === "pointer" && this.letGo());
    addEventListener("focusin", (event) => this.heldBy === "space" && event.target !== this.heldAt && this.letGo());
    addEventListener("keyup", (event) => this.heldBy === "space" && ["Space", "Enter"].includes(event.code) && this.letGo());
    net.follow();
  }

  /** The net was told anew: choose a channel where none is chosen, begin to play, and hear what is wanted. */
  follow() {
    const found = this.isHeld ? null : this.listening.follow();
    if (found) {
      const args = { from: mhz(found.fromKhz), to: mhz(this.listening.khz ?? 0) };
      this.outcome = { id: found.what === "moved" ? "talk-moved" : "talk-gone", args, isBad: true };
      this.sound("lost");
    }
    if (net.isOpen && !this.audio.context) this.audio.begin().then(() => this.follow(), () => {}); // told by what the audio is then
    for (const one of net.channels.values()) this.audio.mute(one.khz, this.isMuted(one) && !this.listening.isEmergency(one.khz));
    this.listen();
    this.requestUpdate();
  }

  /** @param {import("./net.js").Channel} one */
  isMuted(one) {
    return this.listening.has(this.listening.muted, one);
  }

  listen() {
    const wanted = this.listening.wanted.map((one) => one.khz);
    const now = JSON.stringify([wanted, net.socket !== null && net.isOpen]);
    if (!net.isOpen || now === this.heardBefore) {
      if (!net.isOpen) this.heardBefore = "";
      return;
    }
    this.heardBefore = now;
    net.hear(wanted);
  }

  /** @param {{lat: number, lon: number, level: string}} place */
  async picked(place) {
    if (!node.session || this.isHeld) return;
    const pick = ++this.picks;
    try {
      const query = new URLSearchParams({ lat: String(place.lat), lon: String(place.lon), level: place.level || "FL100" });
      const told = await node.get(`api/frequencies?${query}`);
      if (pick !== this.picks) return; // the hand has gone on
      const calls = told.sectors.flatMap((/** @type {any} */ one) => one.calls).flatMap((/** @type {any} */ one) => net.channels.get(one.name_khz) ?? []);
      this.listening.near = new Set(calls.map((/** @type {any} */ one) => one.khz));
      this.place = told.sectors[0]?.sector ?? "";
      if (calls.length && !this.isHeld) this.listening.choose(calls[0], false);
    } catch {
      // No sector there, or the node does not answer: the channels stay as they are.
    }
    this.follow();
  }

  /** @param {KeyboardEvent} event @param {boolean} isDown */
  key(event, isDown) {
    const isOurs = event.code === "KeyT" || event.key === "Alt";
    if (isDown && event.altKey && event.code === "KeyT" && !event.ctrlKey && !event.metaKey && node.maySpeak) {
      event.preventDefault();
      if (!event.repeat) this.hold("normal", "key");
    } else if (!isDown && isOurs && this.heldBy === "key") this.letGo();
  }

  /** @param {KeyboardEvent} event @param {string} precedence */
  spaced(event, precedence) {
    if (event.code !== "Space" && event.code !== "Enter") return;
    event.preventDefault();
    if (event.type === "keydown" && !event.repeat) {
      this.heldAt = event.currentTarget;
      this.hold(precedence, "space");
    }
    if (event.type === "keyup") this.letGo();
  }

  /** @param {PointerEvent} event @param {string} precedence */
  pressed(event, precedence) {
    if (event.button !== 0) return;
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.hold(precedence, "pointer");
  }

  /** @param {string} precedence @param {"key" | "space" | "pointer"} by */
  async hold(precedence, by) {
    const { khz } = this.listening;
    if (this.isHeld || khz === null) return;
    this.isHeld = true;
    this.heldBy = by;
    this.outcome = null;
    this.requestUpdate();
    if (!net.isOpen) return this.failed("talk-cut-node", {});
    const asked = net.ask(khz, this.posts[0] === undefined ? "" : this.post || this.posts[0], precedence);
    try {
      await this.audio.open();
    } catch {
      if (net.press) net.release("microphone");
      return this.failed("talk-no-microphone", {});
    }
    if (this.isHeld) this.granted();
    return asked;
  }

  letGo() {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.heldBy = "";
    const wasTalking = net.press?.state === "talking";
    this.audio.hush();
    net.release("released");
    if (wasTalking) this.sound("over");
    this.requestUpdate();
  }

  /** Speak once the floor is ours and the microphone is open, whichever comes last. */
  granted() {
    if (!this.isHeld || net.press?.state !== "talking" || !this.audio.mic || this.audio.speaks) return;
    this.sound("granted");
    this.audio.talk((packet) => net.speak(packet));
    this.unheard();
    this.requestUpdate();
  }

  /** The own node has thrown words away that came to it too late. */
  wordsLost() {
    this.outcome = { id: "talk-words-lost", args: {}, isBad: true };
    this.sound("lost");
    this.requestUpdate();
  }

  /** Somebody who should hear does not, from the first word on or from now. */
  unheard() {
    if (!net.press?.unheardBy.length) return;
    this.outcome = { id: "talk-unheard", args: { who: net.press.unheardBy.join(", ") }, isBad: true };
    this.sound("lost");
    this.requestUpdate();
  }

  /** A press is refused, waits, or is cut off. @param {string} what @param {any} told */
  ended(what, told) {
    const by = told.by ? `${told.by.party} ${told.by.post}` : (told.party ?? "");
    if (what === "busy") {
      this.outcome = { id: told.waits ? "talk-waits" : "talk-busy", args: { who: by }, isBad: !told.waits };
      this.sound("busy");
    } else if (what === "refused") this.failed(`talk-refused-${told.why}`, {});
    else if (what === "node") this.failed("talk-cut-node", {});
    else this.failed(`talk-cut-${told.why}`, { who: by });
    this.requestUpdate();
  }

  /** @param {string} id @param {Record<string, string>} args */
  failed(id, args) {
    this.audio.hush();
    this.outcome = { id, args, isBad: true };
    this.sound("lost");
    this.requestUpdate();
  }

  /** The microphone or the encoder went while the button was held. @param {"microphone" | "encoder"} what */
  lost(what) {
    net.release(what);
    this.failed(`talk-cut-${what}`, {});
  }

  /** A floor has changed: somebody who was cut off is told of to those who listened. @param {any} told */
  floor(told) {
    const khz = told.channel_khz;
    this.listening.floor(told, () => this.follow());
    const isLoss = !told.holder && !["free", "released"].includes(told.why);
    if (isLoss && !this.isHeld && this.listening.wanted.some((one) => one.khz === khz)) {
      this.outcome = { id: `talk-floor-${told.why}`, args: { channel: mhz(khz) }, isBad: true };
      this.sound("busy");
    }
  }

  /** @param {number} khz */
  gap(khz) {
    this.gaps.set(khz, Date.now());
    this.requestUpdate();
  }

  /** Speech comes for which the browser has no decoder: who listens must know that somebody talks unheard. @param {number} khz */
  cannotPlay(khz) {
    this.unplayedMs.set(khz, Date.now());
    const transmission = net.newest.get(khz)?.transmission ?? "";
    if (transmission !== this.unplayed) this.sound("lost");
    this.unplayed = transmission;
    this.requestUpdate();
  }

  /** Nothing is left to play: no loss yet, but one if nothing comes while somebody talks. @param {number} khz */
  dry(khz) {
    setTimeout(() => {
      if (net.channels.get(khz)?.holder && performance.now() - (this.heardMs.get(khz) ?? 0) > STALLED_MS) this.gap(khz);
    }, STALLED_MS);
  }

  /** @param {keyof typeof SOUNDS} name */
  sound(name) {
    this.sounded = name;
    this.audio.beep(SOUNDS[name].rhythm, SOUNDS[name].hertz);
  }

  /** Own posts, those that are kept first. */
  get posts() {
    const kept = new Set((node.board.line?.kept?.posts ?? []).map((/** @type {any} */ one) => one.post));
    const own = /** @type {string[]} */ (net.terms?.posts ?? []);
    return [...own.filter((one) => kept.has(one)), ...own.filter((one) => !kept.has(one))];
  }

  /** @param {import("./net.js").Channel} one */
  state(one) {
    if (!one.is_known) return { mark: "✖", words: html`<b>${t("talk-unreachable", { who: one.owner })}</b>`, kind: "lost" };
    if (!one.holder) return { mark: "○", words: html`${t("talk-free")}`, kind: "free" };
    if (one.holder.transmission === net.press?.transmission) return { mark: "●", words: html`<b>${t("talk-you")}</b>`, kind: "you" };
    const emergency = one.holder.precedence === "emergency" ? html`<b>▲ ${t("talk-emergency")}</b> ` : "";
    return { mark: "▶", words: html`${emergency}<b><bdi class="code">${one.holder.party}</bdi> <bdi class="code">${one.holder.post}</bdi></b> ${t("talk-talks")}`, kind: "heard" };
  }

  /** @param {import("./net.js").Channel} one */
  row(one) {
    const state = this.state(one);
    const { listening } = this;
    const isMuted = this.isMuted(one);
    const hasGap = Date.now() - (this.gaps.get(one.khz) ?? 0) < GAP_SHOWN_MS;
    const isUnplayed = Date.now() - (this.unplayedMs.get(one.khz) ?? 0) < GAP_SHOWN_MS;
    return html`<li class="channel ${state.kind} ${one.khz === listening.khz ? "chosen" : ""} ${listening.isEmergency(one.khz) ? "emergency" : ""}">
      <label><input type="radio" name="talk-channel" .checked=${one.khz === listening.khz} ?disabled=${this.isHeld} @change=${() => { listening.choose(one, true); this.follow(); }}
        aria-label=${t("talk-here", { channel: mhz(one.khz) })}><bdi class="code" dir="ltr">${mhz(one.khz)}</bdi> <bdi class="code small">${one.ids[0]}</bdi>${one.use === "guard" ? html` <span class="small">${t("talk-guard")}</span>` : ""}</label>
      <span class="floor"><span aria-hidden="true">${state.mark}</span> ${state.words}${isUnplayed ? html` <b class="bad">✖ ${t("kept-unplayable")}</b>` : hasGap ? html` <b class="bad">┄ ${t("talk-gap")}</b>` : ""}</span>
      <button aria-pressed=${isMuted} @click=${() => { listening.set(listening.muted, one, !isMuted); this.follow(); }}>${!isMuted ? t("talk-mute") : listening.isEmergency(one.khz) ? `▲ ${t("talk-muted-heard")}` : `✕ ${t("talk-muted")}`}</button>
      ${listening.canLeave(one) ? html`<button @click=${() => { listening.set(listening.ticked, one, false); this.follow(); }}>${t("talk-leave")}</button>` : ""}
    </li>`;
  }

  allow() {
    this.audio.begin().then(() => this.follow());
  }

  /** The floor is ours and the microphone speaks into it: before both, nobody would hear a word. */
  get isTalking() {
    return net.press?.state === "talking" && this.audio.speaks !== null;
  }

  /** What the button says: what pressing it would do, or what it does. */
  get label() {
    if (this.listening.khz === null) return t("talk-choose");
    const channel = mhz(this.listening.khz);
    if (!this.isHeld) return t("talk-hold", { channel });
    if (this.isTalking) return `● ${t("talk-you")} ${channel}`;
    if (net.press) return `◌ ${t("talk-asking", { channel })}`;
    return `✖ ${t("talk-let-go")}`;
  }

  recording() {
    const state = net.terms.recording;
    if (state === "on") return html`<span class="small">● ${t("talk-recorded")}</span>`;
    return html`<b class="bad">✖ ${t(state === "off" ? "talk-unrecorded" : "talk-recording-fails")}</b>`;
  }

  /** @param {string} precedence @param {string} kind @param {string} label */
  button(precedence, kind, label) {
    return html`<button class=${kind} @pointerdown=${(/** @type {PointerEvent} */ event) => this.pressed(event, precedence)} @pointerup=${() => this.letGo()}
      @pointercancel=${() => this.letGo()} @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}
      @keydown=${(/** @type {KeyboardEvent} */ event) => this.spaced(event, precedence)} @keyup=${(/** @type {KeyboardEvent} */ event) => this.spaced(event, precedence)}>${label}</button>`;
  }

  render() {
    if (!node.session) return html`<h2>${t("talk")}</h2>`;
    if (net.terms?.is_agreed === false) return html`<h2>${t("talk")}</h2><p class="none">${t("talk-none-agreed")}</p>`;
    const { listening } = this;
    const shown = listening.wanted;
    const others = [...net.channels.values()].filter((one) => !shown.includes(one));
    // The button stands above everything that grows and shrinks: it never moves away from under a hand.
    return html`<h2>${t("talk")} ${this.place ? html`<bdi class="code small">${this.place}</bdi>` : ""}</h2>
      ${node.maySpeak ? html`<div class="press">
        ${this.button("normal", `hold ${this.isTalking ? "talking" : this.isHeld && !net.press ? "lost" : ""}`, this.label)}
        ${this.button("emergency", "danger hold-alert", `▲ ${t("talk-break-in")}`)}
      </div>` : ""}
      <p class="outcome ${this.outcome?.isBad ? "bad" : ""}" role="status">${this.outcome ? `${this.outcome.isBad ? "✖ " : ""}${t(this.outcome.id, this.outcome.args)}` : ""}</p>
      <p class="net">${net.terms && net.isOpen ? html`${net.terms.links.map((/** @type {any} */ one) => html`<span class="link ${one.is_up ? "" : "bad"}">${one.is_up ? "●" : "✖"} <bdi class="code">${one.party}</bdi> ${one.is_up ? t("talk-linked") : html`<b>${t("talk-link-lost")}</b>`}</span> `)} ${this.recording()}`
          : html`<b class="bad">✖ ${t("talk-no-socket")}</b>`}
        ${canPlay("opus") ? "" : html`<b class="bad">✖ ${t("talk-no-opus")}</b>`}
        ${this.audio.isRunning ? "" : html`<button class="mute" @click=${this.allow}>✕ ${t("talk-allow")}</button>`}
        ${node.maySpeak && this.posts.length > 1 ? html`<select aria-label=${t("talk-as")} ?disabled=${this.isHeld} @change=${(/** @type {any} */ event) => { this.post = event.target.value; }}>${this.posts.map((one) => html`<option ?selected=${one === (this.post || this.posts[0])}>${one}</option>`)}</select>` : ""}</p>
      <ul class="channels">${repeat(shown, (one) => one.khz, (one) => this.row(one))}</ul>
      ${others.length ? html`<details><summary>${t("talk-others", { count: others.length })}</summary><ul>${repeat(others, (one) => one.khz, (one) => html`<li><label><input type="checkbox" @change=${() => { listening.set(listening.ticked, one, true); this.follow(); }}> <bdi class="code" dir="ltr">${mhz(one.khz)} ${one.ids[0]}</bdi></label></li>`)}</ul></details>` : ""}
      <detente-kept></detente-kept>
      <detente-calls .talksOn=${listening.khz}></detente-calls>`;
  }
}
customElements.define("detente-talk", Talk);
