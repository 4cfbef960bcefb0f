// Starts the voice window: a page of its own, because Nextcloud may allow no microphone in its pages.
import init, { talk } from "./voiceassist_web.js";

const assets = new URL("./", import.meta.url).href;
const page = new URL("./", document.baseURI).href;
const root = document.getElementById("voiceassist");

/// The page that opened this one, while it is there and ours.
function opener() {
  try {
    return window.opener?.document ? window.opener : null;
  } catch {
    return null;
  }
}

/// Takes over colours and font of the page that opened this one, so that themes and high contrast hold here too; and
/// Nextcloud's proof that a request comes from its pages.
function takeOver(other) {
  const given = other.getComputedStyle(other.document.body);
  const names = [
    "main-background", "main-text", "text-maxcontrast", "background-hover", "background-dark", "border", "border-maxcontrast",
    "primary-element", "primary-element-hover", "primary-element-text", "primary-element-light",
    "primary-element-light-hover", "primary-element-light-text",
  ].map((name) => `--color-${name}`);
  const own = document.documentElement;
  for (const name of names.concat("--font-face")) {
    const value = given.getPropertyValue(name).trim();
    if (value) own.style.setProperty(name, value);
  }
  if (given.getPropertyValue("--color-main-background").trim()) own.style.colorScheme = given.colorScheme;
  const proof = other.document.head.dataset.requesttoken;
  if (proof) document.head.dataset.requesttoken = proof;
}

try {
  const other = opener();
  if (other) takeOver(other);
  await init({ module_or_path: `${assets}voiceassist_web_bg.wasm` });
  root.replaceChildren();
  talk(page, assets, root, other?.document.documentElement.lang || navigator.language || "en");
} catch (error) {
  console.error(error);
  root.textContent = "VoiceAssist could not start in this browser. It needs a current Firefox, Chrome, Edge or Safari.";
}
