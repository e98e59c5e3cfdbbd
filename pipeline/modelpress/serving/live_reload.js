// Keeps a page that `modelpress serve` serves up to date: reloads it when there is a newer site,
// and shows the error of a rebuild over it until that is mended.
(() => {
  const { dataset, src } = document.currentScript;
  const mark = Symbol.for("modelpress.live");
  if (window[mark]) return; // the theme may have put a second page into this one
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
  let asking = null;

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
    box.append(element("p", "", "This goes away once the error is corrected."));
    const close = element("button", "", "Hide (Esc)");
    close.type = "button";
    close.addEventListener("click", hide);
    box.append(close);
    const shade = element("div", "shade");
    root.append(shade);
    document.documentElement.append(overlay);
    shade.append(box); // after the rest is there: screen readers announce what is added
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

  async function ask() {
    if (asking || document.visibilityState === "hidden") return;
    asking = new AbortController();
    const { signal } = asking;
    let pause = 0;
    try {
      const answer = await fetch(`${address}?version=${version}&revision=${revision}`, { signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const news = await answer.json();
      if (news.version !== version) {
        location.reload();
        return;
      }
      if (news.revision !== revision) {
        revision = news.revision;
        if (news.error) show(news.error);
        else hide();
      }
    } catch {
      if (signal.aborted) return;
      pause = RETRY_MS; // the server is gone, or restarts
    }
    asking = null;
    setTimeout(ask, pause);
  }

  function stop() {
    asking?.abort(); // browsers allow few connections; hidden tabs leave them to others
    asking = null;
  }

  document.addEventListener("visibilitychange", () =>
    document.visibilityState === "hidden" ? stop() : ask(),
  );
  addEventListener("pagehide", stop);
  addEventListener("pageshow", ask);
  ask();
})();
