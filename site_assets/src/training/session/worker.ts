/** The worker of one trainer: its messages are protocol.ts'. */
import { BackendLost, BackendUnavailable, messageOf } from "../../core/errors";
import { transferOf, type TrainingEnvelope, type TrainingReply } from "./protocol";
import { TrainingSession, TYPED_ARRAYS, type Maker } from "./session";
import type { TrainingBackend } from "../spec";

/** What a worker's global object has that a page's, which the types describe, has not. */
interface WorkerScope {
  postMessage(message: TrainingReply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<TrainingEnvelope>) => void): void;
}

const scope = self as unknown as WorkerScope;

async function makerOf(backend: TrainingBackend): Promise<Maker> {
  if (backend === "cpu") return TYPED_ARRAYS;
  const { startTensors, tensorCount, TensorNetwork } = await import("../engine/tfjs-engine");
  const started = await startTensors(backend);
  return { make: (options) => new TensorNetwork(options), started, tensors: tensorCount };
}

// Nothing else has to be done on this thread: no slices.
const session = new TrainingSession(makerOf, { sliceMs: Infinity, pause: () => Promise.resolve() });

scope.addEventListener("message", ({ data }) => {
  const { number, request } = data;
  session.handle(request).then(
    (result) => scope.postMessage({ number, result }, transferOf(result)),
    (error: unknown) => {
      const why = error instanceof BackendUnavailable ? "unavailable" : error instanceof BackendLost ? "lost" : "other";
      const reason = error instanceof BackendUnavailable || error instanceof BackendLost ? error.reason : messageOf(error);
      scope.postMessage({ number, error: reason, why }, []);
    },
  );
});
