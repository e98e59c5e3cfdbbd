/** Entry of every page with a model: the figures, what their first prediction needs, and the public API. */
import { trainingFile, version, workerFile } from "virtual:modelpress/build";
import { elements } from "virtual:modelpress/elements";
import { defineFigure } from "./figures/model/model";
import type { ElementModule, PageTools } from "./figures/tools";
import { isGuest, ownScript } from "./embed/registry";
import { latest, type Result } from "./core/latest";
import { entryOnPage } from "./runtime/page-links";
import { optionalPart } from "./core/dom";
import { fetchFile } from "./runtime/files";
import { messageOf } from "./core/errors";
import { script } from "./core/scripts";
import { BACKENDS } from "./core/backends";
import { workerUrls } from "./core/worker-urls";

type Public = typeof import("./public");

workerUrls.predicting = new URL(workerFile, import.meta.url).href;
workerUrls.training = new URL(trainingFile, import.meta.url).href;

/** Returns a function of the public interface, whose script is loaded at the first call. */
function later<Name extends keyof Public>(name: Name): Public[Name] {
  const call = async (...given: unknown[]): Promise<unknown> => {
    const found = (await script(import("./public")))[name] as (...given: unknown[]) => Promise<unknown>;
    return found(...given);
  };
  return call as Public[Name];
}

const load = later("load");
const details = later("details");
const prove = later("prove");
const epochs = later("epochs");
const inside = later("inside");
const trainer = later("trainer");

/** Returns the prediction that a figure, a `<modelpress-model>` element, shows; null before its first. */
function answerOf(figure: Element): Result | null {
  return latest.get(figure) ?? null;
}

/**
 * Loads the page's elements of one kind once its figures have started. If their script fails to load, the elements
 * keep the build's content and show why they are inactive.
 */
async function startElements(selector: string, load: () => Promise<void>): Promise<void> {
  const found = document.querySelectorAll(selector);
  if (!found.length) return;
  try {
    await script(load());
  } catch (error) {
    for (const each of found) {
      (optionalPart(each, "error") ?? optionalPart(each, "notice"))?.append(
        `${messageOf(error)} Load the page again. What you see was computed in Python.`,
      );
    }
  }
}

/** Starts the elements of the page, and those that are added later: by instant navigation, or after a password. */
function startAllElements(): void {
  const tools: PageTools = { latest, entryOf: entryOnPage, openInside: later("openInside"), fetchFile, epochs, trainer };
  const start = (wanted: typeof elements): void => {
    for (const [selector, load] of wanted) {
      void startElements(selector, async () => { ((await load()) as ElementModule).start(tools); });
    }
  };
  start(elements);
  new MutationObserver((records) => {
    const added = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node instanceof Element);
    const holds = ([selector]: readonly [string, unknown]): boolean =>
      added.some((element) => element.matches(selector) || element.querySelector(selector) !== null);
    if (added.length) start(elements.filter(holds));
  }).observe(document.documentElement, { childList: true, subtree: true });
}

const backends = BACKENDS;

export { answerOf, backends, defineFigure, details, epochs, inside, load, prove, trainer, version };

declare global {
  var modelpress: {
    load: typeof load;
    details: typeof details;
    prove: typeof prove;
    trainer: typeof trainer;
    epochs: typeof epochs;
    inside: typeof inside;
    answerOf: typeof answerOf;
    version: string;
    backends: typeof BACKENDS;
  };
}

/** Defines the figures and `globalThis.modelpress`, unless another bundle has done so. */
function install(): void {
  const first = (globalThis as { modelpress?: { version?: string } }).modelpress;
  if (first?.version !== undefined) return;
  globalThis.modelpress = { load, details, prove, trainer, epochs, inside, answerOf, version, backends };
  defineFigure("modelpress-model");
  if (document.readyState === "complete") startAllElements();
  else window.addEventListener("load", startAllElements, { once: true });
}

// A page that only embeds a figure belongs to another site.
if (!isGuest(import.meta.url)) install();
else document.addEventListener("DOMContentLoaded", () => { if (ownScript(import.meta.url)) install(); });
