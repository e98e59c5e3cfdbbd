/** Makes elements that are wider than their frame scrollable by keyboard. */

/**
 * Keeps `tabindex`, and the attributes `named`, on each element while its content overflows its width. Material sets
 * `tabindex` on code itself, but removes it on devices without hover: hence the second observer.
 */
export function keepReachable(elements: Iterable<Element>, named: Readonly<Record<string, string>> = {}): void {
  const attributes = Object.entries({ tabindex: "0", ...named });
  const keep = (element: Element): void => {
    const overflows = element.scrollWidth > element.clientWidth;
    for (const [name, value] of attributes) {
      if (!overflows) element.removeAttribute(name);
      else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
  };
  const resizes = new ResizeObserver((entries) => { for (const { target } of entries) keep(target); });
  const attributeChanges = new MutationObserver((records) => { for (const { target } of records) keep(target as Element); });
  for (const element of elements) {
    resizes.observe(element);
    attributeChanges.observe(element, { attributeFilter: ["tabindex"] });
  }
}
