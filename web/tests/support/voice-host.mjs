// A stand-in for the host's side of a voice session: it says what a test tells it to and keeps what it hears.
import { eventually } from "./browser.mjs";

const rate = 24_000;
const label = "English only; not validated for clinical dictation";

/// A tone of so many samples, as the host would send it.
function frame(number, utt, segment, time, samples, last) {
  const bytes = Buffer.alloc(16 + samples * 2);
  bytes.set([1, 2, 1, last ? 2 : 0]);
  bytes.writeUInt32LE(number, 4);
  bytes.writeUInt32LE(time, 8);
  bytes.writeUInt16LE(utt, 12);
  bytes.writeUInt16LE(segment, 14);
  for (let at = 0; at < samples; at += 1) bytes.writeInt16LE(Math.round(4000 * Math.sin(((time + at) * 2 * Math.PI * 330) / rate)), 16 + at * 2);
  return bytes;
}

/// What a body of the HTTP way holds.
export function split(body) {
  const messages = [];
  for (let at = 0; at < body.length; ) {
    const length = body.readUInt32LE(at);
    const bytes = body.subarray(at + 5, at + 5 + length);
    messages.push(body[at + 4] === 0 ? bytes.toString() : bytes);
    at += 5 + length;
  }
  return messages;
}

export function join(messages) {
  return Buffer.concat(messages.flatMap((message) => {
    const bytes = typeof message === "string" ? Buffer.from(message) : message;
    const head = Buffer.alloc(5);
    head.writeUInt32LE(bytes.length);
    head[4] = typeof message === "string" ? 0 : 1;
    return [head, bytes];
  }));
}

export class VoiceHost {
  constructor() {
    this.requests = [];
    this.messages = [];
    this.frames = [];
    this.sockets = [];
    this.down = [];
    this.number = 0;
    this.greets = true;
  }

  /// Stands in for the host on this page. `sockets: false` lets no WebSocket through.
  async stand(page, { sockets = true } = {}) {
    await page.addInitScript(() => {
      globalThis.microphones = [];
      const devices = navigator.mediaDevices;
      const real = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (wanted) => {
        globalThis.wanted = wanted;
        const stream = await real(wanted);
        globalThis.microphones.push(...stream.getTracks());
        return stream;
      };
    });
    await page.route(/\/api\/v1\/voice\/sessions(\/.*)?$/, (route) => this.answer(route));
    await page.routeWebSocket(/\/api\/v1\/voice$/, (socket) => {
      if (!sockets) return socket.close({ code: 1011 });
      this.sockets.push(socket);
      socket.onMessage((message) => this.hear(message, (text) => socket.send(text)));
    });
  }

  async answer(route) {
    const request = route.request();
    const url = new URL(request.url());
    if (request.method() === "DELETE") return route.fulfill({ status: 204, body: "" });
    if (url.pathname.endsWith("/up")) {
      for (const message of split(request.postDataBuffer())) this.hear(message, (text) => this.down.push(text));
      return route.fulfill({ status: 204, body: "" });
    }
    if (url.pathname.endsWith("/down")) {
      const after = Number(url.searchParams.get("after"));
      const end = Date.now() + 1_000;
      while (this.down.length <= after && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 30));
      return route.fulfill({ status: 200, contentType: "application/octet-stream", body: join(this.down.slice(after)) }).catch(() => {});
    }
    this.requests.push(request.postDataJSON());
    const session = {
      session_id: `s${this.requests.length}`, conversation_id: null, ticket: "ticket", ticket_expires_at: Date.now() + 60_000,
      socket: "api/v1/voice", transports: ["websocket", "http"], resume_window_s: 30, label,
    };
    return route.fulfill({ status: 201, contentType: "application/json", body: JSON.stringify(session) });
  }

  hear(message, reply) {
    if (typeof message !== "string") return this.frames.push(Buffer.from(message));
    const said = JSON.parse(message);
    this.messages.push(said);
    if (said.t !== "hello" || !this.greets) return;
    const welcome = { t: "welcome", session_id: said.session_id, resume_token: "resume", resume_window_s: 30, codec: "pcm_s16le", rate, local: true };
    if (said.resume_token) welcome.up_seq = this.frames.at(-1)?.readUInt32LE(4);
    reply(JSON.stringify(welcome));
    if (!said.resume_token) reply(JSON.stringify({ t: "listening", ready_ms: 120 }));
  }

  /// To the page, on the latest way.
  say(t, fields = {}) {
    const text = JSON.stringify({ t, ...fields });
    if (this.sockets.length) this.sockets.at(-1).send(text);
    else this.down.push(text);
  }

  state(state, turn = 1) {
    this.say("turn.state", { turn, state });
  }

  /// So many seconds of sound for one segment.
  sound(utt, segment, from, seconds, last = false) {
    const samples = 2_400;
    for (let done = 0; done < seconds * rate; done += samples) {
      const end = last && done + samples >= seconds * rate;
      this.sockets.at(-1).send(frame(this.number, utt, segment, from * rate + done, samples, end));
      this.number += 1;
    }
  }

  /// The next message of this kind after those that were looked at before.
  async heard(t, count = 1) {
    const found = () => this.messages.filter((message) => message.t === t);
    await eventually(() => found().length >= count, `the page says ${t}`);
    return found()[count - 1];
  }
}

/// The states of all microphones that the page was given.
export const microphones = (page) => page.evaluate(() => globalThis.microphones.map((track) => track.readyState));
