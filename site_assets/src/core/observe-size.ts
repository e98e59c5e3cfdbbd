/** Makes elements that are wider than their frame scrollable by keyboard. */

/**
 * Keeps `tabindex`, and the attributes `named`, on each element while its content overflows its width. Material sets
 * `tabindex` on code itself, but removes it on devices without hover: hence the second observer.
 */
export function keepReachable(elements: Iterable<Element>, named: Readonly<Record<string, string>> = {}): void {
  const attributes = Object.entries({ tabindex: "0", ...named });
  const keep = (element: Element): void => {
    const wide = element.scrollWidth > element.clientWidth;
    for (const [name, value] of attributes) {
      if (!wide) element.removeAttribute(name);
      else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
  };
  const sizes = new ResizeObserver((entries) => { for (const { target } of entries) keep(target); });
  const taken = new MutationObserver((records) => { for (const { target } of records) keep(target as Element); });
  for (const element of elements) {
    sizes.observe(element);
    taken.observe(element, { attributeFilter: ["tabindex"] });
  }
}
