/** Workers from scripts that may lie on another site than the page. */

/**
 * A module worker that runs the script at `url`. Browsers run no worker from another origin, but one made here may
 * import what lies there. Throws, or the worker has an `error` event, where the page's policy allows no such worker.
 */
export function moduleWorker(url: URL, name: string): Worker {
  const options: WorkerOptions = { type: "module", name };
  // Only what is fetched may lie elsewhere; the archive's loader starts the workers of its files itself.
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
