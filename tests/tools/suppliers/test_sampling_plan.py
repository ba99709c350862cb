from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import InvalidArgument
from tools.runner import run_tool
from tools.suppliers.sampling_plan import LotPlan, sampling_plan
from tools.tool import ToolContext

Ask = Callable[..., ToolContext]
LOT: dict[str, Any] = {"lot_size": 1200, "aql": "1.0"}


@pytest.fixture
def plan(ask: Ask) -> Callable[..., LotPlan]:
    def answer(**question: Any) -> LotPlan:
        return LotPlan.model_validate(run_tool(sampling_plan, {**LOT, **question}, ask()).result)

    return answer


def codes(ask: Ask, **question: Any) -> set[str]:
    return {note.code for note in run_tool(sampling_plan, {**LOT, **question}, ask()).warnings}


def test_three_rejects_of_80_turn_a_lot_of_1200_away(plan: Callable[..., LotPlan]) -> None:
    found = plan(nonconforming=3)
    assert (found.letter, found.sample_size, found.accept, found.reject) == ("J", 80, 2, 3)
    assert (found.decision, found.state, found.state_after) == ("reject", "normal", "normal")
    assert found.moves[0].missing == 1
    assert set(found.disposition) == {"return", "sort", "rework", "concession"}


def test_the_edition_is_named_and_the_newer_one_is_not_hidden(
    plan: Callable[..., LotPlan], ask: Ask
) -> None:
    assert plan().edition == "ISO 2859-1:1999"
    assert "2026" in plan().latest_edition
    assert "edition" in codes(ask)


def test_the_curve_of_80_with_two(plan: Callable[..., LotPlan]) -> None:
    accepted = {point.share: point.accepted for point in plan().curve}
    assert accepted[0.01] == pytest.approx(0.953, abs=0.0005)
    assert accepted[0.05] == pytest.approx(0.231, abs=0.0005)
    assert plan().sound_share == pytest.approx(0.0103, abs=0.0002)


@pytest.mark.parametrize("aql", ["1", "1,0", " 1.00 %"])
def test_an_aql_is_understood_as_people_write_it(plan: Callable[..., LotPlan], aql: str) -> None:
    assert plan(aql=aql).sample_size == 80


@pytest.mark.parametrize("aql", ["1.2", "", "abc", "-1", "nan"])
def test_an_aql_that_the_tables_lack_is_refused(plan: Callable[..., LotPlan], aql: str) -> None:
    with pytest.raises(InvalidArgument, match="no AQL"):
        plan(aql=aql)


def test_two_rejected_of_the_last_five_tighten_the_next_lot(
    plan: Callable[..., LotPlan],
) -> None:
    history = [{"nonconforming": n} for n in (3, 0, 5)]
    found = plan(history=history, nonconforming=2)
    assert (found.state, found.severity, found.accept) == ("tightened", "tightened", 1)
    assert found.decision == "reject"
    assert (found.rejected_on_tightened, found.accepted_in_row) == (1, 0)


def test_five_lots_without_nonconforming_pieces_bring_fifteen_points(
    plan: Callable[..., LotPlan],
) -> None:
    assert plan(history=[{"nonconforming": 0}] * 5).score == 15


def test_ten_good_lots_reduce_inspection_only_with_steadiness_and_consent(
    plan: Callable[..., LotPlan],
) -> None:
    good = [{"nonconforming": 0}] * 10
    assert plan(history=good).severity == "normal"
    found = plan(history=good, steady=True, nonconforming=2)
    assert (found.severity, found.sample_size) == ("reduced", 32)
    assert (found.decision, found.state_after) == ("accept_then_normal", "normal")


def test_lots_known_only_by_their_decision_earn_no_points_and_it_is_said(
    plan: Callable[..., LotPlan], ask: Ask
) -> None:
    history = [{"accepted": True}] * 12
    assert plan(history=history).score == 0
    assert "unscored" in codes(ask, history=history)


def test_a_stopped_inspection_decides_nothing_until_it_is_resumed(
    plan: Callable[..., LotPlan],
) -> None:
    history = [{"nonconforming": 9}] * 7
    stopped = plan(history=history, nonconforming=0)
    assert (stopped.state, stopped.decision) == ("stopped", None)
    resumed = plan(history=history, nonconforming=0, resumed=True)
    assert (resumed.state, resumed.decision, resumed.accepted_in_row) == ("tightened", "accept", 1)


def test_a_small_lot_is_inspected_whole(plan: Callable[..., LotPlan], ask: Ask) -> None:
    found = plan(lot_size=10, aql="0.10")
    assert (found.whole_lot, found.sample_size, found.accept, found.curve) == (True, 10, 0, ())
    assert "whole_lot" in codes(ask, lot_size=10, aql="0.10")


def test_a_lot_larger_than_the_last_class_has_the_plan_of_that_class(
    plan: Callable[..., LotPlan], ask: Ask
) -> None:
    assert plan(lot_size=900_000_000).letter == "Q"
    assert "largest_class" in codes(ask, lot_size=900_000_000)


def test_an_isolated_lot_is_sent_to_the_standard_for_it(ask: Ask) -> None:
    assert "isolated_lot" in codes(ask, isolated=True)


@pytest.mark.parametrize(
    "question",
    [
        {"nonconforming": 81},
        {"lot_size": 1},
        {"lot_size": 0},
        {"severity": "reduced", "history": [{"nonconforming": 1}]},
        {"history": [{}]},
        {"level": "IV"},
    ],
)
def test_what_cannot_be_is_refused(plan: Callable[..., LotPlan], question: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        plan(**question)


def test_above_aql_ten_a_piece_may_have_several_nonconformities(
    plan: Callable[..., LotPlan],
) -> None:
    found = plan(lot_size=50, aql="400", nonconforming=60)
    assert (found.sample_size, found.decision) == (8, "reject")
