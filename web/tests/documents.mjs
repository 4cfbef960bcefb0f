import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe } from "node:test";
import { ask, base, done, inspect, it, patience, visit } from "./support/browser.mjs";
import { broken, locked, notes, notesQuestion, pump, pumpQuestion, strange } from "./support/samples.mjs";

const row = (page, text) => page.locator(".va-document", { hasText: text });
const add = (page, files) => page.locator("#va-files").setInputFiles(files);

export default () => describe("documents", () => {
  it("files are added by the button and become ready by themselves", async () => {
    const page = await visit("documents");
    await add(page, [pump, notes]);
    for (const name of [pump.name, notes.name]) {
      await row(page, name).getByText("Ready").waitFor({ timeout: 3 * patience });
    }
    assert.match(await row(page, pump.name).innerText(), /4 pages/);
    await done(page);
  });

  it("a long document is read with its progress shown", { skip: !process.env.VOICEASSIST_TEST_PDF }, async () => {
    const path = process.env.VOICEASSIST_TEST_PDF;
    const page = await visit("documents");
    await add(page, { name: basename(path), mimeType: "application/pdf", buffer: readFileSync(path) });
    await row(page, basename(path)).getByText("Ready").waitFor({ timeout: 5 * patience });
    await done(page);
  });

  it("a dropped file is added from any page", async () => {
    const page = await visit("calculators");
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "dropped.txt", { type: "text/plain" }));
      return transfer;
    }, "The Okapi ladder stands in room 12 of ward 7.");
    await page.dispatchEvent("body", "dragenter", { dataTransfer: data });
    await page.getByText("Drop files to add them").waitFor();
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
    await row(page, "dropped.txt").getByText("Ready").waitFor({ timeout: 3 * patience });
    await done(page);
  });

  it("a locked, a broken and a strange file each say why and what to do", async () => {
    const page = await visit("documents");
    await add(page, [locked, broken, strange]);
    // Waits for the reason itself: a file added again is read again.
    const reason = (name, text) => row(page, name).locator(".va-reason", { hasText: text }).waitFor({ timeout: 3 * patience });
    await reason(locked.name, /password/i);
    await reason(broken.name, /damaged|again/i);
    await row(page, strange.name).getByText("Not added").waitFor();
    assert.match(await row(page, strange.name).innerText(), /cannot be read/i);
    await inspect(page, "documents");
    await done(page);
  });

  it("a file above the limit is refused before it is sent", async () => {
    const page = await visit("documents");
    await page.route("**/api/v1/status", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), max_upload_bytes: 1000 } });
    });
    await page.reload();
    await page.getByText("up to 1000 B each").waitFor();
    await add(page, { ...pump, name: "large.pdf" });
    await row(page, "large.pdf").getByText("the server takes up to 1000 B").waitFor();
    await done(page);
  });

  it("the same file twice is one document", async () => {
    const page = await visit("documents");
    await row(page, pump.name).waitFor();
    await add(page, [pump]);
    await page.getByText(`${pump.name} is here already`).waitFor();
    assert.equal(await row(page, pump.name).count(), 1);
    await done(page);
  });

  it("a question can be restricted to chosen documents, and the restriction outlives a reload", async () => {
    const page = await visit("documents");
    await row(page, pump.name).getByRole("button", { name: /^Ask about/ }).click();
    const chip = page.locator(".va-scope-chip");
    await chip.waitFor();
    const other = await ask(page, notesQuestion);
    assert.doesNotMatch(await other.innerText(), /30 mL/);
    assert.ok((await (await ask(page, pumpQuestion)).locator("li.va-sentence").count()) > 0);
    await inspect(page, "scope");
    await page.reload();
    await chip.waitFor();
    await chip.getByRole("button", { name: /^Remove/ }).click();
    await chip.waitFor({ state: "detached" });
    assert.ok((await (await ask(page, notesQuestion)).locator("li.va-sentence").count()) > 0);

    await page.goto(`${base}#/documents`);
    await row(page, pump.name).getByRole("checkbox").check();
    await row(page, notes.name).getByRole("checkbox").check();
    await page.getByText("2 documents chosen").waitFor();
    await inspect(page, "documents-chosen");
    await page.getByRole("button", { name: "Ask about these only" }).click();
    await chip.nth(1).waitFor();
    await page.getByRole("button", { name: "Search all documents instead" }).click();
    await chip.first().waitFor({ state: "detached" });
    await done(page);
  });

  it("deleting asks first, and gives the focus back when refused", async () => {
    const page = await visit("documents");
    const button = row(page, broken.name).getByRole("button", { name: /^Delete/ });
    await button.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.waitForFunction((element) => element === document.activeElement, await button.elementHandle());
    await button.click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await row(page, broken.name).waitFor({ state: "detached" });
    await done(page);
  });
});
