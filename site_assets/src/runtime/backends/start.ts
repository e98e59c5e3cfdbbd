/** Starting a TensorFlow.js backend in this realm. */
import { BackendUnavailable, messageOf } from "../../core/errors";
import type { BackendName } from "../../core/backends";
import type { Started } from "./install";

/** What a backend module exports. */
export interface BackendModule {
  start(): Promise<Started>;
}

const MODULES: Partial<Record<BackendName, () => Promise<BackendModule>>> = {
  cpu: () => import("./cpu"),
  wasm: () => import("./wasm"),
  webgl: () => import("./webgl"),
  webgpu: () => import("./webgpu"),
};

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
