// The one node behind this page: who is logged in, what the stream has told, and orders that are sent until answered.
// All rules are on the node; here is only what was said and what is still to be sent.

/** @typedef {{code: string, message: string, cure: string, status: number}} Refusal */

const SILENT_S = 40;

/** What the page shows; parts re-read it at `change`. */
class Node extends EventTarget {
  /** @type {null | {account: string, role: string, csrf: string, party: string}} */
  session = null;
  /** @type {Record<string, any>} */
  board = {};
  isLive = false;
  /** Milliseconds that the node's clock is ahead of this browser's. */
  offsetMs = 0;
  /** When the node last said something, by a clock that may be set and by one that may sleep. */
  heardMs = 0;
  heardAt = 0;
  followedAt = 0;
  isLeaving = false;
  /** The session ended by itself: who sat here has not left. */
  isCutOff = false;
  /** @type {EventSource | null} */
  stream = null;

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  nowMs() {
    return Date.now() + this.offsetMs;
  }

  /** Seconds since a time that the node told; null where it told none. @param {string | null} utc */
  ageS(utc) {
    return utc === null ? null : Math.max(0, (this.nowMs() - Date.parse(utc)) / 1000);
  }

  /** Seconds without a word from the node. */
  get silentS() {
    return Math.max(Math.abs(Date.now() - this.heardMs), performance.now() - this.heardAt) / 1000;
  }

  heard() {
    this.heardMs = Date.now();
    this.heardAt = performance.now();
  }

  /** A connection that died without a word is made anew: nobody else notices, for a page only listens. */
  watch() {
    if (!this.stream || this.stream.readyState !== EventSource.OPEN || this.silentS < SILENT_S) return;
    if (performance.now() - this.followedAt > SILENT_S * 1000) this.follow();
  }

  get maySpeak() {
    return this.session?.role === "watch_officer" || this.session?.role === "commander";
  }

  /** Asked until it is answered: a node that is starting, or is asked too often, is no reason for an empty page. */
  async restore() {
    try {
      const told = await this.get("api/session");
      if (told.account) this.begun(told);
    } catch {
      setTimeout(() => this.session ?? this.restore(), 2000);
    }
    this.changed();
  }

  /** @param {string} account @param {string} password */
  async login(account, password) {
    this.begun(await this.post("api/login", { account, password }));
  }

  /** @param {string} word @param {string} account @param {string} password */
  async first(word, account, password) {
    this.begun(await this.post("api/first", { word, account, password }));
  }

  /** Another page of this browser has come in: then this one has, too. */
  async join() {
    if (this.session || this.isLeaving) return;
    try {
      const told = await this.get("api/session");
      if (told.account && !this.session && !this.isLeaving) this.begun(told);
    } catch {
      // The node does not answer: whoever logs in is told so.
    }
  }

  async logout() {
    const { session } = this;
    this.isLeaving = true;
    const leaving = this.post("api/logout", {});
    this.session = null; // from now on nothing is asked for in its name
    try {
      await leaving;
    } catch (why) {
      this.session = session;
      this.isLeaving = false;
      throw why;
    }
    sessionStorage.clear(); // an own plan is of who drew it
    location.reload(); // who comes next sees what his own account is told
  }

  /** @param {any} told */
  begun(told) {
    if (!this.session) this.heard();
    this.session = told;
    this.isCutOff = false;
    this.follow();
    this.changed();
  }

  over() {
    this.isCutOff = this.isCutOff || this.session !== null;
    this.session = null;
    this.stream?.close();
    this.stream = null;
    this.isLive = false;
    this.changed();
  }

  follow() {
    this.stream?.close();
    const stream = new EventSource("api/events");
    this.stream = stream;
    this.followedAt = performance.now();
    stream.addEventListener("hello", (event) => {
      const told = JSON.parse(event.data);
      this.clock(told.now_ms);
      this.isLive = true;
      this.dispatchEvent(new CustomEvent("news", { detail: null }));
      this.changed();
    });
    stream.addEventListener("board", (event) => {
      const { topic, data } = JSON.parse(event.data);
      this.board = { ...this.board, [topic]: data };
      this.heard();
      this.changed();
    });
    stream.addEventListener("news", (event) => {
      this.heard();
      this.dispatchEvent(new CustomEvent("news", { detail: JSON.parse(event.data) }));
    });
    stream.addEventListener("clock", (event) => this.clock(JSON.parse(event.data).now_ms));
    stream.addEventListener("session", () => this.over());
    stream.addEventListener("error", () => {
      this.isLive = false;
      this.changed();
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => this.again(), 2000);
    });
  }

  /** The stream was refused: the session is over, or the node is starting. */
  async again() {
    if (this.stream?.readyState !== EventSource.CLOSED) return;
    try {
      const answer = await fetch("api/session");
      const told = await answer.json();
      if (answer.ok && !told.account) return this.over();
      if (answer.ok && (await this.isWelcome())) return this.begun(told);
    } catch {
      // The node does not answer: it is shown as such, and asked again.
    }
    setTimeout(() => this.again(), 2000);
  }

  /** Whether the stream opens; a stream of the browser does not tell why it was refused, so it is asked. */
  async isWelcome() {
    const asking = new AbortController();
    const answer = await fetch("api/events", { signal: asking.signal });
    if (answer.ok) {
      asking.abort();
      return true;
    }
    dispatchEvent(new CustomEvent("detente-refused", { detail: await answer.json() }));
    return false;
  }

  /** @param {number} nowMs */
  clock(nowMs) {
    this.heard();
    this.offsetMs = nowMs - Date.now();
    this.changed();
  }

  /** @param {string} path @returns {Promise<any>} */
  async get(path) {
    return this.answer(await fetch(path));
  }

  /** @param {string} path @param {object} body @param {string} [key] @returns {Promise<any>} */
  async post(path, body, key) {
    try {
      return await this.send(path, body, key);
    } catch (/** @type {any} */ why) {
      if (why.code !== "csrf") throw why;
      // Another page of this browser has a new session. If it is of the same account it is ours, too.
      const told = await this.get("api/session");
      if (!told.account || told.account !== this.session?.account) throw why;
      this.session = told;
      return this.send(path, body, key);
    }
  }

  /** @param {string} path @param {object} body @param {string} [key] @returns {Promise<any>} */
  async send(path, body, key) {
    /** @type {Record<string, string>} */
    const headers = { "Content-Type": "application/json" };
    if (this.session) headers["X-CSRF-Token"] = this.session.csrf;
    if (key) headers["Idempotency-Key"] = key;
    return this.answer(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  /** @param {Response} answer */
  async answer(answer) {
    const told = await answer.json();
    if (answer.headers.has("idempotency-replayed")) told.is_again = true;
    if (answer.ok) return told;
    if (answer.status === 401 && this.session) this.over();
    throw { ...told, status: answer.status };
  }
}

/** A key for an order: drawn once, kept by the form until the order is answered. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(18)), (one) => one.toString(16).padStart(2, "0")).join("");
}

export const node = new Node();
