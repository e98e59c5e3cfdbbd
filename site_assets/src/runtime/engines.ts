/** The engines of this page: one a backend, started when first asked for, started anew when lost. */
import { BackendUnavailable, WorkerRefused } from "../core/errors";
import { startWorker } from "./host";
import type { Engine } from "./protocol";
import { startHere } from "./realm";
import type { BackendName } from "../core/backends";
import { withdrawn } from "./withdrawn";

const engines = new Map<BackendName, Promise<Engine>>();

/**
 * CPU answers on the page itself: it is small, and a message to a worker takes longer than most
 * answers. Everything else runs in a worker, where compiling shaders holds nobody up.
 */
async function start(backend: BackendName): Promise<Engine> {
  if (backend === "cpu") return startHere(backend);
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
