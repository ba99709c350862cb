"""Two-by-two tables, against the lot table of the trade's worked example and scipy.stats."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import contingency, nchypergeom_fisher

from domain.contingency import OddsMethod, TwoByTwo, fisher_exact, odds_ratio
from domain.errors import InvalidArgument

LOT = TwoByTwo(events=14, units=620, reference_events=21, reference_units=5380)
SIDES = st.integers(1, 40).flatmap(lambda units: st.tuples(st.integers(0, units), st.just(units)))


def test_the_suspect_lot_fails_six_times_as_often_by_the_logit_method() -> None:
    result = odds_ratio(LOT)
    assert result.ratio.estimate == pytest.approx(5.90, abs=5e-3)
    assert result.ratio.low == pytest.approx(2.98, abs=5e-3)
    assert result.ratio.high == pytest.approx(11.7, abs=0.05)
    assert not result.half_added


def test_fisher_gives_the_suspect_lot_four_in_a_million() -> None:
    assert fisher_exact(LOT) == pytest.approx(4.0e-6, abs=5e-8)


def test_the_exact_interval_of_the_suspect_lot_is_wider() -> None:
    exact, logit = odds_ratio(LOT, method="exact").ratio, odds_ratio(LOT).ratio
    assert exact.high is not None
    assert logit.high is not None
    assert exact.low < logit.low < logit.high < exact.high


def test_the_exact_bounds_put_half_the_error_in_each_tail() -> None:
    bounds = odds_ratio(LOT, method="exact").ratio
    margins = (LOT.units + LOT.reference_units, LOT.events + LOT.reference_events, LOT.units)
    assert nchypergeom_fisher.sf(LOT.events - 1, *margins, bounds.low) == pytest.approx(0.025)
    assert nchypergeom_fisher.cdf(LOT.events, *margins, bounds.high) == pytest.approx(0.025)


def test_a_zero_cell_gets_one_half_added_to_all_and_says_so() -> None:
    result = odds_ratio(TwoByTwo(3, 10, 0, 20))
    assert result.half_added
    assert result.ratio.estimate == pytest.approx(3.5 * 20.5 / (7.5 * 0.5))


def test_the_exact_ratio_to_no_events_has_a_lower_bound_only() -> None:
    result = odds_ratio(TwoByTwo(8, 10, 0, 20), method="exact")
    assert (result.ratio.estimate, result.ratio.high) == (None, None)
    assert result.ratio.low > 1
    json.dumps(result.model_dump(mode="json"), allow_nan=False)


@pytest.mark.parametrize("method", ["logit", "exact"])
@pytest.mark.parametrize("table", [TwoByTwo(0, 10, 0, 20), TwoByTwo(10, 10, 20, 20)])
def test_units_that_all_fare_alike_say_nothing(table: TwoByTwo, method: OddsMethod) -> None:
    result = odds_ratio(table, method=method)
    assert (result.ratio.estimate, result.ratio.low, result.ratio.high) == (None, 0.0, None)
    assert not result.half_added
    assert fisher_exact(table) == 1.0


@given(SIDES, SIDES)
def test_the_logit_interval_is_that_of_scipy(
    group: tuple[int, int], reference: tuple[int, int]
) -> None:
    table = TwoByTwo(*group, *reference)
    cells = [[table.events, table.others], [table.reference_events, table.reference_others]]
    assume(all(all(row) for row in cells))
    theirs = contingency.odds_ratio(cells, kind="sample")
    ours = odds_ratio(table, level=0.9).ratio
    assert ours.estimate == pytest.approx(theirs.statistic)
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.confidence_interval(0.9)))


@given(SIDES, SIDES)
def test_swapping_group_and_reference_inverts_the_ratio(
    group: tuple[int, int], reference: tuple[int, int]
) -> None:
    one = odds_ratio(TwoByTwo(*group, *reference)).ratio
    other = odds_ratio(TwoByTwo(*reference, *group)).ratio
    if one.estimate is None or one.high is None:
        assert other.estimate is None
    else:
        assert one.estimate * (other.estimate or 0) == pytest.approx(1)
        assert one.high * other.low == pytest.approx(1)
    assert fisher_exact(TwoByTwo(*group, *reference)) == pytest.approx(
        fisher_exact(TwoByTwo(*reference, *group))
    )


@pytest.mark.parametrize(
    "table",
    [
        TwoByTwo(0, 0, 1, 20),
        TwoByTwo(1, 20, 0, 0),
        TwoByTwo(21, 20, 1, 20),
        TwoByTwo(-1, 20, 1, 20),
    ],
)
def test_a_table_that_cannot_be_is_refused(table: TwoByTwo) -> None:
    with pytest.raises(InvalidArgument):
        odds_ratio(table)
    with pytest.raises(InvalidArgument):
        fisher_exact(table)
