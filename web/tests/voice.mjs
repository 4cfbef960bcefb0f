// Talking: what the page shows and sends, against a stand-in for the host; and one question to the host itself.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { another, answered, ask, base, done, eventually, inspect, it, picture, visit, watch } from "./support/browser.mjs";
import { microphone } from "./support/microphone.mjs";
import { pumpQuestion } from "./support/samples.mjs";
import { VoiceHost, microphones } from "./support/voice-host.mjs";

const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const standing = (page, word) => page.locator(".va-standing-word", { hasText: word }).waitFor();
const off = async (page) => assert.deepEqual([...new Set(await microphones(page))], ["ended"], "every microphone is off");

/// A page of a conversation with the panel shown, and the stand-in behind it.
async function panel({ path = "chat", context, ...how } = {}) {
  const page = await visit(path, context);
  const host = new VoiceHost();
  await host.stand(page, how);
  // What stands in is there from the next load on.
  await page.reload();
  await page.locator("#va-voice").click();
  await page.locator("#va-talk").waitFor();
  return { page, host };
}

async function talking(how) {
  const { page, host } = await panel(how);
  await page.locator("#va-talk").click();
  await standing(page, "Listening");
  return { page, host };
}

const question = "Start metformin 15 mg twice daily, not with contrast";
const at = (word) => ({ start: question.indexOf(word), end: question.indexOf(word) + word.length });
const chips = [
  { ...at("metformin"), kind: "drug", alternatives: ["metoprolol", "metronidazole"] },
  { ...at("15"), kind: "number", alternatives: ["50"] },
  { ...at("mg"), kind: "unit", alternatives: [] },
  { ...at("not"), kind: "negation", alternatives: [] },
];

/// The stand-in has heard a question and begins to answer it aloud.
function answer(host, { turn = 1, utt = 1, seconds = 4 } = {}) {
  const sentences = ["Start with 500 mg once daily with the evening meal.", "Hold it for 48 hours after contrast when eGFR is below 30."];
  host.state("thinking", turn);
  host.say("say.begin", { utt, turn, kind: "answer" });
  sentences.forEach((display, segment) => host.say("say.segment", { utt, segment, text: display, display }));
  host.state("speaking", turn);
  sentences.forEach((_, segment) => host.sound(utt, segment, segment * (seconds / 2), seconds / 2, segment === sentences.length - 1));
  host.say("say.end", { utt });
}

