"""What the work on a case may use, and under whose name it writes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import AndonError
from domain.records.case import AttachedRole, StepName, StepState
from domain.records.evidence import Evidence
from graphs.actions import Acting
from memory.case_rows import CaseFile, case_file
from memory.cases import attach, write_step
from memory.ledger import Change
from tools.registry import named
from tools.runner import run_tool
from tools.tool import ToolContext

CASEWORK = "andon:case"
"""Under whose name a run writes into a case."""
NOTES = "notes"
"""What people wrote into a discipline, beside what the house writes."""
QUEUE = "cases"
"""The queue of jobs that wake a case."""


@dataclass(frozen=True)
class Working:
    """What one run on a case may use."""

    acting: Acting
    """Ledger, jobs, rules and routes."""
    tools: ToolContext
    """The data as it is seen on the day."""
    now: datetime
    """The moment (UTC)."""
    by: str = CASEWORK
    """Under whose name it writes."""

    def file(self, case_id: str) -> CaseFile:
        """The case as it stands.

        Raises:
            UnknownName: there is no such case.
        """
        with self.acting.ledger.read() as connection:
            return case_file(connection, case_id)

    @contextmanager
    def change(self) -> Iterator[Change]:
        """One transaction of the ledger."""
        run_id = self.tools.run_id
        with self.acting.ledger.change(by=self.by, at=self.now, run_id=run_id) as change:
            yield change

    def look(self, tool: str, question: Mapping[str, Any]) -> Evidence | AndonError:
        """Ask a tool; what it could not tell comes back as its error, to be written down."""
        try:
            return run_tool(named(tool), question, self.tools)
        except AndonError as error:
            return error

    def attach(self, case_id: str, role: AttachedRole, evidence: tuple[str, ...]) -> None:
        """Attach evidence to a case."""
        with self.change() as change:
            for one in evidence:
                attach(change, case_id, one, role)

    def write(
        self,
        change: Change,
        case_id: str,
        step: StepName,
        content: Mapping[str, Any],
        *,
        state: StepState | None = None,
        evidence: tuple[str, ...] = (),
    ) -> None:
        """Write a discipline; what people noted in it stays.

        Args:
            change: the open transaction.
            case_id: the case.
            step: D0 to D8.
            content: what is known now, in the place of what was.
            state: where it stands; null: as it was.
            evidence: what it rests on.
        """
        steps = case_file(change.connection, case_id).steps
        held = next(one for one in steps if one.step == step)
        notes = held.content.get(NOTES)
        told = {**content, **({NOTES: notes} if notes else {})}
        write_step(change, case_id, step, told, state=state or held.state, evidence=evidence)

    def wake(
        self, case_id: str, event: str, at: datetime, mark: str, *, change: Change | None = None
    ) -> None:
        """Have the case worked on at a moment; the same mark again is no second time.

        Args:
            case_id: the case.
            event: what then happens to it.
            at: the moment.
            mark: makes it one.
            change: the open transaction, if there is one.
        """
        key, payload = f"case:{case_id}:{event}:{mark}", {"case_id": case_id, "event": event}
        joined = change.connection if change else None
        self.acting.jobs.enqueue(key, at, QUEUE, payload, connection=joined)
