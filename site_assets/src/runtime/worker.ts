/** The worker: one backend, away from the page's thread. Its name says which. */
import { announce, serve, type Channel } from "../core/rpc";
import { failureOf } from "./failures";
import type { Engine, Request, Results } from "./protocol";
import { startHere } from "./realm";
import { isBackend } from "../core/backends";

/** What a worker's global object has that a page's, which the types describe, has not. */
const scope = self as unknown as Channel & { readonly name: string };

async function start(): ReturnType<typeof startHere> {
  if (!isBackend(scope.name)) throw new Error(`This worker was named "${scope.name}", not a backend.`);
  return startHere(scope.name);
}

// At once, not at the first message: the backend's script loads while the page fetches the model.
const engine = start();
engine.then(
  ({ whenLost }) => void whenLost.then((lost) => { announce(scope, lost); }),
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

serve(scope, async (request: Request) => answer(await engine, request), {
  transferOf: (result) => (result !== null && typeof result === "object" && "values" in result ? [result.values.buffer] : []),
  failureOf,
});
