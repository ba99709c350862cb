"""Pooled ratios, against Simpson's case and against figures that R and Stata print."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import chi2

from domain.contingency import TwoByTwo
from domain.errors import InvalidArgument
from domain.rates import Incidence
from domain.stratification import RateStratum, mantel_haenszel, mantel_haenszel_rate

SIDES = st.integers(1, 30).flatmap(lambda units: st.tuples(st.integers(0, units), st.just(units)))
TABLES = st.lists(st.builds(lambda a, b: TwoByTwo(*a, *b), SIDES, SIDES), min_size=1, max_size=5)


def test_the_supplier_that_looks_worse_is_better_on_either_line() -> None:
    """Simpson's paradox: A 90/900 and 1/100, B 12/100 and 18/900."""
    result = mantel_haenszel([TwoByTwo(90, 900, 12, 100), TwoByTwo(1, 100, 18, 900)])
    assert result.crude.estimate == pytest.approx(3.24, abs=5e-3)
    assert result.crude.low > 1
    assert [stratum.estimate for stratum in result.strata] == pytest.approx([0.81, 0.49], abs=6e-3)
    assert result.ratio.estimate == pytest.approx(0.77, abs=6e-3)
    assert result.ratio.low < 1 < (result.ratio.high or 0)
    assert result.p_value > 0.05
    assert result.homogeneity is not None
    assert result.homogeneity.p_value > 0.05


def test_the_berkeley_admissions_come_out_as_in_r() -> None:
    """`mantelhaen.test(UCBAdmissions)` of R; homogeneity as DescTools and SAS print it."""
    departments = [
        TwoByTwo(512, 825, 89, 108),
        TwoByTwo(353, 560, 17, 25),
        TwoByTwo(120, 325, 202, 593),
        TwoByTwo(138, 417, 131, 375),
        TwoByTwo(53, 191, 94, 393),
        TwoByTwo(22, 373, 24, 341),
    ]
    result = mantel_haenszel(departments)
    assert result.ratio.estimate == pytest.approx(0.9046968, abs=5e-8)
    assert result.ratio.low == pytest.approx(0.7719074, abs=5e-8)
    assert result.ratio.high == pytest.approx(1.0603298, abs=5e-8)
    assert result.chi_square == pytest.approx(1.4269, abs=5e-5)
    assert result.p_value == pytest.approx(0.2323, abs=5e-5)
    assert result.homogeneity is not None
    assert result.homogeneity.degrees_of_freedom == 5
    assert result.homogeneity.chi_square == pytest.approx(18.826, abs=5e-4)
    assert result.homogeneity.p_value == pytest.approx(0.002071, abs=5e-7)


def test_sparse_strata_with_empty_cells_come_out_as_in_r() -> None:
    """`mantelhaen.test(Rabbits)` of R, after A. Agresti, Categorical Data Analysis (1990)."""
    levels = [
        TwoByTwo(0, 6, 0, 5),
        TwoByTwo(3, 6, 0, 6),
        TwoByTwo(6, 6, 2, 6),
        TwoByTwo(5, 6, 6, 6),
        TwoByTwo(2, 2, 5, 5),
    ]
    result = mantel_haenszel(levels)
    assert result.ratio.estimate == pytest.approx(7)
    assert result.ratio.low == pytest.approx(1.026713, abs=5e-7)
    assert result.ratio.high == pytest.approx(47.725133, abs=5e-7)
    assert result.chi_square == pytest.approx(3.9286, abs=5e-5)
    assert result.p_value == pytest.approx(0.04747, abs=5e-6)
    assert result.strata[0].estimate is None
    assert result.homogeneity is not None
    assert result.homogeneity.degrees_of_freedom == 2


def test_the_british_doctors_come_out_as_in_stata() -> None:
    """Coronary deaths by smoking and age (R. Doll and A. Hill, 1966), pooled by `ir` of Stata."""
    ages = [
        RateStratum(Incidence(32, 52_407), Incidence(2, 18_790)),
        RateStratum(Incidence(104, 43_248), Incidence(12, 10_673)),
        RateStratum(Incidence(206, 28_612), Incidence(28, 5_710)),
        RateStratum(Incidence(186, 12_663), Incidence(28, 2_585)),
        RateStratum(Incidence(102, 5_317), Incidence(31, 1_462)),
    ]
    result = mantel_haenszel_rate(ages)
    assert result.ratio.estimate == pytest.approx(1.424682, abs=5e-7)
    assert result.ratio.low == pytest.approx(1.154703, abs=5e-7)
    assert result.ratio.high == pytest.approx(1.757784, abs=5e-7)
    assert result.crude.estimate == pytest.approx(1.719823, abs=5e-7)
    assert result.homogeneity is not None
    assert result.homogeneity.p_value < 0.05


