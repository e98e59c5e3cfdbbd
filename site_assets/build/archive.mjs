/**
 * Converts the scripts of a built site for pages that are opened from a folder, where browsers refuse modules. Reads a
 * JSON configuration from standard input, changes the files in place, and writes JSON to standard output. Errors go to
 * standard error, with exit code 1.
 *
 *   {"folder": the bundle's folder, "scripts": [name of each module in it], "modules": {name: text} where the file in the
 *    folder only passes on what a script of the first answer holds, see first.mjs}
 *   → {"loader": name of the first script of every page, "needs": {module: [all modules that it imports]}}
 *
 * Each module of the site, as split and minified there, becomes a function of its imports. Only the way it accesses
 * them changes. See src/archive/.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { BuildError, errorText } from "./errors.mjs";
import { overOwnNames } from "./own_names.mjs";
import { partOf } from "./parts.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  write: false,
  minify: true,
  charset: "utf8",
  legalComments: "none",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  logLevel: "silent",
};

/** All direct and indirect imports of a module, in the order in which they must run. */
function needsOf(name, parts) {
  const needs = [];
  const visit = (each, on) => {
    if (on.includes(each)) throw new BuildError(`${[...on, each].join(" imports ")}: an import cycle.`);
    if (needs.includes(each)) return;
    if (!parts.has(each)) throw new BuildError(`${on.at(-1)} imports ${each}, which the bundle doesn't have.`);
    for (const next of parts.get(each).imports) visit(next, [...on, each]);
    needs.push(each);
  };
  visit(name, []);
  return needs.slice(0, -1);
}

/** Builds the first script of every page; returns its file name, which contains a hash of its content. */
async function buildLoader(folder) {
  const bundled = async (entry, define) => {
    const { outputFiles } = await build({ ...OPTIONS, entryPoints: [entry], format: "iife", define });
    return overOwnNames(outputFiles[0].text);
  };
  const worker = await bundled("src/archive/worker.ts", {});
  const page = await bundled("src/archive/page.ts", { WORKER_SOURCE: JSON.stringify(worker) });
  const name = `archive-${createHash("sha256").update(page).digest("hex").slice(0, 8).toUpperCase()}.js`;
  await writeFile(path.join(folder, name), page);
  return name;
}

async function main() {
  const { folder, scripts, modules } = JSON.parse(await text(process.stdin));
  const contentOf = async (name) => modules[name] ?? readFile(path.join(folder, name), "utf8");
  const parts = new Map(await Promise.all(scripts.map(async (name) => [name, await partOf(name, await contentOf(name))])));
  const needs = Object.fromEntries(scripts.map((name) => [name, needsOf(name, parts)]));
  for (const [name, { code }] of parts) {
    const head = `modelpressArchive.part(${JSON.stringify(name)},${JSON.stringify(needs[name])},function(module,require,later,url,fetch,Worker){"use strict";`;
    await writeFile(path.join(folder, name), `${head}${code}\n});\n`);
  }
  process.stdout.write(JSON.stringify({ loader: await buildLoader(folder), needs }));
}

main().catch((error) => {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
});
