// Plugins as IT meets them: what is installed, what each may do, consent, and every way to stop one.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "node:test";
import { ask, base, done, eventually, inspect, it, visit } from "./support/browser.mjs";
import { built, packed, publisher } from "./support/package.mjs";

const ward = publisher("ward-software", 7);

/// Where the author's tool left packages of plugins in other languages.
const authors = process.env.VOICEASSIST_TEST_AUTHORS ?? "";
const madeBy = (language) => existsSync(join(authors, `${language}.vaplugin`));

const row = (page, title) => page.locator(".va-plugin", { has: page.getByRole("link", { name: title, exact: true }) });
const offer = (page, name, buffer) => page.locator("#va-package").setInputFiles({ name, mimeType: "application/zip", buffer });

/// A section of a plugin's page, by its heading.
const part = (page, heading) => page.getByRole("region", { name: heading, exact: true });

/// The titles of the calculators that anybody finds now.
async function calculators(page) {
  const response = await page.request.get(`${base}api/v1/plugins`);
  const { plugins } = await response.json();
  return plugins.flatMap((plugin) => plugin.calculators.map((calculator) => calculator.title));
}

async function switchPlugin(page, id, enabled) {
  const headers = { "x-requested-with": "voiceassist" };
  const response = await page.request.put(`${base}api/v1/admin/plugins/${id}`, { headers, data: { enabled } });
  assert.equal(response.status(), 204);
}

/// Pins the publisher that the refusal of `buffer` names, and installs it.
async function trusted(page, name, buffer) {
  await offer(page, name, buffer);
  const refusal = page.getByRole("alert").filter({ hasText: `${name} was not installed` });
  await refusal.waitFor();
  const words = await refusal.innerText();
  assert.ok(words.includes(ward.fingerprint), words);
  await page.waitForFunction(() => document.activeElement.id === "va-install-outcome");
  return refusal;
}

