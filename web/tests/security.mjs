// Second factor, sessions, users: as their owner and as an admin.
import assert from "node:assert/strict";
import { describe } from "node:test";
import { base, done, fresh, inspect, it, picture, visit } from "./support/browser.mjs";
import { codeOf } from "./support/second-factor.mjs";

const small = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const problem = (status, kind, title) => ({
  status, contentType: "application/problem+json", body: JSON.stringify({ type: `/problems/${kind}`, title, status }),
});

export default () => describe("security", () => {
  it("a second factor is set up with a picture and a first code, and gives recovery codes once", async () => {
    const page = await visit("security");
    await page.getByText("Not set up").waitFor();
    await inspect(page, "security");
    await page.getByRole("button", { name: "Set up" }).press("Enter");
    await page.getByRole("img", { name: "QR code of the secret" }).waitFor();
    await page.waitForFunction(() => document.activeElement.id === "va-first-code");
    await inspect(page, "security-enrol");
    const secret = (await page.locator(".va-factor .va-command").innerText()).replaceAll(" ", "");
    await page.keyboard.type("000000");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "does not count" }).waitFor();
    await page.keyboard.type(codeOf(secret));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
    assert.equal(await page.locator(".va-codes li").count(), 10);
    await inspect(page, "security-codes");
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByText("10 recovery codes left").waitFor();
    await page.getByText("This one").waitFor();
    await inspect(page, "security-on");
    await done(page);
  });

  it("what needs a fresh code asks for it in its place", async () => {
    const page = await visit("security");
    let refused = false;
    await page.route("**/api/v1/auth/second-factor", (route) => {
      if (route.request().method() !== "DELETE" || refused) return route.fallback();
      refused = true;
      return route.fulfill(problem(403, "second-factor-needed", "A code of your second factor is needed"));
    });
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("at most five minutes old").waitFor();
    await page.waitForFunction(() => document.activeElement.id === "va-code-for-removal");
    await inspect(page, "security-code");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("Not set up").waitFor();
    await done(page);
  });

  it("a session that waits for its second factor shows nothing else", async () => {
    const page = await visit("chat", {});
    await page.route("**/api/v1/session", (route) => route.fulfill({
      json: { user: { id: "1", name: "anna", role: "admin" }, expires_at: null, nextcloud: false, can_ask: true, needs_second_factor: true },
    }));
    await page.reload();
    await page.getByText("enter a code of your second factor").waitFor();
    assert.equal(await page.locator("#app-content").count(), 0);
    await inspect(page, "sign-in-second-factor");
    await page.close();
  });

  it("a session that is over says why", async () => {
    const context = await fresh();
    const page = await context.newPage();
    await page.route("**/api/v1/session", (route) => route.fulfill(problem(401, "signed-out", "You are not signed in")));
    await page.route("**/api/v1/session/refresh", (route) => route.fulfill(problem(401, "session-idle", "Your session has ended")));
    await page.goto(base);
    await page.getByText("Nothing was done in it for a while").waitFor();
    await inspect(page, "sign-in-idle");
    await context.close();
  });

  it("an access token that has expired is replaced without anyone noticing", async () => {
    const page = await visit("documents");
    const cookies = await page.context().cookies();
    await page.context().clearCookies({ name: "voiceassist_session" });
    assert.ok(cookies.some((cookie) => cookie.name === "voiceassist_refresh"));
    await page.goto(`${base}#/calculators`);
    await page.reload();
    await page.getByRole("heading", { name: "Calculators", level: 1 }).waitFor();
    const now = await page.context().cookies();
    assert.ok(now.some((cookie) => cookie.name === "voiceassist_session" && cookie.httpOnly));
    await done(page);
  });

  it("an admin sees users and sessions, and the last admin stays one", async () => {
    const page = await visit("admin");
    await page.getByRole("link", { name: "Users and roles" }).click();
    await page.getByRole("heading", { name: "Users and roles", level: 1 }).waitFor();
    const role = page.getByRole("combobox", { name: "Role of admin" });
    await role.waitFor();
    await inspect(page, "users");
    await role.selectOption("viewer");
    await page.getByText("Nobody would be left who administers").waitFor();
    await page.waitForFunction(() => document.querySelector(".va-table select").value === "admin");
    await page.getByRole("searchbox", { name: "Search users" }).fill("nobody of this name");
    await page.getByText("No user’s name has that in it.").waitFor();
    await done(page);
  });

  it("360 pixels and German hold both pages", async () => {
    for (const [path, title] of [["security", "Sicherheit"], ["admin/users", "Benutzer und Rollen"]]) {
      const page = await visit(path, { ...small, locale: "de-DE" });
      await page.getByRole("heading", { name: title, level: 1 }).waitFor();
      await page.locator(".va-endpoints li").first().waitFor();
      assert.equal(await overflow(page), 0, path);
      await picture(page, `small-german-${path.replace("/", "-")}`);
      await page.context().close();
    }
  });
});
