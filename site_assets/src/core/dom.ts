/** Finds the parts of a figure: elements that the build marks with `data-part`. */

/* As with querySelector, the caller chooses the type: the build wrote the element. */
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

/** Returns the JSON of a `<data>` element. A script would be run by whatever moves it into another page. */
export function dataOf(element: Element): string {
  return element.getAttribute("value") ?? "null";
}

/** Sets the text only if it differs, to avoid needless layout and announcements. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Returns the focused element of the document or shadow root that contains `element`. */
export function focusedIn(element: Element): Element | null {
  return (element.getRootNode() as Document | ShadowRoot).activeElement;
}

/** Sets the HTML only if it differs. */
export function setHtml(element: Element, html: string): void {
  if (element.innerHTML !== html) element.innerHTML = html;
}
