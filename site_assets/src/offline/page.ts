/**
 * The script of every page on a site with an offline copy. It registers the service worker, caches the current page when
 * it rests, shows the cache status in the footer, and offers a newer version. It also makes wide code blocks focusable, because
 * no other script is on every page.
 */
import { OfflineControl } from "./control";
import { keepReachable } from "../core/observe-size";
import { address, megabytes, type CacheStatus, type WorkerRequest } from "./listing";
import { idle, loaded, rested } from "../core/rest";
import { savesData } from "../core/save-data";
import { removeDefaultScheme } from "./unchosen";

const ROOT = new URL("../../", import.meta.url); // the script lies in assets/modelpress/
const PAGE = address(location.href.replace(/[?#].*$/, "").slice(ROOT.href.length)).replace(/index\.html$/, "");

type Listener = (status: CacheStatus) => void;
const listeners = new Set<Listener>();

/** Sends a request to the service worker when it is active; returns false if the browser does not allow one. */
async function send(request: WorkerRequest): Promise<boolean> {
  const registration = await (ready ??= register());
  registration?.active?.postMessage(request);
  return Boolean(registration?.active);
}

let ready: Promise<ServiceWorkerRegistration | null> | null = null;

/** Resolves when a service worker is active for this site; null if the browser does not allow one. */
async function register(): Promise<ServiceWorkerRegistration | null> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined; // none in an insecure context
  if (!container || location.protocol === "file:") return null;
  try {
    const registration = await container.register(new URL("sw.js", ROOT), { updateViaCache: "none" });
    offerUpdates(registration, container);
    return await container.ready;
  } catch {
    return null; // forbidden in private windows and by some settings: the page still works online
  }
}

function offerUpdates(registration: ServiceWorkerRegistration, container: ServiceWorkerContainer): void {
  const controlled = container.controller !== null;
  let accepted = false;
  const offer = (): void => {
    if (!registration.waiting || !container.controller) return;
    const { waiting } = registration;
    notice("A newer version of this site is ready.", "Reload", () => {
      accepted = true;
      waiting.postMessage({ type: "update" } satisfies WorkerRequest);
    });
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", offer);
  });
  offer();
  container.addEventListener("controllerchange", () => {
    if (accepted) location.reload();
    else if (controlled) notice("Another tab has loaded a newer version of this site.", "Reload", () => { location.reload(); });
  });
}

/** Shows a bar at the bottom of the page, until the reader clicks one of its buttons. */
function notice(words: string, verb: string, act: () => void): void {
  document.querySelector(".mp-update")?.remove();
  const bar = Object.assign(document.createElement("div"), { className: "mp-update" });
  bar.setAttribute("role", "status");
  const button = (text: string, action: () => void): HTMLButtonElement => {
    const element = Object.assign(document.createElement("button"), { type: "button", className: "mp-button", textContent: text });
    element.addEventListener("click", action);
    return element;
  };
  bar.append(words, button(verb, act), button("Later", () => { bar.remove(); }));
  document.body.append(bar);
}

/** Writes the cache status into the footer, with a link to the page that manages it. */
function showInFooter(status: CacheStatus): void {
  const place = document.querySelector(".md-copyright");
  if (!place) return;
  const line = place.querySelector<HTMLElement>(".mp-kept-here") ?? Object.assign(document.createElement("div"), { className: "mp-kept-here" });
  const page = status.page ? "This page works without a connection." : "";
  const size = status.files ? ` ${megabytes(status.bytes)} of this site are kept on this device.` : "";
  line.textContent = `${page}${size} `;
  const control = document.querySelector<HTMLLinkElement>('link[rel="modelpress-offline"]');
  if (control && size) line.append(Object.assign(document.createElement("a"), { href: control.href, textContent: "Manage" }));
  place.append(line);
}

/** After so long without requests and input, the page rests. */
const QUIET_MS = 10_000;

async function begin(): Promise<void> {
  removeDefaultScheme();
  keepReachable(document.querySelectorAll("pre > code"));
  keepReachable(document.querySelectorAll(".md-typeset__scrollwrap"), { role: "group", "aria-label": "Table" });
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  container?.addEventListener("message", ({ data }: MessageEvent<CacheStatus>) => {
    if (data.type !== "kept") return;
    if (data.page) document.documentElement.dataset["offline"] = "kept";
    showInFooter(data);
    for (const listener of listeners) listener(data);
  });
  container?.startMessages();
  OfflineControl.send = send;
  OfflineControl.listeners = listeners;
  OfflineControl.root = ROOT;
  if (!customElements.get("modelpress-offline")) customElements.define("modelpress-offline", OfflineControl);
  if (savesData()) return; // files are kept only where the reader asks for them
  await idle();
  ready ??= register();
  await rested(QUIET_MS);
  void send({ type: "visit", page: PAGE });
}

// After the `load` event, and the files once the page rests: neither delays the first prediction.
void loaded().then(begin);
