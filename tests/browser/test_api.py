"""`modelpress.load`: what it takes, what it answers, and how it fails."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.bare_page import POLICY, is_heavy, manifest_models, open_bare, patch_worker
from tests.browser.breaking import WRONG_SHADERS

REJECTION = """async ([slug, options, values]) => {
  try {
    const model = await modelpress.load(slug, options);
    return { answered: await model.predict(values) };
  } catch (error) {
    return { message: error.message, isError: error instanceof Error,
             maxDiff: error.maxDiff, tolerance: error.tolerance };
  }
}"""

# The page can take the worker's context away, or break the worker, by naming it on this channel.
BREAKABLE = """
const original = OffscreenCanvas.prototype.getContext;
OffscreenCanvas.prototype.getContext = function (...args) {
  const context = original.apply(this, args);
  this.addEventListener("webglcontextlost", () => new BroadcastChannel("lost").postMessage(0));
  new BroadcastChannel("break").onmessage = ({ data }) => {
    if (data === "context") context.getExtension("WEBGL_lose_context").loseContext();
    else throw new Error("broken for the test");
  };
  return context;
}"""

# Breaks it and asks on until a backend has been started in its place; every answer counts.
ASK_WHILE_BREAKING = """async ([slug, options, input, what]) => {
  const model = await modelpress.load(slug, options);
  const before = model.backend;
  const answers = [await model.predict(input)];
  const started = new Promise((resolve) => {
    const { Worker } = globalThis;
    globalThis.Worker = class extends Worker {
      constructor(...args) { super(...args); resolve(); }
    };
  });
  new BroadcastChannel("break").postMessage(what);
  let restarted = false;
  void started.then(() => { restarted = true; });
  while (!restarted) answers.push(await model.predict(input));
  answers.push(await model.predict(input));
  const later = await modelpress.load(slug, { backend: "webgl" });
  answers.push(await later.predict(input));
  return { before, after: model.backend, later: later.backend, answers };
}"""


@pytest.fixture
def models(site_url: str) -> dict[str, Any]:
    return manifest_models(site_url)


@pytest.fixture
def model(models: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Slug and entry of a model of three numbers, for which the examples are written."""
    return next(item for item in models.items() if item[1]["input"]["shape"] == [3])


def rejection(page: Page, slug: Any, options: Any = None, values: Any = None) -> str:
    """The message that loading and predicting rejects with."""
    said = page.evaluate(REJECTION, [slug, options or {}, values])
    assert "message" in said, f"answered {said}"
    assert said["isError"]
    message: str = said["message"]
    return message


@pytest.mark.engines
def test_one_input_in_every_form(page: Page, site_url: str, models: dict[str, Any]) -> None:
    open_bare(page, site_url)
    for slug, entry in models.items():
        start = entry["start"]
        said = page.evaluate(
            """async ([slug, flat]) => {
              const model = await modelpress.load(slug, { backend: "cpu" });
              const forms = [flat, new Float32Array(flat), new Float64Array(flat)];
              if (flat.length === 1) forms.push(flat[0]);
              const answers = [];
              for (const values of forms) answers.push(await model.predict(values));
              return { answers, plain: answers.every(({ values }) => Array.isArray(values)),
                       spec: model.spec, backend: model.backend };
            }""",
            [slug, start["input"]],
        )
        assert said["plain"]
        for answer in said["answers"]:
            assert answer["shape"] == entry["output"]["shape"]
            assert answer["values"] == pytest.approx(start["output"], abs=entry["tolerance"])
        assert said["backend"] == "cpu"
        assert said["spec"]["input"] == entry["input"]
        assert said["spec"]["output"] == entry["output"]
        assert said["spec"]["title"] == entry["title"]
        assert said["spec"]["parameters"] == entry["parameters"]
        assert said["spec"]["tolerance"] == entry["tolerance"]


