// Starts the page. Every address is relative to this file or to the document, so any prefix a proxy adds is kept.
import init, { start } from "./voiceassist_web.js";

const assets = new URL("./", import.meta.url).href;
const page = new URL("./", document.baseURI).href;
const root = document.getElementById("voiceassist");

try {
  await init({ module_or_path: `${assets}voiceassist_web_bg.wasm` });
  root.replaceChildren();
  start(page, assets, root);
} catch (error) {
  console.error(error);
  root.textContent = "VoiceAssist could not start in this browser. It needs a current Firefox, Chrome, Edge or Safari.";
}
