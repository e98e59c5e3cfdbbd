/** A model.json and its weights as TensorFlow.js takes them from memory. */
import type { DataType, io, Tensor } from "@tensorflow/tfjs-core";
import { ModelpressError } from "../core/errors";
import type { ModelBytes } from "./files";

/** The loaded model, in either format, as far as prediction goes: one tensor in, one out. */
export interface Predictor {
  predict(input: Tensor): Tensor | Tensor[];
  /** In place of `predict`, for a graph with loops or with sizes that depend on values. */
  predictAsync?(input: Tensor): Promise<unknown>;
  /** Types of the inputs. */
  readonly inputs: readonly { dtype?: DataType }[];
  /** Layers format: name and output of each layer. */
  inside?(input: Tensor): { name: string; output: Tensor }[];
  dispose(): void;
}

/** Operations after which a graph can't be run in one go; those of TensorFlow.js' graph_executor.ts. */
const DYNAMIC = /^(Switch|Merge|Enter|Exit|NextIteration|If|While|StatelessIf|StatelessWhile|Where|NonMaxSuppressionV\d)$/;

/** Whether a graph model needs `predictAsync`. */
export function isDynamic(topology: unknown): boolean {
  const { node = [] } = topology as { node?: { op: string }[] };
  return node.some(({ op }) => DYNAMIC.test(op));
}

/** What both loaders read; the names are TensorFlow.js'. */
export function artifactsOf(bytes: ModelBytes): io.ModelArtifacts {
  const json = bytes.json as io.ModelJSON;
  if (!json.modelTopology || !Array.isArray(json.weightsManifest)) {
    throw new ModelpressError(
      `The ${bytes.format} model is damaged: model.json has no modelTopology or no weightsManifest.`,
    );
  }
  const { modelTopology, weightsManifest, format, signature, userDefinedMetadata } = json;
  const { modelInitializer, initializerSignature } = json;
  return {
    modelTopology,
    format: format ?? "",
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: bytes.weights,
    ...(signature && { signature }),
    ...(userDefinedMetadata && { userDefinedMetadata }),
    ...(modelInitializer && { modelInitializer }),
    ...(initializerSignature && { initializerSignature }),
  };
}