def test_batches(page: Page, site_url: str, models: dict[str, Any]) -> None:
    open_bare(page, site_url)
    for slug, entry in models.items():
        start = entry["start"]
        said = page.evaluate(
            """async ([slug, row]) => {
              const model = await modelpress.load(slug, { backend: "cpu" });
              return [await model.predict([row, row, row]),
                      await model.predict([...row, ...row, ...row]),
                      await model.predict(new Float32Array([...row, ...row, ...row])),
                      await model.predict([row])];
            }""",
            [slug, start["input"]],
        )
        for answer, rows in zip(said, [3, 3, 3, 1], strict=True):
            assert answer["shape"] == [rows, *entry["output"]["shape"]]
            assert answer["values"] == pytest.approx(start["output"] * rows, abs=entry["tolerance"])


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ("[0]", "Found 1 value of shape [1]"),
        ("[0, 0, 0, 0]", "Found 4 values of shape [4]"),
        ("[[[0, 0, 0]]]", "of shape [1, 1, 3]"),
        ("[0, NaN, 0]", "Value 1 is NaN"),
        ("[0, 0, Infinity]", "Value 2 is Infinity"),
        ("[0, 1e39, 0]", "too large for float32"),
        ("[0, '1', 0]", "Value 1 is a string"),
        ("[0, null, 0]", "Value 1 is null"),
        ("[[0, 0, 0], [0, 0]]", "differ in length"),
        ("[]", "Found no values"),
        ("'#9bb751'", "a string"),
        ("undefined", "undefined"),
        ("new BigInt64Array(3)", "BigInt64Array"),
    ],
)
def test_wrong_values_are_told(
    page: Page, site_url: str, model: tuple[str, dict[str, Any]], values: str, found: str
) -> None:
    slug, _ = model
    open_bare(page, site_url)
    message = page.evaluate(
        f"""async (slug) => {{
          const model = await modelpress.load(slug, {{ backend: "cpu" }});
          try {{ return await model.predict({values}); }} catch (error) {{ return error.message; }}
        }}""",
        slug,
    )
    assert found in message
    assert "expected 3 finite numbers of shape [3]" in message


def test_unknown_names_are_told_with_the_known_ones(
    page: Page, site_url: str, models: dict[str, Any]
) -> None:
    open_bare(page, site_url)
    slug = next(iter(models))
    message = rejection(page, "no_such_model")
    assert "no_such_model" in message
    assert all(known in message for known in models)
    assert "toString" in rejection(page, "toString")  # not found on an object's prototype either
    message = rejection(page, slug, {"backend": "gpu"})
    assert '"gpu"' in message
    assert all(f'"{name}"' in message for name in ("exact", "cpu", "webgpu"))
    message = rejection(page, slug, {"format": "onnx"})
    assert '"graph", "layers"' in message
    assert "slug" in rejection(page, None)


def test_the_interface_names_itself(page: Page, site_url: str) -> None:
    open_bare(page, site_url)
    assert page.evaluate("() => modelpress.backends") == ["exact", "cpu", "wasm", "webgl", "webgpu"]
    assert page.evaluate("() => /^\\d+\\.\\d+/.test(modelpress.version)")
    same = page.evaluate(
        """async () => {
          const module = await import("./assets/modelpress/modelpress.js");
          return module.load === modelpress.load && module.version === modelpress.version;
        }"""
    )
    assert same


@pytest.mark.slow
@pytest.mark.engines
def test_without_a_backend_the_best_proven_one(
    page: Page, site_url: str, models: dict[str, Any]
) -> None:
    open_bare(page, site_url)
    for slug, entry in models.items():
        if is_heavy(entry):
            continue  # minutes of software graphics; test_parity.py takes them
        said = page.evaluate(
            """async (slug) => {
              const model = await modelpress.load(slug);
              return { verified: await model.verify(), backend: model.backend };
            }""",
            slug,
        )
        assert said["backend"] == said["verified"]["backend"] == "exact"
        assert said["verified"]["bitwise"]
        assert said["verified"]["maxDiff"] <= said["verified"]["tolerance"] == entry["tolerance"]
        assert said["verified"]["cases"] == entry["cases"]


@pytest.mark.parametrize("backend", ["cpu", "wasm", "webgl"])
def test_dispose_frees_everything(
    page: Page, site_url: str, models: dict[str, Any], backend: str
) -> None:
    open_bare(page, site_url)
    slug, entry = next(iter(models.items()))
    said = page.evaluate(
        """async ([slug, entry, backend]) => {
          const before = (await modelpress.prove(entry, { backend })).tensorsAfter;
          const model = await modelpress.load(slug, { backend });
          await model.predict(entry.start.input);
          const during = (await modelpress.prove(entry, { backend })).tensorsBefore;
          await model.dispose();
          await model.dispose();
          const after = (await modelpress.prove(entry, { backend })).tensorsBefore;
          const error = await model.predict(entry.start.input).catch((e) => e);
          const verifying = await model.verify().catch((e) => e);
          return { before, during, after, message: error.message, verifying: verifying.message };
        }""",
        [slug, entry, backend],
    )
    assert said["before"] == said["after"] == 0
    assert said["during"] > 0
    assert "disposed" in said["message"]
    assert "disposed" in said["verifying"]


