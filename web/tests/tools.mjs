// Tools: forms from their schemas, results as text that cannot do anything, and changes that wait for a person.
// What a tool returns comes from outside services, so here the API's own answers are given in its place.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { ask, done, inspect, it, visit } from "./support/browser.mjs";

const search = {
  plugin: "library", plugin_title: "Library", plugin_version: "0.1.0", name: "search", title: "Search the library",
  description: "Finds articles and shows their citations.", effect: "read",
  input_schema: {
    type: "object",
    required: ["query"],
    properties: {
      query: { type: "string", title: "Search words", minLength: 2, maxLength: 200, description: "As in the library's own field." },
      count: { type: "integer", title: "At most", minimum: 1, maximum: 50, default: 10 },
      sort: { enum: ["relevance", "date"], title: "Order", default: "date" },
      reviews: { type: "boolean", title: "Reviews only" },
      ids: { type: "array", items: { type: "string" }, title: "Numbers of articles" },
    },
  },
};
const save = {
  ...search, name: "save", title: "Save a citation", description: "Writes a citation into your folder.", effect: "write",
  input_schema: { type: "object", required: ["id"], properties: { id: { type: "string", title: "Number of the article" } } },
};
const send = { ...save, name: "send", title: "Send a citation", effect: "irreversible" };

const found = {
  kind: "result", plugin: "library", plugin_version: "0.1.0", tool: "search", structured: { total: 2 },
  content: [
    { kind: "text", text: "**2 articles** for *sepsis*\n\n1. newest first\n2. with <img src=x onerror=alert(1)>\n\n[Library](https://library.example/) and [not this](javascript:alert(1))" },
    { kind: "citation", citation: { title: "An invented article on lactate", authors: ["Doe J", "Roe R"], publisher: "Journal of Nothing", published: "2020-06", url: "https://library.example/1", doi: "10.5555/12345678", pmid: null } },
    { kind: "file", folder: "literature", path: "sepsis.bib" },
  ],
};

const proposal = (over) => ({
  kind: "proposal", id: "p-1", plugin: "library", plugin_title: "Library", tool: "save", title: "Save a citation", effect: "write",
  arguments: { id: "1" }, expires_at: Date.now() + 300_000,
  changes: [
    { summary: "Adds a citation to sepsis.bib.", target: "sepsis.bib", before: "@article{a}\n", after: "@article{a}\n@article{b}\n" },
    { summary: "Moves the journal club.", target: "Calendar", before: { title: "Journal club", start: "08:00" }, after: { title: "Journal club", start: "09:00" } },
  ],
  ...over,
});

/// A page whose tools are ours; `answers` gives the body of a call's answer by the tool's name.
async function open(path, answers = {}, options) {
  const page = await visit("chat", options);
  const asked = [];
  const json = (route, body) => route.fulfill({ json: body });
  await page.route("**/api/v1/tools", (route) => json(route, { tools: [search, save, send] }));
  await page.route("**/api/v1/tools/**", (route) => {
    asked.push(route.request().postDataJSON().arguments);
    return json(route, answers[route.request().url().split("/").pop()]());
  });
  await page.goto(`${page.url().split("#")[0]}#/${path}`);
  return { page, asked };
}

