/** An engine in this realm: the page or a worker. One TensorFlow.js serves all backends started here. */
import { loadGraphModelSync } from "@tensorflow/tfjs-converter";
import { getBackend, memory, Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { artifactsOf, isDynamic, type Predictor } from "./artifacts";
import { activate, type Started } from "./backends/install";
import { startBackend } from "./backends/start";
import { BackendLost, BackendUnavailable, messageOf, ModelpressError } from "../core/errors";
import type { ModelBytes } from "./files";
import type { Engine, EngineState, LayerValues, RunResult } from "./protocol";
import type { BackendName } from "../core/backends";
import { tellStopped } from "./withdrawn";

interface Loaded {
  model: Predictor;
  inputShape: readonly number[];
}

/** The backend is a setting of the whole realm, so engines of one realm take turns. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = turn.then(work);
  turn = result.catch(() => undefined); // the caller has the rejection; the next one waits all the same
  return result;
}

function graphModel(artifacts: ReturnType<typeof artifactsOf>): Predictor {
  const model = loadGraphModelSync({ load: () => artifacts });
  return {
    predict: (input) => one(model.predict(input)),
    ...(isDynamic(artifacts.modelTopology) && { predictAsync: (input: Tensor) => model.predictAsync(input) }),
    inputs: model.inputs,
    dispose: () => { model.dispose(); },
  };
}

/** Runs a graph step by step, which no `tidy` can cover, and frees its input. */
async function running(model: Predictor, input: Tensor): Promise<Tensor> {
  try {
    return one(await model.predictAsync!(input));
  } finally {
    input.dispose();
  }
}

function one(result: unknown): Tensor {
  if (result instanceof Tensor) return result as Tensor;
  throw new ModelpressError("The model has several outputs; one is expected.");
}

class RealmEngine implements Engine {
  lost: string | null = null;
  readonly renderer: string;
  private readonly models = new Map<number, Loaded>();
  private readonly loss: Promise<never>;
  private nextId = 1;

  constructor(
    readonly backend: BackendName,
    private readonly started: Started,
  ) {
    this.renderer = started.renderer;
    this.loss = started.lost.then((reason) => {
      this.end(reason);
      throw new BackendLost(backend, reason);
    });
    this.loss.catch(() => undefined); // with no request under way there is nobody to tell
  }

  load(bytes: ModelBytes, inputShape: readonly number[]): Promise<number> {
    return this.call(async () => {
      const artifacts = artifactsOf(bytes);
      const model: Predictor =
        bytes.format === "graph"
          ? graphModel(artifacts)
          : await (await import("./layers")).loadLayers(artifacts);
      const id = this.nextId++;
      this.models.set(id, { model, inputShape });
      return id;
    });
  }

  run(id: number, values: Float32Array, batch: number): Promise<RunResult> {
    return this.call(async () => {
      const { model, inputShape } = this.loaded(id);
      const dtype = model.inputs[0]?.dtype === "int32" ? "int32" : "float32"; // indices are cut to whole numbers
      const given = (): Tensor => tensor(values, [batch, ...inputShape], dtype);
      const answer = model.predictAsync ? await running(model, given()) : tidy(() => one(model.predict(given())));
      try {
        const backend = getBackend();
        const values = Float32Array.from(await answer.data());
        return { values, shape: [...answer.shape], backend };
      } finally {
        answer.dispose();
      }
    });
  }

  inside(id: number, values: Float32Array): Promise<LayerValues[]> {
    return this.call(async () => {
      const { model, inputShape } = this.loaded(id);
      const layers = tidy(() => model.inside?.(tensor(values, [1, ...inputShape], "float32")) ?? []);
      try {
        return await Promise.all(
          layers.map(async ({ name, output }) => ({
            name,
            shape: output.shape.slice(1),
            values: Float32Array.from(await output.data()),
          })),
        );
      } finally {
        for (const { output } of layers) output.dispose();
      }
    });
  }

  unload(id: number): Promise<void> {
    return this.call(() => {
      this.models.get(id)?.model.dispose();
      this.models.delete(id);
      return Promise.resolve();
    });
  }

  state(): Promise<EngineState> {
    return this.call(() =>
      Promise.resolve({ tensors: memory().numTensors, programs: this.started.programs() }),
    );
  }

  end(reason: string): void {
    if (this.lost !== null) return;
    this.lost = reason;
    tellStopped();
  }

  private loaded(id: number): Loaded {
    const loaded = this.models.get(id);
    if (loaded === undefined) throw new ModelpressError("The model has been disposed of.");
    return loaded;
  }

  /**
   * Runs `work` on this backend. A WebGL context that is lost or has no memory answers zeros or never, without
   * an error: so it is looked at before and after, and every wait races against its loss.
   */
  private call<T>(work: () => Promise<T>): Promise<T> {
    return inTurn(async () => {
      this.check();
      await activate(this.backend);
      const result = await Promise.race([work(), this.loss]).catch((error: unknown) => {
        this.check(); // a device that is gone or full makes TensorFlow.js fail in many ways
        throw this.unable(error);
      });
      this.check();
      return result;
    });
  }

  /** What TensorFlow.js can't run on this backend makes it unavailable for the model, not the model wrong. */
  private unable(error: unknown): unknown {
    if (error instanceof ModelpressError || error instanceof RangeError) return error; // known, or no memory
    const kernel = /^Kernel '(\w+)' not registered/.exec(messageOf(error))?.[1];
    const reason = kernel ? `TensorFlow.js has no kernel "${kernel}" for it.` : `TensorFlow.js can't run the model on it: ${messageOf(error)}`;
    return new BackendUnavailable(this.backend, reason);
  }

  private check(): void {
    const failure = this.started.failure();
    if (failure) this.end(failure);
    if (this.lost !== null) throw new BackendLost(this.backend, this.lost);
  }
}

/** Starts a backend in this realm. Rejects with BackendUnavailable. */
export function startHere(backend: BackendName): Promise<Engine & { whenLost: Promise<string> }> {
  return inTurn(async () => {
    const started = await startBackend(backend);
    return Object.assign(new RealmEngine(backend, started), { whenLost: started.lost });
  });
}
