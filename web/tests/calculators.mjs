import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answered, ask, done, inspect, visit } from "./support/browser.mjs";

const score = (article) => article.locator(".va-finding-value").first().innerText().then((text) => parseFloat(text));

export default () => describe("calculators", () => {
  it("a score asked for in words shows what was understood, and a corrected chip calculates again", async () => {
    const page = await visit();
    const article = await ask(page, "CHA2DS2-VASc for a 68-year-old man with hypertension and diabetes");
    assert.equal(await score(article), 3);
    const assumed = article.locator(".va-input-chip.assumed");
    assert.ok((await assumed.count()) > 0);
    assert.match(await assumed.first().innerText(), /not mentioned = no/);
    assert.ok((await article.locator(".va-workings tr").count()) > 0);
    assert.match(await article.locator(".va-provenance").innerText(), /Version/);
    await inspect(page, "calculation");

    await article.locator(".va-input-chip", { hasText: /stroke/i }).first().click();
    await article.locator(".va-input-chip", { hasText: /stroke/i }).filter({ hasText: "corrected" }).first().waitFor();
    await inspect(page, "calculation-corrected");
    await article.getByRole("button", { name: "Calculate again" }).click();
    const again = await answered(page, 1);
    assert.equal(await score(again), 5);
    await done(page);
  });

  it("what is missing is asked for with its unit", async () => {
    const page = await visit();
    const article = await ask(page, "Cockcroft-Gault creatinine clearance for a 70-year-old woman");
    const needed = article.getByRole("group", { name: "Still needed" });
    await needed.waitFor();
    await inspect(page, "calculation-missing");
    await needed.getByLabel(/^Weight/i).first().fill("62");
    await needed.getByLabel(/creatinine/i).first().fill("1.1");
    await article.getByRole("button", { name: "Calculate", exact: true }).click();
    const again = await answered(page, 1);
    assert.ok((await score(again)) > 10);
    await done(page);
  });

  it("the form names its units and ranges and what is wrong", async () => {
    const page = await visit("calculators");
    await page.locator(".va-card-link").first().waitFor();
    await inspect(page, "calculators");
    await page.locator(".va-card-link", { hasText: /Cockcroft/ }).click();
    await page.getByRole("button", { name: "Calculate" }).click();
    await page.getByText("it is never assumed").first().waitFor();
    await page.waitForFunction(() => document.activeElement.matches("input, select, fieldset"));
    await inspect(page, "calculator-errors");
    const form = page.locator("#app-content form");
    await form.getByLabel(/^Age/).first().fill("70");
    await form.getByLabel(/^Weight/).first().fill("62");
    const creatinine = form.getByLabel(/creatinine/i);
    await creatinine.first().fill("120");
    await form.getByLabel(/^Unit of .*creatinine/i).selectOption("umol/L");
    await form.getByLabel(/^Sex/).selectOption("female");
    await page.getByRole("button", { name: "Calculate" }).click();
    await page.locator(".va-finding-value").waitFor();
    assert.ok((await score(page)) > 10);
    await inspect(page, "calculator");
    await done(page);
  });
});
