/** Worker of one trainer; it serves the requests of protocol.ts. */
import { serve, type Channel } from "../../core/rpc";
import { failureOf } from "../../runtime/failures";
import { transferOf, type TrainingRequest } from "./protocol";
import { TrainingSession, TYPED_ARRAYS, type EngineFactory } from "./session";
import type { TrainingBackend } from "../spec";

async function makerOf(backend: TrainingBackend): Promise<EngineFactory> {
  if (backend === "cpu") return TYPED_ARRAYS;
  const { startTensors, tensorCount, TensorNetwork } = await import("../engine/tfjs-engine");
  const started = await startTensors(backend);
  return { make: (options) => new TensorNetwork(options), started, tensors: tensorCount };
}

// This thread has no other work: no slices.
const session = new TrainingSession(makerOf, { sliceMs: Infinity, pause: () => Promise.resolve() });

serve(self as unknown as Channel, (request: TrainingRequest) => session.handle(request), { transferOf, failureOf });
