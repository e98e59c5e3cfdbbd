/** Layout of the diagram of a dense network: positions of neurons, and strongest connections. No DOM. */

/** A layer of neurons. columns: width of the image that its values form, 0 if they form none. */
export interface NetLayer {
  /** Name of the Keras layer, "" for the input. */
  name: string;
  label: string;
  activation: string;
  size: number;
  columns: number;
  /** A label for each neuron, or an empty list. */
  labels: string[];
}

/** Weights between two layers: kernel (from, to), flat, and bias (to,). */
export interface NetWeights {
  kernel: ArrayLike<number>;
  bias: ArrayLike<number>;
}

/** Index in the first layer, index in the second layer, weight. */
export type Connection = readonly [number, number, number];

/** A dense network: written by `pipeline/modelpress/site/explainers/network.py`, then updated from the running model. */
export interface NetworkResource {
  slug: string;
  title: string;
  tolerance: number;
  dense: true;
  reading: string;
  /** A sentence about an exceptional state. */
  note?: string;
  layers: NetLayer[];
  /** The activations of each layer. */
  values: ArrayLike<number>[];
  /** null if they are too many for the page. */
  weights: NetWeights[] | null;
  /** Without weights, the strongest connections of each pair of layers. */
  links: { weight: Connection[]; carries: Connection[] }[] | null;
}

/** A network that is not a sequence of dense layers: only a list of its layers. */
export interface OtherResource {
  slug: string;
  title: string;
  tolerance: number;
  dense: false;
  why: string;
  reading: string;
  note?: string;
  layers: { name: string; kind: string; activation: string; shape: number[] | null; parameters: number; connections: number | null }[];
}

export const WIDTH = 1000;
const MAX_HEIGHT = 780;
const MIN_HEIGHT = 260;
const MAX_COLUMN = 22; // most neurons in a single column
const MAX_ROOM = 62; // largest distance between neurons
const MARGIN = 30; // above and below, together
const FILL = 0.52; // fraction of a layer's width that its neurons take
const IMAGE_FILL = 0.86; // the same for the pixels of an image
const EDGE = 0.25; // least distance from the edge to the centre of an outer layer, as a fraction of the layer's width

/** Positions of a layer's neurons. places: x, y of each; room: distance between neighbours. */
export interface Spread {
  places: Float64Array;
  room: number;
  /** Centre and top of the layer. */
  x: number;
  top: number;
}

/** Height of the diagram: what the tallest layer needs, within limits. */
export function heightOf(layers: readonly Pick<NetLayer, "size" | "columns">[]): number {
  const rows = layers.map(({ size, columns }) => (columns || size > MAX_COLUMN ? MAX_COLUMN : size));
  return Math.min(MAX_HEIGHT, Math.max(MIN_HEIGHT, Math.max(...rows) * MAX_ROOM + MARGIN));
}

/** Positions of all neurons, layers from left to right. */
export function spread(layers: readonly Pick<NetLayer, "size" | "columns">[]): Spread[] {
  const across = WIDTH / layers.length;
  const height = heightOf(layers);
  const blocks = layers.map(({ size, columns: given }) => {
    const wide = across * FILL;
    const columns = given || (size <= MAX_COLUMN ? 1 : bestColumns(size, wide, height));
    const rows = Math.ceil(size / columns);
    const room = Math.min(MAX_ROOM, height / rows, (given ? across * IMAGE_FILL : columns === 1 ? MAX_ROOM : wide) / columns);
    return { size, columns, rows, room };
  });
  const edge = ({ columns, room }: { columns: number; room: number }): number => Math.max((columns * room) / 2, across * EDGE);
  const [first, last] = [edge(blocks[0]!), WIDTH - edge(blocks.at(-1)!)];
  return blocks.map(({ size, columns, rows, room }, i) => {
    const x = first + ((last - first) * i) / Math.max(1, layers.length - 1);
    const [left, top] = [x - (columns * room) / 2, (height - rows * room) / 2];
    const places = new Float64Array(2 * size);
    for (let neuron = 0; neuron < size; neuron += 1) {
      places[2 * neuron] = left + ((neuron % columns) + 0.5) * room;
      places[2 * neuron + 1] = top + (Math.floor(neuron / columns) + 0.5) * room;
    }
    return { places, room, x, top };
  });
}

/** The number of columns that gives each of `size` neurons the most room. */
function bestColumns(size: number, wide: number, height: number): number {
  let [best, most] = [1, 0];
  for (let columns = 2; columns <= size; columns += 1) {
    const room = Math.min(wide / columns, height / Math.ceil(size / columns));
    if (room > most) [best, most] = [columns, room];
  }
  return best;
}

/**
 * Returns the `count` strongest connections of a kernel (from, to), by |weight|, or with `values` (from,) by
 * |weight × value|. Ties keep the kernel's order; connections of strength 0 are omitted.
 */
export function strongest(kernel: ArrayLike<number>, units: number, values: ArrayLike<number> | null, count: number): Connection[] {
  const [found, sizes]: [number[], number[]] = [[], []];
  for (let i = 0; i < kernel.length; i += 1) {
    const size = Math.abs(kernel[i]! * (values ? values[Math.floor(i / units)]! : 1));
    if (size === 0 || (found.length === count && size <= (sizes[count - 1] ?? 0)) || count === 0) continue;
    let at = found.length;
    while (at > 0 && sizes[at - 1]! < size) at -= 1;
    found.splice(at, 0, i);
    sizes.splice(at, 0, size);
    if (found.length > count) [found.length, sizes.length] = [count, count];
  }
  return found.map((i) => [Math.floor(i / units), i % units, kernel[i]!]);
}

/** The strongest connections of one neuron: into it, by |weight × value|, or out of it, by |weight|. */
export function connectionsOf(kernel: ArrayLike<number>, units: number, neuron: number, into: boolean, values: ArrayLike<number>, count: number): Connection[] {
  const all: Connection[] = [];
  if (into) for (let i = 0; i < kernel.length / units; i += 1) all.push([i, neuron, kernel[i * units + neuron]!]);
  else for (let j = 0; j < units; j += 1) all.push([neuron, j, kernel[neuron * units + j]!]);
  const size = ([from, , weight]: Connection): number => Math.abs(weight * (into ? values[from]! : 1));
  return all.filter((connection) => size(connection) > 0).sort((a, b) => size(b) - size(a)).slice(0, count);
}

/** A neuron's weighted sum before its activation: Σ value × weight + bias. */
export function sumOf({ kernel, bias }: NetWeights, neuron: number, values: ArrayLike<number>): number {
  let sum = bias[neuron] ?? 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]! * kernel[i * bias.length + neuron]!;
  return sum;
}
