/** Loads the script of a long list when the reader unfolds it. */
import { optionalPart, part, setText } from "../../core/dom";
import { messageOf } from "../../core/errors";
import { script } from "../../core/scripts";
import type { Finder, List } from "./finder";

/** Attaches the list of a figure, if it has one. */
export function attachUnfolded(root: HTMLElement, list: List, signal: AbortSignal): Finder {
  const details = optionalPart<HTMLDetailsElement>(root, "finder");
  let finder: Finder | null = null;
  const load = (): void => {
    script(import("./finder")).then(
      ({ attachFinder }) => {
        if (signal.aborted) return;
        finder = attachFinder(details!, list, signal);
        finder.show();
      },
      (error: unknown) => { setText(part(details!, "found-words"), messageOf(error)); },
    );
  };
  if (details?.open) load();
  else details?.addEventListener("toggle", load, { once: true, signal });
  return { show: () => { finder?.show(); } };
}
