/** The diagram of a model: every neuron with its activation, and the strongest connections. */
import { explainer, type View } from "../explore/explainer";
import { attributes, escape } from "../core/html";
import { connectionsOf, strongest, spread, sumOf, heightOf, WIDTH, type Connection, type NetLayer, type NetworkResource, type OtherResource, type Spread } from "../explore/lib/network";
import { drawnConnections, existing, nameOf, type Resource, type NeuronRef, type Values } from "../explore/lib/network-view";
import { nearest } from "../explore/lib/nearest";
import { choice, number, InvalidValue, type Param } from "../explore/draw/params";
import { group, MINUS, significant } from "../core/number-format";
import { own } from "../core/own";

export { heightOf, connectionsOf, nearest, spread, strongest, sumOf };

/** Most connections between two layers; `STRONGEST` in pipeline/modelpress/site/explainers/network.py. */
const MAX_CONNECTIONS = 100;
const LEVELS = 4; // shades of strength
const MAX_LISTED = 10; // connections between two layers in the table

const neuronParam: Param<NeuronRef | null> = {
  label: "Neuron (layer.number)",
  start: null,
  read(text) {
    if (/^(none)?$/.test(text.trim())) return null;
    const found = /^\s*([1-9]\d?)[.,]([1-9]\d{0,5})\s*$/.exec(text);
    return found ? { layer: Number(found[1]) - 1, neuron: Number(found[2]) - 1 } : new InvalidValue("a layer and a number in it, such as 2.17, or none");
  },
  write: (value) => (value ? `${value.layer + 1}.${value.neuron + 1}` : "none"),
  control(id, name, value) {
    const field = attributes({ type: "text", id, "data-param": name, value: this.write(value), autocomplete: "off", class: "mp-network-field" });
    return `<div class="mp-control"><label for="${id}">${escape(this.label)}</label><input${field}></div>`;
  },
};

const params = {
  links: number("Connections shown", { min: 0, max: MAX_CONNECTIONS, start: 40, step: 1 }),
  by: choice("Strongest by", { weight: "Weight", carries: "Weight × value now" }, "weight"),
  neuron: neuronParam,
};
export default explainer<typeof params, Resource>({
  title: "The network, neuron by neuron",
  params,
  view: (values, _step, resource) => (resource.dense ? denseView(values, resource) : otherView(resource)),
  attach: async (host, resource) => (await import("../explore/live/network-live")).attachNetwork(host, resource),
});

function denseView(values: Values, net: NetworkResource): View {
  const places = spread(net.layers);
  const height = heightOf(net.layers);
  const connections = drawnConnections(values, net);
  const selected = existing(values.neuron, net);
  const heads = net.layers.map(({ label, size, activation }, i) => {
    const at = `--mp-x:${(places[i]!.x / WIDTH).toFixed(4)};--mp-share:${(1 / net.layers.length).toFixed(4)}`;
    return `<span style="${at}"><b>${escape(label)}</b><br>${group(String(size))}${activation ? ` ${escape(titled(activation))}` : ""}</span>`;
  });
  const lines = connections.map((own, gap) => connectionPaths(own, gap, net, places, values.by, selected !== null));
  const dots = net.layers.map((layer, i) => dotPaths(layer, net.values[i]!, places[i]!));
  const ring = selected ? ringAt(places[selected.layer]!, selected.neuron) : "";
  const drawing = `<svg class="mp-network-map" viewBox="0 0 ${WIDTH} ${height}" aria-hidden="true">${(selected ? [...dots, ...lines] : [...lines, ...dots]).join("")}${ring}</svg>`;
  const sides = [0, net.layers.length - 1].map((i) => labels(net, i, places[i]!, height));
  const hint = '<p class="mp-network-hint" data-keep aria-hidden="true">Point at a connection or a neuron to name it.</p>';
  const picture =
    `<div class="mp-network"><div class="mp-network-heads" aria-hidden="true"><div>${heads.join("")}</div></div>${sides[0]!}` +
    `<div class="mp-network-area">${drawing}${cursor(net, places, selected)}</div>${sides[1]!}${hint}</div>`;
  return { picture, reading: readingOf(values, net, connections, selected), table: table(net, connections) };
}

function readingOf(values: Values, net: NetworkResource, connections: Connection[][], selected: NeuronRef | null): string {
  const start = `${net.reading}${net.note ? ` ${net.note}` : ""}`;
  if (selected) return `${start} ${neuronWords(net, selected, connections)}`;
  const missing = values.neuron ? ` There is no neuron ${neuronParam.write(values.neuron)} here.` : "";
  const total = net.layers.slice(1).reduce((sum, { size }, i) => sum + size * net.layers[i]!.size, 0);
  const drawn = connections.reduce((sum, own) => sum + own.length, 0);
  const how = values.by === "weight" ? "largest weights" : "largest products of value and weight";
  const count = drawn === total ? `All ${group(String(total))} connections are shown` : `${group(String(drawn))} of ${group(String(total))} connections are shown: between two layers, those with the ${how}`;
  return `${start}${missing} ${count}.`;
}

