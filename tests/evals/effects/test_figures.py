"""Figures over fixes whose verdict and registered power are given."""

from evals.effects.figures import FIRST_SEED, SIZES, of_outcomes, plans
from evals.effects.worlds import Judged


def judged(power: float, verdict: str, right: str = "not_effective") -> Judged:
    return Judged("fix_fails", power, power, verdict, right, naive_fell=True)  # type: ignore[arg-type]


def test_only_fixes_with_the_wanted_power_have_to_be_judged_rightly() -> None:
    sure = [judged(0.99, "not_effective"), judged(0.98, "undetermined")]
    unsure = [judged(0.3, "undetermined")] * 4
    figures = {one.figure: one for one in of_outcomes([*sure, *unsure])}
    right = figures["power >= 0.975: right verdict"]
    assert (right.value, right.n, right.met) == (0.5, 2, False)
    wrong = figures["power < 0.975: wrong verdict"]
    assert (wrong.value, wrong.n, wrong.met) == (0.0, 4, True)


def test_a_useless_fix_called_effective_is_counted_whatever_its_power() -> None:
    outcomes = [judged(0.99, "effective"), judged(0.2, "effective"), judged(0.2, "undetermined")]
    figures = {one.figure: one for one in of_outcomes(outcomes)}
    assert figures["useless fixes called effective"].value == 2 / 3
    assert figures["useless fixes called effective"].met is False
    assert figures["the same without a control"].value == 1


def test_every_kind_of_fix_is_tried_at_every_size() -> None:
    chosen = plans(6, FIRST_SEED)
    for name, sizes in SIZES.items():
        assert {plan.exposed_failures for plan in chosen if plan.world == name} == set(sizes)
