"""What came after a commit is found without reading the commits before it."""

import pytest

from domain.errors import UnknownName
from services.hub import commits
from services.hub.hub import Hub
from tests.conftest import fill


@pytest.fixture
def long_log(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setattr(commits, "FEW", 2)
    for number in range(7):
        fill(hub, {"models": [{"model_id": f"M{number}"}]}, f"L-{number}")
    return hub


@pytest.mark.parametrize("position", [0, 1, 4, 6, 7])
def test_the_commits_after_one_are_those_that_follow_it(long_log: Hub, position: int) -> None:
    every = long_log.log.all()
    assert long_log.log.since(every[position].commit_id) == every[position + 1 :]


def test_a_commit_that_is_not_of_this_hub_is_named(long_log: Hub) -> None:
    with pytest.raises(UnknownName, match="C-ELSEWHERE"):
        long_log.log.since("C-ELSEWHERE")
