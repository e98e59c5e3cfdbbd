/** The bytes of a file, over a line that may be slow, or break and come back. */
import { messageOf, ModelpressError } from "../core/errors";

/** A line that brings no byte for so long has stalled. A slow one may take as long as it needs. */
const STALL_MS = 30_000;

/** How often a download goes on where its line broke, as long as each answer brings some bytes. */
const RESUMES = 8;

export interface Limits {
  /** Size that the file has; no more bytes than these are received. Unknown: any. */
  sizeBytes?: number;
  stallMs?: number;
}

/** The start of a file, as far as it has arrived. */
class Part {
  #chunks: Uint8Array[] = [];
  length = 0;
  /** Bytes that came, those of answers that were given up included. */
  received = 0;
  /** Whether it comes from several answers, and whether the server gives parts of files at all. */
  resumed = false;
  whole = false;

  /** Whether more of it is missing, as far as `sizeBytes` tells, once this chunk is appended. */
  add(chunk: Uint8Array, sizeBytes: number): boolean {
    this.#chunks.push(chunk);
    this.length += chunk.length;
    this.received += chunk.length;
    return this.length <= sizeBytes;
  }

  clear(): void {
    this.#chunks = [];
    this.length = 0;
    this.resumed = false;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }
}

/** Of downloads that broke: the next try goes on where they ended. One that is under way is not in it. */
const parts = new Map<string, Part>();

/** A server refuses a part of a file, or a browser to ask for it. */
class PartRefused extends ModelpressError {}

/**
 * The bytes at `url`; a file of more than `sizeBytes` ends early, with at least one byte too many. `resumed`: they
 * come from several answers, which may be of different files: the caller compares a checksum.
 */
export async function download(url: URL, limits: Limits = {}): Promise<{ bytes: Uint8Array<ArrayBuffer>; resumed: boolean }> {
  const part = parts.get(url.href) ?? new Part();
  parts.delete(url.href); // another download of the same file does not write into this one's bytes
  for (let resumes = 0; ; resumes++) {
    const { received } = part;
    try {
      await receive(url, part, limits);
      parts.delete(url.href);
      return { bytes: part.bytes(), resumed: part.resumed };
    } catch (error) {
      if (error instanceof RangeError) part.clear(); // no memory for it
      const again = error instanceof PartRefused || (part.received > received && !part.whole && resumes < RESUMES);
      if (!again) {
        part.whole = false;
        if (part.length > (parts.get(url.href)?.length ?? 0)) parts.set(url.href, part);
        throw error;
      }
    }
  }
}

/** Receives what is missing of `part`, or the whole file once more. */
async function receive(url: URL, part: Part, { sizeBytes = Infinity, stallMs = STALL_MS }: Limits): Promise<void> {
  const aborting = new AbortController();
  const stalled = new ModelpressError(`the connection stalled: nothing came for ${stallMs / 1000} seconds`);
  const stall = (): void => { aborting.abort(stalled); };
  let timer = setTimeout(stall, stallMs);
  try {
    const response = await ask(url, part, aborting.signal);
    if (response.status !== 206) part.clear();
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      clearTimeout(timer);
      timer = setTimeout(stall, stallMs);
      if (!part.add(read.value, sizeBytes)) break;
    }
  } finally {
    clearTimeout(timer);
    aborting.abort(); // what is left of a file that is too long
  }
}

/** The server's answer: the rest of the file where `part` has its start, else the whole. */
async function ask(url: URL, part: Part, signal: AbortSignal): Promise<Response> {
  if (part.length === 0 || part.whole) {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new ModelpressError(`the server answered ${response.status}`);
    return response;
  }
  part.whole = true; // until a part has come
  const response = await fetch(url, { signal, headers: { Range: `bytes=${part.length}-` } }).catch((error: unknown) => {
    throw signal.aborted ? error : new PartRefused(messageOf(error));
  });
  const range = response.headers.get("Content-Range"); // another site's answer may not tell; the checksum does
  if (response.status === 206 && (range === null || range.startsWith(`bytes ${part.length}-`))) {
    part.whole = false;
    part.resumed = true;
  } else if (response.status !== 200) {
    throw new PartRefused(`the server answered ${response.status}`);
  }
  return response;
}
