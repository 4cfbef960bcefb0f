// The page as a clinician uses it, in a real browser against a real host.
//
//   VOICEASSIST_TEST_URL    where the host is, such as http://127.0.0.1:8377/
//   VOICEASSIST_TEST_LOGIN  an unused one-time link of an admin
//   VOICEASSIST_TEST_MODEL_PORT  where the host looks for its remote model
//   VOICEASSIST_TEST_PROGRAM  the host's program, which says a question into a file (optional)
//   VOICEASSIST_TEST_PDF    a long PDF to read (optional)
//   VOICEASSIST_TEST_SHOTS  folder for the screenshots (optional)
//   CHROMIUM                the browser, /usr/bin/chromium by default
import { after, before, describe } from "node:test";
import { close, open } from "./support/browser.mjs";
import answers from "./answers.mjs";
import audit from "./audit.mjs";
import calculators from "./calculators.mjs";
import contexts from "./contexts.mjs";
import conversations from "./conversations.mjs";
import documents from "./documents.mjs";
import keyboard from "./keyboard.mjs";
import models from "./models.mjs";
import network from "./network.mjs";
import panel from "./panel.mjs";
import plugins from "./plugins.mjs";
import retention from "./retention.mjs";
import screens from "./screens.mjs";
import security from "./security.mjs";
import signIn from "./sign-in.mjs";
import tools from "./tools.mjs";
import voice from "./voice.mjs";

describe("in the browser", { concurrency: 1 }, () => {
  before(() => open());
  after(close);
  // In the order of a first visit: later parts ask the documents that earlier ones add.
  signIn();
  documents();
  answers();
  calculators();
  tools();
  plugins();
  audit();
  conversations();
  contexts();
  voice();
  panel();
  network();
  keyboard();
  security();
  retention();
  screens();
  models();
});
