/**
 * A surface over a plane, seen from aslant: the picture that the build draws, that is printed, and that
 * stays where a device has no 3-D. `surface-gl.ts` draws the same on a canvas.
 */
import type { Heights } from "./contours";
import { attributes, escape } from "./html";
import { inside, type Point } from "./marks";
import { number } from "./params";

/** A walk on the surface. color: a CSS colour; name: what its marble is called, "" for none. */
export interface Track {
  name: string;
  color: string;
  /** Places in the plane, the marble at the last. */
  points: readonly Point[];
}

export interface Scene {
  heights: Heights;
  /** What is drawn: heights from `low` to `high`; higher walls are cut off. */
  low: number;
  high: number;
  tracks: readonly Track[];
  /** Names of the three axes, the height last. */
  names: readonly [string, string, string];
  /** Height at any place, for marbles between the grid's points. */
  at: (x: number, y: number) => number;
}

export const TALL = 0.5; // a surface's height, for a plane of 1 × 1
export const SCALE = 680; // of the picture's 1000, to a side of the plane
const WALL = 3; // how often TALL a place above it is taken to be
const QUADS = 16; // to a side of the still picture

/** Params that turn a surface. */
export function turning(turn = -35, tilt = 32): { turn: ReturnType<typeof number>; tilt: ReturnType<typeof number> } {
  return {
    turn: number("Turn", { min: -180, max: 180, start: turn, hidden: true }),
    tilt: number("Tilt", { min: 10, max: 90, start: tilt, hidden: true }),
  };
}

/** Their names: they leave a walk where it is. */
export const TURNING = ["turn", "tilt"] as const;

/** From 0 at `low` to TALL at `high`, and on above it. */
export function tall({ low, high }: Scene, value: number): number {
  const share = (value - low) / (high - low);
  return TALL * (Number.isFinite(share) ? Math.max(0, Math.min(WALL, share)) : WALL);
}

type Solid = readonly [number, number, number];
/** The plane's own rectangle, below the surface. */
export const FLOOR: readonly Solid[] = [[-0.5, -0.5, 0], [0.5, -0.5, 0], [0.5, 0.5, 0], [-0.5, 0.5, 0]];

/** A point of the unit box (plane −½ … ½, height 0 … TALL) on a picture of 1000 × 1000. */
export function projected([x, y, z]: Solid, turn: number, tilt: number): [number, number, number] {
  const [t, u] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  const across = x * Math.cos(t) - y * Math.sin(t);
  const deep = x * Math.sin(t) + y * Math.cos(t);
  const up = deep * Math.sin(u) + (z - TALL / 2) * Math.cos(u);
  return [500 + SCALE * across, 500 - SCALE * up, deep];
}

/** Place in the unit box. */
function solid(scene: Scene, [x, y]: Point, value: number): Solid {
  const { x: [x0, x1], y: [y0, y1] } = scene.heights;
  return [(x - x0) / (x1 - x0) - 0.5, (y - y0) / (y1 - y0) - 0.5, tall(scene, value)];
}

/** Where a walk's point lies: on the surface, or at the top of a wall that is cut off. */
export function onSurface(scene: Scene, point: Point): Solid {
  const [x, y, z] = solid(scene, point, scene.at(...point));
  return [x, y, Math.min(TALL, z)];
}

/** What of a quadrilateral is not above TALL, where walls are cut off. */
function belowWall(corners: readonly Solid[]): Solid[] {
  return corners.flatMap((to, i): Solid[] => {
    const from = corners.at(i - 1)!;
    if (from[2] > TALL === to[2] > TALL) return to[2] > TALL ? [] : [to];
    const share = (TALL - from[2]) / (to[2] - from[2]);
    const cut: Solid = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), TALL];
    return to[2] > TALL ? [cut] : [cut, to];
  });
}

/** The surface as SVG: quadrilaterals from the farthest to the nearest, and the walks above them. */
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
      const corners = belowWall([corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)]);
      if (corners.length === 0) continue;
      const flat = corners.map((place) => projected(place, turn, tilt));
      const deep = flat.reduce((sum, [, , z]) => sum + z, 0) / flat.length;
      const high = corners.reduce((sum, [, , z]) => sum + z, 0) / corners.length / TALL;
      quads.push({ deep, high, d: `M${flat.map(([px, py]) => `${px.toFixed(0)} ${py.toFixed(0)}`).join("L")}Z` });
    }
  }
  quads.sort((a, b) => b.deep - a.deep);
  const faces = quads.map(({ high, d }) => `<path d="${d}" style="--mp-high:${(100 * high).toFixed(0)}%"/>`);
  const walks = scene.tracks.map(({ color, points }) => {
    const seen = points.filter((point) => inside(heights, point));
    const flat = seen.map((point) => projected(onSurface(scene, point), turn, tilt));
    const d = flat.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join("L");
    const end = flat.at(-1);
    const dot = end ? `<circle cx="${end[0].toFixed(1)}" cy="${end[1].toFixed(1)}" r="13" style="fill:${color}"/>` : "";
    return (d ? `<path class="mp-surface-walk" d="M${d}" style="stroke:${color}"/>` : "") + dot;
  });
  const floor = `M${FLOOR.map((place) => projected(place, turn, tilt).slice(0, 2).map((at) => at.toFixed(0)).join(" ")).join("L")}Z`;
  return `<svg class="mp-surface-still" viewBox="0 0 1000 1000" aria-hidden="true"><path class="mp-surface-floor" d="${floor}"/><g class="mp-surface-faces">${faces.join("")}</g>${walks.join("")}</svg>`;
}

/** Names of the axes and the marbles, placed in the picture. */
export function namesHtml(scene: Scene, turn: number, tilt: number): string {
  const word = (place: Solid, text: string, kind: string): string => {
    const [px, py] = projected(place, turn, tilt);
    return `<span class="${kind}" style="left:${(px / 10).toFixed(2)}%;top:${(py / 10).toFixed(2)}%">${escape(text)}</span>`;
  };
  const near = (along: 0 | 1): Solid => {
    // Of two parallel edges of the floor the one nearer to the reader has the name.
    const ends: Solid[] = along === 0 ? [[0, -0.57, 0], [0, 0.57, 0]] : [[-0.57, 0, 0], [0.57, 0, 0]];
    return ends.sort((a, b) => projected(a, turn, tilt)[2] - projected(b, turn, tilt)[2])[0]!;
  };
  const marbles = scene.tracks.filter(({ name }) => name).map(({ name, points }) => {
    const end = points.at(-1)!;
    return inside(scene.heights, end) ? word(onSurface(scene, end), name, "mp-surface-name") : "";
  });
  return word(near(0), scene.names[0], "mp-surface-axis") + word(near(1), scene.names[1], "mp-surface-axis") + marbles.join("");
}

/** The place of a surface in a picture: still until `surface-live.ts` brings it to life. */
export function surfacePlace(scene: Scene, turn: number, tilt: number, label: string): string {
  const given = attributes({
    class: "mp-surface", "data-keep": "", "data-part": "surface", "aria-label": `${label} Arrow keys turn it.`,
    role: "application", tabindex: 0, "aria-roledescription": "turnable surface",
  });
  const [first, second, third] = scene.names.map(escape);
  return `<div class="mp-surface-frame"><p class="mp-axis-name">${third} over ${first} and ${second}, to turn</p><div${given}>${surfaceSvg(scene, turn, tilt)}<div class="mp-surface-names" aria-hidden="true">${namesHtml(scene, turn, tilt)}</div></div></div>`;
}
