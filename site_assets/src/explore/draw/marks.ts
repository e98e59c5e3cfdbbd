/** Marks in plots of explainers: dots, paths, and markers with labels. */
import type { Axes, Span } from "./chart";
import { path, place } from "./chart";
import { attributes, escape } from "../../core/html";

type Plane = Pick<Axes, "x" | "y">;
export type Point = readonly [number, number];

/** Clamps a value to a span; NaN gives the upper end. */
export function clamped(value: number, [low, high]: Span): number {
  return Number.isNaN(value) ? high : Math.max(low, Math.min(high, value));
}

export function inside({ x, y }: Plane, [px, py]: Point): boolean {
  return px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1];
}

/** An SVG path with a dot at each point inside the plane. */
export function dots(plane: Plane, points: readonly Point[]): string {
  return points.filter((point) => inside(plane, point)).map((point) => `${path(plane, [point, point]).split("L")[0]!.replace("Z", "")}h0`).join("");
}

/** SVG path of a line that may leave the plane. It ends before the first point far outside. */
export function trail({ x, y }: Plane, points: readonly Point[]): string {
  const far = ([low, high]: Span): Span => [low - 4 * (high - low), high + 4 * (high - low)];
  const wide = { x: far(x), y: far(y) };
  const end = points.findIndex((point) => !inside(wide, point));
  return path({ x, y }, end < 0 ? points : points.slice(0, end));
}

/** A marker, at the edge if its point is outside the plane. name: label beside it, "" for none. */
export function marker(plane: Plane, at: Point, className = "", name = ""): string {
  const [x, y] = [clamped(at[0], plane.x), clamped(at[1], plane.y)];
  const given = attributes({
    class: `mp-marble ${className}`.trim(), style: place(plane, [x, y]), "data-off": inside(plane, at) ? null : "",
    "data-end": x > (plane.x[0] + plane.x[1]) / 2 ? "" : null,
  });
  return `<span${given} aria-hidden="true">${name ? `<span>${escape(name)}</span>` : ""}</span>`;
}
