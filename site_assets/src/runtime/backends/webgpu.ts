import "@tensorflow/tfjs-backend-webgpu/dist/flags_webgpu";
import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu";
import { env } from "@tensorflow/tfjs-core";
import { registerKernels } from "virtual:modelpress/kernels/webgpu";
import { BackendUnavailable } from "../../core/errors";
import { counted, install, type Started } from "./install";

const LIMITS = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** WebGPU: the default adapter with all the memory it allows. */
export async function start(): Promise<Started> {
  env().set("WEBGPU_CPU_FORWARD", false); // as for WebGL: what is proven must have run there
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new BackendUnavailable("webgpu", "this browser or device offers no WebGPU.");
  }
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
  });
  const backend = new WebGPUBackend(device, adapter.info);
  const programs = counted(backend, "runWebGPUProgram");
  registerKernels();
  await install("webgpu", backend);
  let failure = "";
  const lost = device.lost.then((info) => (failure = `the graphics device was lost${info.message ? ` (${info.message})` : ""}.`));
  return {
    renderer: adapter.info.description || adapter.info.vendor,
    lost,
    failure: () => failure,
    programs,
  };
}
