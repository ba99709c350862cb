"""Earlier lots played through the switching rules, each by the plan that was in force for it."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from domain.contract import Contract
from domain.sampling import Level, SamplingPlan, code_letter, single_plan, tighter
from domain.switching import LotResult, Switching, after


class PastLot(Contract):
    """A lot that was inspected."""

    lot_size: Annotated[int, Field(ge=2)] | None = None
    """Pieces in it (count); null: as many as the lot in question."""
    nonconforming: Annotated[int, Field(ge=0)] | None = None
    """Nonconforming pieces found in its sample (count); null: only the decision is known."""
    accepted: bool | None = None
    """Whether it was accepted; null: as its plan says."""
    original: bool = True
    """Whether it was presented for the first time."""
    steady: bool = True
    """Whether production was as usual."""

    @model_validator(mode="after")
    def _says_something(self) -> "PastLot":
        if self.nonconforming is None and self.accepted is None:
            raise ValueError("a lot needs nonconforming or accepted")
        return self


class Replayed(NamedTuple):
    """Where the rules stand after some lots."""

    state: Switching
    """The state with its counters."""
    counted: int
    """Lots that counted: inspected for the first time, and not while inspection was stopped."""
    unscored: int
    """Lots without count of nonconforming pieces whose plan needs one for the score."""


def replayed(
    lots: Sequence[PastLot],
    level: Level,
    aql: str,
    *,
    steady: bool,
    start: Switching | None = None,
) -> Replayed:
    """Play lots through the rules.

    Args:
        lots: with their sizes, the oldest first.
        level: inspection level of all of them.
        aql: AQL of all of them, as in the tables.
        steady: reduced inspection is allowed.
        start: where the rules stood before; none: at the start of normal inspection.
    """
    state, counted, unscored = start or Switching(), 0, 0
    for lot in lots:
        assert lot.lot_size is not None  # the caller fills it in
        letter = code_letter(lot.lot_size, level)
        plan = single_plan(letter, aql, state.severity)
        counts = lot.original and state.state != "stopped"
        counted += counts
        unscored += counts and lot.nonconforming is None and _needs_count(plan, state)
        state = after(state, _result(lot, plan, letter, aql), reduce=steady)
    return Replayed(state, counted, unscored)


def _needs_count(plan: SamplingPlan, state: Switching) -> bool:
    return state.state == "normal" and plan.accept > 1


def _result(lot: PastLot, plan: SamplingPlan, letter: str, aql: str) -> LotResult:
    found = lot.nonconforming
    accepted = lot.accepted
    if accepted is None:
        assert found is not None  # one of the two is given
        accepted = found < plan.reject
    stricter = tighter(aql)
    passes = found is not None and stricter is not None
    if passes and stricter is not None and found is not None:
        passes = found <= single_plan(letter, stricter).accept
    between = found is not None and plan.accept < found
    return LotResult(
        accepted=accepted,
        acceptance_number=plan.accept,
        passes_tighter=passes,
        reinstate_normal=between or not lot.steady,
        original=lot.original,
    )
