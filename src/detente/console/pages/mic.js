// In the audio thread: the microphone in pieces of 20 ms, as samples at 48 kHz or, where there is no Opus, as µ-law at 8 kHz.

const PIECE = 960;

class Mic extends /** @type {any} */ (globalThis).AudioWorkletProcessor {
  constructor() {
    super();
    this.isCoded = false;
    this.isOpen = false;
    this.piece = new Float32Array(PIECE);
    this.filled = 0;
    this.port.onmessage = (/** @type {MessageEvent} */ event) => {
      this.isCoded = event.data.isCoded ?? this.isCoded;
      if (event.data.isOpen !== undefined) {
        this.isOpen = event.data.isOpen;
        this.filled = 0;
      }
    };
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const heard = inputs[0]?.[0];
    if (!heard || !this.isOpen) return true;
    for (let at = 0; at < heard.length;) {
      const taken = Math.min(heard.length - at, PIECE - this.filled);
      this.piece.set(heard.subarray(at, at + taken), this.filled);
      this.filled += taken;
      at += taken;
      if (this.filled === PIECE) this.give(at);
    }
    return true;
  }

  /** @param {number} at samples of the present block that are used */
  give(at) {
    const scope = /** @type {any} */ (globalThis);
    const beganS = (scope.currentFrame + at - PIECE) / scope.sampleRate;
    const data = this.isCoded ? coded(this.piece) : this.piece;
    this.port.postMessage({ beganS, data }, [data.buffer]);
    if (data === this.piece) this.piece = new Float32Array(PIECE);
    this.filled = 0;
  }
}

/** Six samples become one, by their mean, which is filter enough for the band of a telephone. @param {Float32Array} samples */
function coded(samples) {
  const out = new Uint8Array(samples.length / 6);
  for (let place = 0; place < out.length; place += 1) {
    let sum = 0;
    for (let part = 0; part < 6; part += 1) sum += samples[place * 6 + part];
    out[place] = muLaw(Math.max(-1, Math.min(1, sum / 6)) * 32767);
  }
  return out;
}

/** Source: ITU-T G.711. @param {number} level */
function muLaw(level) {
  const sign = level < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(Math.round(level)), 32635) + 0x84;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 15)) & 0xff;
}

/** @type {any} */ (globalThis).registerProcessor("mic", Mic);
export {}; // a module of its own, although nobody imports it
