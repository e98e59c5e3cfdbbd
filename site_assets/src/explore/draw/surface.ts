/**
 * A surface over a plane in parallel projection, as SVG. The build renders it, and it is shown in print and
 * without WebGL. `surface-gl.ts` renders the same scene on a canvas.
 */
import type { Heights } from "./contours";
import { attributes, escape } from "../../core/html";
import { inside, type Point } from "./marks";
import { number } from "./params";

/** A path on the surface. color: a CSS colour; name: label of its marker, "" for none. */
export interface Track {
  name: string;
  color: string;
  /** Points in the plane; the marker is at the last one. */
  points: readonly Point[];
}

export interface Scene {
  heights: Heights;
  /** The drawn range of heights. Parts above `high` are clipped. */
  low: number;
  high: number;
  tracks: readonly Track[];
  /** Names of the axes: x, y, height. */
  names: readonly [string, string, string];
  /** Height at any point, for markers between the grid points. */
  at: (x: number, y: number) => number;
}

export const MAX_HEIGHT = 0.5; // of the surface, over a plane of 1 × 1
export const SCALE = 680; // length of the plane's side in a picture of 1000 × 1000
const CLAMP_FACTOR = 3; // heights are clamped to this multiple of MAX_HEIGHT
const QUADS = 16; // along each side of the SVG

/** Parameters for the view of a surface, in degrees. */
export function viewParams(turn = -35, tilt = 32): { turn: ReturnType<typeof number>; tilt: ReturnType<typeof number> } {
  return {
    turn: number("Turn", { min: -180, max: 180, start: turn, hidden: true }),
    tilt: number("Tilt", { min: 10, max: 90, start: tilt, hidden: true }),
  };
}

/** Names of `viewParams`, for an explainer's `viewOnly`. */
export const VIEW_PARAM_NAMES = ["turn", "tilt"] as const;

/** Maps `low` to 0 and `high` to MAX_HEIGHT, linearly, and continues above. NaN and ∞ give the upper limit. */
export function scaledHeight({ low, high }: Scene, value: number): number {
  const fraction = (value - low) / (high - low);
  return MAX_HEIGHT * (Number.isFinite(fraction) ? Math.max(0, Math.min(CLAMP_FACTOR, fraction)) : CLAMP_FACTOR);
}

type Solid = readonly [number, number, number];
/** Corners of the plane below the surface. */
export const FLOOR: readonly Solid[] = [[-0.5, -0.5, 0], [0.5, -0.5, 0], [0.5, 0.5, 0], [-0.5, 0.5, 0]];

/** Projects a point of the box (plane −½ … ½, height 0 … MAX_HEIGHT) to a picture of 1000 × 1000; returns x, y, depth. */
export function projected([x, y, z]: Solid, turn: number, tilt: number): [number, number, number] {
  const [t, u] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  const across = x * Math.cos(t) - y * Math.sin(t);
  const deep = x * Math.sin(t) + y * Math.cos(t);
  const up = deep * Math.sin(u) + (z - MAX_HEIGHT / 2) * Math.cos(u);
  return [500 + SCALE * across, 500 - SCALE * up, deep];
}

/** Maps a point and its height into the box. */
function solid(scene: Scene, [x, y]: Point, value: number): Solid {
  const { x: [x0, x1], y: [y0, y1] } = scene.heights;
  return [(x - x0) / (x1 - x0) - 0.5, (y - y0) / (y1 - y0) - 0.5, scaledHeight(scene, value)];
}

/** Position of a path's point in the box: on the surface, at most MAX_HEIGHT. */
export function onSurface(scene: Scene, point: Point): Solid {
  const [x, y, z] = solid(scene, point, scene.at(...point));
  return [x, y, Math.min(MAX_HEIGHT, z)];
}

/** Clips a quadrilateral at MAX_HEIGHT. */
function clipped(corners: readonly Solid[]): Solid[] {
  return corners.flatMap((to, i): Solid[] => {
    const from = corners.at(i - 1)!;
    if (from[2] > MAX_HEIGHT === to[2] > MAX_HEIGHT) return to[2] > MAX_HEIGHT ? [] : [to];
    const fraction = (MAX_HEIGHT - from[2]) / (to[2] - from[2]);
    const cut: Solid = [from[0] + fraction * (to[0] - from[0]), from[1] + fraction * (to[1] - from[1]), MAX_HEIGHT];
    return to[2] > MAX_HEIGHT ? [cut] : [cut, to];
  });
}

