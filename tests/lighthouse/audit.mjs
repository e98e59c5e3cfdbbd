/**
 * Audits pages with Lighthouse. Reads {"chrome": path, "flags": [flag], "urls": [url], "measured": [url]} as JSON on
 * standard input: the performance of `measured` alone, since it takes thrice the time of all else;
 * prints a line of JSON for each: {"url", "scores": {category: 0…1}, "failed": [audit that a score misses points for]}.
 */
import { text } from "node:stream/consumers";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const ASSERTED = ["accessibility", "best-practices", "seo"];
const { chrome, flags, urls, measured } = JSON.parse(await text(process.stdin));
const browser = await launch({ chromePath: chrome, chromeFlags: ["--headless=new", ...flags] });
try {
  for (const url of urls) {
    const onlyCategories = measured.includes(url) ? [...ASSERTED, "performance"] : ASSERTED;
    const { lhr } = await lighthouse(url, { port: browser.port, onlyCategories, logLevel: "silent" });
    const scores = Object.fromEntries(onlyCategories.map((name) => [name, lhr.categories[name].score]));
    const failed = ASSERTED.flatMap((name) =>
      lhr.categories[name].auditRefs
        .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
        .map(({ id }) => `${name}: ${id}: ${lhr.audits[id].title}`),
    );
    process.stdout.write(`${JSON.stringify({ url, scores, failed })}\n`);
  }
} finally {
  browser.kill();
}