export default () => describe("talking", () => {
  it("a click begins, frames of 20 ms go up, and the end turns the microphone off", async () => {
    const { page, host } = await panel();
    await page.getByText("English only; not validated for clinical dictation").waitFor();
    await standing(page, "Ready");
    await inspect(page, "voice-ready");
    await page.locator("#va-talk").click();
    await standing(page, "Listening");
    const hello = await host.heard("hello");
    assert.equal(hello.ticket, "ticket");
    assert.deepEqual(hello.audio_in, { codec: "pcm_s16le", rate: 16_000, frame_ms: 20 });
    const settings = await host.heard("settings");
    assert.deepEqual([settings.speed, settings.pause_ms], [1, 2500]);
    await eventually(() => host.frames.length >= 50, "a second of sound has come");
    const times = host.frames.slice(0, 50).map((bytes) => [bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.length]);
    assert.deepEqual(times, times.map((_, number) => [number, times[0][1] + number * 320, 16 + 640]));
    // What came before the host was there is marked as older; the rest is not.
    assert.ok(host.frames.every((bytes) => bytes[0] === 1 && [1, 3].includes(bytes[1]) && bytes[2] === 1));
    assert.equal(host.frames.at(-1)[1], 1);
    const loud = () => host.frames.some((bytes) => Math.abs(bytes.readInt16LE(200)) > 500);
    await eventually(loud, "the beep of the microphone is heard");
    const { audio } = await page.evaluate(() => globalThis.wanted);
    assert.deepEqual([audio.echoCancellation, audio.noiseSuppression, audio.autoGainControl], [true, true, true]);
    assert.deepEqual(await microphones(page), ["live"]);
    await page.locator("#va-talk").click();
    await host.heard("bye");
    await standing(page, "Ended");
    await off(page);
    await done(page);
  });

  it("what was heard is shown, its weighty words can be changed, and the answer is followed and stopped", async () => {
    const { page, host } = await talking();
    host.state("hearing");
    host.say("stt.partial", { turn: 1, text: "Start met" });
    await page.locator(".va-heard.partial", { hasText: "Start met" }).waitFor();
    await standing(page, "Hearing you");
    await inspect(page, "voice-hearing");
    host.say("stt.final", { turn: 1, text: question });
    host.say("heard", { turn: 1, text: question, chips, verdict: "clear" });
    host.state("thinking");
    await page.locator(".va-heard:not(.partial)", { hasText: question }).waitFor();
    await page.getByRole("button", { name: "15 (number): change" }).click();
    await inspect(page, "voice-correcting");
    await page.getByRole("button", { name: "50", exact: true }).click();
    const first = await host.heard("heard.correct");
    assert.deepEqual([first.turn, first.text], [1, question.replace("15", "50")]);
    await page.getByRole("button", { name: "metformin (drug): change" }).click();
    await page.getByRole("textbox", { name: "Instead of “metformin”" }).fill("metoprolol tartrate");
    await page.keyboard.press("Enter");
    assert.equal((await host.heard("heard.correct", 2)).text, question.replace("metformin", "metoprolol tartrate"));
    // Long enough that it still speaks when the pictures are taken.
    answer(host, { seconds: 40 });
    await standing(page, "Speaking");
    assert.equal((await host.heard("playback.started")).utt, 1);
    await page.locator(".va-answer-said .now", { hasText: "Start with 500 mg" }).waitFor();
    const progress = await host.heard("playback.progress", 3);
    assert.ok(progress.heard_ms > 0 && progress.buffered_ms > 0, JSON.stringify(progress));
    await inspect(page, "voice-speaking");
    await page.getByRole("button", { name: "Stop the answer" }).click();
    const barge = await host.heard("barge");
    assert.equal(barge.source, "button");
    assert.ok(barge.heard_ms >= progress.heard_ms);
    await page.locator(".va-answer-said .unheard").waitFor();
    const told = host.messages.filter((message) => message.t === "playback.progress").length;
    await page.waitForTimeout(800);
    assert.equal(host.messages.filter((message) => message.t === "playback.progress").length, told, "nothing is played any more");
    await picture(page, "voice-stopped");
    await done(page);
  });

  it("an answer that is heard to its end is reported so, and held and resumed in between", async () => {
    const { page, host } = await talking();
    answer(host, { seconds: 2 });
    await host.heard("playback.started");
    host.say("audio.pause", { utt: 1 });
    host.state("paused");
    await standing(page, "Paused");
    await page.waitForTimeout(600);
    assert.equal(host.messages.filter((message) => message.t === "playback.done").length, 0);
    host.say("audio.resume", { utt: 1 });
    const ended = await host.heard("playback.done");
    assert.ok(Math.abs(ended.heard_ms - 2_000) < 60, `heard ${ended.heard_ms} ms of 2000`);
    await done(page);
  });

  it("a question back is answered with a button", async () => {
    const { page, host } = await talking();
    host.say("stt.final", { turn: 1, text: "hydralazine dose" });
    host.say("heard", { turn: 1, text: "hydralazine dose", chips: [{ start: 0, end: 11, kind: "drug", alternatives: ["hydroxyzine"] }], verdict: "asked" });
    host.say("clarify", { turn: 1, question: "Did you say hydralazine or hydroxyzine?", language: "en", options: ["hydralazine", "hydroxyzine"] });
    host.state("clarifying");
    await page.getByRole("group", { name: "Did you say hydralazine or hydroxyzine?" }).waitFor();
    await inspect(page, "voice-asked-back");
    await page.getByRole("button", { name: "hydroxyzine", exact: true }).click();
    assert.equal((await host.heard("text.input")).text, "hydroxyzine");
    assert.equal(await page.locator(".va-asked-back").count(), 0);
    await done(page);
  });

  it("holding the button or the space bar talks, and nothing is sent in between", async () => {
    const { page, host } = await panel();
    const box = await page.locator("#va-talk").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await host.heard("ptt.down");
    assert.equal((await host.heard("mode.set")).mode, "push_to_talk");
    await page.getByText("Let go to send").waitFor();
    await eventually(() => host.frames.length > 20, "sound goes up while it is held");
    await page.mouse.up();
    await host.heard("ptt.up");
    await page.waitForTimeout(200);
    const sent = host.frames.length;
    await page.waitForTimeout(500);
    assert.equal(host.frames.length, sent, "no sound goes up when it is let go");
    await page.locator("#va-dock-title").click();
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.down(" ");
    await host.heard("ptt.down", 2);
    await page.keyboard.up(" ");
    await host.heard("ptt.up", 2);
    await done(page);
  });

  it("a muted microphone is off at its source", async () => {
    const { page, host } = await talking();
    await page.getByRole("button", { name: "Mute" }).click();
    assert.equal((await host.heard("mode.set")).mode, "muted");
    await standing(page, "Muted");
    assert.deepEqual(await page.evaluate(() => globalThis.microphones.map((track) => track.enabled)), [false]);
    await page.getByRole("button", { name: "Mute" }).click();
    assert.equal((await host.heard("mode.set", 2)).mode, "hands_free");
    await standing(page, "Listening");
    await done(page);
  });

  it("speed and pause are set while talking, and kept", async () => {
    const { page, host } = await talking();
    await page.locator(".va-talk-settings summary").click();
    await inspect(page, "voice-settings");
    await page.getByLabel(/^Speed of the voice/).fill("120");
    assert.equal((await host.heard("settings", 2)).speed, 1.2);
    await page.getByLabel(/^Pause that ends a question/).fill("4000");
    assert.equal((await host.heard("settings", 3)).pause_ms, 4000);
    await page.reload();
    await page.locator("#va-voice").click();
    await page.locator(".va-talk-settings summary").click();
    assert.equal(await page.getByLabel(/^Speed of the voice/).inputValue(), "120");
    await done(page);
  });

  it("a lost connection comes back where it broke, and what was said meanwhile is sent", async () => {
    const { page, host } = await talking();
    await eventually(() => host.frames.length > 30, "sound goes up");
    const before = host.frames.at(-1).readUInt32LE(4);
    host.greets = false;
    await host.sockets.at(-1).close({ code: 1011 });
    await standing(page, "Reconnecting");
    await picture(page, "voice-reconnecting");
    host.greets = true;
    await eventually(() => host.messages.some((message) => message.resume_token === "resume"), "it comes back with its token");
    await standing(page, "Listening");
    await eventually(() => host.frames.at(-1).readUInt32LE(4) > before + 50, "sound goes on");
    const numbers = new Set(host.frames.map((bytes) => bytes.readUInt32LE(4)));
    assert.equal(numbers.size, host.frames.at(-1).readUInt32LE(4) + 1, "no frame is missing");
    await done(page);
  });

  it("a server that was started again ends the session in words, and the next one goes on in the conversation", async () => {
    const { page, host } = await talking();
    host.greets = false;
    await host.sockets.at(-1).close({ code: 1011 });
    await standing(page, "Reconnecting");
    await eventually(() => host.messages.some((message) => message.resume_token === "resume"), "it tries to come back");
    await host.sockets.at(-1).close({ code: 4410 });
    await page.getByText("The server was started again.").waitFor();
    await off(page);
    host.greets = true;
    await page.locator("#va-talk").click();
    await standing(page, "Listening");
    await done(page);
  });

  it("without a WebSocket the same is done by requests", async () => {
    const { page, host } = await talking({ sockets: false });
    await eventually(() => host.frames.length > 30, "sound goes up by requests");
    host.say("stt.partial", { turn: 1, text: "by requests" });
    await page.locator(".va-heard", { hasText: "by requests" }).waitFor();
    await page.locator("#va-talk").click();
    await host.heard("bye");
    await off(page);
    await done(page);
  });

  it("a microphone that is refused is explained", async () => {
    const { page } = await panel();
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException("no", "NotAllowedError");
      };
    });
    await page.locator("#va-talk").click();
    await page.getByText("The browser does not allow this page the microphone.").waitFor();
    await inspect(page, "voice-refused");
    await done(page);
  });

  it("leaving the conversation, closing the panel or the host's end turns the microphone off", async () => {
    const { page, host } = await talking();
    await page.evaluate(() => {
      location.hash = "#/documents";
    });
    await page.getByRole("heading", { name: "Documents", level: 1 }).waitFor();
    await host.heard("bye");
    await off(page);
    await page.evaluate(() => {
      location.hash = "#/chat";
    });
    await page.locator("#va-voice").click();
    await page.locator("#va-talk").click();
    await standing(page, "Listening");
    await page.getByRole("button", { name: "Close voice" }).click();
    await off(page);
    await page.locator("#va-voice").click();
    await page.locator("#va-talk").click();
    await standing(page, "Listening");
    host.say("session.end", { reason: "idle" });
    await page.getByText("Nothing was said for a while.").waitFor();
    await off(page);
    await done(page);
  });

  it("a spoken question is shown in its conversation, with its sources", async () => {
    const typed = await visit("chat");
    await ask(typed, pumpQuestion);
    const id = await typed.evaluate(() => location.hash.split("/").pop());
    await done(typed);
    const { page, host } = await talking();
    host.say("stt.final", { turn: 1, text: pumpQuestion });
    host.say("conversation", { conversation_id: id, message_id: "m" });
    await page.waitForFunction((id) => location.hash === `#/chat/${id}`, id);
    await answered(page, 0);
    await page.locator("button.va-chip").first().waitFor();
    await standing(page, "Listening");
    await picture(page, "voice-conversation");
    await done(page);
  });

  it("360 pixels are enough, in German too", async () => {
    const { page, host } = await panel({ context: { ...small, locale: "de-DE" } });
    await page.locator("#va-talk").tap();
    await standing(page, "Hört zu");
    host.say("heard", { turn: 1, text: question, chips, verdict: "clear" });
    answer(host);
    await standing(page, "Spricht");
    assert.ok((await overflow(page)) <= 0);
    await inspect(page, "voice-small");
    await page.context().close();
  });

  it("the voice window is the same in a page of its own", async () => {
    const page = await visit("chat");
    const host = new VoiceHost();
    await host.stand(page);
    await page.goto(`${base}voice#/chat`);
    await page.locator("#va-talk").click();
    await standing(page, "Listening");
    host.say("heard", { turn: 1, text: question, chips, verdict: "clear" });
    answer(host);
    await standing(page, "Speaking");
    await page.setViewportSize({ width: 480, height: 760 });
    await inspect(page, "voice-window");
    const options = ["Acute kidney injury (AKI)", "Chronic kidney disease (CKD)", "Diabetic kidney disease", "Pre-renal kidney failure", "Intrinsic kidney failure", "Post-renal kidney failure (obstruction)"];
    host.say("clarify", { turn: 1, question: "Which kind of kidney disease do you mean?", language: "en", options });
    await page.getByRole("button", { name: options.at(-1) }).scrollIntoViewIfNeeded();
    const below = async (upper, lower) => (await upper.boundingBox()).y + (await upper.boundingBox()).height <= (await lower.boundingBox()).y;
    assert.ok(await below(page.locator(".va-talk-main"), page.locator(".va-talk-side")), "the choices cover the button");
    await inspect(page, "voice-window-asked-back");
    await page.locator("#va-talk").click();
    await off(page);
    await done(page);
  });

  it("administrators see who talks and how long each step takes", async () => {
    const page = await visit("admin");
    const now = Date.now();
    const user = { user_id: "u", user_name: "Dr. Ada Quill" };
    const stages = [["eou_delay", 320], ["transcription_delay", 180], ["llm_ttft", 140], ["tts_ttfb", 90], ["ttfa", 620], ["e2e", 910], ["bargein_silence", 210]];
    const answers = {
      "tt-sessions": { capacity: 8, sessions: [{ session_id: "s1", ...user, turn: 3, state: "speaking", state_ms: 2300, connected: true, queued: 1 }] },
      "tt-analytics": {
        since: now - 86_400_000, sessions: 41, turns: 166, bargeins: 23, false_interruptions: 4, fallbacks: 1, errors: 0,
        stages: stages.map(([name, p50]) => ({ name, count: 166, p50, p95: Math.round(p50 * 1.7), p99: Math.round(p50 * 2.4) })),
      },
      sessions: {
        sessions: [
          { id: "s1", ...user, conversation_id: "c", kind: "local", transport: "websocket", started_at: now - 90_000, ended_at: null, reason: null, turns: 3, bargeins: 1, errors: 0 },
          { id: "s0", ...user, conversation_id: "c", kind: "local", transport: "http", started_at: now - 990_000, ended_at: now - 800_000, reason: "idle", turns: 5, bargeins: 0, errors: 0 },
        ],
      },
    };
    await page.route(/\/api\/admin\/panel\/voice\//, (route) => {
      const name = new URL(route.request().url()).pathname.split("/").pop();
      return route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(answers[name]) });
    });
    await page.goto(`${base}#/admin/voice`);
    await page.getByRole("cell", { name: "Speaking" }).waitFor();
    await page.getByRole("rowheader", { name: "First sound heard" }).waitFor();
    await page.getByRole("cell", { name: "silence", exact: true }).waitFor();
    await inspect(page, "voice-admin");
    await done(page);
  });

  it("a question that is spoken to the host is answered aloud and written down", { skip: !process.env.VOICEASSIST_TEST_PROGRAM }, async () => {
    const page = await visit("chat");
    const offered = await page.evaluate(async (address) => {
      const response = await fetch(address, { method: "POST", headers: { "content-type": "application/json", "x-requested-with": "voiceassist" }, body: "{}" });
      const session = response.ok ? await response.json() : null;
      if (session) await fetch(`${address}/${session.session_id}`, { method: "DELETE", headers: { "x-requested-with": "voiceassist" } });
      return response.status;
    }, `${base}api/v1/voice/sessions`);
    await done(page);
    assert.equal(offered, 201, "the host offers voice");
    // The recogniser understands espeak-ng's voice badly, and asks back.
    const wav = microphone(process.env.VOICEASSIST_TEST_PROGRAM, ["How should injection equipment be handled between patients?"]);
    const { context, close } = await another([wav]);
    try {
      const talker = await context.newPage();
      watch(talker);
      const played = [];
      talker.on("websocket", (socket) => socket.on("framesent", ({ payload }) => {
        if (typeof payload === "string") played.push(JSON.parse(payload).t);
      }));
      await talker.goto(`${base}#/chat`);
      await talker.locator("#va-voice").click();
      await talker.locator("#va-talk").click();
      await standing(talker, "Listening");
      await talker.locator(".va-heard:not(.partial)").first().waitFor();
      await picture(talker, "voice-real-heard");
      await talker.locator(".va-answer-said").first().waitFor();
      await eventually(() => played.includes("playback.progress"), "the answer is heard");
      await answered(talker, 0);
      await picture(talker, "voice-real-answer");
      await talker.locator("#va-talk").click();
      await standing(talker, "Ended");
      await done(talker);
    } finally {
      await close();
    }
  });
});
