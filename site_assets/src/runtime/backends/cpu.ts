import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu";
import { registerKernels } from "virtual:modelpress/kernels/cpu";
import { LASTING, install, type Started } from "./install";

/** Plain JavaScript: small, everywhere, at once. */
export async function start(): Promise<Started> {
  registerKernels();
  await install("cpu", new MathBackendCPU());
  return LASTING;
}
