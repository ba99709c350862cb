"""A lying, stalling or broken language model: nothing that it makes up leaves, an answer comes."""

from evals.grounding.adversary import HABITS
from evals.grounding.grounding import figures


def test_nothing_made_up_leaves_and_an_answer_comes_whatever_the_model_does() -> None:
    found = figures(seeds=len(HABITS), first_seed=0)
    assert [one.figure for one in found if not one.met] == []
    assert found[0].n >= len(HABITS), "the model told fewer lies than it has habits"
