// After `flat_day.js`: a net that is only pretended. The page's socket is played by the test, which tells it what a node would.
(() => {
  day.role = "watch_officer";
  day.sockets = [];
  day.channel = (khz, id, use = "working") => ({ khz, ids: [id], use, sectors: [], owner: "SIERRA", is_known: true, holder: null, why: "free" });
  day.channels = () => [day.channel(122925, "N1"), day.channel(123975, "N2"), day.channel(124500, "N3"), day.channel(125000, "N4"), day.channel(121500, "G", "guard")];
  day.net = () => ({ say: "net", is_agreed: true, party: "SIERRA", recording: "on", talk_max_s: 45, posts: ["sierra.air"], links: [{ party: "COAST", is_up: true }], channels: day.channels() });
  window.WebSocket = class extends EventTarget {
    static OPEN = 1;
    readyState = 1;
    bufferedAmount = 0;
    heard = [];
    constructor() {
      super();
      day.sockets.push(this);
      setTimeout(() => this.tell(day.net()));
      this.beat = setInterval(() => this.tell({ say: "clock", stamp_ms: Date.now() }), 500);
    }
    send(message) {
      if (typeof message !== "string") return;
      const said = JSON.parse(message);
      if (said.say === "hear") this.heard = said.channels;
      if (said.say === "press") this.tell({ say: "granted", transmission: said.transmission, channel_khz: said.channel_khz, unheard_by: [] });
    }
    close() {
      clearInterval(this.beat);
      this.readyState = 3;
      setTimeout(() => this.onclose?.({}));
    }
    tell(told) { this.onmessage?.({ data: JSON.stringify(told) }); }
  };
  day.socket = (told) => day.sockets.at(-1).tell(told);
})();
