// What the network does to an answer: breaks it, holds it back, takes it away.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { answered, ask, done, eventually, it, visit } from "./support/browser.mjs";
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
    const polled = [];
    await page.route(/\/events\?after=/, async (route) => {
      polled.push(route.request().url());
      const response = await route.fetch();
      const events = await response.json();
      // The first list is cut, so that one list is not enough.
      await route.fulfill({ response, json: polled.length === 1 ? events.slice(0, 2) : events });
    });
    const article = await ask(page, pumpQuestion);
    assert.ok(polled.length > 1);
    assert.deepEqual(polled.filter((url) => !url.includes("wait=poll")), []);
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
    // Until the server has the question: a stop before that would stop nothing.
    await eventually(() => page.evaluate(async () => {
      const id = location.hash.split("/").pop();
      const response = await fetch(`api/v1/conversations/${id}`);
      return response.ok && (await response.json()).messages.length > 0;
    }), "the question is stored");
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

  it("a first question is put back into the field when no conversation can be begun", async () => {
    const page = await visit();
    await page.route("**/conversations", (route) => (route.request().method() === "POST" ? route.abort() : route.fallback()));
    await page.fill("#va-question", pumpQuestion);
    await page.press("#va-question", "Enter");
    await page.getByText("The server cannot be reached").first().waitFor();
    await page.waitForFunction((asked) => document.querySelector("#va-question").value === asked, pumpQuestion);
    await page.unrouteAll();
    await page.press("#va-question", "Enter");
    await answered(page, 0);
    await done(page);
  });

  it("trying again after a lost connection reads on instead of asking anew", async () => {
    const page = await visit();
    const posted = [];
    page.on("request", (request) => request.method() === "POST" && /\/(messages|regenerate)$/.test(request.url()) && posted.push(request.url()));
    // The pauses between the attempts to reconnect add up to half a minute.
    await page.evaluate(() => {
      const real = window.setTimeout.bind(window);
      window.setTimeout = (act, ms, ...more) => real(act, ms / 10, ...more);
    });
    const reading = /\/events\?after=/;
    await page.route(asking, async (route) => {
      const response = await route.fetch();
      const cut = (await response.text()).split("\n\n").slice(0, 1).join("\n\n");
      await route.fulfill({ response, body: `${cut}\n\n` });
    });
    await page.route(reading, (route) => route.abort());
    await page.fill("#va-question", pumpQuestion);
    await page.press("#va-question", "Enter");
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor();
    await page.unroute(reading);
    await again.click();
    const article = await answered(page, 0);
    assert.ok((await article.locator("li.va-sentence").count()) > 0);
    assert.equal(posted.length, 1);
    await page.unrouteAll();
    await done(page);
  });

  it("a document that cannot be fetched says why and opens on another try", async () => {
    const page = await visit();
    const article = await ask(page, pumpQuestion);
    const reading = /\/documents\/[^/]+(\/content)?$/;
    await page.route(reading, (route) => route.abort());
    await article.locator("button.va-chip").first().click();
    await page.locator(".va-viewer").getByText("The server cannot be reached").waitFor();
    await page.unroute(reading);
    await page.locator(".va-viewer").getByRole("button", { name: "Try again" }).click();
    await page.locator(".va-sheet:has(.va-highlight) canvas").first().waitFor();
    await done(page);
  });

  it("a question asked while its conversation still loads stays", async () => {
    const page = await visit();
    await ask(page, pumpQuestion);
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route(/\/conversations\/[^/?]+$/, async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response });
    });
    await page.reload();
    await page.fill("#va-question", "What is the capital of Mongolia?");
    await page.press("#va-question", "Enter");
    await page.locator("article.va-turn", { hasText: "Mongolia" }).waitFor();
    release();
    await page.locator("article.va-turn", { hasText: "Halvorsen" }).waitFor();
    await page.locator("article.va-turn", { hasText: "Mongolia" }).locator('.va-answer[aria-busy="false"]').waitFor();
    assert.equal(await page.locator("article.va-turn").count(), 2);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await done(page);
  });
});