export default () => describe("tools", () => {
  it("an honest no leads to a tool that searches elsewhere, and nothing is sent by itself", async () => {
    const { page, asked } = await open("chat", { search: () => found });
    const article = await ask(page, "Does quarzolam help against hiccups?");
    await article.getByRole("link", { name: "Search the library" }).click();
    const words = await page.getByLabel("Search words").inputValue();
    assert.match(words, /quarzolam/);
    assert.ok(!page.url().includes("quarzolam"));
    assert.deepEqual(asked, []);
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText("2 articles").waitFor();
    assert.equal(asked[0].query, words);
    await done(page);
  });

  it("without any, the page says so", async () => {
    const page = await visit("chat");
    await page.route("**/api/v1/tools", (route) => route.fulfill({ json: { tools: [] } }));
    await page.getByRole("link", { name: "Tools", exact: true }).click();
    await page.getByText("No tool is installed and switched on.").waitFor();
    await done(page);
  });

  it("each says whether it only reads", async () => {
    const { page } = await open("tools");
    await page.getByRole("link", { name: /Search the library/ }).waitFor();
    assert.match(await page.getByRole("link", { name: /Search the library/ }).innerText(), /Only reads/);
    assert.match(await page.getByRole("link", { name: /Send a citation/ }).innerText(), /Cannot be undone/);
    await inspect(page, "tools");
    await done(page);
  });

  it("the form follows the schema and names what is wrong", async () => {
    const { page, asked } = await open("tools/library/search", { search: () => found });
    await page.getByLabel(/^At most/).fill("51");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText("This is needed.").waitFor();
    await page.waitForFunction(() => document.activeElement.id === "va-tool-query");
    await inspect(page, "tool-errors");
    assert.deepEqual(asked, []);
    await page.getByLabel(/^Search words/).fill("sepsis");
    await page.getByLabel(/^At most/).fill("5");
    await page.getByLabel("Reviews only").check();
    await page.getByLabel(/^Numbers/).fill("1\n2");
    await page.getByLabel(/^Search words/).press("Enter");
    await page.getByText("An invented article on lactate").waitFor();
    assert.deepEqual(asked, [{ query: "sepsis", count: 5, sort: "date", reviews: true, ids: ["1", "2"] }]);
    await done(page);
  });

  it("a result is text, citations with their links and files; nothing in it can act", async () => {
    const { page } = await open("tools/library/search", { search: () => found });
    await page.getByLabel(/^Search words/).fill("sepsis");
    await page.getByRole("button", { name: "Run" }).click();
    const result = page.getByRole("region", { name: "Result" });
    await result.getByText("An invented article on lactate").waitFor();
    await page.waitForFunction(() => document.activeElement.id === "va-tool-answer");
    assert.equal(await result.locator("img, script").count(), 0);
    assert.match(await result.innerText(), /<img src=x/);
    const links = await result.locator("a").evaluateAll((all) => all.map((a) => [a.getAttribute("href"), a.rel]));
    assert.deepEqual(links, [
      ["https://library.example/", "noopener noreferrer"],
      ["https://doi.org/10.5555/12345678", "noopener noreferrer"],
      ["https://library.example/1", "noopener noreferrer"],
    ]);
    await inspect(page, "tool-result");
    await done(page);
  });

  it("a change is shown before it happens and confirmed one by one", async () => {
    const { page } = await open("tools/library/save", { save: () => proposal() });
    const confirmed = [];
    await page.route("**/api/v1/proposals/p-1/confirm", (route) => {
      confirmed.push(route.request().postDataJSON());
      return route.fulfill({ json: { ...found, kind: undefined, tool: "save", content: [{ kind: "text", text: "Saved." }], structured: null } });
    });
    await page.getByLabel(/^Number of the article/).fill("1");
    await page.getByRole("button", { name: "Show what would change" }).click();
    const shown = page.getByRole("region", { name: "Please confirm" });
    await shown.getByText("Adds a citation to sepsis.bib.").waitFor();
    assert.deepEqual(await shown.locator("ins").allInnerTexts(), ["@article{b}", "09:00"]);
    assert.deepEqual(await shown.locator("del").allInnerTexts(), ["08:00"]);
    assert.match(await shown.innerText(), /for [45]:\d\d more/);
    await inspect(page, "proposal");
    await shown.getByRole("button", { name: "Change the input" }).click();
    await page.waitForFunction(() => document.activeElement.id === "va-tool-id");
    await shown.getByRole("checkbox", { name: /journal club/ }).uncheck();
    await shown.getByRole("button", { name: "Confirm 1 of 2" }).click();
    const after = page.getByRole("region", { name: "Done" });
    await after.getByText("Saved.").waitFor();
    await after.getByText("Left as it was").waitFor();
    assert.deepEqual(confirmed, [{ accepted: [0] }]);
    await inspect(page, "proposal-done");
    await done(page);
  });

  it("what cannot be undone is agreed to by hand, and not after its time", async () => {
    const { page } = await open("tools/library/send", { send: () => proposal({ effect: "irreversible", expires_at: Date.now() + 4_000 }) });
    await page.getByLabel(/^Number of the article/).fill("1");
    await page.getByRole("button", { name: "Show what would change" }).click();
    const shown = page.getByRole("region", { name: "Please confirm" });
    await shown.waitFor();
    assert.ok(await shown.getByRole("button", { name: "Confirm 0 of 2" }).isDisabled());
    await shown.getByText("The time to confirm is over").waitFor();
    assert.equal(await shown.getByRole("button", { name: /^Confirm/ }).count(), 0);
    await inspect(page, "proposal-expired");
    await shown.getByRole("button", { name: "Ask again" }).click();
    await shown.getByRole("button", { name: "Confirm 0 of 2" }).waitFor();
    await done(page);
  });

  it("a change fits a phone, in German too", async () => {
    const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: "de-AT" };
    const { page } = await open("tools/library/save", { save: () => proposal() }, small);
    await page.getByLabel(/^Number of the article/).fill("1");
    await page.getByRole("button", { name: "Zeigen, was sich ändern würde" }).tap();
    await page.getByRole("region", { name: "Bitte bestätigen" }).waitFor();
    await inspect(page, "proposal-small-german");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await done(page);
    await page.context().close();
  });
});
