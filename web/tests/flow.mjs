// A conversation by voice inside Nextcloud: a broad question, a question back, a cited answer, and its guideline saved,
// confirmed and cited. The environment is that of nextcloud.mjs, and
//
//   VOICEASSIST_TEST_GUIDELINES  origin of a site in the CDC's style with a guideline on chronic kidney disease
//   VOICEASSIST_TEST_PROGRAM     the host, which speaks the user's part
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { ask, base, close, done, eventually, inspectWithin, it, open, patience, picture, watch } from "./support/browser.mjs";
import { microphone } from "./support/microphone.mjs";
import { control, embedded, enter, files, leave, signIn } from "./support/nextcloud.mjs";

const { VOICEASSIST_TEST_GUIDELINES: site, VOICEASSIST_TEST_PROGRAM: program } = process.env;
const said = ["Search for kidney disease management.", "Chronic kidney disease.", "Download the guideline.", "Yes, the first one, please."];
/// Seconds from the end of what is said to the next: what is answered is spoken meanwhile.
const pause = 30;

/// A call to the app as the page itself makes it.
const call = (page, method, path, body) => page.evaluate(async ([url, method, body]) => {
  const headers = { "x-requested-with": "voiceassist", "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.headers.get("content-type")?.includes("json") ? response.json() : null;
}, [`${base}exapps/voiceassist/api/v1/${path}`, method, body]);

/// Lets the plugin read the site, and waits until its guideline can be asked.
async function publish() {
  const page = await signIn("admin");
  await enter(page);
  const plugin = "admin/plugins/cdc-guidelines";
  await call(page, "PUT", `${plugin}/settings/mirror`, { value: site });
  const { plugins } = await call(page, "GET", "admin/plugins");
  const { digest } = plugins.find(({ id }) => id === "cdc-guidelines");
  await call(page, "PUT", `${plugin}/grants`, { digest, http: ["config:mirror"], credentials: [], files: [] });
  await call(page, "POST", "admin/guidelines/cdc-guidelines/look");
  const ready = async () => (await call(page, "GET", "documents")).documents.some(({ title, status }) => title.includes("kidney") && status === "ready");
  await eventually(ready, "the guideline is read");
  await leave(page);
}

describe("a conversation by voice", { concurrency: 1, skip: !site }, () => {
  before(async () => {
    await open([microphone(program, said, pause)]);
    if (!(await control("progress")).enabled) await control("install");
    await publish();
  });
  after(close);

  it("a broad question is narrowed and answered aloud, its guideline is saved once confirmed, and cited from there", async () => {
    const page = await signIn("alice");
    await enter(page);
    const [voice] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("button", { name: "Talk, in a window of its own" }).click(),
    ]);
    watch(voice);
    const heard = (text) => voice.locator(".va-heard:not(.partial)", { hasText: text }).waitFor({ timeout: 2 * patience });
    const shown = (text) => voice.locator(".va-answer-said", { hasText: text }).waitFor({ timeout: 2 * patience });
    await voice.getByRole("button", { name: "Start talking" }).click();
    await heard(/^search for kidney disease management/i);
    const back = voice.locator(".va-asked-back");
    await back.getByRole("button", { name: "Chronic kidney disease" }).waitFor();
    await inspectWithin(voice, "flow-asked-back");
    await heard(/^search for chronic kidney disease management/i);
    await shown(/every six months/);
    await picture(voice, "flow-answer");
    await heard(/download the guideline/i);
    await back.getByText(/^Save "Chronic kidney disease"/).waitFor();
    await picture(voice, "flow-proposal");
    assert.equal(await saved(page), false, "nothing is saved before it is confirmed");
    await heard(/^yes/i);
    await shown(/Saved as VoiceAssist\//);
    await picture(voice, "flow-saved");
    await voice.locator("#va-talk").click();
    await done(voice);
    assert.equal(await saved(page), true);

    await page.goto(`${embedded}#/documents`);
    await page.getByRole("button", { name: "Look for new files now" }).click();
    const own = page.locator(".va-document", { hasText: "from your Nextcloud files" });
    await own.getByText("Ready").first().waitFor({ timeout: 3 * patience });
    // Only what was saved is asked: the published guideline says the same.
    await page.goto(files);
    await page.locator('tr[data-name="VoiceAssist"]').getByRole("button", { name: /VoiceAssist/ }).click();
    await page.locator(".va-scope-chip", { hasText: "VoiceAssist (1 document)" }).waitFor();
    const article = await ask(page, "How often is the eGFR measured in chronic kidney disease?");
    assert.match(await article.innerText(), /every six months/);
    await picture(page, "flow-cited");
    await leave(page);
  });
});

/// Whether the user's files have the folder with what was saved.
async function saved(page) {
  const list = await page.context().newPage();
  await list.goto(files);
  await list.locator("#upload").waitFor();
  const there = await list.locator('tr[data-name="VoiceAssist"]').count();
  await list.close();
  return there > 0;
}
