/** A network of dense layers as a map: where each neuron lies, and which links are drawn. No DOM. */

/** One layer of neurons. columns: of the picture that its values are, 0 where they are none. */
export interface NetLayer {
  /** Of the layer whose values these are, "" for the input itself. */
  name: string;
  label: string;
  activation: string;
  size: number;
  columns: number;
  /** A word for each neuron, or none. */
  labels: string[];
}

/** What joins two layers: kernel (from, to) laid flat, bias (to,). */
export interface NetWeights {
  kernel: ArrayLike<number>;
  bias: ArrayLike<number>;
}

/** from, to, weight. */
export type Link = readonly [number, number, number];

/** What `pipeline/modelpress/site/explainers/network.py` makes of a model, and what the running model makes of that. */
export interface NetworkResource {
  slug: string;
  title: string;
  tolerance: number;
  dense: true;
  reading: string;
  /** A sentence about what is not as usual. */
  note?: string;
  layers: NetLayer[];
  /** Of each layer, what its neurons give. */
  values: ArrayLike<number>[];
  /** null: not on the page, because they are many. */
  weights: NetWeights[] | null;
  /** Without weights, the strongest links of each pair of layers. */
  links: { weight: Link[]; carries: Link[] }[] | null;
}

/** A network that is more than dense layers in a row: what layers it has. */
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
const TALLEST = 780;
const LOWEST = 260;
const COLUMN = 22; // neurons that stand in one column at most
const LARGEST = 62; // room of a neuron
const ROUND = 30; // above and below, together
const SHARE = 0.52; // of a layer's room across that its neurons fill
const PICTURE = 0.86; // the same, of a picture's pixels
const EDGE = 0.25; // of that room, from the edge to the middle of an outer layer, at least

/** Where the neurons of a layer lie: x, y of each in the drawing; room: from one to the next. */
export interface Spread {
  places: Float64Array;
  room: number;
  /** Of the layer as a whole. */
  x: number;
  top: number;
}

/** Height of the drawing: as much as the layer that stands highest needs. */
export function heightOf(layers: readonly Pick<NetLayer, "size" | "columns">[]): number {
  const rows = layers.map(({ size, columns }) => (columns || size > COLUMN ? COLUMN : size));
  return Math.min(TALLEST, Math.max(LOWEST, Math.max(...rows) * LARGEST + ROUND));
}

/** All layers from left to right, each spread over its share of the drawing. */
export function spread(layers: readonly Pick<NetLayer, "size" | "columns">[]): Spread[] {
  const across = WIDTH / layers.length;
  const height = heightOf(layers);
  const blocks = layers.map(({ size, columns: given }) => {
    const wide = across * SHARE;
    const columns = given || (size <= COLUMN ? 1 : fitting(size, wide, height));
    const rows = Math.ceil(size / columns);
    const room = Math.min(LARGEST, height / rows, (given ? across * PICTURE : columns === 1 ? LARGEST : wide) / columns);
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

/** The number of columns that leaves each of `size` neurons most room. */
function fitting(size: number, wide: number, height: number): number {
  let [best, most] = [1, 0];
  for (let columns = 2; columns <= size; columns += 1) {
    const room = Math.min(wide / columns, height / Math.ceil(size / columns));
    if (room > most) [best, most] = [columns, room];
  }
  return best;
}

/**
 * The `count` links of a kernel (from, to) that are strongest: by the size of the weight, or with `values` (from,) of
 * what it carries, weight × value. The earlier one first where two are equal; links of 0 are none.
 */
export function strongest(kernel: ArrayLike<number>, units: number, values: ArrayLike<number> | null, count: number): Link[] {
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

/** The links of one neuron, `into` it or out of it, strongest first by what they carry. */
export function linksOf(kernel: ArrayLike<number>, units: number, neuron: number, into: boolean, values: ArrayLike<number>, count: number): Link[] {
  const all: Link[] = [];
  if (into) for (let i = 0; i < kernel.length / units; i += 1) all.push([i, neuron, kernel[i * units + neuron]!]);
  else for (let j = 0; j < units; j += 1) all.push([neuron, j, kernel[neuron * units + j]!]);
  const size = ([from, , weight]: Link): number => Math.abs(weight * (into ? values[from]! : 1));
  return all.filter((link) => size(link) > 0).sort((a, b) => size(b) - size(a)).slice(0, count);
}

/** What comes together in a neuron before its activation: Σ value × weight + bias. */
export function sumOf({ kernel, bias }: NetWeights, neuron: number, values: ArrayLike<number>): number {
  let sum = bias[neuron] ?? 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]! * kernel[i * bias.length + neuron]!;
  return sum;
}