/** The surface as SVG: quadrilaterals from back to front, then the paths. */
export function surfaceSvg(scene: Scene, turn: number, tilt: number): string {
  const { heights } = scene;
  const { across, up, values, x, y } = heights;
  const column = (i: number): number => Math.round((i * (across - 1)) / QUADS);
  const row = (j: number): number => Math.round((j * (up - 1)) / QUADS);
  const corner = (i: number, j: number): Solid => {
    const place: Point = [x[0] + ((x[1] - x[0]) * column(i)) / (across - 1), y[0] + ((y[1] - y[0]) * row(j)) / (up - 1)];
    return solid(scene, place, values[row(j) * across + column(i)]!);
  };
  const quads: { deep: number; high: number; d: string }[] = [];
  for (let j = 0; j < QUADS; j += 1) {
    for (let i = 0; i < QUADS; i += 1) {
      const corners = clipped([corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)]);
      if (corners.length === 0) continue;
      const flat = corners.map((place) => projected(place, turn, tilt));
      const deep = flat.reduce((sum, [, , z]) => sum + z, 0) / flat.length;
      const high = corners.reduce((sum, [, , z]) => sum + z, 0) / corners.length / MAX_HEIGHT;
      quads.push({ deep, high, d: `M${flat.map(([px, py]) => `${px.toFixed(0)} ${py.toFixed(0)}`).join("L")}Z` });
    }
  }
  quads.sort((a, b) => b.deep - a.deep);
  const faces = quads.map(({ high, d }) => `<path d="${d}" style="--mp-high:${(100 * high).toFixed(0)}%"/>`);
  const tracks = scene.tracks.map(({ color, points }) => {
    const seen = points.filter((point) => inside(heights, point));
    const flat = seen.map((point) => projected(onSurface(scene, point), turn, tilt));
    const d = flat.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join("L");
    const end = flat.at(-1);
    const dot = end ? `<circle cx="${end[0].toFixed(1)}" cy="${end[1].toFixed(1)}" r="13" style="fill:${color}"/>` : "";
    return (d ? `<path class="mp-surface-walk" d="M${d}" style="stroke:${color}"/>` : "") + dot;
  });
  const floor = `M${FLOOR.map((place) => projected(place, turn, tilt).slice(0, 2).map((at) => at.toFixed(0)).join(" ")).join("L")}Z`;
  return `<svg class="mp-surface-still" viewBox="0 0 1000 1000" aria-hidden="true"><path class="mp-surface-floor" d="${floor}"/><g class="mp-surface-faces">${faces.join("")}</g>${tracks.join("")}</svg>`;
}

/** Labels of the axes and markers, positioned over the picture. */
export function labelsHtml(scene: Scene, turn: number, tilt: number): string {
  const word = (place: Solid, text: string, kind: string): string => {
    const [px, py] = projected(place, turn, tilt);
    return `<span class="${kind}" style="left:${(px / 10).toFixed(2)}%;top:${(py / 10).toFixed(2)}%">${escape(text)}</span>`;
  };
  const near = (along: 0 | 1): Solid => {
    // The label is at the nearer of the two parallel edges.
    const ends: Solid[] = along === 0 ? [[0, -0.57, 0], [0, 0.57, 0]] : [[-0.57, 0, 0], [0.57, 0, 0]];
    return ends.sort((a, b) => projected(a, turn, tilt)[2] - projected(b, turn, tilt)[2])[0]!;
  };
  const markers = scene.tracks.filter(({ name }) => name).map(({ name, points }) => {
    const end = points.at(-1)!;
    return inside(scene.heights, end) ? word(onSurface(scene, end), name, "mp-surface-name") : "";
  });
  return word(near(0), scene.names[0], "mp-surface-axis") + word(near(1), scene.names[1], "mp-surface-axis") + markers.join("");
}

/** HTML of a surface in a picture. It is static until `surface-live.ts` attaches to it. */
export function surfaceHtml(scene: Scene, turn: number, tilt: number, label: string): string {
  const given = attributes({
    class: "mp-surface", "data-keep": "", "data-part": "surface", "aria-label": `${label} Arrow keys turn it.`,
    role: "application", tabindex: 0, "aria-roledescription": "turnable surface",
  });
  const [first, second, third] = scene.names.map(escape);
  return `<div class="mp-surface-frame"><p class="mp-axis-name">${third} over ${first} and ${second}; drag to turn</p><div${given}>${surfaceSvg(scene, turn, tilt)}<div class="mp-surface-names" aria-hidden="true">${labelsHtml(scene, turn, tilt)}</div></div></div>`;
}
