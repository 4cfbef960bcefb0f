import assert from "node:assert/strict";
import { describe } from "node:test";
import { ask, done, inspect, it, visit } from "./support/browser.mjs";
import { pumpQuestion } from "./support/samples.mjs";

const row = (page, title) => page.locator(".va-conversation", { hasText: title });

export default () => describe("conversations", () => {
  it("is renamed and found", async () => {
    const page = await visit();
    await ask(page, pumpQuestion);
    const own = page.locator(".va-conversation:has([aria-current])");
    await own.getByRole("button", { name: /^Rename/ }).click();
    await page.getByLabel("New title").fill("Pumps of ward 7");
    await page.keyboard.press("Enter");
    await row(page, "Pumps of ward 7").waitFor();

    await page.getByLabel("Search conversations").fill("pumps of ward");
    await page.waitForFunction(() => document.querySelectorAll(".va-conversation").length === 1);
    await page.getByLabel("Search conversations").fill("zzzz nothing");
    await page.getByText("No conversation mentions").waitFor();
    await page.getByLabel("Search conversations").fill("");
    await row(page, "Pumps of ward 7").waitFor();
    await done(page);
  });

  it("comes back when its deletion is undone", async () => {
    const page = await visit();
    await ask(page, pumpQuestion);
    const address = page.url();
    const own = page.locator(".va-conversation:has([aria-current])");
    await own.getByRole("button", { name: /^Delete/ }).click();
    await own.waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
    const undo = page.getByRole("button", { name: "Undo" });
    await undo.waitFor();
    await inspect(page, "conversation-deleted");
    await page.waitForFunction(() => document.activeElement.innerText === "Undo");
    await page.keyboard.press("Enter");
    await own.waitFor();
    assert.equal(page.url(), address);
    await page.locator("article.va-turn li.va-sentence").first().waitFor();

    await own.getByRole("button", { name: /^Delete/ }).click();
    await undo.waitFor();
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.waitForFunction(() => document.activeElement.id === "va-search");
    await page.reload();
    await page.getByLabel("Search conversations").waitFor();
    await page.goto(address);
    await page.getByText("This conversation does not exist").waitFor();
    await done(page);
  });

  it("is there again after a reload, with its answers", async () => {
    const page = await visit();
    await ask(page, pumpQuestion);
    const address = page.url();
    await page.reload();
    await page.locator("article.va-turn li.va-sentence").first().waitFor();
    assert.equal(page.url(), address);
    await page.locator("article.va-turn button.va-chip").first().click();
    await page.locator(".va-sheet:has(.va-highlight) canvas").first().waitFor();
    await done(page);
  });

  it("an unknown one says so", async () => {
    const page = await visit("chat/00000000-0000-4000-8000-000000000000");
    await page.getByText("This conversation does not exist").waitFor();
    await inspect(page, "conversation-missing");
    await page.close();
  });
});
