// Starts VoiceAssist inside Nextcloud's page: a classic script, because that is all Nextcloud puts there. Before it
// stands `window.VOICEASSIST = { app, assets }`.
(() => {
  const { app, assets } = window.VOICEASSIST ?? {};
  const script = document.currentScript?.src ?? "";
  const german = /^de\b/i.test(document.documentElement.lang.replace("_", "-"));
  const PING_MS = 2000;
  /// Events this much apart have not been held back.
  const APART_MS = 300;

  const say = german
    ? {
        starting: "VoiceAssist wird geladen …",
        failed: "VoiceAssist konnte nicht geladen werden.",
        tell: "Bitte geben Sie diese Meldung an Ihre Nextcloud-Administration weiter:",
        again: "Neu laden",
        php: (status) => `Nextcloud erreicht VoiceAssist über seinen eigenen Proxy nicht (${status}). Zu prüfen: Läuft VoiceAssist? Sind AppAPI und VoiceAssist aktiviert (occ app_api:app:list)? Stimmt der Deploy-Daemon (occ app_api:daemon:list)?`,
        file: (name, status) => `VoiceAssist antwortet, aber die Datei ${name} kommt nicht an (${status}). Zu prüfen: nginx braucht „location ^~ /exapps/“ mit ^~, damit Dateien mit der Endung .js weitergeleitet werden.`,
        browser: (reason) => `Die Dateien kamen an, aber dieser Browser konnte sie nicht ausführen (${reason}). VoiceAssist braucht einen aktuellen Firefox, Chrome, Edge oder Safari; WebAssembly darf nicht abgeschaltet sein.`,
        incomplete: "ui/boot.js kam ohne die Angaben an, die VoiceAssist ihm voranstellt. Zu prüfen: VoiceAssist neu aktivieren (occ app_api:app:disable voiceassist, dann enable).",
        silent: "keine Antwort", status: (code) => `Status ${code}`,
      }
    : {
        starting: "Loading VoiceAssist …",
        failed: "VoiceAssist could not be loaded.",
        tell: "Please pass this message on to your Nextcloud administrator:",
        again: "Reload",
        php: (status) => `Nextcloud does not reach VoiceAssist through its own proxy (${status}). To check: Is VoiceAssist running? Are AppAPI and VoiceAssist enabled (occ app_api:app:list)? Is the deploy daemon right (occ app_api:daemon:list)?`,
        file: (name, status) => `VoiceAssist answers, but the file ${name} does not arrive (${status}). To check: nginx needs “location ^~ /exapps/” with ^~, so that files ending in .js are passed on.`,
        browser: (reason) => `The files arrived, but this browser could not run them (${reason}). VoiceAssist needs a current Firefox, Chrome, Edge or Safari, and WebAssembly must not be switched off.`,
        incomplete: "ui/boot.js arrived without what VoiceAssist puts before it. To check: enable VoiceAssist anew (occ app_api:app:disable voiceassist, then enable).",
        silent: "no answer", status: (code) => `status ${code}`,
      };

  /// Nextcloud's path: empty, or such as "/cloud".
  function webroot() {
    const known = window.OC?.webroot ?? window._oc_webroot;
    if (typeof known === "string") return known;
    for (const path of [location.pathname, script && new URL(script).pathname]) {
      const at = /^(.*?)(?:\/index\.php)?\/apps\/app_api\//.exec(path || "");
      if (at) return at[1];
    }
    return "";
  }

  const absolute = (path) => new URL(path, location.origin).href;
  const harp = absolute(`${webroot()}/exapps/${app}/`);
  const php = absolute(`${webroot()}/index.php/apps/app_api/proxy/${app}/`);

  /// Whether VoiceAssist itself answers under `base`, and else why not.
  async function ping(base) {
    try {
      const response = await fetch(`${base}public/ping`, { signal: AbortSignal.timeout(PING_MS), credentials: "same-origin" });
      if (!response.ok) return say.status(response.status);
      return (await response.json()).app === app ? "" : say.silent;
    } catch {
      return say.silent;
    }
  }

  /// Whether parts of an answer arrive as they are sent.
  async function probe(base) {
    const key = `voiceassist.streams ${base}`;
    try {
      const known = sessionStorage.getItem(key);
      if (known) return known === "yes";
    } catch { /* A browser that keeps nothing is asked each time. */ }
    let streams = false;
    try {
      const reader = (await fetch(`${base}public/stream`, { credentials: "same-origin" })).body.getReader();
      let first = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (value.length && !first) first = performance.now();
      }
      streams = first > 0 && performance.now() - first > APART_MS;
    } catch {
      return false;
    }
    try {
      sessionStorage.setItem(key, streams ? "yes" : "no");
    } catch { /* The same. */ }
    return streams;
  }

  function style(address) {
    return new Promise((resolve) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = address;
      link.onload = () => resolve(link);
      link.onerror = () => {
        link.remove();
        resolve(null);
      };
      document.head.append(link);
    });
  }

  /// Loads everything from under `base`; throws when the module does not arrive.
  async function load(base) {
    const folder = base + assets;
    const styles = Promise.all(["style.css", "chat.css", "viewer.css", "plugins.css", "voice.css", "nextcloud.css"].map((name) => style(folder + name)));
    const module = await import(`${folder}voiceassist_web.js`);
    return { base, folder, module, styles };
  }

  /// Why a file did not arrive.
  async function arrival(address) {
    try {
      const response = await fetch(address, { credentials: "same-origin" });
      return response.ok ? response.headers.get("content-type") ?? "?" : say.status(response.status);
    } catch {
      return say.silent;
    }
  }

  function explain(root, text) {
    const lines = [say.failed, say.tell, text].map((line) => {
      const element = document.createElement("p");
      element.textContent = line;
      return element;
    });
    const again = document.createElement("button");
    again.className = "va-button primary";
    again.textContent = say.again;
    again.onclick = () => location.reload();
    root.setAttribute("role", "alert");
    Object.assign(root.style, { display: "flex", flexDirection: "column", alignItems: "flex-start", gap: "12px", padding: "24px", overflow: "auto", overflowWrap: "anywhere", background: "var(--color-main-background)", flex: "1" });
    root.replaceChildren(...lines, again);
  }

  async function start(content) {
    const root = document.createElement("div");
    root.id = "voiceassist";
    root.className = "va-within";
    root.textContent = say.starting;
    content.replaceChildren(root);
    if (!app || !assets) return explain(root, say.incomplete);

    const viaHarp = (await ping(harp)) === "";
    let loaded;
    try {
      loaded = await load(viaHarp ? harp : php);
    } catch (error) {
      console.error(error);
      // A web server may keep files ending in .js from HaRP; Nextcloud's own proxy passes them.
      loaded = viaHarp ? await load(php).catch(() => null) : null;
    }
    if (!loaded) {
      const refused = await ping(php);
      if (refused) return explain(root, say.php(refused));
      return explain(root, say.file("voiceassist_web.js", await arrival(`${php}${assets}voiceassist_web.js`)));
    }
    const { base, folder, module, styles } = loaded;
    const streams = probe(base);
    try {
      await module.default({ module_or_path: `${folder}voiceassist_web_bg.wasm` });
      await styles;
      root.replaceChildren();
      module.start(base, folder, root, { app, webroot: webroot(), streams });
    } catch (error) {
      console.error(error);
      explain(root, say.browser(error?.message ?? String(error)));
    }
  }

  function begin() {
    // Nextcloud's own frame, of which the template's is a copy inside.
    const content = document.querySelector("#content");
    if (content) start(content);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
