"""Kinds, fences, explainers, converters and builders of other packages, and their faults."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from modelpress import inputs, outputs
from modelpress.build.builders import builder_named, run_builder
from modelpress.caching import keys
from modelpress.core import extensions as doors
from modelpress.core.errors import ModelpressError
from modelpress.kinds.registry import Context, kind_class, kind_classes, kind_names
from modelpress.model_files.converters import converter_of, loaded
from modelpress.node.bundle import assets_root, ensure_node
from modelpress.node.extension_files import browser_files, explainers
from modelpress.site.fence_kinds import fence_extensions, fence_kinds
from tests.foreign import on_the_path, pip_installed, write_package
from tests.tiny import bare_project

ROOT = Path(__file__).parents[1]
# A whole input kind, and a converter, a builder and a fence beside it.
KIND = """\
from modelpress.inputs import Number
from foreign import helper

class Dial(Number):
    kind = "dial"

    @classmethod
    def fitting(cls, shape, low, high):
        return None
"""
FILES = {
    "foreign/__init__.py": "",
    "foreign/helper.py": "STEPS = 1\n",
    "foreign/dial.py": KIND,
    "foreign/dial.ts": "export function attach() {}\n",
    "foreign/dial.css": ".dial { color: red; }\n",
    "foreign/wave.py": "OPTIONS = ()\ndef resource(options, site):\n    return 1\n",
    "foreign/wave.ts": "export default {};\n",
    "foreign/shells.py": """\
from modelpress.model_files.converters import Converter

SHELL = Converter(
    "Shell script",
    lambda path: path.read_bytes().startswith(b"#!"),
    lambda path, trusted: (path.read_text(), "sh 1"),
)

def pages(root, out):
    (out / "index.html").write_text(root.name)
""",
    "foreign/note.py": """\
from modelpress.site.fence_kinds import FenceKind

