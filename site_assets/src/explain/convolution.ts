/** A convolution, step by step: a filter slides over the reader's drawing, and its sums make a feature map. */
import { explainer, type View } from "../explore/explainer";
import { attributes } from "../core/html";
import { cells, grid } from "../explore/draw/cells";
import { whole } from "../explore/draw/params";
import { allMaps, cornerOf, filterOf, sumAt, valuesUnder, type ConvolutionResource, type Stage } from "../explore/lib/sliding";
import { MINUS, significant } from "../core/number-format";

export { allMaps, sumAt };

const MOST_PLACES = 196;
const MANY = 64; // most filters of a layer whose maps are shown

const params = {
  layer: whole("Layer", { min: 1, max: 6, start: 1 }),
  filter: whole("Filter", { min: 1, max: MANY, start: 1 }),
  input: whole("Input map", { min: 1, max: MANY, start: 1 }),
};
interface Values {
  layer: number;
  filter: number;
  input: number;
}

/** What the values and the step select, within the model's limits. */
interface Selected {
  stage: Stage;
  index: number;
  filter: number;
  channel: number;
  row: number;
  column: number;
  place: number;
  last: number;
}

const latest = new WeakMap<ConvolutionResource, Float32Array[]>();

/** Maps of a resource, computed once. */
function mapsFor(net: ConvolutionResource): Float32Array[] {
  const known = latest.get(net) ?? allMaps(net);
  latest.set(net, known);
  return known;
}

function selectedOf({ layer, filter, input }: Values, step: number, net: ConvolutionResource): Selected {
  const known = mapsFor(net).length - 1;
  const index = Math.min(layer, known, net.stages.length) - 1;
  const stage = net.stages[index]!;
  const [rows, columns, filters] = stage.shape;
  const last = Math.min(MOST_PLACES, rows * columns) - 1;
  const place = Math.min(step, last);
  const own = Math.min(filter, filters) - 1;
  const channel = stage.kind === "convolution" ? Math.min(input, stage.from[2]) - 1 : own;
  return { stage, index, filter: own, channel, row: Math.floor(place / columns), column: place % columns, place, last };
}

export default explainer<typeof params, ConvolutionResource>({
  title: "A convolution, place by place",
  params,
  steps: {
    most: MOST_PLACES - 1, playMs: 90, keep: true,
    arrived: (values, step, net) => step >= selectedOf(values, step, net).last,
  },
  drag: (_values, { index }) => ({ layer: Math.floor(index / MANY) + 1, filter: (index % MANY) + 1 }), // a map was pressed
  view: (values, step, net) => viewOf(selectedOf(values, step, net), net),
  attach: async (host, resource) => (await import("../explore/live/convolution-live")).attachConvolution(host, resource),
});

function viewOf(at: Selected, net: ConvolutionResource): View {
  const { stage, index, filter, channel, row, column, place } = at;
  const maps = mapsFor(net);
  const input = maps[index]!;
  const weights = net.weights[stage.name];
  const under = valuesUnder(stage, input, channel, row, column);
  const [top, left] = cornerOf(stage, row, column);
  const [height, width, channels] = stage.from;
  const [rows, columns, filters] = stage.shape;
  const shown = channelOf(input, channels, channel);
  const map = channelOf(maps[index + 1]!, filters, filter);
  const most = Math.max(1e-9, ...map.map(Math.abs));
  const source = index === 0 ? "the picture" : `map ${channel + 1} of ${channels}`;
  const from = `<section class="mp-conv-one"><p class="mp-axis-name">${source}, ${height}×${width}</p>${cells(shown, width, Math.max(1e-9, ...shown.map(Math.abs)), rect(left, top, stage.window[1], stage.window[0]))}</section>`;
  const to = `<section class="mp-conv-one"><p class="mp-axis-name">feature map ${filter + 1} of ${filters}, ${rows}×${columns}</p>${cells(map.map((value, i) => (i <= place ? value : 0)), columns, most, rect(column, row, 1, 1))}</section>`;
  const output = map[place]!;
  const work = stage.kind === "convolution" && weights
    ? convolved(at, input, under, filterOf(stage, weights, channel, filter), net)
    : pooled(stage, under, output);
  return {
    picture: `<div class="mp-conv"><div class="mp-conv-row">${from}${to}</div>${work.html}${strip(at, net, maps)}</div>`,
    reading: `${net.reading}${net.note ? ` ${net.note}` : ""} Layer ${index + 1}, ${nameOf(stage)}: place ${place + 1} of ${rows * columns}. ${work.words}`,
    table: {
      head: ["Place in the window", "Value", ...(work.weights ? ["Weight", "Product"] : [])],
      rows: under.map((value, i) => [
        `${Math.floor(i / stage.window[1]) + 1}, ${(i % stage.window[1]) + 1}`, value === null ? "0, beyond the edge" : significant(value),
        ...(work.weights ? [significant(work.weights[i]!), significant((value ?? 0) * work.weights[i]!)] : []),
      ]),
    },
  };
}

