"""A server that is told to stop: nothing new, what runs may end, and every reader hears of it."""

import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from apps.http.serving import warm
from services.lexicon.lexicon import LANGUAGES
from tests.apps.http.live_server import SURVEY, held, lines_of

THREAD = "T-drain"
START = "from apps.cli import main; main()"
LINK = re.compile(r"(http://\S+)#key=(\S+)")


def begin(client: httpx.Client) -> str:
    return client.post("/runs", json={"text": SURVEY, "thread_id": THREAD}).json()["run_id"]


class Following(threading.Thread):
    """Reads a run's stream to its end."""

    def __init__(self, client: httpx.Client, run_id: str) -> None:
        super().__init__(daemon=True)
        self._client = client
        self._path = f"/runs/{run_id}/events"
        self.connected = threading.Event()
        self.told: list = []
        self.start()
        assert self.connected.wait(30)

    def run(self) -> None:
        text = ""
        with self._client.stream("GET", self._path) as answer:
            for piece in answer.iter_text():
                text += piece
                self.connected.set()
        self.told = lines_of(text)


def test_a_server_that_stops_says_so_and_takes_no_new_runs(live):
    server = live(drain_seconds=60.0)
    with server.client() as client, held(server, THREAD):
        run_id = begin(client)
        server.server.stop()
        ready = client.get("/readyz")
        refused = client.post("/runs", json={"text": SURVEY})
        chat = client.post(
            "/v1/chat/completions",
            json={"model": "andon", "messages": [{"role": "user", "content": SURVEY}]},
        )
        assert client.get(f"/runs/{run_id}").json()["state"] == "running"
    assert (ready.status_code, ready.json()["server"]) == (503, "stopping")
    for answer in (refused, chat):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["code"] == "stopping"


def test_a_run_at_work_may_end_and_its_readers_get_its_answer(live):
    server = live(drain_seconds=60.0)
    with server.client() as client:
        with held(server, THREAD):
            reading = Following(client, begin(client))
            server.server.stop()
        reading.join(60)
        server.thread.join(60)
    assert reading.told[-1].kind == "answer"
    assert not server.thread.is_alive()


def test_a_run_that_takes_too_long_is_interrupted_with_a_word(live):
    server = live(drain_seconds=0.0)
    with server.client() as client, held(server, THREAD):
        run_id = begin(client)
        reading = Following(client, run_id)
        server.end()
        reading.join(60)
    last = reading.told[-1]
    assert last.kind == "error"
    assert last.data["data"]["code"] == "interrupted"
    assert "the server was stopped" in last.data["data"]["message"]
    with live().client() as later:
        shown = later.get(f"/runs/{run_id}").json()
    assert shown["state"] == "interrupted"
    assert "the server was stopped" in shown["error"]["message"]


def test_what_first_questions_load_is_loaded_once_when_a_server_begins(house, monkeypatch):
    loaded = []
    monkeypatch.setattr("services.lexicon.lexicon.lexicon", loaded.append)
    warm(house.parts)
    assert loaded == list(LANGUAGES)


def test_the_worker_begins_and_ends_with_its_server(live):
    server = live(worker=True)
    assert httpx.get(f"{server.url}/readyz").json()["worker"] == "ok"
    server.end()
    assert not server.worker.alive()


def test_a_server_whose_worker_died_is_not_ready(live):
    server = live(worker=True)
    server.worker.stop()
    server.worker.join(30)
    answer = httpx.get(f"{server.url}/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "failing")


@pytest.fixture
def folder(house, tmp_path: Path) -> Path:
    """A working folder in which `andon demo` has been."""
    settings = house.parts.settings
    shutil.copytree(settings.hub, tmp_path / "demo/hub")
    shutil.copytree(settings.state, tmp_path / "demo/state")
    return tmp_path


@pytest.fixture
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`andon serve` as somebody starts it there, and the link that it showed."""
    hidden = {"ANDON_HUB", "ANDON_STATE", "ANDON_CONFIG", "ANDON_NOW", "ANDON_USER"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    root = Path(__file__).parents[3]
    process = subprocess.Popen(
        [sys.executable, "-c", START, "serve", "--port", "0", "--drain", "0"],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = ""
    assert process.stdout is not None
    while len(LINK.findall(said)) < 2:
        line = process.stdout.readline()
        assert line, f"it ended: {said}"
        said += line
    yield process, said
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_serve_finds_the_demo_lets_its_operator_in_once_and_ends_at_sigterm(served):
    process, said = served
    assert "the simulated plant" in said
    link, approving = LINK.finditer(said)
    with httpx.Client(base_url=link[1], timeout=30) as browser:
        assert browser.post("/session", json={"key": link[2]}).status_code == 204
        me = browser.get("/me").json()
        assert (me["id"], me["demo"]) == ("engineer", True)
        assert browser.post("/session", json={"key": link[2]}).status_code == 401
        begun = browser.post(
            "/runs",
            json={"text": SURVEY},
            headers={"X-Andon-CSRF": browser.cookies["andon_csrf"]},
        )
        assert begun.status_code == 202
        browser.cookies.clear()
        assert browser.post("/session", json={"key": approving[2]}).status_code == 204
        assert browser.get("/me").json()["id"] == "quality_manager"
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert rest.strip().endswith("stopped")
    assert "Traceback" not in rest


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--port", "99999"), "port 99999"),
        (("--host", "no.such.host.invalid"), "no.such.host.invalid"),
        (("--demo",), "no demo"),
        (("--as", "nobody"), "nobody"),
    ],
)
def test_what_keeps_it_from_serving_is_said(ready, arguments, says):
    ran = ready("serve", *arguments)
    assert ran.code in (2, 4)
    assert says in ran.err


def test_a_port_that_is_taken_is_named(ready, live):
    port = live().url.rpartition(":")[2]
    ran = ready("serve", "--port", port)
    assert ran.code == 2
    assert port in ran.err


def test_without_the_extra_it_says_what_to_install(ready, monkeypatch):
    module = importlib.import_module("apps.verbs.serve")
    monkeypatch.setattr(module, "NEEDED", ("no_such_module",))
    ran = ready("serve")
    assert ran.code == 2
    assert "andon[server]" in ran.err