FENCE = FenceKind("note", lambda site, page, block: "<p>noted</p>", {}, subject="")
""",
}
POINTS = """\
[modelpress.inputs]
dial = foreign.dial:Dial
[modelpress.figures]
note = foreign.note:FENCE
[modelpress.explainers]
wave = foreign.wave
[modelpress.converters]
shell = foreign.shells:SHELL
[modelpress.builders]
pages = foreign.shells:pages
"""


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Path]:
    """A folder with an installed package that adds one of everything."""
    write_package(tmp_path, "foreign-kinds", POINTS, FILES)
    with on_the_path(tmp_path):
        yield tmp_path


def test_what_this_package_brings_comes_by_the_same_entry_points() -> None:
    for group in doors.GROUPS:
        found = doors.registered(group)
        assert {each.package for each in found} == {"modelpress"}, group
    assert len(kind_names(inputs)) == len(list(Path(str(inputs.__file__)).parent.glob("[a-z]*.py")))


def test_an_installation_that_names_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_entry_points", tuple)
    with pytest.raises(ModelpressError, match="older than its files") as caught:
        doors.registered("modelpress.inputs")
    assert "make env" in caught.value.next_step


@pytest.mark.usefixtures("foreign")
def test_one_of_everything_is_found() -> None:
    assert "dial" in kind_names(inputs)
    assert inputs.Dial is kind_class(inputs, inputs.Input, "dial")
    assert inputs.from_spec(inputs.Dial(0, 1).spec()).kind == "dial"
    last = kind_classes(inputs, inputs.Input)[-2:]  # after this package's own of the same rank
    assert [kind.kind for kind in last] == ["dial", "numbers"]
    assert fence_kinds()["note"].name == "note"
    assert fence_extensions()["note"].package == "foreign-kinds"
    assert explainers()["wave"].load().resource((), None) == 1
    assert {"convolution", "loss-surface", "wave"} < set(explainers())


def test_a_converter_reads_files_of_its_format_alone(foreign: Path) -> None:
    script = foreign / "hello.sh"
    script.write_text("#!/bin/sh\n")
    converter = converter_of(script)
    assert converter is not None
    assert converter.words == "Shell script"
    assert loaded(converter, script, False) == ("#!/bin/sh\n", "sh 1")
    (foreign / "empty.keras").write_bytes(b"")
    with pytest.raises(ModelpressError, match="not a model"):
        converter_of(foreign / "empty.keras")


def test_a_converter_that_fails_names_the_file(foreign: Path) -> None:
    (foreign / "cut.sh").write_bytes(b"#!\xff")
    converter = converter_of(foreign / "cut.sh")
    assert converter is not None
    with pytest.raises(ModelpressError, match="Shell script can't read") as caught:
        loaded(converter, foreign / "cut.sh", False)
    assert "UnicodeDecodeError" in caught.value.found


def test_a_builder_may_be_a_function_or_a_command(foreign: Path) -> None:
    project = bare_project(foreign / "project")
    run_builder(project, builder_named("pages"), foreign)
    assert (foreign / "index.html").read_text() == "project"
    assert builder_named(" zensical ") == "zensical build"
    assert builder_named("sphinx-build docs OUT") == "sphinx-build docs OUT"
    with pytest.raises(ModelpressError, match="builder failed") as caught:
        run_builder(project, builder_named("pages"), foreign / "none")
    assert "FileNotFoundError" in caught.value.found


def test_the_bundle_takes_the_files_from_where_they_lie(foreign: Path) -> None:
    shown = [fence_extensions()["note"]]
    files = browser_files(["dial", "color"], ["number"], ["wave", "softmax"], shown)
    assert files.scripts["inputs"] == {
        "color": "./src/inputs/color.ts",
        "dial": "package:foreign/dial.ts",
    }
    assert files.scripts["explainers"]["wave"] == "package:foreign/wave.ts"
    assert "figures" not in files.scripts  # a fence needs no script
    assert files.config()["styles"] == ["package:foreign/dial.css"]
    assert files.folders == {"foreign": str(foreign / "foreign")}
    assert [(each["name"], each["version"]) for each in files.config()["packages"]] == [
        ("foreign-kinds", "1.0")
    ]
    before = files.key()
    assert str(foreign) not in str(before)
    (foreign / "foreign/dial.css").write_text(".dial { color: blue; }\n")
    assert browser_files(["dial", "color"], ["number"], ["wave", "softmax"]).key() != before


def sources(folder: Path, model: str) -> tuple[dict[str, str], dict[str, str]]:
    path = folder / "model.py"
    path.write_text(model)
    with on_the_path(folder):
        return keys.model_sources(path, (folder,)), keys.kind_sources("foreign.dial")


def test_the_code_of_a_kind_is_in_the_keys_of_what_it_shapes(foreign: Path) -> None:
    using = "from foreign.dial import Dial\n"
    model, kind = sources(foreign, using)
    assert {"foreign/dial.py", "foreign/helper.py"} < set(kind)
    assert {"foreign/dial.py", "foreign/helper.py"} < set(model)
    (foreign / "foreign/helper.py").write_text("STEPS = 2\n")
    changed, changed_kind = sources(foreign, using)
    assert [name for name in kind if kind[name] != changed_kind[name]] == ["foreign/helper.py"]
    assert model != changed
    # What a package declares as a kind has no part in training.
    (foreign / "foreign/dial.py").write_text(f"# key: kind\n{KIND}")
    assert "foreign/dial.py" not in sources(foreign, using)[0]
    assert sources(foreign, "import json\n")[0].keys() == {"model.py"}


def test_a_kind_chosen_by_shape_depends_on_all_kinds(foreign: Path) -> None:
    assert "foreign/dial.py" in keys.kind_sources("modelpress.inputs")
    assert "foreign/dial.py" not in keys.kind_sources("modelpress.outputs")


FAULTS = {
    "no module": ("dial = missing.dial:Dial", "", "No module named 'missing'"),
    "cannot be imported": ("dial = bad.dial:Dial", "import not_there\n", "'not_there'"),
    "raises": ("dial = bad.dial:Dial", "1 / 0\n", "ZeroDivisionError"),
    "no such name": ("dial = bad.dial:Dail", "Dial = 3\n", "Dail"),
    "no class": ("dial = bad.dial:Dial", "Dial = 3\n", "it is not a kind"),
    "another base": ("dial = bad.dial:Dial", "class Dial: pass\n", "subclass of modelpress.inputs"),
    "incomplete": (
        "dial = bad.dial:Dial",
        "from modelpress.inputs import Input\nclass Dial(Input):\n    kind = 'dial'\n",
        "without controls, default, describe, format, from_spec, golden, parse",
    ),
    "another name": (
        "knob = bad.dial:Dial",
        KIND.replace("from foreign import helper", ""),
        "'knob', the name of the entry point",
    ),
    "two classes": (
        "dial = bad.dial",
        "from modelpress.inputs import Number\nclass A(Number): pass\nclass B(Number): pass\n",
        "one subclass of Input",
    ),
    "no entry point": ("dial = bad dial!", "", "can't be read"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_kind_names_package_entry_point_and_next_step(fault: str, tmp_path: Path) -> None:
    point, code, words = FAULTS[fault]
    files = {"bad/__init__.py": "", "bad/dial.py": code}
    write_package(tmp_path, "bad-kinds", f"[modelpress.inputs]\n{point}\n", files, "0.3")
    with on_the_path(tmp_path), pytest.raises(ModelpressError) as caught:
        kind_class(inputs, inputs.Input, point.partition(" ")[0])
    text = str(caught.value)
    assert words in text
    assert "bad-kinds 0.3, entry point modelpress.inputs" in caught.value.where
    assert "pip uninstall bad-kinds" in caught.value.next_step


def test_a_name_is_given_once(foreign: Path) -> None:
    again = "[modelpress.inputs]\ncolor = foreign.dial:Dial\n"
    write_package(foreign, "second", again, {})
    with on_the_path(foreign), pytest.raises(ModelpressError, match="input kind `color`") as caught:
        kind_names(inputs)
    assert "modelpress" in caught.value.found
    assert "pip uninstall second" in caught.value.next_step


@pytest.mark.parametrize("missing", ["dial.ts", "wave.ts"])
def test_a_missing_script_is_told(foreign: Path, missing: str) -> None:
    (foreign / "foreign" / missing).unlink()
    with pytest.raises(ModelpressError, match="its script is missing") as caught:
        browser_files(["dial"], ["number"], ["wave"])
    assert f"no {missing} in {foreign}/foreign" in caught.value.found
    assert "foreign-kinds 1.0" in caught.value.where


def test_a_module_with_browser_files_lies_in_a_package(tmp_path: Path) -> None:
    files = {"alone.py": KIND.replace("from foreign import helper", ""), "alone.ts": ""}
    write_package(tmp_path, "alone", "[modelpress.inputs]\ndial = alone:Dial\n", files)
    with on_the_path(tmp_path), pytest.raises(ModelpressError, match="lies in no package"):
        browser_files(["dial"])


def test_an_unknown_kind_is_told_with_the_nearest() -> None:
    with pytest.raises(ModelpressError, match=r"input kind `colour`\. Did you mean `color`"):
        browser_files(["colour"])


@pytest.mark.parametrize(
    ("group", "words"),
    [("figures", "kind of fence"), ("converters", "no converter"), ("builders", "no builder")],
)
def test_other_things_of_the_wrong_type_are_told(group: str, words: str, tmp_path: Path) -> None:
    point = f"[modelpress.{group}]\nodd = odd.odd:VALUE\n"
    write_package(tmp_path, "odd", point, {"odd/__init__.py": "", "odd/odd.py": "VALUE = 3\n"})
    look: dict[str, Callable[[], object]] = {
        "figures": fence_kinds,
        "builders": lambda: builder_named("odd"),
        "converters": lambda: converter_of(tmp_path),
    }
    with on_the_path(tmp_path), pytest.raises(ModelpressError, match=words) as caught:
        look[group]()
    assert f"entry point modelpress.{group}: odd" in caught.value.where


BUNDLED = """
import {{ build }} from "esbuild";
import {{ packagesPlugin, requireExports }} from "{root}/build/packages.mjs";
import {{ errorText }} from "{root}/build/errors.mjs";
const extensions = {{ folders: {{ {package}: "{folder}" }}, scripts: {{ {role}: {{ dial: "package:{module}" }} }} }};
try {{
  const stdin = {{ contents: 'export const load = () => import("package:{module}")', resolveDir: "{root}" }};
  const made = await build({{ absWorkingDir: "{root}", stdin, bundle: true, splitting: true, format: "esm",
    outdir: "/out", write: false, metafile: true, logLevel: "silent", plugins: [packagesPlugin("{root}", extensions)] }});
  requireExports(extensions, [made]);
  console.log(made.outputFiles.map(({{ text }}) => text).join());
}} catch (error) {{ console.log("WRONG " + errorText(error)); }}
"""  # noqa: E501


def bundled(folder: Path, role: str, module: str) -> str:
    """The scripts that the bundler makes of a module, or WRONG and why it can't."""
    package, _, _ = module.partition("/")
    code = BUNDLED.format(
        root=assets_root(), folder=folder, role=role, package=package, module=module
    )
    command = [str(ensure_node()), "--input-type=module", "-e", code]
    done = subprocess.run(command, cwd=assets_root(), capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            'import { part } from "modelpress/core/dom"; import { STEP } from "./step";\n'
            'import { zlibSync } from "fflate"; export const attach = [part, STEP, zlibSync];',
            "42",
        ),
        ("export const start = 1;", 'the script of "dial", must export a function `attach`'),
        ('import "./gone"; export const attach = 1;', "gone does not exist"),
        ('import "../../x"; export const attach = 1;', "outside its package"),
        ('import "modelpress/core/doom"; export const attach = 1;', "has no such module"),
        ('import "left-pad"; export const attach = 1;', "neither its package nor Modelpress"),
        ("export const attach = ;", "dial.ts:1"),
    ],
)
def test_what_a_script_imports_and_exports(foreign: Path, script: str, words: str) -> None:
    (foreign / "foreign/dial.ts").write_text(script)
    (foreign / "foreign/step.ts").write_text("export const STEP: number = 42;")
    found = bundled(foreign / "foreign", "inputs", "foreign/dial.ts")
    assert words in found
    assert ("WRONG" in found) == (words != "42")


