/** The parts of a figure: elements the build marked with `data-part`. */

/* The type is the caller's word, as with querySelector: the build wrote the element it names. */
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */

export function part<T extends Element = HTMLElement>(root: ParentNode, name: string): T {
  const found = optionalPart<T>(root, name);
  if (!found) {
    throw new Error(
      `This figure's HTML has no part "${name}". It was made by another version of Modelpress: build the site again.`,
    );
  }
  return found;
}

export function optionalPart<T extends Element = HTMLElement>(
  root: ParentNode,
  name: string,
): T | null {
  return root.querySelector<T>(`[data-part="${name}"]`);
}

/** Set text only where it changed, so that nothing is laid out, or announced, for nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** What has the focus in the page, or the shadow root, that `element` is in. */
export function focusedIn(element: Element): Element | null {
  return (element.getRootNode() as Document | ShadowRoot).activeElement;
}
