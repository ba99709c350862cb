from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import NoData
from services.hub.hub import Hub
from tests.conftest import fill
from tests.tools.causes.plants import AS_OF, LATEST, MASTER, START, Row, failure, unit
from tools.causes.is_is_not import is_is_not
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def plant() -> dict[str, list[Row]]:
    """QDA fails 30 of 60, WRO none of 60."""
    units, claims = [], []
    for site, failing in (("QDA", 30), ("WRO", 0)):
        for number in range(60):
            built = START + timedelta(hours=number)
            shift = "AB"[number % 2]
            row = unit(f"{site}{number:02}", built, site_id=site, line_id=f"{site}-L1", shift=shift)
            units.append(row)
            if number < failing:
                claims.append(failure(row["serial"], built))
    return {**MASTER, "units": units, "claims": [*claims, LATEST]}


def rows_of(result: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["dimension"], row["level"]): row for row in result["rows"]}


def test_where_it_is_and_where_it_could_be_but_is_not(hub: Hub, ask: Ask) -> None:
    fill(hub, plant())
    evidence = run_tool(is_is_not, {"symptom": "FLICKER"}, ask(as_of=AS_OF))
    rows = rows_of(evidence.result)
    assert (rows["site_id", "QDA"]["side"], rows["site_id", "WRO"]["side"]) == ("is", "is_not")
    assert rows["site_id", "WRO"]["failures"] == 0
    assert rows["site_id", "WRO"]["expected"] > 10
    assert rows["shift", "A"]["side"] == "unclear"
    assert rows["site_id", "QDA"]["question"] == "where"
    assert "IS: QDA (site_id)" in evidence.summary
    assert (evidence.result["units"], evidence.result["failures"]) == (120, 30)


def test_few_failures_leave_every_side_unclear(hub: Hub, ask: Ask) -> None:
    rows = plant()
    rows["claims"] = [*rows["claims"][:2], LATEST]
    fill(hub, rows)
    result = run_tool(is_is_not, {"symptom": "FLICKER"}, ask(as_of=AS_OF)).result
    assert {row["side"] for row in result["rows"]} == {"unclear"}


def test_without_claims_there_is_no_problem_to_describe(hub: Hub, ask: Ask) -> None:
    fill(hub, plant())
    with pytest.raises(NoData):
        run_tool(is_is_not, {"symptom": "NOISE"}, ask(as_of=AS_OF))
