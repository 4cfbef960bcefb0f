// The patient of a conversation, and what an administrator sees of it.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { ask, done, inspect, it, picture, visit } from "./support/browser.mjs";
import { pumpQuestion } from "./support/samples.mjs";

const panel = (page) => page.getByRole("button", { name: /Patient context|Patientenkontext/ });

export default () => describe("patient contexts", () => {
  it("a context is kept, fills a calculator and is cleared", async () => {
    const page = await visit();
    await ask(page, pumpQuestion);
    await panel(page).click();
    await page.getByLabel("Age (years)").fill("68");
    await page.getByLabel("Sex", { exact: true }).selectOption("male");
    await page.getByLabel("Weight", { exact: true }).fill("heavy");
    await page.getByLabel("Problems").fill("hypertension\ndiabetes");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("This is not a number.").waitFor();
    await page.getByLabel("Weight", { exact: true }).fill("82,5");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("5 facts").waitFor();
    await inspect(page, "context-panel");
    await panel(page).click();
    await ask(page, "Calculate CHA2DS2-VASc for this patient");
    await page.getByText("from the patient context").first().waitFor();
    await inspect(page, "context-calculation");

    await page.reload();
    await panel(page).click();
    await page.waitForFunction(() => document.querySelector("#va-context-weight")?.value === "82.5");
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByText("none yet").waitFor();
    assert.equal(await page.getByLabel("Problems").inputValue(), "");
    await done(page);
  });

  it("360 pixels hold the panel, in German, too", async () => {
    const page = await visit("chat", { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: "de-DE" });
    await ask(page, pumpQuestion);
    await panel(page).tap();
    await page.getByLabel("Größe", { exact: true }).fill("172");
    await page.getByRole("button", { name: "Speichern", exact: true }).tap();
    await page.getByText("1 Angabe").waitFor();
    await inspect(page, "small-context-german");
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0);
    await done(page);
    await page.context().close();
  });

  it("the list is masked, and a reveal asks for a reason and a second factor", async () => {
    const page = await visit("admin/contexts");
    await page.getByText("hidden").first().waitFor();
    await inspect(page, "contexts-list");
    await page.getByRole("button", { name: "Reveal…" }).first().click();
    const dialog = page.getByRole("dialog");
    const go = dialog.getByRole("button", { name: "Record and reveal" });
    assert.ok(await go.isDisabled());
    await dialog.getByLabel(/Reason/).fill("Complaint 17 of the privacy office");
    await picture(page, "contexts-reveal");
    await go.click();
    await dialog.getByText("second factor").first().waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.close();
  });
});
