from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.errors import NoData, UnknownName
from services.hub.hub import Hub
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


def fill_one_load(hub: Hub, rows: Rows | None = None) -> None:
    loads = [load("L-1", 1), load("L-1", 1, table="claims")]
    rejects = [reject("L-1", 4), reject("L-1", 5)]
    fill(hub, {"loads": loads}, "L-1")
    fill(hub, {"quarantine": rejects} | (rows or {}), "L-1")


def test_rejected_rows_are_told_by_table_load_and_rule(hub: Hub, ask: Ask) -> None:
    fill_one_load(hub)
    (breach,) = run_tool(data_quality, {}, ask()).result["rules"]
    assert breach["table"] == "claims"
    assert breach["load_id"] == "L-1"
    assert breach["rows"] == 2
    assert breach["share"] == 0.2
    assert breach["example_reason"] == "range in line 4"


def test_the_headline_adds_up_to_the_rows_read(hub: Hub, ask: Ask) -> None:
    fill_one_load(hub)
    found = run_tool(data_quality, {}, ask())
    head = found.result["headline"]
    assert head["read"] == head["accepted"] + head["duplicate"] + head["quarantined"] == 10
    assert head["quarantined_share"] == 0.2
    assert "many_rejected" in [note.code for note in found.warnings]
    assert found.excluded[0].rows == 2


def test_a_file_loaded_again_counts_once_in_the_headline(hub: Hub, ask: Ask) -> None:
    fill_one_load(hub)
    fill(hub, {"loads": [load("L-2", 2, read=8, accepted=8, duplicate=0, quarantined=0)]}, "L-2")
    found = run_tool(data_quality, {}, ask())
    assert found.result["headline"]["read"] == 8
    assert found.result["rules"][0]["superseded"]
    assert found.excluded == ()


def test_one_load_can_be_judged_by_itself(hub: Hub, ask: Ask) -> None:
    fill_one_load(hub)
    fill(hub, {"loads": [load("L-2", 2, read=8)]}, "L-2")
    found = run_tool(data_quality, {"load_ids": ["l-1"]}, ask())
    assert found.result["headline"]["read"] == 10
    assert {one["load_id"] for one in found.result["loads"]} == {"L-1"}


def test_completeness_is_the_share_of_rows_with_a_value(hub: Hub, ask: Ask) -> None:
    fill(hub, {"claims": [claim(1, 2, serial="A"), claim(2, 3), claim(3, 4), claim(4, 5)]})
    (claims,) = run_tool(data_quality, {"tables": ["claims"]}, ask()).result["tables"]
    assert claims["completeness"]["serial"] == 0.25
    assert claims["completeness"]["claim_id"] == 1
    assert claims["completeness"]["symptom_code"] == 0


def test_a_column_hidden_from_the_asker_is_not_called_empty(hub: Hub, ask: Ask) -> None:
    fill(hub, {"claims": [claim(1, 2, cost=3.0)]})
    context = ask(classes=("public", "internal"))
    (claims,) = run_tool(data_quality, {"tables": ["claims"]}, context).result["tables"]
    assert claims["hidden_columns"] == ["cost"]
    assert "cost" not in claims["completeness"]


def test_a_stale_table_is_as_old_as_its_newest_row(hub: Hub, ask: Ask) -> None:
    fill(hub, {"claims": [claim(1, 2), claim(2, 11)]})
    found = run_tool(data_quality, {"tables": ["claims"]}, ask(as_of=date(2026, 3, 21)))
    assert found.result["tables"][0]["age_days"] == 10
    assert found.result["tables"][0]["last_on"] == "2026-03-11"


def test_rows_after_the_as_of_date_are_not_judged(hub: Hub, ask: Ask) -> None:
    fill(hub, {"claims": [claim(1, 2), claim(2, 11)]})
    found = run_tool(data_quality, {"tables": ["claims"]}, ask(as_of=date(2026, 3, 5)))
    assert found.result["tables"][0]["rows"] == 1


