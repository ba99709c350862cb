from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.errors import UnknownName
from domain.records.evidence import Evidence
from services.hub.hub import Hub
from tests.conftest import Rows, fill
from tools.data.rejected_rows import rejected_rows
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def load(path: str, day: int, table: str) -> dict[str, Any]:
    at = datetime(2026, 3, day, tzinfo=UTC)
    return {"path": path, "table": table, "sha256": path, "loaded_at": at}


def reject(file: str, line: int, rule: str, table: str) -> dict[str, Any]:
    reason = f"{rule} in line {line}"
    more = {"rule": rule, "reason": reason, "row": "sealed words"}
    return {"file": file, "line": line, "table": table} | more


FIRST: Rows = {
    "loads": [load("claims.csv", 1, "claims"), load("claims.csv", 1, "*")],
    "quarantine": [
        reject("claims.csv", 4, "range", "claims"),
        reject("claims.csv", 3, "range", "claims"),
        reject("claims.csv", 9, "quote", "*"),
    ],
}
SECOND: Rows = {
    "loads": [load("units.csv", 2, "units")],
    "quarantine": [reject("units.csv", 7, "type", "units")],
}


@pytest.fixture
def books(hub: Hub) -> Hub:
    fill(hub, FIRST, "L-1")
    fill(hub, SECOND, "L-2")
    return hub


def rejected(context: ToolContext, **question: Any) -> Evidence:
    return run_tool(rejected_rows, question, context)


def places(evidence: Evidence) -> list[tuple[str, int]]:
    return [(row["file"], row["line"]) for row in evidence.result["rows"]]


def test_rows_are_told_by_file_and_line_the_newest_load_first(books: Hub, ask: Ask) -> None:
    found = rejected(ask())
    assert places(found) == [
        ("units.csv", 7),
        ("claims.csv", 3),
        ("claims.csv", 4),
        ("claims.csv", 9),
    ]
    assert found.result["rows"][0] == {
        "file": "units.csv",
        "line": 7,
        "table": "units",
        "rule": "type",
        "reason": "type in line 7",
        "load_id": "L-2",
        "loaded_at": "2026-03-02T00:00:00Z",
    }


def test_a_row_is_never_shown_itself(books: Hub, ask: Ask) -> None:
    assert "sealed words" not in rejected(ask()).model_dump_json()


def test_all_are_counted_by_rule_though_few_are_listed(books: Hub, ask: Ask) -> None:
    found = rejected(ask(), most=1)
    assert (found.result["total"], len(found.result["rows"])) == (4, 1)
    assert found.result["by_rule"][0] == {"table": "claims", "rule": "range", "rows": 2}
    assert sum(one["rows"] for one in found.result["by_rule"]) == 4
    assert [note.code for note in found.warnings] == ["rows_cut"]


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ({"tables": ["units"]}, [7]),
        ({"tables": ["claims"]}, [3, 4, 9]),  # line 9 of a file of claims could not be split
        ({"tables": ["*"]}, [9]),
        ({"rules": ["RANGE"]}, [3, 4]),
        ({"files": ["Units.csv"]}, [7]),
        ({"load_ids": ["l-1"], "rules": ["quote", "type"]}, [9]),
    ],
)
def test_rows_may_be_narrowed_to_table_rule_file_and_load(
    books: Hub, ask: Ask, question: dict[str, list[str]], lines: list[int]
) -> None:
    assert [line for _, line in places(rejected(ask(), **question))] == lines


def test_a_file_tried_again_lists_its_newest_attempt_unless_a_load_is_named(
    books: Hub, ask: Ask
) -> None:
    again = {
        "loads": [load("claims.csv", 5, "claims")],
        "quarantine": [reject("claims.csv", 3, "range", "claims")],
    }
    fill(books, again, "L-3")
    found = rejected(ask(), tables=["claims"])
    assert [(row["load_id"], row["line"]) for row in found.result["rows"]] == [("L-3", 3)]
    assert rejected(ask(), load_ids=["L-1"]).result["total"] == 3


def test_a_regional_asker_gets_places_without_reasons(books: Hub, ask: Ask) -> None:
    for scope in ({"regions": ("EU",)}, {"suppliers": ("S-1",)}):
        found = rejected(ask(**scope))
        assert found.result["total"] == 4
        assert {row["reason"] for row in found.result["rows"]} == {None}
        assert [note.code for note in found.warnings] == ["limited_scope"]


def test_it_says_how_to_mend_the_rows(books: Hub, ask: Ask) -> None:
    found = rejected(ask())
    assert "ingest the file again" in found.result["mend"]
    assert found.summary.startswith("4 rejected rows (4 listed); most by claims range 2,")
    assert "units.csv line 7" in found.summary
    assert len(found.summary) <= 400


def test_a_hub_without_rejects_lists_none(hub: Hub, ask: Ask) -> None:
    found = rejected(ask())
    assert (found.result["total"], found.result["rows"]) == (0, [])
    assert found.summary == "No rejected rows fit the question."


@pytest.mark.parametrize(
    ("question", "near"),
    [
        ({"tables": ["claimz"]}, "claims"),
        ({"rules": ["ranje"]}, "range"),
        ({"files": ["claim.csv"]}, "claims.csv"),
        ({"load_ids": ["L-9"]}, "L-1"),
    ],
)
def test_unknown_names_are_refused_with_near_ones(
    books: Hub, ask: Ask, question: dict[str, list[str]], near: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        rejected(ask(), **question)
    assert near in caught.value.near
