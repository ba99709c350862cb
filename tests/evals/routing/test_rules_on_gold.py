from evals.routing.routing import AGENTS_RIGHT, DECISIONS_RIGHT, GOLD, judged


def test_without_a_hub_the_tuning_set_is_routed_as_well_as_it_should_be() -> None:
    verdicts = judged(GOLD / "requests.yaml", None)
    wrong = [one.case_id for one in verdicts if not one.agents]
    assert len(wrong) <= (1 - AGENTS_RIGHT) * len(verdicts), wrong
    held = [one for one in verdicts if one.held_back]
    missed = [one.case_id for one in held if not one.decision]
    assert len(missed) <= (1 - DECISIONS_RIGHT) * len(held), missed
