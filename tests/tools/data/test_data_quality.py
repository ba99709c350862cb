from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.errors import NoData, UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from services.hub.schema import canonical
from tests.conftest import Rows, fill
from tools.data.data_quality import data_quality
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def load(load_id: str, day: int, path: str = "claims.csv", **more: Any) -> dict[str, Any]:
    counts = {"read": 10, "accepted": 7, "duplicate": 1, "quarantined": 2}
    at = datetime(2026, 3, day, tzinfo=UTC)
    return {"load_id": load_id, "path": path, "table": "*", "loaded_at": at} | counts | more


def reject(load_id: str, line: int, rule: str = "range", table: str = "claims") -> dict[str, Any]:
    reason = f"{rule} in line {line}"
    return {
        "load_id": load_id,
        "file": "claims.csv",
        "line": line,
        "table": table,
        "rule": rule,
        "reason": reason,
    }


def claim(number: int, day: int, **more: Any) -> dict[str, Any]:
    reported = datetime(2026, 3, day, tzinfo=UTC)
    return {"claim_id": f"C-{number}", "country": "DE", "reported_at": reported} | more


BOOKS: Rows = {
    "loads": [load("L-1", 1), load("L-1", 1, table="claims")],
    "quarantine": [reject("L-1", 4), reject("L-1", 5)],
}
WORLD: Rows = BOOKS | {
    "markets": [{"country": "DE", "region": "EU"}, {"country": "US", "region": "NA"}],
    "models": [{"model_id": "M"}],
    "units": [{"serial": "A", "model_id": "M", "built_at": datetime(2026, 1, 1, tzinfo=UTC)}],
    "claims": [
        claim(1, 2, serial="A", cost=3.0),
        claim(2, 3, country="US", serial="B"),
        claim(3, 5, country="US"),
        claim(4, 11, country="US"),
    ],
}


def judge(context: ToolContext, *tables: str, **question: Any) -> Evidence:
    return run_tool(data_quality, {"tables": list(tables), **question}, context)


def test_rejected_rows_are_told_by_table_load_and_rule(ask_stocked: Ask) -> None:
    (breach,) = judge(ask_stocked()).result["rules"]
    assert (breach["table"], breach["load_id"], breach["rule"]) == ("claims", "L-TEST", "range")
    assert breach["rows"] == 2
    assert breach["share"] == 0.2
    assert breach["example_reason"] == "range in line 4"


def test_the_headline_adds_up_to_the_rows_read(ask_stocked: Ask) -> None:
    found = judge(ask_stocked())
    head = found.result["headline"]
    assert head["read"] == head["accepted"] + head["duplicate"] + head["quarantined"] == 10
    assert head["quarantined_share"] == 0.2
    assert "many_rejected" in [note.code for note in found.warnings]
    assert found.excluded[0].rows == 2


def test_a_file_loaded_again_counts_once_unless_its_first_load_is_asked_for(
    hub: Hub, ask: Ask
) -> None:
    fill(hub, BOOKS, "L-1")
    fill(hub, {"loads": [load("L-2", 2, read=8, accepted=8, duplicate=0, quarantined=0)]}, "L-2")
    found = judge(ask())
    assert found.result["headline"]["read"] == 8
    assert found.result["rules"][0]["superseded"]
    assert found.excluded == ()
    first = judge(ask(), load_ids=["l-1"])
    assert first.result["headline"]["read"] == 10
    assert {one["load_id"] for one in first.result["loads"]} == {"L-1"}


def test_completeness_is_the_share_of_rows_with_a_value(ask_stocked: Ask) -> None:
    (claims,) = judge(ask_stocked(), "claims").result["tables"]
    assert claims["completeness"]["serial"] == 0.5
    assert claims["completeness"]["claim_id"] == 1
    assert claims["completeness"]["symptom_code"] == 0


def test_a_column_hidden_from_the_asker_is_not_called_empty(ask_stocked: Ask) -> None:
    (claims,) = judge(ask_stocked(classes=("public", "internal")), "claims").result["tables"]
    assert claims["hidden_columns"] == ["cost"]
    assert "cost" not in claims["completeness"]


def test_a_table_is_as_old_as_its_newest_row(ask_stocked: Ask) -> None:
    (claims,) = judge(ask_stocked(as_of=date(2026, 3, 21)), "claims").result["tables"]
    assert claims["age_days"] == 10
    assert claims["last_on"] == "2026-03-11"


