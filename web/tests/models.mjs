// What an administrator decides about a remote model: on or off, and what it is given of patient information.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe } from "node:test";
import { ask, done, inspect, it, visit } from "./support/browser.mjs";
import { pumpQuestion } from "./support/samples.mjs";
import { withSecondFactor } from "./support/second-factor.mjs";

/// Answers every chat in OpenAI's format and keeps what it was sent.
function model() {
  const received = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => { body += part; });
    request.on("end", () => {
      received.push(body);
      const chunk = (delta, finish) => `data: ${JSON.stringify({
        id: "x", object: "chat.completion.chunk", created: 1, model: "example-model",
        choices: [{ index: 0, delta, finish_reason: finish }],
      })}\n\n`;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(`${chunk({ role: "assistant", content: "ready" }, null)}${chunk({}, "stop")}data: [DONE]\n\n`);
    });
  });
  return new Promise((resolve) => {
    server.listen(Number(process.env.VOICEASSIST_TEST_MODEL_PORT), "127.0.0.1", () => resolve({ server, received }));
  });
}

export default () => describe("a remote model", () => {
  it("is tried, and given what the administrator chose", async () => {
    const { server, received } = await model();
    const page = await visit("admin/models");
    const row = page.locator(".va-endpoints > li", { hasText: "example-model" });
    await row.getByRole("button", { name: "Try it: example-model" }).click();
    await row.getByText("Nothing about a patient was sent").waitFor();
    assert.equal(received.length, 1);
    assert.ok(received[0].includes("ready"));

    assert.equal(await row.getByRole("radio", { name: /^Never/ }).isChecked(), true);
    await row.getByRole("radio", { name: /^Allowed under an agreement/ }).check();
    await row.getByLabel("Where the agreement is on file").fill("BAA 2026-17, contracts office");
    await row.getByLabel("Day of the agreement").fill("2026-01-03");
    await row.scrollIntoViewIfNeeded();
    await inspect(page, "models");
    const save = row.getByRole("button", { name: "Save", exact: true });
    await save.click();
    await page.getByText("Set up a second factor first").first().waitFor();
    await withSecondFactor(async () => {
      await save.click();
      await page.getByText("It holds for the next question").first().waitFor();
    });

    await page.reload();
    assert.equal(await row.getByRole("radio", { name: /^Allowed/ }).isChecked(), true);
    assert.equal(await row.getByLabel("Where the agreement is on file").inputValue(), "BAA 2026-17, contracts office");
    await row.getByRole("radio", { name: /^Without what identifies/ }).check();
    await save.click();
    await page.getByText("It holds for the next question").first().waitFor();
    await row.getByRole("switch").click();
    await row.getByRole("switch", { checked: true }).waitFor();

    const asking = await visit("chat");
    await ask(asking, `${pumpQuestion} It is for John Smith, MRN: 12345678.`);
    assert.ok(received.length > 1, "the model was asked");
    assert.ok(received.every((body) => !body.includes("Smith") && !body.includes("12345678")));
    // Nothing of it stays in the browser.
    const kept = await asking.evaluate(async () => JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, await indexedDB.databases(), await caches.keys(),
    ]));
    assert.ok(!kept.includes("Smith") && !kept.includes("12345678"), kept);
    await done(asking);

    await row.getByRole("switch").click();
    await row.getByRole("switch", { checked: false }).waitFor();
    await done(page);
    const german = await visit("admin/models", { locale: "de-AT" });
    await german.getByText("Nie", { exact: true }).waitFor();
    await inspect(german, "models-german");
    await done(german);
    await german.context().close();
    server.close();
  });
});
