"""What the tests share: the built site, served, and the two browsers that visit it."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from modelpress.caching.observing import supervision
from modelpress.core.determinism import ENVIRONMENT
from modelpress.proof.verify import chromium_arguments, find_browser
from tests import again, budget, prepared
from tests.browser.tabs import Tabs
from tests.browser.watching import Watched, kinds_watch
from tests.built import brought_up_to_date, built_once
from tests.hostile_site import hostile_site
from tests.kinds_site import kinds_site
from tests.offline_site import offline_site
from tests.server import serve_folder
from tests.training_site import training_site

# Before TensorFlow is imported: where oneDNN is not its default, the process of the tests
# would compute otherwise than the processes of a build.
for _name in ("TF_ENABLE_ONEDNN_OPTS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, ENVIRONMENT[_name])

ROOT = Path(__file__).resolve().parent.parent
FIREFOX = "firefox-esr"
PATIENCE_MS = 60_000  # software WebGL on two shared cores compiles slowly


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run browser tests in Chromium, and those marked ``engines`` in Firefox as well."""
    if "browser_name" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("engines") is not None
        names = ["chromium", "firefox"] if both else ["chromium"]
        metafunc.parametrize("browser_name", names, scope="session")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-budget", action="store_true", help="write tests/budget.txt")


def pytest_configure(config: pytest.Config) -> None:
    """Let builds share what they can, and let interrupts arrive.

    A shell that runs the tests in the background has interrupts ignored, here and in every process
    that a test starts and interrupts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    budget.register(config)
    config.pluginmanager.register(again.Again(config), "again")
    if prepared.begin():
        config.add_cleanup(prepared.end)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Firefox repeats Chromium's tests among those that the mark names; long files come first."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        budget.longest_first(items)
    for item in items:
        given = getattr(item, "callspec", None)
        if given and given.params.get("browser_name") == "firefox":
            # The marks of parameters come last, and say more than that of the test.
            kinds = [mark.kwargs.get("firefox", "slow") for mark in item.iter_markers("engines")]
            if kinds[-1] != "fast":
                item.add_marker(kinds[-1])


@pytest.fixture(scope="session", autouse=True)
def unwatched() -> Iterator[None]:
    """Refuses to let the kernel watch the process of the tests.

    It would go on to the end, and make all that the process starts several times slower: servers,
    builds, browsers. Tests that observe files use ``in_a_process``.
    """
    tests, begin = os.getpid(), supervision.Supervised.__init__

    def refused(self: supervision.Supervised) -> None:
        assert os.getpid() != tests, "observes the process of the tests: use in_a_process"
        begin(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(supervision.Supervised, "__init__", refused)
        yield


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The repository: this site's own project folder."""
    return ROOT


@pytest.fixture(scope="session")
def built_site(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder ``site/``, built by the real command (nothing runs when nothing changed).

    From built-in data, real sets only measuring it: to train on those takes longer, and is what
    tests/test_real_sets.py does.
    """
    return brought_up_to_date(tmp_path_factory, project_root, "--builtin")


@pytest.fixture(scope="session")
def site_url(built_site: Path) -> Iterator[str]:
    """Address of the served site, without a slash at its end."""
    with serve_folder(built_site) as url:
        yield url


@pytest.fixture(scope="session")
def training_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site of models that train in the browser, built by the command."""
    return built_once(tmp_path_factory, "training", training_site, "--no-browser")


@pytest.fixture(scope="session")
def training_url(training_project: Path) -> Iterator[str]:
    """Its address, without a slash at its end."""
    with serve_folder(training_project / "site") as url:
        yield url


@pytest.fixture(scope="session")
def kinds_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site of models whose weights are set by hand, built by the command."""
    return built_once(tmp_path_factory, "kinds", kinds_site, "--no-browser")


@pytest.fixture(scope="session")
def kinds_url(kinds_project: Path) -> Iterator[str]:
    """Its address, without a slash at its end."""
    with serve_folder(kinds_project / "site") as url:
        yield url


@pytest.fixture(scope="session")
def offline_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site that can be kept on a device, built by the command."""
    return built_once(tmp_path_factory, "offline", offline_site, "--no-browser")


@pytest.fixture(scope="session")
def hostile_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site of hostile texts and awkward names, with its archive, built by the command."""
    return built_once(tmp_path_factory, "hostile", hostile_site, "--no-browser", "--archive")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A virtual screen for Firefox, which has no WebGL without one; yields its DISPLAY."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed: Firefox has WebGL only with a screen")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        display = f":{answer.readline().strip()}"
    yield display
    server.terminate()
    server.wait()


@pytest.fixture(scope="session")
def browser(
    browser_name: str, playwright: Playwright, request: pytest.FixtureRequest
) -> Iterator[Browser]:
    """A real browser with WebGL by software, one for the whole run."""
    if browser_name == "firefox":
        path = shutil.which(FIREFOX)
        if path is None:
            pytest.skip(f"{FIREFOX} is not installed")
        instance = playwright.firefox.launch(
            channel="moz-firefox",
            executable_path=path,
            headless=False,
            env={**os.environ, "DISPLAY": request.getfixturevalue("screen")},
            # As readers have it; Playwright's own profile lets files read files.
            firefox_user_prefs={"security.fileuri.strict_origin_policy": True},
        )
    else:
        found = find_browser()
        assert found is not None, "no Chromium: run `make test`, which installs it"
        instance = playwright.chromium.launch(
            executable_path=str(found.path), args=chromium_arguments()
        )
    # Keeping pages offline is tests/browser/test_offline.py's alone: in every other test it would
    # fetch and hash the site's scripts once more.
    instance.new_context = functools.partial(instance.new_context, service_workers="block")  # type: ignore[method-assign]
    yield instance
    instance.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Tabs]:
    shared = Tabs(browser, PATIENCE_MS)
    yield shared
    shared.close()


@pytest.fixture
def context(tabs: Tabs) -> Iterator[BrowserContext]:
    """A profile without storage."""
    with tabs.context() as profile:
        yield profile


@pytest.fixture
def watched(context: BrowserContext, kinds_project: Path) -> Iterator[Watched]:
    """Every prediction that a page shows while the test runs is Python's."""
    watched = kinds_watch(kinds_project / "site")
    watched.start(context)
    yield watched
    watched.assert_right(context)


@pytest.fixture
def page_errors() -> list[str]:
    """Uncaught errors of the page; a test that expects some clears the list itself."""
    return []


@pytest.fixture
def page(tabs: Tabs, context: BrowserContext, page_errors: list[str]) -> Iterator[Page]:
    """A tab in which an uncaught error fails the test."""
    with tabs.page(context) as tab:
        tab.on("pageerror", lambda error: page_errors.append(str(error)))
        yield tab
        assert page_errors == [], f"uncaught errors in the page: {page_errors}"
