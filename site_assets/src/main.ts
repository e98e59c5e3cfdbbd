/** Entry of every page with a model: the runtime, the elements and the public API. */
import { trainingFile, version } from "virtual:modelpress/build";
import { elements } from "virtual:modelpress/elements";
import { defineFigure } from "./figures/model/model";
import type { ElementModule, PageTools } from "./figures/tools";
import { isGuest, ownScript } from "./embed/registry";
import { latest, type Result } from "./core/latest";
import { entryOnPage } from "./runtime/page-links";
import { optionalPart } from "./core/dom";
import {
  checked, detailsOf, findEntry, load as loadModel, type LoadOptions, type LoadedModel,
} from "./runtime/api";
import { engineFor } from "./runtime/engines";
import type { Epochs } from "./runtime/epochs";
import { fetchFile, fetchGolden, fetchLive, fetchModel } from "./runtime/files";
import type { Inside } from "./runtime/inside";
import type { Proof } from "./runtime/measure";
import { messageOf } from "./core/errors";
import { Runnable, watchOther } from "./runtime/proven";
import { script } from "./core/scripts";
import { BACKENDS } from "./core/backends";
import type { Entry, TrainedEntry } from "./runtime/spec";
import { inWords, optionsOf, spoken } from "./runtime/words";
import type { ModelEntry } from "./core/schema";
import type { Trainer, TrainerOptions } from "./training/session/api";

/** Loads a model of this site by its slug, verified on this device. */
function load(slug: string, options?: LoadOptions): Promise<LoadedModel> {
  return inWords("load()", () => loadModel(slug, options, entryOnPage));
}

/** Returns the complete manifest entry of a model. */
function details(slug: string): Promise<ModelEntry> {
  return inWords("details()", () => detailsOf(slug));
}

/** Measures a backend with a model (its slug or manifest entry) and refuses nothing; see Proof. */
function prove(model: string | Entry, options: LoadOptions): Promise<Proof> {
  return inWords("prove()", async () => {
    const [entry, measure] = await Promise.all([found(model, "prove"), script(import("./runtime/measure"))]);
    return measure.prove(entry, options, { checked, engineFor, Runnable, fetchGolden, fetchModel });
  });
}

const tools = { engineFor, fetchFile, fetchGolden, fetchModel, spoken, watchOther };

/** Returns the checkpoints of a model's training (its slug or manifest entry). */
function epochs(model: string | Entry): Promise<Epochs> {
  return inWords("epochs()", async () => {
    const [entry, { openEpochs }] = await Promise.all([found(model, "epochs"), script(import("./runtime/epochs"))]);
    return spoken("epochs", openEpochs(entry, tools));
  });
}

async function weightsAt(entry: TrainedEntry, epoch: number): Promise<Float32Array<ArrayBuffer>> {
  // Only a model has checkpoints, and its entry holds more than a training needs.
  return (await script(import("./runtime/epochs"))).weightsAt(entry as Entry, epoch, tools);
}

/** Returns each layer's activations and weights of a model (its slug or manifest entry). */
function inside(model: string | Entry): Promise<Inside> {
  return inWords("inside()", async () => spoken("inside", await openInside(await found(model, "inside"))));
}

async function openInside(entry: Entry): Promise<Inside> {
  return (await script(import("./runtime/inside"))).openInside(entry, tools);
}

/** Returns the prediction that a figure, a `<modelpress-model>` element, shows; null before its first. */
function answerOf(figure: Element): Result | null {
  return latest.get(figure) ?? null;
}

async function found(model: string | TrainedEntry, caller: string): Promise<Entry> {
  if (typeof model !== "object") return findEntry(model, entryOnPage, caller);
  return (await script(import("./runtime/entry"))).entryFrom(model, caller, fetchFile);
}

/** Trains a model with a live run (its slug or manifest entry) in the browser. */
function trainer(model: string | TrainedEntry, options?: TrainerOptions): Promise<Trainer> {
  return inWords("trainer()", async () => {
    const [entry, { openTrainer }] = await Promise.all([found(model, "trainer"), script(import("./training/session/api"))]);
    const workerUrl = new URL(trainingFile, import.meta.url);
    const trainerTools = { fetchFile, fetchLive, optionsOf, weightsAt, workerUrl };
    return spoken("trainer", await openTrainer(entry, options, trainerTools));
  });
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
  const tools: PageTools = { latest, entryOf: entryOnPage, openInside, fetchFile, epochs, trainer };
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
