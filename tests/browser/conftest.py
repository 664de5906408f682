"""The portal in real Chromium: its own process, its own post office, windows of a phone and of a desk."""

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.portal import START, Portal, inside
from tests.browser.post import PostOffice
from tests.browser.window import Window

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
SCREENS: dict[str, dict[str, Any]] = {
    "320": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
    "390": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "1280": {"viewport": {"width": 1280, "height": 900}},
}

FAILED = pytest.StashKey[bool]()
expect.set_options(timeout=10_000)  # the machine may be busy with other tests
OpenWindow = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="нет Chromium: apt-get install chromium"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    post = PostOffice()
    post.server.start()
    yield post
    post.server.stop()


@pytest.fixture(scope="session")
def district_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district with its programme, ТОС and officers, and one contest that takes applications for nine days more."""
    from flask_migrate import upgrade

    from tosportal.demo import contests, district
    from tosportal.demo.stages import Stage
    from tosportal.support import db as database

    folder = tmp_path_factory.mktemp("district")
    with inside(folder, START):
        upgrade()
        place = district.make(now=START)
        contests.grant(place, "change-the-world", Stage.DRAFTS, now=START)
        database.commit()
    return folder


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole demo: contests in every phase."""
    from tosportal.demo import load

    folder = tmp_path_factory.mktemp("demo")
    with inside(folder, START):
        load()
    return folder


@pytest.fixture
def fresh_portal(district_template: Path, tmp_path: Path, post_office: PostOffice) -> Iterator[Portal]:
    """A portal of one's own, with a worker that really sends letters."""
    portal = Portal(tmp_path / "portal", district_template, smtp_url=post_office.url)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()


@pytest.fixture(scope="session")
def demo_portal(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with the demo that several tests share: each takes people and applications of its own."""
    portal = Portal(tmp_path_factory.mktemp("portal"), demo_template)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()


@pytest.fixture
def window_of(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Window]]:
    """`window_of(portal, "390")`: a window of somebody, closed after the test; nothing must have gone wrong in it."""
    windows: list[Window] = []

    def open_window(portal: Portal, screen: str = "1280", *, shots: str = "", **options: Any) -> Window:
        context = chromium.new_context(
            **SCREENS[screen], locale="ru-RU", timezone_id="Asia/Novosibirsk", reduced_motion="reduce", **options
        )
        windows.append(Window(context, portal.url, shots=shots))
        return windows[-1]

    yield open_window
    if request.node.stash.get(FAILED, False):
        for place, window in enumerate(windows):
            window.shots = window.shots or "сбой"
            window.shoot(f"сбой-{request.node.name[:60]}-{place}").context.close()
        return
    for window in windows:
        window.close()