def test_rows_that_refer_to_nothing_are_counted_as_orphans(hub: Hub, ask: Ask) -> None:
    units = [{"serial": "A", "model_id": "M", "built_at": datetime(2026, 1, 1, tzinfo=UTC)}]
    claims = [claim(1, 2, serial="A"), claim(2, 3, serial="B"), claim(3, 4)]
    fill(hub, {"units": units, "claims": claims})
    orphans = run_tool(data_quality, {"tables": ["claims"]}, ask()).result["orphans"]
    assert orphans == [{"table": "claims", "column": "serial", "refers_to": "units", "rows": 1}]


def test_a_regional_asker_gets_no_orphan_count_rather_than_a_wrong_one(hub: Hub, ask: Ask) -> None:
    fill(hub, {"markets": [{"country": "DE", "region": "EU"}], "claims": [claim(1, 2, serial="B")]})
    found = run_tool(data_quality, {}, ask(regions=("EU",)))
    assert found.result["orphans"] is None
    assert [note.code for note in found.warnings] == ["limited_scope"]


def test_a_regional_asker_sees_the_completeness_of_their_rows(hub: Hub, ask: Ask) -> None:
    markets = [{"country": "DE", "region": "EU"}, {"country": "US", "region": "NA"}]
    claims = [claim(1, 2, serial="A"), claim(2, 2, country="US"), claim(3, 2, country="US")]
    fill(hub, {"markets": markets, "claims": claims})
    found = run_tool(data_quality, {"tables": ["claims"]}, ask(regions=("EU",)))
    assert found.result["tables"][0]["rows"] == 1
    assert found.result["tables"][0]["completeness"]["serial"] == 1


def test_a_column_that_an_export_lost_is_told_as_drift(hub: Hub, ask: Ask) -> None:
    first = load("L-1", 1, table="claims", ignored_columns='["remark"]', encoding="utf-8")
    second = load("L-2", 2, table="claims", ignored_columns='["colour", "remark"]', encoding="gbk")
    second["missing_columns"] = '["symptom_code"]'
    for one in (first, second):
        fill(hub, {"loads": [one]}, str(one["load_id"]))
    found = run_tool(data_quality, {}, ask())
    drift = {one["kind"]: (one["before"], one["after"]) for one in found.result["drift"]}
    assert drift == {
        "ignored column": ([], ["colour"]),
        "missing column": ([], ["symptom_code"]),
        "encoding": (["utf-8"], ["gbk"]),
    }
    assert "schema_drift" in [note.code for note in found.warnings]


def test_the_same_shape_twice_is_no_drift(hub: Hub, ask: Ask) -> None:
    for day in (1, 2):
        fill(hub, {"loads": [load(f"L-{day}", day, ignored_columns='["b", "a"]')]}, f"L-{day}")
    fill(hub, {"loads": [load("L-3", 3, ignored_columns='["a", "b"]')]}, "L-3")
    assert run_tool(data_quality, {}, ask()).result["drift"] == []


def test_a_hub_without_anything_has_no_quality(hub: Hub, ask: Ask) -> None:
    with pytest.raises(NoData, match="no rows and no loads"):
        run_tool(data_quality, {}, ask())


@pytest.mark.parametrize("question", [{"tables": ["claimz"]}, {"load_ids": ["L-9"]}])
def test_an_unknown_table_or_load_is_refused(
    hub: Hub, ask: Ask, question: dict[str, list[str]]
) -> None:
    fill_one_load(hub)
    with pytest.raises(UnknownName) as caught:
        run_tool(data_quality, question, ask())
    assert caught.value.near


def test_the_summary_names_the_worst_rule_and_stays_short(hub: Hub, ask: Ask) -> None:
    fill_one_load(hub, {"claims": [claim(1, 2, serial="B")]})
    found = run_tool(data_quality, {}, ask())
    assert "claims range 2" in found.summary
    assert "2 quarantined (20.00%)" in found.summary
    assert len(found.summary) <= 400
