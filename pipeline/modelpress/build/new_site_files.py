"""The files of a new site, by name. SITE_NAME is replaced by the folder's name."""

from __future__ import annotations

_CONFIGURATION = """\
site_name: SITE_NAME
theme:
  name: material
  font: false   # no font is loaded from another host
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
plugins:
  - search
  - modelpress
"""

_HOME = """\
# Welcome

This site has a model that runs in your browser: [a wave](wave.md).
"""

_PAGE = """\
# A wave

A network of {{ wave.parameters }} parameters has learned the sine from {{ wave.data.rows }} noisy
points.

```model wave
start: 1
caption: Move the slider. The curve is what the network predicts everywhere.
```

## About the model

```card wave
```
"""

_MODEL = '''\
"""Learns one wave of the sine from noisy points."""

import keras
import numpy as np
from modelpress import AtMost, Model
from modelpress.inputs import Number
from modelpress.outputs import Curve


def data():
    rng = np.random.default_rng(1)
    x = rng.uniform(-np.pi, np.pi, (300, 1)).astype("float32")
    return x, np.sin(x) + rng.normal(0, 0.1, x.shape).astype("float32")


MODEL = Model(
    title="Wave",
    data=data,
    build=lambda: keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(24, activation="tanh"),
            keras.layers.Dense(24, activation="tanh"),
            keras.layers.Dense(1),
        ]
    ),
    compile=lambda: {"optimizer": keras.optimizers.Adam(0.01), "loss": "mse"},
    fit={"epochs": 100, "batch_size": 32},
    input=Number(-3.14, 3.14, label="x"),
    output=Curve(),
    tolerance=1e-4,
    expect={"loss": AtMost(0.03)},
)
'''

_IGNORED = """\
# Built, never committed
/.modelpress/
/site/
/modelpress-site.zip
__pycache__/
.venv/
"""

_WORKFLOW = """\
# Builds the site, proves its models in a browser, and publishes it on GitHub Pages.
# In the repository's settings, under Pages, choose "GitHub Actions" as the source.
name: site
on:
  push:
    branches: [main, master]
  workflow_dispatch:

permissions:
  contents: read
  pages: write
  id-token: write

concurrency:
  group: pages
  cancel-in-progress: false

jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
          cache: pip
      - run: pip install -r requirements.txt
      - run: modelpress browser --install
      # Finished trainings, each under the hash of what it read: only changes are built.
      - uses: actions/cache@v4
        with:
          path: .modelpress
          key: modelpress-${{ runner.os }}-${{ github.run_id }}
          restore-keys: modelpress-${{ runner.os }}-
      # Exit code 1: a model differs from Python. Exit code 3: no browser has proven it.
      - run: modelpress build
      - uses: actions/upload-pages-artifact@v3
        with:
          path: site
  publish:
    needs: build
    runs-on: ubuntu-latest
    environment:
      name: github-pages
      url: ${{ steps.deployment.outputs.page_url }}
    steps:
      - id: deployment
        uses: actions/deploy-pages@v4
"""

REQUIREMENTS = """\
# What the workflow in .github/workflows installs.
{requirement}
"""

# Follows the requirement if this Modelpress came from a file or folder of this computer.
LOCAL = """\
# This computer has Modelpress from a local file. If no package index of the workflow has it, put
# its wheel into the repository and write here, in place of the line above: ./NAME.whl"""

FILES = {
    "mkdocs.yml": _CONFIGURATION,
    "docs/index.md": _HOME,
    "docs/wave.md": _PAGE,
    "models/wave.py": _MODEL,
    ".gitignore": _IGNORED,
    ".github/workflows/site.yml": _WORKFLOW,
}
