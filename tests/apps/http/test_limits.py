"""What keeps a server polite and safe: sizes, rates, names, headers, and errors of one shape."""

import itertools
import socket
from collections.abc import Iterator

import httpx
import pytest

from apps.http.failures import TooMany
from apps.http.limits import BODY_BYTES, Buckets
from tests.apps.http.live_server import SURVEY, Live, servers

HUGE = b'{"text": "' + b"x" * 10_000_000 + b'"}'


@pytest.fixture(scope="module")
def server(house, tmp_path_factory) -> Iterator[Live]:
    """One server for all tests that leave it as it is."""
    with servers(house, tmp_path_factory.mktemp("limits")) as start:
        yield start(hosts=("127.0.0.1", "localhost", "::1"), requests_at_once=10_000)


@pytest.fixture(scope="module")
def client(server) -> httpx.Client:
    return server.client()


def pieces(body: bytes):
    for start in range(0, len(body), 50_000):
        yield body[start : start + 50_000]


def raw(server: Live, text: str) -> bytes:
    """What the server answers to bytes as they are."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(text.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


@pytest.mark.parametrize("body", [b"{", b"", b'{"text": "a"', b"\xff\xfe", b"[" * 100_000, b"NaN"])
@pytest.mark.parametrize("path", ["/runs", "/v1/chat/completions", "/session"])
def test_malformed_json_is_told_in_the_houses_words(client, path, body):
    answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["schema"] == "andon.error/1"
    assert answer.json()["holds"] == "nothing was begun"


@pytest.mark.parametrize("path", ["/runs", "/v1/chat/completions", "/session"])
@pytest.mark.parametrize("body", [HUGE, pieces(HUGE)], ids=["said", "unsaid"])
def test_a_message_of_ten_megabytes_is_refused_whether_its_length_is_said_or_not(
    server, path, body
):
    content = body if isinstance(body, bytes) else pieces(HUGE)
    with server.client() as client:
        answer = client.post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"
        assert client.get("/healthz").status_code == 200


def test_a_body_just_within_the_limit_is_read(client):
    frame = len(b'{"text": ""}')
    text = "x" * (BODY_BYTES - frame)
    assert client.post("/runs", json={"text": "x"}).status_code == 202
    answer = client.post("/runs", content=f'{{"text": "{text}"}}'.encode())
    assert answer.status_code != 413


def test_who_asks_too_fast_hears_when_to_come_again(live):
    server = live(runs_per_minute=6, runs_at_once=2)
    with server.client() as client, server.client("lena") as other:
        asked = {"text": SURVEY, "plan_only": True}
        answers = [client.post("/runs", json=asked) for _ in range(3)]
        assert [one.status_code for one in answers] == [202, 202, 429]
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
        assert answers[-1].json()["code"] == "too_many_requests"
        assert other.post("/runs", json=asked).status_code == 202
        assert client.get("/me").status_code == 200


def test_every_kind_of_request_counts_against_the_common_limit(live):
    server = live(requests_per_second=0.1, requests_at_once=3)
    with server.client() as client:
        assert [client.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert client.get("/healthz").status_code == 200


def test_a_bucket_fills_again_with_time_and_never_over():
    now = [0.0]
    buckets = Buckets(2.0, 3, clock=lambda: now[0])

    def left() -> int:
        for taken in itertools.count():
            try:
                buckets.take("a")
            except TooMany:
                return taken
        raise AssertionError

    assert left() == 3
    now[0] += 0.5
    assert left() == 1
    now[0] += 3600
    assert left() == 3


@pytest.mark.parametrize("path", ["/healthz", "/me", "/nothing", "/openapi.json", "/threads"])
def test_every_answer_keeps_a_browser_from_doing_more_than_it_should(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "server" not in headers


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "", "[::2]:80"])
def test_a_name_that_is_not_its_own_is_not_answered(client, name):
    answer = client.get("/healthz", headers={"Host": name})
    assert answer.status_code in (400, 421)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:8321", "LOCALHOST:1", "[::1]:8321"])
def test_its_own_names_are_answered_with_any_port(client, name):
    assert client.get("/healthz", headers={"Host": name}).status_code == 200


def test_a_request_without_any_name_is_not_answered(server):
    answer = raw(server, "GET /healthz HTTP/1.0\r\n\r\n")
    assert answer.split(b" ", 2)[1] in (b"400", b"421")


def test_forwarded_headers_are_not_believed(server):
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    with httpx.Client(base_url=server.url) as client:
        answer = client.post("/session", json={"key": server.key()}, headers=claims)
    assert answer.status_code == 204
    assert "Secure" not in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("DELETE", "/runs", 405), ("PUT", "/me", 405)],
)
def test_what_is_not_there_is_told_in_the_houses_words(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["schema"] == "andon.error/1"


def test_a_server_that_is_alive_and_one_that_is_ready_say_so_without_a_key(server):
    with httpx.Client(base_url=server.url) as anybody:
        assert anybody.get("/healthz").json() == {"status": "ok"}
        assert anybody.get("/readyz").json() == {
            "ready": True,
            "server": "ok",
            "hub": "ok",
            "database": "ok",
            "worker": "none",
        }


def test_a_server_whose_hub_is_gone_is_not_ready_and_says_what_fails(server, monkeypatch):
    from domain.errors import HubUnavailable

    def gone() -> None:
        raise HubUnavailable("gone")

    monkeypatch.setattr(server.here.parts.hub, "newest", gone)
    answer = httpx.get(f"{server.url}/readyz")
    assert answer.status_code == 503
    assert (answer.json()["hub"], answer.json()["database"]) == ("failing", "ok")
    assert httpx.get(f"{server.url}/healthz").status_code == 200
