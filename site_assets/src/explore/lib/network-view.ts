/** Which connections the diagram of a network shows, and how it names them and its neurons. */
import { significant } from "../../core/number-format";
import { connectionsOf, strongest, type Connection, type NetworkResource, type OtherResource } from "./network";

const MAX_SELECTED = 12; // connections of the selected neuron, in and out each

/** A neuron: index of its layer (0 is the input) and index in that layer. */
export interface NeuronRef {
  layer: number;
  neuron: number;
}

export interface Values {
  links: number;
  by: "weight" | "carries";
  neuron: NeuronRef | null;
}
export type Resource = NetworkResource | OtherResource;

/** The drawn connections of each pair of layers, only those of the selected neuron if there is one. */
export function drawnConnections(values: Values, net: NetworkResource): Connection[][] {
  const selected = existing(values.neuron, net);
  if (selected && net.weights) {
    return net.weights.map(({ kernel, bias }, gap) => {
      if (gap !== selected.layer - 1 && gap !== selected.layer) return [];
      return connectionsOf(kernel, bias.length, selected.neuron, gap === selected.layer - 1, net.values[gap]!, MAX_SELECTED);
    });
  }
  const count = Math.round(values.links);
  const all = (net.links ?? net.weights ?? []).map((given, gap): Connection[] => {
    if (!("kernel" in given)) return given[values.by].slice(0, count);
    return strongest(given.kernel, given.bias.length, values.by === "weight" ? null : net.values[gap]!, count);
  });
  return selected ? all.map((connections, gap) => connections.filter(([from, to]) => touches(selected, gap, from, to))) : all;
}

const touches = ({ layer, neuron }: NeuronRef, gap: number, from: number, to: number): boolean =>
  (gap === layer && from === neuron) || (gap === layer - 1 && to === neuron);

/** The neuron if the network has it, else null. */
export function existing(neuron: NeuronRef | null, { layers }: NetworkResource): NeuronRef | null {
  return neuron && neuron.neuron < (layers[neuron.layer]?.size ?? 0) ? neuron : null;
}

/** `“red”`, `the pixel in row 9, column 14`, `neuron 17 of hidden 1`. */
export function nameOf(net: NetworkResource, { layer, neuron }: NeuronRef): string {
  const { labels, columns, label, size } = net.layers[layer]!;
  if (labels[neuron] !== undefined) return `“${labels[neuron]}”`;
  if (columns) return `the pixel in row ${Math.floor(neuron / columns) + 1}, column ${(neuron % columns) + 1}`;
  return size === 1 ? `the neuron “${label}”` : `neuron ${neuron + 1} of ${label}`;
}

/** `The connection from … to … has the weight 0.31 and now carries 0.25.` */
export function describeConnection(net: NetworkResource, gap: number, [from, to, weight]: Connection): string {
  const names = [nameOf(net, { layer: gap, neuron: from }), nameOf(net, { layer: gap + 1, neuron: to })];
  return `The connection from ${names[0]!} to ${names[1]!} has the weight ${significant(weight)} and now carries ${significant(weight * net.values[gap]![from]!)}.`;
}
