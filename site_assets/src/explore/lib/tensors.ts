/** Synchronous float32 computation for explainers, on the CPU backend of TensorFlow.js. */
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu";
import { engine, env, getKernel, registerKernel, type KernelConfig, type Tensor } from "@tensorflow/tfjs-core";

type Platform = ReturnType<typeof env>["platform"];

const NAME = "cpu";
const PLATFORM = { isTypedArray: (given: unknown): boolean => ArrayBuffer.isView(given) && !(given instanceof DataView) } as Platform;

/** Registers kernels, unless the page's runtime has: TensorFlow.js has one registry for the whole page. */
export function useKernels(...configs: KernelConfig[]): void {
  for (const config of configs) if (!getKernel(config.kernelName, NAME)) registerKernel(config);
}

/** The values of the tensor that `work` returns, in row-major order. Disposes all tensors. */
export function compute(work: () => Tensor): Float32Array {
  const own = engine();
  if (!own.findBackend(NAME)) own.registerBackend(NAME, () => new MathBackendCPU());
  const other = own.backendName;
  // The page's runtime sets the platform when it loads. Until then this minimal one serves the tensors.
  const bare = !env().platform;
  if (bare) env().platform = PLATFORM;
  // The CPU backend starts synchronously, so the promise needs no await.
  if (other !== NAME) void own.setBackend(NAME);
  try {
    return own.tidy(() => Float32Array.from(work().dataSync()));
  } finally {
    if (bare) env().platform = undefined as unknown as Platform;
    if (other && other !== NAME) void own.setBackend(other);
  }
}
