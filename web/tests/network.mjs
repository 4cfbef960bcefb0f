// What the network does to an answer: breaks it, holds it back, takes it away.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answered, ask, done, visit } from "./support/browser.mjs";
import { pumpQuestion } from "./support/samples.mjs";

const asking = (url) => /\/messages$/.test(url.pathname);

export default () => describe("on a bad network", () => {
  it("a stream that breaks off is read on where it broke, and nothing is shown twice", async () => {
    const page = await visit();
    const resumed = [];
    page.on("request", (request) => request.url().includes("/events?after=") && resumed.push(request.url()));
    await page.route(asking, async (route) => {
      const response = await route.fetch();
      const cut = (await response.text()).split("\n\n").slice(0, 3).join("\n\n");
      await route.fulfill({ response, body: `${cut}\n\n` });
    });
    const article = await ask(page, pumpQuestion);
    assert.ok(resumed.length > 0);
    const sentences = await article.locator("li.va-sentence").allInnerTexts();
    assert.ok(sentences.length > 0);
    assert.equal(new Set(sentences).size, sentences.length);
    await done(page);
  });

  it("a stream that a proxy holds back is polled instead", async () => {
    const page = await visit();
    await page.route(asking, async (route) => {
      await route.fetch();
      // Never answered, like a proxy that waits for more.
    });
    const polled = page.waitForRequest(/wait=poll/);
    const article = await ask(page, pumpQuestion);
    await polled;
    assert.ok((await article.locator("li.va-sentence").count()) > 0);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await done(page);
  });

  it("stop is sent while an answer is on its way", async () => {
    const page = await visit();
    await page.route(asking, async (route) => {
      await route.fetch();
    });
    await page.fill("#va-question", pumpQuestion);
    await page.press("#va-question", "Enter");
    const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/stop"));
    await page.locator("article.va-turn").waitFor();
    await page.waitForTimeout(500);
    await page.getByRole("button", { name: "Stop" }).click();
    await sent;
    await answered(page, 0);
    await page.getByRole("button", { name: "Send" }).waitFor();
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await done(page);
  });

  it("without a server the question is kept and can be sent again", async () => {
    const page = await visit();
    await page.route(asking, (route) => route.abort());
    await page.fill("#va-question", pumpQuestion);
    await page.press("#va-question", "Enter");
    await page.getByText("The server cannot be reached").first().waitFor();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("article.va-turn li.va-sentence").first().waitFor();
    await page.close();
  });
});
