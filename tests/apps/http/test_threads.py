"""Conversations over HTTP: one's own, and nobody else's."""

import httpx
import pytest

from tests.apps.http.live_server import SURVEY, Live, held, lines_of


@pytest.fixture
def server(live) -> Live:
    return live()


@pytest.fixture
def client(server) -> httpx.Client:
    return server.client()


def ask(client: httpx.Client, text: str = SURVEY, **more) -> dict:
    begun = client.post("/runs", json={"text": text, **more}).json()
    lines_of(client.get(f"/runs/{begun['run_id']}/events").text)
    return begun


def test_a_conversation_is_listed_and_read_again_with_its_answers(client):
    begun = ask(client)
    ask(client, "and in Brazil?", thread_id=begun["thread_id"])
    (listed,) = client.get("/threads").json()["threads"]
    assert (listed["title"], listed["requests"]) == (SURVEY, 2)
    shown = client.get(f"/threads/{begun['thread_id']}").json()
    assert [one["text"] for one in shown["requests"]] == [SURVEY, "and in Brazil?"]
    assert [one["state"] for one in shown["requests"]] == ["done", "done"]
    assert shown["requests"][0]["answer"]["run_id"] == begun["run_id"]
    assert shown["running"] is None


def test_a_conversation_names_the_run_at_work_on_it(client, server):
    with held(server, "T-busy"):
        begun = client.post("/runs", json={"text": SURVEY, "thread_id": "T-busy"}).json()
        assert client.get("/threads/T-busy").json()["running"] == begun["run_id"]
        client.post(f"/runs/{begun['run_id']}/cancel")
    assert client.get("/threads/T-busy").json()["running"] is None


def test_the_newest_conversations_come_first_up_to_the_limit(client):
    threads = [ask(client, plan_only=False, thread_id=f"T-{n}")["thread_id"] for n in range(3)]
    found = client.get("/threads", params={"limit": 2}).json()["threads"]
    assert [one["thread_id"] for one in found] == [threads[2], threads[1]]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_conversation_of_somebody_else_is_as_unknown_as_one_that_never_was(
    client, server, method
):
    thread_id = ask(client)["thread_id"]
    with server.client("lena") as other:
        theirs = other.request(method, f"/threads/{thread_id}")
        never = other.request(method, "/threads/T-never")
        assert other.get("/threads").json() == {"threads": []}
    assert theirs.status_code == never.status_code == 404
    assert theirs.json()["message"].replace(thread_id, "T-never") == never.json()["message"]
    assert client.get(f"/threads/{thread_id}").status_code == 200


def test_a_forgotten_conversation_is_gone_for_its_asker_too(client):
    begun = ask(client)
    assert client.delete(f"/threads/{begun['thread_id']}").status_code == 204
    assert client.get(f"/threads/{begun['thread_id']}").status_code == 404
    assert client.delete(f"/threads/{begun['thread_id']}").status_code == 404
    assert client.get("/threads").json() == {"threads": []}


def test_a_forgotten_run_is_not_told_either(client, server):
    begun = ask(client)
    client.delete(f"/threads/{begun['thread_id']}")
    assert client.get(f"/runs/{begun['run_id']}").status_code == 404


def test_a_conversation_at_work_is_not_forgotten_under_its_run(client, server):
    with held(server, "T-busy"):
        begun = client.post("/runs", json={"text": SURVEY, "thread_id": "T-busy"}).json()
        while not client.get("/threads/T-busy").json()["requests"]:
            pass
        answer = client.delete("/threads/T-busy")
        client.post(f"/runs/{begun['run_id']}/cancel")
    assert answer.status_code == 409
    assert answer.json()["code"] == "thread_busy"


def test_a_thread_whose_name_has_signs_of_an_address_is_found(client):
    name = "slack/C1/17.5?x#y%"
    ask(client, thread_id=name)
    from urllib.parse import quote

    assert client.get(f"/threads/{quote(name, safe='')}").json()["thread_id"] == name


@pytest.mark.parametrize("limit", ["0", "-1", "501", "x"])
def test_a_limit_that_makes_no_sense_is_refused(client, limit):
    assert client.get("/threads", params={"limit": limit}).status_code == 422
