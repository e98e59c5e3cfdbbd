/** A model's portrait: a map or curve of its predictions, its first layer's weights, or its golden cases. */
import { attributes, slot } from "../../core/html";

const [WIDTH, HEIGHT, MARGIN] = [320, 180, 16];
/** Radius of a golden case's dot, with and without a colour of its own. */
const [PAINTED, PLAIN] = [6, 3];

/** A golden case: its place, from 0 to 1 with y upwards, and the colours of input and prediction. */
interface Dot {
  readonly x: number;
  readonly y: number;
  readonly fill: string | null;
  readonly stroke: string | null;
}

export type Portrait =
  | { readonly kind: "map"; readonly picture: string }
  | { readonly kind: "curve"; readonly x: readonly number[]; readonly y: readonly number[] }
  | { readonly kind: "weights"; readonly url: string; readonly layer: string }
  | { readonly kind: "cases"; readonly dots: readonly Dot[] };

export function portraitHtml(portrait: Portrait): string {
  switch (portrait.kind) {
    case "map":
      return svg(
        `<image${attributes({ href: portrait.picture, width: WIDTH, height: HEIGHT, preserveAspectRatio: "none" })}/>`,
        "Map of the model's prediction over the plane of its inputs",
      );
    case "curve":
      return svg(curve(portrait.x, portrait.y), "Curve of the model's prediction over the range of its input");
    case "weights":
      return `<img${attributes({
        class: "mp-portrait mp-portrait-weights", src: slot("root") + portrait.url, width: WIDTH, height: HEIGHT, loading: "lazy",
        alt: `Weights of the first layer, ${portrait.layer}: blue for negative, orange for positive`,
      })}>`;
    case "cases":
      return svg(
        portrait.dots.map((dot) => circle(dot)).join(""),
        `${String(portrait.dots.length)} golden cases of the model, each where its input lies and painted as the model answers`,
      );
  }
}

function svg(body: string, label: string): string {
  return `<svg class="mp-portrait" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img"${attributes({ "aria-label": label })}>${body}</svg>`;
}

/** The curve over the input's range, with axes through zero where it is in the picture. x: ascending. */
function curve(x: readonly number[], y: readonly number[]): string {
  const [first, last, low, high] = [x[0]!, x.at(-1)!, Math.min(...y), Math.max(...y)];
  const across = (value: number): string => (MARGIN + ((value - first) / (last - first || 1)) * (WIDTH - 2 * MARGIN)).toFixed(1);
  const up = (value: number): string => (HEIGHT - MARGIN - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN)).toFixed(1);
  const axes =
    (low <= 0 && high >= 0 ? `M0 ${up(0)}H${String(WIDTH)}` : "") +
    (first <= 0 && last >= 0 ? `M${across(0)} 0V${String(HEIGHT)}` : "");
  const line = x.map((value, i) => `${across(value)} ${up(y[i]!)}`).join("L");
  return `<path class="mp-axes" d="${axes}"/><path class="mp-line" d="M${line}"/>`;
}

function circle({ x, y, fill, stroke }: Dot): string {
  return `<circle${attributes({
    cx: (MARGIN + x * (WIDTH - 2 * MARGIN)).toFixed(1),
    cy: (HEIGHT - MARGIN - y * (HEIGHT - 2 * MARGIN)).toFixed(1),
    r: fill ? PAINTED : PLAIN,
    fill,
    stroke,
  })}/>`;
}