export default () => describe("plugins", () => {
  it("the admin page leads to all plugins, each with its state, publisher and use", async () => {
    const page = await visit("admin");
    await page.getByRole("link", { name: "Plugins", exact: true }).click();
    await page.getByRole("heading", { name: "Plugins", level: 1 }).waitFor();
    const physiology = row(page, "Physiology");
    await physiology.waitFor();
    assert.match(await physiology.innerText(), /Calculators · version .* · by .* · Came with the program/);
    assert.match(await physiology.innerText(), /Running/);
    await inspect(page, "plugins");
    await physiology.getByRole("link", { name: "Physiology" }).click();
    await page.getByText("cannot reach the network").waitFor();
    assert.match(await part(page, "Where it is from").innerText(), /([0-9a-f]{4} ){7}[0-9a-f]{4}/);
    assert.equal(await page.getByRole("button", { name: "Remove plugin" }).count(), 0);
    await inspect(page, "plugin-calculators");
    await done(page);
  });

  it("the kill switch works with the keyboard, takes the calculators away at once and gives them back", async () => {
    const page = await visit("admin/plugins");
    const kill = page.getByRole("switch", { name: "Physiology" });
    await kill.focus();
    await page.keyboard.press("Space");
    await row(page, "Physiology").getByText("Switched off").waitFor();
    assert.equal(await kill.getAttribute("aria-checked"), "false");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "switch");
    assert.ok(!(await calculators(page)).some((title) => /^body mass index/i.test(title)));
    await page.keyboard.press("Space");
    await row(page, "Physiology").getByText("Running").waitFor();
    assert.ok((await calculators(page)).some((title) => /^body mass index/i.test(title)));
    await done(page);
  });

  it("a single calculator is switched off and the others stay", async () => {
    const page = await visit("admin/plugins/physiology");
    const one = part(page, "Calculators and tools").getByRole("switch", { name: /^body mass index/i });
    await one.click();
    await eventually(async () => (await one.getAttribute("aria-checked")) === "false", "it is off");
    const left = await calculators(page);
    assert.ok(!left.some((title) => /^body mass index/i.test(title)) && left.some((title) => /arterial pressure/i.test(title)));
    await one.click();
    await eventually(async () => (await one.getAttribute("aria-checked")) === "true", "it is on");
    await done(page);
  });

  it("a file that is no package is refused in the server's words", async () => {
    const page = await visit("admin/plugins");
    await row(page, "Physiology").waitFor();
    await offer(page, "letter.vaplugin", Buffer.from("Dear colleague"));
    const refusal = page.getByRole("alert").filter({ hasText: "letter.vaplugin was not installed" });
    await refusal.getByText("no plugin package").waitFor();
    assert.equal(await refusal.getByRole("button").count(), 0);
    await done(page);
  });

  it("a package dropped on the page is installed, not added as a document", async () => {
    const page = await visit("admin/plugins");
    await row(page, "Physiology").waitFor();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["no package"], "dropped.vaplugin"));
      return transfer;
    });
    await page.dispatchEvent("body", "dragenter", { dataTransfer: data });
    await page.getByText("Drop the package to install it").waitFor();
    await page.dispatchEvent("body", "drop", { dataTransfer: data });
    await page.getByRole("alert").filter({ hasText: "dropped.vaplugin was not installed" }).waitFor();
    await done(page);
  });

  it("an unknown publisher is refused with the fingerprint; pinned, its package runs, is counted and can be removed", { skip: !built("physiology") }, async () => {
    const page = await visit("admin/plugins");
    await row(page, "Physiology").waitFor();
    // The copy's calculators have the names of those it was made from.
    await switchPlugin(page, "physiology", false);
    const copy = packed("physiology", ward, (manifest) =>
      manifest.replace('id = "physiology"', 'id = "vitals"').replace('title = "Physiology"', 'title = "Vital signs"'));
    const refusal = await trusted(page, "vitals.vaplugin", copy);
    await inspect(page, "plugin-untrusted");
    await refusal.getByRole("button", { name: "Fill in this publisher" }).click();
    await page.waitForFunction(() => document.activeElement.id === "va-publisher-name");
    assert.equal(await page.inputValue("#va-publisher-key"), ward.key);
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await page.locator("#va-pinned", { hasText: ward.fingerprint }).waitFor();
    await offer(page, "vitals.vaplugin", copy);
    const outcome = page.locator("#va-install-outcome");
    await outcome.getByText("is installed and runs").waitFor();
    await outcome.getByRole("link").click();
    await page.getByRole("heading", { name: "Vital signs", level: 1 }).waitFor();
    await page.getByText("It was never called.").waitFor();

    const headers = { "x-requested-with": "voiceassist" };
    const data = { arguments: { "systolic-bp": 120, "diastolic-bp": 60 } };
    const called = await page.request.post(`${base}api/v1/calculators/mean-arterial-pressure`, { headers, data });
    assert.equal(called.status(), 200);
    await eventually(async () => {
      await page.locator("section", { has: page.locator("#va-plugin-calls") }).getByRole("button", { name: "Refresh" }).click();
      return (await page.locator(".va-log tbody tr").count()) > 0;
    }, "the call is in the log");
    assert.match(await page.locator(".va-log tbody tr").first().innerText(), /mean-arterial-pressure.*ms\s+done/s);
    await eventually(async () => /Calls\s+1\b/.test(await part(page, "Use").innerText()), "the call is counted");
    await inspect(page, "plugin-called");

    await page.getByRole("button", { name: "Remove plugin" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("This cannot be undone").waitFor();
    await inspect(page, "plugin-remove");
    await dialog.getByRole("button", { name: "Remove plugin" }).click();
    await page.getByRole("heading", { name: "Plugins", level: 1 }).waitFor();
    await row(page, "Vital signs").waitFor({ state: "detached" });
    await switchPlugin(page, "physiology", true);
    await done(page);
  });

  it("plugins in JavaScript and Python, made by the author's tool, are installed and called from chat", { skip: !madeBy("js") && !madeBy("py") }, async () => {
    const page = await visit("admin/plugins");
    const pinned = readFileSync(join(authors, "clinic.publisher.toml"), "utf8");
    await page.fill("#va-publisher-name", "clinic");
    await page.fill("#va-publisher-key", pinned.match(/key = "([0-9a-f]{64})"/)[1]);
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await page.locator("#va-pinned", { hasText: "clinic" }).waitFor();
    const examples = [
      ["js", "abcd2", "ABCD2 score for a 72-year-old, systolic 150 mmHg, diastolic 80 mmHg, speech impairment without weakness, duration 2 h", 5],
      ["py", "winters", "Winters: bicarbonate 12 mmol/L", 26],
    ];
    for (const [language, id, question, value] of examples.filter(([language]) => madeBy(language))) {
      await offer(page, `${language}.vaplugin`, readFileSync(join(authors, `${language}.vaplugin`)));
      // A component that holds all of Python takes its time to be compiled.
      await page.getByText(`${id} 0.1.0 is installed and runs`).waitFor({ timeout: 150_000 });
      const asking = await visit();
      const article = await ask(asking, question);
      assert.equal(parseFloat(await article.locator(".va-finding-value").first().innerText()), value);
      assert.match(await article.locator(".va-provenance").innerText(), /Version 1\.0\.0/);
      await inspect(asking, `plugin-in-chat-${language}`);
      await done(asking);
    }
    await done(page);
  });

  it("a plugin that reaches outside waits for consent; each permission can be refused, and a wider version asks again", { skip: !built("pubmed") }, async () => {
    const page = await visit("admin/plugins");
    await row(page, "Physiology").waitFor();
    const renamed = (manifest) => manifest.replace('id = "pubmed"', 'id = "library"').replace('title = "PubMed"', 'title = "Library"');
    await offer(page, "library.vaplugin", packed("pubmed", ward, renamed));
    const outcome = page.locator("#va-install-outcome");
    await outcome.waitFor();
    assert.match(await outcome.innerText(), /waits for your decision/);
    await outcome.getByRole("link", { name: "Read and decide" }).click();
    await page.getByRole("heading", { name: "Library", level: 1 }).waitFor();
    await inspect(page, "plugin-waiting");
    const decide = page.getByRole("button", { name: "Read and decide" });
    await decide.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: /^Allow Library/ }).waitFor();
    assert.match(await dialog.innerText(), new RegExp(ward.fingerprint));
    await inspect(page, "plugin-consent");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.waitForFunction(() => document.activeElement.id === "va-plugin-decide");
    await decide.click();
    await dialog.getByRole("checkbox", { name: /folder/ }).uncheck();
    await dialog.getByRole("button", { name: "Allow and switch on" }).click();
    await page.locator(".va-page-head").getByText("Running").waitFor();

    const permissions = part(page, "Permissions").locator("li");
    const folder = permissions.filter({ hasText: "literature" });
    await folder.getByText("Not allowed").waitFor();
    const origin = permissions.filter({ hasText: "https://" });
    await origin.getByRole("button", { name: /^Take away/ }).click();
    await origin.getByText("Not allowed").waitFor();
    await page.waitForFunction(() => /^Allow:/.test(document.activeElement.getAttribute("aria-label") ?? ""));
    await inspect(page, "plugin-revoked");
    await origin.getByRole("button", { name: /^Allow/ }).click();
    await origin.getByText("Allowed", { exact: true }).waitFor();
    // A secret went with the only place that may get it; it does not come back by itself.
    const credential = permissions.filter({ hasText: "ncbi-key" });
    await credential.getByText("Not allowed").waitFor();
    await credential.getByRole("button", { name: /^Allow/ }).click();
    await credential.getByText("Allowed", { exact: true }).waitFor();

    const secret = part(page, "Secrets");
    await secret.getByText("Not set").waitFor();
    await secret.getByRole("textbox").or(secret.locator("input")).first().fill("a-secret-of-the-ward");
    await secret.getByRole("button", { name: /^Save/ }).click();
    await secret.getByText("Set", { exact: true }).waitFor();
    assert.equal(await secret.locator("input").inputValue(), "");
    assert.ok(!(await page.content()).includes("a-secret-of-the-ward"));
    await secret.getByRole("button", { name: /^Remove/ }).click();
    await secret.getByText("Not set").waitFor();

    const wider = (manifest) => renamed(manifest)
      .replace('version = "0.1.0"', 'version = "0.2.0"')
      .replace("[[http]]", '[[http]]\norigin = "https://www.ebi.ac.uk"\n\n[[http]]');
    await page.goto(`${base}#/admin/plugins`);
    await offer(page, "library.vaplugin", packed("pubmed", ward, wider));
    await outcome.getByText("0.2.0 is installed and waits").waitFor();
    await outcome.getByRole("link", { name: "Read and decide" }).click();
    await decide.click();
    await dialog.getByRole("heading", { name: "New since version 0.1.0" }).waitFor();
    assert.ok(!(await dialog.getByRole("checkbox", { name: /literature/ }).isChecked()), "what was refused stays refused");
    assert.ok(await dialog.getByRole("checkbox", { name: /ebi/ }).isChecked());
    await inspect(page, "plugin-consent-upgrade");
    await dialog.getByRole("button", { name: "Allow and update to 0.2.0" }).click();
    await page.getByText("Tools · version 0.2.0").waitFor();
    await page.getByRole("button", { name: "Back to version 0.1.0" }).click();
    await page.getByText("Tools · version 0.1.0").waitFor();
    await page.getByRole("button", { name: "Remove plugin" }).click();
    await dialog.getByRole("button", { name: "Remove plugin" }).click();
    await row(page, "Library").waitFor({ state: "detached" });
    await done(page);
  });

  it("a publisher that is removed is asked about first, and is gone then", { skip: !built("physiology") }, async () => {
    const page = await visit("admin/plugins");
    await page.getByRole("button", { name: "Remove: ward-software" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Its plugins stop at once").waitFor();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("button", { name: "Remove: ward-software" }).waitFor({ state: "detached" });
    await done(page);
  });
});
