/** What a failure's figure knows from the page: its two trainings as Python recorded them. */
import type { CourseName, FailureFigure } from "../../core/schema";

export { COURSES } from "../../core/schema";
export type { CourseName, CurveName, FailureCourse as RecordedCourse, FailureFigure as Recorded } from "../../core/schema";

/** A step, from 1, and the value of the curve there. */
export type Point = readonly [number, number];

/** A recorded training's curve. */
export function pointsOf(recorded: FailureFigure, name: CourseName): readonly Point[] {
  const { losses, points } = recorded.courses[name];
  return recorded.curve === "loss" ? losses.map((loss, i) => [i + 1, loss]) : points;
}
