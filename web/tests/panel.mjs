// The administration: one list of pages, numbers that lead to their records, and nothing of anybody's text.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { ask, base, done, eventually, inspect, it, picture, visit } from "./support/browser.mjs";
import { pumpQuestion } from "./support/samples.mjs";

const canary = "Quokkaberry";
const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const rows = (page, name) => page.locator(`.va-scroll[aria-label="${name}"] tbody tr`);

/// Each page with what it shows once it has read what it shows.
const pages = [
  ["admin", "Admin", ".va-tiles"],
  ["admin/conversations", "Conversations", ".va-table"],
  ["admin/contexts", "Clinical contexts", ".va-table, .va-no-data"],
  ["admin/users", "Users and roles", ".va-table"],
  ["admin/models", "Models", ".va-endpoints"],
  ["admin/voice", "Voice", "#va-voice-now"],
  ["admin/indexing", "Indexing", ".va-shares"],
  ["admin/plugins", "Plugins", ".va-plugin"],
  ["admin/egress", "PHI and egress", ".va-shares"],
  ["admin/audit", "Audit", ".va-table"],
  ["admin/retention", "Data and retention", ".va-table"],
  ["admin/health", "Health", ".va-table"],
];

export default () => describe("the administration", () => {
  it("all pages stand in one list, which is walked with the keyboard", async () => {
    const page = await visit("admin");
    const list = page.getByRole("navigation", { name: "Administration pages" });
    const links = list.getByRole("link");
    assert.equal(await links.count(), pages.length);
    for (const [number, [path, title, ready]] of pages.entries()) {
      await links.nth(number).focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction((wanted) => location.hash === `#/${wanted}`, path);
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      await page.locator(ready).first().waitFor({ timeout: 90_000 });
      assert.equal(await list.locator("[aria-current=page]").count(), 1);
    }
    await done(page);
  });

  it("the overview counts what was asked, draws it, and leads to the records", async () => {
    const asking = await visit("chat");
    await ask(asking, pumpQuestion);
    await ask(asking, `What is the weather today for John ${canary}, MRN: 12345678?`);
    await done(asking);
    const page = await visit("admin");
    await page.getByRole("img", { name: /^Questions per day/ }).waitFor();
    await page.getByText(/^(Everything this server depends on is good\.|Not good: )/).first().waitFor();
    await inspect(page, "overview");
    await page.locator(".va-chart details").first().locator("summary").click();
    const today = page.locator(".va-chart-table tbody tr").first();
    assert.ok(Number(await today.locator("td").innerText()) >= 2, "the table says what the picture draws");
    await page.locator("#va-live").scrollIntoViewIfNeeded();
    await picture(page, "overview-below");
    const tile = page.getByRole("link", { name: /Questions that may hold patient information/ });
    assert.ok(Number((await tile.innerText()).split("\n")[0]) >= 1);
    await tile.click();
    await page.getByRole("heading", { name: "Conversations", level: 1 }).waitFor();
    assert.equal(await page.locator("#va-find-conversations-class").inputValue(), "phi");
    await rows(page, "Conversations").first().waitFor();
    await done(page);
  });

  it("what happens is seen by name while the page is open", async () => {
    const page = await visit("admin");
    await page.getByText("Nothing since this page was opened.").waitFor();
    // The first look only finds where now is.
    await page.waitForResponse((response) => response.url().includes("after="));
    const asking = await visit("chat");
    await ask(asking, pumpQuestion);
    await page.getByText("admin began a conversation.").waitFor();
    await page.getByText("admin got an answer.").waitFor();
    await done(asking);
    await done(page);
  });

  it("conversations are found and sorted without a word of them, and a reveal asks for a code", async () => {
    const page = await visit("admin/conversations");
    await rows(page, "Conversations").first().waitFor();
    assert.ok(!(await page.locator("#app-content").innerText()).includes(canary));
    await inspect(page, "conversations-admin");
    const numbers = async () => (await rows(page, "Conversations").locator("td:nth-child(4)").allInnerTexts()).map(Number);
    await page.getByRole("button", { name: "Questions", exact: true }).click();
    await page.locator("th[aria-sort=descending]", { hasText: "Questions" }).waitFor();
    const down = await numbers();
    assert.deepEqual(down, [...down].sort((a, b) => b - a));
    await page.getByRole("button", { name: "Questions", exact: true }).click();
    await page.locator("th[aria-sort=ascending]", { hasText: "Questions" }).waitFor();
    const up = await numbers();
    assert.deepEqual(up, [...up].sort((a, b) => a - b));
    assert.equal(await page.evaluate(() => document.activeElement?.id), "va-sort-messages");
    await page.getByLabel("User", { exact: true }).fill("nobody-of-this-name");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing fits this search.").waitFor();
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    await page.getByLabel("Class").selectOption("phi");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await page.waitForFunction(() => {
      const found = [...document.querySelectorAll(".va-table tbody td:nth-child(6)")];
      return found.length > 0 && found.every((cell) => cell.innerText.trim() === "Patient information");
    });
    await page.getByRole("button", { name: /^Reveal a conversation of admin/ }).first().click();
    const dialog = page.getByRole("dialog");
    const go = dialog.getByRole("button", { name: "Record and reveal" });
    assert.ok(await go.isDisabled());
    await dialog.getByLabel(/Reason/).fill("Complaint 17 of the privacy office");
    await inspect(page, "conversations-reveal");
    await go.click();
    await dialog.getByText("second factor").first().waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await done(page);
  });

  it("a file that cannot be read is retried, taken out and let in again", async () => {
    const page = await visit("documents");
    const broken = { name: `${canary}.pdf`, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 is all there is") };
    await page.locator("input[type=file]").first().setInputFiles(broken);
    await page.locator(".va-document", { hasText: canary }).getByText("Could not be read").waitFor();
    await page.goto(`${base}#/admin/indexing`);
    const failed = rows(page, "Could not be read");
    await failed.first().waitFor();
    assert.ok(!(await page.locator("#app-content").innerText()).includes(canary));
    await inspect(page, "indexing");
    const before = await failed.count();
    await failed.first().getByRole("button", { name: /^Read again/ }).click();
    await page.getByText("The document is in the queue again.").waitFor();
    await eventually(async () => {
      await page.getByRole("button", { name: "Refresh" }).first().click();
      return (await failed.count()) === before;
    }, "it has failed again");
    await failed.first().getByRole("button", { name: /^Take out/ }).click();
    await picture(page, "indexing-question");
    await page.getByRole("dialog").getByRole("button", { name: "Take out" }).click();
    await page.getByText("The file is taken out.").waitFor();
    await rows(page, "Taken out").first().waitFor();
    await page.locator("#va-exclusions").scrollIntoViewIfNeeded();
    await inspect(page, "indexing-excluded");
    await rows(page, "Taken out").first().getByRole("button", { name: /^Let in again/ }).click();
    await page.getByText("No file was taken out.").waitFor();
    await done(page);
  });

  it("the page on egress tells where this server may go, and what the screening found", async () => {
    const page = await visit("admin/egress");
    await page.getByRole("img", { name: /^Identifiers found in questions/ }).waitFor();
    await page.getByText(/Nowhere: nothing outside|What is sent/).first().waitFor();
    await inspect(page, "egress");
    await page.getByRole("heading", { name: "What the screening found" }).scrollIntoViewIfNeeded();
    await picture(page, "egress-findings");
    await page.getByLabel("Destination").fill("nowhere.example");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing fits this search.").waitFor();
    await done(page);
  });

  it("health tells how each part is and when it was looked at", async () => {
    const page = await visit("admin/health");
    await page.locator(".va-table, .va-no-data").first().waitFor();
    await eventually(async () => {
      await page.getByRole("button", { name: "Refresh" }).click();
      return (await rows(page, "Health").count()) >= 6;
    }, "the first look");
    for (const name of ["Database", "Audit trail", "Search index", "Models", "Encryption keys", "Disk space"]) {
      await page.getByRole("region", { name: "Health" }).getByRole("rowheader", { name }).waitFor();
    }
    await inspect(page, "health");
    await done(page);
  });

  it("360 pixels and German hold every page", async () => {
    const page = await visit("admin", { ...small, locale: "de-DE" });
    for (const [path, , ready] of pages) {
      await page.goto(`${base}#/${path}`);
      await page.locator(ready).first().waitFor();
      assert.equal(await overflow(page), 0, path);
      await inspect(page, `small-german-${path.replace("/", "-")}`);
    }
    await page.goto(`${base}#/admin`);
    const button = page.locator("#va-admin-pages");
    await button.tap();
    await page.getByRole("navigation", { name: "Seiten der Verwaltung" }).getByRole("link", { name: "Zustand" }).waitFor();
    await inspect(page, "small-german-admin-pages");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.id === "va-admin-pages");
    assert.equal(await button.getAttribute("aria-expanded"), "false");
    await done(page);
    await page.context().close();
  });
});
