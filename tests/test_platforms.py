"""Versions of Python and platforms that Modelpress installs on: as declared and as locked."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

VERSIONS = ("3.10", "3.11", "3.12")
SUPPORTED = (("linux", "x86_64"), ("darwin", "arm64"))
UNSUPPORTED = {
    ("win32", "AMD64"): "wsl2",
    ("win32", "ARM64"): "wsl2",
    ("darwin", "x86_64"): "container",
    ("linux", "aarch64"): "container",
}


def environment(version: str, system: str, machine: str) -> dict[str, str]:
    return {
        "python_version": version,
        "python_full_version": f"{version}.5",
        "sys_platform": system,
        "platform_machine": machine,
    }


def declared(project_root: Path) -> tuple[SpecifierSet, list[Requirement]]:
    project = tomllib.loads((project_root / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return SpecifierSet(project["requires-python"]), [Requirement(line) for line in lines]


def locked(project_root: Path) -> list[Requirement]:
    lines = (project_root / "requirements.lock").read_text().splitlines()
    return [Requirement(line.rstrip("\\ ")) for line in lines if re.match(r"[a-z0-9]", line)]


def applies(requirement: Requirement, where: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(where)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("platform", SUPPORTED, ids="-".join)
def test_the_lock_file_serves_every_version(
    project_root: Path, version: str, platform: tuple[str, str]
) -> None:
    python, requirements = declared(project_root)
    assert python.contains(f"{version}.0")
    where = environment(version, *platform)
    pins = [pin for pin in locked(project_root) if applies(pin, where)]
    by_name = {pin.name.lower(): pin for pin in pins}
    assert len(by_name) == len(pins), "a package is pinned twice"
    for requirement in requirements:
        if applies(requirement, where):
            (pin,) = by_name[requirement.name.lower()].specifier
            assert pin.operator == "=="
            assert requirement.specifier.contains(pin.version, prereleases=True), requirement


def test_other_versions_of_python_are_refused(project_root: Path) -> None:
    python, _ = declared(project_root)
    for version in ("3.9.18", "3.13.0", "3.14.0"):
        assert not python.contains(version)


@pytest.mark.parametrize("platform", UNSUPPORTED, ids="-".join)
def test_elsewhere_pip_ends_with_a_sentence(project_root: Path, platform: tuple[str, str]) -> None:
    """What can't be met names the platform and what to do; no index can hold such a version."""
    _, requirements = declared(project_root)
    where = environment("3.12", *platform)
    said = [r for r in requirements if r.name == "tensorflow" and applies(r, where)]
    labels = [re.search(r"\+([a-z0-9.]+)", str(r.specifier)) for r in said]
    (label,) = [label[1] for label in labels if label]
    assert "supported" in label
    assert UNSUPPORTED[platform] in label


def test_make_refuses_other_platforms_before_it_installs(
    project_root: Path, tmp_path: Path
) -> None:
    (tmp_path / "uname").write_text(
        '#!/bin/sh\ncase "$1" in -s) echo Linux;; *) echo aarch64;; esac\n'
    )
    (tmp_path / "uname").chmod(0o755)
    make = shutil.which("make")
    assert make
    done = subprocess.run(
        [make, "packages", f"VENV={tmp_path / 'venv'}"],
        cwd=project_root,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Linux on ARM use a container" in done.stderr
    assert not (tmp_path / "venv").exists()
