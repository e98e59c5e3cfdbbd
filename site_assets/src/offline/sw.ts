/**
 * The service worker. It answers from one build of the site, the one it was written for, and from the
 * network where nothing is kept. A newer build is fetched beside it and waits until the reader lets it in.
 */
import { escape } from "../explore/draw/html";
import { own } from "../core/own";
import type { Kept, Wish } from "./listing";
import { AnotherBuild, Store } from "./store";

/** What this file uses of a service worker's scope; the DOM's types, which the pages need, have none. */
interface Scope {
  registration: { scope: string };
  clients: { claim(): Promise<void>; matchAll(options: object): Promise<{ id: string }[]> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(type: "fetch", act: (event: Asked) => void): void;
  addEventListener(type: "message", act: (event: Wished) => void): void;
}
type Lasting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Lasting & { request: Request; respondWith(answer: Promise<Response>): void };
type Wished = Lasting & { data: Wish; source: { postMessage(said: Kept): void } | null };

const worker = self as unknown as Scope;
const ROOT = new URL(worker.registration.scope);
const store = new Store(ROOT, `modelpress ${ROOT.pathname} `, "__modelpress_build__");
const TELL_EVERY = 5; // files

/** What was open when this build took over: until those tabs are gone their files are needed. */
let before: Set<string> | null = null;

worker.addEventListener("install", (event) => { event.waitUntil(install()); });
worker.addEventListener("activate", (event) => { event.waitUntil(activate()); });
worker.addEventListener("message", (event) => { event.waitUntil(hear(event)); });
worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.href.startsWith(ROOT.href)) event.respondWith(answer(event.request, url));
});

/** Everything is there before this build may answer; otherwise it is not installed, and the one before stays. */
async function install(): Promise<void> {
  try {
    const { shell, pages, files } = await store.listing();
    const state = await store.state();
    if (!state.off) {
      await store.keep(state.whole ? Object.keys(files) : [...shell, ...state.visited.flatMap((page) => own(pages, page) ?? [])]);
    }
    await store.write(state);
  } catch (error) {
    await store.remove("this");
    if (!isFull(error)) throw error; // a full device keeps nothing, and goes on online
  }
}

async function activate(): Promise<void> {
  before = new Set((await worker.clients.matchAll({ includeUncontrolled: true })).map(({ id }) => id));
  await worker.clients.claim();
}

async function answer(request: Request, url: URL): Promise<Response> {
  const kept = await store.match(url).catch(() => undefined);
  if (kept) return kept;
  try {
    const response = await fetch(request);
    if (response.ok || request.mode === "navigate") return response;
    return (await store.matchEarlier(url)) ?? response;
  } catch (error) {
    const earlier = await store.matchEarlier(url).catch(() => undefined);
    if (earlier) return earlier;
    if (request.mode !== "navigate") throw error;
    if (!url.pathname.endsWith("/") && (await store.match(new URL(`${url.href}/`)))) return Response.redirect(`${url.href}/`);
    return new Response(await notKept(), { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
  }
}

async function hear({ data, source }: Wished): Promise<void> {
  const tell = async (page: string, reason: string, busy: boolean): Promise<void> => { source?.postMessage(await kept(page, reason, busy)); };
  if (data.type === "update") return worker.skipWaiting();
  const page = data.type === "visit" ? data.page : "";
  let reason = "";
  let over = false; // after an error the files that are on their way still arrive
  let told = Promise.resolve(); // one after the other: the last word must be the last
  try {
    await forgetEarlier();
    const { shell, pages, files } = await store.listing();
    const state = await store.state();
    const needs = own(pages, page);
    if (data.type === "visit" && needs && !state.off) {
      await store.keep([...shell, ...needs]);
      const { visited, ...rest } = await store.state(); // another tab may have written meanwhile
      if (!visited.includes(page)) await store.write({ ...rest, visited: [...visited, page] });
    } else if (data.type === "take") {
      let done = 0;
      const wanted = Object.keys(files);
      await store.keep(wanted, () => {
        if ((done += 1) % TELL_EVERY === 0 && !over) told = told.then(() => tell(page, "", true));
      });
      await store.write({ visited: Object.keys(pages), whole: true });
    } else if (data.type === "remove") {
      await store.remove("this");
      await store.remove("others");
      await store.write({ visited: [], whole: false, off: true });
    }
  } catch (error) {
    reason = wordsOf(error);
  }
  over = true;
  await told;
  await tell(page, reason, false);
}

/** Earlier builds go once every tab that was open under them is. */
async function forgetEarlier(): Promise<void> {
  const open = await worker.clients.matchAll({ includeUncontrolled: true });
  const waiting = before ? open.filter(({ id }) => before!.has(id)) : [];
  if (before && waiting.length === 0) {
    await store.remove("others");
    before = null;
  }
}

async function kept(page: string, reason: string, busy: boolean): Promise<Kept> {
  const { pages, files, build } = await store.listing();
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

function wordsOf(error: unknown): string {
  if (isFull(error)) return "This device has no room for it. What fits is kept; the rest goes on online.";
  if (error instanceof AnotherBuild) return "The server has a newer version of this site by now. Load the page again, then ask once more.";
  if (error instanceof TypeError) return "The connection was lost. What has arrived is kept; ask again to go on.";
  return `It could not be kept: ${error instanceof Error ? error.message : String(error)}.`;
}

/** The page in the place of one that is neither kept nor in reach: what there is instead. */
async function notKept(): Promise<string> {
  const { pages } = await store.listing().catch((): { pages: Record<string, string[]> } => ({ pages: {} }));
  const there: string[] = [];
  for (const [page, files] of Object.entries(pages)) if (await store.has(files)) there.push(page);
  const links = there.map((page) => `<li><a href="${escape(new URL(page, ROOT).href)}"><bdi>${escape(decodeURIComponent(page) || "Home")}</bdi></a></li>`).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not on this device</title>
<style>body{max-width:40em;margin:3em auto;padding:0 1em;font:18px/1.5 system-ui,sans-serif;color-scheme:light dark}</style>
<h1>This page is not on this device</h1><p>There is no connection, and this page was not opened before. These were:</p><ul>${links}</ul>`;
}
