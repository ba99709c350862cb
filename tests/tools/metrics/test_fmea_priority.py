from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.errors import InvalidArgument, UnknownName
from domain.records.cause import Condition
from domain.records.evidence import Evidence
from memory.bundle import Memory
from memory.casebook import Casebook
from memory.cases import Sign
from memory.evidence import EvidenceStore
from memory.ledger import Ledger
from services.database import open_database
from services.policy.actions import ActionPolicy
from tests.conftest import fill
from tools.metrics.fmea_priority import fmea_priority
from tools.runner import run_tool
from tools.tool import ToolContext

SOLD, FAILING = 400, 12
BUILT = datetime(2026, 1, 5, tzinfo=UTC)
WORLD = {
    "models": [{"model_id": "65Q8", "family": "TV"}],
    "codes": [
        {"code": code, "kind": "symptom", "name": code.lower()} for code in ("NOISE", "NO_POWER")
    ],
    "units": [
        {
            "serial": f"U{i}",
            "model_id": "65Q8",
            "built_at": BUILT,
            "country": "DE",
            "sold_on": date(2026, 2, 1),
        }
        for i in range(SOLD)
    ],
    "claims": [
        {
            "claim_id": f"K{i}",
            "serial": f"U{i % FAILING}",
            "model_id": "65Q8",
            "country": "DE",
            "failed_at": datetime(2026, 5, 1, tzinfo=UTC),
            "reported_at": datetime(2026, 5, 2 + i, tzinfo=UTC),
            "symptom_code": "NOISE",
        }
        for i in range(FAILING + 3)
    ],
    "markets": [{"country": "DE", "region": "EU"}],
}


def row(severity: int, occurrence: int, detection: int, **more: Any) -> dict[str, Any]:
    ratings = {"severity": severity, "occurrence": occurrence, "detection": detection}
    cause = f"cause {severity} {occurrence} {detection}"
    words = {"function": "cool", "failure_mode": "noise", "effect": "no sleep", "cause": cause}
    return {**words, **ratings, **more}


@pytest.fixture
def rated(ask_stocked: Callable[..., ToolContext]) -> Callable[..., Evidence]:
    def call(*rows: dict[str, Any], **more: Any) -> Evidence:
        return run_tool(fmea_priority, {"rows": rows, **more}, ask_stocked())

    return call


def test_rows_stand_by_priority_and_not_by_the_product_of_ratings(rated) -> None:
    found = rated(row(2, 10, 10), row(8, 6, 2), row(10, 1, 10)).result
    assert [one["priority"] for one in found["rows"]] == ["H", "M", "L"]
    assert [one["rpn_not_used"] for one in found["rows"]] == [96, 200, 100]
    assert (found["high"], found["medium"], found["low"]) == (1, 1, 1)


def test_a_row_says_which_bands_gave_its_priority(rated) -> None:
    first = rated(row(8, 6, 2)).result["rows"][0]
    bands = (first["severity_band"], first["occurrence_band"], first["detection_band"])
    assert bands == ("7-8", "6-7", "2-4")


def test_a_rating_that_the_field_contradicts_is_pointed_out_and_left_as_it_is(rated) -> None:
    found = rated(row(7, 2, 4, symptom="noise"))
    one = found.result["rows"][0]
    assert (one["row"]["occurrence"], one["priority"]) == (2, "L")
    assert one["field"]["units_failing"] == FAILING
    assert one["field"]["per_thousand"]["estimate"] == pytest.approx(30)
    # lower bound 15.6 in 1,000: occurrence 7
    assert (one["field"]["occurrence_at_least"], one["priority_by_field"]) == (7, "H")
    assert one["occurrence_contradicted"]
    assert "occurrence_contradicted" in {note.code for note in found.warnings}


def test_a_rating_that_the_field_bears_out_is_not_contradicted(rated) -> None:
    found = rated(row(7, 8, 4, symptom="NOISE"))
    assert not found.result["rows"][0]["occurrence_contradicted"]
    assert {note.code for note in found.warnings} == {"draft"}


def test_no_claim_for_a_symptom_is_a_rate_of_zero_with_its_upper_bound(rated) -> None:
    seen = rated(row(7, 2, 4, symptom="NO_POWER")).result["rows"][0]["field"]
    assert (seen["units_failing"], seen["occurrence_at_least"]) == (0, 2)
    assert seen["per_thousand"]["high"] > 5


def test_without_claims_on_record_the_field_says_nothing(ask: Callable[..., ToolContext], hub):
    fill(hub, {"codes": WORLD["codes"], "units": WORLD["units"]})
    found = run_tool(fmea_priority, {"rows": [row(7, 2, 4, symptom="NOISE")]}, ask())
    assert found.result["rows"][0]["field"] is None
    assert "no_field_data" in {note.code for note in found.warnings}


def test_a_count_that_could_point_at_a_person_is_hidden(ask: Callable[..., ToolContext], hub):
    fill(hub, {**WORLD, "claims": WORLD["claims"][:3]})
    context = ask(classes=("internal",))
    found = run_tool(fmea_priority, {"rows": [row(7, 2, 4, symptom="NOISE")]}, context)
    seen = found.result["rows"][0]["field"]
    assert (seen["units_failing"], seen["per_thousand"]) == (None, None)


def test_past_cases_of_the_symptom_are_linked(
    ask_stocked: Callable[..., ToolContext], tmp_path: Path
) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    ledger = Ledger(open_database(tmp_path / "book.sqlite"))
    book = Casebook(ledger, ActionPolicy.default(), lambda: at)
    memory = Memory(evidence=EvidenceStore(ledger.engine), casebook=book)
    context = replace(ask_stocked(), memory=memory)
    maria = context.principal.model_copy(update={"id": "maria", "roles": ("quality_engineer",)})
    opened = [
        book.open(sign(symptom, at), maria, "R-TEST").case_id for symptom in ("NOISE", "NO_POWER")
    ]
    found = run_tool(fmea_priority, {"rows": [row(7, 2, 4, symptom="NOISE")]}, context)
    linked = found.result["rows"][0]["past_cases"]
    assert [one["case_id"] for one in linked] == opened[:1]
    assert linked[0]["knowledge_id"] is None


def sign(symptom: str, at: datetime) -> Sign:
    return Sign(
        key=f"field/{symptom}", name=f"alarm {symptom}", kind="field", symptom=symptom,
        where=Condition(model_id=("65Q8",)), severity=2, regions=("EU",), aware_at=at, body={},
    )  # fmt: skip


def test_the_same_cause_twice_is_refused(rated) -> None:
    with pytest.raises(InvalidArgument, match="rows 1 and 2"):
        rated(row(8, 6, 2), row(8, 6, 2))


@pytest.mark.parametrize("wrong", [0, 11, 5.5, True])
def test_a_rating_off_the_scale_is_refused(rated, wrong: object) -> None:
    with pytest.raises(InvalidArgument, match="severity"):
        rated({**row(8, 6, 2), "severity": wrong})


def test_an_unknown_symptom_offers_near_ones(rated) -> None:
    with pytest.raises(UnknownName) as refused:
        rated(row(8, 6, 2, symptom="NOIZE"))
    assert "NOISE" in refused.value.near
