/**
 * Draws things of a page in Node, with the modules that draw them in the browser. Reads a JSON object a line from
 * standard input, and answers each with a line, until the input ends.
 *
 *   {"name": "failure/figure", "spec": {…}} → {"html": …} | {"error": …}
 *
 * A thing is a module below `src/figures/` that exports `render`, a function of the spec that returns HTML.
 */
import { createInterface } from "node:readline";
import { build, stop } from "esbuild";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { absent } from "./absent.mjs";
import { rendersSource } from "./located.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

async function load() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: rendersSource(ROOT), resolveDir: ROOT, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    target: "node20",
    logLevel: "silent",
    plugins: [absent],
  });
  await stop();
  const source = Buffer.from(outputFiles[0].contents).toString("base64");
  return (await import(`data:text/javascript;base64,${source}`)).renders;
}

function drawn(renders, line) {
  try {
    const { name, spec } = JSON.parse(line);
    return { html: renders[name](spec) };
  } catch (error) {
    return { error: String(error.stack) };
  }
}

const loading = load();
loading.catch(() => undefined); // each answer says it
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await loading.then((renders) => drawn(renders, line), (error) => ({ error: String(error.message) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();
