/** Updates a network's diagram from the model's figure on the page, and names what is under the pointer. */
import type { Result } from "../../core/latest";
import type { LayerValues, Weight } from "../../runtime/inside";
import { drawnConnections, existing, describeConnection, nameOf, type Resource, type Values } from "../lib/network-view";
import { significant } from "../../core/number-format";
import { own } from "../../core/own";
import type { Attached, Host } from "../explainer";
import { nearest } from "../lib/nearest";
import { followFigure } from "./following";
import { heightOf, spread, WIDTH, type NetworkResource, type NetWeights } from "../lib/network";

const NEAR_CONNECTION = 7; // pixels
const NEAR_NEURON = 16;
const KEYS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface Live {
  resource: Resource;
  values: Values;
}

export function attachNetwork(host: Host, resource: Resource): Attached<Values> {
  const life = new AbortController();
  const live: Live = { resource, values: { links: 0, by: "weight", neuron: null } };
  const show = (next: Resource): void => {
    live.resource = next;
    host.show(next);
  };
  if (resource.dense) wirePointer(host, live, life.signal);
  let weights: NetWeights[] | null = null;
  void followFigure(host.element, resource, {
    predicted: (result, layers, model, reading) => {
      if (resource.dense) weights ??= weightsOf(resource, model.weights());
      show(withPrediction(resource, result, layers, weights, reading));
    },
    note: (note) => { show({ ...live.resource, note }); },
  }, life.signal);
  return {
    update: (values) => { live.values = values; },
    stop: () => { life.abort(); },
  };
}

/** The resource updated with a prediction: the activations of all layers, and the figure's sentence. */
export function withPrediction(start: Resource, { input }: Pick<Result, "input">, layers: readonly LayerValues[], weights: NetWeights[] | null, reading: string): Resource {
  if (!start.dense) return { ...start, reading };
  const given = (name: string): ArrayLike<number> => layers.find((layer) => layer.name === name)?.values ?? input;
  return { ...start, reading, weights, values: start.layers.map(({ name }) => given(name)) };
}

/** The weights between the layers, found by name. */
function weightsOf({ layers }: NetworkResource, weights: readonly Weight[]): NetWeights[] {
  const found = (name: string): Float32Array | undefined => weights.find((weight) => weight.name === name)?.values;
  return layers.slice(1).map(({ name, size }) => ({ kernel: found(`${name}/kernel`)!, bias: found(`${name}/bias`) ?? new Float32Array(size) }));
}

/** Names the connection or neuron under the pointer. A click selects the neuron; arrow keys move the selection. */
function wirePointer(host: Host, live: Live, signal: AbortSignal): void {
  const { element } = host;
  const net = (): NetworkResource => live.resource as NetworkResource;
  const area = (event: Event): HTMLElement | null => (event.target as HTMLElement).closest<HTMLElement>(".mp-network-area");
  const say = (words: string): void => {
    const hint = element.querySelector(".mp-network-hint");
    if (hint && hint.textContent !== words) hint.textContent = words;
  };
  const under = (event: MouseEvent, box: DOMRect): { spot: Values["neuron"]; words: string } => {
    const scale = box.width / WIDTH;
    const [x, y] = [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
    const found = neuronAt(net(), x, y);
    const connection = connectionAt(net(), live.values, x, y);
    // Near a neuron, but not on its dot, a connection takes precedence.
    if (found && (found.distance * scale < NEAR_NEURON / 2 || !connection || connection.distance * scale > NEAR_CONNECTION) && found.distance * scale < NEAR_NEURON) {
      const { layer, neuron } = found.spot;
      return { spot: found.spot, words: `${capital(nameOf(net(), found.spot))}: ${significant(net().values[layer]![neuron]!)}. Click to see its connections.` };
    }
    return { spot: null, words: connection && connection.distance * scale <= NEAR_CONNECTION ? connection.words : REST };
  };
  element.addEventListener("pointermove", (event) => {
    const over = area(event);
    if (over) say(under(event, over.getBoundingClientRect()).words);
  }, { signal });
  element.addEventListener("pointerout", (event) => { if (area(event) && event.pointerType === "mouse") say(REST); }, { signal });
  element.addEventListener("click", (event) => {
    const over = area(event);
    if (!over) return;
    const key = event.detail === 0; // the keyboard activated the button
    const cursor = element.querySelector<HTMLElement>(".mp-network-cursor")!;
    if (key) {
      host.change({ neuron: neuronOf(cursor) });
      return;
    }
    const { spot, words } = under(event, over.getBoundingClientRect());
    say(words);
    if (spot) host.change({ neuron: spot });
    else if (words === REST && live.values.neuron) host.change({ neuron: null });
  }, { signal });
  element.addEventListener("keydown", (event) => {
    const cursor = (event.target as HTMLElement).closest<HTMLElement>(".mp-network-cursor");
    const way = own(KEYS, event.key);
    if (!cursor || !way) return;
    event.preventDefault();
    host.change({ neuron: neighbour(net(), existing(live.values.neuron, net()) ?? neuronOf(cursor), way) });
  }, { signal });
}

const REST = "Point at a connection or a neuron to name it.";
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const neuronOf = ({ dataset }: HTMLElement): { layer: number; neuron: number } => ({ layer: Number(dataset["layer"]), neuron: Number(dataset["neuron"]) });

/** The next neuron in a direction; beyond the layer's side, the nearest neuron of the next layer. */
function neighbour({ layers }: NetworkResource, { layer, neuron }: { layer: number; neuron: number }, [dx, dy]: readonly [number, number]): { layer: number; neuron: number } {
  const places = spread(layers);
  const own = places[layer]!.places;
  const [x, y] = [own[2 * neuron]!, own[2 * neuron + 1]!];
  const next = nearest(own, [x + dx, y + dy], neuron);
  if (next !== neuron) return { layer, neuron: next };
  const beside = places[layer + dx];
  return dx === 0 || !beside ? { layer, neuron } : { layer: layer + dx, neuron: nearest(beside.places, [x, y], -1) };
}

function neuronAt({ layers }: NetworkResource, x: number, y: number): { spot: { layer: number; neuron: number }; distance: number } | null {
  if (x < 0 || y < 0 || x > WIDTH || y > heightOf(layers)) return null;
  const all = spread(layers).map(({ places }, layer) => {
    const neuron = nearest(places, [x, y], -1);
    return { spot: { layer, neuron }, distance: Math.hypot(places[2 * neuron]! - x, places[2 * neuron + 1]! - y) };
  });
  return all.reduce((best, one) => (one.distance < best.distance ? one : best));
}

function connectionAt(net: NetworkResource, values: Values, x: number, y: number): { words: string; distance: number } | null {
  const places = spread(net.layers);
  let best: { words: string; distance: number } | null = null;
  drawnConnections(values, net).forEach((connections, gap) => {
    for (const connection of connections) {
      const [a, b] = [places[gap]!.places, places[gap + 1]!.places];
      const [x0, y0, x1, y1] = [a[2 * connection[0]]!, a[2 * connection[0] + 1]!, b[2 * connection[1]]!, b[2 * connection[1] + 1]!];
      const fraction = Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)));
      const distance = Math.hypot(x - x0 - fraction * (x1 - x0), y - y0 - fraction * (y1 - y0));
      if (!best || distance < best.distance) best = { words: describeConnection(net, gap, connection), distance };
    }
  });
  return best;
}
