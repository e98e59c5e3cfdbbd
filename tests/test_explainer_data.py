"""The data of explainers: cached where their module says what it depends on."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from modelpress.build.explainers import resource_of
from modelpress.caching.step import Steps
from modelpress.site.context import Site
from tests.tiny import tiny_project

MODULE = """\
from helper_of_data import FACTOR

OPTIONS = ("count",)
COUNTED = []


def resource(options, site):
    COUNTED.append(options)
    return {"value": FACTOR * int(options.get("count", 1))}
"""


def loaded(file: Path) -> ModuleType:
    spec = spec_from_file_location("data_of_explainer", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules.pop("helper_of_data", None)
    spec.loader.exec_module(module)
    return module


def test_data_is_computed_once_for_the_sources_options_and_packages(
    tmp_path: Path, monkeypatch: Any
) -> None:
    project = tiny_project(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)
    helper, file = tmp_path / "helper_of_data.py", tmp_path / "explainers" / "own.py"
    file.parent.mkdir()
    helper.write_text("FACTOR = 3\n")
    file.write_text(MODULE + 'PACKAGES = ("numpy",)\n')
    steps, site = Steps(project, lambda event: None), Site(models={})

    def given(options: dict[str, str]) -> tuple[Any, int]:
        module = loaded(file)
        return resource_of(module, "own", options, site, steps), len(module.COUNTED)

    assert given({}) == ({"value": 3}, 1)
    assert given({}) == ({"value": 3}, 0)
    assert given({"count": "2"}) == ({"value": 6}, 1)
    helper.write_text("FACTOR = 5\n")
    assert given({}) == ({"value": 5}, 1)
    file.write_text(MODULE)  # which may look at the site, and is asked each time
    assert given({}) == ({"value": 5}, 1)
    assert given({}) == ({"value": 5}, 1)
