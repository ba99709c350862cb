"""What a server tells those who operate it."""

import asyncio
from typing import Any

from fastapi.testclient import TestClient

from apps.http.app import create_app
from apps.http.live_run import LiveRun
from apps.http.run_board import Begun
from domain.records.asked import Asked
from domain.records.event import Event
from tests.apps.http.conftest import NOW, Client, House


def figures(house: House) -> dict[str, float]:
    """The figures as Prometheus reads them, by name and labels."""
    answer = TestClient(house.app, client=("127.0.0.1", 50_000)).get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def asked(house: House, text: str) -> None:
    """One run from beginning to end, without data."""

    async def run() -> None:
        board = house.app.state.served.board
        parts = house.as_user("engineer")
        begun = board.start(Asked(text=text, plan_only=True), parts)
        await board.find(begun.run_id, parts.principal.id).over.wait()

    asyncio.run(run())


def test_figures_are_read_from_the_own_machine_or_with_a_key(house: House, client: Client) -> None:
    assert TestClient(house.app, client=("::1", 50_000)).get("/metrics").status_code == 200
    assert client("engineer").get("/metrics").status_code == 200
    stranger = TestClient(house.app, client=("192.0.2.9", 50_000))
    assert stranger.get("/metrics").status_code == 401
    proxied = TestClient(house.app, client=("127.0.0.1", 50_000))
    told = proxied.get("/metrics", headers={"X-Forwarded-For": "192.0.2.9"})
    assert told.status_code == 401


def test_requests_are_counted_by_route_and_status_and_not_by_name(
    house: House, client: Client
) -> None:
    case_id = house.case("EU")
    seen = 'andon_http_requests_total{method="GET",route="/cases/{case_id}",status="200"}'
    unseen = seen.replace("200", "404")
    before = figures(house)
    client("maria").get(f"/cases/{case_id}")
    client("bruno").get(f"/cases/{case_id}")
    client("bruno").get(f"/nowhere/{case_id}")
    after = figures(house)
    assert after[seen] - before.get(seen, 0) == 1
    assert after[unseen] - before.get(unseen, 0) == 1
    assert not [name for name in after if case_id in name or "nowhere" in name]


def test_what_waits_is_counted_when_somebody_looks(house: House) -> None:
    before = figures(house)
    house.proposal("block_stock", house.case("EU"))
    after = figures(house)
    assert after["andon_proposals_waiting"] - before["andon_proposals_waiting"] == 1
    assert after['andon_cases{state="open"}'] - before['andon_cases{state="open"}'] == 1
    assert {f'andon_jobs{{state="{one}"}}' for one in ("waiting", "running", "dead")} <= set(after)


def test_every_run_of_the_server_is_counted_when_it_ends(house: House) -> None:
    before = figures(house)
    asked(house, "What is the claim rate of the 65Q8?")
    after = figures(house)
    counted = [name for name in after if name.startswith("andon_runs_total")]
    assert sum(after[name] - before.get(name, 0) for name in counted) == 1
    name = "andon_run_seconds_count"
    assert after[name] - before[name] == 1
    assert after["andon_runs_at_work"] == 0


def test_a_run_is_counted_with_its_outcome_its_tools_and_its_model(house: House) -> None:
    before = figures(house)
    run = LiveRun(Begun("R-1", "T-1"), house.as_user("engineer"), "Why?")
    cost = {"model_requests": 2, "prompt_tokens": 900, "tool_calls": 2}
    told: list[tuple[Any, dict[str, Any]]] = [
        ("tool_call", {"tool": "claim_rate", "arguments": {"models": ["65Q8"]}}),
        ("tool_call", {"tool": "claim_rate", "arguments": {}}),
        ("answer", {"outcome": "partial", "cost": cost}),
    ]
    for seq, (kind, data) in enumerate(told):
        run.tell(Event(run_id="R-1", seq=seq, kind=kind, at=NOW, data=data))
    house.app.state.metrics.run_ended(run)
    after = figures(house)
    for name, more in (
        ('andon_runs_total{outcome="partial"}', 1),
        ('andon_tool_calls_total{tool="claim_rate"}', 2),
        ("andon_model_requests_total", 2),
        ("andon_model_prompt_tokens_total", 900),
    ):
        assert after[name] - before.get(name, 0) == more


def test_a_server_counts_for_itself_alone(house: House) -> None:
    other = create_app(house.parts)
    with_others = TestClient(other, client=("127.0.0.1", 50_000))
    assert "andon_http_requests_total{" not in with_others.get("/metrics").text
