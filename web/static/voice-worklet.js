// The two ends of a voice session that run on the browser's audio thread: what the microphone gives goes out in pieces of
// 20 ms, what shall be heard waits in a queue. Rates are changed elsewhere; here everything has the context's own.

const PIECE_MS = 20;
const REPORT_MS = 250;
/// Samples over which sound is faded, so that stopping does not click.
const FADE = 256;
/// How loud an answer is while somebody seems to speak over it.
const DUCKED = 0.25;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Float32Array(Math.round((sampleRate * PIECE_MS) / 1000));
    this.filled = 0;
    this.over = false;
    this.port.onmessage = () => {
      this.over = true;
    };
  }

  process([input]) {
    const samples = input[0];
    if (samples) {
      for (let at = 0; at < samples.length; at += 1) {
        this.piece[this.filled] = samples[at];
        this.filled += 1;
        if (this.filled === this.piece.length) {
          this.port.postMessage(this.piece, [this.piece.buffer]);
          this.piece = new Float32Array(Math.round((sampleRate * PIECE_MS) / 1000));
          this.filled = 0;
        }
      }
    }
    return !this.over;
  }
}

/// Takes { samples, utt, segment, at, last } to play, with `at` in samples since the utterance began, and
/// { order: "flush" | "pause" | "resume" | "duck" | "unduck" | "close" }. Tells { kind: "started" | "progress" | "done",
/// utt, segment, played, buffered }, both in samples.
class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
    this.offset = 0;
    this.buffered = 0;
    this.utt = -1;
    this.paused = false;
    this.over = false;
    this.gain = 1;
    this.wanted = 1;
    this.reported = 0;
    this.port.onmessage = ({ data }) => this.take(data);
  }

  take(data) {
    switch (data.order) {
      case undefined:
        this.queue.push(data);
        this.buffered += data.samples.length;
        break;
      case "flush":
        // What is left of the fade is all that is still heard: 5 ms.
        this.queue = this.queue.length && !this.paused ? [this.fading()] : [];
        this.offset = 0;
        this.buffered = 0;
        this.paused = false;
        break;
      case "pause":
        this.paused = true;
        break;
      case "resume":
        this.paused = false;
        break;
      case "duck":
        this.wanted = DUCKED;
        break;
      case "unduck":
        this.wanted = 1;
        break;
      default:
        this.over = true;
    }
  }

  fading() {
    const { samples, utt, segment, at } = this.queue[0];
    const rest = samples.slice(this.offset, this.offset + FADE);
    for (let one = 0; one < rest.length; one += 1) rest[one] *= 1 - one / rest.length;
    return { samples: rest, utt, segment, at: at + this.offset, last: false, flushed: true };
  }

  tell(kind, chunk, played) {
    this.reported = currentTime;
    this.port.postMessage({ kind, utt: chunk.utt, segment: chunk.segment, played, buffered: Math.max(this.buffered, 0) });
  }

  process(inputs, [output]) {
    const [out] = output;
    let at = 0;
    while (at < out.length && this.queue.length && !this.paused) {
      const chunk = this.queue[0];
      if (chunk.utt !== this.utt && !chunk.flushed) {
        this.utt = chunk.utt;
        this.tell("started", chunk, chunk.at);
      }
      const count = Math.min(out.length - at, chunk.samples.length - this.offset);
      for (let one = 0; one < count; one += 1) {
        this.gain += (this.wanted - this.gain) / FADE;
        out[at + one] = chunk.samples[this.offset + one] * this.gain;
      }
      at += count;
      this.offset += count;
      if (!chunk.flushed) this.buffered -= count;
      const played = chunk.at + this.offset;
      if (this.offset < chunk.samples.length) {
        if (!chunk.flushed && (currentTime - this.reported) * 1000 >= REPORT_MS) this.tell("progress", chunk, played);
        break;
      }
      this.queue.shift();
      this.offset = 0;
      if (chunk.last) {
        this.utt = -1;
        this.tell("done", chunk, played);
      } else if (!chunk.flushed && (currentTime - this.reported) * 1000 >= REPORT_MS) {
        this.tell("progress", chunk, played);
      }
    }
    return !this.over;
  }
}

registerProcessor("voiceassist-capture", Capture);
registerProcessor("voiceassist-playback", Playback);
