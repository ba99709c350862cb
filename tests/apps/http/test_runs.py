"""A run over HTTP: begun once, followed by many, resumed anywhere, stopped by its asker alone."""

import asyncio
import threading

import httpx
import pytest

from apps.http import live_run, run_board
from domain.errors import HubUnavailable
from tests.apps.http.live_server import SURVEY, Live, held, lines_of, read_lines

THREAD = "T-runs"


@pytest.fixture
def server(live) -> Live:
    return live()


@pytest.fixture
def client(server) -> httpx.Client:
    return server.client()


def begin(client: httpx.Client, **more) -> dict:
    answer = client.post("/runs", json={"text": SURVEY, **more})
    assert answer.status_code == 202, answer.text
    return answer.json()


def events(client: httpx.Client, run_id: str, **given):
    return lines_of(client.get(f"/runs/{run_id}/events", **given).text)


def cancelled(client: httpx.Client, server: Live) -> dict:
    """A run that was stopped while it waited for its turn."""
    with held(server, THREAD):
        begun = begin(client, thread_id=THREAD)
        return client.post(f"/runs/{begun['run_id']}/cancel").json()


def test_a_run_tells_how_it_stands_then_its_events_in_order_and_ends_with_its_answer(client):
    begun = begin(client)
    first, *told = events(client, begun["run_id"])
    assert first.kind == "run"
    assert first.data["run_id"] == begun["run_id"]
    assert [one.number for one in told] == list(range(len(told)))
    assert told[0].kind == "plan"
    assert told[-1].kind == "answer"
    shown = client.get(f"/runs/{begun['run_id']}").json()
    assert shown["state"] == "done"
    assert shown["answer"] == told[-1].data["data"]
    assert shown["answer"]["schema"] == "andon.answer/1"
    assert shown["thread_id"] == begun["thread_id"] == shown["answer"]["thread_id"]


def test_a_stream_resumes_after_any_event_without_loss_or_double(client):
    run_id = begin(client)["run_id"]
    whole = events(client, run_id)[1:]
    for seen in range(len(whole) - 1):
        by_header = events(client, run_id, headers={"Last-Event-ID": str(seen)})[1:]
        by_address = events(client, run_id, params={"after": seen})[1:]
        assert by_header == by_address == whole[seen + 1 :]


def test_who_has_all_of_a_run_is_told_that_nothing_more_comes(client):
    run_id = begin(client)["run_id"]
    last = events(client, run_id)[-1].number
    for seen in (last, last + 50):
        answer = client.get(f"/runs/{run_id}/events", params={"after": seen})
        assert (answer.status_code, answer.content) == (204, b"")


def test_resuming_a_run_at_work_beyond_what_it_told_is_refused(client, server):
    with held(server, THREAD):
        run_id = begin(client, thread_id=THREAD)["run_id"]
        answer = client.get(f"/runs/{run_id}/events", params={"after": 99})
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_argument"


@pytest.mark.parametrize("mark", ["-2", "x", "１", "9" * 30])
def test_a_mark_that_is_no_number_of_an_event_is_refused(client, mark):
    run_id = begin(client)["run_id"]
    for given in ({"params": {"after": mark}}, {"headers": {"Last-Event-ID": mark.encode()}}):
        answer = client.get(f"/runs/{run_id}/events", **given)
        assert answer.status_code in (400, 422)
        assert answer.json()["schema"] == "andon.error/1"


def test_fifty_readers_of_one_run_each_receive_every_event(client, server):
    async def follow(reader: httpx.AsyncClient, run_id: str, connected: asyncio.Semaphore):
        async with reader.stream("GET", f"/runs/{run_id}/events") as answer:
            told = []
            async for one in read_lines(answer):
                told.append((one.number, one.kind))
                if one.kind == "run":
                    connected.release()
            return told

    async def all_of(run_id: str, release: threading.Event):
        headers = dict(client.headers)
        limits = httpx.Limits(max_connections=60)
        async with httpx.AsyncClient(
            base_url=server.url, headers=headers, timeout=60, limits=limits
        ) as reader:
            connected = asyncio.Semaphore(0)
            readers = [asyncio.create_task(follow(reader, run_id, connected)) for _ in range(50)]
            for _ in readers:
                await connected.acquire()
            release.set()
            return await asyncio.gather(*readers)

    release, holding = threading.Event(), threading.Event()

    def hold() -> None:
        with held(server, THREAD):
            holding.set()
            release.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(30)
    run_id = begin(client, thread_id=THREAD)["run_id"]
    every = asyncio.run(all_of(run_id, release))
    holder.join(60)
    whole = [(one.number, one.kind) for one in events(client, run_id)]
    assert len(every) == 50
    assert all(told == whole for told in every)


