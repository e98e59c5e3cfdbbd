/** The engines of this page: one a backend, started when first asked for, started anew when lost. */
import { BackendUnavailable, WorkerRefused } from "../core/errors";
import { script } from "../core/scripts";
import { startExact } from "./exact";
import type { Engine } from "./protocol";
import type { BackendName } from "../core/backends";
import { withdrawn } from "./withdrawn";

/** TensorFlow.js is loaded when the page first asks for one of its backends. */
async function startHere(backend: BackendName): Promise<Engine> {
  return (await script(import("./realm"))).startHere(backend);
}

const engines = new Map<BackendName, Promise<Engine>>();

/**
 * The exact engine and the CPU predict on the page itself: they are small, and a message to a worker takes longer than
 * most predictions. Everything else runs in a worker, where compiling shaders blocks no page.
 */
async function start(backend: BackendName): Promise<Engine> {
  if (backend === "exact") return startExact();
  if (backend === "cpu") return startHere(backend);
  const { startWorker } = await script(import("./host"));
  try {
    return await startWorker(backend);
  } catch (error) {
    // A page's canvas may have what a worker's has not; the other backends are the same in both. Where no
    // worker runs at all, as under a strict policy of another site's page, every backend runs on the page.
    const elsewhere = error instanceof WorkerRefused || (backend === "webgl" && error instanceof BackendUnavailable);
    if (!elsewhere) throw error;
    return startHere(backend);
  }
}

/**
 * The running engine of a backend. Rejects with BackendUnavailable, and the next call tries again; with BackendRefused
 * where the CPU, the page's reference, was withdrawn.
 */
export async function engineFor(backend: BackendName): Promise<Engine> {
  const wrong = withdrawn.get("cpu");
  if (wrong) throw wrong;
  const known = engines.get(backend);
  if (known !== undefined) {
    const engine = await known;
    if (engine.lost === null) return engine;
    if (engines.get(backend) === known) engines.delete(backend);
    return engineFor(backend);
  }
  const started = start(backend);
  engines.set(backend, started);
  started.catch(() => engines.delete(backend));
  return started;
}
