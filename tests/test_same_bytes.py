"""The same source gives the same bytes: in any folder, locale and zone, on any number of cores."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiny import tiny_project

# Their dates are the day's.
DATED = {"sitemap.xml", "sitemap.xml.gz"}


def built(folder: Path, cores: set[int], **environment: str) -> dict[str, bytes]:
    """Every file of a tiny site that is built in `folder`."""
    project = tiny_project(folder)
    done = subprocess.run(
        [sys.executable, "-m", "modelpress", "build", "--no-browser", "--jobs", str(len(cores))],
        cwd=folder,
        # MkDocs writes the time into the first page otherwise.
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000", **environment},
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        path.relative_to(project.site_dir).as_posix(): path.read_bytes()
        for path in project.site_dir.rglob("*")
        if path.is_file() and path.name not in DATED
    }


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores are chosen on Linux alone")
def test_another_folder_locale_zone_and_number_of_cores(tmp_path: Path) -> None:
    all_cores = os.sched_getaffinity(0)
    one = built(tmp_path / "one", all_cores, LC_ALL="C.UTF-8", TZ="UTC")
    # Without its files a locale is still a name that programs look at.
    other = built(
        tmp_path / "Büro und Garten" / "two",
        {min(all_cores)},
        LC_ALL="tr_TR.UTF-8",
        TZ="Pacific/Kiritimati",
        PYTHONHASHSEED="7",
    )
    assert sorted(one) == sorted(other)
    assert any(name.endswith("/model.keras") for name in one)
    assert [name for name in one if one[name] != other[name]] == []
