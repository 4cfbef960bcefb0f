// The voice window: a page of its own, because Nextcloud allows no microphone in its pages.
const german = /^de\b/i.test(language());

const english = {
  title: "Microphone test",
  purpose: "This window tests whether your browser lets VoiceAssist hear you.",
  notYet: "Talking to VoiceAssist is not built yet. This window only tests the microphone: nothing you say is recorded, kept or sent.",
  begin: "Test the microphone",
  again: "Test again",
  asking: "Your browser now asks for the microphone. Choose “Allow”.",
  speak: "Say a few words",
  device: "Microphone:",
  unnamed: "unnamed microphone",
  level: "Loudness",
  end: "Stop the test",
  close: "Close this window",
  works: "It works.",
  worksDetail: "We hear you. You can close this window.",
  fails: "It does not work.",
  silent: "The microphone is on, but nothing is heard.",
  silentFix: "Check that it is not muted, on the device and in your system’s sound settings, and that the right microphone is chosen in the browser.",
  denied: "The browser does not allow this page the microphone.",
  deniedFix: "Click the symbol beside the address, set “Microphone” to “Allow”, then test again. If that cannot be changed, your organisation’s settings forbid it.",
  none: "No microphone was found.",
  noneFix: "Connect one, or switch it on in your system’s settings, then test again.",
  busy: "The microphone is in use by another program, or the system refuses it.",
  busyFix: "Close other programs that use it, such as a call, then test again. On Windows and macOS the privacy settings must allow the browser the microphone.",
  insecure: "This page was not opened over a secure connection, so browsers give it no microphone.",
  insecureFix: "Open Nextcloud with an address that begins with https://. If there is none, your administrator must set one up.",
  policy: "A setting of the server forbids the microphone on this page.",
  policyFix: "Ask your administrator: the web server in front of Nextcloud must not overwrite the Permissions-Policy header that VoiceAssist sends with this page (microphone=(self)).",
  old: "This browser offers no microphone to web pages.",
  oldFix: "Use a current Firefox, Chrome, Edge or Safari.",
  other: "The browser gave no microphone:",
  otherFix: "Test again. If it stays so, try another browser.",
};

const words = german
  ? {
      title: "Mikrofontest",
      purpose: "Dieses Fenster prüft, ob Ihr Browser VoiceAssist zuhören lässt.",
      notYet: "Mit VoiceAssist zu sprechen ist noch nicht möglich. Dieses Fenster prüft nur das Mikrofon: Nichts, was Sie sagen, wird aufgezeichnet, aufbewahrt oder gesendet.",
      begin: "Mikrofon prüfen",
      again: "Erneut prüfen",
      asking: "Ihr Browser fragt jetzt nach dem Mikrofon. Wählen Sie „Zulassen“.",
      speak: "Sprechen Sie ein paar Worte",
      device: "Mikrofon:",
      unnamed: "Mikrofon ohne Namen",
      level: "Lautstärke",
      end: "Prüfung beenden",
      close: "Fenster schließen",
      works: "Es funktioniert.",
      worksDetail: "Sie sind zu hören. Sie können dieses Fenster schließen.",
      fails: "Es funktioniert nicht.",
      silent: "Das Mikrofon ist an, aber es ist nichts zu hören.",
      silentFix: "Prüfen Sie, ob es am Gerät oder in den Toneinstellungen des Systems stummgeschaltet ist und ob im Browser das richtige Mikrofon gewählt ist.",
      denied: "Der Browser erlaubt dieser Seite das Mikrofon nicht.",
      deniedFix: "Klicken Sie auf das Symbol neben der Adresse, stellen Sie „Mikrofon“ auf „Zulassen“ und prüfen Sie erneut. Lässt sich das nicht ändern, verbieten es die Einstellungen Ihrer Organisation.",
      none: "Es wurde kein Mikrofon gefunden.",
      noneFix: "Schließen Sie eines an oder schalten Sie es in den Systemeinstellungen ein und prüfen Sie erneut.",
      busy: "Das Mikrofon wird von einem anderen Programm verwendet, oder das System verweigert es.",
      busyFix: "Schließen Sie andere Programme, die es verwenden, etwa ein Telefonat, und prüfen Sie erneut. Unter Windows und macOS müssen die Datenschutzeinstellungen dem Browser das Mikrofon erlauben.",
      insecure: "Diese Seite wurde nicht über eine sichere Verbindung geöffnet; Browser geben ihr daher kein Mikrofon.",
      insecureFix: "Öffnen Sie Nextcloud mit einer Adresse, die mit https:// beginnt. Gibt es keine, muss Ihre Administration eine einrichten.",
      policy: "Eine Einstellung des Servers verbietet das Mikrofon auf dieser Seite.",
      policyFix: "Wenden Sie sich an Ihre Administration: Der Webserver vor Nextcloud darf den Header Permissions-Policy, den VoiceAssist mit dieser Seite sendet (microphone=(self)), nicht überschreiben.",
      old: "Dieser Browser bietet Webseiten kein Mikrofon an.",
      oldFix: "Verwenden Sie einen aktuellen Firefox, Chrome, Edge oder Safari.",
      other: "Der Browser gab kein Mikrofon frei:",
      otherFix: "Prüfen Sie erneut. Bleibt es dabei, versuchen Sie einen anderen Browser.",
    }
  : english;

