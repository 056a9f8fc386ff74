// Plays a kept transmission again, from its packets as they were sent and in their rhythm; one at a time, for the whole page.
import { decodeRecording } from "./frame.js";
import { node } from "./node.js";
import { canPlay } from "./voice_audio.js";

/** No channel has this name: what is played again has a loudspeaker's buffer of its own. */
const REPLAY_KHZ = 0;
const FEED_MS = 20;
/** What is still in the loudspeaker's buffer when the last packet is given to it. */
const TAIL_MS = 400;

/** The last moment that the node's calendar has. */
const LATEST_MS = 253402300799999;

/** A talker's clock may say anything: the nearest moment that can be shown. @param {number} ms */
export const inYears = (ms) => Math.max(0, Math.min(ms, LATEST_MS));

/** @typedef {"absent" | "altered" | "unplayable"} Fault */

class Player extends EventTarget {
  /** The page's own, of the part that has the microphone. @type {import("./voice_audio.js").VoiceAudio | null} */
  audio = null;
  /** The SHA-256 of what is played, or "". */
  playing = "";
  /** What was found when somebody wanted to hear it. @type {Map<string, Fault>} */
  faults = new Map();
  beganMs = 0;
  startMs = 0;
  turn = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  feeding = undefined;

  /** The moment that is heard, by the talker's clock. */
  get atMs() {
    return this.startMs + performance.now() - this.beganMs;
  }

  /** Raises what the node answers, but for what `faults` then has. @param {string} sha256 */
  async play(sha256) {
    this.stop();
    this.turn += 1;
    const turn = this.turn;
    const answer = await fetch(`api/voice/kept/${encodeURIComponent(sha256)}`);
    const fault = answer.status === 404 ? "absent" : answer.status === 409 ? "altered" : null;
    if (fault) return this.found(sha256, fault);
    if (!answer.ok) return node.answer(answer);
    const { heading, packets } = decodeRecording(await answer.arrayBuffer());
    if (!canPlay(heading.codec)) return this.found(sha256, "unplayable");
    await this.audio?.begin();
    if (turn !== this.turn || !this.audio) return;
    this.faults.delete(sha256);
    this.playing = sha256;
    this.startMs = inYears(heading.start_ms);
    this.beganMs = performance.now();
    const { audio, beganMs } = this;
    const transmission = `${heading.transmission}-${beganMs}`;
    let next = 0;
    this.feeding = setInterval(() => {
      const elapsedMs = performance.now() - beganMs;
      for (; next < packets.length && packets[next].atMs <= elapsedMs; next += 1) {
        const { sequence, payload } = packets[next];
        audio.play({ khz: REPLAY_KHZ, party: heading.party, post: heading.post, transmission, sequence, capturedMs: 0, codec: heading.codec, payload });
      }
      if (next === packets.length && elapsedMs > packets[next - 1].atMs + TAIL_MS) this.stop();
    }, FEED_MS);
    this.changed();
  }

  stop() {
    clearInterval(this.feeding);
    this.turn += 1;
    if (!this.playing) return;
    this.playing = "";
    this.changed();
  }

  /** @param {string} sha256 @param {Fault} fault */
  found(sha256, fault) {
    this.faults.set(sha256, fault);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

export const player = new Player();
