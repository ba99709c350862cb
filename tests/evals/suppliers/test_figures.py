from evals.suppliers.figures import of_outcomes
from evals.suppliers.oracles import textbook
from evals.suppliers.worlds import Asked, run
from services.hub.simulate import Plan


def test_known_answers_come_out() -> None:
    assert textbook().met


def test_a_supplier_is_asked_about_after_it_began_to_get_worse_and_before_the_end() -> None:
    plan = Plan(world="supplier_deteriorates", seed=5, units=4_000, format="parquet")
    asked = run(plan)
    assert 0 < asked.days < 320
    assert asked.on < plan.end
    assert list(asked.right.values()).count("deteriorating") == 1
    assert asked.verdicts.keys() == asked.right.keys()


def test_a_missed_supplier_and_a_false_flag_miss_their_targets() -> None:
    plan = Plan()
    asked = Asked(
        on=plan.end,
        seen=True,
        days=100,
        verdicts={"S-1": "undetermined", "S-2": "deteriorating"},
        at_end={"S-1": "deteriorating", "S-2": "stable"},
        right={"S-1": "deteriorating", "S-2": "stable"},
    )
    before, seen, at_end, false, stable, _ = of_outcomes([asked])
    assert [one.met for one in (before, seen, false)] == [False, False, False]
    assert (at_end.value, false.value, stable.value) == (1.0, 0.5, 0.5)
