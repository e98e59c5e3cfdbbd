/** The entry of every page with a model: the runtime, the element, and the public interface. */
import { version } from "virtual:modelpress/build";
import "./elements/model";
import { latest } from "./latest";
import { entryOnPage } from "./page";
import { load as loadModel, prove, type LoadOptions, type LoadedModel } from "./runtime/api";
import * as cpu from "./runtime/backends/cpu"; // with the entry: the first answer is the CPU's
import { provide } from "./runtime/backends/start";
import { openInside } from "./runtime/inside";
import { BACKENDS } from "./runtime/spec";

provide("cpu", cpu);

/** Loads a model of this site by its slug, proven on this device. */
function load(slug: string, options: LoadOptions = {}): Promise<LoadedModel> {
  return loadModel(slug, options, entryOnPage);
}

/** Diagrams and charts come to life once the page's own answers are under way. */
function bringPicturesToLife(): void {
  if (!document.querySelector("modelpress-layers, .mp-chart")) return;
  void import("./elements/layers").then(({ start }) => {
    start({ latest, entryOf: entryOnPage, openInside });
  });
}

if (document.readyState === "complete") bringPicturesToLife();
else window.addEventListener("load", bringPicturesToLife, { once: true });

const backends = BACKENDS;

export { backends, load, prove, version };

declare global {
  var modelpress: { load: typeof load; prove: typeof prove; version: string; backends: typeof BACKENDS };
}

globalThis.modelpress = { load, prove, version, backends };
