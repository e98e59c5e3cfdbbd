/** Renders a model's figure into the shadow root of an element, or shows why it cannot. */
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
  applyScheme(host, root, signal);
  try {
    const model = await site.model(host.getAttribute("model"));
    const started = site.start();
    started.catch(() => undefined); // awaited below, after the figure is rendered
    const [html, styles] = await Promise.all([site.figure(model), site.styles()]);
    if (signal.aborted) return;
    shadow.adoptedStyleSheets = [styles];
    root.append(figureOf(html, site));
    shadow.replaceChildren(root); // with Python's prediction
    await started;
  } catch (error) {
    if (!signal.aborted) showError(root, shadow, error, () => void mount(site, host, shadow, signal));
  }
}

/** Parses the figure's HTML. Style attributes, which a strict policy forbids, become declarations set by script. */
function figureOf(html: string, site: Site): HTMLElement {
  const page = parse(html);
  const rendered = page.querySelector<HTMLElement>("modelpress-model");
  if (!rendered) throw new Error("The figure's HTML is of another version of Modelpress. Load the page again.");
  for (const link of rendered.querySelectorAll("a[href]")) link.setAttribute("href", site.address(link.getAttribute("href")!));
  for (const image of rendered.querySelectorAll("img[src]")) image.setAttribute("src", site.address(image.getAttribute("src")!));
  for (const element of rendered.querySelectorAll<HTMLElement | SVGElement>(`[${STYLED}]`)) {
    element.style.cssText = element.getAttribute(STYLED)!;
    element.removeAttribute(STYLED);
  }
  const figure = document.createElement(site.tag);
  for (const { name, value } of rendered.attributes) figure.setAttribute(name, value);
  figure.className = "mp-embedded";
  figure.dataset["home"] = site.address(rendered.dataset["home"] ?? "");
  figure.append(...rendered.childNodes);
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
    // The page may forbid this policy but accept strings.
  }
  return parser.parseFromString(known.policy?.createHTML(html) ?? html, "text/html");
}

/** Applies the light or dark scheme: the element's attribute `scheme`, else the reader's preference. */
function applyScheme(host: HTMLElement, root: HTMLElement, signal: AbortSignal): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const update = (): void => {
    const scheme = host.getAttribute("scheme");
    const isDark = scheme === "dark" || (scheme !== "light" && dark.matches);
    root.dataset["mdColorScheme"] = isDark ? "slate" : "default";
  };
  update();
  dark.addEventListener("change", update, { signal });
  const watching = new MutationObserver(update);
  watching.observe(host, { attributeFilter: ["scheme"] });
  signal.addEventListener("abort", () => { watching.disconnect(); });
}

/** Shows the error in the figure if there is one, else above the element's own content. */
function showError(root: HTMLElement, shadow: ShadowRoot, error: unknown, again: () => void): void {
  const sentence = messageOf(error);
  const words = document.createElement("p");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "mp-button";
  retry.textContent = "Try again";
  retry.addEventListener("click", again, { once: true });
  const box = root.querySelector<HTMLElement>('[data-part="error"]');
  if (box) {
    words.textContent = `The live model could not start. ${sentence} What you see is Python's prediction for the initial input.`;
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
