"""A real server over a small plant, and a real Chromium that reads its page."""

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from apps.http.served import Options
from apps.wiring import Wiring
from tests.apps.http.conftest import House, house, watched
from tests.apps.http.live_server import Live
from tests.page.browsing import CHROMIUM, FLAGS, SURVEY, WAIT_MS, Browsing

__all__ = ["house", "watched"]


@pytest.fixture(scope="module")
def chromium(live: Live) -> Iterator[Any]:
    """The browser; whoever has none skips what needs it.

    While it is driven an event loop runs in this thread, so it ends with the module: tests of
    others begin loops of their own.
    """
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    playing = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playing.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        playing.expect.set_options(timeout=WAIT_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live(watched: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server with a worker inside, and a memory of its own."""
    state = tmp_path_factory.mktemp("page") / "state"
    shutil.copytree(watched.parts.settings.state, state)
    settings = replace(watched.parts.settings, state=state, config=state)
    one = Live(Wiring(settings), Options(demo=True, drain_seconds=0.0), worker=True)
    yield one
    one.end()


@pytest.fixture(scope="session")
def there(live: Live) -> House:
    """Puts cases and proposals into the server's memory."""
    return House(live.here.parts, live.app)


@pytest.fixture
def browsing(chromium: Any, live: Live) -> Iterator[Callable[..., Browsing]]:
    """Opens the page as somebody; whatever the browser complains of fails the test."""
    opened: list[Browsing] = []

    def begin(user: str = "engineer", **looks: Any) -> Browsing:
        opened.append(Browsing(chromium, live, user, **looks))
        return opened[-1]

    yield begin
    complaints = [one for each in opened for one in each.complaints]
    for one in opened:
        one.close()
    assert complaints == []


class Gate:
    """Holds tools back until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The second look of a run waits at this gate."""
    import graphs.looking

    real, count, made = graphs.looking.run_tool, itertools.count(), Gate()

    def slow(*given: Any) -> Any:
        if next(count) == 1:
            made.reached.set()
            made.opened.wait(60)
        return real(*given)

    monkeypatch.setattr(graphs.looking, "run_tool", slow)
    yield made
    made.opened.set()


@pytest.fixture(scope="session")
def answered(live: Live) -> dict[str, Any]:
    """An answer that is already there, with its evidence."""
    return _asked(live, SURVEY)


@pytest.fixture(scope="session")
def explained(live: Live) -> dict[str, Any]:
    """An answer about causes, with its candidates."""
    return _asked(live, "Why do units have no power?")


def _asked(live: Live, text: str) -> dict[str, Any]:
    with live.client() as client:
        begun = client.post("/runs", json={"text": text}).json()
        with client.stream("GET", f"/runs/{begun['run_id']}/events") as events:
            for _ in events.iter_lines():
                pass
        answer: dict[str, Any] = client.get(f"/runs/{begun['run_id']}").json()["answer"]
    return answer
