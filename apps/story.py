"""The whole loop on one simulated trouble: from the first sign to the proof, or to a new start.

Everything goes the way that people and schedules go: triage reads, named people approve, a worker
carries out, months pass by the clock that is set. What happens next is never told beforehand.
"""

from collections.abc import Generator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from apps.case_fixing import FixWords, record
from apps.case_work import Asked, finish, read
from apps.loop import acting, triage_now
from apps.settings import Settings
from apps.wiring import Wiring
from apps.worker import make_worker
from domain.errors import NoData
from domain.records.case import Case
from domain.records.proposal import Proposal
from memory.case_rows import CaseFile, cases
from memory.outbox import messages_of
from memory.proposal_rows import proposals
from memory.proposals import Decided

WORLDS = {"works": ("supplier_fix_works", 2), "fails": ("supplier_fix_fails", 20)}
"""Worlds of the story with their seeds: in the one the fix helps, in the other it seems to."""
UNITS, RATE_RATIO = 45_000, 8.0
"""Size of the plant, and how much more often its bad parts fail."""
APPROVERS = {
    "issue_scar": "supplier_manager",
    "block_stock": "plant_manager",
    "close_case": "quality_manager",
}
"""Who of the example people decides on which proposal."""
WEEKS = 6
"""Weeks before the fix at which the story begins (count)."""
MINIMUM_EFFECT = 0.8
"""Reduction that is asked of the fix (share)."""
MIXED_DAYS = 40
"""Days after the cut-in in which old parts are still used up (days)."""


class Told(NamedTuple):
    """One thing that happened."""

    on: date
    """The day by the clock of the story."""
    what: str
    """What happened."""
    command: str
    """How a person would have done or seen it; empty: nobody had to."""


class Truth(NamedTuple):
    """What the story needs to know of the plant: when its fix was made."""

    change_id: str
    """The recorded change."""
    cut_in: date
    """The day of the fix."""


