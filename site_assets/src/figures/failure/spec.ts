/** The page's description of a failure case: its two trainings as recorded by Python. */
import type { CourseName, FailureFigure } from "../../core/schema";

export { COURSES } from "../../core/schema";
export type { CourseName, CurveName, FailureCourse as RecordedCourse, FailureFigure as Recorded } from "../../core/schema";

/** A step, from 1, and the curve's value there. */
export type Point = readonly [number, number];

/** Returns a recorded training's curve. */
export function pointsOf(recorded: FailureFigure, name: CourseName): readonly Point[] {
  const { losses, points } = recorded.courses[name];
  return recorded.curve === "loss" ? losses.map((loss, i) => [i + 1, loss]) : points;
}
