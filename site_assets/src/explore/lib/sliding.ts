/** Convolutions and poolings of one picture, place by place. Maps are flat, row by row, channels last, as in TensorFlow.js. */

/** A convolution, or a pooling that keeps the largest or the mean of each window. */
export interface Stage {
  name: string;
  kind: "convolution" | "max" | "mean";
  window: readonly [height: number, width: number];
  strides: readonly [down: number, across: number];
  /** Whether the input is padded so that a window stands at every place. */
  same: boolean;
  relu: boolean;
  from: readonly [height: number, width: number, channels: number];
  shape: readonly [height: number, width: number, channels: number];
}

export interface StageWeights {
  /** Shape (height, width, channels, filters), flat. */
  kernel: ArrayLike<number>;
  bias: ArrayLike<number>;
}

/** Made by `pipeline/modelpress/site/explainers/convolution.py`. */
export interface ConvolutionResource {
  slug: string;
  title: string;
  tolerance: number;
  /** The figure's sentence about its picture. */
  reading: string;
  note?: string;
  /** The first stage gets picture · scale + offset. */
  scale: number;
  offset: number;
  picture: ArrayLike<number>;
  stages: readonly Stage[];
  /** By the stage's name. The page holds those of the first stage; the others load with the model. */
  weights: Readonly<Record<string, StageWeights>>;
}

/** Top left corner of the window at a place of the output, in the input's cells; negative in the padding. */
export function cornerOf({ from, shape, window, strides, same }: Stage, row: number, column: number): [top: number, left: number] {
  const pad = (axis: 0 | 1): number => (same ? Math.floor(Math.max(0, (shape[axis] - 1) * strides[axis] + window[axis] - from[axis]) / 2) : 0);
  return [row * strides[0] - pad(0), column * strides[1] - pad(1)];
}

/** The values of a channel under the window, row by row; null beyond the edge of the picture. */
export function valuesUnder(stage: Stage, input: ArrayLike<number>, channel: number, row: number, column: number): (number | null)[] {
  const [top, left] = cornerOf(stage, row, column);
  const [height, width, channels] = stage.from;
  return Array.from({ length: stage.window[0] * stage.window[1] }, (_, i) => {
    const [y, x] = [top + Math.floor(i / stage.window[1]), left + (i % stage.window[1])];
    return y < 0 || x < 0 || y >= height || x >= width ? null : input[(y * width + x) * channels + channel]!;
  });
}

/** A filter's weights for one channel, row by row. */
export function filterOf({ window, from, shape }: Stage, { kernel }: StageWeights, channel: number, filter: number): number[] {
  return Array.from({ length: window[0] * window[1] }, (_, i) => kernel[(i * from[2] + channel) * shape[2] + filter]!);
}

export interface Sum {
  /** Sum of the products of the shown channel, and of all channels. */
  own: number;
  all: number;
  bias: number;
  output: number;
}

/** The sum that a filter makes of the window at a place. */
export function sumAt(stage: Stage, weights: StageWeights, input: ArrayLike<number>, filter: number, channel: number, row: number, column: number): Sum {
  const sums = Array.from({ length: stage.from[2] }, (_, from) => {
    const own = filterOf(stage, weights, from, filter);
    return valuesUnder(stage, input, from, row, column).reduce<number>((sum, value, i) => sum + (value ?? 0) * own[i]!, 0);
  });
  const all = sums.reduce((sum, value) => sum + value, 0);
  const bias = weights.bias[filter]!;
  return { own: sums[channel]!, all, bias, output: stage.relu ? Math.max(0, all + bias) : all + bias };
}

/** What a pooling keeps of the window at a place. */
export function pooledAt(stage: Stage, input: ArrayLike<number>, channel: number, row: number, column: number): number {
  const known = valuesUnder(stage, input, channel, row, column).filter((value) => value !== null);
  return stage.kind === "max" ? Math.max(...known) : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** All maps of a stage; null where its weights are not known. */
export function mapsOf(stage: Stage, weights: StageWeights | undefined, input: ArrayLike<number>): Float32Array | null {
  if (stage.kind === "convolution" && !weights) return null;
  const [rows, columns, filters] = stage.shape;
  const maps = new Float32Array(rows * columns * filters);
  const [height, width, channels] = stage.from;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = (row * columns + column) * filters;
      if (!weights || stage.kind !== "convolution") {
        for (let channel = 0; channel < filters; channel += 1) maps[at + channel] = pooledAt(stage, input, channel, row, column);
        continue;
      }
      const [top, left] = cornerOf(stage, row, column);
      for (let filter = 0; filter < filters; filter += 1) maps[at + filter] = weights.bias[filter]!;
      for (let i = 0; i < stage.window[0] * stage.window[1]; i += 1) {
        const [y, x] = [top + Math.floor(i / stage.window[1]), left + (i % stage.window[1])];
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        for (let channel = 0; channel < channels; channel += 1) {
          const value = input[(y * width + x) * channels + channel]!;
          if (value === 0) continue;
          const from = (i * channels + channel) * filters;
          for (let filter = 0; filter < filters; filter += 1) maps[at + filter]! += value * weights.kernel[from + filter]!;
        }
      }
      if (stage.relu) for (let filter = 0; filter < filters; filter += 1) maps[at + filter] = Math.max(0, maps[at + filter]!);
    }
  }
  return maps;
}

/** The input of the first stage, and the maps of every stage whose weights are known. */
export function allMaps({ picture, scale, offset, stages, weights }: ConvolutionResource): Float32Array[] {
  const found: Float32Array[] = [Float32Array.from(picture, (value) => value * scale + offset)];
  for (const stage of stages) {
    const maps = mapsOf(stage, weights[stage.name], found.at(-1)!);
    if (!maps) break;
    found.push(maps);
  }
  return found;
}
