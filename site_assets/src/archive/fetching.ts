/** `fetch` where the archive's files are read otherwise. */

const SCHEME = "modelpress:";

/** A file's URL as parts see it: TensorFlow.js' WASM doesn't even call `fetch` for one that begins with "file:". */
export function disguised(url: string): string {
  return url.replace(/^file:/, SCHEME);
}

export function undisguised(url: string): string {
  return url.startsWith(SCHEME) ? url.replace(SCHEME, "file:") : url;
}

export function fetching(root: string, bytesOf: (url: string) => Promise<Uint8Array<ArrayBuffer>>): typeof fetch {
  return async (input, init) => {
    const url = undisguised(new URL(input instanceof Request ? input.url : input, root).href.replace(/[?#].*$/, ""));
    if (!url.startsWith(root)) return fetch(input, init);
    const bytes = await orAborted(bytesOf(url), init?.signal);
    // WebAssembly is compiled from this type alone.
    const type = url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(bytes, { headers: { "Content-Type": type } });
  };
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    signal.addEventListener("abort", () => { reject(signal.reason as Error); }, { once: true });
    work.then(resolve, reject);
  });
}
