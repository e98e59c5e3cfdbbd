/** The public interface, loaded at its first call: no figure's first prediction waits for it. */
import {
  checked, detailsOf, findEntry, load as loadModel, type LoadOptions, type LoadedModel,
} from "./runtime/api";
import { engineFor } from "./runtime/engines";
import type { Epochs } from "./runtime/epochs";
import { fetchFile, fetchGolden, fetchLive, fetchModel } from "./runtime/files";
import type { Inside } from "./runtime/inside";
import type { Proof } from "./runtime/measure";
import { entryOnPage } from "./runtime/page-links";
import { Runnable, watchOther } from "./runtime/proven";
import { script } from "./core/scripts";
import type { Entry, TrainedEntry } from "./runtime/spec";
import { inWords, optionsOf, spoken } from "./runtime/words";
import type { ModelEntry } from "./core/schema";
import { workerUrls } from "./core/worker-urls";
import type { Trainer, TrainerOptions } from "./training/session/api";

/** Loads a model of this site by its slug, verified on this device. */
export function load(slug: string, options?: LoadOptions): Promise<LoadedModel> {
  return inWords("load()", () => loadModel(slug, options, entryOnPage));
}

/** Returns the complete manifest entry of a model. */
export function details(slug: string): Promise<ModelEntry> {
  return inWords("details()", () => detailsOf(slug));
}

/** Measures a backend with a model (its slug or manifest entry) and refuses nothing; see Proof. */
export function prove(model: string | Entry, options: LoadOptions): Promise<Proof> {
  return inWords("prove()", async () => {
    const [entry, measure] = await Promise.all([found(model, "prove"), script(import("./runtime/measure"))]);
    return measure.prove(entry, options, { checked, engineFor, Runnable, fetchGolden, fetchModel });
  });
}

const tools = { engineFor, fetchFile, fetchGolden, fetchModel, spoken, watchOther };

/** Returns the checkpoints of a model's training (its slug or manifest entry). */
export function epochs(model: string | Entry): Promise<Epochs> {
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
export function inside(model: string | Entry): Promise<Inside> {
  return inWords("inside()", async () => spoken("inside", await openInside(await found(model, "inside"))));
}

export async function openInside(entry: Entry): Promise<Inside> {
  return (await script(import("./runtime/inside"))).openInside(entry, tools);
}

async function found(model: string | TrainedEntry, caller: string): Promise<Entry> {
  if (typeof model !== "object") return findEntry(model, entryOnPage, caller);
  return (await script(import("./runtime/entry"))).entryFrom(model, caller, fetchFile);
}

/** Trains a model with a live run (its slug or manifest entry) in the browser. */
export function trainer(model: string | TrainedEntry, options?: TrainerOptions): Promise<Trainer> {
  return inWords("trainer()", async () => {
    const [entry, { openTrainer }] = await Promise.all([found(model, "trainer"), script(import("./training/session/api"))]);
    const workerUrl = new URL(workerUrls.training);
    const trainerTools = { fetchFile, fetchLive, optionsOf, weightsAt, workerUrl };
    return spoken("trainer", await openTrainer(entry, options, trainerTools));
  });
}
