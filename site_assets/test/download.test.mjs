// Downloads over a line that breaks, and two of one file at a time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { download } from "../src/runtime/download";

const FILE = Uint8Array.from({ length: 12 }, (_, i) => i);

/** A server of FILE: each request's answer is given in pieces, by the test. */
function server() {
  const asked = [];
  globalThis.fetch = (url, { headers = {}, signal }) => {
    const from = Number(/\d+/.exec(headers.Range ?? "")?.[0] ?? 0);
    const request = { from };
    const body = new ReadableStream({
      start(line) {
        request.send = (end) => { line.enqueue(FILE.slice(request.at ?? from, end)); request.at = end; };
        request.end = () => { line.close(); };
        request.cut = () => { line.error(new TypeError("the line broke")); };
      },
    });
    signal.addEventListener("abort", () => { request.aborted = true; });
    asked.push(request);
    const range = from > 0 && { "Content-Range": `bytes ${from}-11/12` };
    return Promise.resolve(new Response(body, { status: from > 0 ? 206 : 200, headers: { ...range } }));
  };
  return asked;
}

const turn = () => new Promise((resolve) => { setTimeout(resolve); });

test("two downloads of one file at a time do not mix their bytes", async () => {
  const asked = server();
  const url = new URL("https://models.example/two.bin");
  const both = [download(url, { sizeBytes: 12 }), download(url, { sizeBytes: 12 })];
  await turn();
  asked[0].send(5);
  await turn();
  asked[1].send(12);
  await turn();
  asked[0].send(12);
  for (const request of asked) request.end();
  for (const { bytes, resumed } of await Promise.all(both)) {
    assert.deepEqual(bytes, FILE);
    assert.equal(resumed, false);
  }
});

test("a download goes on where its line broke", async () => {
  const asked = server();
  const started = download(new URL("https://models.example/broken.bin"), { sizeBytes: 12 });
  await turn();
  asked[0].send(7);
  await turn();
  asked[0].cut();
  await turn();
  assert.equal(asked[1].from, 7);
  asked[1].send(12);
  asked[1].end();
  const { bytes, resumed } = await started;
  assert.deepEqual(bytes, FILE);
  assert.equal(resumed, true);
});
