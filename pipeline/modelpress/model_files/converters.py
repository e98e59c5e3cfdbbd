"""Converters: formats of model files, each with a function that makes a Keras model of a file.

Other packages add theirs by the entry point `modelpress.converters`, whose name is the format's.
They are asked first, in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelpressError, described, shown
from modelpress.core.extensions import OWN, Extension, extensions
from modelpress.model_files.recognise import recognised

GROUP = "modelpress.converters"


@dataclass(frozen=True)
class Converter:
    """A format of model files.

    words       the format in words, for cards and messages: "Core ML"
    recognises  returns whether a file or folder has this format; it reads few bytes
    load        returns the Keras model in a file, and the program and version that wrote it, ""
                if unknown. Its second argument: whether Python code in the file may run
    """

    words: str
    recognises: Callable[[Path], bool]
    load: Callable[[Path, bool], tuple[Any, str]]


def converter_of(path: Path) -> Converter | None:
    """Returns the converter of a file or folder; None for a file of weights alone.

    Raises ModelpressError for a file that no converter recognises.
    """
    known = extensions(GROUP)
    for extension in foreign_converters():
        converter = _checked(extension)
        try:
            if converter.recognises(path):
                return converter
        except Exception as error:  # another package's code may raise anything
            raise extension.fault(f"it fails on {path}", found=described(error)) from error
    name = recognised(path)
    return None if name == "weights" else _checked(known[name])


def loaded(converter: Converter, path: Path, trusted: bool) -> tuple[Any, str]:
    """Returns what a converter makes of a file. Raises ModelpressError."""
    try:
        net, version = converter.load(path, trusted)
    except ModelpressError:
        raise
    except Exception as error:
        if any(converter == _checked(each) for each in foreign_converters()):
            raise ModelpressError(
                f"The converter of {converter.words} can't read this file.",
                where=str(path),
                found=described(error),
                next_step="Save it again, or take it up with the author of the converter.",
            ) from error
        raise
    return net, version


def converter_modules() -> list[str]:
    """Returns the modules of all converters, sorted."""
    return sorted({extension.module for extension in extensions(GROUP).values()})


def foreign_converters() -> list[Extension]:
    """Returns the converters of other packages, by name."""
    found = sorted(extensions(GROUP).items())
    return [extension for _, extension in found if extension.package != OWN]


def _checked(extension: Extension) -> Converter:
    found = extension.load()
    if not isinstance(found, Converter):
        raise extension.fault(
            "it is no converter", found=shown(found), expected=f"a {__name__}.Converter"
        )
    return found
