/** Starting a TensorFlow.js backend in this realm. */
import { BackendUnavailable, messageOf } from "../../core/errors";
import type { BackendName } from "../../core/backends";
import type { Started } from "./install";

/** What a backend module exports. */
export interface BackendModule {
  start(): Promise<Started>;
}

/** The CPU's comes with the entry, which provides it; workers run the others alone. */
const MODULES: Partial<Record<BackendName, () => Promise<BackendModule>>> = {
  wasm: () => import("./wasm"),
  webgl: () => import("./webgl"),
  webgpu: () => import("./webgpu"),
};

/** Names the module of a backend that is loaded already, which then needs no request of its own. */
export function provide(name: BackendName, module: BackendModule): void {
  MODULES[name] = () => Promise.resolve(module);
}

/** Starts a backend here. Rejects with BackendUnavailable. */
export async function startBackend(name: BackendName): Promise<Started> {
  try {
    const module = await MODULES[name]?.();
    if (!module) throw new BackendUnavailable(name, "nothing here runs it.");
    return await module.start();
  } catch (error) {
    if (error instanceof BackendUnavailable) throw error;
    throw new BackendUnavailable(name, messageOf(error));
  }
}
