import { MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl/dist/backend_webgl";
import { env } from "@tensorflow/tfjs-core";
import { registerKernels } from "virtual:modelpress/kernels/webgl";
import { BackendUnavailable } from "../../core/errors";
import { counted, install, type Started } from "./install";

const LOST = "the graphics context was lost.";

/** The context's own name of the graphics device, "" where the browser keeps it to itself. */
function rendererOf(gl: WebGLRenderingContext): string {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  return typeof name === "string" ? name : "";
}

/** WebGL, in a worker by OffscreenCanvas, else on the page by a canvas that is never shown. */
export async function start(): Promise<Started> {
  // TensorFlow.js computes small tensors on the CPU instead; then proving "webgl" would prove little.
  env().set("WEBGL_CPU_FORWARD", false);
  if (!env().getBool("HAS_WEBGL")) {
    throw new BackendUnavailable("webgl", "this browser or device offers no WebGL.");
  }
  const backend = new MathBackendWebGL();
  const gl = backend.gpgpu.gl;
  const programs = counted(backend, "runWebGLProgram");
  registerKernels();
  await install("webgl", backend);
  while (gl.getError()) continue; // of trying out what the device can do
  const lost = new Promise<string>((resolve) => {
    gl.canvas.addEventListener("webglcontextlost", () => resolve(LOST));
  });
  return {
    renderer: rendererOf(gl),
    lost,
    // Memory that the device hasn't got is no exception: TensorFlow.js goes on with textures that are not there.
    failure: () => (gl.isContextLost() ? LOST : gl.getError() ? "the graphics device ran out of memory or failed." : ""),
    programs,
  };
}
