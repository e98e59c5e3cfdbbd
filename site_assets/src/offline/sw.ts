/**
 * The service worker. It serves files of its own build from the cache, and all others from the network. A newer
 * build is cached separately and waits until the reader accepts it.
 */
import { escape } from "../core/html";
import { own } from "../core/own";
import { savesData } from "../core/save-data";
import type { CacheStatus, WorkerRequest } from "./listing";
import { BuildMismatchError, Store } from "./store";

/** The used part of ServiceWorkerGlobalScope, because TypeScript's DOM types do not include it. */
interface Scope {
  registration: { scope: string };
  clients: { claim(): Promise<void>; matchAll(options: object): Promise<{ id: string }[]> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", act: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", act: (event: FetchEvent) => void): void;
  addEventListener(type: "message", act: (event: RequestEvent) => void): void;
}
type ExtendableEvent = Event & { waitUntil(work: Promise<unknown>): void };
type FetchEvent = ExtendableEvent & { request: Request; respondWith(response: Promise<Response>): void };
type RequestEvent = ExtendableEvent & { data: WorkerRequest; source: { postMessage(status: CacheStatus): void } | null };

const worker = self as unknown as Scope;
const ROOT = new URL(worker.registration.scope);
const store = new Store(ROOT, `modelpress ${ROOT.pathname} `, "__modelpress_build__");
const REPORT_EVERY = 5; // files

/** Ids of the tabs that were open at activation. While one is open, the files of earlier builds stay. */
let earlierTabs: Set<string> | null = null;

worker.addEventListener("install", (event) => { event.waitUntil(install()); });
worker.addEventListener("activate", (event) => { event.waitUntil(activate()); });
worker.addEventListener("message", (event) => { event.waitUntil(handleRequest(event)); });
worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.href.startsWith(ROOT.href)) event.respondWith(respond(event.request, url));
});

/**
 * Caches the files of this build that replace those of an earlier one. If this fails, the build is not installed and the
 * previous one stays. Where the reader saves data, only what has not changed is cached, unless they have asked for the
 * whole site.
 */
async function install(): Promise<void> {
  try {
    const state = await store.state();
    if (state.whole) {
      await store.keep(Object.keys((await store.listing()).files));
    } else if (state.visited.length > 0) {
      const { shell, pages } = await store.listing();
      const wanted = [...shell, ...state.visited.flatMap((page) => own(pages, page) ?? [])];
      if (savesData()) await store.keepUnchanged(wanted);
      else await store.keep(wanted);
    }
    await store.write(state);
  } catch (error) {
    await store.remove("this");
    if (!isFull(error)) throw error; // without free storage, the worker is installed and caches nothing
  }
}

async function activate(): Promise<void> {
  earlierTabs = new Set((await worker.clients.matchAll({ includeUncontrolled: true })).map(({ id }) => id));
  await worker.clients.claim();
}

async function respond(request: Request, url: URL): Promise<Response> {
  const cached = await store.match(url).catch(() => undefined);
  if (cached) return cached;
  try {
    const response = await fetch(request);
    if (response.ok || request.mode === "navigate") return response;
    return (await store.matchEarlier(url)) ?? response;
  } catch (error) {
    const earlier = await store.matchEarlier(url).catch(() => undefined);
    if (earlier) return earlier;
    if (request.mode !== "navigate") throw error;
    if (!url.pathname.endsWith("/") && (await store.match(new URL(`${url.href}/`)))) return Response.redirect(`${url.href}/`);
    return new Response(await unavailablePage(), { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
  }
}

async function handleRequest({ data, source }: RequestEvent): Promise<void> {
  const report = async (page: string, reason: string, busy: boolean): Promise<void> => { source?.postMessage(await statusOf(page, reason, busy)); };
  if (data.type === "update") return worker.skipWaiting();
  const page = data.type === "visit" ? data.page : "";
  let reason = "";
  let over = false; // after an error, pending downloads still call back
  let reports = Promise.resolve(); // in sequence, so that the final status is the last message
  try {
    await removeEarlierBuilds();
    const { shell, pages, files } = await store.listing();
    const state = await store.state();
    const needs = own(pages, page);
    if (data.type === "visit" && needs && !state.off) {
      await store.keep([...shell, ...needs]);
      const { visited, ...rest } = await store.state(); // read again: another tab may have changed it
      if (!visited.includes(page)) await store.write({ ...rest, visited: [...visited, page] });
    } else if (data.type === "take") {
      let done = 0;
      const wanted = Object.keys(files);
      await store.keep(wanted, () => {
        if ((done += 1) % REPORT_EVERY === 0 && !over) reports = reports.then(() => report(page, "", true));
      });
      await store.write({ visited: Object.keys(pages), whole: true });
    } else if (data.type === "remove") {
      await store.remove("this");
      await store.remove("others");
      await store.write({ visited: [], whole: false, off: true });
    }
  } catch (error) {
    reason = messageOf(error);
  }
  over = true;
  await reports;
  await report(page, reason, false);
}

/** Removes earlier builds after the last tab that used them is closed. */
async function removeEarlierBuilds(): Promise<void> {
  const open = await worker.clients.matchAll({ includeUncontrolled: true });
  const waiting = earlierTabs ? open.filter(({ id }) => earlierTabs!.has(id)) : [];
  if (earlierTabs && waiting.length === 0) {
    await store.remove("others");
    earlierTabs = null;
  }
}

async function statusOf(page: string, reason: string, busy: boolean): Promise<CacheStatus> {
  const listing = await store.listing().catch(() => null);
  if (!listing) return { type: "kept", build: "", files: 0, bytes: 0, allFiles: 0, allBytes: 0, whole: false, page: false, reason, busy };
  const { pages, files, build } = listing;
  const [{ whole }, count] = [await store.state(), await store.count()];
  const needs = own(pages, page);
  return {
    type: "kept",
    build,
    ...count,
    allFiles: Object.keys(files).length,
    allBytes: Object.values(files).reduce((sum, [size]) => sum + size, 0),
    whole,
    page: needs !== undefined && (await store.has(needs)),
    reason,
    busy,
  };
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

function messageOf(error: unknown): string {
  if (isFull(error)) return "This device has no room for it. What fits is kept; the rest still needs a connection.";
  if (error instanceof BuildMismatchError) return "The server now has a newer version of this site. Load the page again, then retry.";
  if (error instanceof TypeError) return "The connection was lost. Files that have arrived are kept; retry to continue.";
  return `The files could not be kept: ${error instanceof Error ? error.message : String(error)}.`;
}

/** HTML for a page that is neither cached nor reachable. It lists the cached pages. */
async function unavailablePage(): Promise<string> {
  const { pages } = await store.listing().catch((): { pages: Record<string, string[]> } => ({ pages: {} }));
  const available: string[] = [];
  for (const [page, files] of Object.entries(pages)) if (await store.has(files)) available.push(page);
  const links = available.map((page) => `<li><a href="${escape(new URL(page, ROOT).href)}"><bdi>${escape(decodeURIComponent(page) || "Home")}</bdi></a></li>`).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not on this device</title>
<style>body{max-width:40em;margin:3em auto;padding:0 1em;font:18px/1.5 system-ui,sans-serif;color-scheme:light dark}</style>
<h1>This page is not on this device</h1><p>There is no connection, and this page was not opened before. These pages are available:</p><ul>${links}</ul>`;
}
