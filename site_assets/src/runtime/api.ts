/** What `globalThis.modelpress` and the ES module offer to any page. */
import type { ModelEntry, PublishedModel } from "../core/schema";
import { ModelpressError } from "../core/errors";
import { shown } from "../core/shown";
import { ACCELERATORS, ENOUGH_MS, firstAnswer } from "./automatic";
import { fetchFile } from "./files";
import { fetchManifest } from "./manifest";
import { watchAll } from "./proven";
import { script } from "../core/scripts";
import { Session } from "./session";
import { BACKENDS, isBackend, type BackendName } from "../core/backends";
import { FORMATS, type Entry, type Format, type ModelSpec } from "./spec";
import type { PredictValues } from "./values";
import { optionsOf, spoken } from "./words";

export interface LoadOptions {
  /** Run on this backend or not at all. Default: the exact engine, or the fastest proven backend if a prediction takes longer than 1 ms. */
  backend?: BackendName;
  /** "graph" (default) for use, "layers" for looking inside. */
  format?: Format;
}

export interface LoadedModel {
  readonly backend: BackendName;
  readonly spec: ModelSpec;
  /** Answers one input (shape = output shape) or a batch (shape = [N, …output shape]). */
  predict(values: PredictValues): Promise<{ values: number[]; shape: number[] }>;
  /** Replays the golden cases on this device. bitwise: whether the exact engine reproduced Python's digest. */
  verify(): Promise<{ maxDiff: number; bitwise: boolean; tolerance: number; cases: number; backend: BackendName }>;
  dispose(): Promise<void>;
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

/** The options of `load` and `prove`, read once. */
export function checked(caller: string, given: LoadOptions | undefined): LoadOptions {
  const options = optionsOf<LoadOptions>(caller, given, ["backend", "format"]);
  const { backend, format } = options;
  if (backend !== undefined && !isBackend(backend)) {
    throw new ModelpressError(`There is no backend ${shown(backend)}; expected one of ${quoted(BACKENDS)}.`);
  }
  if (format !== undefined && !FORMATS.includes(format)) {
    throw new ModelpressError(`There is no format ${shown(format)}; expected one of ${quoted(FORMATS)}.`);
  }
  return options;
}

/** The entry of a slug in the manifest, without its long fields. Rejects with a sentence. */
async function published(slug: string, caller: string): Promise<PublishedModel> {
  if (typeof slug !== "string" || slug === "") {
    throw new ModelpressError(
      `${caller}() was given ${shown(slug)}; expected a model's slug, such as "my_model".`,
    );
  }
  const { models } = await fetchManifest();
  if (Object.hasOwn(models, slug)) return models[slug]!;
  throw new ModelpressError(
    `There is no model ${shown(slug)} on this site; expected one of ${quoted(Object.keys(models).sort())}.`,
  );
}

const details = () => script(import("./details"));

/** The entry of a slug: the page's own where it has one, else the manifest's. */
export async function findEntry(
  slug: string,
  onPage: (slug: string) => Entry | null,
  caller = "load",
): Promise<Entry> {
  const found = typeof slug === "string" ? onPage(slug) : null;
  return found ?? (await details()).completed(await published(slug, caller), fetchFile, ["figure"]);
}

/** All that is known of a model, from the manifest and its detail files. Rejects with a sentence. */
export async function detailsOf(slug: string): Promise<ModelEntry> {
  const [entry, { completed }] = await Promise.all([published(slug, "details"), details()]);
  return structuredClone(await completed(entry, fetchFile));
}

/** Loads a model and proves it on this device; see LoadedModel. Rejects with a sentence. */
export async function load(
  slug: string,
  options: LoadOptions | undefined,
  onPage: (slug: string) => Entry | null,
): Promise<LoadedModel> {
  const { backend, format = "graph" } = checked("load", options);
  const entry = await findEntry(slug, onPage);
  const order = backend ? [backend] : firstAnswer(entry).filter((name) => format === "graph" || name !== "exact");
  const session = new Session(entry, { order, format, asBatch: true });
  const start = session.start().then(() => backend ? undefined : session.useFastest(ACCELERATORS, ENOUGH_MS));
  const parts = [script(import("./values")), watchAll(), start] as const;
  const [{ readInputs }] = await Promise.all(parts).catch(async (error: unknown) => {
    await session.dispose();
    throw error;
  });
  const { title, parameters, tolerance, input, output } = entry;
  return spoken("model", {
    get backend() {
      return session.info.backend;
    },
    // A copy: what a caller does to it changes no model.
    spec: structuredClone({ title, parameters, tolerance, input, output }),
    async predict(values) {
      const { values: flat, batch, batched } = readInputs(values, input.shape);
      const answer = await session.predict(flat, batch);
      return {
        values: Array.from(answer.values),
        shape: batched ? answer.shape : answer.shape.slice(1),
      };
    },
    async verify() {
      const { maxDiff, bitwise, backend: answered, cases } = await session.verify();
      return { maxDiff, bitwise, tolerance, cases, backend: answered };
    },
    dispose: () => session.dispose(),
  });
}
