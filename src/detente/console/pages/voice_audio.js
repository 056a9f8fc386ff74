// Microphone and loudspeaker of this page: pieces of 20 ms become Opus packets and back, in one audio context at 48 kHz.
// Opus comes from the browser (WebCodecs); where it has none, both ends speak G.711 µ-law, and each frame says which.
import { fromMuLaw } from "./frame.js";

const RATE = 48000;
const PIECE_US = 20000;
const SILENT_MS = 600;
const KEEP_OPEN_MS = 120000;
const OPUS = { codec: "opus", sampleRate: RATE, numberOfChannels: 1, bitrate: 24000, opus: { frameDuration: PIECE_US, application: "voip", complexity: 5 } };

/** @typedef {{codec: "opus" | "pcmu", payload: Uint8Array, capturedMs: number}} Packet */

/** Whether this browser can play a codec; G.711 is played by this page itself. @param {string} codec */
export function canPlay(codec) {
  return codec === "pcmu" || "AudioDecoder" in globalThis;
}

export class VoiceAudio {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {AudioWorkletNode | null} */
    this.speaker = null;
    /** @type {AudioWorkletNode | null} */
    this.mic = null;
    /** @type {MediaStream | null} */
    this.stream = null;
    /** @type {any} */
    this.encoder = null;
    /** @type {Map<number, {transmission: string, decoder: any}>} */
    this.decoders = new Map();
    /** @type {((packet: Packet) => void) | null} */
    this.speaks = null;
    /** @type {(what: "microphone" | "encoder") => void} */
    this.lost = () => {};
    /** @type {(khz: number, what: "dry" | "thrown" | "unplayable") => void} */
    this.gap = () => {};
    /** The browser begins or ceases to play. */
    this.changed = () => {};
    /** @type {Promise<void> | undefined} */
    this.opening = undefined;
    this.epochMs = 0;
    this.pieceMs = 0;
    this.closing = 0;
  }

  get isRunning() {
    return this.context?.state === "running" && this.speaker !== null;
  }

  /** Begin to play; only after a gesture in some browsers, and then it is asked for again. What could not be loaded, too. */
  async begin() {
    if (!this.context) {
      const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
      this.context = context;
      context.onstatechange = () => this.changed();
      this.ready = Promise.all(["mic.js", "speaker.js"].map((file) => context.audioWorklet.addModule(file))).then(() => {
        const speaker = new AudioWorkletNode(context, "speaker", { numberOfInputs: 0, outputChannelCount: [1] });
        speaker.port.onmessage = (event) => this.gap(event.data.khz, event.data.what);
        speaker.onprocessorerror = () => this.deaf(context);
        speaker.connect(context.destination);
        this.speaker = speaker;
      }).catch((why) => {
        this.deaf(context);
        throw why;
      });
    }
    await Promise.all([this.ready, this.context.state === "suspended" ? this.context.resume() : null]);
  }

  /** Nothing can be played in a context: with the next begin there is another. @param {AudioContext} context */
  deaf(context) {
    if (this.context !== context) return;
    this.failed("microphone");
    this.context = null;
    this.speaker = null;
    context.close();
    this.changed();
  }

  /** Open the microphone and the encoder, and keep both for the next press. One opening serves every press that
   * comes while the browser still asks: a second microphone would stay open, unseen, when the button is let go. */
  open() {
    clearTimeout(this.closing);
    this.opening ??= this.openOnce().finally(() => {
      this.opening = undefined;
      if (!this.speaks) this.keepAWhile();
    });
    return this.opening;
  }

  async openOnce() {
    await this.begin();
    const { context } = this;
    if (!context || this.stream) return;
    // A headset is taken for granted: cancelling echoes would cost delay.
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 } });
    for (const track of this.stream.getAudioTracks()) {
      if (track.muted || track.readyState === "ended") {
        this.close();
        throw new Error("the microphone gives nothing");
      }
      track.onended = () => this.failed("microphone");
      track.onmute = () => this.failed("microphone");
    }
    await this.makeEncoder();
    if (!this.stream || this.context !== context) {
      this.close(); // or the next press would take it for open
      throw new Error("the microphone, or what it feeds, went while it was opened");
    }
    const mic = new AudioWorkletNode(context, "mic", { numberOfOutputs: 0 });
    mic.port.onmessage = (event) => this.took(event.data);
    mic.port.postMessage({ isCoded: this.encoder === null });
    context.createMediaStreamSource(this.stream).connect(mic);
    this.mic = mic; // the last: whoever has a microphone may speak at once
  }

  async makeEncoder() {
    const kind = /** @type {any} */ (globalThis).AudioEncoder;
    this.encoder = null;
    if (!kind || !(await kind.isConfigSupported(OPUS).catch(() => ({ supported: false }))).supported) return;
    this.encoder = new kind({ output: (/** @type {any} */ chunk) => this.encoded(chunk), error: () => this.failed("encoder") });
    this.encoder.configure(OPUS);
  }

  /** From now on each packet is given to `speaks`. @param {(packet: Packet) => void} speaks */
  talk(speaks) {
    if (!this.context || !this.mic) return;
    this.epochMs = performance.timeOrigin + performance.now() - this.context.currentTime * 1000;
    this.speaks = speaks;
    this.pieceMs = performance.now();
    this.mic.port.postMessage({ isOpen: true });
    this.watching = setInterval(() => {
      if (performance.now() - this.pieceMs > SILENT_MS) this.failed("microphone");
    }, 100);
  }

  hush() {
    clearInterval(this.watching);
    this.speaks = null;
    this.mic?.port.postMessage({ isOpen: false });
    this.keepAWhile();
  }

  /** The microphone is let go when nobody presses for a while. */
  keepAWhile() {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => this.close(), KEEP_OPEN_MS);
  }

  /** Let go of the microphone. */
  close() {
    for (const track of this.stream?.getTracks() ?? []) {
      track.onended = null;
      track.onmute = null;
      track.stop();
    }
    this.stream = null;
    this.mic?.disconnect();
    this.mic = null;
    if (this.encoder && this.encoder.state !== "closed") this.encoder.close();
    this.encoder = null;
  }

  /** @param {"microphone" | "encoder"} what */
  failed(what) {
    const wasTalking = this.speaks !== null;
    this.hush();
    this.close();
    if (wasTalking) this.lost(what);
  }

  /** A piece of the microphone. @param {{beganS: number, data: Float32Array | Uint8Array}} piece */
  took({ beganS, data }) {
    this.pieceMs = performance.now();
    if (!this.speaks) return;
    if (data instanceof Uint8Array) {
      this.speaks({ codec: "pcmu", payload: data, capturedMs: this.epochMs + beganS * 1000 });
      return;
    }
    const kind = /** @type {any} */ (globalThis).AudioData;
    const sound = new kind({ format: "f32-planar", sampleRate: RATE, numberOfFrames: data.length, numberOfChannels: 1, timestamp: Math.round(beganS * 1e6), data });
    try {
      this.encoder.encode(sound);
    } catch {
      this.failed("encoder");
    }
    sound.close();
  }

  /** @param {any} chunk */
  encoded(chunk) {
    const payload = new Uint8Array(chunk.byteLength);
    chunk.copyTo(payload);
    this.speaks?.({ codec: "opus", payload, capturedMs: this.epochMs + chunk.timestamp / 1000 });
  }

  /** Play a frame of a channel. @param {import("./frame.js").Frame} frame */
  play(frame) {
    if (!this.speaker) return;
    const held = this.decoders.get(frame.khz);
    const isNew = held?.transmission !== frame.transmission;
    if (frame.codec === "pcmu") {
      if (isNew) this.decoders.set(frame.khz, { transmission: frame.transmission, decoder: null });
      this.put(frame.khz, fromMuLaw(frame.payload), isNew);
      return;
    }
    const decoder = isNew || held?.decoder?.state !== "configured" ? this.decoderOf(frame, held?.decoder) : held.decoder;
    const kind = /** @type {any} */ (globalThis).EncodedAudioChunk;
    decoder?.decode(new kind({ type: "key", timestamp: frame.sequence * PIECE_US, duration: PIECE_US, data: frame.payload }));
  }

  /** A decoder for a new transmission. @param {import("./frame.js").Frame} frame @param {any} before */
  decoderOf(frame, before) {
    const kind = /** @type {any} */ (globalThis).AudioDecoder;
    if (!kind) {
      this.gap(frame.khz, "unplayable"); // to be seen, for nothing is heard
      return null;
    }
    if (before && before.state !== "closed") before.close();
    let isNew = true;
    const decoder = new kind({
      output: (/** @type {any} */ sound) => {
        const samples = new Float32Array(sound.numberOfFrames);
        sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
        sound.close();
        this.put(frame.khz, samples, isNew);
        isNew = false;
      },
      error: (/** @type {DOMException} */ why) => this.gap(frame.khz, why.name === "NotSupportedError" ? "unplayable" : "thrown"),
    });
    decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 1, optimizeForLatency: true });
    this.decoders.set(frame.khz, { transmission: frame.transmission, decoder });
    return decoder;
  }

  /** @param {number} khz @param {Float32Array} samples @param {boolean} isNew */
  put(khz, samples, isNew) {
    if (!this.isRunning) return; // what came while nothing may sound is never played later
    this.speaker?.port.postMessage({ khz, samples, isNew }, [samples.buffer]);
  }

  /** @param {number} khz @param {boolean} isMuted */
  mute(khz, isMuted) {
    this.speaker?.port.postMessage({ khz, isMuted });
  }

  /** Beeps: seconds of sound and silence in turn, at a pitch. @param {number[]} rhythm @param {number} hertz */
  beep(rhythm, hertz) {
    if (!this.context) return;
    let at = this.context.currentTime;
    rhythm.forEach((seconds, place) => {
      if (place % 2 === 0 && this.context) {
        const tone = this.context.createOscillator();
        const gain = this.context.createGain();
        tone.frequency.value = hertz;
        gain.gain.value = 0.2;
        tone.connect(gain).connect(this.context.destination);
        tone.start(at);
        tone.stop(at + seconds);
      }
      at += seconds;
    });
  }
}
