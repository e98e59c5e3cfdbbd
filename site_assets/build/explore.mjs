/**
 * Renders the figures of explainers in Node, with the modules that run in the browser. Reads JSON from standard
 * input and writes JSON to standard output. Errors go to standard error, with exit code 1.
 *
 *   {"figures": [{"key", "name", "id", "options", "resource", "hide"}]} → {key: {"html", "title"} | {"wrong", "param"}}
 *   … "describe": [name] → also {"all explainers": {name: {"title", "params": [{"name", "expected"}]}}}
 *   {"calls": [{"name", "fn", "args"}]} → [result]: calls an explainer's exported functions, for tests;
 *   … "extensions": as that of bundle.mjs; default: the explainers of `src/explain`
 *   "fn": "view" with "args": [options, step, resource] returns the view: {"picture", "reading", "table"}
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { BuildError, errorText } from "./errors.mjs";
import { NONE } from "./packages.mjs";
import { explorePlugins } from "./plugin.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function load(names, extensions) {
  const modules = names.map((name) => extensions.scripts.explainers?.[name] ?? `./src/explain/${name}.ts`);
  const source = [
    `export { BadValue, figureHtml, initialValues } from "./src/explore/figure";`,
    ...modules.map((module, i) => `import * as m${i} from ${JSON.stringify(module)};`),
    `export const modules = {${names.map((name, i) => `${JSON.stringify(name)}: m${i}`).join(", ")}};`,
  ].join("\n");
  const folder = await mkdtemp(path.join(tmpdir(), "modelpress-explore-"));
  try {
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      stdin: { contents: source, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      mainFields: ["module", "main"],
      target: "node20",
      logLevel: "silent",
      plugins: explorePlugins(ROOT, extensions),
    });
    const file = path.join(folder, "explainers.mjs");
    await writeFile(file, outputFiles[0].contents);
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Returns an explainer. Throws if its module exports none. */
function explainerOf({ modules }, name) {
  const found = modules[name].default;
  if (typeof found?.view !== "function") throw new BuildError(`The script of the explainer "${name}" must export a default, made by \`explainer\`.`);
  return found;
}

function render(loaded, { name, id, options, resource, hide }) {
  const { figureHtml, initialValues, BadValue } = loaded;
  const explainer = explainerOf(loaded, name);
  try {
    const values = initialValues(explainer, options);
    return { html: figureHtml(explainer, id, values, 0, resource ?? null, hide), title: explainer.title };
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    return { wrong: error.message, param: error.param };
  }
}

function callResult({ initialValues, modules }, name, fn, args) {
  const explainer = modules[name].default;
  if (fn !== "view") return modules[name][fn](...args);
  const [options = {}, step = 0, resource = null] = args;
  return explainer.view(initialValues(explainer, options), step, resource);
}

/** An explainer's title, and the expected values of each parameter as its error message names them. */
function described({ title, params }) {
  return { title, params: Object.entries(params).map(([name, param]) => ({ name, expected: param.read("\u0000").expected })) };
}

/** Typed arrays become arrays, and numbers that are not finite become strings, because JSON has neither. */
function jsonable(value) {
  if (ArrayBuffer.isView(value)) return Array.from(value, jsonable);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(jsonable);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, jsonable(v)]));
  return value;
}

async function main() {
  const { figures = [], calls = [], describe = [], extensions = NONE } = JSON.parse(await text(process.stdin));
  const names = [...new Set([...describe, ...[...figures, ...calls].map(({ name }) => name)])].sort();
  const loaded = await load(names, extensions);
  const result = calls.length
    ? calls.map(({ name, fn, args }) => jsonable(callResult(loaded, name, fn, args)))
    : Object.fromEntries(figures.map((figure) => [figure.key, render(loaded, figure)]));
  if (describe.length) result["all explainers"] = Object.fromEntries(describe.map((name) => [name, described(explainerOf(loaded, name))]));
  process.stdout.write(JSON.stringify(result));
}

main().catch((error) => {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
});
