/**
 * On every page of a site that can be taken offline: registers the service worker, keeps the page that is open,
 * says in the footer what is kept, and offers a newer version when one is ready. It is the one script of every page,
 * so wide code is made reachable here, too.
 */
import { OfflineControl } from "./control";
import { keepReachable } from "../core/observe-size";
import { address, megabytes, type Kept, type Wish } from "./listing";
import { forgetUnchosen } from "./unchosen";

const ROOT = new URL("../../", import.meta.url); // the script lies in assets/modelpress/
const PAGE = address(location.href.replace(/[?#].*$/, "").slice(ROOT.href.length)).replace(/index\.html$/, "");

type Listener = (kept: Kept) => void;
const listeners = new Set<Listener>();

/** Asks the active worker, once there is one; false where this browser has none for this page. */
async function ask(wish: Wish): Promise<boolean> {
  const registration = await ready;
  registration?.active?.postMessage(wish);
  return Boolean(registration?.active);
}

/** Resolves when a worker answers for this site; null where the browser lets none. */
const ready: Promise<ServiceWorkerRegistration | null> = (async () => {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined; // none in an insecure context
  if (!container || location.protocol === "file:") return null;
  try {
    const registration = await container.register(new URL("sw.js", ROOT), { updateViaCache: "none" });
    offerUpdates(registration, container);
    return await container.ready;
  } catch {
    return null; // private windows and some settings refuse it: the page goes on online
  }
})();

function offerUpdates(registration: ServiceWorkerRegistration, container: ServiceWorkerContainer): void {
  const controlled = container.controller !== null;
  let asked = false;
  const offer = (): void => {
    if (!registration.waiting || !container.controller) return;
    const { waiting } = registration;
    notice("A newer version of this site is ready.", "Reload", () => {
      asked = true;
      waiting.postMessage({ type: "update" } satisfies Wish);
    });
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  offer();
  container.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (controlled) notice("Another tab has brought a newer version of this site.", "Reload", () => { location.reload(); });
  });
}

/** A bar at the bottom that stays until it is answered. */
function notice(words: string, verb: string, act: () => void): void {
  document.querySelector(".mp-update")?.remove();
  const bar = Object.assign(document.createElement("div"), { className: "mp-update" });
  bar.setAttribute("role", "status");
  const button = (text: string, press: () => void): HTMLButtonElement => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "mp-button", textContent: text });
    made.addEventListener("click", press);
    return made;
  };
  bar.append(words, button(verb, act), button("Later", () => { bar.remove(); }));
  document.body.append(bar);
}

/** One line in the footer: what is kept, and where to change that. */
function footer(kept: Kept): void {
  const place = document.querySelector(".md-copyright");
  if (!place) return;
  const line = place.querySelector<HTMLElement>(".mp-kept-here") ?? Object.assign(document.createElement("div"), { className: "mp-kept-here" });
  const what = kept.page ? "This page works without a connection." : "";
  const size = kept.files ? ` ${megabytes(kept.bytes)} of this site are kept on this device.` : "";
  line.textContent = `${what}${size} `;
  const control = document.querySelector<HTMLLinkElement>('link[rel="modelpress-offline"]');
  if (control && size) line.append(Object.assign(document.createElement("a"), { href: control.href, textContent: "Manage" }));
  place.append(line);
}

function begin(): void {
  forgetUnchosen();
  keepReachable(document.querySelectorAll("pre > code"));
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  container?.addEventListener("message", ({ data }: MessageEvent<Kept>) => {
    if (data.type !== "kept") return;
    if (data.page) document.documentElement.dataset["offline"] = "kept";
    footer(data);
    for (const listener of listeners) listener(data);
  });
  container?.startMessages();
  OfflineControl.ask = ask;
  OfflineControl.listeners = listeners;
  OfflineControl.root = ROOT;
  if (!customElements.get("modelpress-offline")) customElements.define("modelpress-offline", OfflineControl);
  void ask({ type: "visit", page: PAGE });
}

// Once the page's own files are under way: keeping them must not slow the first answer.
if (document.readyState === "complete") begin();
else window.addEventListener("load", begin, { once: true });