def test_rows_after_the_as_of_date_are_not_judged(ask_stocked: Ask) -> None:
    (claims,) = judge(ask_stocked(as_of=date(2026, 3, 4)), "claims").result["tables"]
    assert claims["rows"] == 2


def test_rows_that_refer_to_nothing_are_counted_as_orphans(ask_stocked: Ask) -> None:
    orphans = judge(ask_stocked(), "claims").result["orphans"]
    assert orphans == [{"table": "claims", "column": "serial", "refers_to": "units", "rows": 1}]


def test_every_reference_of_the_schema_is_looked_after(hub: Hub, ask: Ask) -> None:
    references = {
        (table.name, column.name, column.references.table)
        for table in canonical().values()
        for column in table.columns
        if column.references
    }
    dangling: Rows = {}
    for table, column, _ in references:
        dangling.setdefault(table, [{}])[0][column] = "NOBODY"
    for own, kept in (("units", "serial"), ("part_lots", "lot_id")):
        dangling[own][0][kept] = "OTHER"
    fill(hub, dangling)
    found = judge(ask()).result["orphans"]
    assert {(one["table"], one["column"], one["refers_to"]) for one in found} == references
    assert {one["rows"] for one in found} == {1}


def test_a_unit_built_after_the_as_of_date_is_no_missing_one(hub: Hub, ask: Ask) -> None:
    fill(hub, WORLD | {"unit_parts": [{"serial": "A", "part_id": "P", "lot_id": "L"}]})
    found = judge(ask(as_of=date(2025, 12, 1)), "unit_parts").result["orphans"]
    assert {one["column"] for one in found} == {"part_id", "lot_id"}


def test_a_regional_asker_gets_no_orphan_count_rather_than_a_wrong_one(ask_stocked: Ask) -> None:
    found = judge(ask_stocked(regions=("EU",)))
    assert found.result["orphans"] is None
    assert "limited_scope" in [note.code for note in found.warnings]
    assert [rule["example_reason"] for rule in found.result["rules"]] == [None]


def test_a_regional_asker_sees_the_completeness_of_their_rows(ask_stocked: Ask) -> None:
    (claims,) = judge(ask_stocked(regions=("EU",)), "claims").result["tables"]
    assert claims["rows"] == 1
    assert claims["completeness"]["serial"] == 1


def test_a_column_that_an_export_lost_is_told_as_drift(hub: Hub, ask: Ask) -> None:
    first = load("L-1", 1, table="claims", ignored_columns='["remark"]', encoding="utf-8")
    second = load("L-2", 2, table="claims", ignored_columns='["colour", "remark"]', encoding="gbk")
    second["missing_columns"] = '["symptom_code"]'
    for one in (first, second):
        fill(hub, {"loads": [one]}, str(one["load_id"]))
    found = judge(ask())
    drift = {one["kind"]: (one["before"], one["after"]) for one in found.result["drift"]}
    assert drift == {
        "ignored column": ([], ["colour"]),
        "missing column": ([], ["symptom_code"]),
        "encoding": (["utf-8"], ["gbk"]),
    }
    assert "schema_drift" in [note.code for note in found.warnings]


def test_the_same_columns_in_another_order_are_no_drift(hub: Hub, ask: Ask) -> None:
    fill(hub, {"loads": [load("L-1", 1, ignored_columns='["b", "a"]')]}, "L-1")
    fill(hub, {"loads": [load("L-2", 2, ignored_columns='["a", "b"]')]}, "L-2")
    assert judge(ask()).result["drift"] == []


def test_a_hub_without_anything_has_no_quality(hub: Hub, ask: Ask) -> None:
    with pytest.raises(NoData, match="no rows and no loads"):
        judge(ask())


@pytest.mark.parametrize("question", [{"tables": ["claimz"]}, {"load_ids": ["L-TES"]}])
def test_an_unknown_table_or_load_is_refused(
    ask_stocked: Ask, question: dict[str, list[str]]
) -> None:
    with pytest.raises(UnknownName) as caught:
        run_tool(data_quality, question, ask_stocked())
    assert caught.value.near


def test_the_summary_names_the_worst_rule_and_stays_short(ask_stocked: Ask) -> None:
    found = judge(ask_stocked())
    assert "claims range 2" in found.summary
    assert "2 quarantined (20.00%)" in found.summary
    assert len(found.summary) <= 400
