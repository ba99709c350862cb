from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import NoData
from services.hub.hub import Hub
from tests.conftest import fill
from tests.tools.causes.plants import AS_OF, LATEST, MASTER, START, Row, failure, unit
from tools.causes.failing_and_controls import failing_and_controls
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]


def plant() -> dict[str, list[Row]]:
    """Shift B fails 8 of 10, shift A 2 of 40; one failing unit of another model has no control."""
    units, claims = [], []
    for shift, size, failing in (("A", 40, 2), ("B", 10, 8)):
        for number in range(size):
            built = START + timedelta(hours=number)
            units.append(unit(f"{shift}{number:02}", built, shift=shift))
            if number < failing:
                claims.append(failure(f"{shift}{number:02}", built))
    units.append(unit("LONE", START, model_id="55Q7"))
    claims.append(failure("LONE", START))
    return {**MASTER, "units": units, "claims": [*claims, LATEST]}


def found(context: ToolContext, **query: Any) -> Any:
    evidence = run_tool(failing_and_controls, {"symptom": "FLICKER", **query}, context)
    assert len(evidence.summary) <= 400
    return evidence


def test_each_failing_unit_gets_sound_ones_of_its_model_near_its_build(hub: Hub, ask: Ask) -> None:
    fill(hub, plant())
    result = found(ask(as_of=AS_OF), controls_each=3).result
    assert (result["failing"], result["unmatched"]) == (10, 1)
    failing = {"A00", "A01"} | {f"B{n:02}" for n in range(8)}
    assert {one["serial"] for one in result["sets"]} == failing
    for one in result["sets"]:
        assert len(one["controls"]) == 3
        assert not failing & set(one["controls"])
        assert one["days_in_service"] == 40


def test_the_level_that_sets_them_apart_comes_first(hub: Hub, ask: Ask) -> None:
    fill(hub, plant())
    result = found(ask(as_of=AS_OF), controls_each=10).result
    first = result["contrasts"][0]
    assert (first["factor"], first["level"], first["failing"]) == ("shift", "B", 8)
    assert first["failing_share"] == pytest.approx(0.8)
    assert first["odds_ratio"]["low"] > 1
    assert first["q_value"] < 0.05


def test_a_control_has_been_in_service_at_least_as_long(hub: Hub, ask: Ask) -> None:
    rows = plant()
    for one in rows["units"]:
        if one["serial"] not in {claim.get("serial") for claim in rows["claims"]}:
            one["sold_on"] = AS_OF - timedelta(days=80)  # too young, less the reporting delay
    fill(hub, rows)
    with pytest.raises(NoData, match="no failing unit has a control"):
        found(ask(as_of=AS_OF))


def test_the_list_is_cut_and_says_so(hub: Hub, ask: Ask) -> None:
    fill(hub, plant())
    evidence = found(ask(as_of=AS_OF), most=2)
    assert len(evidence.result["sets"]) == 2
    assert {"list_cut", "unmatched"} <= {note.code for note in evidence.warnings}
