/** In a worker made from a Blob, before its own code: what that reads comes from the page. */
import { disguised, fetching } from "./fetching";
import { Parts, type Exports, type Make } from "./parts";
import { Caller } from "../core/rpc";
import type { Answers, Ask, Place } from "./protocol";

declare const modelpressPlace: Place;

const { root, url } = modelpressPlace;

/** The page's first message brings its port; the worker's own code sees only the others. */
const page = new Promise<Caller<Ask, Answers>>((resolve) => {
  addEventListener("message", (event: MessageEvent) => {
    event.stopImmediatePropagation();
    const [port] = event.ports as [MessagePort];
    resolve(new Caller(port, (words) => new TypeError(words)));
    port.start();
  }, { once: true });
});

/** Runs code in the worker's global scope: Firefox lets a worker of a file load no other script, not even a Blob. */
const evaluate: (code: string) => unknown = globalThis.eval;

async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await page).ask({ call: "file", url: file });
}

async function later(name: string): Promise<Exports> {
  const sent = await (await page).ask({ call: "part", name });
  for (const { name, needs, code } of sent) parts.define(name, { needs, make: evaluate(`(${code})`) as Make });
  return parts.run(name);
}

const parts = new Parts({
  later,
  urlOf: (name) => disguised(new URL(name, url).href),
  fetch: fetching(root, bytesOf),
  Worker: globalThis.Worker,
});

Object.assign(globalThis, {
  modelpressArchive: {
    part: (name: string, needs: string[], make: Make) => { parts.define(name, { needs, make }); },
    run: (name: string) => parts.run(name),
  },
  /** Answers with a promise, which Material's search awaits. */
  importScripts: async (...addresses: string[]) => {
    for (const address of addresses) evaluate(new TextDecoder().decode(await bytesOf(new URL(address, url).href)));
  },
});
