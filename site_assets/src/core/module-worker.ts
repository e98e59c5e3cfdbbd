/** Workers from scripts that may be on another origin than the page. */

/**
 * Starts a module worker that runs the script at `url`. Browsers refuse workers of another origin, so a worker of
 * the page's own origin imports such a script. Throws, or the worker fires `error`, if the page's policy forbids it.
 */
export function moduleWorker(url: URL, name: string): Worker {
  const options: WorkerOptions = { type: "module", name };
  // Only fetched scripts can be cross-origin; the archive's loader starts workers from its own files itself.
  const elsewhere = /^https?:$/.test(url.protocol) && url.origin !== location.origin;
  if (!elsewhere) return new Worker(url, options);
  const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" });
  const local = URL.createObjectURL(script);
  const worker = new Worker(local, options);
  for (const event of ["message", "error"]) {
    worker.addEventListener(event, () => { URL.revokeObjectURL(local); }, { once: true });
  }
  return worker;
}
