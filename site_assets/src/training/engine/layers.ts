/** Layers of a network on typed arrays, with buffers for `capacity` examples. */
import { ACTIVATION_FUNCTIONS, type ActivationFunctions } from "./activations";
import { inputGradients, multiply, weightGradients } from "./products";
import type { Activation, LayerSpec } from "../spec";

/** One layer. `outputs` (capacity, width) is owned by it and overwritten by each `forward`. */
export interface EngineLayer {
  readonly width: number;
  readonly outputs: Float64Array;
  forward(inputs: Float64Array, rows: number): void;
  /**
   * Computes the weights' gradients and returns the gradient at the inputs; null if `first`, when it is not needed.
   * May overwrite `delta`, the gradient at the outputs.
   */
  backward(delta: Float64Array, rows: number, first: boolean): Float64Array | null;
}

/** Weights and their gradients, flattened; shared by all layers. */
export interface Memory {
  readonly weights: Float64Array;
  readonly gradients: Float64Array;
}

class Dense implements EngineLayer {
  readonly outputs: Float64Array;
  private inputs: Float64Array;
  private readonly inputGradient: Float64Array;
  private readonly bias: number;

  constructor(
    private readonly memory: Memory,
    private readonly at: number,
    useBias: boolean,
    private readonly inputWidth: number,
    readonly width: number,
    capacity: number,
  ) {
    this.bias = useBias ? at + inputWidth * width : -1;
    this.outputs = new Float64Array(capacity * width);
    this.inputGradient = new Float64Array(capacity * inputWidth);
    this.inputs = this.inputGradient;
  }

  forward(inputs: Float64Array, rows: number): void {
    this.inputs = inputs;
    const { memory, at, bias, outputs, inputWidth: m, width } = this;
    multiply(inputs, memory.weights, at, bias, outputs, rows, m, width);
  }

  backward(delta: Float64Array, rows: number, first: boolean): Float64Array | null {
    const { memory, at, bias, inputs, inputGradient, inputWidth: m, width } = this;
    weightGradients(inputs, delta, memory.gradients, at, bias, rows, m, width);
    if (first) return null;
    inputGradients(delta, memory.weights, at, inputGradient, rows, m, width);
    return inputGradient;
  }
}

class ActivationLayer implements EngineLayer {
  readonly outputs: Float64Array;
  inputs: Float64Array;

  constructor(
    private readonly steps: ActivationFunctions,
    readonly width: number,
    capacity: number,
  ) {
    this.outputs = new Float64Array(capacity * width);
    this.inputs = this.outputs;
  }

  forward(inputs: Float64Array, rows: number): void {
    this.inputs = inputs;
    this.steps.forward(inputs, this.outputs, rows, this.width);
  }

  backward(delta: Float64Array, rows: number): Float64Array {
    this.steps.backward(delta, this.inputs, this.outputs, rows, this.width);
    return delta;
  }
}

/** inputs · scale + offset, in float32. */
class Rescale implements EngineLayer {
  readonly outputs: Float64Array;
  private readonly scale: number;
  private readonly offset: number;

  constructor(
    scale: number,
    offset: number,
    readonly width: number,
    capacity: number,
  ) {
    this.scale = Math.fround(scale);
    this.offset = Math.fround(offset);
    this.outputs = new Float64Array(capacity * width);
  }

  forward(inputs: Float64Array, rows: number): void {
    const { outputs, scale, offset } = this;
    const count = rows * this.width;
    for (let i = 0; i < count; i++) outputs[i] = Math.fround(Math.fround(inputs[i]! * scale) + offset);
  }

  backward(delta: Float64Array, rows: number, first: boolean): Float64Array | null {
    if (first) return null;
    const count = rows * this.width;
    for (let i = 0; i < count; i++) delta[i]! *= this.scale;
    return delta;
  }
}

/**
 * Returns the layers of a network with `inputs` values an example. Flatten needs none: the memory layout is the
 * same.
 */
export function engineLayersOf(
  layers: readonly LayerSpec[],
  inputs: number,
  memory: Memory,
  capacity: number,
): EngineLayer[] {
  const engineLayers: EngineLayer[] = [];
  let width = inputs;
  let at = 0;
  const activate = (name: Activation): void => {
    const steps = ACTIVATION_FUNCTIONS[name];
    if (steps !== null) engineLayers.push(new ActivationLayer(steps, width, capacity));
  };
  for (const layer of layers) {
    if (layer.kind === "rescale") engineLayers.push(new Rescale(layer.scale, layer.offset, width, capacity));
    if (layer.kind === "activation") activate(layer.activation);
    if (layer.kind !== "dense") continue;
    const { units, use_bias, activation } = layer;
    engineLayers.push(new Dense(memory, at, use_bias, width, units, capacity));
    at += (width + (use_bias ? 1 : 0)) * units;
    width = units;
    activate(activation);
  }
  return engineLayers;
}
