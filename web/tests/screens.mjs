// Small screens, admin, and people who need more contrast or less motion.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { ask, base, done, inspect, it, picture, visit } from "./support/browser.mjs";
import { pumpQuestion } from "./support/samples.mjs";

const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

/// What each page shows once it has read what it shows.
const ready = { Documents: ".va-document", Calculators: ".va-card-link", Tools: ".va-card-link, .va-no-data", Admin: ".va-facts" };

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export default () => describe("screens", () => {
  it("360 pixels hold every page without sideways scrolling", async () => {
    const page = await visit("chat", small);
    await inspect(page, "small-empty");
    assert.equal(await overflow(page), 0);
    const article = await ask(page, pumpQuestion);
    await inspect(page, "small-answer");
    assert.equal(await overflow(page), 0);

    await article.locator("button.va-chip").first().tap();
    const sheet = page.getByRole("dialog");
    await sheet.locator("canvas").first().waitFor();
    const box = await sheet.boundingBox();
    assert.deepEqual([box.x, box.y, box.width], [0, 0, 360]);
    await inspect(page, "small-document");
    await sheet.getByRole("button", { name: "Close document" }).tap();

    await page.getByRole("button", { name: "Menu" }).tap();
    await page.getByRole("link", { name: "Documents", exact: true }).waitFor();
    await picture(page, "small-menu");
    await page.getByRole("link", { name: "Documents", exact: true }).focus();
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.id === "va-menu");
    for (const name of ["Documents", "Calculators", "Tools", "Admin"]) {
      await page.getByRole("button", { name: "Menu" }).tap();
      await page.getByRole("link", { name, exact: true }).tap();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      await page.locator(ready[name]).first().waitFor();
      await inspect(page, `small-${name.toLowerCase()}`);
      assert.equal(await overflow(page), 0, name);
    }
    for (const path of ["admin/plugins", "admin/plugins/physiology"]) {
      await page.goto(`${base}#/${path}`);
      await page.locator(".va-plugin, #va-plugin-ends").first().waitFor();
      await inspect(page, `small-${path.replaceAll("/", "-")}`);
      assert.equal(await overflow(page), 0, path);
    }
    await done(page);
    await page.context().close();
  });

  it("targets measure at least 24 by 24 pixels", async () => {
    const page = await visit("chat", small);
    await ask(page, pumpQuestion);
    const tooSmall = await page.evaluate(() =>
      [...document.querySelectorAll("button, summary, select, input, .va-pages a, .va-source")]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.classList.contains("va-unseen"))
        .map((element) => [element.getAttribute("aria-label") ?? element.innerText, element.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(([name, box]) => `${name}: ${box.width} x ${box.height}`));
    assert.deepEqual(tooSmall, []);
    await page.context().close();
  });

  it("the admin page tells where the data lives", async () => {
    const page = await visit("admin");
    await page.getByText("Data folder", { exact: true }).waitFor();
    await done(page);
  });

  it("a German browser gets German, and is told that documents are asked in English", async () => {
    const page = await visit("chat", { locale: "de-AT" });
    await page.getByText("nur auf Englisch").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
    await ask(page, pumpQuestion);
    await inspect(page, "german-answer");
    await page.goto(`${base}#/documents`);
    await page.getByRole("heading", { name: "Dokumente", level: 1 }).waitFor();
    // The reason a file could not be read is German too.
    await page.getByText("mit einem Passwort geschützt").waitFor();
    await inspect(page, "german-documents");
    await page.goto(`${base}#/admin/plugins/physiology`);
    await page.getByRole("heading", { name: "Was es darf" }).waitFor();
    await inspect(page, "german-plugin");
    await done(page);
    await page.context().close();
  });

  it("more contrast, forced colours and less motion are honoured", async () => {
    const page = await visit("chat", { contrast: "more", reducedMotion: "reduce" });
    await ask(page, pumpQuestion);
    await inspect(page, "contrast-answer");
    await page.emulateMedia({ forcedColors: "active" });
    await picture(page, "forced-colours");
    await page.locator("article button.va-chip").first().click();
    await page.locator(".va-sheet:has(.va-highlight.quote) canvas").first().waitFor();
    await picture(page, "forced-colours-document");
    await page.context().close();
  });
});
