import assert from "node:assert/strict";
import { describe } from "node:test";
import { answered, ask, done, inspect, it, visit } from "./support/browser.mjs";
import { notesQuestion, pumpQuestion } from "./support/samples.mjs";

/// Facts about the first strong mark: whether it lies in the view, and what the page under it looks like.
const marked = (page) =>
  page.evaluate(() => {
    const mark = document.querySelector(".va-highlight.quote");
    const view = document.querySelector(".va-pdf").getBoundingClientRect();
    const box = mark?.getBoundingClientRect();
    const canvas = mark?.closest(".va-sheet")?.querySelector("canvas");
    if (!box || !canvas) return null;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at] + data[at + 1] + data[at + 2] < 380) dark += 1;
    return {
      inside: box.top >= view.top && box.bottom <= view.bottom && box.left >= view.left && box.right <= view.right,
      wide: box.width > 40 && box.height > 5,
      dark,
      page: Number(mark.closest(".va-sheet").dataset.page),
    };
  });

/// Waits for the page under the first strong mark; a quote may go over two pages.
const drawn = (page) =>
  page.waitForFunction(() => document.querySelector(".va-highlight.quote")?.closest(".va-sheet").querySelector("canvas"));

export default () => describe("answers", () => {
  it("every sentence cites, and a click on the number opens the page with the passage marked", async () => {
    const page = await visit();
    const article = await ask(page, pumpQuestion);
    const sentences = article.locator("li.va-sentence");
    assert.ok((await sentences.count()) > 0);
    for (const sentence of await sentences.all()) assert.ok((await sentence.locator("button.va-chip").count()) > 0);
    await inspect(page, "answer");

    const chip = article.locator("li.va-sentence", { hasText: "chlorhexidine" }).locator("button.va-chip").first();
    await chip.click();
    await drawn(page);
    const facts = await marked(page);
    assert.deepEqual({ ...facts, dark: facts.dark > 200 }, { inside: true, wide: true, dark: true, page: 3 });
    await page.waitForFunction(() => document.activeElement.id === "va-viewer-title");
    // The words under the mark are the words cited.
    assert.match(await page.locator(".va-sheet:has(.va-highlight.quote) .textLayer").first().innerText(), /chlorhexidine/);
    await inspect(page, "answer-with-document");

    await page.keyboard.press("Escape");
    await page.locator(".va-viewer").waitFor({ state: "detached" });
    await page.waitForFunction((element) => element === document.activeElement, await chip.elementHandle());
    await done(page);
  });

  it("pages turn, sizes change, and the passage is found again", async () => {
    const page = await visit();
    const article = await ask(page, pumpQuestion);
    await article.locator("button.va-chip").first().click();
    await page.locator(".va-sheet canvas").first().waitFor();
    const number = page.getByLabel("Page number");
    // The opening scroll must have told its page, or it would overwrite what is typed.
    await page.waitForFunction(() => document.querySelector(".va-page-number input").value !== "1");
    await number.fill("1");
    await number.press("Enter");
    await page.locator('.va-sheet[data-page="1"] canvas').waitFor();
    await page.locator('.va-toolbar [aria-label="Previous page"][aria-disabled="true"]').waitFor();
    const before = await page.locator('.va-sheet[data-page="1"]').evaluate((sheet) => sheet.offsetWidth);
    await page.getByRole("button", { name: "Larger" }).click();
    await page.waitForFunction((narrow) => document.querySelector('.va-sheet[data-page="1"]').offsetWidth > narrow, before);
    await page.getByRole("button", { name: /Fit the width/ }).click();
    await page.waitForFunction((fit) => document.querySelector('.va-sheet[data-page="1"]').offsetWidth === fit, before);
    await page.getByRole("button", { name: "To the passage" }).click();
    await page.waitForFunction(() => document.querySelector(".va-page-number input").value !== "1");
    await drawn(page);
    assert.ok((await marked(page)).inside);
    await done(page);
  });

  it("a text document opens with the words marked", async () => {
    const page = await visit();
    const article = await ask(page, notesQuestion);
    await article.locator("li.va-sentence", { hasText: "Quarrel" }).first().locator("button.va-chip").first().click();
    const mark = page.locator(".va-text mark.quote").first();
    await mark.waitFor();
    assert.match((await page.locator(".va-text mark").allInnerTexts()).join(" "), /Quarrel drain/);
    await inspect(page, "answer-with-text");
    await done(page);
  });

  it("a guide of many pages answers, and its page opens with the passage marked", { skip: !process.env.VOICEASSIST_TEST_PDF }, async () => {
    const page = await visit();
    const article = await ask(page, "How should injection equipment be handled between patients?");
    await article.locator("li.va-sentence", { hasText: "syringe" }).first().waitFor();
    await inspect(page, "guide-answer");
    const chip = article.locator('li.va-sentence button.va-chip[aria-label*="Outpatient Settings"]').first();
    await chip.click();
    await drawn(page);
    const facts = await marked(page);
    assert.ok(facts.inside && facts.wide && facts.dark > 200, JSON.stringify(facts));
    await inspect(page, "guide-page");
    await done(page);
  });

  it("an honest no says what was searched and opens the nearest passages", async () => {
    const page = await visit();
    const article = await ask(page, "What is the capital of Mongolia?");
    await article.getByRole("heading", { name: "Your documents do not answer this" }).waitFor();
    assert.match(await article.innerText(), /Searched [\d,]+ passages in [\d,]+ documents/);
    await inspect(page, "not-found");
    const nearest = article.locator(".va-nearest button");
    if ((await nearest.count()) > 0) {
      await nearest.first().click();
      await page.locator(".va-viewer :is(canvas, mark, img)").first().waitFor();
    }
    await done(page);
  });

  it("a broad question is asked back, and an option answers it", async () => {
    const page = await visit();
    const article = await ask(page, "kidney disease management");
    const options = article.locator(".va-clarification button");
    assert.ok((await options.count()) > 1);
    await inspect(page, "clarification");
    await options.first().click();
    await answered(page, 1);
    await done(page);
  });

  it("details tell the model and that nothing left the building", async () => {
    const page = await visit();
    const article = await ask(page, pumpQuestion);
    const details = article.locator(".va-details");
    assert.match(await details.locator("summary").innerText(), /Left the building: nothing/i);
    await details.locator("summary").click();
    assert.match(await details.innerText(), /Confidence in the sources/);
    await inspect(page, "answer-details");
    await done(page);
  });

  it("an answer is copied with its sources, and can be asked for again", async () => {
    const page = await visit();
    const article = await ask(page, pumpQuestion);
    await article.getByRole("button", { name: "Copy with sources" }).click();
    await page.getByText("Answer copied with its sources").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /\[1\]/);
    assert.match(copied, /\*\*Sources\*\*/);
    assert.match(copied, /chlorhexidine/);
    await article.getByRole("button", { name: "Answer again" }).click();
    await article.locator('.va-answer[aria-busy="false"] li.va-sentence').first().waitFor();
    await article.getByRole("button", { name: "Copy with sources" }).waitFor();
    await done(page);
  });

  it("each new sentence is said once", async () => {
    const page = await visit();
    const article = await ask(page, pumpQuestion);
    const first = (await article.locator("li.va-sentence p").first().innerText()).replace(/\s*\d+\s*$/, "").slice(0, 40);
    const said = await page.locator('[role="log"]').allInnerTexts();
    assert.equal(said.join("\n").split(first).length - 1, 1);
    await done(page);
  });
});
