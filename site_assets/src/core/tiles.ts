/**
 * Paints a layer's values as cells; port of `pipeline/modelpress/core/tiles.py` and
 * `pipeline/modelpress/core/png.py`.
 */

/** Colour steps on each side of zero, and the colours at full strength. */
const LEVELS = 127;
const NEGATIVE = [43, 140, 204] as const;
const POSITIVE = [209, 116, 28] as const;

/** `tiles` of `height` × `width` cells, `columns` side by side; a vector has one cell a tile. */
export interface Layout {
  readonly tiles: number;
  readonly columns: number;
  readonly height: number;
  readonly width: number;
}

export function layoutOf(data: DOMStringMap): Layout {
  const read = (name: string): number => Number(data[name] ?? 1);
  return {
    tiles: read("tiles"), columns: read("columns"), height: read("height"), width: read("width"),
  };
}

const gapOf = ({ height, width }: Layout): number => (height === 1 && width === 1 ? 0 : 1);

/** Returns width and height of the picture, in cells. */
export function sizeOfCells(layout: Layout): [number, number] {
  const gap = gapOf(layout);
  const rows = Math.ceil(layout.tiles / layout.columns);
  return [layout.columns * (layout.width + gap) - gap, rows * (layout.height + gap) - gap];
}

/** Returns the left and top cell of a tile. */
export function tileAt(layout: Layout, tile: number): [number, number] {
  const gap = gapOf(layout);
  const row = Math.floor(tile / layout.columns);
  return [(tile % layout.columns) * (layout.width + gap), row * (layout.height + gap)];
}

/** Returns the index of the value at a cell of the picture, or -1 in a gap. */
export function valueAt(layout: Layout, channels: number, x: number, y: number): number {
  const gap = gapOf(layout);
  const [across, down] = [layout.width + gap, layout.height + gap];
  const [column, row] = [x % across, y % down];
  const tile = Math.floor(y / down) * layout.columns + Math.floor(x / across);
  if (column >= layout.width || row >= layout.height || tile >= layout.tiles) return -1;
  return indexOfValue(layout, channels, tile, row, column);
}

/** Returns a value's index: values are stored channels last, and each channel has a tile. */
function indexOfValue(layout: Layout, channels: number, tile: number, row: number, column: number): number {
  return channels > 1
    ? (row * layout.width + column) * channels + tile
    : tile * layout.height * layout.width + row * layout.width + column;
}

/** Paints values into a canvas of the layout's size. `top`: absolute value at full strength. */
export function paint(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  layout: Layout,
  channels: number,
  top: number,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const picture = context.createImageData(canvas.width, canvas.height);
  const scale = top > 0 ? LEVELS / top : 0;
  for (let tile = 0; tile < layout.tiles; tile += 1) {
    const [left, up] = tileAt(layout, tile);
    for (let row = 0; row < layout.height; row += 1) {
      for (let column = 0; column < layout.width; column += 1) {
        const value = values[indexOfValue(layout, channels, tile, row, column)] ?? 0;
        const level = Math.min(LEVELS, Math.round(Math.abs(value) * scale));
        const at = ((up + row) * canvas.width + left + column) * 4;
        const color = value > 0 ? POSITIVE : NEGATIVE;
        for (let channel = 0; channel < 3; channel += 1) picture.data[at + channel] = color[channel]!;
        picture.data[at + 3] = Math.round((level * 255) / LEVELS);
      }
    }
  }
  context.putImageData(picture, 0, 0);
}
