/** What a failure's figure knows from the page: its two trainings as Python recorded them. */
import type { Entry } from "../../runtime/spec";

export const COURSES = ["wrong", "repaired"] as const;
export type CourseName = (typeof COURSES)[number];

export type CurveName = "loss" | "val_loss" | "val_accuracy";

/** A step, from 1, and the value of the curve there. */
export type Point = readonly [number, number];

/** One of Python's two trainings. */
export interface RecordedCourse {
  /** What `modelpress.trainer` takes. */
  readonly entry: Entry;
  /** Loss of each step's batch before the step. */
  readonly losses: readonly number[];
  /** Where the curve is another one than that of the losses. */
  readonly points: readonly Point[];
  /** To each example, after the last step, scaled. */
  readonly answers: readonly (readonly number[])[];
}

/** Written by `pipeline/modelpress/site/fences/failure.py`. */
export interface Recorded {
  readonly curve: CurveName;
  readonly repair: string;
  readonly outputs: readonly string[];
  readonly scale: number;
  readonly tolerance: number;
  /** Inputs to look at. */
  readonly examples: readonly (readonly number[])[];
  readonly courses: Readonly<Record<CourseName, RecordedCourse>>;
}

/** A recorded training's curve. */
export function pointsOf(recorded: Recorded, name: CourseName): readonly Point[] {
  const { losses, points } = recorded.courses[name];
  return recorded.curve === "loss" ? losses.map((loss, i) => [i + 1, loss]) : points;
}
