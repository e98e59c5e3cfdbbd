/** What a page's entry offers to its elements, which are loaded later. */
import type { Result } from "../core/latest";
import type { Epochs } from "../runtime/epochs";
import type { Inside } from "../runtime/inside";
import type { TrainedEntry } from "../core/schema";
import type { FetchFile } from "../runtime/details";
import type { Entry } from "../runtime/spec";
import type { Trainer, TrainerOptions } from "../training/session/api";

export interface PageTools {
  /** Figure → its latest answer. */
  latest: WeakMap<EventTarget, Result>;
  /** The manifest entry that the page holds. */
  entryOf: (slug: string) => Entry | null;
  openInside: (entry: Entry) => Promise<Inside>;
  fetchFile: FetchFile;
  epochs: (model: string | Entry) => Promise<Epochs>;
  trainer: (model: string | TrainedEntry, options?: TrainerOptions) => Promise<Trainer>;
}

/** A file of an element: it declares its selector as `ELEMENT`, by which the build finds it. */
export interface ElementModule {
  start(tools: PageTools): void;
}
