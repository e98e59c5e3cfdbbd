/** The figure of a network's layers as HTML: the diagram with its activations, the first layer's weights, the table. */
import { attributes, captionHtml, escape, slot } from "../../core/html";
import { counted, group } from "../../core/number-format";
import { sizeOfCells, type Layout } from "../../core/tiles";
import type { Layer, ModelEntry } from "../../core/schema";
import { unprovenNote } from "../charts/chip";
import { rangeWords, weightWords, type Range } from "./words";

/** Most columns for which lines separate the cells. */
const RULED = 32;
/** Preferred width of a tile of the sheet of weights. */
const TILE_PX = 48;

/** Python's picture of a layer's values: its address, and their range. */
interface Picture extends Range {
  readonly src: string;
}

export interface Spec {
  readonly entry: Pick<ModelEntry, "input" | "output" | "layers" | "weights" | "parameters" | "connections">;
  /** By layer. */
  readonly pictures: Readonly<Record<string, Picture>>;
  /** What the model predicts, in words. */
  readonly reading: string;
  readonly proven: boolean;
}

export function render({ entry, pictures, reading, proven }: Spec): string {
  return (
    `<figure class="mp-figure mp-layers" aria-labelledby="${slot("id")}-caption">${diagram(entry, pictures)}${weights(entry)}` +
    `<div class="mp-under"><p class="mp-reading" data-part="reading">${escape(reading)}</p>` +
    '<p class="mp-notice" data-part="notice" role="status"></p>' +
    `${unprovenNote(proven)}${table(entry)}${captionHtml("")}</div></figure>`
  );
}

function diagram({ input, output, layers }: Spec["entry"], pictures: Spec["pictures"]): string {
  const items = layers.map((layer, i) =>
    item(layer, pictures[layer.name], i === layers.length - 1 ? output.labels ?? [] : []),
  );
  const first =
    '<li class="mp-layer mp-layer-plain"><div class="mp-layer-words"><p class="mp-layer-name">Input</p>' +
    `<p class="mp-layer-figures">${valuesText(shapeText(input.shape))}</p></div></li>`;
  return `<ol class="mp-layer-list">${first}${items.join("")}</ol>`;
}

function item(layer: Layer, picture: Picture | undefined, labels: readonly string[]): string {
  const { kind, activation, cells } = layer;
  const figures = [valuesText(shapeText(layer.shape))];
  if (layer.parameters > 0) figures.push(counted(layer.parameters, "parameter"));
  if (layer.connections) figures.push(counted(layer.connections, "connection"));
  const words =
    `<div class="mp-layer-words"><p class="mp-layer-name">${escape(kind)}` +
    `${activation && ` <span class="mp-layer-activation">${escape(activation)}</span>`}</p>` +
    `<p class="mp-layer-figures">${figures.join(" · ")}</p></div>`;
  if (!cells || !picture) return `<li class="mp-layer mp-layer-plain">${words}</li>`;
  const range = rangeWords(picture);
  const element = { "data-layer": layer.name, "data-labels": labels.length > 2 ? JSON.stringify(labels) : null, ...layoutData(cells) };
  const maps = layer.shape?.length === 3 ? layer.shape[2]! : 0;
  const rest = maps > cells.tiles ? ` (shown: ${String(cells.tiles)} of ${group(String(maps))} maps)` : "";
  return (
    `<li class="mp-layer"${attributes(element)}>${words}<div class="mp-layer-values">` +
    cellsHtml("frame", escape(picture.src), cells, `${kind}: ${range}`) +
    `<p class="mp-layer-reading"><span data-part="values">${range}</span>${rest}</p></div></li>`
  );
}

/** Returns a picture made of square cells, in a frame that reserves its space. src: escaped. */
function cellsHtml(part: string, src: string, layout: Layout, label: string): string {
  const [width, height] = sizeOfCells(layout);
  const ruled = layout.height === 1 && layout.width === 1 && width <= RULED ? " mp-value-ruled" : "";
  return (
    `<div class="mp-value-frame${ruled}" data-part="${part}" style="--mp-cells:${String(width)};--mp-cell-rows:${String(height)}">` +
    `<img class="mp-value-cells" src="${src}"${attributes({ width, height, alt: label })} loading="lazy" decoding="async"></div>`
  );
}