def test_a_run_goes_on_when_its_reader_leaves(client):
    run_id = begin(client)["run_id"]
    with client.stream("GET", f"/runs/{run_id}/events") as answer:
        next(answer.iter_lines())
    assert events(client, run_id)[-1].kind == "answer"


def test_a_cancelled_run_ends_with_a_word_and_stays_cancelled(client, server):
    with held(server, THREAD):
        run_id = begin(client, thread_id=THREAD)["run_id"]
        stopped = client.post(f"/runs/{run_id}/cancel").json()
    assert stopped["state"] == "cancelled"
    assert stopped["error"]["code"] == "interrupted"
    assert events(client, run_id)[-1].kind == "error"
    assert client.post(f"/runs/{run_id}/cancel").json() == stopped
    log = server.here.parts.conversations.requests
    assert log.get(run_id, "engineer").state == "interrupted"


def test_cancelling_stops_the_tools_of_the_run(client, server, monkeypatch):
    closed = threading.Event()
    from services.hub.snapshot import Snapshot

    real = Snapshot.close
    monkeypatch.setattr(Snapshot, "close", lambda self: (real(self), closed.set()))
    cancelled(client, server)
    assert closed.is_set()


def test_an_ended_run_cannot_be_cancelled_any_more(client):
    run_id = begin(client)["run_id"]
    events(client, run_id)
    assert client.post(f"/runs/{run_id}/cancel").json()["state"] == "done"


def test_the_thread_of_a_cancelled_run_takes_the_next_question(client, server):
    cancelled(client, server)
    run_id = begin(client, thread_id=THREAD)["run_id"]
    assert events(client, run_id)[-1].kind == "answer"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/runs/{}"), ("GET", "/runs/{}/events"), ("POST", "/runs/{}/cancel")],
)
def test_a_run_of_somebody_else_is_as_unknown_as_one_that_never_was(client, server, method, path):
    run_id = begin(client)["run_id"]
    events(client, run_id)
    with server.client("lena") as other:
        theirs = other.request(method, path.format(run_id))
        never = other.request(method, path.format("R-none"))
    assert theirs.status_code == never.status_code == 404
    assert theirs.json()["message"].replace(run_id, "R-none") == never.json()["message"]


def test_a_thread_of_somebody_else_cannot_be_asked_on(client, server):
    begun = begin(client)
    events(client, begun["run_id"])
    with server.client("lena") as other:
        answer = other.post("/runs", json={"text": SURVEY, "thread_id": begun["thread_id"]})
    assert answer.status_code == 404
    assert answer.json()["schema"] == "andon.error/1"


def test_the_same_key_and_request_give_the_same_run_and_another_request_is_refused(client):
    once = {"Idempotency-Key": "once"}
    first = client.post("/runs", json={"text": SURVEY}, headers=once).json()
    again = client.post("/runs", json={"text": SURVEY}, headers=once).json()
    assert again["run_id"] == first["run_id"]
    other = client.post("/runs", json={"text": "and in Brazil?"}, headers=once)
    assert other.status_code == 409
    assert first["run_id"] in other.json()["holds"]
    assert client.post("/runs", json={"text": SURVEY}).json()["run_id"] != first["run_id"]


def test_an_idempotency_key_is_of_its_asker_alone(client, server):
    once = {"Idempotency-Key": "once"}
    mine = client.post("/runs", json={"text": SURVEY}, headers=once).json()
    with server.client("lena") as other:
        theirs = other.post("/runs", json={"text": SURVEY}, headers=once).json()
    assert theirs["run_id"] != mine["run_id"]


def test_after_a_restart_a_run_is_told_from_the_request_log(client, live, server):
    run_id = begin(client)["run_id"]
    last = events(client, run_id)[-1]
    shown = client.get(f"/runs/{run_id}").json()
    server.end()
    with live().client() as later:
        assert later.get(f"/runs/{run_id}").json() == shown
        told = events(later, run_id, headers={"Last-Event-ID": "3"})
        assert [(one.number, one.kind) for one in told] == [(None, "run"), (4, "answer")]
        assert told[-1].data["data"] == last.data["data"]