const TITLES: Record<string, string> = { relu: "ReLU", sin: "sine" };
const titled = (activation: string): string => own(TITLES, activation) ?? activation;

/** Sentences about a neuron: its activation, its weighted sum and its strongest connections. */
function neuronWords(net: NetworkResource, selected: NeuronRef, connections: Connection[][]): string {
  const { layer, neuron } = selected;
  const value = net.values[layer]![neuron]!;
  const name = nameOf(net, selected);
  const says = `${name[0]!.toUpperCase()}${name.slice(1)} has the ${layer === 0 ? "value" : "activation"} ${significant(value)}`;
  const into = connections[layer - 1]?.[0];
  const out = connections[layer]?.[0];
  const next = out ? ` Its strongest connection onwards, to ${nameOf(net, { layer: layer + 1, neuron: out[1] })}, has the weight ${significant(out[2])}.` : "";
  if (layer === 0) return `${says}.${next}`;
  const given = net.weights?.[layer - 1];
  if (!given) return `${says}. Its weights are not on this page yet; they load with the model.${next}`;
  const sum = sumOf(given, neuron, net.values[layer - 1]!);
  const { activation } = net.layers[layer]!;
  const others = group(String(net.layers[layer]!.size - 1));
  const made = activation === "softmax" ? `; softmax weighs that against the ${others} others` : activation ? `; ${titled(activation)} of that is ${significant(value)}` : "";
  const most = into ? ` The largest part comes from ${nameOf(net, { layer: layer - 1, neuron: into[0] })}: ${significant(net.values[layer - 1]![into[0]]!)} × ${significant(into[2])} = ${significant(net.values[layer - 1]![into[0]]! * into[2])}.` : "";
  return `${says}: ${group(String(net.layers[layer - 1]!.size))} values times their weights, plus the bias ${significant(given.bias[neuron]!)}, add up to ${significant(sum)}${made}.${most}${next}`;
}

function connectionPaths(connections: readonly Connection[], gap: number, net: NetworkResource, places: readonly Spread[], by: string, bold: boolean): string {
  const size = ([from, , weight]: Connection): number => Math.abs(by === "weight" ? weight : weight * net.values[gap]![from]!);
  const top = connections.reduce((most, connection) => Math.max(most, size(connection)), 0) || 1;
  const paths: Record<string, string> = {};
  for (const connection of connections) {
    const [from, to, weight] = connection;
    const carried = by === "weight" ? weight : weight * net.values[gap]![from]!;
    const kind = `${carried < 0 ? "negative" : "positive"} mp-network-${Math.max(1, Math.ceil((size(connection) / top) * LEVELS))}`;
    const [a, b] = [places[gap]!.places, places[gap + 1]!.places];
    paths[kind] = `${paths[kind] ?? ""}M${at(a, from)}L${at(b, to)}`;
  }
  return Object.entries(paths).map(([kind, d]) => `<path class="mp-network-link${bold ? " mp-network-bold" : ""} mp-${kind}" d="${d}"/>`).join("");
}

const at = (places: Float64Array, i: number): string => `${places[2 * i]!.toFixed(0)} ${places[2 * i + 1]!.toFixed(0)}`;

/** Neurons as dots (points of a thick line), with one path for each strength. */
function dotPaths({ columns }: NetLayer, values: ArrayLike<number>, { places, room }: Spread): string {
  let top = 0;
  for (let i = 0; i < values.length; i += 1) top = Math.max(top, Math.abs(values[i]!));
  const paths: Record<string, string> = {};
  for (let i = 0; i < values.length; i += 1) {
    const level = top ? Math.ceil(Math.abs(values[i]! / top) * LEVELS - 0.02) : 0;
    const kind = level <= 0 ? "nothing" : `${values[i]! < 0 ? "negative" : "positive"} mp-network-${level}`;
    paths[kind] = `${paths[kind] ?? ""}M${at2(places, i)}h0`;
  }
  const wide = (fraction: number): string => `style="stroke-width:${(room * fraction).toFixed(2)}px"`;
  const square = columns ? " mp-network-square" : "";
  return Object.entries(paths)
    .map(([kind, d]) => {
      const edge = columns ? "" : `<path class="mp-network-edge" ${wide(0.78)} d="${d}"/>`;
      const hole = kind.startsWith("negative") ? `<path class="mp-network-hole" ${wide(0.26)} d="${d}"/>` : "";
      return `${edge}<path class="mp-network-dot${square} mp-${kind}" ${wide(columns ? 0.94 : 0.66)} d="${d}"/>${hole}`;
    })
    .join("");
}

