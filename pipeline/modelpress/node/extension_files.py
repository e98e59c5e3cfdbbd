"""The TypeScript and CSS files of extensions, which the bundle takes from where they lie.

They lie beside the Python module and have its name: sound.py, sound.ts or sound.js, and sound.css,
which is optional. Those of Modelpress itself lie in `site_assets/src`.

In the bundle a file of another package has the name `package:soundkinds/sound.ts`, wherever it is
installed. It imports modules of Modelpress by `modelpress/core/dom`, which is `src/core/dom.ts`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from modelpress.caching.keys import PACKAGE
from modelpress.core.errors import ModelpressError, nearest
from modelpress.core.extensions import (
    GROUPS,
    OWN,
    Extension,
    by_name,
    expanded,
    extensions,
    foreign_roots,
    registered,
)
from modelpress.core.licences import license_of

EXPLAINERS = "modelpress.explainers"
_SCRIPTS = (".ts", ".js", ".mjs")
# Files of other packages that a bundle may hold.
_BUNDLED = (*_SCRIPTS, ".css", ".json", ".svg", ".png", ".woff2", ".wasm")
_UNREAD = ("node_modules", "__pycache__")
# Group → folder of Modelpress's own scripts below `src`.
_FOLDERS = {"modelpress.inputs": "inputs", "modelpress.outputs": "outputs", EXPLAINERS: "explain"}
_LICENCES = ("LICENSE", "LICENCE", "COPYING")


def assets_root() -> Path:
    """Returns the folder with package.json: `site_assets` of a checkout, or the package's copy."""
    for root in (PACKAGE.parents[1] / "site_assets", PACKAGE / "_site_assets"):
        if (root / "package.json").is_file():
            return root
    raise ModelpressError(
        "The browser sources are missing from this installation of Modelpress.",
        where=str(PACKAGE),
        expected="the folder _site_assets in the package, or site_assets in a checkout",
        next_step="Install Modelpress again.",
    )


def explainers() -> dict[str, Extension]:
    """Returns the explainers by name: each is a TypeScript file."""
    found = []
    for entry in registered(EXPLAINERS):
        if entry.package == OWN:
            folder = assets_root() / "src" / _FOLDERS[EXPLAINERS]
            names = sorted(file.stem for file in folder.glob("*.ts"))
            data = entry.module
            found += [_explainer(entry, name, f"{data}.{name.replace('-', '_')}") for name in names]
        else:
            found += expanded(entry, *_SCRIPTS)
    return by_name(found)


def _explainer(entry: Extension, name: str, module: str) -> Extension:
    return Extension(EXPLAINERS, name, module, "", entry.package, entry.version)


@dataclass
class BrowserFiles:
    """The files of the things that a site uses.

    scripts   group → name → module in the bundle: `./src/…` or `package:…`
    styles    style sheets of other packages
    folders   top module of another package → its folder
    packages  those packages: name, version, license and text
    """

    scripts: dict[str, dict[str, str]] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    folders: dict[str, str] = field(default_factory=dict)
    packages: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, extension: Extension, *, required: bool = True) -> None:
        """Adds the files of one thing. Raises ModelpressError if a required one is missing."""
        short = extension.group.removeprefix("modelpress.")
        if extension.package == OWN:
            if extension.group in _FOLDERS:
                file = f"./src/{_FOLDERS[extension.group]}/{extension.name}.ts"
                self._own(extension, file)
                self.scripts.setdefault(short, {})[extension.name] = file
            return
        script, style = _beside(extension, _SCRIPTS), _beside(extension, (".css",))
        if script is None and required:
            raise extension.fault(
                "its script is missing",
                found=f"no {_stem(extension).name}.ts in {_stem(extension).parent}",
                expected="a TypeScript or JavaScript file beside the Python module, with its name",
            )
        if script is not None:
            self.scripts.setdefault(short, {})[extension.name] = self._module(extension, script)
        if style is not None:
            self.styles.append(self._module(extension, style))

    def _own(self, extension: Extension, file: str) -> None:
        if not (assets_root() / file).is_file():
            raise ModelpressError(
                f"The {extension.word} has no TypeScript module: {file.removeprefix('./')} does "
                "not exist.",
                where=str(assets_root()),
                next_step="Write it, as `Add an input or output kind` in CONTRIBUTING.md says.",
            )

    def _module(self, extension: Extension, file: Path) -> str:
        top = extension.module.partition(".")[0]
        folder = foreign_roots()[top] / top
        if not folder.is_dir():
            raise extension.fault(
                "its module has files for the browser and lies in no package",
                found=str(file),
                expected=f"a folder of its own: {top}/__init__.py and {top}/{file.name}",
            )
        self.folders[top] = str(folder)
        self.packages.setdefault(extension.package, _package(extension.package))
        return f"package:{top}/{file.relative_to(folder).as_posix()}"

    def config(self) -> dict[str, Any]:
        """Returns the configuration of the scripts in `site_assets/build`."""
        return {
            "scripts": self.scripts,
            "styles": sorted(self.styles),
            "folders": self.folders,
            "packages": [self.packages[name] for name in sorted(self.packages)],
        }

    def key(self) -> dict[str, Any]:
        """Returns the part of a cache key: all but the folders, and the content of the files."""
        files = {
            f"{top}/{file.relative_to(folder).as_posix()}": sha256(file)
            for top, folder in sorted(self.folders.items())
            for file in _files(Path(folder))
        }
        made = self.config()
        return {**{name: made[name] for name in made if name != "folders"}, "files": files}


def browser_files(
    inputs: Iterable[str] = (),
    outputs: Iterable[str] = (),
    shown: Iterable[str] = (),
    figures: Iterable[Extension] = (),
) -> BrowserFiles:
    """Returns the files of these kinds, explainers (`shown`) and fences.

    Raises ModelpressError for a file that is missing.
    """
    found = BrowserFiles()
    for group, names in (("modelpress.inputs", inputs), ("modelpress.outputs", outputs)):
        for name in sorted(set(names)):
            found.add(_known(extensions(group), group, name))
    for name in sorted(set(shown)):
        found.add(_known(explainers(), EXPLAINERS, name))
    for each in figures:
        found.add(each, required=False)
    return found


def _known(known: Mapping[str, Extension], group: str, name: str) -> Extension:
    if name not in known:
        raise ModelpressError(
            f"There is no {GROUPS[group]} `{name}`.{nearest(name, known)}",
            expected=f"one of {', '.join(sorted(known))}",
            next_step=f"Install the package whose entry point {group} names it.",
        )
    return known[name]


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _stem(extension: Extension) -> Path:
    """Returns the path of an extension's files without their suffixes."""
    top, *rest = extension.module.split(".")
    if top not in foreign_roots():
        raise extension.fault("its module is not installed", found=f"no module {top}")
    return foreign_roots()[top].joinpath(top, *rest)


def _beside(extension: Extension, suffixes: Iterable[str]) -> Path | None:
    stem = _stem(extension)
    places = (stem.with_name(stem.name + suffix) for suffix in suffixes)
    return next((place for place in places if place.is_file()), None)


def _files(folder: Path) -> list[Path]:
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix in _BUNDLED
        and not any(part in _UNREAD for part in file.relative_to(folder).parts)
        and file.is_file()
    ]


def _package(name: str) -> dict[str, str]:
    """Returns a package as the list of licences names it."""
    found = distribution(name)
    texts = [file for file in found.files or () if file.name.upper().startswith(_LICENCES)]
    return {
        "name": name,
        "version": found.version,
        "license": license_of(found),
        "text": texts[0].read_text("utf-8").strip() if texts else "",
    }
