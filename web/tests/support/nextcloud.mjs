// The Nextcloud double in front of the host: signing in, its menu, and what only its control can do.
import assert from "node:assert/strict";
import { base, done, fresh, watch } from "./browser.mjs";

export const embedded = `${base}index.php/apps/app_api/embedded/voiceassist/main`;
export const files = `${base}index.php/apps/files/`;

/// Does to the double what no page of it can do.
export async function control(op, parameters = {}) {
  const response = await fetch(`${base}_control`, { method: "POST", body: JSON.stringify({ op, ...parameters }) });
  const { ok, result, error } = await response.json();
  assert.ok(ok, `${op}: ${error}`);
  return result;
}

/// A context of its own in which this user is signed in, with a page on their files.
export async function signIn(user, options) {
  const context = await fresh(options);
  const page = await context.newPage();
  watch(page);
  await page.goto(files);
  await page.fill("#user", user);
  await page.fill("#password", user);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator("#upload").waitFor();
  return page;
}

export const leave = async (page) => {
  await done(page);
  await page.context().close();
};

/// Opens the app by Nextcloud's menu.
export async function enter(page, ready = "#va-question") {
  await page.getByRole("navigation", { name: "Applications menu" }).getByRole("link", { name: "VoiceAssist" }).click();
  await page.locator(ready).waitFor();
}
