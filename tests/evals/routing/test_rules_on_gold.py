import pytest
import yaml

from evals.routing.routing import AGENTS_RIGHT, DECISIONS_RIGHT, GOLD, SETS, judged


@pytest.mark.parametrize("name", SETS)
def test_without_a_hub_requests_are_routed_as_well_as_they_should_be(name: str) -> None:
    if yaml.safe_load((GOLD / f"{name}.yaml").read_text(encoding="utf-8"))["use"] == "once":
        pytest.skip("nobody has read its errors: it is for reporting only")
    verdicts = judged(GOLD / f"{name}.yaml", None)
    wrong = [one.case_id for one in verdicts if not one.agents]
    assert len(wrong) <= (1 - AGENTS_RIGHT) * len(verdicts), wrong
    held = [one for one in verdicts if one.held_back]
    missed = [one.case_id for one in held if not one.decision]
    assert len(missed) <= (1 - DECISIONS_RIGHT) * len(held), missed
