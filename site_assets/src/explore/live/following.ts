/** Follows a model's figure on the page: for each of its predictions, the layers' activations and the model's weights. */
import type { Result } from "../../core/latest";
import { optionalPart } from "../../core/dom";
import type { Inside, LayerValues } from "../../runtime/inside";
import { short } from "../../core/number-format";

/** The layers model and the figure's prediction may each differ from Python by the tolerance. */
const TOLERANCES = 2;

export interface Followed {
  slug: string;
  tolerance: number;
  reading: string;
}

export interface Follower {
  /** reading: the figure's sentence about its prediction. */
  predicted(result: Result, layers: readonly LayerValues[], model: Inside, reading: string): void;
  /** Called with the reason why the figure's current prediction is not shown. */
  note(words: string): void;
}

/** Follows the model's nearest figure above, or else its first one on the page. */
export async function followFigure(element: HTMLElement, { slug, tolerance, reading }: Followed, follower: Follower, signal: AbortSignal): Promise<void> {
  const figures = [...document.querySelectorAll("modelpress-model")].filter((found) => found.getAttribute("model") === slug);
  const above = figures.filter((found) => element.compareDocumentPosition(found) & Node.DOCUMENT_POSITION_PRECEDING);
  const figure = above.at(-1) ?? figures[0];
  if (!figure) return;
  await customElements.whenDefined("modelpress-model");
  let [opened, wanted, running]: [Promise<Inside> | null, Result | null, boolean] = [null, null, false];

  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      let done: Result | null = null;
      while (wanted && wanted !== done && !signal.aborted) {
        const current: Result = wanted;
        done = current; // a prediction that comes meanwhile is the next turn's
        const model = await (opened ??= globalThis.modelpress.inside(slug));
        const layers = await model.look(Float32Array.from(current.input));
        if (wanted !== current) continue;
        const last = layers.at(-1)?.values ?? [];
        const apart = Math.max(...current.output.map((value, i) => Math.abs(value - (last[i] ?? NaN))));
        const words = optionalPart(figure, "reading")?.textContent ?? reading;
        if (apart <= TOLERANCES * tolerance) follower.predicted(current, layers, model, words);
        else follower.note(`The diagram does not show the figure's current prediction: its last layer differs from it by ${short(apart)}.`);
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
      }
    } catch (error) {
      opened = null;
      follower.note(`The diagram does not show the figure's current prediction: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      running = false;
    }
  };
  const want = (result: Result): void => {
    if (result.training !== undefined || result.epoch !== undefined) {
      wanted = null;
      follower.note(`The figure now uses ${result.epoch === undefined ? "the weights of your training" : "the weights of an earlier epoch"}; the diagram shows the published model.`);
      return;
    }
    wanted = result;
    void run();
  };
  figure.addEventListener("modelpress:result", (event) => { want((event as CustomEvent<Result>).detail); }, { signal });
  signal.addEventListener("abort", () => { void opened?.then((model) => model.dispose(), () => undefined); });
  const known = globalThis.modelpress.answerOf(figure);
  if (known) want(known);
}
