from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from domain.errors import UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from services.hub.schema import schema
from tests.conftest import Rows, fill
from tools.data.describe_hub import describe_hub
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def claim(number: int, country: str, day: int) -> dict[str, object]:
    reported = datetime(2026, 5, day, tzinfo=UTC)
    return {"claim_id": f"C-{number}", "country": country, "reported_at": reported, "cost": 5.0}


WORLD: Rows = {
    "markets": [{"country": "DE", "region": "EU"}, {"country": "US", "region": "NA"}],
    "models": [
        {"model_id": "65Q8", "family": "TV", "name": "Quantum"},
        {"model_id": "55Q7", "family": "TV"},
    ],
    "claims": [claim(1, "DE", 4), claim(2, "US", 9), claim(3, "DE", 20)],
    "feedback": [
        {
            "feedback_id": "F-1",
            "received_at": datetime(2026, 5, 2, tzinfo=UTC),
            "country": "DE",
            "language": "de",
        }
    ],
}


def contents(evidence: Evidence, table: str) -> dict[str, object]:
    found: dict[str, object] = next(
        one for one in evidence.result["tables"] if one["table"] == table
    )
    return found


def values(evidence: Evidence, dimension: str) -> list[str]:
    for one in evidence.result["dimensions"]:
        if one["dimension"] == dimension:
            return [value["id"] for value in one["values"]]
    return []


def test_tables_are_listed_with_their_rows_loads_and_days(hub: Hub, ask: Ask) -> None:
    fill(hub, WORLD)
    fill(hub, {"claims": [claim(4, "DE", 30)]}, "L-2")
    claims = contents(run_tool(describe_hub, {}, ask()), "claims")
    assert claims["rows"] == 4
    assert claims["loads"] == 2
    assert claims["first_on"] == "2026-05-04"
    assert claims["last_on"] == "2026-05-30"
    assert claims["key"] == ["claim_id"]


def test_a_table_that_records_no_time_has_no_days(ask_stocked: Ask) -> None:
    assert contents(run_tool(describe_hub, {}, ask_stocked()), "models")["first_on"] is None


def test_names_to_ask_about_are_listed_by_dimension(ask_stocked: Ask) -> None:
    found = run_tool(describe_hub, {}, ask_stocked())
    assert values(found, "model") == ["55Q7", "65Q8"]
    assert values(found, "family") == ["TV"]
    assert values(found, "language") == ["de"]
    assert values(found, "country") == ["DE", "US"]


def test_a_long_dimension_is_cut_but_its_total_is_given(hub: Hub, ask: Ask) -> None:
    fill(hub, {"parts": [{"part_id": f"P-{i:03}"} for i in range(60)]})
    (parts,) = run_tool(describe_hub, {}, ask()).result["dimensions"]
    assert parts["total"] == 60
    assert len(parts["values"]) == 50


def test_an_empty_hub_says_so_and_lists_every_table_as_empty(hub: Hub, ask: Ask) -> None:
    found = run_tool(describe_hub, {}, ask())
    assert set(found.result["empty"]) == set(schema())
    assert found.result["newest_on"] is None
    assert "holds no rows" in found.summary


def test_a_regional_asker_is_told_of_their_rows_only(ask_stocked: Ask) -> None:
    found = run_tool(describe_hub, {}, ask_stocked(regions=("NA",)))
    assert contents(found, "claims")["rows"] == 1
    assert values(found, "country") == ["US"]
    assert "feedback" in found.result["empty"]
    assert [note.code for note in found.warnings] == ["limited_scope"]


def test_rows_of_later_days_are_hidden_as_of_a_day(ask_stocked: Ask) -> None:
    found = run_tool(describe_hub, {}, ask_stocked(as_of=date(2026, 5, 10)))
    assert contents(found, "claims")["rows"] == 2
    assert found.result["as_of"] == "2026-05-10"


def test_the_dictionary_tells_type_class_and_what_a_column_refers_to(hub: Hub, ask: Ask) -> None:
    entries = run_tool(describe_hub, {"table": "Claims"}, ask()).result["dictionary"]
    by_name = {entry["column"]: entry for entry in entries}
    assert by_name["cost"]["data_class"] == "confidential"
    assert by_name["serial"]["means"].startswith("refers to units")
    assert "kept and counted" in by_name["serial"]["means"]
    assert by_name["claim_id"]["required"]
    assert "the key" in by_name["claim_id"]["means"]


def test_the_dictionary_says_which_columns_the_asker_cannot_see(hub: Hub, ask: Ask) -> None:
    found = run_tool(describe_hub, {"table": "claims"}, ask(classes=("public", "internal")))
    hidden = [entry["column"] for entry in found.result["dictionary"] if not entry["visible"]]
    assert hidden == ["cost"]


def test_an_unknown_table_is_refused_with_the_near_ones(hub: Hub, ask: Ask) -> None:
    with pytest.raises(UnknownName) as caught:
        run_tool(describe_hub, {"table": "claim"}, ask())
    assert "claims" in caught.value.near


def test_rejected_rows_are_counted_and_the_summary_stays_short(hub: Hub, ask: Ask) -> None:
    reject = {"load_id": "L-TEST", "file": "c.csv", "line": 3, "table": "claims", "rule": "code"}
    fill(hub, {**WORLD, "quarantine": [reject]})
    found = run_tool(describe_hub, {}, ask())
    assert [(one.rule, one.rows) for one in found.excluded] == [("quarantined claims: code", 1)]
    assert len(found.summary) <= 400
    assert "2 models" in found.summary
