// One browser for all tests; one signed-in context, because a one-time link signs in once.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { it as test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const need = (name) => {
  const value = process.env[name];
  assert.ok(value, `set ${name}`);
  return value;
};
/// The host itself, or the Nextcloud in front of it.
export const base = (process.env.VOICEASSIST_TEST_URL ?? need("VOICEASSIST_TEST_NEXTCLOUD")).replace(/\/?$/, "/");
const shots = process.env.VOICEASSIST_TEST_SHOTS;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  // A microphone that beeps once a second; asked for, it is given without a dialog.
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
];
/// Milliseconds after which a step counts as broken: generous, for two busy cores.
export const patience = Number(process.env.VOICEASSIST_TEST_PATIENCE ?? 60_000);

let browser;
let context;

const launch = (further) => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...flags, ...further] });

export async function open(further = []) {
  if (shots) mkdirSync(shots, { recursive: true });
  browser = await launch(further);
  context = await fresh();
}

export async function close() {
  await browser?.close();
}

/// A test whose failure also says what each open page showed then.
export const it = (name, ...given) => test(name, ...given.slice(0, -1), async (t) => {
  try {
    await given.at(-1)(t);
  } catch (error) {
    for (const page of (browser?.contexts() ?? []).flatMap((one) => one.pages())) {
      const shown = await page.locator("#app-content, body").first().innerText({ timeout: 2_000 }).catch(String);
      error.message += `\n${page.url()} showed: ${shown.slice(0, 1_500)}\nand reported: ${page.reported ?? ""}`;
    }
    throw error;
  }
});

/// A browser context of its own, without the session.
export async function fresh(options = {}) {
  const made = await browser.newContext({ viewport: { width: 1400, height: 900 }, permissions: ["clipboard-read", "clipboard-write"], ...options });
  made.setDefaultTimeout(patience);
  return made;
}

/// A browser of its own with the session and further flags; `close` ends it.
export async function another(further) {
  const own = await launch(further);
  const made = await own.newContext({ viewport: { width: 1400, height: 900 }, storageState: await copied() });
  made.setDefaultTimeout(patience);
  return { context: made, close: () => own.close() };
}

export const loginLink = () => need("VOICEASSIST_TEST_LOGIN");

/// An empty page of the context that all tests share.
export async function blank() {
  const page = await context.newPage();
  watch(page);
  return page;
}

/// A page of the signed-in user at `#/path`. What the page reports as an error fails the test that calls `errors`.
export async function visit(path = "chat", options) {
  const within = options ? await fresh({ ...options, storageState: await copied() }) : context;
  const page = await within.newPage();
  watch(page);
  await page.goto(`${base}#/${path}`);
  await page.waitForSelector("#app-content");
  return page;
}

/// The session for another context, without what would replace its tokens: two that replace them look like theft.
async function copied() {
  if (process.env.VOICEASSIST_TEST_URL) {
    await context.request.post(`${base}api/v1/session/refresh`, { headers: { "x-requested-with": "voiceassist" } });
  }
  const state = await context.storageState();
  return { ...state, cookies: state.cookies.filter((cookie) => cookie.name !== "voiceassist_refresh") };
}

export function watch(page) {
  page.reported = [];
  page.on("pageerror", (error) => page.reported.push(String(error)));
  page.on("console", (message) => {
    // A refused request is reported by the browser itself; the page shows it to the reader.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.reported.push(message.text());
  });
}

export async function done(page) {
  assert.deepEqual(page.reported, []);
  await page.close();
}

/// Asks and waits for the answer; returns its article.
export async function ask(page, question) {
  const before = await page.locator("article.va-turn").count();
  await page.fill("#va-question", question);
  await page.press("#va-question", "Enter");
  return answered(page, before);
}

/// The article after the first `before` ones, once its answer is complete.
export async function answered(page, before) {
  const article = page.locator("article.va-turn").nth(before);
  await article.waitFor();
  await article.locator('.va-answer[aria-busy="false"]').waitFor();
  return article;
}

/// Asks until `holds` says yes. `waitForFunction` would take the promise of an asynchronous test for a yes.
export async function eventually(holds, what) {
  const end = Date.now() + patience;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `never: ${what}`);
    await sleep(50);
  }
}

/// Checks the page with axe-core in light and dark, and keeps a picture of each.
export async function inspect(page, name) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await picture(page, `${name}-${scheme}`);
    const violations = await examine(page);
    assert.deepEqual(violations, [], `${name}, ${scheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/// Checks our part of a page that is not ours, in the colours it has, and keeps a picture.
export async function inspectWithin(page, name) {
  await picture(page, name);
  assert.deepEqual(await examine(page, "#voiceassist"), [], name);
}

async function examine(page, within) {
  await page.evaluate(axe);
  return page.evaluate(async (within) => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const part = within ? document.querySelector(within) : document;
    const report = await globalThis.axe.run(part, { runOnly: { type: "tag", values: tags } });
    return report.violations.map((found) => ({
      rule: found.id,
      help: found.help,
      where: found.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary.split("\n")[1]?.trim()}`),
    }));
  }, within);
}

export async function picture(page, name) {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}
