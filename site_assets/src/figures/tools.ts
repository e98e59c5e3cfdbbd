/** Functions that a page's entry passes to elements, which load later. */
import type { Result } from "../core/latest";
import type { Epochs } from "../runtime/epochs";
import type { Inside } from "../runtime/inside";
import type { TrainedEntry } from "../core/schema";
import type { FetchFile } from "../runtime/details";
import type { Entry } from "../runtime/spec";
import type { Trainer, TrainerOptions } from "../training/session/api";

export interface PageTools {
  /** Maps a figure to its latest prediction. */
  latest: WeakMap<EventTarget, Result>;
  /** Returns the manifest entry in the page. */
  entryOf: (slug: string) => Entry | null;
  openInside: (entry: Entry) => Promise<Inside>;
  fetchFile: FetchFile;
  epochs: (model: string | Entry) => Promise<Epochs>;
  trainer: (model: string | TrainedEntry, options?: TrainerOptions) => Promise<Trainer>;
}

/** Module of an element; the build reads its selector from `ELEMENT`. */
export interface ElementModule {
  start(tools: PageTools): void;
}
