"""What was learnt: a cause whose fix was verified, to be remembered, never taken as proof."""

from datetime import date, datetime
from typing import Literal

from domain.contract import Contract
from domain.records.cause import Condition

Review = Literal["to_review", "reviewed", "retired"]


class Knowledge(Contract):
    """Symptom, mechanism, cause, control and part of one closed case."""

    id: str
    """`K-` and eight base32 characters."""
    case_id: str
    """The case that taught it."""
    symptom: str
    """Symptom code."""
    mechanism: str
    """How the cause makes the symptom, in a person's words; empty: not stated."""
    cause: Condition
    """What the affected units had in common."""
    control: str
    """What keeps it from coming back; empty: not stated."""
    part_id: str | None
    """The part concerned."""
    family: str | None
    """Product family concerned."""
    evidence: tuple[str, ...]
    """Evidence ids, that of the verified effect first."""
    author: str
    """Who wrote it."""
    review: Review
    """Whether a second person has read it; retired knowledge is not offered any more."""
    reviewed_by: str | None
    """Who read it."""
    valid_from: date
    """First day that it holds for."""
    valid_to: date | None
    """Last day; null: open."""
    at: datetime
    """When it was written (UTC)."""
