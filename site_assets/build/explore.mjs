/**
 * Draws explainers' figures in Node, by the very modules that run in the browser. Reads JSON on standard
 * input, prints JSON on standard output; errors go to standard error, exit code 1.
 *
 *   {"figures": [{"key", "name", "id", "options", "resource", "hide"}]} → {key: {"html", "title"} | {"wrong", "param"}}
 *   … "describe": [name] → besides, {"all explainers": {name: {"title", "params": [{"name", "expected"}]}}}
 *   {"calls": [{"name", "fn", "args"}]} → [result]: an explainer's exported mathematics, for tests; with
 *   "fn": "view" and "args": [options, step, resource] what is seen: {"picture", "reading", "table"}
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { explorePlugins } from "./plugin.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function load(names) {
  const source = [
    `export { BadValue, figureHtml, startOf } from "./src/explore/figure";`,
    ...names.map((name, i) => `import * as m${i} from "./src/explain/${name}.ts";`),
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
      plugins: explorePlugins(ROOT, names),
    });
    const file = path.join(folder, "explainers.mjs");
    await writeFile(file, outputFiles[0].contents);
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function draw({ figureHtml, startOf, BadValue, modules }, { name, id, options, resource, hide }) {
  const made = modules[name].default;
  try {
    const values = startOf(made, options);
    return { html: figureHtml(made, id, values, 0, resource ?? null, hide), title: made.title };
  } catch (error) {
    if (!(error instanceof BadValue)) throw error;
    return { wrong: error.message, param: error.param };
  }
}

function called({ startOf, modules }, name, fn, args) {
  const made = modules[name].default;
  if (fn !== "view") return modules[name][fn](...args);
  const [options = {}, step = 0, resource = null] = args;
  return made.view(startOf(made, options), step, resource);
}

/** What an explainer is called, and what its values may be, in the words that refuse others. */
function described({ title, params }) {
  return { title, params: Object.entries(params).map(([name, param]) => ({ name, expected: param.read("\u0000").expected })) };
}

/** What JSON can't hold becomes what it can. */
function jsonable(value) {
  if (ArrayBuffer.isView(value)) return Array.from(value, jsonable);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(jsonable);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, jsonable(v)]));
  return value;
}

async function main() {
  const { figures = [], calls = [], describe = [] } = JSON.parse(await text(process.stdin));
  const names = [...new Set([...describe, ...[...figures, ...calls].map(({ name }) => name)])].sort();
  const loaded = await load(names);
  const made = calls.length
    ? calls.map(({ name, fn, args }) => jsonable(called(loaded, name, fn, args)))
    : Object.fromEntries(figures.map((figure) => [figure.key, draw(loaded, figure)]));
  if (describe.length) made["all explainers"] = Object.fromEntries(describe.map((name) => [name, described(loaded.modules[name].default)]));
  process.stdout.write(JSON.stringify(made));
}

main().catch((error) => {
  const listed = (error.errors ?? []).map(({ location, text: words }) => (location ? `${location.file}:${location.line}: ${words}` : words));
  process.stderr.write(`${listed.length ? listed.join("\n") : (error.stack ?? String(error))}\n`);
  process.exitCode = 1;
});
