/**
 * `<modelpress-layers model="SLUG">`: activations of each layer for the input of the model's figure. Loaded after
 * the first predictions.
 */
import { layoutOf, paint, sizeOfCells, valueAt, type Layout } from "../../core/tiles";
import type { Result } from "../../core/latest";
import { group, short } from "../../core/number-format";
import { optionalPart, part, setText } from "../../core/dom";
import type { Inside, LayerValues } from "../../runtime/inside";
import type { Entry } from "../../runtime/spec";
import { attachChart } from "./layer-chart";
import { makeReadable } from "../../core/readings";
import type { PageTools } from "../tools";
import { attachWeights } from "./weights";
import { exact, rangeWords } from "./words";

const NEAR = "200px";
const NO_LAYERS = "This diagram shows the first input of the page: TensorFlow.js’ layers can’t compute this model, so it does not follow.";
/** The layers model and the figure's model may each differ from Python by the tolerance. */
const TOLERANCE_FACTOR = 2;

let pageTools: PageTools;

/** One layer's cells: a canvas that replaces Python's picture. */
interface LayerCanvas {
  readonly item: HTMLElement;
  readonly layout: Layout;
  readonly canvas: HTMLCanvasElement;
  values: LayerValues | null;
}

export class ModelpressLayers extends HTMLElement {
  #life: AbortController | null = null;
  #figure: Element | null = null;
  #near = false;
  #wanted: Result | null = null;
  #shown: Result | null = null;
  #running = false;
  #inside: Promise<Inside> | null = null;
  readonly #canvases = new Map<string, LayerCanvas>();

  connectedCallback(): void {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const figure = this.#findFigure();
    this.#figure = figure;
    figure?.addEventListener(
      "modelpress:result",
      (event) => { this.#want((event as CustomEvent<Result>).detail); },
      { signal },
    );
    figure?.addEventListener("modelpress:empty", () => { this.#clear(); }, { signal });
    const watch = new IntersectionObserver(
      ([observed]) => {
        this.#near = observed?.isIntersecting ?? false;
        void this.#run();
      },
      { rootMargin: NEAR },
    );
    watch.observe(this);
    signal.addEventListener("abort", () => { watch.disconnect(); });
    const known = figure && pageTools.latest.get(figure);
    if (known) this.#want(known);
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#life?.abort();
      this.#life = null;
      void this.#inside?.then((inside) => inside.dispose(), () => undefined);
      this.#inside = null;
    });
  }

  /** Returns the model's figure above this diagram, or its first one on the page. */
  #findFigure(): Element | null {
    const figures = [...document.querySelectorAll("modelpress-model")].filter(
      (figure) => figure.getAttribute("model") === this.#slug,
    );
    const above = figures.filter(
      (figure) => this.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_PRECEDING,
    );
    return above.at(-1) ?? figures[0] ?? null;
  }

