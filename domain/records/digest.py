"""A digest: what people of one region or site are told after a run, once, before any language."""

from datetime import date, datetime
from typing import Literal

from domain.contract import Contract
from domain.intervals import Interval
from domain.records.alarm import Alarm, SafetySign
from domain.records.case import StepName
from domain.records.cause import Condition

Happened = Literal["opened", "updated", "reopened", "closed", "waiting"]
"""What became of a case since the last digest; waiting: nothing, and somebody has to act."""


class Coverage(Contract):
    """What became of the feedback that was read."""

    read: int
    """Pieces that came since the last run (count)."""
    coded: int
    """Pieces that have codes (count)."""
    duplicate: int
    """Pieces that repeat another one (count)."""
    queued: int
    """Pieces that wait for a person who reads their language (count)."""
    quarantined: int
    """Pieces that could not be used (count)."""


class Freshness(Contract):
    """How new the data of one source are."""

    table: str
    """Table of the hub."""
    newest_on: date | None
    """Day of its newest row; null: it has none."""


class Watched(Contract):
    """What the alarms are drawn from."""

    cells: int
    """Cells or charts watched (count)."""
    budget_per_week: float
    """False alarms a week over all of them that are accepted (count)."""


class SafetyLine(Contract):
    """A report of danger."""

    sign: SafetySign
    """What was reported."""
    case_id: str | None
    """Its case."""


class AlarmLine(Contract):
    """An alarm."""

    alarm: Alarm
    """What signalled."""
    case_id: str | None
    """Its case."""


class CaseLine(Contract):
    """A case and what became of it."""

    case_id: str
    """The case."""
    symptom: str
    """Symptom code, defect code or characteristic."""
    where: Condition
    """What the affected units have in common."""
    severity: int
    """1 cosmetic to 5 danger."""
    happened: Happened
    """What became of it."""
    owner: str | None
    """Who has it in hand; null: nobody yet."""
    step: StepName | None
    """First discipline that is not done; null: all are."""


class ProposalLine(Contract):
    """A proposal that waits for approval."""

    proposal_id: str
    """The proposal."""
    kind: str
    """What would be done."""
    case_id: str | None
    """Its case."""
    approvers: tuple[str, ...]
    """Roles that may approve."""
    expires_at: datetime
    """After this moment it can no longer be approved (UTC)."""


class CheckLine(Contract):
    """An effect check that is due."""

    check_id: str
    """The check."""
    case_id: str
    """Its case."""
    judge_on: date
    """Day on which it is judged."""


class ShiftLine(Contract):
    """One shift of one line."""

    line_id: str
    """Line."""
    shift: str
    """Shift."""
    built: int
    """Units built (count)."""
    inspected: int
    """Units inspected (count); 0: none, which is no yield of zero."""
    first_pass_yield: Interval
    """Share that passed its first inspection at every station, 0 to 1."""


class DefectLine(Contract):
    """A defect and how often it was found."""

    code: str
    """Defect code."""
    safety_critical: bool
    """Whether it stands for danger."""
    units: int
    """Units with it (count)."""


class GapLine(Contract):
    """A line that builds while something is not recorded: not known, which is not zero."""

    line_id: str
    """Line."""
    station_id: str | None
    """Station; null for inspections."""
    missing: str
    """`inspections`, or the characteristic whose readings are missing."""
    last_on: date | None
    """Last day on which it was recorded; null: not in the whole window."""
    built: int
    """Units built since (count)."""


class Factory(Contract):
    """What a site's digest shows beside alarms and cases."""

    shifts: tuple[ShiftLine, ...]
    """Output by line and shift."""
    defects: tuple[DefectLine, ...]
    """Most frequent defects, the most frequent first."""
    gaps: tuple[GapLine, ...]
    """What is not recorded."""
    gauges_unfit: tuple[str, ...]
    """Characteristics whose gauge a study found unfit."""


class Digest(Contract):
    """What one region or site is told."""

    kind: Literal["region", "site"]
    """Whom it is for."""
    place: str
    """The region or site."""
    timezone: str
    """Time zone of its people (IANA)."""
    first_on: date
    """First day that it is about."""
    last_on: date
    """Last day that it is about."""
    as_of: date
    """Day up to which rows count as known."""
    made_at: datetime
    """When it was made (UTC)."""
    run_id: str
    """The run that made it."""
    safety: tuple[SafetyLine, ...] = ()
    """Reports of danger, the most severe first."""
    alarms: tuple[AlarmLine, ...] = ()
    """Alarms, the most severe first."""
    cases: tuple[CaseLine, ...] = ()
    """Cases, changed ones first."""
    proposals: tuple[ProposalLine, ...] = ()
    """Proposals that wait for approval."""
    checks: tuple[CheckLine, ...] = ()
    """Effect checks that are due."""
    factory: Factory | None = None
    """Figures of a site."""
    watched: Watched | None = None
    """What the alarms are drawn from; null: nothing was watched."""
    coverage: Coverage | None = None
    """What became of the feedback; null: none was read."""
    freshness: tuple[Freshness, ...] = ()
    """How new the data are."""

    @property
    def nothing_new(self) -> bool:
        """No report of danger, no alarm, no change of a case."""
        changed = any(case.happened != "waiting" for case in self.cases)
        return not (self.safety or self.alarms or changed)
