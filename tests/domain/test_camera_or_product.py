"""Camera or product: each row of the rule, and what is said when something was not looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domain.camera_or_product import camera_or_product, raised_p_value
from domain.contingency import TwoByTwo
from domain.errors import InvalidArgument
from domain.records.station import (
    GoldenLooks,
    LotSplit,
    MovedSignal,
    StationEvidence,
    StationFinding,
)

JUMP, USUAL = TwoByTwo(20, 80, 12, 600), TwoByTwo(2, 80, 12, 600)
RIGHT = GoldenLooks(TwoByTwo(0, 480, 2, 2400), 0)
WRONG = GoldenLooks(TwoByTwo(90, 480, 2, 2400), 14)
EVENLY = LotSplit("LT-1", "P-PANEL", (TwoByTwo(5, 20, 5, 20), TwoByTwo(5, 20, 5, 20)))
ONE_LOT = LotSplit("LT-2", "P-PANEL", (TwoByTwo(10, 20, 0, 20), TwoByTwo(10, 20, 0, 20)))
STILL = (MovedSignal("brightness", 128.0, 127.8, moved=False, p_value=0.6),)
MOVED = (MovedSignal("pose_shift", 0.6, 5.8, moved=True, p_value=1e-9),)
PLAIN = StationEvidence(JUMP, RIGHT, (EVENLY,), STILL)


def asked(**known) -> StationFinding:
    return camera_or_product(PLAIN._replace(**known))


def codes(found: StationFinding) -> set[str]:
    return {reason.code for reason in found.reasons}


def test_misjudged_golden_samples_mean_the_system_whatever_a_lot_says() -> None:
    found = asked(golden=WRONG, lots=(ONE_LOT,))
    assert (found.verdict, found.next_test) == ("system", "renew_golden_and_recheck")
    assert {"golden_misjudged", "lot_raised"} <= codes(found)


def test_a_failing_camera_is_told_before_rejects_rise() -> None:
    assert asked(rejects=USUAL, golden=WRONG).verdict == "system"


def test_golden_right_and_one_lot_rejected_means_the_product() -> None:
    found = asked(lots=(EVENLY, ONE_LOT))
    assert (found.verdict, found.lot_id, found.next_test) == ("product", "LT-2", "contain_lot")
    assert {"golden_right", "lot_raised", "others_usual"} <= codes(found)


def test_golden_right_and_no_lot_with_a_moved_signal_means_pose_or_lighting() -> None:
    found = asked(signals=MOVED)
    assert (found.verdict, found.next_test) == ("pose_or_lighting", "reseat_and_relight")
    assert found.lot_id is None


def test_people_who_overrule_the_rejects_point_to_pose_or_lighting() -> None:
    assert asked(people=(20, 18)).verdict == "pose_or_lighting"


def test_people_who_confirm_rejects_of_every_lot_point_to_the_product() -> None:
    found = asked(people=(20, 1), signals=MOVED)
    assert (found.verdict, found.next_test) == ("product", "swap_lots")


def test_nothing_that_tells_product_from_pose_is_undetermined_with_the_test_that_would() -> None:
    found = asked()
    assert found.verdict == "undetermined"
    assert found.left == ("product", "pose_or_lighting")
    assert found.next_test == "reinspect_rejects_by_person"


def test_without_golden_samples_the_camera_is_not_ruled_out() -> None:
    found = asked(golden=None)
    assert found.verdict == "undetermined"
    assert "system" in found.left
    assert found.next_test == "run_golden_samples"


def test_few_looks_at_golden_samples_rule_nothing_out() -> None:
    few = GoldenLooks(TwoByTwo(0, 9, 0, 2400), 0)
    assert "golden_absent" in codes(asked(golden=few))


def test_one_sample_that_is_always_misjudged_may_itself_be_worn() -> None:
    worn = GoldenLooks(WRONG.misjudged, 1)
    found = asked(golden=worn)
    assert found.verdict == "undetermined"
    assert "golden_one_sample" in codes(found)


def test_golden_samples_without_a_past_are_held_to_being_judged_right() -> None:
    assert asked(golden=GoldenLooks(TwoByTwo(20, 60, 0, 0), 6)).verdict == "system"
    assert asked(golden=GoldenLooks(TwoByTwo(0, 60, 0, 0), 0), signals=MOVED).verdict == (
        "pose_or_lighting"
    )


@pytest.mark.parametrize(
    "known", [{"people": (20, 1)}, {"lots": (ONE_LOT._replace(elsewhere=TwoByTwo(9, 20, 0, 40)),)}]
)
def test_one_lot_is_the_product_without_golden_samples_if_others_see_it_too(known) -> None:
    assert asked(**({"golden": None, "lots": (ONE_LOT,)} | known)).verdict == "product"


def test_one_lot_alone_without_golden_samples_leaves_the_camera_open() -> None:
    found = asked(golden=None, lots=(ONE_LOT,))
    assert found.left == ("product", "system")


def test_a_lot_that_came_into_use_as_the_trouble_grew_is_not_blamed() -> None:
    late = LotSplit("LT-3", "P-PANEL", (TwoByTwo(0, 2, 1, 30), TwoByTwo(15, 30, 1, 2)))
    whole = LotSplit("LT-3", "P-PANEL", (TwoByTwo(15, 32, 2, 32),))
    assert "no_lot_stands_out" in codes(asked(lots=(late,)))
    assert "lot_raised" in codes(asked(lots=(whole,)))


def test_a_lot_that_is_worse_while_all_others_are_raised_too_does_not_explain_the_jump() -> None:
    both = LotSplit("LT-4", "P-PANEL", (TwoByTwo(30, 40, 15, 60),))
    found = asked(lots=(both,), signals=MOVED, rejects=TwoByTwo(45, 100, 12, 600))
    assert "others_raised" in codes(found)
    assert found.verdict == "pose_or_lighting"


def test_many_lots_are_not_blamed_by_chance() -> None:
    hint = LotSplit("LT-5", "P-PANEL", (TwoByTwo(6, 10, 4, 30),))
    alone = asked(lots=(hint,))
    among = asked(lots=(hint, *[EVENLY] * 30))
    assert "lot_raised" in codes(alone)
    assert "no_lot_stands_out" in codes(among)


def test_no_jump_is_said_and_a_lot_is_not_named() -> None:
    found = asked(rejects=USUAL, lots=(ONE_LOT,))
    assert (found.verdict, found.lot_id, found.next_test) == ("no_jump", None, "none")


@pytest.mark.parametrize("rejects", [TwoByTwo(3, 19, 12, 600), TwoByTwo(5, 70, 11, 600)])
def test_too_few_units_or_a_hint_leave_it_open(rejects: TwoByTwo) -> None:
    found = asked(rejects=rejects)
    assert (found.verdict, found.next_test) == ("undetermined", "wait_for_units")


def test_what_is_not_recorded_is_said() -> None:
    found = camera_or_product(StationEvidence(JUMP, None, (), ()))
    assert {"golden_absent", "lots_unknown", "signals_absent", "people_unclear"} <= codes(found)


def test_more_rejects_than_units_are_refused() -> None:
    with pytest.raises(InvalidArgument):
        asked(rejects=TwoByTwo(90, 80, 12, 600))


COUNTS = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))


@given(COUNTS)
def test_one_table_gives_fishers_one_sided_p_value(counts: tuple[int, int, int, int]) -> None:
    a, b, c, d = counts
    found = raised_p_value(TwoByTwo(a, a + b, c, c + d))
    known = stats.fisher_exact([[a, b], [c, d]], alternative="greater").pvalue
    assert found == pytest.approx(known, abs=1e-9)


def test_strata_without_both_sides_say_nothing() -> None:
    table = TwoByTwo(5, 10, 1, 20)
    assert raised_p_value(table, TwoByTwo(3, 9, 0, 0), TwoByTwo(0, 4, 0, 7)) == raised_p_value(
        table
    )
    assert raised_p_value(TwoByTwo(3, 9, 0, 0)) == 1.0


def test_two_strata_join_their_evidence() -> None:
    table = TwoByTwo(5, 10, 1, 10)
    assert raised_p_value(table, table) < raised_p_value(table) ** 1.2
