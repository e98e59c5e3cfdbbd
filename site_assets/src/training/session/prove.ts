/** Replays Python's recordings: the same steps must give the same losses and weights. */
import { floatsOf, type Dataset } from "../data/data";
import { Run, type MakeEngine, type Slices } from "./run";
import { setupOf } from "./setup";
import { sizeOf, type LiveSpec, type OptimizerSpec, type Recording, type TrainingBackend } from "../spec";

/** Result of one recording: largest absolute differences from Python; NaN if either side is NaN. */
export interface RecordingProof {
  optimizer: OptimizerSpec;
  steps: number;
  maxLossDiff: number;
  maxWeightDiff: number;
  /** Number of weights compared, and after how many steps. */
  compared: { step: number; weights: number }[];
  passed: boolean;
}

export interface TrainingProof {
  /** Name of the backend in the realm that computed. */
  backend: string;
  /** Steps of the longest replay. */
  steps: number;
  maxLossDiff: number;
  maxWeightDiff: number;
  tolerance: number;
  passed: boolean;
  recordings: RecordingProof[];
}

/** Returns the largest absolute difference; NaN if either side contains NaN. */
export function largestDifference(found: Float32Array, expected: Float32Array): number {
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    if (!(difference <= most)) most = difference; // negated so that NaN is kept
    if (Number.isNaN(most)) return NaN;
  }
  return most;
}

/** Returns every `every`-th value of each weight, as Python selected them. */
function sample(spec: LiveSpec, weights: Float32Array, every: number | number[]): Float32Array {
  const sampled: number[] = [];
  let at = 0;
  spec.weights.forEach(({ shape }, i) => {
    const stride = typeof every === "number" ? every : every[i]!;
    const end = at + sizeOf(shape);
    for (let j = at; j < end; j += stride) sampled.push(weights[j]!);
    at = end;
  });
  return Float32Array.from(sampled);
}

async function replay(
  spec: LiveSpec,
  bin: ArrayBuffer,
  recording: Recording,
  run: Run,
  steps: number,
  slices: Slices,
): Promise<Omit<RecordingProof, "passed">> {
  const expected = floatsOf(bin, recording.losses, steps);
  const losses = new Float32Array(steps).fill(NaN);
  let maxWeightDiff = 0;
  const compared: RecordingProof["compared"] = [];
  const checks = recording.checks.filter(({ step }) => step <= steps).sort((a, b) => a.step - b.step);
  for (const check of [...checks, null]) {
    const before = run.step;
    const progress = await run.advance((check?.step ?? steps) - before, slices);
    losses.set(progress.losses, before);
    if (check === null || progress.stopped !== null) continue;
    const found = sample(spec, await run.weights(), check.every ?? 1);
    const difference = largestDifference(found, floatsOf(bin, check, found.length));
    if (!(difference <= maxWeightDiff)) maxWeightDiff = difference;
    compared.push({ step: check.step, weights: found.length });
  }
  const maxLossDiff = largestDifference(losses, expected);
  return { optimizer: recording.optimizer, steps, maxLossDiff, maxWeightDiff, compared };
}

/** Replays all recordings from Python's initial weights, at most `most` steps of each. */
export async function prove(
  spec: LiveSpec,
  bin: ArrayBuffer,
  table: Dataset,
  backend: TrainingBackend,
  make: MakeEngine,
  slices: Slices,
  maxSteps = Infinity,
): Promise<TrainingProof> {
  const tolerance = spec.tolerance[backend];
  const recordings: RecordingProof[] = [];
  let ranOn = "";
  for (const recording of spec.recordings) {
    const { optimizer, rates } = recording;
    const schedule = rates && floatsOf(bin, rates, rates.count);
    const run = new Run({ ...setupOf(spec, bin, {}), optimizer, rates: schedule }, table, [], make);
    try {
      const found = await replay(spec, bin, recording, run, Math.min(maxSteps, recording.steps), slices);
      ranOn = run.backend;
      const passed = found.maxLossDiff <= tolerance && found.maxWeightDiff <= tolerance;
      recordings.push({ ...found, passed });
    } finally {
      run.dispose();
    }
  }
  const worst = (values: number[]): number => (values.some(Number.isNaN) ? NaN : Math.max(0, ...values));
  return {
    backend: ranOn,
    steps: Math.max(0, ...recordings.map(({ steps }) => steps)),
    maxLossDiff: worst(recordings.map(({ maxLossDiff }) => maxLossDiff)),
    maxWeightDiff: worst(recordings.map(({ maxWeightDiff }) => maxWeightDiff)),
    tolerance,
    passed: recordings.length > 0 && recordings.every(({ passed }) => passed),
    recordings,
  };
}
