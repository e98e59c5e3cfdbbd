/** Renders a drawing on its pad: SVG of its strokes, or of the pixels extracted from a picture. */
import { PAD, SIDE, type Stroke } from "./strokes";
import { levelsUrl } from "../../core/levels";

const SVG = "http://www.w3.org/2000/svg";

/** Strokes of the pen, or pixels extracted from a picture. */
export interface Drawing {
  readonly strokes: readonly Stroke[];
  readonly pixels: Uint8Array | null;
}

export const NO_DRAWING: Drawing = { strokes: [], pixels: null };

/** Shows a drawing and the current stroke. Elements of unchanged strokes are reused. */
export function showInk(svg: SVGElement, drawing: Drawing, current: Stroke | null): void {
  const wanted: (Stroke | Uint8Array)[] = drawing.pixels ? [drawing.pixels] : [...drawing.strokes];
  if (current) wanted.push(current);
  const shown = wanted.map((each) => {
    const known = each === current ? undefined : groups.get(each);
    if (known) return known;
    const made = each instanceof Uint8Array ? imageOf(each) : groupOf(each);
    if (each !== current) groups.set(each, made);
    return made;
  });
  svg.replaceChildren(...shown);
}

const groups = new WeakMap<object, SVGElement>();

function imageOf(levels: Uint8Array): SVGElement {
  const image = document.createElementNS(SVG, "image");
  image.setAttribute("width", String(PAD));
  image.setAttribute("height", String(PAD));
  image.setAttribute("href", levelsUrl(levels.map((level) => 255 - level), SIDE, SIDE));
  return image;
}

/** Returns a stroke as round-capped lines, split where the pen's pressure changes. */
function groupOf(stroke: Stroke): SVGElement {
  const points = stroke.length > 1 ? stroke : [...stroke, ...stroke];
  const even = points.every(([, , width]) => width === points[0]![2]);
  const pieces = even ? [points] : points.slice(1).map((point, i) => [points[i]!, point]);
  const group = document.createElementNS(SVG, "g");
  for (const piece of pieces) {
    const line = document.createElementNS(SVG, "polyline");
    line.setAttribute("points", piece.map(([x, y]) => `${x},${y}`).join(" "));
    const width = piece.reduce((sum, point) => sum + point[2], 0) / piece.length / 100;
    line.style.setProperty("--mp-w", String(width));
    group.append(line);
  }
  return group;
}
