"""Who comes in: keys, logins and sessions, and the people whom they speak for."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from apps.http.app import create_app
from apps.http.auth import CSRF_COOKIE, CSRF_HEADER, SESSION_COOKIE
from apps.wiring import Wiring
from memory.audit import entries
from tests.apps.http.conftest import House
from tests.apps.http.live_server import SURVEY

HERE = ("127.0.0.1", 50_000)


class Clock:
    """The program's clock, set by the test."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at


@pytest.fixture
def door(house, tmp_path, monkeypatch):
    """A server with a users file and a memory of the test's own."""
    import shutil
    from dataclasses import replace

    state = tmp_path / "state"
    shutil.copytree(house.parts.settings.state, state)
    settings = replace(house.parts.settings, state=state, config=state)
    parts = Wiring(settings)
    parts.now = Clock(settings.now)
    return create_app(parts)


@pytest.fixture
def keys(door):
    return door.state.served.keys


@pytest.fixture
def clock(door) -> Clock:
    return door.state.served.parts.now


@pytest.fixture
def visit(door):
    """Somebody without a key, at this machine."""
    return lambda host=HERE: TestClient(door, client=host)


def made(keys, clock, user="engineer", **more):
    return keys.add(user, "test", by="operator", at=clock(), **more)


def me(client, text):
    return client.get("/me", headers={"Authorization": f"Bearer {text}"})


def signed_in(client, text):
    answer = client.post("/session", json={"key": text})
    assert answer.status_code == 204, answer.text
    return client


def test_a_key_speaks_for_its_person_alone(keys, clock, visit):
    with visit() as client:
        shown = me(client, made(keys, clock, "bruno").text).json()
    assert (shown["id"], shown["regions"]) == ("bruno", ["LATAM"])


def test_every_key_that_does_not_hold_gets_the_one_same_answer(keys, clock, visit):
    ended = made(keys, clock, expires_at=clock() + timedelta(days=1)).text
    revoked = made(keys, clock)
    keys.revoke(revoked.key.id, by="operator", at=clock())
    gone = made(keys, clock, "nobody").text
    good = made(keys, clock).text
    clock.at += timedelta(days=2)
    wrong = ["", "x", "andon_", "andon_k_", f"{good}x", good[:-1], good.upper(), "andon_ü_ü"]
    with visit() as client:
        answers = [
            client.get("/me"),
            client.get("/me", headers={"Authorization": f"Basic {good}"}),
            *(me(client, text.encode()) for text in (ended, revoked.text, gone, *wrong)),
        ]
        assert me(client, good).status_code == 200
    assert {one.status_code for one in answers} == {401}
    assert {one.text for one in answers} == {answers[0].text}
    assert answers[0].json()["code"] == "not_signed_in"


def test_a_key_holds_up_to_its_end(keys, clock, visit):
    text = made(keys, clock, expires_at=clock() + timedelta(days=1)).text
    with visit() as client:
        clock.at += timedelta(days=1, microseconds=-1)
        assert me(client, text).status_code == 200
        clock.at += timedelta(microseconds=1)
        assert me(client, text).status_code == 401


def test_the_secret_of_a_key_is_kept_nowhere(keys, clock, visit, tmp_path, caplog):
    text = made(keys, clock).text
    with visit() as client:
        signed_in(client, text)
        session = client.cookies[SESSION_COOKIE]
        assert me(client, text).status_code == 200
    for secret in (text.split("_", 2)[2], session.split("_", 2)[2]):
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert not [path for path in kept if secret.encode() in path.read_bytes()]
        assert secret not in caplog.text


def test_what_is_taken_away_in_the_users_file_is_gone_at_the_next_request(
    keys, clock, visit, tmp_path
):
    text = made(keys, clock, "bruno").text
    users = tmp_path / "state/users.yaml"
    before = users.read_text(encoding="utf-8")
    with visit() as client:
        assert me(client, text).json()["regions"] == ["LATAM"]
        users.write_text(before.replace("[LATAM]", "[APAC]"), encoding="utf-8")
        assert me(client, text).json()["regions"] == ["APAC"]
        users.write_text(before.replace("  bruno:", "  other:"), encoding="utf-8")
        assert me(client, text).status_code == 401


def test_a_users_file_that_cannot_be_read_lets_nobody_in_and_says_no_path(
    keys, clock, visit, tmp_path
):
    text = made(keys, clock).text
    (tmp_path / "state/users.yaml").write_text("users: [", encoding="utf-8")
    with visit() as client:
        answer = me(client, text)
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_the_last_use_is_written_at_most_once_a_minute(keys, clock, visit):
    text, began = made(keys, clock).text, clock()
    with visit() as client:
        for seconds, noted in ((0, 0), (59, 0), (60, 60), (100, 60)):
            clock.at = began + timedelta(seconds=seconds)
            me(client, text)
            assert keys.all()[-1].used_at == began + timedelta(seconds=noted)


def test_a_session_reads_by_its_cookie_and_changes_with_the_pages_token(keys, clock, visit):
    with signed_in(visit(), made(keys, clock).text) as client:
        assert client.get("/me").json()["id"] == "engineer"
        refused = client.post("/runs", json={"text": SURVEY, "plan_only": True})
        forged = client.post("/runs", json={"text": SURVEY}, headers={CSRF_HEADER: "0" * 64})
        token = client.cookies[CSRF_COOKIE]
        taken = client.post(
            "/runs", json={"text": SURVEY, "plan_only": True}, headers={CSRF_HEADER: token}
        )
    assert (refused.status_code, forged.status_code, taken.status_code) == (400, 400, 202)


