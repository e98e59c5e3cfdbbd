/**
 * First on every page of an archive, a site that is opened by double-click: loads the page's scripts, which are parts
 * here, by script elements, and lets them fetch and start workers as they would from a web host.
 *
 * Its own element says which: `data-load`, all that the page needs at once, and `data-run`, the scripts that begin.
 */
import { bytesOf, fromBase64, fromText, ROOT, runScript, take } from "./files";
import { disguised, fetching } from "./fetching";
import { Parts, type Exports, type Make } from "./parts";
import type { SentPart } from "./protocol";
import { workerClass } from "./remote";

const PARTS = new URL("assets/modelpress/", ROOT).href;

async function arrive(name: string): Promise<void> {
  if (!parts.find(name)) await runScript(PARTS + name);
  if (!parts.find(name)) throw new TypeError(`assets/modelpress/${name} is damaged; unpack the archive again`);
}

/** Until a part and all that it needs are defined; returns their names. */
async function arriveWhole(name: string): Promise<string[]> {
  await arrive(name);
  const { needs } = parts.find(name)!;
  await Promise.all(needs.map(arrive));
  return [...needs, name];
}

async function later(name: string): Promise<Exports> {
  await arriveWhole(name);
  return parts.run(name);
}

async function partsOf(name: string): Promise<SentPart[]> {
  return (await arriveWhole(name)).map((each) => {
    const { needs, make } = parts.find(each)!;
    return { name: each, needs, code: make.toString() };
  });
}

const ArchiveWorker = workerClass({ root: ROOT.href, parts: PARTS, partsOf, bytesOf });

const parts = new Parts({
  later,
  urlOf: (name) => disguised(PARTS + name),
  fetch: fetching(ROOT.href, bytesOf),
  Worker: ArchiveWorker,
});

Object.assign(globalThis, {
  modelpressArchive: {
    part: (name: string, needs: string[], make: Make) => { parts.define(name, { needs, make }); },
    text: (text: string) => { take(() => fromText(text)); },
    base64: (text: string) => { take(() => fromBase64(text)); },
  },
  Worker: ArchiveWorker, // Material's search starts one too
});

const { load = "", run = "" } = (document.currentScript as HTMLScriptElement).dataset;
const named = (text: string): string[] => text.split(" ").filter(Boolean);
for (const path of named(load)) runScript(new URL(path, ROOT).href).catch(() => undefined); // told by who needs it

/** Modules run when the page is read; some of them look at all of it. */
const read = new Promise<void>((resolve) => {
  if (document.readyState !== "loading") resolve();
  else document.addEventListener("readystatechange", () => { resolve(); }, { once: true });
});

for (const name of named(run)) void Promise.all([arriveWhole(name), read]).then(() => parts.run(name));
