"""What a company does with the demo's answer: a case, what follows from it, the triage."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from apps.case_work import Asked, investigate
from apps.loop import day_of, triage_now
from apps.proposal_reading import listed
from memory.case_rows import cases
from tools.registry import named
from tools.runner import run_tool

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.proposal import Proposal
    from domain.records.triage import TriageReport

SYMPTOM, SEVERITY = "LINES_ON_SCREEN", 3
TRIAGED = timedelta(days=28)
"""How far back the demo's triage reads; the next one reads what is older."""


class Followed(NamedTuple):
    """What came of the question."""

    case_id: str
    """The case that was opened for it."""
    waiting: "tuple[Proposal, ...]"
    """What waits for a person."""
    triage: "TriageReport"
    """What the night's triage read and did."""

    def to_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "case": self.case_id,
            "proposals": [one.id for one in self.waiting],
            "triage": self.triage.to_json(),
        }


def follow_up(parts: "Wiring", seen: str) -> Followed:
    """Open the case, ask for its cause, do the triage that is due; a second time finds the first's.

    Args:
        parts: the program's parts, for an engineer.
        seen: the trouble in plain words.
    """
    case_id = _case_of(parts) or _opened(parts, seen)
    day = day_of(parts)
    report, _ = triage_now(parts, as_of=day, since=day - TRIAGED)
    return Followed(case_id, tuple(listed(parts)), report)


def _case_of(parts: "Wiring") -> str | None:
    with parts.ledger.read() as connection:
        return next((one.id for one in cases(connection) if one.symptom == SYMPTOM), None)


def _opened(parts: "Wiring", seen: str) -> str:
    question = {"symptom": SYMPTOM, "severity": SEVERITY, "seen": seen}
    case_id: str = run_tool(named("open_case"), question, parts.context()).result["case_id"]
    investigate(Asked(parts=parts, case_id=case_id, reason="", as_of=None))
    return case_id
