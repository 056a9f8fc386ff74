// In the audio thread: what is held of each channel, and their sum.
import { JitterBuffer } from "./jitter.js";

class Speaker extends /** @type {any} */ (globalThis).AudioWorkletProcessor {
  constructor() {
    super();
    /** @type {Map<number, JitterBuffer>} */
    this.buffers = new Map();
    this.port.onmessage = (/** @type {MessageEvent} */ event) => this.take(event.data);
  }

  /** @param {{khz: number, samples?: Float32Array, isMuted?: boolean, isNew?: boolean}} told */
  take({ khz, samples, isMuted, isNew }) {
    const buffer = this.buffers.get(khz) ?? new JitterBuffer(/** @type {any} */ (globalThis).sampleRate);
    this.buffers.set(khz, buffer);
    if (isMuted !== undefined) buffer.isMuted = isMuted;
    if (isNew) buffer.begin();
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
