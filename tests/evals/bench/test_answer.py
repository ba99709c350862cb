"""The bench of an answer: what it counts, on a plant far too small for its times to mean anything."""

import pytest

from evals.bench import answer
from evals.figure import Figure


@pytest.fixture(scope="module")
def found() -> dict[str, Figure]:
    return {one.figure: one for one in answer.run(2000, repeat=1)}


def test_every_kind_of_question_is_set_beside_a_bare_loop(found) -> None:
    for kind in ("look-up", "one specialist", "two specialists"):
        ratio = found[f"{kind}: supervisor, multiple of a bare loop"]
        assert ratio.ratio_to == answer.BARE
        assert ratio.value > 0
        assert found[f"{kind}: tool calls"].value >= 1


def test_two_specialists_keep_to_four_requests(found) -> None:
    requests = found["two specialists: requests"]
    assert (requests.target, requests.met) == ("<= 4", True)
    assert found["one specialist: requests"].value == 1


def test_what_the_supervisor_asked_is_written_down_in_its_order(tmp_path) -> None:
    with answer._bench(tmp_path, 2000) as bench:
        steps = answer._ask("two specialists", bench).steps
    kinds = ["look" if isinstance(one, answer.Look) else "request" for one in steps]
    assert kinds[0] == kinds[-1] == "request"
    assert kinds.count("request") == 4
    assert "look" in kinds[1 : kinds.index("request", 1)]
