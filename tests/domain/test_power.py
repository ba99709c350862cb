"""Power beside simulation of the judgement itself, and what can never be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.effects import BeforeAfter
from domain.errors import InvalidArgument
from domain.power import FixPower, Prospect, first_day, fix_power
from domain.rates import Incidence
from domain.verification import judge_fix

DRAWS = 600
EXPOSURE = st.floats(20, 2000)


def drawn(random: np.random.Generator, group: Prospect, ratio: float) -> BeforeAfter:
    before, after = (
        Incidence(int(random.poisson(mean)), exposure)
        for mean, exposure in (
            (group.rate * group.before, group.before),
            (group.rate * group.after * ratio, group.after),
        )
    )
    return BeforeAfter(before, after)


def simulated(treated: Prospect, control: Prospect | None, wanted: float) -> FixPower:
    """Shares of verdicts on drawn counts."""
    random = np.random.Generator(np.random.PCG64(7))
    found = []
    for ratio in (wanted, 1.0):
        verdicts = [
            judge_fix(
                drawn(random, treated, ratio),
                drawn(random, control, 1.0) if control else None,
                wanted_ratio=wanted,
            ).verdict
            for _ in range(DRAWS)
        ]
        found.append(verdicts)
    shown, useless = found
    return FixPower(
        shown.count("effective") / DRAWS,
        useless.count("not_effective") / DRAWS,
        useless.count("effective") / DRAWS,
    )


@pytest.mark.parametrize(
    ("treated", "control", "wanted"),
    [
        (Prospect(0.0015, 80_000, 50_000), None, 0.4),
        (Prospect(0.0015, 80_000, 20_000), None, 0.6),
        (Prospect(0.01, 2_000, 40_000), None, 0.4),
        (Prospect(1.0, 120, 80), Prospect(2.0, 100, 70), 0.4),
        (Prospect(1.0, 400, 250), Prospect(0.3, 400, 300), 0.6),
        (Prospect(1.0, 60, 40), Prospect(1.0, 50, 30), 0.5),
    ],
)
def test_the_power_is_the_share_of_right_verdicts_in_simulation(
    treated: Prospect, control: Prospect | None, wanted: float
) -> None:
    reckoned = fix_power(treated, control, wanted_ratio=wanted)
    seen = simulated(treated, control, wanted)
    for name in ("shown", "refuted", "mistaken"):
        chance = getattr(seen, name)
        error = 4 * np.sqrt(max(chance * (1 - chance), 0.01) / DRAWS)
        assert getattr(reckoned, name) == pytest.approx(chance, abs=error + 0.02), name


def test_with_all_the_data_in_the_world_only_the_level_is_left_to_chance() -> None:
    for control in (None, Prospect(1.0, 1e5, 1e5)):
        found = fix_power(Prospect(1.0, 1e5, 1e5), control)
        assert found.shown == pytest.approx(1.0, abs=1e-6)
        assert found.mistaken == pytest.approx(0.025, abs=0.002)
        assert found.refuted == pytest.approx(0.975, abs=0.002)


def test_a_fix_cannot_be_shown_before_its_units_could_fail() -> None:
    assert fix_power(Prospect(0.0015, 80_000, 500), None, wanted_ratio=0.4).shown < 0.05


@settings(deadline=None, max_examples=60)
@given(
    EXPOSURE,
    EXPOSURE,
    st.one_of(st.none(), st.tuples(EXPOSURE, EXPOSURE)),
    st.floats(1.05, 4),
    st.integers(0, 3),
    st.sampled_from([0.4, 0.6, 0.8]),
)
def test_more_exposure_never_lowers_the_power(
    before: float,
    after: float,
    control: tuple[float, float] | None,
    more: float,
    which: int,
    wanted: float,
) -> None:
    sizes = [before, after, *(control or ())]
    grown = list(sizes)
    grown[which % len(sizes)] *= more

    def power(values: list[float]) -> float:
        beside = Prospect(1.0, *values[2:]) if control else None
        return fix_power(Prospect(1.0, *values[:2]), beside, wanted_ratio=wanted).shown

    assert power(grown) >= power(sizes) - 0.005


@given(EXPOSURE, EXPOSURE, st.sampled_from([0.3, 0.5, 0.7]))
def test_a_larger_effect_is_easier_to_see(before: float, after: float, wanted: float) -> None:
    treated = Prospect(1.0, before, after)
    easy = fix_power(treated, None, wanted_ratio=wanted)
    hard = fix_power(treated, None, wanted_ratio=wanted + 0.1)
    assert easy.shown >= hard.shown - 0.005


@given(st.floats(0.001, 0.05), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_who_wants_more_power_waits_at_least_as_long(pace: float, one: float, other: float) -> None:
    def power(day: int) -> float:
        return 1 - float(np.exp(-pace * day))

    days = [first_day(power, wanted, first=1, last=10_000) for wanted in sorted((one, other))]
    assert days[0] is not None
    assert days[1] is not None
    assert days[0] <= days[1]
    assert power(days[0]) >= min(one, other)
    assert days[0] == 1 or power(days[0] - 1) < min(one, other)


def test_a_power_that_is_never_reached_has_no_day() -> None:
    assert first_day(lambda _: 0.5, 0.8, first=1, last=100) is None
    assert first_day(lambda _: 0.9, 0.8, first=5, last=4) is None


@pytest.mark.parametrize(
    ("treated", "wanted"),
    [(Prospect(0.0, 1, 1), 0.6), (Prospect(1, 0, 1), 0.6), (Prospect(1, 1, 1), 1.0)],
)
def test_nothing_to_compare_or_nothing_asked_for_is_refused(
    treated: Prospect, wanted: float
) -> None:
    with pytest.raises(InvalidArgument):
        fix_power(treated, None, wanted_ratio=wanted)
