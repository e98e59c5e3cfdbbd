/** In a worker made from a Blob, before its own code: what that reads comes from the page. */
import { disguised, fetching } from "./fetching";
import { Parts, type Exports, type Make } from "./parts";
import type { Answer, Ask, Asked, Place, SentPart } from "./protocol";

declare const modelpressPlace: Place;

const { root, url } = modelpressPlace;
const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
let nextNumber = 1;

/** The page's first message brings it; the worker's own code sees only the others. */
const port = new Promise<MessagePort>((resolve) => {
  addEventListener("message", (event: MessageEvent) => {
    event.stopImmediatePropagation();
    const [port] = event.ports as [MessagePort];
    port.onmessage = ({ data }: MessageEvent<Answer>) => {
      const { resolve, reject } = waiting.get(data.number)!;
      waiting.delete(data.number);
      if ("error" in data) reject(new TypeError(data.error));
      else resolve(data as never);
    };
    resolve(port);
  }, { once: true });
});

async function ask<A>(wanted: Ask): Promise<A> {
  const number = nextNumber++;
  return new Promise<A>((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    void port.then((port) => { port.postMessage({ ...wanted, number } satisfies Asked); });
  });
}

/** Runs code in the worker's global scope: Firefox lets a worker of a file load no other script, not even a Blob. */
const evaluate: (code: string) => unknown = globalThis.eval;

async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await ask<{ bytes: Uint8Array<ArrayBuffer> }>({ file })).bytes;
}

async function later(name: string): Promise<Exports> {
  const { parts: sent } = await ask<{ parts: SentPart[] }>({ part: name });
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
