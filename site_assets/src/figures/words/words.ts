/** Words of the text that act on a figure: `a.mp-set` puts it into a state, `.mp-show` lights up a part of it. */
import { readLink, writeLink } from "../../core/link";

export const ELEMENT = ".mp-set, .mp-show";

const LIT = "mp-lit";

const figureOf = (key: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);

/** Scrolls a figure's picture into view where it is out of it. */
function bring(figure: HTMLElement): void {
  const picture = figure.querySelector(".mp-stage, .mp-chart") ?? figure;
  const { top, bottom } = picture.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  picture.scrollIntoView({ block: top < 0 || bottom - top > innerHeight ? "start" : "end", behavior: calm ? "instant" : "smooth" });
}

/** Puts the figure into the link's state, also where the address has it already. The Back button goes back. */
function set(link: HTMLAnchorElement): void {
  history.pushState(history.state, "", location.href);
  for (const [key, text] of readLink(link.hash)) {
    writeLink(key, text);
    const figure = figureOf(key);
    if (figure) bring(figure);
  }
  dispatchEvent(new HashChangeEvent("hashchange"));
}

const redrawn = new WeakMap<HTMLElement, MutationObserver>();

/** Lights up a part of the figure until it is called with `on` false, also where the figure is drawn again meanwhile. */
function light(words: HTMLElement, on: boolean): void {
  const figure = figureOf(words.dataset["figure"]!);
  if (!figure) return;
  const toggle = (): void => {
    for (const element of figure.getElementsByClassName(words.dataset["shows"]!)) element.classList.toggle(LIT, on);
  };
  redrawn.get(words)?.disconnect();
  toggle();
  if (!on) return;
  const observer = new MutationObserver(toggle);
  observer.observe(figure, { childList: true, subtree: true });
  redrawn.set(words, observer);
}

let started = false;

/** Listens to the page. Called again where instant navigation brings further words. */
export function start(): void {
  if (started) return;
  started = true;
  const wordsOf = ({ target }: Event): HTMLElement | null => (target instanceof Element ? target.closest<HTMLElement>(".mp-show") : null);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a.mp-set") : null;
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      set(link);
    }
    const words = wordsOf(event);
    const figure = words && figureOf(words.dataset["figure"]!);
    if (words && figure) {
      bring(figure);
      light(words, true);
    }
  });
  // The pointer or the focus may have come before this script.
  for (const words of document.querySelectorAll<HTMLElement>(".mp-show:is(:hover, :focus)")) light(words, true);
  for (const [type, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]] as const) {
    document.addEventListener(type, (event) => {
      const words = wordsOf(event);
      if (words) light(words, on);
    });
  }
}
