"""The page a user would write today: stock ``tf.min.js`` and ``loadLayersModel``, same model.

It is made from our own built page, so that everything but the figure is the same: the theme, its
scripts, its fonts. Ours is taken out, and the usual fifteen lines are put in its place. The weights
are the published ones, so a model whose weights are published in 8 bits has those here, too.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tests.entries import models_of

SNIPPET = """
<p id="stock-answer">…</p>
<script src="/stock/tf.min.js"></script>
<script>
(async () => {
  const backend = new URLSearchParams(location.search).get("backend");
  await tf.setBackend(backend);
  const model = await tf.loadLayersModel("/stock/model.json");
  const predict = (values) =>
    tf.tidy(() => model.predict(tf.tensor(values, [1, ...SHAPE])).dataSync());
  const answer = predict(START);
  document.getElementById("stock-answer").textContent = Array.from(answer).join(" ");
  window.answers = { first: performance.now(), backend: tf.getBackend() };
  window.median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
  window.timePredictions = async (count) => {
    const times = [];
    for (let i = 0; i < count; i += 1) {
      const begin = performance.now();
      predict(START);
      times.push(performance.now() - begin);
      await new Promise((go) => setTimeout(go));
    }
    return window.median(times);
  };
})();
</script>
"""

# Entries and files of models in the page.
DATA = re.compile(
    r'<script\b[^>]*class="mp-(?:spec|file)"[^>]*>.*?</script>'
    r'|<data\b[^>]*class="mp-(?:spec|file)"[^>]*>.*?</data>',
    re.S,
)
FIGURE = re.compile(r"<modelpress-model\b.*?</modelpress-model>", re.S)
OURS = re.compile(
    r"<(?:script|link)\b[^>]*(?:assets/modelpress/|/models/)[^>]*>(?:\s*</script>)?", re.S
)


def make_stock_site(site: Path, page: str, slug: str, tfjs: Path, out: Path) -> str:
    """Write the stock twin of ``site/page`` into ``out``; returns its path from the root.

    ``tfjs`` is the stock ``tf.min.js``; the layers model is the one the site ships, with its file
    of weights under the name that ``model.json`` gives it.
    """
    shutil.copytree(site, out)
    entry = models_of(site)[slug]
    stock = out / "stock"
    stock.mkdir()
    shutil.copy(tfjs, stock / "tf.min.js")
    layers = site / entry["base"] / "layers"
    for file in layers.iterdir():
        shutil.copy(file, stock / file.name)
    html = (site / page).read_text()
    snippet = SNIPPET.replace("START", json.dumps(entry["start"]["input"]))
    snippet = snippet.replace("SHAPE", json.dumps(entry["input"]["shape"]))
    html, figures = FIGURE.subn(lambda _: snippet, DATA.sub("", html), count=1)
    assert figures == 1, f"{page} holds no figure"
    (out / page).write_text(OURS.sub("", FIGURE.sub("", html)))
    return page
