/** Several outputs in one vector: each part's own picture, in a group with its name. */
import { part } from "../core/dom";
import type { KindSpec, OutputHandle, OutputModule } from "../kinds/contract";
import { partsOf, slicesOf, type Part } from "../kinds/parts";

/** Returns this module for a spec, with the modules of its parts' kinds. load: returns the module of a spec's kind. */
export async function prepare(spec: KindSpec, load: (spec: KindSpec) => Promise<OutputModule>): Promise<OutputModule> {
  const parts = partsOf(spec);
  const modules = await Promise.all(parts.map(({ spec }) => load(spec)));
  return { attach: (root, _spec, inputSpec) => attachParts(root, parts, modules, inputSpec) };
}

function attachParts(root: HTMLElement, parts: readonly Part[], modules: readonly OutputModule[], inputSpec: KindSpec): OutputHandle {
  const slices = slicesOf(parts);
  const handles = parts.map(({ spec }, i) => modules[i]!.attach(part(root, `several-out-${String(i)}`), spec, inputSpec));
  const own = (values: ArrayLike<number>, i: number): Float32Array => Float32Array.from(values).subarray(...slices[i]!);
  return {
    verb: "gives",
    show: (values, input) => { handles.forEach((handle, i) => { handle.show(own(values, i), input); }); },
    clear: () => { for (const handle of handles) handle.clear?.(); },
    describe: (values) => handles.map((handle, i) => `${parts[i]!.name}: ${handle.describe(own(values, i))}`).join("; "),
    dispose: () => { for (const handle of handles) handle.dispose(); },
  };
}
