// VoiceAssist inside Nextcloud, from its file list to the cited page, in a real browser.
//
//   VOICEASSIST_TEST_NEXTCLOUD  where Nextcloud (or its double with `/_control`) is, such as http://127.0.0.1:8080/
//   VOICEASSIST_TEST_SHOTS      folder for the screenshots (optional)
//   CHROMIUM                    the browser, /usr/bin/chromium by default
//
// The double has the users admin, alice, bob and anna (German), each with their name as password, and knows where
// the app runs; it is installed here if it is not yet.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { ask, close, inspectWithin, it, open, patience, picture } from "./support/browser.mjs";
import { control, embedded, enter, files, leave, signIn } from "./support/nextcloud.mjs";
import { notes, notesQuestion, pump, pumpQuestion } from "./support/samples.mjs";

const row = (page, name) => page.locator(`tr[data-name="${name}"]`);

/// Has new files looked for and waits until this document can be asked.
async function readable(page, title) {
  await page.goto(`${embedded}#/documents`);
  await page.getByRole("button", { name: "Look for new files now" }).click();
  const document = page.locator(".va-document", { hasText: title });
  await document.getByText("Ready").waitFor({ timeout: 3 * patience });
  return document;
}

async function begin(page) {
  await page.goto(`${embedded}#/chat`);
  await page.locator("#va-question").waitFor();
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
}

const sentences = (article) => article.locator("li.va-sentence");

