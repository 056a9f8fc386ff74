// One frame of speech as bytes, as src/detente/voice/frame.py has it, and G.711 µ-law for browsers that have no Opus.

/** @typedef {{khz: number, party: string, post: string, transmission: string, sequence: number, capturedMs: number, codec: "opus" | "pcmu", payload: Uint8Array}} Frame */

const HEAD_BYTES = 26;
const CODECS = /** @type {const} */ (["opus", "pcmu"]);
const text = new TextEncoder();
const plain = new TextDecoder("ascii");

/** @param {Frame} frame */
export function encodeFrame(frame) {
  const party = text.encode(frame.party);
  const post = text.encode(frame.post);
  const bytes = new Uint8Array(HEAD_BYTES + 1 + party.length + 1 + post.length + 2 + frame.payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, CODECS.indexOf(frame.codec) + 1);
  view.setUint32(2, frame.khz);
  for (let at = 0; at < 8; at += 1) bytes[6 + at] = parseInt(frame.transmission.slice(2 * at, 2 * at + 2), 16);
  view.setUint32(14, frame.sequence);
  view.setBigUint64(18, BigInt(Math.round(frame.capturedMs)));
  let at = HEAD_BYTES;
  for (const name of [party, post]) {
    bytes[at] = name.length;
    bytes.set(name, at + 1);
    at += 1 + name.length;
  }
  view.setUint16(at, frame.payload.length);
  bytes.set(frame.payload, at + 2);
  return bytes;
}

/** A frame from the own node, which has checked it. @param {ArrayBuffer} data @returns {Frame} */
export function decodeFrame(data) {
  const bytes = new Uint8Array(data);
  const view = new DataView(data);
  const transmission = Array.from(bytes.subarray(6, 14), (one) => one.toString(16).padStart(2, "0")).join("");
  let at = HEAD_BYTES;
  const names = [0, 1].map(() => {
    const name = plain.decode(bytes.subarray(at + 1, at + 1 + bytes[at]));
    at += 1 + bytes[at];
    return name;
  });
  return {
    khz: view.getUint32(2), party: names[0], post: names[1], transmission, sequence: view.getUint32(14),
    capturedMs: Number(view.getBigUint64(18)), codec: CODECS[bytes[1] - 1], payload: bytes.subarray(at + 2, at + 2 + view.getUint16(at)),
  };
}

/** A kept transmission, as src/detente/voice/recording.py has it. @param {ArrayBuffer} file */
export function decodeRecording(file) {
  const bytes = new Uint8Array(file);
  const view = new DataView(file);
  const first = bytes.indexOf(10);
  const second = bytes.indexOf(10, first + 1);
  const heading = JSON.parse(new TextDecoder().decode(bytes.subarray(first + 1, second)));
  /** @type {{sequence: number, atMs: number, payload: Uint8Array}[]} */
  const packets = [];
  for (let at = second + 1; at < bytes.length;) {
    const size = view.getUint16(at + 8);
    packets.push({ sequence: view.getUint32(at), atMs: view.getUint32(at + 4), payload: bytes.slice(at + 10, at + 10 + size) });
    at += 10 + size;
  }
  return { heading, packets };
}

/** Samples of 20 ms at 48 kHz from µ-law at 8 kHz. Source: ITU-T G.711. @param {Uint8Array} coded */
export function fromMuLaw(coded) {
  const samples = new Float32Array(coded.length * 6);
  let before = coded.length ? LEVELS[coded[0]] : 0;
  coded.forEach((one, place) => {
    const level = LEVELS[one];
    for (let part = 0; part < 6; part += 1) samples[place * 6 + part] = before + ((level - before) * (part + 1)) / 6;
    before = level;
  });
  return samples;
}

const LEVELS = Float32Array.from({ length: 256 }, (_, code) => {
  const flipped = ~code & 0xff;
  const magnitude = ((((flipped & 15) << 3) + 0x84) << ((flipped >> 4) & 7)) - 0x84;
  return (flipped & 0x80 ? -magnitude : magnitude) / 32768;
});
