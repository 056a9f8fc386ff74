// A node that is only pretended, before any module of the page runs: its answers, and a stream that the test drives.
// What changes in a day changes here: numbers rise, aircraft and notices come and go, alarms stand and end.
(() => {
  const START_MS = Date.now();
  const day = { second: 0, streams: [], rendered: 0, hostile: "", role: "observer" };
  window.day = day;

  const iso = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
  const nowMs = () => START_MS + day.second * 1000;
  const row = (seq) => ({
    at_utc: iso(nowMs() - 1000 * (seq % 60)), here_utc: iso(nowMs()), ref: `COAST#${seq}`, party: seq % 2 ? "SIERRA" : "COAST", seq, origin: "COAST/1",
    from: "coast.air", to: ["sierra.air"], code: "QRY", precedence: seq % 40 ? "ROUTINE" : "ALERT", exercise: false, language: "en",
    reply_to: `SIERRA#${seq - 1}`, text: "", body: null, receipt: "understood", marks: [], title: `Message ${seq}`, lines: [`Line one of ${seq}`, "Level: FL250"],
    detail: "FL250", direction: "ltr", beside: null,
  });
  /** Every text but times, codes of the page and what it is switched by is a stranger's, where there is one. */
  const poisoned = (value, name = "") => {
    if (!day.hostile) return value;
    if (Array.isArray(value)) return value.map((one) => poisoned(one, name));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one, key)]));
    const isPlain = typeof value !== "string" || /^\d{4}-\d\d-\d\dT.*Z$/.test(value) || ["role", "type", "id", "weight", "by_us", "csrf", "number"].includes(name);
    return isPlain ? value : day.hostile;
  };
  const incident = () => ({ number: "X", also: [], event_utc: iso(START_MS), reported_utc: iso(START_MS), sectors: [], reported_by: ["COAST"], stated_by: [], categories: ["conduct"], articles: ["C01"], state: "open", closed_utc: null,
    due: [{ what: "full_statement", owed_by: "COAST", due_utc: iso(START_MS + 86400000), done_utc: null, is_overdue: false }] });
  const answers = {
    "api/session": () => ({ account: "wall", role: day.role, csrf: "word", party: "SIERRA", seconds_left: 86400 }),
    "api/transcript": () => ({ entries: Array.from({ length: 80 }, (_, place) => row(Math.floor(day.second / 30) + place)), sizes: {} }),
    "api/brief": () => ({ since_utc: iso(START_MS), posts: [{ post: "sierra.air", role: "air_desk", languages: ["en"] }], kept: [], unkept: ["sierra.air"], counts: { QRY: 3 }, more: 1, entries: [row(1), row(2)],
      logbook: [{ at_utc: iso(nowMs()), kind: "order", text: "somebody orders" }], radio_more: 0,
      radio: [{ sector: "NORTH", lower: "GND", upper: "FL250", pair: ["SIERRA/tanker", "COAST/tanker"], state: "never", age_days: null, channel_khz: 123975 }] }),
    "api/incidents/X": () => ({ incident: { ...incident(), sides: ["COAST", "SIERRA"].map((party) => ({ party, report_is_late: true, closes: true,
      said: [{ ref: "COAST#1", code: "INC1", in_words: "report", sent_utc: iso(nowMs()), number: "X", lines: ["a line"], receipts: [{ by: "SIERRA", at_utc: iso(nowMs()), note: "" }], attachments: [{ name: "a file", sha256: "0".repeat(64), length: 1 }] }] })), calls: [] } }),
    "api/incidents/X/timeline": () => ({ number: "X", from_utc: iso(nowMs() - 600000), until_utc: iso(nowMs() + 600000), speech: null, entries: [row(1), row(2)], logbook: [{ at_utc: iso(nowMs()), kind: "order", text: "somebody orders" }] }),
    "api/statistics": () => ({ counted: { from_utc: iso(START_MS), until_utc: iso(nowMs()), incidents: 1, open: 1, closed: 0, by_article: [{ article: "C01", incidents: 1, protests: 0 }], by_category: [{ category: "conduct", incidents: 1 }],
        alerts: [{ by: "COAST", to: "SIERRA", raised: 2, answered: 1, answered_late: 1, cleared: 0, overdue: 0, open: 0, answer_s_median: 5 }] },
      answers: [{ ref: "COAST#1", by: "COAST", to: "SIERRA", said_utc: iso(nowMs()), clock_s: 120, answer_s: 5, outcome: "answered" }],
      line: [{ party: "COAST", path: "data-1", known_s: 100, open_s: 90, late_s: 10, silent_s: 0, own_fault_s: 0, untested_s: 0, losses: 1 }],
      alarms: { standing: 1, not_noted: 1 }, notices: [{ class: "tanker", party: "COAST", notices: 2, in_force: 1 }],
      radio: [{ sector: "NORTH", channel_khz: 123975, ends: ["COAST/tanker", "SIERRA/tanker"], how: "air_air", readability: 5, age_days: 8, holds_days: 7 }] }),
    "api/entry": () => row(Math.floor(day.second / 30)),
    "collections/notices/items": () => ({ type: "FeatureCollection", features: Array.from({ length: 12 }, (_, place) => {
      const lon = -121 + 0.1 * place;
      return { type: "Feature", id: `n${Math.floor(day.second / 900) + place}`, geometry: { type: "Polygon", coordinates: [[[lon, 39], [lon + 0.1, 39], [lon + 0.1, 39.1], [lon, 39]]] },
        properties: { party: place % 2 ? "SIERRA" : "COAST", notice: `COAST#${Math.floor(day.second / 900) + place}`, floor: "FL040", ceiling: "FL090" } };
    }) }),
    "collections/tracks/items": () => ({ type: "FeatureCollection", numberMatched: 150, features: Array.from({ length: 150 }, (_, place) => ({
      type: "Feature", id: `a${(Math.floor(day.second / 120) + place).toString(16)}`, geometry: { type: "Point", coordinates: [-121 + 0.01 * place + 0.0001 * (day.second % 600), 39.5 + 0.01 * (place % 20)] },
      properties: { call_sign: `CALL${place}`, own: place % 2 === 0, measured: iso(nowMs()), age_s: place % 30, level_palt_ft: 9000 + day.second % 500, height_hae_ft: null, ground_speed_kt: 250, track_deg: (day.second + place) % 360 },
    })) }),
  };
  const board = {
    status: () => ({ party: "SIERRA", memorandum: "FIRES-2020", warnings: [], warned: [], peers: [], now_utc: iso(nowMs()) }),
    line: () => ({ party: "SIERRA", warnings: [], kept: { posts: [], unkept: [] }, peers: [{ party: "COAST", forked: false, clock_offset_ms: 3, clock_is_off: false, permissions: [],
      declared: { by_us: { state: "in_force", suspensions: [], outages: [] }, by_them: { state: "in_force", suspensions: [], outages: [] } },
      watch: [{ post: "coast.air", party: "COAST", roles: ["air_desk"], languages: ["en"], interpreter: "none", since_utc: iso(START_MS), open_items: 0, checked: true, is_relieving: false }],
      paths: ["data-1", "phone-1"].map((path) => ({ path, medium: "tls", observed: day.second % 3600 < 60 ? "late" : "open", reason: "", last_good_utc: iso(nowMs()), machine_good_utc: iso(nowMs()), human_good_utc: day.checkedUtc ?? iso(nowMs()), human: "open", human_due_utc: iso(nowMs() + 3600000) })) }] }),
    owed: () => ({ owed: Array.from({ length: 10 }, (_, place) => ({ ref: `COAST#${Math.floor(day.second / 300) + place}`, code: "QRY", act: "answer", by_us: place % 2 === 0, owed_by: "SIERRA", owed_to: "COAST",
      precedence: "PRIORITY", since_ms: nowMs(), due_ms: nowMs() + 60000 * place, is_overdue: false, levels: [], suggestion: null })) }),
    alarms: () => ({ alarms: Array.from({ length: Math.floor(day.second / 600) % 4 }, (_, place) => ({ id: `conflict ${Math.floor(day.second / 600)} ${place}`, weight: "warning", ref: `SIERRA#${Math.floor(day.second / 600)}`, other: `COAST#${place}`, code: "CON", text: null, until_ms: nowMs() + 600000, noted_by: null, noted_utc: null })) }),
    notices: () => ({ notices: [{ ref: `COAST#${Math.floor(day.second / 900)}` }] }),
    findings: () => ({ not_checked: [], borders: [], proposals: [{ ref: `COAST#${Math.floor(day.second / 600)}`, party: "COAST", notice: `SIERRA#${Math.floor(day.second / 600)}`, change: "later", of: null, to: ["SIERRA"], answers: {} }],
      conflicts: Array.from({ length: 3 }, (_, place) => ({ own: `SIERRA#${Math.floor(day.second / 600)}`, foreign: `COAST#${place}`, article: "tanker/tanker", mode: "figures", lateral_gap_m: 0, lateral_min_m: 1852, vertical_gap_ft: 0, vertical_min_ft: 500, time_gap_s: 0, time_min_s: 300,
        lat: 39.5, lon: -121, from_ms: nowMs() + 600000, until_ms: nowMs() + 900000, found_ms: nowMs(), stated_by: ["COAST"], stated_in: [], gives_way: null, because: "equal" })) }),
    incidents: () => ({ incidents: [incident()], matches: [], categories: [], articles: [], classes: [], text_chars_max: 0 }),
  };

  const fetched = window.fetch.bind(window);
  window.fetch = (input, given) => {
    const path = String(input).split("?")[0];
    return path in answers ? Promise.resolve(new Response(JSON.stringify(poisoned(answers[path]())), { headers: { "content-type": "application/json" } })) : fetched(input, given);
  };
  window.EventSource = class extends EventTarget {
    static CLOSED = 2;
    readyState = 1;
    constructor() {
      super();
      day.streams = [this];
      setTimeout(() => day.tell("hello", { party: "SIERRA", resumed: true, now_ms: nowMs() }));
    }
    close() { this.readyState = 2; }
  };
  day.tell = (name, data) => day.streams.forEach((one) => one.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) })));
  day.board = (topic) => day.tell("board", { topic, data: poisoned(board[topic]()) });
  day.all = () => Object.keys(board).forEach(day.board);

  /** Let seconds of the day pass, every `step` of them drawn; each kind of event at its own pace. */
  day.pass = async (seconds, step) => {
    const chart = document.querySelector("detente-chart");
    for (const end = day.second + seconds; day.second < end; day.second += step) {
      const every = (pace) => Math.floor(day.second / pace) !== Math.floor((day.second - step) / pace);
      if (every(15)) day.tell("clock", { now_ms: nowMs(), session_s: 86400 });
      if (every(10)) day.board("line");
      if (every(30)) { day.board("owed"); day.tell("news", { number: day.second, kind: "heard" }); }
      if (every(120)) { day.board("alarms"); day.board("findings"); day.board("status"); }
      if (every(900)) day.board("notices");
      if (every(step * 3)) await chart.readTracks?.();
      dispatchEvent(new Event("detente-second"));
      await document.querySelector("detente-thread").updateComplete;
      day.rendered += 1;
      if (day.rendered % 20 === 0) await new Promise((go) => requestAnimationFrame(go));
    }
  };
})();
