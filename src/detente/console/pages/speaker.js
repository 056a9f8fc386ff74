// In the audio thread: a jitter buffer for each channel, and their sum. A buffer begins to play at 40 ms and grows by
// 20 ms each time it runs dry; what it then held for seconds without need is given up in a pause of the speech. What has
// piled up beyond reason is thrown away, for late speech is never played as if live.

const BEGIN_MS = 40;
const GROW_MS = 20;
const MOST_MS = 200;
const PILE_MS = 160;
const CALM_S = 3;
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
    this.least = Infinity;
    this.isAmple = false;
  }

  /** Whether something was thrown away. @param {Float32Array} piece */
  put(piece) {
    if (this.isAmple && piece.every((one) => Math.abs(one) < QUIET)) {
      this.isAmple = false;
      return false;
    }
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
      this.begin(nowS);
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
    this.least = Math.min(this.least, this.held);
    if (nowS > this.calmUntil) {
      this.isAmple = this.least > samplesOf(BEGIN_MS);
      this.wanted = Math.max(samplesOf(BEGIN_MS), this.wanted - samplesOf(GROW_MS));
      this.begin(nowS);
    }
    return false;
  }

  /** Watch anew how little is held at least. @param {number} nowS */
  begin(nowS) {
    this.calmUntil = nowS + CALM_S;
    this.least = Infinity;
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
