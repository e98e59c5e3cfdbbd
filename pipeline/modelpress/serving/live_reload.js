// Keeps a page of `modelpress serve` up to date: reloads it after each successful build, and shows
// the error of a failed build over it until it is corrected.
(() => {
  const { dataset, src } = document.currentScript;
  const mark = Symbol.for("modelpress.live");
  if (window[mark]) return; // the theme may have inserted another page into this document
  window[mark] = true;

  const address = new URL(src).pathname.replace(/\.js$/, "");
  const RETRY_MS = 1000;
  const LOOK = `
    :host { all: initial; position: fixed; inset: 0; z-index: 2147483647; color-scheme: light dark; }
    @media print { :host { display: none; } }
    .shade { position: absolute; inset: 0; background: rgb(0 0 0 / 55%); overflow: auto; }
    .box {
      box-sizing: border-box; max-width: 56rem; margin: 2rem auto; padding: 1.25rem 1.5rem;
      border-left: 6px solid #c62828; font: 16px/1.5 system-ui, sans-serif;
      background: #fff; color: #1a1a1a;
    }
    h2 { margin: 0 0 .75rem; font-size: 1.15rem; }
    p { margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
    .where, .found { font-family: ui-monospace, monospace; font-size: .9rem; }
    .where { color: #b71c1c; font-weight: 600; }
    .label { display: block; font: 600 .8rem system-ui, sans-serif; }
    button { margin-top: .75rem; padding: .4rem 1rem; font: inherit; cursor: pointer; }
    button:focus-visible { outline: 3px solid #1565c0; outline-offset: 2px; }
    @media (prefers-color-scheme: dark) {
      .box { background: #1e1e1e; color: #f0f0f0; border-left-color: #ef5350; }
      .where { color: #ff8a80; }
      button:focus-visible { outline-color: #90caf9; }
    }`;
  const LABELS = { found: "Found", expected: "Expected", next_step: "Next" };

  let version = Number(dataset.version);
  let revision = Number(dataset.revision);
  let overlay = null;
  let request = null;

  function hide() {
    overlay?.remove();
    overlay = null;
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function show(error) {
    hide();
    overlay = element("div");
    overlay.id = "modelpress-error";
    const root = overlay.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(LOOK);
    root.adoptedStyleSheets = [sheet];
    const box = element("div", "box");
    box.setAttribute("role", "alert");
    box.lang = "en";
    box.dir = "ltr";
    box.append(element("h2", "", "The site could not be rebuilt"));
    if (error.where) box.append(element("p", "where", error.where));
    box.append(element("p", "what", error.what));
    for (const [name, label] of Object.entries(LABELS)) {
      if (!error[name]) continue;
      const line = element("p", name, "");
      line.append(element("span", "label", label), error[name]);
      box.append(line);
    }
    box.append(element("p", "", "This message disappears once the error is corrected."));
    const close = element("button", "", "Hide (Esc)");
    close.type = "button";
    close.addEventListener("click", hide);
    box.append(close);
    const shade = element("div", "shade");
    root.append(shade);
    document.documentElement.append(overlay);
    shade.append(box); // added last, so that screen readers announce it
  }

  addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !overlay) return;
      event.stopImmediatePropagation();
      hide();
    },
    true,
  );

  async function poll() {
    if (request || document.visibilityState === "hidden") return;
    request = new AbortController();
    const { signal } = request;
    let pause = 0;
    try {
      const response = await fetch(`${address}?version=${version}&revision=${revision}`, { signal });
      if (!response.ok) throw new Error(response.statusText);
      const state = await response.json();
      if (state.version !== version) {
        location.reload();
        return;
      }
      if (state.revision !== revision) {
        revision = state.revision;
        if (state.error) show(state.error);
        else hide();
      }
    } catch {
      if (signal.aborted) return;
      pause = RETRY_MS; // the server has stopped or is restarting
    }
    request = null;
    setTimeout(poll, pause);
  }

  function stop() {
    request?.abort(); // browsers limit connections: hidden tabs release theirs
    request = null;
  }

  document.addEventListener("visibilitychange", () =>
    document.visibilityState === "hidden" ? stop() : poll(),
  );
  addEventListener("pagehide", stop);
  addEventListener("pageshow", poll);
  poll();
})();
