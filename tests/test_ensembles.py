"""The step `seeds` in a build: what it publishes, and what makes it run again."""

from __future__ import annotations

import pytest

from modelpress.build.build import Report, Request, build
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from tests.entries import models_of
from tests.tiny import LINE, tiny_project

SEEDS_LINE = LINE.replace("import AtMost, Model", "import AtMost, Model, Seeds").replace(
    "MODEL = Model(\n", "MODEL = Model(\n    seeds=Seeds(4, reach=AtMost(9)),\n"
)


class Told(Progress):
    """Remembers what was said of the steps."""

    def __init__(self) -> None:
        self.details: list[str] = []

    def event(self, subject: str, event: dict[str, object]) -> None:
        self.details.append(f"{subject} {event['event']} {event.get('detail', '')}")


def rebuilt(project: Project, cluster: str = "", progress: Progress | None = None) -> Report:
    return build(project, Request(use_browser=False, cluster=cluster), progress or Progress())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = tiny_project(tmp_path_factory.mktemp("seeds") / "project", {"line": SEEDS_LINE})
    told = Told()
    assert "seeds" in rebuilt(made, progress=told).ran["line"]
    assert "line step 4 seeds" in told.details
    assert "line amount seed 4 of 4" in told.details
    return made


def test_the_manifest_has_all_seeds(project: Project) -> None:
    models = models_of(project.site_dir)
    found, metrics = models["line"]["seeds"], models["line"]["metrics"]
    assert (found["count"], found["first_seed"], found["diverged"]) == (4, 1, 0)
    assert found["values"][0] == pytest.approx(metrics["loss"], rel=1e-6)  # its own seed
    assert found["reached"] == 4
    assert "seeds" in models["line"]["cache_keys"]


def test_what_is_up_to_date_asks_no_cluster(project: Project) -> None:
    assert not rebuilt(project, cluster="tcp://127.0.0.1:1").ran


@pytest.mark.slow
def test_the_rows_are_part_of_the_key_and_the_old_are_kept(project: Project) -> None:
    path = project.root / "points.csv"
    before = path.read_text()
    path.write_text(before + "2,5\n")
    assert "seeds" in rebuilt(project).ran["line"]
    path.write_text(before)
    assert not rebuilt(project).ran


@pytest.mark.slow
def test_a_cluster_out_of_reach_stops_the_build_and_names_the_option(project: Project) -> None:
    path = project.models_dir / "line.py"
    before = path.read_text()
    path.write_text(before.replace("Seeds(4", "Seeds(5"))
    try:
        with pytest.raises(ModelpressError, match="can't be reached") as caught:
            rebuilt(project, cluster="http://127.0.0.1:1")
    finally:
        path.write_text(before)
    assert caught.value.where == "--dask http://127.0.0.1:1"
    assert not rebuilt(project).ran