@pytest.mark.parametrize("name", ["graph/model.json", "graph/weights.bin", "golden.json"])
def test_an_altered_file_is_rejected_and_not_remembered(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any], name: str
) -> None:
    """One byte differs, the size does not; afterwards the right file loads on the same page."""
    slug, entry = next(iter(models.items()))
    altering = True

    def answer(route: Route) -> None:
        response = route.fetch()
        body = bytearray(response.body())
        if altering:
            body[-1] ^= 1
        route.fulfill(response=response, body=bytes(body))

    context.route(f"{site_url}/{entry['files'][name]['url']}", answer)
    open_bare(page, site_url)
    message = rejection(page, slug, {"backend": "cpu"}, entry["start"]["input"])
    assert name in message
    assert entry["files"][name]["sha256"] in message
    altering = False
    said = page.evaluate(REJECTION, [slug, {"backend": "cpu"}, entry["start"]["input"]])
    assert said["answered"]["shape"] == entry["output"]["shape"]


def test_a_missing_file_is_told(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    slug, entry = next(iter(models.items()))
    url = entry["files"]["graph/weights.bin"]["url"]
    context.route(f"{site_url}/{url}", lambda route: route.fulfill(status=404))
    open_bare(page, site_url)
    message = rejection(page, slug, {"backend": "cpu"})
    assert url in message
    assert "404" in message


def test_the_hash_where_the_browser_has_none(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    """A page on plain http:// has no crypto.subtle: the integrity check stays."""
    context.add_init_script(
        "Object.defineProperty(globalThis, 'isSecureContext', { value: false });"
        "Object.defineProperty(crypto, 'subtle', { value: undefined });"
    )
    slug, entry = next(iter(models.items()))
    open_bare(page, site_url)
    said = page.evaluate(REJECTION, [slug, {"backend": "cpu"}, entry["start"]["input"]])
    assert said["answered"]["shape"] == entry["output"]["shape"]
    damaged = json.loads(json.dumps(entry))
    damaged["files"]["graph/weights.bin"]["sha256"] = "0" * 64
    message = page.evaluate(
        "(entry) => modelpress.prove(entry, { backend: 'cpu' }).catch((error) => error.message)",
        damaged,
    )
    assert "integrity" in message


def probabilities(models: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A model whose answers lie near 1, so that a factor of 1.001 is far past its tolerance."""
    return max(models.items(), key=lambda item: max(item[1]["start"]["output"]))


def test_a_wrong_kernel_is_refused_and_the_next_backend_answers(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    slug, entry = probabilities(models)
    patch_worker(context, WRONG_SHADERS)
    open_bare(page, site_url)
    said = page.evaluate(REJECTION, [slug, {"backend": "webgl"}, entry["start"]["input"]])
    assert "refused" in said["message"]
    assert "webgl" in said["message"]
    assert said["maxDiff"] > said["tolerance"] == entry["tolerance"]
    assert str(entry["cases"]) in said["message"]
    automatic = page.evaluate(
        """async ([slug, input]) => {
          const model = await modelpress.load(slug);
          return { backend: model.backend, ...(await model.predict(input)) };
        }""",
        [slug, entry["start"]["input"]],
    )
    assert automatic["backend"] == "exact"
    assert automatic["values"] == pytest.approx(entry["start"]["output"], abs=entry["tolerance"])


def test_proving_refuses_nothing(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    _, entry = probabilities(models)
    patch_worker(context, WRONG_SHADERS)
    open_bare(page, site_url)
    proof = page.evaluate("(entry) => modelpress.prove(entry, { backend: 'webgl' })", entry)
    assert proof["maxDiff"] > entry["tolerance"]
    worst = proof["worst"]
    assert abs(worst["got"] - worst["expected"]) == pytest.approx(proof["maxDiff"])


@pytest.mark.engines
@pytest.mark.parametrize("what", ["context", "worker"])
def test_a_lost_backend_costs_no_answer(
    page: Page,
    context: BrowserContext,
    site_url: str,
    models: dict[str, Any],
    what: str,
) -> None:
    """The one that was asked for starts anew."""
    slug, entry = next(iter(models.items()))
    start = entry["start"]
    patch_worker(context, BREAKABLE)
    open_bare(page, site_url)
    said = page.evaluate(ASK_WHILE_BREAKING, [slug, {"backend": "webgl"}, start["input"], what])
    assert (said["before"], said["after"], said["later"]) == ("webgl", "webgl", "webgl")
    for answer in said["answers"]:
        assert answer["values"] == pytest.approx(start["output"], abs=entry["tolerance"])


def test_webgl_on_the_page_where_a_worker_has_none(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    slug, entry = next(iter(models.items()))
    patch_worker(context, "delete globalThis.OffscreenCanvas")
    open_bare(page, site_url)
    said = page.evaluate(
        """async ([slug, input]) => {
          const model = await modelpress.load(slug, { backend: "webgl" });
          const cpu = await modelpress.load(slug, { backend: "cpu" });
          const answers = await Promise.all([model, cpu, model].map((m) => m.predict(input)));
          return { answers, backends: [model.backend, cpu.backend] };
        }""",
        [slug, entry["start"]["input"]],
    )
    assert said["backends"] == ["webgl", "cpu"]
    for answer in said["answers"]:
        assert answer["values"] == pytest.approx(entry["start"]["output"], abs=entry["tolerance"])


def test_webgl_on_the_page_starts_anew_when_its_context_is_lost(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    slug, entry = next(iter(models.items()))
    patch_worker(context, "delete globalThis.OffscreenCanvas")
    context.add_init_script(BREAKABLE)
    open_bare(page, site_url)
    said = page.evaluate(
        """async ([slug, input]) => {
          const model = await modelpress.load(slug, { backend: "webgl" });
          const before = await model.predict(input);
          const lost = new Promise((resolve) => {
            new BroadcastChannel("lost").onmessage = resolve;
          });
          new BroadcastChannel("break").postMessage("context");
          await lost;
          return { before, after: await model.predict(input), backend: model.backend };
        }""",
        [slug, entry["start"]["input"]],
    )
    assert said["backend"] == "webgl"
    for answer in (said["before"], said["after"]):
        assert answer["values"] == pytest.approx(entry["start"]["output"], abs=entry["tolerance"])


def test_backends_that_cannot_start_are_named(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    """No WebGL anywhere, no WASM file, no WebGPU: each says so, and the exact engine answers."""
    slug, entry = next(iter(models.items()))
    no_webgl = "OffscreenCanvas.prototype.getContext = () => null;"
    context.add_init_script(no_webgl + no_webgl.replace("OffscreenCanvas", "HTMLCanvasElement"))
    patch_worker(
        context, no_webgl + "Object.defineProperty(navigator, 'gpu', { value: undefined })"
    )
    context.route("**/*.wasm", lambda route: route.fulfill(status=404))
    open_bare(page, site_url)
    for backend in ("webgl", "wasm", "webgpu"):
        message = rejection(page, slug, {"backend": backend}, entry["start"]["input"])
        assert f'"{backend}" is not available here' in message
    said = page.evaluate(
        """async ([slug, input]) => {
          const model = await modelpress.load(slug);
          return { ...(await model.predict(input)), backend: model.backend };
        }""",
        [slug, entry["start"]["input"]],
    )
    assert said["backend"] == "exact"
    assert said["values"] == pytest.approx(entry["start"]["output"], abs=entry["tolerance"])


def test_nothing_foreign_is_asked_for_and_nothing_is_evaluated(
    page: Page, context: BrowserContext, site_url: str, models: dict[str, Any]
) -> None:
    """Every backend under a policy without eval, inline scripts or foreign hosts."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def answer(route: Route) -> None:
        response = route.fetch()
        headers = {**response.headers, "content-security-policy": POLICY}
        route.fulfill(response=response, headers=headers)

    context.route("**/assets/modelpress/*.js", answer)  # a worker has its script's policy
    open_bare(page, site_url)
    first = next(slug for slug, entry in models.items() if not is_heavy(entry))
    for slug, entry in models.items():
        # What a GPU is given is no matter of the policy's, so one model shows that it comes there.
        backends = ("cpu", "wasm", "webgl", "webgpu") if slug == first else ("cpu", "wasm")
        for backend in backends:
            said = page.evaluate(REJECTION, [slug, {"backend": backend}, entry["start"]["input"]])
            assert "answered" in said, said
    assert asked
    assert all(url.startswith((site_url, "data:", "blob:")) for url in asked), asked
