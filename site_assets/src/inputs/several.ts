/** Several inputs in one vector: each part's own controls, in a group with its name. */
import { restore, stateOf, type InputHandle, type InputModule, type InputOptions, type KindSpec } from "../kinds/contract";
import { part } from "../core/dom";
import { partsOf, slicesOf, textsOf, type Part } from "../kinds/parts";

/** Returns this module for a spec, with the modules of its parts' kinds. load: returns the module of a spec's kind. */
export async function prepare(spec: KindSpec, load: (spec: KindSpec) => Promise<InputModule>): Promise<InputModule> {
  const parts = partsOf(spec);
  const modules = await Promise.all(parts.map(({ spec }) => load(spec)));
  return {
    attach: (root, _spec, onInput, options) => attachParts(root, parts, modules, onInput, options),
  };
}

function attachParts(
  root: HTMLElement,
  parts: readonly Part[],
  modules: readonly InputModule[],
  onInput: () => void,
  options: InputOptions,
): InputHandle {
  const slices = slicesOf(parts);
  const handles = parts.map(({ name, spec }, i) => {
    const notice = (sentence: string): void => { options.notice(sentence && `${name}: ${sentence}`); };
    return modules[i]!.attach(part(root, `several-${String(i)}`), spec, onInput, { notice });
  });
  const each = <Value>(values: ArrayLike<number>, of: (handle: InputHandle, own: Float32Array) => Value): Value[] => {
    const whole = Float32Array.from(values);
    return handles.map((handle, i) => of(handle, whole.subarray(...slices[i]!)));
  };
  const joined = (texts: readonly string[]): string => parts.map(({ name }, i) => `${name}=${texts[i] ?? ""}`).join("; ");
  const texts = (text: string): string[] | null => textsOf(text, parts);
  return {
    get expects() {
      return joined(parts.map(({ spec }) => String(spec["default"])));
    },
    read: () => {
      const values = handles.map((handle) => handle.read());
      return values.every((own) => own !== null) ? concatenated(values) : null;
    },
    write: (values) => { each(values, (handle, own) => { handle.write(own); }); },
    format: (values) => joined(each(values, (handle, own) => handle.format(own))),
    parse: (text) => {
      const values = texts(text)?.map((own, i) => handles[i]!.parse(own));
      return values?.every((own) => own !== null) ? concatenated(values) : null;
    },
    describe: (values) => each(values, (handle, own) => handle.describe(own)).map((words, i) => `${parts[i]!.name} ${words}`).join(", "),
    get emptyWords() {
      const at = handles.findIndex((handle) => handle.read() === null);
      return `${parts[at]?.name ?? ""}: ${handles[at]?.emptyWords ?? "there is no input yet."}`;
    },
    state: () => joined(handles.map(stateOf)),
    restore: (text) => {
      const found = texts(text);
      if (!found) return false;
      const before = handles.map(stateOf);
      const valid = found.every((own, i) => restore(handles[i]!, own));
      if (!valid) before.forEach((own, i) => restore(handles[i]!, own));
      return valid;
    },
    dispose: () => { for (const handle of handles) handle.dispose(); },
  };
}

function concatenated(values: readonly Float32Array[]): Float32Array {
  return Float32Array.from(values.flatMap((own) => Array.from(own)));
}
