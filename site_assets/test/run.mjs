// Runs the unit tests, *.test.mjs: node test/run.mjs. They are bundled as the site's scripts
// are, since Node resolves no TypeScript import, and run in this process. Prints, a line of JSON
// each: {"file", "name", "error": "" where it passed}.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "node:test";
import esbuild from "esbuild";

const folder = import.meta.dirname;
const names = (await readdir(folder)).filter((name) => name.endsWith(".test.mjs"));
const outdir = await mkdtemp(path.join(tmpdir(), "modelpress-unit-"));
try {
  await esbuild.build({
    entryPoints: names.map((name) => path.join(folder, name)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  const events = run({ files: names.map((name) => path.join(outdir, name)), isolation: "none" });
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const error = type === "test:fail" ? (data.details.error.cause?.message ?? data.details.error.message) : "";
    console.log(JSON.stringify({ file: path.basename(data.file ?? ""), name: data.name, error }));
  }
} finally {
  await rm(outdir, { recursive: true });
}
