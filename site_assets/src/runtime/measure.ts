/** `modelpress.prove`: what the build and tests measure with. Loaded when it is asked for. */
import type { checked, LoadOptions } from "./api";
import { BackendUnavailable, ModelpressError } from "../core/errors";
import { shown } from "../core/shown";
import { digestOf } from "./exact";
import { medianOf } from "./latency";
import { replay, type Worst } from "./parity";
import type { Runnable } from "./proven";
import { BACKENDS } from "../core/backends";
import type { Entry, Format } from "./spec";
import type { Bounds, Different, TraceTools } from "./trace";

/** What the entry's script has that this one then need not bring along. */
export interface MeasureTools extends TraceTools {
  checked: typeof checked;
  Runnable: typeof Runnable;
}

/** A backend measured against Python, whatever comes out. */
export interface Proof {
  /** As TensorFlow.js names it in the realm that computed. */
  backend: string;
  renderer: string;
  format: Format;
  cases: number;
  maxDiff: number;
  worst: Worst;
  shapeOk: boolean;
  /** Whether the exact engine reproduced the digest of the manifest; needs all cases as single inputs. */
  bitwise: boolean;
  tensorsBefore: number;
  tensorsAfter: number;
  /** How many of the cases were replayed singly, too. */
  singles: number;
  /** GPU programs that the model ran; 0 on cpu and wasm. */
  programs: number;
  firstMs: number;
  medianMs: number;
  /** With the option `trace`: the first operation whose output differs, null if none differs by itself. */
  different?: Different | null;
}

export interface ProofOptions extends LoadOptions {
  /** How many golden cases are replayed singly, spread over all; all by default. */
  singles?: number;
  /** Looks for the first operation of the graph whose output differs for these golden cases. */
  trace?: { cases: readonly number[]; bounds: Bounds };
}

/** The backend started, but it can't run this model. */
class BackendUnsuited extends ModelpressError {
  override name = "BackendUnsuited";
}

async function suited<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof BackendUnavailable ? new BackendUnsuited(error.message, { cause: error }) : error;
  }
}

/**
 * Replays the golden cases of `entry` on `backend`, singly and as a batch, and refuses nothing: what
 * the build and tests measure with. Rejects with BackendUnavailable where the backend is missing,
 * with BackendUnsuited where it can't run this model.
 */
export async function prove(
  entry: Entry,
  options: ProofOptions | undefined,
  tools: MeasureTools,
): Promise<Proof> {
  const { backend, format = "graph" } = tools.checked("prove", options);
  const asked = options?.singles;
  if (asked !== undefined && !(Number.isSafeInteger(asked) && asked > 0)) {
    throw new ModelpressError(`prove() was given ${shown(asked)} singles; expected a whole number from 1.`);
  }
  if (backend === undefined) {
    throw new ModelpressError(`prove() needs the option backend; expected one of ${BACKENDS.map((name) => `"${name}"`).join(", ")}.`);
  }
  const engine = await tools.engineFor(backend);
  const before = await engine.state();
  const runnable = await suited(tools.Runnable.load(entry, backend, format));
  const singles = Math.min(asked ?? Infinity, runnable.golden.cases);
  try {
    const times: number[] = [];
    const predictions: Float32Array[] = [];
    const comparison = await suited(replay(
      runnable.golden,
      async (values, batch) => {
        const started = performance.now();
        const answer = await runnable.run(values, batch);
        if (batch === 1) {
          times.push(performance.now() - started);
          predictions.push(answer.values);
        }
        return answer;
      },
      true,
      1,
      singles,
    ));
    const exact = backend === "exact" && singles === runnable.golden.cases;
    const bitwise = exact && (await digestOf(predictions)) === entry.exact?.digest;
    const { programs } = await engine.state();
    await runnable.release();
    const after = await engine.state();
    const trace = options?.trace;
    const { firstDifferent } = trace ? await import("./trace") : {};
    const different = trace && firstDifferent && (await firstDifferent(entry, backend, trace.cases, trace.bounds, tools));
    return {
      backend: runnable.ranOn,
      renderer: engine.renderer,
      format,
      cases: runnable.golden.cases,
      singles,
      ...comparison,
      bitwise,
      tensorsBefore: before.tensors,
      tensorsAfter: after.tensors,
      programs: programs - before.programs,
      firstMs: times[0]!,
      medianMs: medianOf(times)!,
      ...(different !== undefined && { different }),
    };
  } finally {
    await runnable.release();
  }
}
