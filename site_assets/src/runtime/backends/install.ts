/** Making a backend TensorFlow.js' own in this realm, and what is known of it then. */
import { findBackendFactory, getBackend, registerBackend, removeBackend, setBackend, type KernelBackend } from "@tensorflow/tfjs-core";
import { ModelpressError } from "../../core/errors";
import type { BackendName } from "../../core/backends";

/** A started backend: how to see that it is gone, and what it is made of. */
export interface Started {
  renderer: string;
  /** Resolves with the reason when the device is lost; never for backends that cannot be. */
  lost: Promise<string>;
  /** Why nothing it has computed may be used, whether or not that has been announced; "" while all is well. */
  failure(): string;
  /** How many programs it has run. */
  programs(): number;
}

/** For backends that nothing can take away. */
export const LASTING: Started = {
  renderer: "",
  lost: new Promise(() => undefined),
  failure: () => "",
  programs: () => 0,
};

/** Counts the calls of a backend's own method, by which all its kernels run: how many there were. */
export function counted<N extends string>(backend: Record<N, (...given: never[]) => unknown>, method: N): () => number {
  let calls = 0;
  const run = backend[method];
  backend[method] = function (this: unknown, ...given: never[]) {
    calls++;
    return run.apply(this, given);
  };
  return () => calls;
}

/** Registers an instance under its name and makes it TensorFlow.js' current backend. */
export async function install(name: BackendName, instance: KernelBackend): Promise<void> {
  // The one before has failed: a lost context never answers again, even restored.
  if (findBackendFactory(name)) removeBackend(name);
  registerBackend(name, () => instance);
  await activate(name);
}

/** Makes an installed backend the current one, and makes sure that it is. */
export async function activate(name: BackendName): Promise<void> {
  if (getBackend() !== name) await setBackend(name);
  if (getBackend() !== name) {
    throw new ModelpressError(`TensorFlow.js runs "${getBackend()}" where "${name}" was asked for.`);
  }
}
