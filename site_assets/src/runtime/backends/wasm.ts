import { BackendWasm, init, setWasmPaths } from "@tensorflow/tfjs-backend-wasm/dist/backend_wasm";
import wasmFile from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm";
import { env } from "@tensorflow/tfjs-core";
import { registerKernels } from "virtual:modelpress/kernels/wasm";
import { BackendUnavailable } from "../../core/errors";
import { LASTING, install, type Started } from "./install";

/** WebAssembly with SIMD, one thread: the threaded build gains nothing and needs COOP/COEP headers. */
export async function start(): Promise<Started> {
  env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await env().getAsync("WASM_HAS_SIMD_SUPPORT"))) {
    throw new BackendUnavailable("wasm", "this browser's WebAssembly has no SIMD.");
  }
  const url = new URL(wasmFile, import.meta.url).href;
  setWasmPaths({
    "tfjs-backend-wasm.wasm": url,
    "tfjs-backend-wasm-simd.wasm": url,
    "tfjs-backend-wasm-threaded-simd.wasm": url,
  });
  const { wasm } = await init();
  registerKernels();
  await install("wasm", new BackendWasm(wasm));
  return LASTING;
}
