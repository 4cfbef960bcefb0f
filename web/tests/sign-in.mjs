import assert from "node:assert/strict";
import { describe } from "node:test";
import { base, blank, done, fresh, inspect, it, loginLink, visit } from "./support/browser.mjs";

export default () => describe("signing in", () => {
  it("without a session the page says how to get a link", async () => {
    const context = await fresh();
    const page = await context.newPage();
    await page.goto(base);
    await page.locator(".va-command", { hasText: "voiceassist login" }).waitFor();
    await inspect(page, "sign-in");
    await context.close();
  });

  it("an expired link says so and leaves the address", async () => {
    const context = await fresh();
    const page = await context.newPage();
    await page.goto(`${base}#login=gone`);
    await page.getByText("This link no longer works").waitFor();
    assert.ok(!page.url().includes("login="));
    await inspect(page, "sign-in-expired");
    await context.close();
  });

  it("the printed link opens the empty chat and leaves the address", async () => {
    const page = await blank();
    await page.goto(loginLink());
    await page.getByRole("heading", { name: "What would you like to know?" }).waitFor();
    assert.ok(!page.url().includes("login="));
    await done(page);
  });

  it("the session outlives a reload", async () => {
    const page = await visit();
    await page.reload();
    await page.locator("#va-question").waitFor();
    await inspect(page, "empty");
    await done(page);
  });
});
