"""The bench of an answer: what it counts, on a plant too small for its times to mean anything."""

from collections.abc import Iterator

import pytest

from evals.bench import answer


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[answer.Bench]:
    with answer._bench(tmp_path_factory.mktemp("bench"), 2000) as made:
        yield made


def test_a_question_is_set_beside_a_bare_loop(bench) -> None:
    found = {one.figure: one for one in answer._figures("look-up", bench, 1)}
    ratio = found["look-up: supervisor, multiple of a bare loop"]
    assert ratio.ratio_to == answer.BARE
    assert ratio.value > 0
    assert found["look-up: requests"].value == 1
    assert found["look-up: tool calls"].value >= 1


def test_two_specialists_keep_to_four_requests_written_down_in_their_order(bench) -> None:
    steps = answer._ask("two specialists", bench).steps
    kinds = ["look" if isinstance(one, answer.Look) else "request" for one in steps]
    assert kinds[0] == kinds[-1] == "request"
    assert kinds.count("request") == answer.FEW_REQUESTS
    assert "look" in kinds[1 : kinds.index("request", 1)]
