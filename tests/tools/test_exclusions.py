from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from domain.records.evidence import Exclusion
from services.hub.hub import Hub
from tests.conftest import fill
from tools.exclusions import left_out, quarantined
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def load(load_id: str, path: str, table: str, day: int) -> dict[str, Any]:
    at = datetime(2026, 3, day, tzinfo=UTC)
    return {"load_id": load_id, "path": path, "table": table, "loaded_at": at}


def reject(load_id: str, file: str, line: int, table: str, rule: str = "range") -> dict[str, Any]:
    return {"load_id": load_id, "file": file, "line": line, "table": table, "rule": rule}


def test_rejected_rows_count_by_table_and_rule(hub: Hub, ask: Ask) -> None:
    fill(hub, {"loads": [load("L-1", "claims.csv", "claims", 1)]}, "L-1")
    rejects = [
        reject("L-1", "claims.csv", 2, "claims"),
        reject("L-1", "claims.csv", 3, "claims"),
        reject("L-1", "claims.csv", 4, "claims", "code"),
        reject("L-1", "units.csv", 2, "units"),
    ]
    fill(hub, {"quarantine": rejects}, "L-1")
    assert quarantined(ask(), ("claims",)) == (
        Exclusion(rule="quarantined claims: code", rows=1),
        Exclusion(rule="quarantined claims: range", rows=2),
    )


def test_a_file_loaded_again_counts_with_its_newest_load_only(hub: Hub, ask: Ask) -> None:
    loads = [load("L-1", "claims.csv", "claims", 1), load("L-2", "claims.csv", "claims", 2)]
    rejects = [reject("L-1", "claims.csv", line, "claims") for line in (2, 3, 4)]
    for one in loads:
        fill(hub, {"loads": [one]}, one["load_id"])
    fill(hub, {"quarantine": rejects}, "L-1")
    fill(hub, {"quarantine": [reject("L-2", "claims.csv", 3, "claims")]}, "L-2")
    assert quarantined(ask(), ("claims",)) == (Exclusion(rule="quarantined claims: range", rows=1),)


def test_a_line_of_no_table_counts_for_the_tables_its_file_feeds(hub: Hub, ask: Ask) -> None:
    fill(hub, {"loads": [load("L-1", "mixed.csv", "claims", 1)]}, "L-1")
    fill(hub, {"quarantine": [reject("L-1", "mixed.csv", 9, "*", "columns")]}, "L-1")
    assert quarantined(ask(), ("claims",)) == (Exclusion(rule="quarantined *: columns", rows=1),)
    assert quarantined(ask(), ("units",)) == ()


def test_an_empty_quarantine_excludes_nothing(hub: Hub, ask: Ask) -> None:
    assert quarantined(ask(), ("claims", "units")) == ()


def test_a_rule_that_left_out_no_row_is_not_mentioned() -> None:
    assert left_out(claims_without_unit=3, units_without_sale_date=0) == (
        Exclusion(rule="claims without unit", rows=3),
    )
