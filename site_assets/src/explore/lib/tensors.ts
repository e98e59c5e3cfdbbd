/** Mathematics of the explainers on TensorFlow.js, by its CPU backend: small tensors, at once, in float32. */
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu";
import { engine, env, getKernel, registerKernel, type KernelConfig, type Tensor } from "@tensorflow/tfjs-core";

type Platform = ReturnType<typeof env>["platform"];

const NAME = "cpu";
const PLATFORM = { isTypedArray: (given: unknown): boolean => ArrayBuffer.isView(given) && !(given instanceof DataView) } as Platform;

/** Makes kernels known, unless the page's own runtime has done so (TensorFlow.js keeps them for the whole page). */
export function useKernels(...configs: KernelConfig[]): void {
  for (const config of configs) if (!getKernel(config.kernelName, NAME)) registerKernel(config);
}

/** What `work` computes, as numbers in rows' order. No tensor is left behind. */
export function compute(work: () => Tensor): Float32Array {
  const own = engine();
  if (!own.findBackend(NAME)) own.registerBackend(NAME, () => new MathBackendCPU());
  const other = own.backendName;
  // The page's runtime names the platform when it comes; until then there is just what tensors ask of one.
  const bare = !env().platform;
  if (bare) env().platform = PLATFORM;
  // Of a backend that starts at once, all is done when the call returns.
  if (other !== NAME) void own.setBackend(NAME);
  try {
    return own.tidy(() => Float32Array.from(work().dataSync()));
  } finally {
    if (bare) env().platform = undefined as unknown as Platform;
    if (other && other !== NAME) void own.setBackend(other);
  }
}
