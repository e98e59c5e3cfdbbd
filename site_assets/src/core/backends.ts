/** Backends that can run a model, and their names for readers. */
import { own } from "./own";

import { BACKENDS, type BackendName } from "./schema";

export { BACKENDS, type BackendName } from "./schema";

export function isBackend(name: unknown): name is BackendName {
  return (BACKENDS as readonly unknown[]).includes(name);
}

const NAMES: Readonly<Record<string, string>> = {
  auto: "Automatic",
  exact: "Exact engine",
  cpu: "CPU",
  wasm: "WASM",
  webgl: "WebGL",
  webgpu: "WebGPU",
};

export function backendName(backend: string): string {
  return own(NAMES, backend) ?? backend;
}
