/** Puts a model's figure into the shadow root of an element, and says why where it can't. */
import { messageOf } from "../core/errors";
import { registry, type Mount } from "./registry";
import type { Site } from "./site";

const STYLED = "data-mp-style";

export function mountOf(site: Site): Mount {
  return (host, shadow, signal) => void mount(site, host, shadow, signal);
}

async function mount(site: Site, host: HTMLElement, shadow: ShadowRoot, signal: AbortSignal): Promise<void> {
  const root = document.createElement("div");
  root.className = "mp-root";
  followScheme(host, root, signal);
  try {
    const model = await site.model(host.getAttribute("model"));
    const started = site.start();
    started.catch(() => undefined); // awaited below, when the figure is there
    const [html, styles] = await Promise.all([site.figure(model), site.styles()]);
    if (signal.aborted) return;
    shadow.adoptedStyleSheets = [styles];
    root.append(figureOf(html, site));
    shadow.replaceChildren(root); // Python's answer
    await started;
  } catch (error) {
    if (!signal.aborted) tell(root, shadow, error, () => void mount(site, host, shadow, signal));
  }
}

/** The figure's elements. Style attributes, which a strict policy forbids, become declarations. */
function figureOf(html: string, site: Site): HTMLElement {
  const page = parse(html);
  const drawn = page.querySelector<HTMLElement>("modelpress-model");
  if (!drawn) throw new Error("The figure's HTML is of another version of Modelpress. Load the page again.");
  for (const link of drawn.querySelectorAll("a[href]")) link.setAttribute("href", site.address(link.getAttribute("href")!));
  for (const image of drawn.querySelectorAll("img[src]")) image.setAttribute("src", site.address(image.getAttribute("src")!));
  for (const element of drawn.querySelectorAll<HTMLElement | SVGElement>(`[${STYLED}]`)) {
    element.style.cssText = element.getAttribute(STYLED)!;
    element.removeAttribute(STYLED);
  }
  const figure = document.createElement(site.tag);
  for (const { name, value } of drawn.attributes) figure.setAttribute(name, value);
  figure.className = "mp-embedded";
  figure.dataset["home"] = site.address(drawn.dataset["home"] ?? "");
  figure.append(...drawn.childNodes);
  return figure;
}

function parse(html: string): Document {
  const parser = new DOMParser();
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: string, rules: object): { createHTML(html: string): string } };
  };
  const known = registry();
  try {
    known.policy ??= trustedTypes?.createPolicy("modelpress", { createHTML: (text: string) => text });
  } catch {
    // A page that does not allow this policy may still take strings.
  }
  return parser.parseFromString(known.policy?.createHTML(html) ?? html, "text/html");
}

/** Light or dark as the element's attribute `scheme` says, else as the reader prefers. */
function followScheme(host: HTMLElement, root: HTMLElement, signal: AbortSignal): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = (): void => {
    const wished = host.getAttribute("scheme");
    const isDark = wished === "dark" || (wished !== "light" && dark.matches);
    root.dataset["mdColorScheme"] = isDark ? "slate" : "default";
  };
  paint();
  dark.addEventListener("change", paint, { signal });
  const watching = new MutationObserver(paint);
  watching.observe(host, { attributeFilter: ["scheme"] });
  signal.addEventListener("abort", () => { watching.disconnect(); });
}

/** The sentence, in the figure where there is one, else above what the page has put into the element. */
function tell(root: HTMLElement, shadow: ShadowRoot, error: unknown, again: () => void): void {
  const sentence = messageOf(error);
  const words = document.createElement("p");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "mp-button";
  retry.textContent = "Try again";
  retry.addEventListener("click", again, { once: true });
  const box = root.querySelector<HTMLElement>('[data-part="error"]');
  if (box) {
    words.textContent = `The live model could not start. ${sentence} What you see is Python's answer for the starting input.`;
    box.replaceChildren(words, retry);
    return;
  }
  words.textContent = sentence;
  const alert = document.createElement("div");
  alert.setAttribute("role", "alert");
  alert.append(words, retry);
  root.replaceChildren(alert);
  shadow.replaceChildren(root, document.createElement("slot"));
}
