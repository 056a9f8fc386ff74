// What a channel's frames wait in until they are played: long enough for the uneven way they come, and no longer, for
// whoever waits longer for an answer talks into it. Counts samples and nothing else, so it is the same in every thread.

const BEGIN_MS = 40;
const GROW_MS = 20;
const MOST_MS = 120;
const PILE_MS = 160;
/** What is left at the emptiest moment: one frame. */
const SAFE_MS = 20;
const CALM_S = 2;
const QUIET = 0.01;

/**
 * It begins to play with 40 ms and begins anew with 20 ms more each time it has run dry, up to 120 ms. After each two
 * seconds of play it knows how much was never needed. That, and what it holds beyond what it wants, it gives up in the
 * pauses of the speech, where nobody hears it. What has piled up beyond reason is thrown away.
 */
export class JitterBuffer {
  /** @param {number} rate samples a second */
  constructor(rate) {
    this.rate = rate;
    /** @type {Float32Array[]} */
    this.pieces = [];
    /** Samples of the first piece that are played. */
    this.at = 0;
    this.held = 0;
    this.wanted = this.samplesOf(BEGIN_MS);
    this.isPlaying = false;
    this.isMuted = false;
    this.idle = 0;
    /** The fewest samples it held since `sinceS`. */
    this.least = Infinity;
    this.sinceS = 0;
    /** Samples to give up in the next pause. */
    this.spare = 0;
  }

  /** @param {number} ms */
  samplesOf(ms) {
    return Math.round((ms * this.rate) / 1000);
  }

  /** Another transmission begins: what the last one needed says little of it. */
  begin() {
    if (!this.isPlaying) this.wanted = this.samplesOf(BEGIN_MS);
  }

  /** Whether something was thrown away. @param {Float32Array} piece */
  put(piece) {
    this.idle = 0;
    const isPause = this.isPlaying && piece.every((one) => Math.abs(one) < QUIET);
    const given = isPause ? Math.min(piece.length, Math.max(this.spare, this.held - this.wanted)) : 0;
    this.spare = Math.max(0, this.spare - given);
    if (given < piece.length) this.pieces.push(piece.subarray(given));
    this.held += piece.length - given;
    let isThrown = false;
    while (this.held > this.wanted + this.samplesOf(PILE_MS)) {
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
      if (this.held === 0 || (this.held < this.wanted && this.idle < this.samplesOf(2 * MOST_MS))) return false;
      this.isPlaying = true;
      this.measure(nowS);
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
    this.least = Math.min(this.least, this.held);
    if (filled < out.length) {
      this.isPlaying = false;
      this.idle = 0;
      this.wanted = Math.min(this.samplesOf(MOST_MS), this.wanted + this.samplesOf(GROW_MS));
      return true;
    }
    if (nowS - this.sinceS > CALM_S) {
      const spare = Math.max(0, this.least - this.samplesOf(SAFE_MS));
      this.wanted = Math.max(this.samplesOf(BEGIN_MS), this.wanted - spare);
      this.measure(nowS);
      this.spare = spare;
    }
    return false;
  }

  /** @param {number} nowS */
  measure(nowS) {
    this.sinceS = nowS;
    this.least = Infinity;
    this.spare = 0;
  }
}
