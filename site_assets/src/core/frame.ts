/** Rectangle and coordinates of a plot; port of `pipeline/modelpress/kinds/plot_html.py`, which renders it. */

const SIZE = 1000; // width and height of the SVG's coordinates

export interface Frame {
  /** Returns an SVG path through points of the plane, given as x, y, x, y … */
  line(points: ArrayLike<number>): string;
  /** Positions an element at a point, clamped to the frame. */
  place(element: HTMLElement, x: number, y: number): void;
  /** Returns the point of the plane under a pointer, clamped to the frame. */
  under(event: MouseEvent): [number, number];
  /** Returns a point of the plane, clamped to the frame. */
  clamp(x: number, y: number): [number, number];
}

export function frameOf(area: HTMLElement): Frame {
  const [x0 = 0, x1 = 1, y0 = 0, y1 = 1] = (area.dataset["frame"] ?? "").split(" ").map(Number);
  return {
    line: (points) => {
      let path = "";
      for (let i = 0; i + 1 < points.length; i += 2) {
        const across = coordinate(fraction(points[i] ?? 0, x0, x1));
        const down = coordinate(1 - fraction(points[i + 1] ?? 0, y0, y1));
        path += `${i ? "L" : "M"}${across} ${down}`;
      }
      return path;
    },
    place: ({ style }, x, y) => {
      style.setProperty("--mp-x", clamp(fraction(x, x0, x1)).toFixed(4));
      style.setProperty("--mp-y", clamp(fraction(y, y0, y1)).toFixed(4));
    },
    under: (event) => {
      const box = area.getBoundingClientRect();
      const across = clamp((event.clientX - box.left) / box.width);
      const up = clamp((box.bottom - event.clientY) / box.height);
      return [x0 + across * (x1 - x0), y0 + up * (y1 - y0)];
    },
    clamp: (x, y) => [Math.max(x0, Math.min(x1, x)), Math.max(y0, Math.min(y1, y))],
  };
}

/**
 * Returns the SVG path of the zero contour of `cells` × `cells` values (rows from the bottom up), by marching
 * squares over the cells' centres, and over the edges, to which values are continued in a straight line.
 */
export function border(values: ArrayLike<number>, cells: number): string {
  const at = (i: number): number => clamp((i - 0.5) / cells);
  const inside = (i: number): number => Math.max(0, Math.min(cells - 1, i - 1));
  const centre = (row: number, column: number): number => values[row * cells + column] ?? 0;
  /** From half a cell inside, at an end of a row or column, to its edge. */
  const beyond = (i: number, one: number, next: number): number => (i === 0 || i > cells ? one + (one - next) / 2 : one);
  const inner = (i: number): number => (i === 0 ? 1 : cells - 2); // the cell beside an outermost one
  const inRow = (row: number, c: number): number => beyond(c, centre(row, inside(c)), centre(row, inner(c)));
  const valueAt = (r: number, c: number): number => beyond(r, inRow(inside(r), c), inRow(inner(r), c));
  let path = "";
  for (let row = 0; row <= cells; row += 1) {
    for (let column = 0; column <= cells; column += 1) {
      const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]].map(
        ([r = 0, c = 0]) => ({ x: at(c), y: at(r), v: valueAt(r, c) }),
      );
      const ends: string[] = [];
      corners.forEach((a, i) => {
        const b = corners[(i + 1) % 4] ?? a;
        if (a.v < 0 === b.v < 0) return;
        const part = a.v / (a.v - b.v);
        const [x, y] = [a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part];
        ends.push(`${(x * SIZE).toFixed(1)} ${((1 - y) * SIZE).toFixed(1)}`);
      });
      for (let i = 0; i + 1 < ends.length; i += 2) path += `M${ends[i] ?? ""}L${ends[i + 1] ?? ""}`;
    }
  }
  return path;
}

function fraction(value: number, low: number, high: number): number {
  return (value - low) / (high - low);
}

function clamp(fraction: number): number {
  return Math.max(0, Math.min(1, fraction));
}

function coordinate(fraction: number): string {
  return (fraction * SIZE).toFixed(1).replace(/\.0$/, "");
}
