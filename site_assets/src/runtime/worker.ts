/** The worker: one backend, away from the page's thread. Its name says which. */
import { BackendLost, BackendUnavailable, messageOf } from "../core/errors";
import type { Engine, Envelope, Reply, Request, Results } from "./protocol";
import { startHere } from "./realm";
import { isBackend } from "../core/backends";

/** What a worker's global object has that a page's, which the types describe, has not. */
interface WorkerScope {
  readonly name: string;
  postMessage(message: Reply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Envelope>) => void): void;
}

const scope = self as unknown as WorkerScope;

function reply(message: Reply, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

function start(): ReturnType<typeof startHere> {
  if (!isBackend(scope.name)) throw new Error(`This worker was named "${scope.name}", not a backend.`);
  return startHere(scope.name);
}

// At once, not at the first message: the backend's script loads while the page fetches the model.
const engine = start();
engine.then(
  ({ whenLost }) => void whenLost.then((lost) => reply({ lost })),
  () => undefined, // the page asks "start" first and gets this rejection there
);

async function answer(engine: Engine, request: Request): Promise<Results[keyof Results]> {
  switch (request.call) {
    case "start":
      return { renderer: engine.renderer };
    case "load":
      return engine.load(request.bytes, request.inputShape);
    case "run":
      return engine.run(request.id, request.values, request.batch);
    case "unload":
      await engine.unload(request.id);
      return null;
    case "state":
      return engine.state();
  }
}

scope.addEventListener("message", ({ data }) => {
  const { number, request } = data;
  engine
    .then((engine) => answer(engine, request))
    .then(
      (result) => {
        const values = result !== null && typeof result === "object" && "values" in result ? result.values : null;
        reply({ number, result }, values === null ? [] : [values.buffer]);
      },
      (error: unknown) => {
        if (error instanceof BackendLost) {
          reply({ lost: error.reason }); // found out before the device's own event: all requests end
          return;
        }
        const unavailable = error instanceof BackendUnavailable;
        reply({ number, error: unavailable ? error.reason : messageOf(error), unavailable });
      },
    );
});