const at2 = (places: Float64Array, i: number): string => `${places[2 * i]!.toFixed(1)} ${places[2 * i + 1]!.toFixed(1)}`;

const ringAt = ({ places, room }: Spread, i: number): string =>
  `<circle class="mp-network-ring" cx="${places[2 * i]!.toFixed(1)}" cy="${places[2 * i + 1]!.toFixed(1)}" r="${Math.max(9, room * 0.55).toFixed(1)}"/>`;

/** Labels of the neurons of the first or last layer, with their values. */
function labels(net: NetworkResource, i: number, { places }: Spread, height: number): string {
  const { labels: words, size } = net.layers[i]!;
  const side = i === 0 ? "in" : "out";
  if (words.length === 0 && size > 3) return `<div class="mp-network-labels mp-network-${side}"></div>`;
  const small = Array.from(net.values[i]!).every((value) => Math.abs(value) <= 1);
  const write = (value: number): string => (small ? value.toFixed(2).replace("-", MINUS) : significant(value));
  const rows = Array.from({ length: size }, (_, n) => {
    const name = words[n] === undefined ? "" : `<b>${escape(words[n])}</b> `;
    return `<span style="--mp-y:${(places[2 * n + 1]! / height).toFixed(4)}">${name}${write(net.values[i]![n]!)}</span>`;
  });
  const longest = Math.max(...words.map((word) => word.length), 0);
  return `<div class="mp-network-labels mp-network-${side}" style="--mp-longest:${longest + 6}ch" aria-hidden="true">${rows.join("")}</div>`;
}

/** A button for the keyboard, at the selected neuron or at the largest output. */
function cursor(net: NetworkResource, places: readonly Spread[], selected: NeuronRef | null): string {
  const last = net.layers.length - 1;
  const output = Array.from(net.values[last]!);
  const { layer, neuron } = selected ?? { layer: last, neuron: Math.max(0, output.indexOf(Math.max(...output))) };
  const [x, y] = [places[layer]!.places[2 * neuron]! / WIDTH, places[layer]!.places[2 * neuron + 1]! / heightOf(net.layers)];
  const given = attributes({
    type: "button", class: "mp-network-cursor", "data-layer": layer, "data-neuron": neuron, style: `--mp-x:${x.toFixed(4)};--mp-y:${y.toFixed(4)}`,
    "aria-label": `${selected ? "Selected neuron" : "Select a neuron"}: ${nameOf(net, { layer, neuron })}; arrow keys move the selection`,
  });
  return `<button${given}></button>`;
}

function table(net: NetworkResource, connections: Connection[][]): View["table"] {
  const rows = connections.flatMap((own, gap) =>
    own.slice(0, MAX_LISTED).map(([from, to, weight]) => {
      const value = net.values[gap]![from]!;
      return [nameOf(net, { layer: gap, neuron: from }), nameOf(net, { layer: gap + 1, neuron: to }), significant(weight), significant(value), significant(value * weight)];
    }),
  );
  return { head: ["From", "To", "Weight", "Value", "Weight × value"], rows };
}

/** The view of a network that has other than dense layers: a list of its layers. */
function otherView({ why, reading, note, layers }: OtherResource): View {
  const shape = (sizes: number[] | null): string => sizes?.map((size) => group(String(size))).join(" × ") ?? "–";
  const count = (value: number | null): string => (value === null ? "–" : group(String(value)));
  const rows = layers.map(({ kind, activation, shape: sizes, parameters, connections }) => {
    const words = [`${shape(sizes)} values`, parameters ? `${count(parameters)} parameters` : "", connections ? `${count(connections)} connections` : ""];
    return `<li><b>${escape(kind)}</b>${activation ? ` ${escape(activation)}` : ""}<br>${words.filter(Boolean).join(" · ")}</li>`;
  });
  const sentence = why.startsWith("Conv")
    ? "A convolution uses the same few weights at every place of the image, so single connections would say little; here are the layers."
    : `This network has ${why}, which the diagram of single neurons does not show; here are the layers.`;
  return {
    picture: `<ol class="mp-network-layers">${rows.join("")}</ol>`,
    reading: `${reading}${note ? ` ${note}` : ""} ${sentence}`,
    table: {
      head: ["Layer", "Kind", "Output", "Parameters", "Connections"],
      rows: layers.map((layer) => [layer.name, [layer.kind, layer.activation].filter(Boolean).join(", "), shape(layer.shape), count(layer.parameters), count(layer.connections)]),
    },
  };
}
