/** Picture input: dropped, pasted, chosen as a file, or one of the examples. */
import type { InputHandle, InputOptions, KindSpec } from "../kinds/contract";
import { attachPictureSource } from "./widgets/picture-source";

export function attach(
  root: HTMLElement,
  spec: KindSpec,
  onInput: () => void,
  options: InputOptions,
): InputHandle {
  const listeners = new AbortController();
  const { handle } = attachPictureSource(root, spec, onInput, options, listeners.signal);
  return { ...handle, dispose: () => { listeners.abort(); } };
}
