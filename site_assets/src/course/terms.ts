/**
 * Terms that show their definition. CSS shows it on hover and focus. This module shows it on the first tap instead of
 * following the link, closes it on Escape, and keeps it within the screen.
 */

const EDGE_PX = 12;

export function wireTerms(root: Document): void {
  root.addEventListener("pointerover", ({ target }) => { place(termOf(target)); });
  root.addEventListener("focusin", ({ target }) => { place(termOf(target)); });
  root.addEventListener("pointerout", ({ target }) => { termOf(target)?.removeAttribute("data-closed"); });
  root.addEventListener("focusout", ({ target }) => { termOf(target)?.removeAttribute("data-closed"); });
  root.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const term of root.querySelectorAll(".mp-term:is(:hover, :focus-within, [data-open])")) close(term);
  });
  root.addEventListener("click", (event) => {
    const term = termOf(event.target);
    const touched = event instanceof PointerEvent && event.pointerType === "touch";
    for (const other of root.querySelectorAll(".mp-term[data-open]")) if (other !== term) other.removeAttribute("data-open");
    if (!term || !touched || term.hasAttribute("data-open")) return;
    event.preventDefault();
    term.removeAttribute("data-closed");
    term.setAttribute("data-open", "");
    place(term);
  });
}

function termOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(".mp-term") : null;
}

function close(term: Element): void {
  term.removeAttribute("data-open");
  term.setAttribute("data-closed", "");
}

/** Shifts the definition horizontally into the screen. */
function place(term: HTMLElement | null): void {
  const tip = term?.querySelector<HTMLElement>(".mp-term-tip");
  if (!tip) return;
  tip.style.removeProperty("--mp-aside");
  const { left, right } = tip.getBoundingClientRect();
  const over = right - (document.documentElement.clientWidth - EDGE_PX);
  const leftwards = Math.min(over > 0 ? -over : 0, 0);
  const shift = left + leftwards < EDGE_PX ? EDGE_PX - left : leftwards;
  if (shift !== 0) tip.style.setProperty("--mp-aside", `${shift}px`);
}