def test_strata_with_one_common_ratio_are_homogeneous() -> None:
    odds = mantel_haenszel([TwoByTwo(20, 120, 10, 110), TwoByTwo(60, 160, 30, 130)])
    rates = mantel_haenszel_rate(
        [
            RateStratum(Incidence(30, 10.0), Incidence(20, 20.0)),
            RateStratum(Incidence(90, 5.0), Incidence(12, 2.0)),
        ]
    )
    assert odds.ratio.estimate == pytest.approx(2)
    assert rates.ratio.estimate == pytest.approx(3)
    for result in (odds, rates):
        assert result.homogeneity is not None
        assert result.homogeneity.chi_square == pytest.approx(0, abs=1e-9)
        assert result.homogeneity.p_value == pytest.approx(1)


def test_homogeneity_of_sparse_strata_carries_the_correction_of_tarone() -> None:
    """Fitted cells are found by root search here, and by the quadratic's formula in the code."""
    strata = [TwoByTwo(3, 6, 1, 9), TwoByTwo(6, 7, 2, 6), TwoByTwo(2, 6, 5, 6)]
    result = mantel_haenszel(strata)
    pooled = result.ratio.estimate
    gaps, variances = [], []
    for a, n1, c, n0 in strata:

        def off(cell: float, m: int = a + c, n1: int = n1, n0: int = n0) -> float:
            return cell * (n0 - m + cell) - (pooled or 0) * (n1 - cell) * (m - cell)

        cell = brentq(off, max(0, a + c - n0), min(n1, a + c))
        gaps.append(a - cell)
        rest = (cell, n1 - cell, a + c - cell, n0 - a - c + cell)
        variances.append(1 / sum(1 / count for count in rest))
    raw = sum(gap**2 / variance for gap, variance in zip(gaps, variances, strict=True))
    correction = sum(gaps) ** 2 / sum(variances)
    assert correction > 1e-4
    assert result.homogeneity is not None
    assert result.homogeneity.chi_square == pytest.approx(raw - correction)
    assert result.homogeneity.p_value == pytest.approx(chi2.sf(raw - correction, 2))


def test_events_on_one_side_only_leave_the_pooled_ratio_undetermined() -> None:
    odds = mantel_haenszel([TwoByTwo(3, 10, 0, 10), TwoByTwo(2, 10, 0, 10)])
    rates = mantel_haenszel_rate([RateStratum(Incidence(0, 10.0), Incidence(4, 10.0))])
    for result in (odds, rates):
        assert (result.ratio.estimate, result.ratio.low, result.ratio.high) == (None, 0.0, None)
        assert result.homogeneity is None
        assert result.p_value < 0.1


def test_strata_that_say_nothing_say_nothing_together() -> None:
    result = mantel_haenszel([TwoByTwo(0, 10, 0, 10), TwoByTwo(0, 0, 3, 5)])
    assert (result.ratio.estimate, result.chi_square, result.p_value) == (None, 0.0, 1.0)


def test_one_stratum_pools_to_its_own_ratio() -> None:
    table = TwoByTwo(14, 620, 21, 5380)
    result = mantel_haenszel([table])
    assert result.ratio.estimate == pytest.approx(result.strata[0].estimate)
    assert (result.ratio.low, result.ratio.high) == pytest.approx(
        (result.strata[0].low, result.strata[0].high)
    )
    assert result.homogeneity is None


@given(TABLES)
def test_swapping_group_and_reference_inverts_the_pooled_ratio(tables: list[TwoByTwo]) -> None:
    one = mantel_haenszel(tables)
    other = mantel_haenszel([TwoByTwo(*table[2:], *table[:2]) for table in tables])
    assert one.p_value == pytest.approx(other.p_value)
    assume(one.ratio.estimate is not None)
    assert one.ratio.estimate == pytest.approx(1 / (other.ratio.estimate or 0))
    assert one.ratio.low == pytest.approx(1 / (other.ratio.high or 0))
    if one.homogeneity is not None and other.homogeneity is not None:
        assert one.homogeneity.chi_square == pytest.approx(other.homogeneity.chi_square, abs=1e-6)


def test_no_strata_are_an_error_and_not_an_empty_answer() -> None:
    with pytest.raises(InvalidArgument, match="no strata"):
        mantel_haenszel([])
    with pytest.raises(InvalidArgument, match="no strata"):
        mantel_haenszel_rate([])
    with pytest.raises(InvalidArgument, match="more events than units"):
        mantel_haenszel([TwoByTwo(4, 3, 1, 1)])