/** Returns the first layer's weights: all tiles, and one enlarged. */
function weights({ weights: found, layers }: Spec["entry"]): string {
  if (!found) return "";
  const { cells, count, largest, layer } = found;
  const [width, height] = sizeOfCells(cells);
  const kind = layers.find(({ name }) => name === layer)!.kind.includes("Conv") ? "Kernel" : "Neuron";
  const kinds = `${kind.toLowerCase()}s`;
  const of = cells.tiles < count ? `the first ${String(cells.tiles)} of ${group(String(count))}` : `all ${group(String(count))}`;
  const data = attributes({ "data-largest": JSON.stringify(largest), "data-kind": kind, ...layoutData(cells) });
  const url = slot("weights");
  const large =
    '<div class="mp-weight-large" data-part="large" aria-hidden="true" ' +
    `style="--mp-tile:${String(cells.width)};--mp-tile-ratio:${String(cells.width)}/${String(cells.height)};` +
    `--mp-sheet:${String(width)};--mp-sheet-rows:${String(height)};--mp-x:0;--mp-y:0">` +
    `<img src="${url}" alt="" width="${String(width)}" height="${String(height)}" loading="lazy"></div>`;
  const cell = Math.max(3, Math.round(TILE_PX / cells.width)); // small kernels are enlarged
  return (
    `<section class="mp-weights"${data}><div class="mp-weights-words">` +
    '<p class="mp-layer-name">What the first layer looks for</p>' +
    `<p class="mp-layer-figures">${of} ${kinds} of <code>${escape(layer)}</code>, each at its own full strength</p></div>` +
    `<div class="mp-weights-pictures" style="--mp-sheet-cell:${String(cell)}px">${large}` +
    cellsHtml("sheet", url, cells, `Weights of ${of} ${kinds} of the layer ${layer}`) +
    `<div class="mp-weights-which"><label for="${slot("id")}-weight">${kind}</label><input type="range" id="${slot("id")}-weight" ` +
    `data-part="which" min="1" max="${String(cells.tiles)}" step="1" value="1" autocomplete="off"></div>` +
    `<p class="mp-layer-reading" data-part="weight">${weightWords(1, largest[0]!, kind)}</p></div></section>`
  );
}

function table({ layers, parameters, connections }: Spec["entry"]): string {
  const number = (value: number | null): string => (value === null ? "–" : group(String(value)));
  const heads = ["Layer", "Kind", "Gives", "Parameters", "Connections"].map((name) => `<th scope="col">${name}</th>`);
  const rows = layers.map(({ name, kind, activation, shape, ...layer }) =>
    `<tr><th scope="row">${escape(name)}</th><td>${escape(kind + (activation && `, ${activation}`))}</td>` +
    `<td>${shapeText(shape)}</td><td>${number(layer.parameters)}</td><td>${number(layer.connections)}</td></tr>`,
  );
  return (
    '<details class="mp-twin"><summary>As a table</summary>' +
    '<div class="mp-wide" tabindex="0" role="group" aria-label="The layers">' +
    `<table class="mp-table" aria-label="The layers"><thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}` +
    '<tr class="mp-total"><th scope="row">all</th><td></td><td></td>' +
    `<td>${number(parameters)}</td><td>${number(connections)}</td></tr></tbody></table></div></details>`
  );
}

function layoutData({ tiles, columns, height, width }: Layout): Record<string, number> {
  return { "data-tiles": tiles, "data-columns": columns, "data-height": height, "data-width": width };
}

/** Returns `512` or `28 × 28 × 32`; – for a layer with several outputs. */
function shapeText(shape: readonly (number | null)[] | null): string {
  if (shape === null) return "–";
  return shape.map((size) => (size === null ? "any" : group(String(size)))).join(" × ") || "1";
}

function valuesText(shape: string): string {
  return shape === "1" ? "1 value" : `${shape} values`;
}
