// An authenticator app, and a second factor that is there for one test.
import { createHmac } from "node:crypto";
import { done, visit } from "./browser.mjs";

/// The code that an authenticator app shows for a secret now (RFC 6238).
export function codeOf(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const tag = createHmac("sha1", key).update(step).digest();
  const offset = tag.at(-1) & 0xf;
  return String((tag.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/// Sets up a second factor, whose first code counts for five minutes, does `work`, and removes it.
export async function withSecondFactor(work) {
  const page = await visit("security");
  await page.getByRole("button", { name: "Set up" }).click();
  const secret = (await page.locator(".va-factor .va-command").innerText()).replaceAll(" ", "");
  await page.keyboard.type(codeOf(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await work();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("Not set up").waitFor();
  await done(page);
}
