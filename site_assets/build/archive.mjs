/**
 * Makes the scripts of a built site loadable where browsers refuse modules: from a folder, by double-click. Reads a JSON
 * configuration on standard input, changes the files in place, prints JSON; errors go to standard error, exit code 1.
 *
 *   {"folder": of the bundle's files, "scripts": [name of each module in it]}
 *   → {"loader": name of the script that every page has first, "needs": {module: [all that it imports]}}
 *
 * The modules are the site's own, cut and minified as they were proven: each becomes a function of its imports, and
 * nothing in it changes but how it gets at them. See src/archive/.
 */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { BuildError, wordsOf } from "./errors.mjs";
import { overOwnNames } from "./own_names.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const LATER = "modelpress-later:"; // marks what is imported when it is wanted
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

/** Names imports by their files alone, and marks those that come later. */
const naming = {
  name: "modelpress-archive",
  setup(builder) {
    builder.onResolve({ filter: /.*/ }, ({ path: imported, kind, importer }) => {
      if (kind === "entry-point") return undefined;
      if (!imported.startsWith("./")) throw new BuildError(`${importer} imports ${imported}, which is no file of the bundle.`);
      const name = imported.slice(2);
      return { path: kind === "dynamic-import" ? LATER + name : name, external: true };
    });
  },
};

/** A module as a function's body, and what it imports statically. */
async function partOf(folder, name) {
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    entryPoints: [path.join(folder, name)],
    format: "cjs",
    metafile: true,
    define: { "import.meta.url": "url" },
    plugins: [naming],
  });
  const code = outputFiles[0].text.replace(/\bimport\("modelpress-later:([^"]+)"\)/g, 'later("$1")');
  if (code.includes(LATER) || /\bimport\.meta\b/.test(code)) throw new BuildError(`${name} imports in a way that no archive has.`);
  const [{ imports }] = Object.values(metafile.outputs);
  return { code: overOwnNames(code), imports: imports.map((each) => each.path).filter((each) => !each.startsWith(LATER)) };
}

/** All that a module imports, in the order in which they have to run. */
function needsOf(name, parts) {
  const needs = [];
  const visit = (each, on) => {
    if (on.includes(each)) throw new BuildError(`${[...on, each].join(" imports ")}: a circle.`);
    if (needs.includes(each)) return;
    if (!parts.has(each)) throw new BuildError(`${on.at(-1)} imports ${each}, which the bundle doesn't have.`);
    for (const next of parts.get(each).imports) visit(next, [...on, each]);
    needs.push(each);
  };
  visit(name, []);
  return needs.slice(0, -1);
}

/** The script that every page has first, named by its content. */
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
  const { folder, scripts } = JSON.parse(await text(process.stdin));
  const parts = new Map(await Promise.all(scripts.map(async (name) => [name, await partOf(folder, name)])));
  const needs = Object.fromEntries(scripts.map((name) => [name, needsOf(name, parts)]));
  for (const [name, { code }] of parts) {
    const head = `modelpressArchive.part(${JSON.stringify(name)},${JSON.stringify(needs[name])},function(module,require,later,url,fetch,Worker){`;
    await writeFile(path.join(folder, name), `${head}${code.trim()}\n});\n`);
  }
  process.stdout.write(JSON.stringify({ loader: await buildLoader(folder), needs }));
}

main().catch((error) => {
  process.stderr.write(`${wordsOf(error)}\n`);
  process.exitCode = 1;
});
