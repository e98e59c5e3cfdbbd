/**
 * A failure case's two trainings in the page's address: `#dead_channel.failure=wrong:1000,repaired:250`. The last
 * one is the selected one.
 */
import { group } from "../../core/number-format";
import { cut, listed, quoted } from "../../core/quoting";
import { COURSES, type CourseName } from "./spec";

export interface Linked {
  readonly steps: Readonly<Record<CourseName, number>>;
  readonly now: CourseName;
  /** Lists the invalid parts of the text; "" if it is valid. */
  readonly wrong: string;
}

export function linkText(steps: Readonly<Record<CourseName, number>>, now: CourseName): string {
  const order = [...COURSES].sort((a, b) => Number(a === now) - Number(b === now));
  return order.filter((name) => steps[name] > 0 || name === now).map((name) => `${name}:${String(steps[name])}`).join(",");
}

/** Parses the trainings' steps. Missing or invalid ones are 0. */
export function readLinked(text: string, totals: Readonly<Record<CourseName, number>>): Linked {
  const steps: Record<CourseName, number> = { wrong: 0, repaired: 0 };
  const unusable: string[] = [];
  let now: CourseName = "wrong";
  for (const part of text.split(",").filter(Boolean)) {
    const [name, value = ""] = cut(part, ":");
    const course = COURSES.find((each) => each === name);
    if (course === undefined) {
      unusable.push(`${quoted(name)} (left out)`);
      continue;
    }
    const step = /^\d+$/.test(value) ? Number(value) : NaN;
    if (step <= totals[course]) steps[course] = step;
    else unusable.push(`step ${quoted(value)} (from 0 to ${group(String(totals[course]))}; the first one instead)`);
    now = course;
  }
  return {
    steps,
    now,
    wrong: unusable.length > 0 ? `The link asks for what there is not: ${listed(unusable)}.` : "",
  };
}