def test_ended_runs_are_kept_up_to_a_count_and_then_told_from_the_log(client, monkeypatch, server):
    monkeypatch.setattr(run_board, "KEEP_ENDED", 2)
    runs = []
    for _ in range(4):
        run_id = begin(client)["run_id"]
        events(client, run_id)
        runs.append(run_id)
    assert [server.here.board.find(one, "engineer") is not None for one in runs] == [
        False,
        False,
        True,
        True,
    ]
    assert client.get(f"/runs/{runs[0]}").json()["state"] == "done"


def test_only_a_plan_asks_nobody(client):
    run_id = begin(client, plan_only=True)["run_id"]
    answer = events(client, run_id)[-1].data["data"]
    assert answer["plan"]["tasks"]
    assert "findings" not in answer


def test_a_language_without_wording_is_refused_and_begins_nothing(client, server):
    answer = client.post("/runs", json={"text": SURVEY, "language": "xx"})
    assert answer.status_code == 400
    assert "'xx'" in answer.json()["message"]
    assert "en" in answer.json()["next_step"]
    assert server.here.board.at_work == 0
    assert client.post("/runs", json={"text": SURVEY, "language": "pt-BR"}).status_code == 202


def test_a_defect_ends_its_run_and_leaves_the_server_at_work(client, monkeypatch):
    async def broken(*_):
        raise ZeroDivisionError("secret detail")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(live_run, "ask", broken)
        run_id = begin(client)["run_id"]
        last = events(client, run_id)[-1]
    assert last.data["data"]["code"] == "defect"
    assert "secret detail" not in str(last.data)
    assert events(client, begin(client)["run_id"])[-1].kind == "answer"


def test_a_hub_that_is_gone_is_told_in_the_run(client, monkeypatch, server):
    def gone(*_, **__):
        raise HubUnavailable("there is no hub any more")

    monkeypatch.setattr(server.here.parts.hub, "snapshot", gone)
    run_id = begin(client)["run_id"]
    last = events(client, run_id)[-1]
    assert (last.kind, last.data["data"]["code"]) == ("error", "hub_unavailable")
    shown = client.get(f"/runs/{run_id}").json()
    assert (shown["state"], shown["error"]) == ("failed", last.data["data"])


def test_more_runs_than_work_at_a_time_wait_for_their_turn(live):
    server = live(work_at_once=1)
    with server.client() as client:
        with held(server, THREAD):
            first, second = begin(client, thread_id=THREAD), begin(client)
            assert client.get(f"/runs/{second['run_id']}").json()["state"] == "running"
            assert server.here.board.find(second["run_id"], "engineer").told == []
            shown = client.get(f"/threads/{second['thread_id']}").json()
            (turn,) = shown["requests"]
            assert (turn["text"], turn["state"]) == (SURVEY, "running")
            assert shown["running"] == turn["run_id"] == second["run_id"]
        for one in (first, second):
            assert events(client, one["run_id"])[-1].kind == "answer"


def test_runs_that_wait_for_their_conversation_keep_nobody_else_waiting(live):
    server = live(work_at_once=2)
    with server.client() as client, held(server, THREAD):
        waiting = [begin(client, thread_id=THREAD)["run_id"] for _ in range(3)]
        assert events(client, begin(client)["run_id"])[-1].kind == "answer"
        for run_id in reversed(waiting):
            stopped = client.post(f"/runs/{run_id}/cancel").json()
            assert stopped["state"] == "cancelled"


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": " \n"}, {"text": 7}, {"text": "a", "more": 1}, [], "x"]
)
def test_what_is_no_request_is_refused_and_begins_nothing(client, server, body):
    answer = client.post("/runs", json=body)
    assert answer.status_code in (400, 422)
    assert answer.json()["schema"] == "andon.error/1"
    assert server.here.board.at_work == 0


@pytest.mark.parametrize("name", ["a b", "ü", "x" * 81, ""])
def test_what_cannot_name_a_thread_is_refused(client, name):
    answer = client.post("/runs", json={"text": SURVEY, "thread_id": name})
    assert answer.status_code in (400, 422)


def test_a_silent_stream_gives_a_sign_of_life(live):
    server = live(keep_alive_seconds=0.05)
    with server.client() as client, held(server, THREAD):
        run_id = begin(client, thread_id=THREAD)["run_id"]
        with client.stream("GET", f"/runs/{run_id}/events") as answer:
            assert ": " in (line for line in answer.iter_lines())
