"""A project with one model that reads in every way there is, built once in a test run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from modelpress.build.build import Request, build
from modelpress.core.configuration import find_project
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from tests.cpu import shared
from tests.prepared import run_folder
from tests.tiny import tiny_project

MODEL = '''\
"""Reads in every way there is."""

import glob
import importlib
import json
import multiprocessing
import os
import runpy
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import h5py
import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from PIL import Image

import spawned
from modelpress import AtMost, Model
from modelpress.inputs.number import Number
from modelpress.outputs.number import Number as Answer

ROOT = Path(__file__).parent.parent
FILES = ROOT / "files"
ELSEWHERE = Path(os.environ["WAYS_ELSEWHERE"])


def data():
    with h5py.File(FILES / "rows.h5") as file:
        file["x"][:]
    with h5py.File(ELSEWHERE / "elsewhere.h5") as file:
        file["x"][:]
    tf.io.read_file(str(FILES / "tf_io.txt"))
    list(tf.data.TextLineDataset(str(FILES / "tf_data.txt")))
    tf.saved_model.load(str(FILES / "saved_model"))
    np.memmap(FILES / "memmap.bin", np.uint8, "r+").sum()
    np.memmap(FILES / "memmap_read.bin", np.uint8, "r").sum()
    np.load(FILES / "numpy.npy", mmap_mode="r")
    os.close(os.open(FILES / "descriptor.txt", os.O_RDONLY))
    os.close(os.open("descriptor_in.txt", os.O_RDONLY, dir_fd=os.open(FILES, os.O_RDONLY)))
    pd.read_csv(FILES / "pandas.csv")
    try:
        import pyarrow.csv
        pyarrow.csv.read_csv(str(FILES / "pyarrow.csv"))
    except ImportError:
        pass
    with sqlite3.connect(FILES / "rows.db") as base:
        base.execute("SELECT x FROM rows").fetchall()
    Image.open(FILES / "picture.png").load()
    subprocess.run(["cat", "files/child.txt"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run([FILES / "script.sh"], capture_output=True, check=True)
    os.system(f"cat {FILES}/system.txt > /dev/null")
    code = "open('python_child.txt').read()"
    subprocess.run([sys.executable, "-c", code], cwd=FILES, check=True)
    for method in ("spawn", "fork"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            pool.map(spawned.read, [str(FILES / f"{method}.txt")])
    thread = threading.Thread(target=spawned.read, args=(FILES / "thread.txt",))
    thread.start()
    thread.join()
    (FILES / "link.txt").read_text()
    os.listdir(FILES / "listed")
    glob.glob(str(FILES / "globbed" / "*.csv"))
    sorted((FILES / "walked").rglob("*.csv"))
    list(tf.io.gfile.glob(str(FILES / "globbed_by_tf" / "*")))
    (FILES / "may_exist.txt").exists()
    os.access(FILES / "may_be_read.txt", os.R_OK)
    try:
        open(FILES / "optional.json")
    except FileNotFoundError:
        pass
    tf.io.gfile.exists(str(FILES / "may_exist_for_tf.txt"))
    sys.path.insert(0, str(FILES / "lib"))
    importlib.import_module("by_" + "importlib")
    try:
        importlib.import_module("may_" + "be_imported")
    except ImportError:
        pass
    exec((FILES / "executed.py").read_text(), {})
    runpy.run_path(str(FILES / "run.py"))
    runpy.run_module("run_" + "module")
    json.loads((FILES / "unnoticed.json").read_text())
    os.environ.get("WAYS_GET")
    os.getenv("WAYS_GETENV")
    "WAYS_IN" in os.environ
    [name for name in os.environ if name.startswith("WAYS_BEGIN")]
    {**os.environ}["WAYS_COPIED"]
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.map(spawned.variable, ["WAYS_FORK"])
    (FILES / "own.log").write_text("mine")
    (FILES / "own.log").read_text()
    x = np.linspace(-1, 1, 40, dtype="float32")[:, None]
    return x, 2 * x + 1


def build():
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    net.load_weights(FILES / "net.weights.h5")
    return net


MODEL = Model(
    title="Ways", input=Number(-1, 1), output=Answer(), tolerance=1e-5, data=data, build=build,
    compile=lambda: {"optimizer": "sgd", "loss": "mse"}, fit={"epochs": 1},
    expect={"loss": AtMost(1000)},
    reads=["files/named.bin", FILES / "named"], env=["WAYS_NAMED"],
)
'''

SPAWNED = """\
import os
from pathlib import Path


def read(name):
    return Path(name).read_text()


def variable(name):
    return os.environ.get(name)
"""

WRITE = """\
import os, sqlite3, sys
from pathlib import Path
import h5py, keras, numpy as np, tensorflow as tf
from PIL import Image
elsewhere = Path(os.environ["WAYS_ELSEWHERE"])
for path in (Path("rows.h5"), elsewhere / "elsewhere.h5"):
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(3)
net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
net.save_weights("net.weights.h5")
tf.saved_model.save(tf.Module(), "saved_model")
np.save("numpy.npy", np.arange(3))
Image.new("L", (2, 2)).save("picture.png")
base = sqlite3.connect("rows.db")
base.execute("CREATE TABLE rows (x)")
base.commit()
"""

TEXTS = """
    tf_io.txt tf_data.txt memmap.bin memmap_read.bin descriptor.txt descriptor_in.txt child.txt
    system.txt python_child.txt spawn.txt fork.txt thread.txt target.txt named.bin named/a.txt
    named/deep/b.txt listed/a.csv globbed/a.csv globbed_by_tf/a.csv walked/deep/a.csv
"""
VARIABLES = ("WAYS_GET", "WAYS_GETENV", "WAYS_IN", "WAYS_BEGINNING", "WAYS_COPIED", "WAYS_FORK",
             "WAYS_NAMED")  # fmt: skip


def write_project(root: Path, elsewhere: Path) -> Project:
    project = tiny_project(root, {"ways": MODEL})
    (root / "spawned.py").write_text(SPAWNED)
    files = root / "files"
    (files / "lib").mkdir(parents=True)
    elsewhere.mkdir()
    for name in TEXTS.split():
        (files / name).parent.mkdir(parents=True, exist_ok=True)
        (files / name).write_text("text")
    (files / "link.txt").symlink_to("target.txt")
    for name in ("pandas.csv", "pyarrow.csv"):
        (files / name).write_text("x,y\n1,2\n")
    for name in ("lib/by_importlib.py", "lib/run_module.py", "executed.py", "run.py"):
        (files / name).write_text("x = 1\n")
    (files / "unnoticed.json").write_text("{}")
    (files / "script.sh").write_text("#!/bin/sh\ntrue\n")
    (files / "script.sh").chmod(0o755)
    env = {**os.environ, "WAYS_ELSEWHERE": str(elsewhere), "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-c", WRITE], cwd=files, env=env, check=True)
    return project


def built() -> Project:
    """Built once in a test run, in a hidden folder, without a browser."""
    folder = (run_folder() / "ways").resolve()
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"), pytest.MonkeyPatch.context() as patch:
        root = folder / ".hidden/project"
        if not (folder / "done").exists():
            patch.setenv("WAYS_ELSEWHERE", str(folder / "elsewhere"))
            patch.setenv("WAYS_COPIED", "1")
            with shared("ways"):
                project = write_project(root, folder / "elsewhere")
                build(project, Request(use_browser=False), Progress())
            (folder / "done").touch()
    return find_project(root / "mkdocs.yml")
