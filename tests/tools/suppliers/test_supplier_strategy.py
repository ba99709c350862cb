"""What a band means, and that it changes by a person's word and one step at a time."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import NoData, UnknownName
from domain.records.evidence import Evidence
from memory.proposals import Wish
from services.hub.hub import Hub
from services.policy.strategies import strategies
from tests.conftest import fill
from tests.tools.suppliers.conftest import NOW, Desk

LAST = date(2026, 11, 20)


def deliveries(supplier: str, part: str, rejected: int, late: int = 0) -> list[dict[str, Any]]:
    """Weekly deliveries of 500 pieces over 18 months."""
    return [
        {"delivery_id": f"{supplier}-{part}-{week}", "supplier_id": supplier, "part_id": part,
         "delivered_on": LAST - timedelta(days=7 * week),
         "promised_on": LAST - timedelta(days=7 * week + late),
         "quantity": 500, "rejected_quantity": rejected}
        for week in range(78)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    hub = Hub.create(tmp_path_factory.mktemp("rated") / "hub")
    once = {"supplier_id": "S-NEW", "part_id": "P-3", "delivered_on": LAST, "promised_on": LAST,
            "quantity": 200, "rejected_quantity": 1, "delivery_id": "one"}  # fmt: skip
    suppliers = [
        {"supplier_id": name, "name": called, "country": "DE", "language": "de"}
        for name, called in (("S-GOOD", "Gut"), ("S-BAD", "Schlecht"), ("S-NEW", "Neu"),
                             ("S-OWN", "Central warehouse"))
    ]  # fmt: skip
    rows = [
        *deliveries("S-GOOD", "P-1", 0),
        *deliveries("S-BAD", "P-1", 40, late=20),
        *deliveries("S-BAD", "P-2", 40, late=20),
        *deliveries("S-OWN", "P-3", 0),
        once,
    ]
    fill(hub, {"suppliers": suppliers, "deliveries": rows})
    return hub


@pytest.fixture
def rated(stocked: Hub, desk: Desk) -> Desk:
    snapshot = stocked.snapshot(desk.context.snapshot.scope, as_of=LAST)
    return replace(desk, context=replace(desk.context, snapshot=snapshot))


def asked(desk: Desk, supplier: str) -> Evidence:
    return desk.ask("supplier_strategy", supplier=supplier)


def test_a_good_supplier_gets_more_and_a_first_band_is_proposed(rated: Desk) -> None:
    found = asked(rated, "S-GOOD").result
    assert (found["status"], found["band"], found["change"]) == ("rated", "A", "first")
    assert found["measures"][0]["measure"] == "increase_share"
    assert found["single_source"] == []
    assert found["payload"]["band_before"] is None


def test_the_payload_is_what_propose_action_takes(rated: Desk) -> None:
    payload = asked(rated, "S-BAD").result["payload"]
    made = rated.ask("propose_action", kind="change_rating_band", payload=payload).result
    assert (made["state"], made["approvers"]) == ("proposed", ["supplier_manager"])
    assert payload["letter"]["language"] == "de"
    assert str(LAST + timedelta(days=strategies().rules.appeal_days)) in payload["letter"]["text"]


def test_a_band_in_force_moves_one_step_and_no_further(rated: Desk) -> None:
    payload = {"supplier_id": "S-BAD", "band_before": None, "band": "A", "reasons": ["start"]}
    made = rated.ask("propose_action", kind="change_rating_band", payload=payload).result
    rated.approve(made["proposal_id"])
    found = asked(rated, "S-BAD").result
    assert (found["band"], found["band_in_force"], found["strategy_of"]) == ("D", "A", "A")
    assert (found["change"], found["new_band"]) == ("step", "B")
    assert found["payload"]["band_before"] == "A"


def test_a_danger_lowers_a_band_at_once(rated: Desk) -> None:
    payload = {"supplier_id": "S-GOOD", "band_before": None, "band": "A", "reasons": ["start"]}
    made = rated.ask("propose_action", kind="change_rating_band", payload=payload).result
    rated.approve(made["proposal_id"])
    letter = {"language": "de", "subject": "SCAR", "text": "Bitte antworten."}
    due = {"D3": NOW.isoformat(), "D8": NOW.isoformat()}
    terms = {"policy": "house", "severity": 5, "started_at": NOW.isoformat()}
    scar = {"supplier_id": "S-GOOD", "part_id": "P-1", "symptom": "SMOKE", "due": due,
            "terms": terms, "letter": letter}  # fmt: skip
    book = rated.context.memory.casebook
    assert book is not None
    wish = Wish("danger", "issue_scar", scar)
    one = book.propose(wish, rated.context.principal, rated.context.snapshot.scope, "R")
    rated.approve(one.id)
    found = asked(rated, "S-GOOD").result
    assert (found["capped"], found["change"], found["new_band"]) == (True, "safety", "D")


def test_the_only_source_of_a_part_is_not_cut_before_there_is_a_second(rated: Desk) -> None:
    found = asked(rated, "S-BAD")
    sources = {one["part_id"]: one["single_source"] for one in found.result["parts"]}
    assert sources == {"P-1": False, "P-2": True}
    blocked = {one["measure"] for one in found.result["measures"] if one["blocked"]}
    assert blocked == {"reduce_share"}
    assert "single_source" in {one.code for one in found.warnings}


def test_one_bad_piece_in_two_hundred_gives_no_band_and_no_measure(rated: Desk) -> None:
    found = asked(rated, "S-NEW").result
    assert (found["status"], found["change"], found["payload"]) == ("too_few", "too_few", None)
    assert found["measures"] == []


def test_a_store_of_ours_has_no_strategy(rated: Desk) -> None:
    found = asked(rated, "S-OWN").result
    assert (found["status"], found["change"], found["payload"]) == ("internal", "internal", None)


def test_an_unknown_supplier_and_one_without_deliveries_are_told_apart(
    rated: Desk, desk: Desk
) -> None:
    with pytest.raises(UnknownName, match="S-99"):
        asked(rated, "S-99")
    with pytest.raises(NoData):
        desk.ask("supplier_strategy", supplier="S-1", last_on="2020-01-01")
