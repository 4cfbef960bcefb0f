import assert from "node:assert/strict";
import { describe } from "node:test";
import { answered, ask, done, inspect, it, visit } from "./support/browser.mjs";

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
    // The result follows by itself, before anything is added to the conversation.
    await article.getByText("With your corrections").waitFor();
    assert.equal(await score(article), 5);
    assert.equal(await page.locator("article.va-turn").count(), 1);
    await inspect(page, "calculation-corrected");
    // Nor does a result stand beside an input that is none.
    await article.locator(".va-input-chip", { hasText: /^Age/ }).click();
    await article.locator('input[id$="-field"]').first().fill("old");
    await article.getByText("No result until the marked input is right").waitFor();
    assert.equal(await article.locator(".va-finding-value").count(), 0);
    await article.locator('input[id$="-field"]').first().fill("68");
    await article.locator(".va-finding-value").waitFor();
    assert.equal(await score(article), 5);
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

  it("a calculator is found by what it is called, what it is for and what it takes", async () => {
    const page = await visit("calculators");
    const cards = page.locator(".va-card-link");
    await cards.first().waitFor();
    const all = await cards.count();
    const find = page.getByLabel("Find a calculator");
    await find.fill("no calculator is called so");
    await page.getByText("No calculator has").waitFor();
    await find.press("Escape");
    assert.equal(await cards.count(), all);
    await find.fill("cha2ds2vasc");
    await cards.filter({ hasText: /CHA2DS2-VASc/i }).or(cards.filter({ hasText: "CHA₂DS₂" })).first().waitFor();
    assert.ok((await cards.count()) < all);
    await find.fill("creatinine weight clearance");
    await cards.first().waitFor();
    await page.getByText(/^\d+ of \d+ calculators; Enter opens the first/).waitFor();
    await inspect(page, "calculators-found");
    await find.press("Enter");
    await page.locator("#va-calculator-title").waitFor();
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
    const first = await score(page);
    assert.ok(first > 10);
    await inspect(page, "calculator");
    // Beside a result, a changed input counts at once.
    await form.getByLabel(/^Weight/).first().fill("80");
    await page.waitForFunction((before) => parseFloat(document.querySelector(".va-finding-value")?.innerText ?? before) > before, first);
    for (const link of await page.locator(".va-calculation .va-links a").all()) {
      assert.match(await link.getAttribute("href"), /^https:\/\/(doi\.org|pubmed\.ncbi\.nlm\.nih\.gov|[\w.-]+)\//);
    }
    await done(page);
  });
});