  get #slug(): string {
    return this.getAttribute("model") ?? "";
  }

  #want(result: Result): void {
    if (result.training !== undefined || result.epoch !== undefined) {
      this.#wanted = null;
      const what = result.epoch === undefined ? "your training" : "the weights of an earlier epoch";
      setText(part(this, "notice"), `The figure answers with ${what}. This diagram shows the published model.`);
      return;
    }
    this.#wanted = result;
    void this.#run();
  }

  /** Shows the layers of the newest prediction, one at a time, while the diagram is in or near the viewport. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#near && this.#life && this.#wanted && this.#wanted !== this.#shown) {
        const wanted = this.#wanted;
        const entry = pageTools.entryOf(this.#slug);
        if (!entry) return;
        if (!entry.formats.layers) {
          setText(part(this, "notice"), NO_LAYERS);
          return;
        }
        this.#inside ??= pageTools.openInside(entry);
        const layers = await (await this.#inside).look(Float32Array.from(wanted.input));
        if (wanted === this.#wanted) this.#show(layers, wanted, entry);
        this.#shown = wanted;
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
      }
    } catch (error) {
      this.#inside = null;
      this.#refuse(error instanceof Error ? error.message : String(error));
    } finally {
      this.#running = false;
    }
  }

  /** Shows that there is no input. */
  #clear(): void {
    this.#wanted = this.#shown = null;
    this.toggleAttribute("data-empty", true);
    this.#followReading();
  }

  /** Repeats the figure's reading in the diagram. */
  #followReading(): void {
    const reading = this.#figure && optionalPart(this.#figure, "reading");
    if (reading) setText(part(this, "reading"), reading.textContent);
  }

  #show(layers: LayerValues[], { input, output }: Result, entry: Entry): void {
    const last = layers.at(-1)?.values ?? [];
    const difference = Math.max(...output.map((value, i) => Math.abs(value - (last[i] ?? NaN))));
    if (!(difference <= TOLERANCE_FACTOR * entry.tolerance)) {
      this.#refuse(`Its last layer gives another answer than the figure (by ${short(difference)}).`);
      return;
    }
    for (const layer of layers) {
      const layerCanvas = this.#canvasFor(layer);
      if (!layerCanvas) continue;
      layerCanvas.values = layer;
      const top = layer.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      paint(layerCanvas.canvas, layer.values, layerCanvas.layout, channelsOf(layer), top);
      const text = valuesWords(layer.values);
      setText(part(layerCanvas.item, "values"), text);
      layerCanvas.canvas.ariaLabel = text;
    }
    this.toggleAttribute("data-empty", false);
    this.#followReading();
    setText(part(this, "notice"), "");
    this.setAttribute("state", "live");
    this.dispatchEvent(new CustomEvent("modelpress:layers", { detail: { input, layers }, bubbles: true }));
  }

  /** Returns a layer's canvas; the first call replaces Python's picture. */
  #canvasFor(layer: LayerValues): LayerCanvas | null {
    const known = this.#canvases.get(layer.name);
    if (known) return known;
    const item = this.querySelector<HTMLElement>(`[data-layer="${CSS.escape(layer.name)}"]`);
    if (!item) return null;
    const frame = part(item, "frame");
    const layout = layoutOf(item.dataset);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = sizeOfCells(layout);
    canvas.role = "img";
    canvas.className = "mp-value-cells";
    frame.querySelector("img")?.replaceWith(canvas);
    const layerCanvas: LayerCanvas = { item, layout, canvas, values: null };
    this.#canvases.set(layer.name, layerCanvas);
    this.#readable(frame, layerCanvas, layer);
    return layerCanvas;
  }

  /** Makes each cell's value readable by pointer and keys. */
  #readable(frame: HTMLElement, layerCanvas: LayerCanvas, { name, shape }: LayerValues): void {
    const { canvas, layout } = layerCanvas;
    const ring = document.createElement("span");
    ring.className = "mp-value-ring";
    ring.style.inlineSize = `${String(100 / canvas.width)}%`;
    ring.style.blockSize = `${String(100 / canvas.height)}%`;
    ring.hidden = true;
    frame.append(ring);
    const channels = shape.length === 3 ? shape[2]! : 1;
    const labels = JSON.parse(layerCanvas.item.dataset["labels"] ?? "[]") as string[];
    const cells = canvas.width * canvas.height;
    makeReadable(frame, {
      label: `Values of ${name}`,
      count: cells,
      row: canvas.width,
      at: (x, y) => {
        const [column, row] = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
        const inside = column >= 0 && row >= 0 && column < canvas.width && row < canvas.height;
        return inside ? row * canvas.width + column : -1;
      },
      show: (cell) => {
        const [x, y] = [cell % canvas.width, Math.floor(cell / canvas.width)];
        const place = valueAt(layout, channels, x, y);
        ring.hidden = false;
        ring.style.insetInlineStart = `${String((x / canvas.width) * 100)}%`;
        ring.style.insetBlockStart = `${String((y / canvas.height) * 100)}%`;
        const value = layerCanvas.values?.values[place];
        const text =
          value === undefined ? "between two maps" : `${labels[place] ?? placeWords(place, shape)}: ${exact(value)}`;
        setText(part(layerCanvas.item, "values"), text);
        return text;
      },
      leave: () => {
        ring.hidden = true;
        if (layerCanvas.values) setText(part(layerCanvas.item, "values"), valuesWords(layerCanvas.values.values));
      },
    });
  }

  /** Shows an error; Python's pictures stay if none has been replaced. */
  #refuse(sentence: string): void {
    this.setAttribute("state", "error");
    setText(
      part(this, "notice"),
      `The layers cannot follow the figure here. ${sentence} What you see is an earlier input's.`,
    );
  }
}

const channelsOf = ({ shape }: LayerValues): number => (shape.length === 3 ? shape[2]! : 1);

/** `value 17`, or `map 3, row 5, column 9`. */
function placeWords(place: number, shape: readonly number[]): string {
  if (shape.length === 1) return `value ${group(String(place + 1))}`;
  const channels = shape.length === 3 ? shape[2]! : 1;
  const [at, width] = [Math.floor(place / channels), shape[1]!];
  const where = `row ${String(Math.floor(at / width) + 1)}, column ${String((at % width) + 1)}`;
  return shape.length === 3 ? `map ${String((place % channels) + 1)}, ${where}` : where;
}

/**
 * Values below this fraction of a layer's largest value are described as zero. Port of `ZERO_BELOW` in
 * `pipeline/modelpress/reporting/anatomy.py`.
 */
const ZERO_BELOW = 1e-6;

function valuesWords(values: ArrayLike<number>): string {
  let top = 0;
  for (let i = 0; i < values.length; i += 1) top = Math.max(top, Math.abs(values[i]!));
  let [low, high, above] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i += 1) {
    const value = Math.abs(values[i]!) < ZERO_BELOW * top ? 0 : values[i]!;
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (value > 0) above += 1;
  }
  return rangeWords({ low, high, above, count: values.length });
}

export const ELEMENT = "modelpress-layers, .mp-chart";

const attached = new WeakSet<HTMLElement>();

/** Returns the elements that no earlier call returned. */
function fresh(selector: string): HTMLElement[] {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => !attached.has(element));
  for (const element of found) attached.add(element);
  return found;
}

/** Starts the page's diagrams, weights and charts. */
export function start(tools: PageTools): void {
  pageTools = tools;
  if (!customElements.get("modelpress-layers")) {
    customElements.define("modelpress-layers", ModelpressLayers);
  }
  for (const section of fresh(".mp-weights")) attachWeights(section);
  for (const figure of fresh(".mp-chart")) attachChart(figure, tools.fetchFile);
}
