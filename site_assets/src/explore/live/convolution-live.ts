/** The picture and the weights of a live figure, for the explainer `convolution`. */
import type { Attached, Host } from "../explainer";
import type { ConvolutionResource, StageWeights } from "../lib/sliding";
import { followFigure } from "./following";

export function attachConvolution(host: Host, start: ConvolutionResource): Attached<unknown> {
  const life = new AbortController();
  let now = start;
  const show = (next: ConvolutionResource): void => {
    now = next;
    host.show(next);
  };
  void followFigure(host.element, start, {
    predicted: ({ input }, _layers, model, reading) => {
      const weights = now.weights === start.weights ? weightsOf(start, model.weights()) : now.weights;
      const next: ConvolutionResource = { ...now, picture: input, weights, reading };
      delete next.note;
      show(next);
    },
    note: (note) => { show({ ...now, note }); },
  }, life.signal);
  return { update: () => undefined, stop: () => { life.abort(); } };
}

function weightsOf({ stages }: ConvolutionResource, weights: readonly { name: string; values: Float32Array }[]): Record<string, StageWeights> {
  const found = (name: string): Float32Array | undefined => weights.find((weight) => weight.name === name)?.values;
  const convolutions = stages.filter(({ kind }) => kind === "convolution");
  return Object.fromEntries(convolutions.map(({ name }) => [name, { kernel: found(`${name}/kernel`)!, bias: found(`${name}/bias`)! }]));
}
