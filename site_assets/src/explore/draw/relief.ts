/** A surface over a square as SVG in parallel projection. SVG also works without scripts and in print. */
import { short } from "../../core/number-format";
import { attributes, escape } from "../../core/html";

const HEIGHT = 0.8; // half the box's height; the square reaches from −1 to 1
const LEVELS = 16; // shades for each sign

export interface ViewAngles {
  /** Rotation around the vertical axis in degrees, −180 … 180. */
  turn: number;
  /** Elevation above the square in degrees, 0 … 90. */
  tilt: number;
}

export interface SurfaceOptions extends ViewAngles {
  /** Grid points along each side. */
  n: number;
  /** Values at the box's floor and ceiling. */
  range: readonly [number, number];
  /** Names of the x and y axes. */
  names: readonly [string, string];
  /** Both axes go from −reach to reach. */
  reach: number;
}

type Point = readonly [number, number, number];

/** Projects a point of the box (−1 … 1, y points away) to the picture (−1 … 1, y up) and its depth, larger when farther. */
export function project({ turn, tilt }: ViewAngles, [x, y, h]: Point): Point {
  const [a, e] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  const across = x * Math.cos(a) - y * Math.sin(a);
  const depth = x * Math.sin(a) + y * Math.cos(a);
  const scale = 1 / 1.5;
  return [across * scale, (depth * Math.sin(e) + h * HEIGHT * Math.cos(e)) * scale, depth * Math.cos(e) - h * HEIGHT * Math.sin(e)];
}

/** values: float32 (n·n,), row by row from y = −1 to 1, x ascending. line: values along y = 0, x ascending. */
export function surface(values: ArrayLike<number>, options: SurfaceOptions, line: ArrayLike<number> = []): string {
  const { n, range: [low, high], names, reach } = options;
  const middle = (low + high) / 2;
  const height = (value: number): number => Math.max(-1, Math.min(1, (value - middle) / ((high - low) / 2)));
  const side = (i: number): number => (2 * i) / (n - 1) - 1;
  const at = (i: number, j: number): Point => project(options, [side(j), side(i), height(values[i * n + j]!)]);
  const faces: { depth: number; svg: string }[] = [];
  for (let i = 0; i + 1 < n; i++) {
    for (let j = 0; j + 1 < n; j++) {
      const corners = [at(i, j), at(i, j + 1), at(i + 1, j + 1), at(i + 1, j)];
      const value = (values[i * n + j]! + values[i * n + j + 1]! + values[(i + 1) * n + j + 1]! + values[(i + 1) * n + j]!) / 4;
      const level = Math.round((LEVELS * Math.min(Math.abs(value), Math.max(high, -low))) / Math.max(high, -low));
      const shade = `${value < 0 ? "mp-face mp-low" : "mp-face"}" style="--mp-shade:${((72 * level) / LEVELS + 8).toFixed(0)}%`;
      faces.push({ depth: corners.reduce((sum, corner) => sum + corner[2], 0), svg: `<path class="${shade}" d="M${corners.map(screen).join("L")}Z"/>` });
    }
  }
  faces.sort((a, b) => b.depth - a.depth);
  const floor = ([[-1, -1], [1, -1], [1, 1], [-1, 1]] as const).map(([x, y]) => project(options, [x, y, -1]));
  const above = line.length
    ? `<path class="mp-section" d="M${Array.from(line, (value, i) => screen(project(options, [(2 * i) / (line.length - 1) - 1, 0, height(value)]))).join("L")}"/>`
    : "";
  // The vertical axis is at the leftmost corner.
  const post = ([[-1, -1], [1, -1], [1, 1], [-1, 1]] as const).reduce((best, corner) =>
    project(options, [...corner, 0])[0] < project(options, [...best, 0])[0] ? corner : best);
  const upright = `<path class="mp-grid mp-upright" d="M${screen(project(options, [...post, -1]))}L${screen(project(options, [...post, 1]))}"/>`;
  const marks = [...new Set([low, middle, high])].map((value) => label(project(options, [...post, height(value)]), short(value), "mp-mark-left"));
  // The labels are at the front edges, where the surface does not hide them.
  const front = (a: Point, b: Point): number => (project(options, a)[2] < project(options, b)[2] ? -1 : 1);
  const [y, x] = [front([0, -1, -1], [0, 1, -1]), front([-1, 0, -1], [1, 0, -1])];
  const axes = [
    ...([-1, 1] as const).map((end) => label(project(options, [0.86 * end, 1.2 * y, -1]), short(end * reach), "")),
    label(project(options, [0, 1.2 * y, -1]), names[0], ""),
    ...([-1, 1] as const).map((end) => label(project(options, [1.2 * x, 0.86 * end, -1]), short(end * reach), "")),
    label(project(options, [1.2 * x, 0, -1]), names[1], ""),
  ];
  return (
    `<div class="mp-tilted" data-frame="-180 180 0 90"><svg viewBox="0 0 1000 900" aria-hidden="true">` +
    `<path class="mp-grid" d="M${floor.map(screen).join("L")}Z"/>${upright}${faces.map(({ svg }) => svg).join("")}${above}</svg>` +
    `${[...axes, ...(options.tilt < 75 ? marks : [])].join("")}${turner(options)}</div>`
  );
}

/** A handle over the whole picture that turns it by pointer, touch and arrow keys. */
function turner({ turn, tilt }: ViewAngles): string {
  const description = `The surface, turned by ${short(turn)}° and viewed from ${short(tilt)}° above. Arrow keys turn it.`;
  const given = attributes({
    type: "button", class: "mp-turner", "data-handle": "look", "data-relative": "", "data-x": turn, "data-y": tilt,
    "aria-label": description, "aria-roledescription": "turnable surface",
  });
  return `<button${given}></button>`;
}

function screen([x, y]: Point): string {
  return `${(500 + 500 * x).toFixed(1)} ${(450 - 500 * y).toFixed(1)}`;
}

function label([x, y]: Point, text: string, className: string): string {
  const style = `--mp-x:${(0.5 + x / 2).toFixed(4)};--mp-y:${(0.5 + y / 1.8).toFixed(4)}`;
  return `<span class="mp-tilted-label ${className}" style="${style}" aria-hidden="true">${escape(text)}</span>`;
}
