/** Values between operations, and the type of an operation. */
import type { Node } from "./node";

export type DType = "float32" | "int32" | "bool";
export type Data = Float32Array | Int32Array | Uint8Array;
export type Shape = readonly number[];

export interface Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: Data;
  /** Whether its values are known before the network runs. */
  constant?: boolean;
  /** Whether it is a list of tensors, along its first axis. */
  list?: boolean;
}

/** The result of preparing an operation: its outputs, and the function that computes them from the current inputs. */
export interface Made {
  outputs: Tensor[];
  run?: () => void;
}

/** An operation's inputs, at least those that it reads. */
export type Inputs = readonly [Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]];

/** A function of float64 numbers. */
export type Value = (x: number) => number;

/** Prepares an operation once for inputs of these shapes. valueOf: the `value` of another operation. */
export type Operation = (inputs: Inputs, node: Node, valueOf: (op: string) => Value) => Made;

/** A module of `operations/`. */
export interface OperationModule {
  readonly operation: Operation;
  /** Of operations whose elements don't depend on each other. */
  readonly value?: Value;
}

export const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Thrown for a graph that the engine can't run; the message names the operation. */
export class NotCovered extends Error {}

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** A tensor with room for its values. */
export function tensor(dtype: DType, shape: Shape): Tensor {
  return { dtype, shape, data: new ARRAYS[dtype](sizeOf(shape)) };
}

/** The same values in another shape. */
export function reshaped(x: Tensor, shape: Shape): Made {
  return { outputs: [{ ...x, shape }] };
}

/** The values of an input that the shapes of results depend on. */
export function known(x: Tensor, node: Node): number[] {
  if (!x.constant) throw new NotCovered(`${node.op} ("${node.name}"): its shape depends on the input's values.`);
  return Array.from(x.data);
}

/** The index of an axis, counted from 0. */
export function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
