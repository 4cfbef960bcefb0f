// The whole way without a mouse.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { answered, done, it, visit } from "./support/browser.mjs";
import { pumpQuestion } from "./support/samples.mjs";

const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const around = element.closest("form") ? getComputedStyle(element.closest("form")).borderTopWidth : "0px";
  return {
    name: element.getAttribute("aria-label") ?? element.innerText ?? "",
    id: element.id,
    outside: element === document.body,
    visible: box.width > 0 && box.height > 0,
    ring: ring || parseFloat(around) >= 2,
  };
});

/// Presses Tab until `test` holds of the focused element; every stop on the way must be visible.
async function tabTo(page, test, key = "Tab") {
  for (let count = 0; count < 200; count += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    // Past the last stop lies the browser's own bar.
    if (now.outside) continue;
    assert.ok(now.visible, `focus is on something unseen: ${JSON.stringify(now)}`);
    assert.ok(now.ring, `focus is not shown on ${JSON.stringify(now)}`);
    if (test(now)) return now;
  }
  return assert.fail("not reached with the keyboard");
}

/// Back to the top of the page, as after loading it.
const toTop = (page) => page.evaluate(() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
});

export default () => describe("with the keyboard alone", () => {
  it("skips to the content, asks, opens a source, turns its pages and comes back", async () => {
    const page = await visit();
    await toTop(page);
    await page.keyboard.press("Tab");
    assert.equal((await focused(page)).name, "Skip to content");
    await page.keyboard.press("Enter");
    assert.equal((await focused(page)).id, "app-content");
    await tabTo(page, (now) => now.id === "va-question");
    await page.keyboard.type("first line");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("second line");
    assert.equal(await page.inputValue("#va-question"), "first line\nsecond line");
    await page.keyboard.press("Control+A");
    await page.keyboard.type(pumpQuestion);
    await page.keyboard.press("Enter");
    await answered(page, 0);
    const chip = await tabTo(page, (now) => now.id.startsWith("va-chip-"), "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.locator(".va-sheet canvas").first().waitFor();
    await page.waitForFunction(() => document.activeElement.id === "va-viewer-title");
    await tabTo(page, (now) => now.name === "Next page");
    // To the last page and once more: the button keeps the focus where it can do nothing.
    const next = page.getByRole("button", { name: "Next page" });
    for (let count = 0; (await next.getAttribute("aria-disabled")) === "false" && count < 20; count += 1) {
      const before = await page.inputValue(".va-page-number input");
      await page.keyboard.press("Enter");
      await page.waitForFunction((number) => document.querySelector(".va-page-number input").value !== number, before);
    }
    await page.keyboard.press("Enter");
    assert.equal((await focused(page)).name, "Next page");
    await tabTo(page, (now) => now.name === "Document pages");
    await page.keyboard.press("Escape");
    await page.waitForFunction((id) => document.activeElement.id === id, chip.id);
    await done(page);
  });

  it("reaches the conversations and the pages", async () => {
    const page = await visit();
    await page.locator(".va-conversation").first().waitFor();
    await toTop(page);
    await tabTo(page, (now) => now.name.startsWith("Rename"));
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") === "New title");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.getAttribute("aria-label")?.startsWith("Rename"));
    await tabTo(page, (now) => now.name.trim() === "Documents");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Documents", level: 1 }).waitFor();
    await page.waitForFunction(() => document.activeElement.id === "app-content");
    await done(page);
  });
});