/// Loudness (root mean square, 0 to 1) above which somebody is heard: well above the noise of an open microphone.
const HEARD = 0.02;
/// After this long without it the microphone counts as silent.
const SILENT_MS = 6000;

const element = (id) => document.getElementById(id);
const still = matchMedia("(prefers-reduced-motion: reduce)");
let running = null;

/// The page that opened this one, while it is there and ours.
function opener() {
  try {
    return window.opener?.document ? window.opener : null;
  } catch {
    return null;
  }
}

function language() {
  return opener()?.document.documentElement.lang || navigator.language || "en";
}

/// Takes over colours and font of the page that opened this one, so that themes and high contrast hold here too.
function dress() {
  const other = opener();
  if (!other) return;
  const given = other.getComputedStyle(other.document.body);
  const names = ["main-background", "main-text", "text-maxcontrast", "background-dark", "border-maxcontrast", "primary-element", "primary-element-text", "error-text", "success-text"];
  const root = document.documentElement;
  for (const name of names.map((name) => `--color-${name}`).concat("--font-face")) {
    const value = given.getPropertyValue(name).trim();
    if (value) root.style.setProperty(name, value);
  }
  if (given.getPropertyValue("--color-main-background")) root.classList.add("given");
}

function speak() {
  document.documentElement.lang = german ? "de" : "en";
  document.title = `VoiceAssist: ${words.title}`;
  for (const part of document.querySelectorAll("[data-text]")) part.textContent = words[part.dataset.text];
}

function show(kind, title, ...lines) {
  const box = document.createElement("div");
  box.className = kind;
  const head = document.createElement("strong");
  head.textContent = title;
  box.append(head);
  for (const line of lines) {
    const text = document.createElement("p");
    text.textContent = line;
    box.append(text);
  }
  element("outcome").replaceChildren(box);
}

/// What stands in the way before anybody is asked.
function obstacle() {
  if (!window.isSecureContext) return ["insecure", "insecureFix"];
  if (!navigator.mediaDevices?.getUserMedia) return ["old", "oldFix"];
  if (!allowed()) return ["policy", "policyFix"];
  return null;
}

function allowed() {
  return document.featurePolicy?.allowsFeature("microphone") ?? true;
}

function reason(error) {
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return allowed() ? ["denied", "deniedFix"] : ["policy", "policyFix"];
    case "NotFoundError":
    case "OverconstrainedError":
      return ["none", "noneFix"];
    case "NotReadableError":
    case "AbortError":
      return ["busy", "busyFix"];
    default:
      return null;
  }
}

async function begin() {
  end();
  const known = obstacle();
  if (known) return show("bad", words.fails, ...known.map((name) => words[name]));
  show("", words.asking);
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    const named = reason(error);
    return named
      ? show("bad", words.fails, ...named.map((name) => words[name]))
      : show("bad", words.fails, `${words.other} ${error.name}`, words.otherFix);
  }
  element("outcome").replaceChildren();
  listen(stream);
}

function listen(stream) {
  const [track] = stream.getAudioTracks();
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const begun = performance.now();
  running = { stream, context, frame: 0 };
  let heard = false;
  let silent = false;
  let drawn = 0;
  element("device").textContent = track.label || words.unnamed;
  element("live").hidden = false;
  element("begin").textContent = words.again;
  track.onended = () => {
    end();
    show("bad", words.fails, words.busy, words.busyFix);
  };
  const look = (now) => {
    running.frame = requestAnimationFrame(look);
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    // Four times a second is enough for those who want less motion.
    if (!still.matches || now - drawn > 250) {
      drawn = now;
      // Speech lies between 0.02 and 0.3; the root spreads the low end.
      const share = Math.min(1, Math.sqrt(loudness / 0.3));
      element("bar").style.transform = `scaleX(${share.toFixed(3)})`;
      element("meter").setAttribute("aria-valuenow", String(Math.round(share * 100)));
    }
    if (!heard && loudness > HEARD) {
      heard = true;
      show("good", words.works, worksWith(track));
      opener()?.postMessage({ voiceassist: "microphone ok" }, location.origin);
    } else if (!heard && !silent && performance.now() - begun > SILENT_MS) {
      silent = true;
      show("bad", words.fails, words.silent, words.silentFix);
    }
  };
  running.frame = requestAnimationFrame(look);
  element("end").focus();
}

const worksWith = (track) => `${words.worksDetail} (${track.label || words.unnamed})`;

function end() {
  if (!running) return;
  cancelAnimationFrame(running.frame);
  for (const track of running.stream.getTracks()) track.stop();
  running.context.close();
  running = null;
  element("live").hidden = true;
}

dress();
speak();
element("begin").onclick = begin;
element("end").onclick = () => {
  end();
  element("begin").focus();
};
element("close").onclick = () => window.close();
window.addEventListener("pagehide", end);
const known = obstacle();
if (known) show("bad", words.fails, ...known.map((name) => words[name]));