const nameOf = ({ kind, window, shape }: Stage): string => {
  const size = `${window[0]}×${window[1]}`;
  return kind === "convolution" ? `${shape[2]} filters of ${size}` : `${kind === "max" ? "the largest" : "the mean"} of each ${size}`;
};

const channelOf = (maps: Float32Array, channels: number, channel: number): number[] =>
  Array.from({ length: maps.length / channels }, (_, i) => maps[i * channels + channel]!);

const rect = (x: number, y: number, wide: number, tall: number): string => `<rect class="mp-conv-window" x="${x}" y="${y}" width="${wide}" height="${tall}"/>`;

interface Work {
  html: string;
  words: string;
  weights: readonly number[] | null;
}

/** Values, weights and products of the window, and their sum. */
function convolved({ stage, filter, channel, row, column }: Selected, input: Float32Array, under: readonly (number | null)[], own: readonly number[], net: ConvolutionResource): Work {
  const sum = sumAt(stage, net.weights[stage.name]!, input, filter, channel, row, column);
  const products = under.map((value, i) => (value ?? 0) * own[i]!);
  const count = own.length;
  const others = stage.from[2] > 1 ? ` The other ${stage.from[2] - 1} maps add ${significant(sum.all - sum.own)}.` : "";
  const relu = stage.relu ? ` ReLU of that is ${significant(sum.output)}.` : "";
  const words = `${count} values times ${count} weights add up to ${significant(sum.own)}.${others} Plus the bias ${significant(sum.bias)} that is ${significant(sum.all + sum.bias)}.${relu}`;
  const wide = stage.window[1];
  const line = [significant(sum.own), ...(stage.from[2] > 1 ? [`${significant(sum.all - sum.own)} (other maps)`] : []), `${significant(sum.bias)} (bias)`];
  const total = `${line.join(" + ")} = ${significant(sum.all + sum.bias)}${stage.relu ? ` → ReLU → <b>${significant(sum.output)}</b>` : ""}`;
  const html =
    `<div class="mp-conv-work" aria-hidden="true">${grid("values", under, wide, Math.max(1e-9, ...under.map((value) => Math.abs(value ?? 0))))}<span>×</span>` +
    `${grid("weights", own, wide, Math.max(1e-9, ...own.map(Math.abs)))}<span>=</span>${grid("products", products, wide, Math.max(1e-9, ...products.map(Math.abs)))}</div>` +
    `<p class="mp-working mp-conv-sum" aria-hidden="true">${total.replaceAll("+ −", `${MINUS} `)}</p>`;
  return { html, words, weights: own };
}

function pooled(stage: Stage, under: readonly (number | null)[], output: number): Work {
  const words = `${stage.kind === "max" ? "The largest" : "The mean"} of the ${under.length} values is ${significant(output)}.`;
  const most = Math.max(1e-9, ...under.map((value) => Math.abs(value ?? 0)));
  return { html: `<div class="mp-conv-work" aria-hidden="true">${grid("values", under, stage.window[1], most)}<span>→</span>${grid(stage.kind === "max" ? "largest" : "mean", [output], 1, most)}</div>`, words, weights: null };
}

const strips = new WeakMap<readonly Float32Array[], Map<string, string>>();

/** All maps of all layers, small: a press shows one of them. */
function strip({ index, filter }: Selected, net: ConvolutionResource, maps: readonly Float32Array[]): string {
  const known = strips.get(maps) ?? new Map<string, string>();
  strips.set(maps, known);
  const key = `${index} ${filter}`;
  const drawn = known.get(key) ?? net.stages.map((stage, i) => stripOf(stage, i, maps[i + 1] ?? null, i === index ? filter : -1)).join("");
  known.set(key, drawn);
  return `<div class="mp-conv-strip">${drawn}</div>`;
}

function stripOf(stage: Stage, index: number, maps: Float32Array | null, selected: number): string {
  const [rows, columns, filters] = stage.shape;
  const head = `<p class="mp-axis-name">Layer ${index + 1}: ${nameOf(stage)}, maps of ${rows}×${columns}${maps ? "" : "; they load with the model"}</p>`;
  if (!maps || filters > MANY) return head;
  const most = maps.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-9);
  const buttons = Array.from({ length: filters }, (_, filter) => {
    const given = attributes({
      type: "button", class: "mp-conv-map", "data-press": "map", "data-index": index * MANY + filter, "data-x": 0, "data-y": 0,
      "aria-label": `Layer ${index + 1}, map ${filter + 1}`, "aria-pressed": filter === selected ? "true" : "false",
    });
    return `<button${given}>${cells(channelOf(maps, filters, filter), columns, most)}</button>`;
  });
  return `${head}<div class="mp-conv-maps">${buttons.join("")}</div>`;
}
