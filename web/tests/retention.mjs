// How long data is kept, holds, one person's data: as an admin; a copy and the end of an account: as oneself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe } from "node:test";
import { base, done, inspect, it, picture, visit } from "./support/browser.mjs";

const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const title = { name: "Data and retention", level: 1 };

export default () => describe("retention", () => {
  it("the page shows every rule, and a change asks for a second factor", async () => {
    const page = await visit("admin");
    await page.getByRole("link", { name: "Data and retention" }).click();
    await page.getByRole("heading", title).waitFor();
    const table = page.getByRole("group", { name: "How long data is kept" });
    await table.waitFor();
    assert.equal(await table.locator("tbody tr").count(), 9);
    assert.match(await table.locator("tr", { hasText: "Conversations" }).innerText(), /Kept for ever/);
    assert.match(await table.locator("tr", { hasText: "Live events" }).innerText(), /7 days/);
    assert.match(await table.locator("tr", { hasText: "Audit trail" }).innerText(), /Kept for ever/);
    await inspect(page, "retention");
    await page.getByRole("button", { name: "Change the rule for Live events" }).click();
    const dialog = page.getByRole("dialog");
    const save = dialog.getByRole("button", { name: "Save the rule" });
    assert.equal(await dialog.getByLabel("Days", { exact: true }).inputValue(), "7");
    await dialog.getByLabel("Days", { exact: true }).fill("0");
    assert.ok(await save.isDisabled(), "no day is too few");
    await dialog.getByLabel("Days", { exact: true }).fill("14");
    await inspect(page, "retention-rule");
    await save.click();
    await dialog.getByText("second factor").first().waitFor();
    await picture(page, "retention-refused");
    await dialog.getByRole("button", { name: "Cancel" }).first().click();
    await dialog.waitFor({ state: "hidden" });
    await done(page);
  });

  it("a hold, an export and an erasure each want what they must, before they can be sent", async () => {
    const page = await visit("admin/retention");
    await page.getByLabel("Name of the user").fill("admin");
    await page.getByRole("button", { name: "Hold everything of admin" }).click();
    const dialog = page.getByRole("dialog");
    const go = dialog.getByRole("button", { name: "Record and hold" });
    assert.ok(await go.isDisabled());
    await dialog.getByLabel(/Reason/).fill("Case 4711 of the court");
    assert.ok(await go.isEnabled());
    await inspect(page, "retention-hold");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Export the data of admin" }).click();
    await dialog.getByText("can read your reason").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Record and download" }).isDisabled(), "the reason is gone with its dialogue");
    await inspect(page, "retention-export");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Erase admin" }).click();
    const erase = dialog.getByRole("button", { name: "Erase for good" });
    await dialog.getByLabel("Type admin to confirm").fill("adm");
    assert.ok(await erase.isDisabled());
    await dialog.getByLabel("Type admin to confirm").fill("admin");
    assert.ok(await erase.isEnabled());
    await inspect(page, "retention-erase");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Hold a conversation" }).click();
    await dialog.getByLabel(/Id of the conversation/).waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByLabel("Name of the user").fill("nobody of this name");
    await page.getByText("No user’s name has that in it.").waitFor();
    await done(page);
  });

  it("what holds, was lifted and was erased is listed", async () => {
    const page = await visit();
    const at = Date.UTC(2026, 2, 2, 8);
    const hold = { kind: "user", subject_id: "u1", user_id: "u1", user_name: "anna", reason: "Case 4711 of the court", placed_by: "admin", placed_at: at };
    await page.route("**/api/v1/admin/holds", (route) => route.fulfill({ json: { holds: [
      { id: "h1", ...hold, lifted_by: null, lifted_at: null },
      { id: "h2", ...hold, kind: "conversation", subject_id: "0b0e7a52-55d1-4c1d-9c11-6c9a0d5f7a01", lifted_by: "admin", lifted_at: at + 60_000 },
    ] } }));
    await page.route("**/api/v1/admin/retention", async (route) => {
      const state = await (await route.fetch()).json();
      const erased = { ordered_by: "admin", ordered_at: at, conversations: 1204, documents: 3 };
      state.erasures = [
        { user_id: "0b0e7a52-55d1-4c1d-9c11-6c9a0d5f7a02", ...erased, finished_at: at + 5_000, held: false },
        { user_id: "nextcloud:berta", ...erased, finished_at: null, held: true },
      ];
      state.rules[0] = { ...state.rules[0], days: 365, records: 120345, due: 17, held: 2, last_run: { started_at: at, finished_at: at + 900, removed: 31 } };
      await route.fulfill({ json: state });
    });
    await page.goto(`${base}#/admin/retention`);
    await page.getByText("2 more are held").waitFor();
    await page.getByText("Lifted by admin").waitFor();
    await page.getByText("Waits for a legal hold").waitFor();
    await page.getByText("1,204 conversations, 3 files").first().waitFor();
    await inspect(page, "retention-lists");
    await page.getByRole("button", { name: "Lift the hold on data of anna" }).click();
    await page.getByRole("dialog").getByText("count again from now on").waitFor();
    await picture(page, "retention-lift");
    await page.keyboard.press("Escape");
    await done(page);
  });

  it("one's own data is downloaded whole, and the account ends only with its name", async () => {
    const page = await visit("security");
    const link = page.getByRole("link", { name: "Download my data" });
    await link.scrollIntoViewIfNeeded();
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assert.equal(download.suggestedFilename(), "voiceassist-my-data.zip");
    const archive = readFileSync(await download.path());
    assert.equal(archive.subarray(0, 4).toString("latin1"), "PK\u0003\u0004");
    assert.ok(archive.includes("index.html") && archive.includes("sessions.json"));
    await inspect(page, "my-data");
    await page.getByRole("button", { name: "Erase my account and data" }).click();
    const dialog = page.getByRole("dialog");
    const erase = dialog.getByRole("button", { name: "Erase for good" });
    assert.ok(await erase.isDisabled());
    await dialog.getByLabel("Type admin to confirm").fill("admin");
    await inspect(page, "my-data-erase");
    await erase.click();
    await dialog.getByText("Nobody would be left who administers").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await done(page);
  });

  it("360 pixels and German hold both pages", async () => {
    for (const [path, heading] of [["admin/retention", "Daten und Aufbewahrung"], ["security", "Sicherheit"]]) {
      const page = await visit(path, { ...small, locale: "de-DE" });
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      await page.getByRole("heading", { name: path === "security" ? "Meine Daten" : "Löschsperren" }).scrollIntoViewIfNeeded();
      assert.equal(await overflow(page), 0, path);
      await picture(page, `small-german-retention-${path.replace("/", "-")}`);
      await page.context().close();
    }
  });
});
