/**
 * Modules that `build/plugin.mjs` writes for each site from the models it holds.
 * They exist only while the bundle is built.
 */

declare module "virtual:modelpress/kinds" {
  import type { InputModule, OutputModule } from "../kinds/contract";
  /** The input kinds this site's models use: kind → loader of `src/inputs/<kind>.ts`. */
  export const inputs: Record<string, () => Promise<InputModule>>;
  /** The output kinds this site's models use: kind → loader of `src/outputs/<kind>.ts`. */
  export const outputs: Record<string, () => Promise<OutputModule>>;
}

declare module "virtual:modelpress/elements" {
  /** What a page may hold: selector, and loader of the file below `src/` that declares it, an ElementModule. */
  export const elements: readonly (readonly [selector: string, load: () => Promise<unknown>])[];
}

declare module "virtual:modelpress/explainers" {
  /** The explainers that this site's pages show: name → loader of `src/explain/<name>.ts`, whose default is an Explainer. */
  export const explainers: Record<string, () => Promise<{ default: unknown }>>;
}

declare module "virtual:modelpress/build" {
  /** Version of Modelpress that built the bundle. */
  export const version: string;
  /** File name of the hashed worker script, beside the entry. */
  export const workerFile: string;
  /** The same of the worker that trains. */
  export const trainingFile: string;
}

declare module "virtual:modelpress/exact" {
  /** The exact engine's operations that most of this site's models need. */
  export const operations: Readonly<Record<string, object>>;
}

declare module "virtual:modelpress/exact-more" {
  /** Those that the other models need besides. */
  export const operations: Readonly<Record<string, object>>;
}

declare module "virtual:modelpress/kernels/cpu" {
  export function registerKernels(): void;
}
declare module "virtual:modelpress/kernels/webgl" {
  export function registerKernels(): void;
}
declare module "virtual:modelpress/kernels/wasm" {
  export function registerKernels(): void;
}
declare module "virtual:modelpress/kernels/webgpu" {
  export function registerKernels(): void;
}

declare module "*.wasm" {
  /** URL of the hashed file, relative to the module that imports it. */
  const url: string;
  export default url;
}