def test_the_cookie_of_a_session_is_out_of_reach_for_scripts_and_other_sites(keys, clock, visit):
    with visit() as client:
        answer = client.post("/session", json={"key": made(keys, clock).text})
    session, token = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in session
    assert "HttpOnly" not in token
    assert "SameSite=strict" in session
    assert "SameSite=strict" in token


def test_a_session_ends_when_it_is_closed_or_its_key_is_revoked(keys, clock, visit):
    new = made(keys, clock)
    with signed_in(visit(), new.text) as one, signed_in(visit(), new.text) as other:
        cookies = dict(one.cookies)
        closed = one.delete("/session", headers={CSRF_HEADER: one.cookies[CSRF_COOKIE]})
        assert closed.status_code == 204
        one.cookies.update(cookies)
        assert one.get("/me").status_code == 401
        assert other.get("/me").status_code == 200
        keys.revoke(new.key.id, by="operator", at=clock())
        assert other.get("/me").status_code == 401


def test_a_session_does_not_outlive_its_key(keys, clock, visit):
    new = made(keys, clock, expires_at=clock() + timedelta(hours=1))
    with signed_in(visit(), new.text) as client:
        clock.at += timedelta(hours=1)
        assert client.get("/me").status_code == 401


def test_a_login_opens_one_session_on_this_machine_and_nothing_else(keys, clock, visit):
    until = clock() + timedelta(minutes=10)
    before = keys.all()
    text = made(keys, clock, kind="login", expires_at=until).text
    with visit(("192.0.2.7", 1)) as elsewhere, visit() as client:
        assert elsewhere.post("/session", json={"key": text}).status_code == 401
        assert me(client, text).status_code == 401
        signed_in(client, text)
        assert client.get("/me").json()["id"] == "engineer"
        assert client.post("/session", json={"key": text}).status_code == 401
    assert keys.all() == before


def test_who_joined_the_users_file_meanwhile_can_have_a_case_in_hand(keys, clock, door, visit):
    house = House(door.state.served.parts, door)
    case_id = house.case("EU")
    users = door.state.served.parts.settings.config / "users.yaml"
    newcomer = "  nora: {roles: [quality_engineer], regions: [EU]}\n"
    users.write_text(users.read_text(encoding="utf-8") + newcomer, encoding="utf-8")
    with signed_in(visit(), made(keys, clock).text) as client:
        headers = {CSRF_HEADER: client.cookies[CSRF_COOKIE]}
        path = f"/cases/{case_id}/owner"
        told = client.post(path, json={"owner": "nora"}, headers=headers)
    assert told.status_code == 200, told.text
    assert told.json()["case"]["owner"] == "nora"


def test_a_session_opens_no_further_session(keys, clock, visit):
    with signed_in(visit(), made(keys, clock).text) as client:
        text = client.cookies[SESSION_COOKIE]
        assert client.post("/session", json={"key": text}).status_code == 401
        client.cookies.clear()
        assert me(client, text).status_code == 401


def test_giving_and_taking_a_key_stands_in_the_audit(keys, clock, door):
    new = made(keys, clock)
    for _ in range(2):
        keys.revoke(new.key.id, by="lena", at=clock())
    with door.state.served.parts.ledger.read() as connection:
        found = [(one.by, one.action) for one in entries(connection, subject=new.key.id)]
    assert found == [("operator", "key.made"), ("lena", "key.revoked")]


def test_the_operator_gives_lists_and_takes_keys_at_the_terminal(ready):
    new = ready("keys", "add", "engineer", "--name", "notebook", "--days", "30", "--json").json
    assert new["key"].startswith(f"andon_{new['id']}_")
    listed = ready("keys", "list")
    assert new["id"] in listed.out
    assert "notebook" in listed.out
    assert "holds until 2026-12-22, never used" in listed.out
    assert new["key"] not in listed.out
    assert "revoked 2026-11-22" in ready("keys", "revoke", new["id"]).out
    assert json.dumps(new["key"]) not in ready("audit", "list", "--json").out
    shown = ready("keys", "add", "engineer", "--name", "page")
    assert shown.out.startswith("andon_k")
    assert "once" in shown.err


def test_without_a_hub_of_ones_own_the_keys_are_those_of_the_demo(ready, place, monkeypatch):
    (place / "demo").mkdir()
    for name in ("hub", "state"):
        (place / name).rename(place / "demo" / name)
        monkeypatch.delenv(f"ANDON_{name.upper()}")
    new = ready("keys", "add", "maria", "--name", "laptop", "--json").json
    assert new["principal_id"] == "maria"
    monkeypatch.setenv("ANDON_HUB", str(place / "demo/hub"))
    monkeypatch.setenv("ANDON_STATE", str(place / "demo/state"))
    assert new["id"] in ready("keys", "list").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "nobody", "--name", "x"), 4),
        (("add", "engineer"), 2),
        (("add", "engineer", "--name", "x" * 81), 2),
        (("add", "engineer", "--name", "x", "--days", "0"), 2),
        (("add",), 2),
        (("revoke",), 2),
        (("revoke", "k0000000000"), 6),
        (("list", "engineer"), 2),
        (("give",), 2),
    ],
)
def test_what_is_wrong_at_the_terminal_is_said(ready, arguments, code):
    ran = ready("keys", *arguments)
    assert ran.code == code
    assert "next:" in ran.err
