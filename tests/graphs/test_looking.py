"""The looks of one specialist: its tools, its budget, and never the same look twice."""

from typing import Any

import pytest

from agents.roster import AGENTS
from domain.records.task import Brief
from graphs.looking import SpecialistLooks


@pytest.fixture
def looking(new_run):
    def make(**limits: Any) -> tuple[SpecialistLooks, list[dict[str, Any]]]:
        told: list[dict[str, Any]] = []
        brief = Brief(id="t1", agent="user_needs", goal="Look.", **limits)
        return SpecialistLooks(AGENTS["user_needs"], brief, new_run(), told.append), told

    return make


def test_a_look_is_told_before_and_after(looking) -> None:
    looks, told = looking()
    found = looks.ask("claim_rate")
    assert found is not None
    assert [one["kind"] for one in told] == ["tool_call", "tool_result"]
    assert told[1]["data"]["evidence"] == found.id
    assert looks.findings.evidence == (found,)


def test_the_same_look_is_not_taken_twice(looking) -> None:
    looks, told = looking(tool_calls=1)
    assert looks.ask("claim_rate") == looks.ask("claim_rate", symptoms=())
    assert len(told) == 2
    assert not looks.spent


def test_a_look_that_failed_is_not_tried_again(looking) -> None:
    looks, _ = looking()
    assert looks.ask("claim_rate", models=("NONE-1",)) is None
    assert looks.ask("claim_rate", models=("NONE-1",)) is None
    assert [one.tool for one in looks.failed] == ["claim_rate"]


def test_a_tool_of_another_agent_is_refused(looking) -> None:
    looks, _ = looking()
    assert looks.ask("rank_causes", symptom="NO_POWER") is None
    assert "may not use rank_causes" in looks.failed[0].error.message


def test_a_wrong_argument_is_a_failed_look_and_no_call(looking) -> None:
    looks, told = looking()
    assert looks.ask("claim_rate", colour="red") is None
    assert "colour" in looks.failed[0].error.message
    assert [one["kind"] for one in told] == ["tool_result"]


def test_used_up_looks_end_in_what_there_is(looking) -> None:
    looks, told = looking(tool_calls=1)
    assert looks.ask("claim_rate") is not None
    assert looks.ask("claim_rate", count="claims") is None
    assert looks.spent
    assert "1 looks are used up" in looks.findings.cut
    assert told[-1]["kind"] == "budget"


def test_used_up_time_ends_in_what_there_is(looking) -> None:
    looks, _ = looking(seconds=0.0)
    assert looks.ask("claim_rate") is None
    assert "seconds are over" in looks.findings.cut


def test_specialists_of_one_run_share_what_was_looked_up(new_run) -> None:
    run, told = new_run(), []
    brief = Brief(id="t1", agent="user_needs", goal="Look.")
    one = SpecialistLooks(AGENTS["user_needs"], brief, run, told.append)
    other = SpecialistLooks(AGENTS["root_cause"], brief, run, told.append)
    assert one.ask("rank_issues") == other.ask("rank_issues")
    assert run.tally["tool_calls"] == 1
