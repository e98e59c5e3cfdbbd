/** Python's recordings replayed here: the same steps must give the same losses and weights. */
import { floatsOf, type Table } from "../data/data";
import { Run, type MakeEngine, type Slices } from "./run";
import { setupOf } from "./setup";
import { sizeOf, type LiveSpec, type OptimizerSpec, type Recording, type TrainingBackend } from "../spec";

/** One recording: how far this device was from Python. Differences are absolute, NaN where one is none. */
export interface RecordingProof {
  optimizer: OptimizerSpec;
  steps: number;
  maxLossDiff: number;
  maxWeightDiff: number;
  /** Weights that were compared, after how many steps. */
  compared: { step: number; weights: number }[];
  passed: boolean;
}

export interface TrainingProof {
  /** As the realm that computed names it. */
  backend: string;
  /** The most steps of a recording. */
  steps: number;
  maxLossDiff: number;
  maxWeightDiff: number;
  tolerance: number;
  passed: boolean;
  recordings: RecordingProof[];
}

/** The largest difference; NaN as soon as one side has no number. */
export function largestDifference(found: Float32Array, expected: Float32Array): number {
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    if (!(difference <= most)) most = difference; // NaN comes in, and a NaN stays
    if (Number.isNaN(most)) return NaN;
  }
  return most;
}

/** Of each weight every `every`-th value, as Python chose them. */
function sample(spec: LiveSpec, weights: Float32Array, every: number | number[]): Float32Array {
  const kept: number[] = [];
  let at = 0;
  spec.weights.forEach(({ shape }, i) => {
    const stride = typeof every === "number" ? every : every[i]!;
    const end = at + sizeOf(shape);
    for (let j = at; j < end; j += stride) kept.push(weights[j]!);
    at = end;
  });
  return Float32Array.from(kept);
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

/** Replays all recordings, each from Python's first weights, at most `most` steps of each. */
export async function prove(
  spec: LiveSpec,
  bin: ArrayBuffer,
  table: Table,
  backend: TrainingBackend,
  make: MakeEngine,
  slices: Slices,
  most = Infinity,
): Promise<TrainingProof> {
  const tolerance = spec.tolerance[backend];
  const recordings: RecordingProof[] = [];
  let ranOn = "";
  for (const recording of spec.recordings) {
    const { optimizer, rates } = recording;
    const schedule = rates && floatsOf(bin, rates, rates.count);
    const run = new Run({ ...setupOf(spec, bin, {}), optimizer, rates: schedule }, table, [], make);
    try {
      const found = await replay(spec, bin, recording, run, Math.min(most, recording.steps), slices);
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
