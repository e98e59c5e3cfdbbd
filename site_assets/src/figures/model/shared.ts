/** Figures that share one input (`shares: SLUG` in the fence): what the reader sets in one of them, all of them get. */
import type { Result } from "../../core/latest";
import type { PageTools } from "../tools";
import type { ModelpressModel } from "./model";

export const ELEMENT = "modelpress-model[data-shares]";

/** The figures whose input is that of `figure`: its source, and all that name the same source. */
function partnersOf(figure: Element): ModelpressModel[] {
  const source = sourceOf(figure);
  return Array.from(document.querySelectorAll<ModelpressModel>("modelpress-model")).filter((other) => other !== figure && sourceOf(other) === source);
}

const sourceOf = (figure: Element): string | null => figure.getAttribute("data-shares") ?? figure.getAttribute("model");

let started = false;

/** Listens to the page. Called again where instant navigation brings further figures. */
export function start({ latest }: PageTools): void {
  if (started) return;
  started = true;
  /** State that a figure showed or was given last: a prediction for it is not the reader's change. */
  const known = new WeakMap<EventTarget, string>();
  const seen = (figure: EventTarget, text: string): void => {
    const before = known.get(figure) ?? latest.get(figure)?.text;
    known.set(figure, text);
    if (before === undefined || before === text || !(figure instanceof Element)) return;
    for (const other of partnersOf(figure)) {
      if ((known.get(other) ?? latest.get(other)?.text) === text) continue;
      known.set(other, text);
      other.set(text);
    }
  };
  for (const figure of document.querySelectorAll("modelpress-model")) {
    const text = latest.get(figure)?.text;
    if (text !== undefined) known.set(figure, text);
  }
  // In the capture phase: `latest` still holds the prediction before this one.
  document.addEventListener("modelpress:result", (event) => { seen(event.target!, (event as CustomEvent<Result>).detail.text); }, { capture: true });
  document.addEventListener("modelpress:empty", (event) => { seen(event.target!, ""); }, { capture: true });
}
