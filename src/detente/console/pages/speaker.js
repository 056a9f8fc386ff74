// In the audio thread: a jitter buffer for each channel, and their sum. A buffer begins to play at 40 ms and grows by
// 20 ms each time it runs dry, to 120 ms at most, for whoever waits longer for an answer talks into it. What it holds above
// what it wants is given up in the pauses of the speech; what has piled up beyond reason is thrown away.

const BEGIN_MS = 40;
const GROW_MS = 20;
const MOST_MS = 120;
const PILE_MS = 160;
const CALM_S = 2;
const QUIET = 0.01;
const RATE = /** @type {any} */ (globalThis).sampleRate;

/** @param {number} ms */
const samplesOf = (ms) => Math.round((ms * RATE) / 1000);

class Buffer {
  constructor() {
    /** @type {Float32Array[]} */
    this.pieces = [];
    this.at = 0;
    this.held = 0;
    this.wanted = samplesOf(BEGIN_MS);
    this.isPlaying = false;
    this.isMuted = false;
    this.calmUntil = 0;
    this.idle = 0;
  }

  /** Whether something was thrown away. @param {Float32Array} piece */
  put(piece) {
    if (this.isPlaying && this.held > this.wanted && piece.every((one) => Math.abs(one) < QUIET)) return false;
    this.pieces.push(piece);
    this.held += piece.length;
    this.idle = 0;
    let isThrown = false;
    while (this.held > this.wanted + samplesOf(PILE_MS)) {
      this.held -= this.pieces[0].length - this.at;
      this.pieces.shift();
      this.at = 0;
      isThrown = true;
    }
    return isThrown;
  }

  /** Add what is due to the output; true where it ran dry just now. @param {Float32Array} out @param {number} nowS */
  play(out, nowS) {
    if (!this.isPlaying) {
      this.idle += out.length;
      // The end of a transmission is shorter than the buffer, and is played all the same.
      if (this.held === 0 || (this.held < this.wanted && this.idle < samplesOf(2 * MOST_MS))) return false;
      this.isPlaying = true;
      this.calmUntil = nowS + CALM_S;
    }
    let filled = 0;
    while (filled < out.length && this.pieces.length) {
      const piece = this.pieces[0];
      const taken = Math.min(out.length - filled, piece.length - this.at);
      if (!this.isMuted) for (let one = 0; one < taken; one += 1) out[filled + one] += piece[this.at + one];
      filled += taken;
      this.at += taken;
      if (this.at === piece.length) {
        this.pieces.shift();
        this.at = 0;
      }
    }
    this.held -= filled;
    if (filled < out.length) {
      this.isPlaying = false;
      this.idle = 0;
      this.wanted = Math.min(samplesOf(MOST_MS), this.wanted + samplesOf(GROW_MS));
      return true;
    }
    if (nowS > this.calmUntil) {
      this.wanted = Math.max(samplesOf(BEGIN_MS), this.wanted - samplesOf(GROW_MS));
      this.calmUntil = nowS + CALM_S;
    }
    return false;
  }
}

class Speaker extends /** @type {any} */ (globalThis).AudioWorkletProcessor {
  constructor() {
    super();
    /** @type {Map<number, Buffer>} */
    this.buffers = new Map();
    this.port.onmessage = (/** @type {MessageEvent} */ event) => this.take(event.data);
  }

  /** @param {{khz: number, samples?: Float32Array, isMuted?: boolean, isNew?: boolean}} told */
  take({ khz, samples, isMuted, isNew }) {
    const buffer = this.buffers.get(khz) ?? new Buffer();
    this.buffers.set(khz, buffer);
    if (isMuted !== undefined) buffer.isMuted = isMuted;
    if (isNew && !buffer.isPlaying) buffer.wanted = samplesOf(BEGIN_MS);
    if (samples && buffer.put(samples)) this.port.postMessage({ khz, what: "thrown" });
  }

  /** @param {Float32Array[][]} _inputs @param {Float32Array[][]} outputs */
  process(_inputs, outputs) {
    const out = outputs[0][0];
    const nowS = /** @type {any} */ (globalThis).currentTime;
    for (const [khz, buffer] of this.buffers) if (buffer.play(out, nowS)) this.port.postMessage({ khz, what: "dry" });
    for (let at = 0; at < out.length; at += 1) out[at] = Math.max(-1, Math.min(1, out[at]));
    return true;
  }
}

/** @type {any} */ (globalThis).registerProcessor("speaker", Speaker);
export {}; // a module of its own, although nobody imports it
