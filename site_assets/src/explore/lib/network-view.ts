/** A network as its diagram shows it: what is drawn, and what it is called. */
import { significant } from "../../core/number-format";
import { linksOf, strongest, type Link, type NetworkResource, type OtherResource } from "./network";

const NAMED = 12; // links of the neuron looked at

/** A neuron: its layer (0: the input) and its place in it. */
export interface Spot {
  layer: number;
  neuron: number;
}

export interface Values {
  links: number;
  by: "weight" | "carries";
  neuron: Spot | null;
}
export type Resource = NetworkResource | OtherResource;

/** The links that are drawn: of each pair of layers, or of the neuron looked at. */
export function drawnLinks(values: Values, net: NetworkResource): Link[][] {
  const looked = inside(values.neuron, net);
  if (looked && net.weights) {
    return net.weights.map(({ kernel, bias }, gap) => {
      if (gap !== looked.layer - 1 && gap !== looked.layer) return [];
      return linksOf(kernel, bias.length, looked.neuron, gap === looked.layer - 1, net.values[gap]!, NAMED);
    });
  }
  const count = Math.round(values.links);
  const all = (net.links ?? net.weights ?? []).map((given, gap): Link[] => {
    if (!("kernel" in given)) return given[values.by].slice(0, count);
    return strongest(given.kernel, given.bias.length, values.by === "weight" ? null : net.values[gap]!, count);
  });
  return looked ? all.map((links, gap) => links.filter(([from, to]) => touches(looked, gap, from, to))) : all;
}

const touches = ({ layer, neuron }: Spot, gap: number, from: number, to: number): boolean =>
  (gap === layer && from === neuron) || (gap === layer - 1 && to === neuron);

/** The neuron, if the network has it. */
export function inside(neuron: Spot | null, { layers }: NetworkResource): Spot | null {
  return neuron && neuron.neuron < (layers[neuron.layer]?.size ?? 0) ? neuron : null;
}

/** `“red”`, `the pixel in row 9, column 14`, `neuron 17 of hidden 1`. */
export function nameOf(net: NetworkResource, { layer, neuron }: Spot): string {
  const { labels, columns, label, size } = net.layers[layer]!;
  if (labels[neuron] !== undefined) return `“${labels[neuron]}”`;
  if (columns) return `the pixel in row ${Math.floor(neuron / columns) + 1}, column ${(neuron % columns) + 1}`;
  return size === 1 ? `the neuron “${label}”` : `neuron ${neuron + 1} of ${label}`;
}

/** `The link from … to … has the weight 0.31; now it carries 0.25.` */
export function linkWords(net: NetworkResource, gap: number, [from, to, weight]: Link): string {
  const names = [nameOf(net, { layer: gap, neuron: from }), nameOf(net, { layer: gap + 1, neuron: to })];
  return `The link from ${names[0]!} to ${names[1]!} has the weight ${significant(weight)}; now it carries ${significant(weight * net.values[gap]![from]!)}.`;
}