class Story:
    """One plant with its people and its clock."""

    def __init__(self, folder: Path, truth: Truth) -> None:
        self._folder = folder
        self._truth = truth
        self._day = truth.cut_in - timedelta(days=WEEKS * 7 + 1)

    def parts(self, user: str = "engineer") -> Wiring:
        """The program as one person uses it on the day that it is."""
        state = self._folder / "state"
        return Wiring(
            Settings(
                hub=self._folder / "hub",
                state=state,
                config=state,
                user=user,
                database_url=None,
                now=datetime.combine(self._day, time(7), UTC),
            )
        )

    def run(self) -> Iterator[Told]:
        """Live through it; the last thing told is how the case ended."""
        case_id = yield from self._found()
        yield from self._decided(case_id)
        yield from self._fixed(case_id)
        yield from self._waited(case_id)
        yield from self._ended(case_id)

    def _found(self) -> Generator[Told, None, str]:
        found: list[Case] = []
        while not any(self._file(one.id).causes for one in found):
            if self._day >= self._truth.cut_in:
                raise NoData("triage found no cause in this plant", next_step="take another seed")
            parts = self.parts()
            report, _ = triage_now(parts)
            yield self._told(
                f"triage reads {report.read:,} pieces of feedback and {report.claims:,} claims:"
                f" {len(report.safety)} reports of danger, {len(report.alerts)} alarms,"
                f" {len(report.cases_opened)} cases opened, {len(report.cases_updated)} updated",
                "andon triage",
            )
            with parts.ledger.read() as connection:
                found = [one for one in cases(connection) if one.kind == "field"]
            if not any(self._file(one.id).causes for one in found):
                self._day += timedelta(days=7)
        case = next(one for one in found if self._file(one.id).causes)
        yield self._told(f"{case.id} {case.symptom} is opened", f"andon case {case.id}")
        file = self._file(case.id)
        stated = file.occurrence
        said = f"cause: {stated.statement} ({stated.status})" if stated else "no cause is found"
        yield self._told(said, f"andon case {case.id} --report 8d.html")
        return case.id

    def _decided(self, case_id: str) -> Iterator[Told]:
        for one in self._proposals(case_id):
            who = APPROVERS[one.kind]
            decided = self._approve(one, who)
            command = f"andon approve {one.id} --sha256 {one.sha256[:8]} --as {who}"
            yield self._told(f"{one.kind} is {decided.state} by {who}", command)
        self._work()
        for one in self._proposals(case_id, "executed"):
            with self.parts().ledger.read() as connection:
                sent = messages_of(connection, one.id)
            for message in sent:
                words = f"“{message.message.subject}” ({message.message.language})"
                yield self._told(f"{one.kind} is executed: {words} is {message.state}",
                                 "andon worker --once")  # fmt: skip

    def _fixed(self, case_id: str) -> Iterator[Told]:
        self._day = self._truth.cut_in + timedelta(days=1)
        which = self._truth.change_id
        asked = Asked(self.parts("supplier_quality"), case_id, "the supplier's own remedy", None)
        record(asked, FixWords(which, "", "", MINIMUM_EFFECT, MIXED_DAYS, None))
        check = self._file(case_id).checks[-1]
        power = "" if check.power is None else f" with power {check.power:.3f}"
        yield self._told(
            f"the fix {which} is recorded; its effect will be judged on {check.judge_on}{power}",
            f"andon case {case_id} --fix {which} --minimum-effect {MINIMUM_EFFECT}"
            f" --mixed-days {MIXED_DAYS}",
        )

    def _waited(self, case_id: str) -> Iterator[Told]:
        """Months pass; each time a look is due, a worker takes it."""
        while waiting := [
            one for one in self._file(case_id).checks if one.state in ("registered", "undetermined")
        ]:
            due = waiting[0].judge_on
            if due <= self._day or due > self._last_day():
                return
            self._day = due
            self._work()
            found = self._file(case_id).checks[-1]
            yield self._told(
                f"the effect is judged: {found.state} [{found.evidence}]", "andon worker --once"
            )

    def _ended(self, case_id: str) -> Iterator[Told]:
        yield from self._read_across(case_id)
        for one in self._proposals(case_id):
            if one.kind == "close_case":
                who = APPROVERS[one.kind]
                decided = self._approve(one, who)
                command = f"andon approve {one.id} --sha256 {one.sha256[:8]} --as {who}"
                yield self._told(f"{one.kind} is {decided.state} by {who}", command)
        self._work()
        case = self._file(case_id).case
        again = f", opened again {case.times_reopened} time" if case.times_reopened else ""
        yield self._told(f"{case.id} is {case.state}{again}", "andon cases --all")

    def _read_across(self, case_id: str) -> Iterator[Told]:
        """Every site decides whether it needs the same; without that no case closes."""
        answer = "no further measure: the supplier's remedy reaches this site too"
        waits = [one for one in self._file(case_id).actions if one.kind == "read_across"]
        if not any(one.state == "effective" for one in self._file(case_id).checks):
            return
        for one in waits:
            finish(Asked(self.parts("quality_manager"), case_id, answer, None), one.id)
            command = f"andon case {case_id} --done {one.id} --reason …"
            yield self._told(f"read-across: {one.text} {answer}", command)

    def _approve(self, one: Proposal, who: str) -> Decided:
        from graphs.actions import decide_on

        parts = self.parts(who)
        return decide_on(
            acting(parts),
            one.id,
            parts.principal,
            "approve",
            sha256=one.sha256,
            now=parts.now(),
        )

    def _work(self) -> None:
        parts = self.parts()
        make_worker(parts).run_due(parts.now())

    def _proposals(self, case_id: str, state: str = "proposed") -> list[Proposal]:
        parts = self.parts()
        with parts.ledger.read() as connection:
            found = proposals(connection, parts.action_policy, case_id=case_id)
        return [one for one in found if one.state == state]

    def _file(self, case_id: str) -> CaseFile:
        return read(Asked(self.parts(), case_id, "", None))

    def _last_day(self) -> date:
        return self.parts().hub.newest().newest_on or self._day

    def _told(self, what: str, command: str) -> Told:
        return Told(self._day, what, command)
