/** The entry of every page with a model: the runtime, the element, and the public interface. */
import { trainingFile, version } from "virtual:modelpress/build";
import "./elements/model";
import { latest, type Result } from "./latest";
import { entryOnPage } from "./page";
import { optionalPart } from "./parts";
import { findEntry, load as loadModel, prove, type LoadOptions, type LoadedModel } from "./runtime/api";
import * as cpu from "./runtime/backends/cpu"; // with the entry: the first answer is the CPU's
import { provide } from "./runtime/backends/start";
import { engineFor } from "./runtime/engines";
import type { Epochs } from "./runtime/epochs";
import { fetchFile, fetchGolden, fetchLive, fetchModel } from "./runtime/files";
import { openInside, type Inside } from "./runtime/inside";
import { messageOf } from "./runtime/errors";
import { script } from "./runtime/scripts";
import { BACKENDS, type Entry } from "./runtime/spec";
import { readInputs } from "./runtime/values";
import type { Trainer, TrainerOptions } from "./training/api";

provide("cpu", cpu);

/** Loads a model of this site by its slug, proven on this device. */
function load(slug: string, options: LoadOptions = {}): Promise<LoadedModel> {
  return loadModel(slug, options, entryOnPage);
}

const epochTools = { engineFor, fetchFile, fetchGolden, fetchModel, readInputs };

/** The weights that Python kept at some epochs of a model's training (its slug, or its entry in the manifest). */
async function epochs(model: string | Entry): Promise<Epochs> {
  const [entry, { openEpochs }] = await Promise.all([found(model, "epochs"), script(import("./runtime/epochs"))]);
  return openEpochs(entry, epochTools);
}

async function weightsAt(entry: Entry, epoch: number): Promise<Float32Array<ArrayBuffer>> {
  return (await script(import("./runtime/epochs"))).weightsAt(entry, epoch, epochTools);
}

/** What each layer of a model gives, and its weights (its slug, or its entry in the manifest). */
async function inside(model: string | Entry): Promise<Inside> {
  return openInside(await found(model, "inside"));
}

/** What a figure, an element `<modelpress-model>`, shows now; null before its first answer. */
function answerOf(figure: Element): Result | null {
  return latest.get(figure) ?? null;
}

function found(model: string | Entry, caller: string): Entry | Promise<Entry> {
  return typeof model === "object" ? model : findEntry(model, entryOnPage, caller);
}

/** Trains a model of this site that has a live run (its slug, or its entry in the manifest), here in the browser. */
async function trainer(model: string | Entry, options: TrainerOptions = {}): Promise<Trainer> {
  const [entry, { openTrainer }] = await Promise.all([
    found(model, "trainer"),
    script(import("./training/api")),
  ]);
  return openTrainer(entry, options, { fetchFile, fetchLive, readInputs, weightsAt, workerUrl: new URL(trainingFile, import.meta.url) });
}

/**
 * Brings the page's elements of one sort to life once its own answers are under way. Where their script does not
 * come, what the build wrote stays, and they say why nothing moves.
 */
async function bring(selector: string, load: () => Promise<void>): Promise<void> {
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

function bringToLife(): void {
  void bring("modelpress-layers, .mp-chart", async () => {
    (await import("./elements/layers")).start({ latest, entryOf: entryOnPage, openInside });
  });
  void bring("modelpress-tape", async () => { (await import("./elements/tape")).start(); });
  void bring("modelpress-epochs", async () => { (await import("./elements/epochs")).start(epochs); });
  // What trains is fetched when a step is wanted.
  void bring("modelpress-trainer", async () => { (await import("./elements/trainer")).start(trainer); });
  void bring("modelpress-failure", async () => { (await import("./elements/failure")).start(trainer); });
  void bring("modelpress-seeds", async () => { (await import("./elements/seeds")).start(); });
}

if (document.readyState === "complete") bringToLife();
else window.addEventListener("load", bringToLife, { once: true });

const backends = BACKENDS;

export { answerOf, backends, epochs, inside, load, prove, trainer, version };

declare global {
  var modelpress: {
    load: typeof load;
    prove: typeof prove;
    trainer: typeof trainer;
    epochs: typeof epochs;
    inside: typeof inside;
    answerOf: typeof answerOf;
    version: string;
    backends: typeof BACKENDS;
  };
}

globalThis.modelpress = { load, prove, trainer, epochs, inside, answerOf, version, backends };