def test_the_guide_is_followed_literally(tmp_path: Path) -> None:
    page = (ROOT / "docs/guide/extending.md").read_text()
    for name, text in re.findall(r'^```\w+ title="(.+?)"\n(.*?)^```$', page, re.M | re.S):
        path = tmp_path / "angles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    installed = pip_installed(tmp_path / "angles", tmp_path / "installed")
    with on_the_path(installed):
        kind = inputs.Angle(30)
        assert kind_class(inputs, inputs.Input, "angle") is type(kind)
        assert inputs.from_spec(kind.spec()).spec() == kind.spec()
        assert len(kind.golden(np.random.default_rng(0))) >= 64
        assert "--angle:30.0deg" in kind.picture(kind.parse("30"), Context("a"))
        files = browser_files(["angle"], ["number"])
    assert files.config()["styles"] == ["package:angles/angle.css"]
    assert bundled(installed / "angles", "inputs", "angles/angle.ts").startswith("// ")
    named = re.findall(r"`modelpress/([\w/-]+)`", page)
    assert len(named) >= 6
    assert [name for name in named if not (assets_root() / f"src/{name}.ts").is_file()] == []


def test_outputs_have_doors_of_their_own(tmp_path: Path) -> None:
    code = "from modelpress.outputs import Number\nclass Gauge(Number):\n    kind = 'gauge'\n"
    files = {"gauges/__init__.py": "", "gauges/gauge.py": code}
    write_package(tmp_path, "gauges", "[modelpress.outputs]\ngauge = gauges.gauge\n", files)
    with on_the_path(tmp_path):
        assert kind_class(outputs, outputs.Output, "gauge").kind == "gauge"
        assert "gauge" not in kind_names(inputs)
