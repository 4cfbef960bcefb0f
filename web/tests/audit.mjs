// The audit trail as the privacy officer meets it: search, pages, verify, take away.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { done, inspect, it, visit } from "./support/browser.mjs";

const rows = (page) => page.locator(".va-audit-table tbody tr");

export default () => describe("audit", () => {
  it("the admin page leads to the trail, which is searched by action and turned page by page", async () => {
    const page = await visit("admin");
    await page.getByRole("link", { name: "Audit", exact: true }).click();
    await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();
    await rows(page).first().waitFor();
    assert.equal(await rows(page).count(), 50);
    const newest = await rows(page).first().innerText();
    await page.getByRole("button", { name: "Older" }).click();
    await page.waitForFunction((text) => document.querySelector(".va-audit-table tbody tr")?.innerText !== text, newest);
    await page.getByRole("button", { name: "Newer" }).click();
    await page.waitForFunction((text) => document.querySelector(".va-audit-table tbody tr")?.innerText === text, newest);
    await inspect(page, "audit");
    await page.getByLabel("What", { exact: true }).fill("document.");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => {
      const found = [...document.querySelectorAll(".va-audit-table tbody tr td:nth-child(4)")];
      return found.length > 0 && found.every((cell) => cell.innerText.startsWith("document."));
    });
    await page.getByLabel("Who", { exact: true }).fill("nobody-of-this-name");
    await page.keyboard.press("Enter");
    await page.getByText("No entry fits this search.").waitFor();
    await inspect(page, "audit-nothing");
    await done(page);
  });

  it("the trail is verified, and what was found is taken away as a table", async () => {
    const page = await visit("admin/audit");
    await page.getByRole("button", { name: "Verify the trail" }).click();
    const verdict = page.locator("#va-audit-verdict");
    await verdict.waitFor();
    assert.match(await verdict.innerText(), /The trail holds\./);
    await inspect(page, "audit-verified");
    await page.getByLabel("What", { exact: true }).fill("session.opened");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".va-audit-take a")?.href.includes("session.opened"));
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "CSV, for spreadsheets" }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8").trim().split("\n");
    assert.match(lines[0], /^"sequence","time","actor","action"/);
    assert.ok(lines.length > 1 && lines.slice(1).every((line) => line.includes('"session.opened"')));
    await page.getByLabel("What", { exact: true }).fill("audit.exported");
    await page.keyboard.press("Enter");
    await page.getByText("2 entries found").waitFor();
    await done(page);
  });

  it("360 pixels and a German browser hold the trail", async () => {
    const small = await visit("admin/audit", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await rows(small).first().waitFor();
    await inspect(small, "small-audit");
    assert.equal(await small.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await small.context().close();
    const german = await visit("admin/audit", { locale: "de-DE" });
    await german.getByRole("heading", { name: "Protokoll", level: 1 }).waitFor();
    await german.getByRole("button", { name: "Protokoll prüfen" }).waitFor();
    await german.context().close();
  });
});
