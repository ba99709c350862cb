"""A client believes an answer that fits its question, asks again where that helps, and gives up."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import respx

from services.vision.adapters.andon import AndonAdapter
from services.vision.client import waited
from services.vision.errors import (
    VisionBusy,
    VisionPaused,
    VisionRejected,
    VisionTimedOut,
    VisionUnreachable,
    VisionUnreadable,
)
from services.vision.settings import Patience
from tests.services.vision.vision_parts import IMAGE, URL, Clock, Waits, client, request

ANSWER: dict[str, Any] = {
    "request_id": "I-1",
    "serial": "SN-1",
    "verdict": "OK",
    "score": 0.1,
    "threshold": 0.4,
    "threshold_id": "V-AAAAAAAAAA",
    "threshold_model_version": "7",
    "model": "golden:ST-A",
    "model_version": "7",
}
ADAPTER = AndonAdapter("line1", "hush")


@pytest.fixture
def server() -> Iterator[respx.Route]:
    with respx.mock:
        yield respx.post(f"{URL}v1/inspect")


def asked(**more: Any) -> Any:
    return waited(client(ADAPTER, **more).inspect(request(), IMAGE))


def test_an_answer_that_fits_is_believed(server: respx.Route) -> None:
    server.respond(json=ANSWER)
    assert asked().verdict == "OK"
    sent = server.calls.last.request
    assert sent.headers["Idempotency-Key"] == "I-1"
    assert sent.headers["Authorization"] == "Bearer hush"


def test_a_newer_server_may_say_more(server: respx.Route) -> None:
    server.respond(json={**ANSWER, "mood": "fine"})
    assert asked().score == 0.1


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_busy_server_is_asked_again_with_the_same_key(server: respx.Route, status: int) -> None:
    server.side_effect = [httpx.Response(status), httpx.Response(200, json=ANSWER)]
    assert asked().verdict == "OK"
    assert {call.request.headers["Idempotency-Key"] for call in server.calls} == {"I-1"}
    assert server.call_count == 2


def test_a_server_that_asks_to_wait_is_waited_for(server: respx.Route) -> None:
    waits = Waits()
    server.side_effect = [
        httpx.Response(429, headers={"Retry-After": "2"}),
        httpx.Response(200, json=ANSWER),
    ]
    asked(waits=waits)
    assert waits.seconds == [2.0]


def test_a_server_that_asks_to_wait_until_a_moment_is_waited_for(server: respx.Route) -> None:
    waits = Waits()
    moment = "Fri, 20 Nov 2026 08:00:03 GMT"
    server.side_effect = [
        httpx.Response(503, headers={"Retry-After": moment}),
        httpx.Response(200, json=ANSWER),
    ]
    asked(waits=waits)
    assert waits.seconds == [3.0]


def test_a_server_that_asks_to_wait_longer_than_there_is_time_is_not_waited_for(
    server: respx.Route,
) -> None:
    server.respond(429, headers={"Retry-After": "600"})
    waits = Waits()
    with pytest.raises(VisionBusy):
        asked(waits=waits)
    assert (server.call_count, waits.seconds) == (1, [])


def test_a_lost_connection_is_tried_again_and_then_told(server: respx.Route) -> None:
    server.side_effect = httpx.ConnectError("no route")
    with pytest.raises(VisionUnreachable, match="ConnectError") as told:
        asked()
    assert server.call_count == 3
    assert "neither OK nor NG" in told.value.holds
    assert told.value.next_step


def test_a_refused_key_is_not_tried_again(server: respx.Route) -> None:
    server.respond(401)
    with pytest.raises(VisionRejected, match="401"):
        asked()
    assert server.call_count == 1


def test_a_web_page_is_no_answer(server: respx.Route) -> None:
    server.respond(html="<html>Sign in to the proxy</html>")
    with pytest.raises(VisionUnreadable, match="a web page, not JSON") as told:
        asked()
    assert "proxy" not in str(told.value.to_json())


@pytest.mark.parametrize("missing", ["serial", "verdict", "score", "model_version", "request_id"])
def test_an_answer_that_lacks_a_field_is_no_answer(server: respx.Route, missing: str) -> None:
    server.respond(json={key: value for key, value in ANSWER.items() if key != missing})
    with pytest.raises(VisionUnreadable, match=missing):
        asked()


@pytest.mark.parametrize("score", ["NaN", "Infinity", '"high"', "null"])
def test_a_score_that_is_no_number_is_no_answer(server: respx.Route, score: str) -> None:
    text = json.dumps(ANSWER).replace('"score": 0.1', f'"score": {score}')
    server.respond(text=text)
    with pytest.raises(VisionUnreadable, match="score"):
        asked()


@pytest.mark.parametrize(
    ("field", "value"), [("serial", "SN-2"), ("request_id", "I-9")], ids=["serial", "request"]
)
def test_an_answer_for_another_unit_or_request_is_thrown_away(
    server: respx.Route, field: str, value: str
) -> None:
    server.respond(json={**ANSWER, field: value})
    with pytest.raises(VisionUnreadable, match="answered"):
        asked()


def test_a_threshold_of_another_model_version_passes_nothing(server: respx.Route) -> None:
    server.respond(json={**ANSWER, "threshold_model_version": "6"})
    found = asked()
    assert found.verdict == "REVIEW"
    assert [one.code for one in found.warnings] == ["version_skew"]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"threshold_id": None}, "no_threshold"), ({"score": 0.9}, "contradiction")],
)
def test_an_ok_that_contradicts_itself_goes_to_a_person(
    server: respx.Route, more: dict[str, Any], code: str
) -> None:
    server.respond(json={**ANSWER, **more})
    found = asked()
    assert (found.verdict, found.warnings[0].code) == ("REVIEW", code)


def test_a_server_that_keeps_failing_is_left_alone_for_a_while(server: respx.Route) -> None:
    server.respond(500)
    clock = Clock()
    one = client(ADAPTER, clock=clock)
    with pytest.raises(VisionBusy):
        waited(one.inspect(request(), IMAGE))
    with pytest.raises(VisionPaused):
        waited(one.inspect(request(), IMAGE))
    assert server.call_count == 3
    clock.seconds = 31.0
    server.respond(json=ANSWER)
    assert waited(one.inspect(request(), IMAGE)).verdict == "OK"


def test_a_server_that_never_answers_ends_at_the_time_limit() -> None:
    patience = Patience(attempts=2, request_s=0.1, total_s=1.0)

    async def ask() -> int:
        came = 0

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal came
            came += 1
            await reader.read()
            writer.close()

        listening = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        one = client(ADAPTER, patience=patience, url=f"http://127.0.0.1:{port}/")
        try:
            with pytest.raises(VisionTimedOut, match="nothing came"):
                await one.inspect(request(), IMAGE)
        finally:
            listening.close()
        return came

    assert asyncio.run(ask()) == 2


def test_an_answer_that_drips_ends_at_the_total_time() -> None:
    patience = Patience(attempts=1, request_s=30.0, total_s=0.2)

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def ask() -> None:
        listening = await asyncio.start_server(dripping, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        one = client(ADAPTER, patience=patience, url=f"http://127.0.0.1:{port}/")
        try:
            with pytest.raises(VisionTimedOut):
                await one.inspect(request(), IMAGE)
        finally:
            listening.close()

    asyncio.run(ask())


def test_sync_callers_are_served_under_a_running_loop_too(server: respx.Route) -> None:
    server.respond(json=ANSWER)

    async def inside() -> str:
        return str(asked().verdict)

    assert asyncio.run(inside()) == "OK"


def test_no_text_of_a_call_or_request_holds_the_picture() -> None:
    call = ADAPTER.call(request(), IMAGE)
    from services.vision.adapters.andon import wired

    shown = f"{call} {call!r} {wired(request(), IMAGE)!r}"
    assert "iVBOR" not in shown
    assert "PNG" not in shown
    assert wired(request(), IMAGE).picture.base64 not in shown


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"valid_until": "2026-11-20T08:00:00Z"}, "threshold_void"),
        ({"warnings": [{"code": "calibration_void", "text": "GOLD-1"}]}, "contradiction"),
    ],
)
def test_an_ok_that_has_ended_or_is_doubted_by_its_server_goes_to_a_person(
    server: respx.Route, more: dict[str, Any], code: str
) -> None:
    server.respond(json={**ANSWER, **more})
    found = asked()
    assert (found.verdict, found.warnings[-1].code) == ("REVIEW", code)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        json.dumps({**ANSWER, "threshold": float("nan")}).encode(),
        json.dumps({**ANSWER, "threshold": float("inf")}).encode(),
        json.dumps({**ANSWER, "valid_until": "2030-01-01T00:00:00"}).encode(),
        json.dumps({**ANSWER, "defects": [{"kind": "A" * 5000, "confidence": 1}]}).encode(),
        json.dumps({**ANSWER, "warnings": [{"code": "x", "text": "A" * 5000}]}).encode(),
    ],
    ids=["deep", "nan", "infinite", "no_zone", "long_kind", "long_doubt"],
)
def test_an_answer_that_no_record_holds_is_thrown_away(server: respx.Route, content: bytes) -> None:
    server.respond(content=content)
    with pytest.raises(VisionUnreadable):
        asked()


def test_a_deep_refusal_is_a_refusal(server: respx.Route) -> None:
    server.respond(422, content=b"[" * 200_000)
    with pytest.raises(VisionRejected):
        asked()


def test_only_the_first_line_of_a_health_answer_is_waited_for() -> None:
    async def forever() -> AsyncIterator[bytes]:
        while True:
            yield b"x"

    class Endless(httpx.AsyncByteStream):
        def __aiter__(self) -> AsyncIterator[bytes]:
            return forever()

    with respx.mock:
        respx.get(f"{URL}healthz").respond(stream=Endless())
        assert waited(client(ADAPTER).ready()) is True


def test_why_our_own_server_is_unavailable_is_told(server: respx.Route) -> None:
    server.respond(503, json={"schema": "andon.error/1", "message": "the store is read-only"})
    with pytest.raises(VisionBusy, match="it said 503: the store is read-only"):
        asked()
