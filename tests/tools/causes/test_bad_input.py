"""Odd and poor data: the answer is honest and never a traceback."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import NoData, UnknownName
from services.hub.delta import stored_columns
from services.hub.hub import Hub
from services.hub.schema import schema
from tests.conftest import fill
from tests.tools.causes.plants import AS_OF, LATEST, MASTER, START, Row, failure, unit
from tools.causes.rank_causes import rank_causes
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
UNITS = 60


def plant(failing: int, **tables: list[Row]) -> dict[str, list[Row]]:
    """Units built an hour apart at one line; the first of them fail."""
    built = [START + timedelta(hours=number) for number in range(UNITS)]
    return {
        **MASTER,
        "units": [unit(f"U{i:03}", at) for i, at in enumerate(built)],
        "claims": [*(failure(f"U{i:03}", built[i]) for i in range(failing)), LATEST],
        **tables,
    }


def asked(hub: Hub, ask: Ask, rows: dict[str, list[Row]]) -> dict[str, Any]:
    fill(hub, rows)
    return run_tool(rank_causes, {"symptom": "FLICKER"}, ask(as_of=AS_OF)).result


def measured(value_of: Callable[[int], float], name: str = "C1") -> list[Row]:
    return [
        {
            "serial": f"U{i:03}",
            "characteristic_id": name,
            "measured_at": START,
            "value": value_of(i),
        }
        for i in range(UNITS)
    ]


@pytest.mark.parametrize("failing", [1, 2])
def test_one_or_two_failures_are_undetermined(hub: Hub, ask: Ask, failing: int) -> None:
    found = asked(hub, ask, plant(failing))
    assert found["verdict"] == "undetermined"
    assert found["failures"] == failing
    assert "too few" in found["reason"]


def test_a_symptom_that_nobody_claims_is_no_data(hub: Hub, ask: Ask) -> None:
    fill(hub, plant(0))
    with pytest.raises(NoData, match="no claims of FLICKER"):
        run_tool(rank_causes, {"symptom": "FLICKER"}, ask())


def test_a_hub_without_claims_is_no_data_and_an_empty_one_knows_no_symptom(
    hub: Hub, ask: Ask
) -> None:
    with pytest.raises(UnknownName):
        run_tool(rank_causes, {"symptom": "FLICKER"}, ask())
    rows = plant(0)
    fill(hub, {name: some for name, some in rows.items() if name != "claims"})
    with pytest.raises(NoData):
        run_tool(rank_causes, {"symptom": "FLICKER"}, ask())


@pytest.mark.parametrize(
    "value_of",
    [
        lambda _: 5.0,
        lambda i: float("nan") if i % 2 else 5.0,
        lambda _: float("nan"),
        lambda i: float("inf") if i % 2 else float("-inf"),
        lambda i: float("nan") if i < 57 else float(i),
    ],
    ids=["constant", "constant and NaN", "NaN only", "infinite", "three values"],
)
def test_a_column_that_says_nothing_is_no_cause(
    hub: Hub, ask: Ask, value_of: Callable[[int], float]
) -> None:
    rows = plant(20, measurements=measured(value_of), characteristics=[{"characteristic_id": "C1"}])
    found = asked(hub, ask, rows)
    named = [row for row in found["ranked_causes"] if not row["ruled_out"]]
    assert all("characteristic_id" not in row["condition"] for row in named)


def test_a_plant_in_which_everything_fails_has_no_culprit(hub: Hub, ask: Ask) -> None:
    found = asked(hub, ask, plant(UNITS))
    assert found["verdict"] in ("undetermined", "no_elevated_rate")
    assert found["failures"] == UNITS


def test_a_number_plate_of_a_hundred_thousand_values_is_no_factor(hub: Hub, ask: Ask) -> None:
    """Every unit has a value of its own, and a lot of its own."""
    columns = {
        "units": "serial, '65Q8' AS model_id, 'WRO' AS site_id, 'DE' AS country, "
        "TIMESTAMP '2025-06-02 08:00' AS built_at, DATE '2025-06-12' AS sold_on",
        "unit_attributes": "serial, 'board_id' AS name, 'B' || serial AS value",
        "unit_parts": "serial, 'P-1' AS part_id, 'L' || serial AS lot_id",
    }
    claims = [failure(f"U{i:06}", START) for i in range(40)]
    fill(hub, {**MASTER, "claims": [*claims, LATEST]})
    with hub.transaction() as transaction:
        run = transaction.connection.execute
        run("CREATE TABLE numbered AS SELECT printf('U%06d', i) AS serial FROM range(100000) t(i)")
        for table, some in columns.items():
            run(f"CREATE OR REPLACE TABLE made AS SELECT {some} FROM numbered")
            known = {row[0] for row in run("DESCRIBE made").fetchall()}
            shape = [
                f'{c.name if c.name in known else "NULL"}::{c.sql_type} AS "{c.name}"'
                for c in stored_columns(schema()[table])
            ]
            transaction.write(table, f"SELECT {', '.join(shape)} FROM made")
        transaction.commit("L-MANY", START.date())
    found = run_tool(rank_causes, {"symptom": "FLICKER"}, ask(as_of=AS_OF)).result
    assert (found["units"], found["failures"]) == (100_000, 40)
    assert found["verdict"] != "cause_found"
