/**
 * A Worker where none may be started from a file: one is made from a Blob that holds its script, and asks the page for
 * whatever else it reads. Until it is there, what is posted to it waits.
 */
import { undisguised } from "./fetching";
import { serve } from "../core/rpc";
import type { Answers, Ask, Place, SentPart } from "./protocol";

export interface Reading {
  root: string;
  /** The folder of parts. */
  parts: string;
  partsOf(name: string): Promise<SentPart[]>;
  bytesOf(url: string): Promise<Uint8Array<ArrayBuffer>>;
}

declare const WORKER_SOURCE: string; // worker.ts, built

/** Code that defines a part in a worker. */
function defining({ name, needs, code }: SentPart): string {
  return `modelpressArchive.part(${JSON.stringify(name)},${JSON.stringify(needs)},${code});`;
}

export function workerClass(reading: Reading): typeof Worker {
  const RealWorker = globalThis.Worker;

  class ArchiveWorker extends EventTarget {
    onmessage: ((event: MessageEvent) => void) | null = null;
    onerror: ((event: ErrorEvent) => void) | null = null;
    #worker: Worker | null = null;
    #waiting: [unknown, Transferable[]][] = [];
    #ended = false;

    constructor(address: string | URL, options?: WorkerOptions) {
      super();
      const href = undisguised(new URL(address, document.baseURI).href);
      if (!href.startsWith(reading.root)) return new RealWorker(address, options) as unknown as ArchiveWorker;
      this.#start(href, options?.name ?? "").catch((error: unknown) => { this.#fail(error instanceof Error ? error.message : String(error)); });
    }

    postMessage(message: unknown, transfer: Transferable[] | StructuredSerializeOptions = []): void {
      const list = Array.isArray(transfer) ? transfer : (transfer.transfer ?? []);
      if (this.#worker) this.#worker.postMessage(message, list);
      else if (!this.#ended) this.#waiting.push([message, list]);
    }

    terminate(): void {
      this.#ended = true;
      this.#waiting = [];
      this.#worker?.terminate();
    }

    async #start(url: string, name: string): Promise<void> {
      const sent = new Set<string>();
      const source = await sourceOf(url, sent);
      if (this.#ended) return;
      const blob = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      const worker = new RealWorker(blob, { name });
      URL.revokeObjectURL(blob);
      worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        this.onmessage?.(event);
      });
      worker.addEventListener("messageerror", () => this.dispatchEvent(new MessageEvent("messageerror")));
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        this.#fail(event.message);
      });
      const { port1, port2 } = new MessageChannel();
      serve(port1, (ask: Ask) => answerOf(ask, sent));
      port1.start();
      worker.postMessage(null, [port2]);
      for (const [message, transfer] of this.#waiting) worker.postMessage(message, transfer);
      this.#waiting = [];
      this.#worker = worker;
    }

    #fail(message: string): void {
      const event = new ErrorEvent("error", { message, cancelable: true });
      this.dispatchEvent(event);
      this.onerror?.(event);
    }
  }

  /** The worker's whole script: what helps it, where it is, and its own code. sent: gets the names of parts in it. */
  async function sourceOf(url: string, sent: Set<string>): Promise<string> {
    const place: Place = { root: reading.root, url };
    const start = `self.modelpressPlace=${JSON.stringify(place)};${WORKER_SOURCE}`;
    if (!url.startsWith(reading.parts)) return `${start}\n${new TextDecoder().decode(await reading.bytesOf(url))}`;
    const name = url.slice(reading.parts.length);
    const parts = await unsent(name, sent);
    return [start, ...parts.map(defining), `modelpressArchive.run(${JSON.stringify(name)});`].join("\n");
  }

  async function unsent(name: string, sent: Set<string>): Promise<SentPart[]> {
    const parts = (await reading.partsOf(name)).filter((part) => !sent.has(part.name));
    for (const part of parts) sent.add(part.name);
    return parts;
  }

  async function answerOf(ask: Ask, sent: Set<string>): Promise<Answers[keyof Answers]> {
    return ask.call === "part" ? unsent(ask.name, sent) : reading.bytesOf(ask.url);
  }

  return ArchiveWorker as unknown as typeof Worker;
}
