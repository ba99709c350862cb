"""The whole loop in two plants: a fix that works is proved and kept, one that fails is found."""

import contextlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apps.loop import working
from apps.settings import Settings
from apps.verbs.demo_story import tell
from apps.wiring import Wiring
from domain.records.case import Case
from domain.records.proposal import Proposal
from graphs.case import happen
from memory.audit import verify
from memory.case_rows import CaseFile, case_file, cases
from memory.cases import Sign, take_sign
from memory.knowledge import learnt
from memory.outbox import messages_of
from memory.proposal_rows import proposals

pytestmark = pytest.mark.timeout(600)


class Lived(NamedTuple):
    """A story that is over."""

    folder: Path
    told: list[dict[str, Any]]

    def parts(self, user: str = "engineer") -> Wiring:
        """The program on the last day of it."""
        state = self.folder / "state"
        day = datetime.fromisoformat(self.told[-1]["on"]).date()
        now = datetime.combine(day, time(7), UTC)
        return Wiring(Settings(self.folder / "hub", state, state, user, None, now))

    @property
    def case(self) -> Case:
        """The case that the story was about: the one with a supported cause and a check."""
        with self.parts().ledger.read() as connection:
            (found,) = [one for one in cases(connection) if case_file(connection, one.id).checks]
        return found

    @property
    def file(self) -> CaseFile:
        with self.parts().ledger.read() as connection:
            return case_file(connection, self.case.id)

    def proposals(self, kind: str) -> list[Proposal]:
        parts = self.parts()
        with parts.ledger.read() as connection:
            found = proposals(connection, parts.action_policy, case_id=self.case.id)
        return [one for one in found if one.kind == kind]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lived]:
    """Lives through a story, once for each fix."""
    known: dict[str, Lived] = {}

    def once(fix: str) -> Lived:
        if fix not in known:
            folder = tmp_path_factory.mktemp("story") / fix
            written = io.StringIO()
            with contextlib.redirect_stdout(written):
                tell(folder, fix, as_json=True)
            known[fix] = Lived(folder, json.loads(written.getvalue())["told"])
        return known[fix]

    return once


@pytest.fixture(params=["works", "fails"])
def story(request: pytest.FixtureRequest, live: Callable[[str], Lived]) -> Lived:
    return live(request.param)


def test_a_sign_becomes_a_case_with_a_tested_cause(story: Lived) -> None:
    assert story.told[0]["what"].startswith("triage reads")
    (cause,) = [one for one in story.file.causes if one.kind == "occurrence"]
    assert cause.status == "supported"
    assert cause.condition is not None
    truth = json.loads((story.folder / "exports" / "truth.json").read_text(encoding="utf-8"))
    treated = (
        truth["fix"]["treated"] if "treated" in truth["fix"] else truth["causes"][0]["condition"]
    )
    assert cause.condition.supplier_id == treated["supplier_id"]
    assert cause.condition.part_id == treated["part_id"]


def test_what_people_approved_is_executed_once_and_leaves_in_the_right_language(
    story: Lived,
) -> None:
    parts = story.parts("supplier_quality")
    (scar,) = story.proposals("issue_scar")
    assert scar.state == "executed"
    snapshot = parts.hub.snapshot(parts.scope)
    (master,) = snapshot.query("supplier_record", supplier_id=scar.payload["supplier_id"]).dicts()
    with parts.ledger.read() as connection:
        (message,) = messages_of(connection, scar.id)
    assert (message.state, message.message.language) == ("sent", master["language"])
    kept = [
        path.read_text(encoding="utf-8") for path in (story.folder / "state/sent").rglob("*.json")
    ]
    assert sum(message.message.key in json.loads(one)["key"] for one in kept) == 1
    (block,) = story.proposals("block_stock")
    assert block.state == "executed"
    assert len({one["language"] for one in block.payload["letters"].values()}) > 1


def test_the_ledger_tells_all_of_it_and_nothing_was_changed_afterwards(story: Lived) -> None:
    with story.parts().ledger.read() as connection:
        verdict = verify(connection)
    assert verdict.whole
    assert verdict.entries > 20


def test_a_fix_that_works_is_proved_closed_and_kept_for_review(
    live: Callable[[str], Lived],
) -> None:
    story = live("works")
    (check,) = story.file.checks
    assert (story.case.state, check.state) == ("closed", "effective")
    assert check.power is not None
    assert check.power >= 0.975
    (close,) = story.proposals("close_case")
    assert (close.state, close.evidence) == ("executed", (check.evidence,))
    across = [one for one in story.file.actions if one.kind == "read_across"]
    assert across
    assert all(one.state == "done" and one.result for one in across)
    with story.parts().ledger.read() as connection:
        (kept,) = learnt(connection, symptom=story.case.symptom)
    assert (kept.case_id, kept.review) == (story.case.id, "to_review")
    assert check.evidence in kept.evidence


def test_what_a_case_taught_is_a_prior_of_the_next_and_never_its_proof(
    live: Callable[[str], Lived],
) -> None:
    story = live("works")
    parts, first = story.parts(), story.case
    sign = Sign(
        key="the same again",
        name="alarm:later",
        kind="field",
        symptom=first.symptom,
        where=first.where,
        severity=3,
        regions=("*",),
        aware_at=parts.now(),
        body={},
    )
    with parts.ledger.change(by="andon:case", at=parts.now()) as change:
        later = take_sign(change, sign, parts.action_policy).case_id
    happen(working(parts), later, "investigate")
    with parts.ledger.read() as connection:
        file = case_file(connection, later)
    analysis = file.step("D4")
    assert [one["case_id"] for one in analysis.content["known_before"]] == [first.id]
    old = {one.evidence_id for one in story.file.evidence if one.role == "effect"}
    assert not old & {one for cause in file.causes for one in cause.evidence}
    assert not old & set(analysis.evidence)


def test_a_fix_that_fails_opens_the_case_again_and_teaches_nothing(
    live: Callable[[str], Lived],
) -> None:
    story = live("fails")
    (check,) = story.file.checks
    assert (story.case.state, story.case.times_reopened) == ("open", 1)
    assert check.state == "not_effective"
    assert story.proposals("close_case") == []
    steps = {one.step: one.state for one in story.file.steps}
    assert (steps["D5"], steps["D6"]) == ("open", "open")
    assert any("look at the causes again" in one.text for one in story.file.actions)
    with story.parts().ledger.read() as connection:
        assert learnt(connection, symptom=story.case.symptom) == []