describe("inside Nextcloud", { concurrency: 1, skip: !process.env.VOICEASSIST_TEST_NEXTCLOUD }, () => {
  before(async () => {
    await open();
    if (!(await control("progress")).enabled) await control("install");
  });
  after(close);

  it("a file put into Files is asked, cited, and opened at its page", async () => {
    const page = await signIn("alice");
    await page.locator("#upload").setInputFiles(pump);
    await row(page, pump.name).waitFor();
    await enter(page);
    assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
    await inspectWithin(page, "nextcloud-empty");
    const document = await readable(page, pump.name);
    assert.match(await document.innerText(), /from your Nextcloud files/);
    await inspectWithin(page, "nextcloud-documents");
    await begin(page);
    const article = await ask(page, pumpQuestion);
    assert.ok((await sentences(article).count()) > 0);
    await sentences(article).filter({ hasText: "chlorhexidine" }).locator("button.va-chip").first().click();
    await page.locator(".va-sheet:has(.va-highlight.quote) canvas").first().waitFor();
    await inspectWithin(page, "nextcloud-answer-with-document");
    await leave(page);
  });

  it("a share opens it to a colleague, and its end closes it again at once", async () => {
    const alice = await signIn("alice");
    const bob = await signIn("bob");
    await row(alice, pump.name).getByRole("textbox").fill("bob");
    await row(alice, pump.name).getByRole("button", { name: "Share", exact: true }).click();
    await row(alice, pump.name).getByRole("button", { name: "Unshare bob" }).waitFor();
    await enter(bob);
    await readable(bob, pump.name);
    await begin(bob);
    const before = await ask(bob, pumpQuestion);
    assert.ok((await sentences(before).filter({ hasText: "chlorhexidine" }).count()) > 0);
    await picture(bob, "nextcloud-shared");

    await row(alice, pump.name).getByRole("button", { name: "Unshare bob" }).click();
    await row(alice, pump.name).getByRole("button", { name: "Unshare bob" }).waitFor({ state: "detached" });
    const afterwards = await ask(bob, pumpQuestion);
    assert.equal(await sentences(afterwards).filter({ hasText: "chlorhexidine" }).count(), 0);
    assert.doesNotMatch(await afterwards.innerText(), /chlorhexidine/);
    await inspectWithin(bob, "nextcloud-revoked");
    await leave(alice);
    await leave(bob);
  });

  it("a folder's action asks in that folder only", async () => {
    const folder = await control("folder", { owner: "alice", path: "/Drains" });
    await control("put", { owner: "alice", path: `/Drains/${notes.name}`, base64: notes.buffer.toString("base64") });
    const page = await signIn("alice");
    await enter(page);
    await readable(page, notes.name);
    await page.goto(files);
    await row(page, pump.name).getByRole("button", { name: /VoiceAssist/ }).waitFor();
    await row(page, "Drains").getByRole("button", { name: /VoiceAssist/ }).click();
    const chip = page.locator(".va-scope-chip");
    await chip.getByText("Drains (1 document)").waitFor();
    await inspectWithin(page, "nextcloud-scope");
    assert.ok(!page.url().includes(`fileIds=${folder}`), "loading again must not begin anew");
    assert.ok((await sentences(await ask(page, notesQuestion)).count()) > 0);
    const elsewhere = await ask(page, pumpQuestion);
    assert.equal(await sentences(elsewhere).filter({ hasText: "chlorhexidine" }).count(), 0);

    await page.reload();
    await chip.getByText("Drains (1 document)").waitFor();
    await chip.getByRole("button", { name: "Remove Drains" }).click();
    await chip.waitFor({ state: "detached" });
    const everywhere = await ask(page, pumpQuestion);
    assert.ok((await sentences(everywhere).filter({ hasText: "chlorhexidine" }).count()) > 0);
    await leave(page);
  });

  it("a folder with nothing to read says so and sends nothing", async () => {
    await control("folder", { owner: "alice", path: "/Empty" });
    const page = await signIn("alice");
    await row(page, "Empty").getByRole("button", { name: /VoiceAssist/ }).click();
    await page.getByText("Nothing in it can be read").waitFor();
    await page.fill("#va-question", pumpQuestion);
    await page.press("#va-question", "Enter");
    await page.locator('.va-send[aria-disabled="true"]').waitFor();
    assert.equal(await page.locator("article.va-turn").count(), 0);
    await leave(page);
  });

  it("a source that the reader's own browser may not read is not shown", async () => {
    const page = await signIn("alice");
    await enter(page);
    await begin(page);
    await control("browser_address", { address: "10.20.30.40" });
    await control("fac", { address: "10.20.30.40" });
    try {
      const article = await ask(page, pumpQuestion);
      await article.getByText("Some sources could not be confirmed in your browser session").waitFor();
      assert.equal(await sentences(article).count(), 0);
      assert.doesNotMatch(await page.locator("#voiceassist").innerText(), /chlorhexidine/);
      await inspectWithin(page, "nextcloud-unconfirmed");
    } finally {
      await control("clear_fac");
      await control("browser_address");
    }
    await leave(page);
  });

  it("without HaRP answers are asked for in steps", async () => {
    await control("harp", { on: false });
    try {
      const page = await signIn("alice");
      const asked = [];
      page.on("request", (request) => /\/(messages|events)(\?|$)/.test(request.url()) && asked.push(request.url()));
      await enter(page);
      // The streaming probe runs beside the first drawing.
      await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith("voiceassist.streams")));
      assert.ok((await sentences(await ask(page, pumpQuestion)).count()) > 0);
      assert.ok(asked.length > 0);
      assert.deepEqual(asked.filter((url) => !url.includes("/proxy/voiceassist/") || !url.includes("wait=poll")), []);
      await leave(page);
    } finally {
      await control("harp", { on: true });
    }
  });

  it("Nextcloud's language and theme are taken over", async () => {
    const page = await signIn("anna");
    await page.goto(`${embedded}?theme=dark`);
    await page.getByRole("heading", { name: "Was möchten Sie wissen?" }).waitFor();
    await page.getByText("nur auf Englisch").waitFor();
    await inspectWithin(page, "nextcloud-german-dark");
    await page.goto(`${embedded}#/documents`);
    await page.getByText("Ihre Nextcloud-Dateien werden automatisch gelesen").waitFor();
    await inspectWithin(page, "nextcloud-german-documents");
    for (const theme of ["light-highcontrast", "dark-highcontrast"]) {
      await page.goto(`${embedded}?theme=${theme}#/documents`);
      await page.locator(".va-indexing-box").waitFor();
      await inspectWithin(page, `nextcloud-${theme}`);
    }
    await leave(page);
  });

  it("360 pixels are enough", async () => {
    const page = await signIn("alice", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await page.goto(embedded);
    await page.locator("#va-question").waitFor();
    const article = await ask(page, pumpQuestion);
    await inspectWithin(page, "nextcloud-small");
    await article.locator("button.va-chip").first().tap();
    await page.locator(".va-sheet canvas").first().waitFor();
    await inspectWithin(page, "nextcloud-small-document");
    await page.getByRole("button", { name: "Close document" }).tap();
    await page.getByRole("button", { name: "Menu" }).tap();
    await page.getByRole("link", { name: "Documents", exact: true }).tap();
    await page.locator(".va-document").first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await leave(page);
  });

  it("a long list comes page by page, and the focus stays when the last page has come", async () => {
    await control("user", { uid: "carla", groups: ["doctors"] });
    for (let number = 0; number < 103; number += 1) {
      const content = `Note ${number}: rinse the port with saline.`;
      await control("put", { owner: "carla", path: `/Notes/${number}.txt`, content });
    }
    const page = await signIn("carla");
    await enter(page);
    await page.goto(`${embedded}#/documents`);
    await page.getByRole("button", { name: "Look for new files now" }).click();
    const more = page.getByRole("button", { name: "Show more" });
    await more.waitFor({ timeout: 3 * patience });
    assert.equal(await page.locator(".va-document").count(), 100);
    // Until the last file is in the list, a page may grow while it is looked at.
    await page.locator(".va-counts", { hasText: "103" }).first().waitFor({ timeout: 3 * patience });
    await page.getByText("Everything found has been looked at.").waitFor({ timeout: 3 * patience });
    await more.click();
    await page.locator(".va-document").nth(102).waitFor();
    assert.equal(await page.locator(".va-document").count(), 103);
    await page.getByText("All documents are listed.").waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "va-documents-end");
    await inspectWithin(page, "nextcloud-documents-pages");
    await leave(page);
  });

  it("the administrator sees every hop and sets roles, rules and the declaration", async () => {
    const page = await signIn("admin");
    await page.goto(`${embedded}#/admin/nextcloud`);
    await page.getByText("No real patient data yet").waitFor();
    for (const hop of ["exapps", "static", "stream", "php"]) {
      await page.locator(`#va-check-${hop} .va-status.good`).waitFor();
    }
    await inspectWithin(page, "nextcloud-admin");
    await page.getByRole("button", { name: "Add a group" }).click();
    await page.getByRole("textbox", { name: "Group 1" }).fill("doctors");
    await page.getByRole("button", { name: "Save roles" }).click();
    await page.getByText("Roles saved").waitFor();
    await page.getByLabel("Folders that are not read, one a line").fill("Private");
    await page.getByRole("button", { name: "Save rules" }).click();
    await page.getByText("Rules saved").waitFor();
    await page.getByRole("radio", { name: /We have such rules/ }).check();
    await page.getByText("Declaration saved").waitFor();
    await page.reload();
    await page.getByRole("textbox", { name: "Group 1" }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Group 1" }).inputValue(), "doctors");
    assert.equal(await page.getByLabel("Folders that are not read, one a line").inputValue(), "/Private");
    assert.ok(await page.getByRole("radio", { name: /We have such rules/ }).isChecked());
    await leave(page);
  });

  it("whoever has no role is told why, and is not asked to sign in", async () => {
    const admin = await signIn("admin");
    await admin.goto(`${embedded}#/admin/nextcloud`);
    const others = admin.getByLabel("Everyone in none of these groups");
    await others.waitFor();
    const before = await others.inputValue();
    const save = async (role) => {
      await others.selectOption(role);
      await admin.getByRole("button", { name: "Save roles" }).click();
      await admin.getByText("Roles saved").last().waitFor();
      await admin.getByText("Roles saved").last().waitFor({ state: "detached" });
    };
    await save("none");
    try {
      // The roles of those who were here in the last minute are still held.
      await control("user", { uid: "zoe" });
      const page = await signIn("zoe");
      await page.goto(embedded);
      await page.getByText("VoiceAssist is not available to you right now").waitFor();
      assert.equal(await page.locator(".va-command, #va-link").count(), 0);
      await page.getByRole("button", { name: "Reload" }).waitFor();
      await inspectWithin(page, "nextcloud-refused");
      await leave(page);
    } finally {
      await save(before);
    }
    await leave(admin);
  });

  it("talking takes place in a window of its own, which has the page's colours and says who speaks", async () => {
    const page = await signIn("alice");
    await enter(page);
    const [voice] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("button", { name: "Talk, in a window of its own" }).click(),
    ]);
    await voice.getByRole("button", { name: "Start talking" }).waitFor();
    await voice.getByText("English only; not validated for clinical dictation").waitFor();
    await picture(voice, "nextcloud-voice");
    await voice.close();
    await leave(page);
  });

  it("a web server that keeps scripts from HaRP is gone around, and the administrator reads how to mend it", async () => {
    const page = await signIn("admin");
    await page.route(/\/exapps\/.*\.js$/, (route) => route.fulfill({ status: 404, body: "" }));
    const modules = [];
    page.on("request", (request) => request.url().endsWith(".wasm") && modules.push(request.url()));
    await page.goto(`${embedded}#/admin/nextcloud`);
    await page.locator("#va-check-static .va-status.bad").waitFor();
    assert.ok(modules.length > 0 && modules.every((url) => url.includes("/proxy/voiceassist/")));
    await page.locator("#va-check-static").getByText("location ^~ /exapps/ {").waitFor();
    await inspectWithin(page, "nextcloud-admin-mend");
    await page.context().close();
  });

  it("without the app's files the page says which hop failed", async () => {
    const page = await signIn("alice");
    await page.route(/voiceassist_web\.js/, (route) => route.fulfill({ status: 404, body: "" }));
    await page.goto(embedded);
    await page.getByText("VoiceAssist could not be loaded.").waitFor();
    await page.getByText("location ^~ /exapps/").waitFor();
    await picture(page, "nextcloud-broken");
    await page.context().close();
  });
});
