"""When inspection of a supplier's lots becomes tighter, lighter, or stops.

A sampling plan protects only together with its switching rules: without them a supplier just below
what is wanted passes most of the time.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from domain.sampling import Severity

InspectionState = Literal["normal", "tightened", "reduced", "stopped"]
"""Severity in force; stopped: no lot is accepted by sampling until the supplier has acted."""

REJECTED_TO_TIGHTEN, WITHIN = 2, 5
"""Lots not accepted among so many in a row on normal inspection that tighten it."""
ACCEPTED_TO_RELAX = 5
"""Lots accepted in a row on tightened inspection that lead back to normal."""
SCORE_TO_REDUCE = 30
REJECTED_TO_STOP = 5
"""Lots not accepted on tightened inspection, in all, that stop it."""
_LENIENT, _STRICT = 2, 3


class LotResult(NamedTuple):
    """What inspection said of one lot of one class of nonconformities."""

    accepted: bool
    """Whether the lot was accepted."""
    acceptance_number: int
    """Acceptance number of the plan that was used."""
    passes_tighter: bool = False
    """Whether it would have been accepted at the next smaller AQL; asked for when the acceptance
    number is 2 or more."""
    reinstate_normal: bool = False
    """On reduced inspection: more nonconforming than the acceptance number, or production that is
    not steady, or another reason to leave it."""
    original: bool = True
    """Whether it was inspected for the first time; lots presented again do not count."""


class Switching(NamedTuple):
    """Where the switching rules stand after some lots."""

    state: InspectionState = "normal"
    """What the next lot is inspected under."""
    recent: tuple[bool, ...] = ()
    """Normal inspection: whether each of the last four lots or fewer was accepted."""
    score: int = 0
    """Switching score of normal inspection (points)."""
    accepted_in_row: int = 0
    """Tightened inspection: lots accepted in a row (count)."""
    rejected_on_tightened: int = 0
    """Lots not accepted since inspection was tightened (count)."""

    @property
    def severity(self) -> Severity:
        """The plans that apply; those of tightened inspection once it is stopped and taken up."""
        return "tightened" if self.state == "stopped" else self.state

    @property
    def may_reduce(self) -> bool:
        """Whether the score allows reduced inspection; steadiness and consent are asked beside."""
        return self.state == "normal" and self.score >= SCORE_TO_REDUCE


def after(state: Switching, lot: LotResult, *, reduce: bool = False) -> Switching:
    """Where the rules stand after one more lot.

    Args:
        state: where they stood.
        lot: what was found.
        reduce: production is steady and the responsible authority consents to reduced inspection.

    Source: switching rules of ISO 2859-1:1999, 9.3, with its switching score; MIL-STD-105E has ten
    accepted lots with a limit number in the score's place.
    """
    if not lot.original or state.state == "stopped":
        return state
    if state.state == "normal":
        return _on_normal(state, lot, reduce)
    if state.state == "tightened":
        return _on_tightened(state, lot)
    if lot.accepted and not lot.reinstate_normal:
        return state
    return Switching()


def switched(lots: Iterable[LotResult], *, reduce: bool = False) -> Switching:
    """Where the rules stand after lots in the order in which they were inspected, from normal on.

    Args:
        lots: results by plans of the state of their time.
        reduce: as in `after`.
    """
    state = Switching()
    for lot in lots:
        state = after(state, lot, reduce=reduce)
    return state


def resumed() -> Switching:
    """After a stop, once the supplier's action is taken to work: tightened inspection."""
    return Switching("tightened")


def _on_normal(state: Switching, lot: LotResult, reduce: bool) -> Switching:
    recent = (*state.recent, lot.accepted)[-WITHIN:]
    if recent.count(False) >= REJECTED_TO_TIGHTEN:
        return Switching("tightened")
    score = _score(state.score, lot)
    if score >= SCORE_TO_REDUCE and reduce:
        return Switching("reduced")
    return Switching("normal", recent[-WITHIN + 1 :], score)


def _score(score: int, lot: LotResult) -> int:
    strict = lot.acceptance_number >= _LENIENT
    passes = lot.accepted and (lot.passes_tighter or not strict)
    return score + (_STRICT if strict else _LENIENT) if passes else 0


def _on_tightened(state: Switching, lot: LotResult) -> Switching:
    rejected = state.rejected_on_tightened + (not lot.accepted)
    if rejected >= REJECTED_TO_STOP:
        return Switching("stopped", rejected_on_tightened=rejected)
    row = state.accepted_in_row + 1 if lot.accepted else 0
    if row >= ACCEPTED_TO_RELAX:
        return Switching()
    return Switching("tightened", accepted_in_row=row, rejected_on_tightened=rejected)
