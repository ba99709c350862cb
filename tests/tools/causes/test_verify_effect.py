from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import InvalidArgument, NoData, UnknownName
from services.hub.hub import Hub
from tests.conftest import fill
from tests.tools.causes.conftest import Plant
from tests.tools.causes.plants import AS_OF, LATEST, MASTER, START, Row, failure, unit
from tools.causes.verify_effect import verify_effect
from tools.runner import run_tool
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
CUT_IN = START + timedelta(days=100)


def lines(counts: dict[tuple[str, str], tuple[int, int]]) -> dict[str, list[Row]]:
    """Units and failures by line and side of the cut-in, all failing 40 days in service."""
    units, claims = [], []
    for (line, side), (size, failing) in counts.items():
        begin = START if side == "before" else CUT_IN
        for number in range(size):
            serial = f"{line}{side}{number:04}"
            built = begin + timedelta(hours=number % 72)
            units.append(unit(serial, built, line_id=line))
            if number < failing:
                claims.append(failure(serial, built))
    change = {
        "change_id": "ECN-7",
        "effective_at": CUT_IN.replace(hour=0),
        "site_id": "WRO",
        "line_id": "L1",
        "kind": "method",
    }
    return {**MASTER, "units": units, "claims": [*claims, LATEST], "process_changes": [change]}


FELL = lines({("L1", "before"): (200, 60), ("L1", "after"): (200, 12)})
FELL_ALONE = lines(
    {
        ("L1", "before"): (200, 60),
        ("L1", "after"): (200, 12),
        ("L2", "before"): (200, 60),
        ("L2", "after"): (200, 58),
    }
)
WORLD = FELL_ALONE
FELL_WITH_THE_OTHERS = lines(
    {
        ("L1", "before"): (200, 60),
        ("L1", "after"): (200, 28),
        ("L2", "before"): (200, 60),
        ("L2", "after"): (200, 28),
    }
)
TOO_EARLY = lines({("L1", "before"): (200, 60), ("L1", "after"): (30, 5)})


def verify(context: ToolContext, **query: Any) -> Any:
    asked = {"symptom": "FLICKER", "treated": {"line_id": "L1"}, "change_id": "ECN-7", **query}
    evidence = run_tool(verify_effect, asked, context)
    assert len(evidence.summary) <= 400
    return evidence


def codes_of(evidence: Any) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_a_fall_beside_an_untouched_line_is_effective(ask_stocked: Ask) -> None:
    found = verify(ask_stocked(as_of=AS_OF), control={"line_id": "L2"}).result
    assert found["verdict"] == "effective"
    assert found["naive_ratio"]["estimate"] == pytest.approx(0.2, rel=0.1)
    assert found["rate_ratio"]["estimate"] == pytest.approx(0.2 / (58 / 60), rel=0.1)
    counts = {key: found[key]["failures"] for key in found if key.endswith(("_before", "_after"))}
    assert counts == {
        "treated_before": 60,
        "treated_after": 12,
        "control_before": 60,
        "control_after": 58,
    }
    assert found["cut_in_on"] == CUT_IN.date().isoformat()


def test_a_fall_that_all_lines_share_is_not_credited_to_the_fix(hub: Hub, ask: Ask) -> None:
    fill(hub, FELL_WITH_THE_OTHERS)
    found = verify(ask(as_of=AS_OF), minimum_effect=0.6)
    assert found.result["verdict"] == "not_effective"
    assert found.result["naive_ratio"]["high"] < 1
    assert found.result["rate_ratio"]["estimate"] == pytest.approx(1.0)
    assert "fell_anyway" in codes_of(found)


def test_without_a_control_the_answer_says_so(hub: Hub, ask: Ask) -> None:
    fill(hub, FELL)
    found = verify(ask(as_of=AS_OF))
    assert found.result["verdict"] == "effective"
    assert found.result["control_before"] is None
    assert "no_control" in codes_of(found)


def test_too_few_failures_are_undetermined_with_the_day_on_which_they_suffice(
    hub: Hub, ask: Ask
) -> None:
    fill(hub, TOO_EARLY)
    found = verify(ask(as_of=AS_OF)).result
    assert found["verdict"] == "undetermined"
    assert date.fromisoformat(found["enough_on"]) > AS_OF


def test_failures_older_than_the_age_compared_do_not_count(ask_stocked: Ask) -> None:
    with pytest.raises(NoData):  # every failure came 40 days in service
        verify(ask_stocked(as_of=AS_OF), months_in_service=1)


@pytest.mark.parametrize(
    "cut_in",
    [{"cut_in_on": CUT_IN.date().isoformat()}, {"cut_in_serial": "L1after0000"}],
)
def test_the_cut_in_may_be_a_day_or_a_serial(ask_stocked: Ask, cut_in: dict[str, str]) -> None:
    found = verify(ask_stocked(as_of=AS_OF), change_id=None, **cut_in).result
    assert (found["cut_in_on"], found["verdict"]) == (CUT_IN.date().isoformat(), "effective")


def test_mixed_stock_after_the_cut_in_is_left_out(ask_stocked: Ask) -> None:
    found = verify(ask_stocked(as_of=AS_OF), mixed_days=1).result
    assert found["treated_after"]["units"] < 200


def test_wrong_cut_ins_are_refused(ask_stocked: Ask) -> None:
    with pytest.raises(InvalidArgument, match="exactly one"):
        verify(ask_stocked(as_of=AS_OF), cut_in_on="2025-09-10")
    with pytest.raises(UnknownName, match="ECN-8"):
        verify(ask_stocked(as_of=AS_OF), change_id="ECN-8")
    with pytest.raises(UnknownName, match="NONE"):
        verify(ask_stocked(as_of=AS_OF), change_id=None, cut_in_serial="NONE")
    with pytest.raises(NoData, match="no unit built from"):
        verify(ask_stocked(as_of=AS_OF), change_id=None, cut_in_on="2027-01-01")


@pytest.mark.parametrize("world", ["fix_works", "fix_fails"])
def test_a_simulated_fix_is_judged_as_it_was_planted(
    plant: Callable[..., Plant], world: str
) -> None:
    made = plant(world, seed=3, units=8_000, exposed_failures=400)
    fix = made.truth.fix
    assert fix is not None
    query = {
        "symptom": made.truth.symptom,
        "treated": fix.condition.model_dump(mode="json", exclude={"change_id", "built_from"}),
        "control": fix.control.model_dump(mode="json"),
        "change_id": fix.condition.change_id,
        "before_days": 220,
        "months_in_service": 12,
        "minimum_effect": 0.5,
    }
    assert run_tool(verify_effect, query, made.context).result["verdict"] == fix.fix_verdict
