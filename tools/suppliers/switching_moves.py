"""What would change the severity of inspection from where the rules stand."""

from typing import Literal

from domain.contract import Contract
from domain.switching import (
    ACCEPTED_TO_RELAX,
    REJECTED_TO_STOP,
    REJECTED_TO_TIGHTEN,
    SCORE_TO_REDUCE,
    WITHIN,
    InspectionState,
    Switching,
)

Trigger = Literal[
    "rejected_lots",
    "accepted_lots_in_row",
    "switching_score_with_steady_production_and_consent",
    "any_rejected_lot_or_unsteady_production",
    "supplier_action_found_to_work",
]


class Move(Contract):
    """One way to another severity."""

    to: InspectionState
    """What inspection would become."""
    trigger: Trigger
    """What leads there."""
    missing: int | None
    """How much more of it (lots, or points of the score); null: not counted."""
    within: int | None = None
    """Among how many lots in a row; null: no such bound."""


def moves_from(state: Switching) -> tuple[Move, ...]:
    """The moves that the rules know from a state."""
    if state.state == "normal":
        rejected = state.recent.count(False)
        return (
            Move(
                to="tightened",
                trigger="rejected_lots",
                missing=REJECTED_TO_TIGHTEN - rejected,
                within=WITHIN,
            ),
            Move(
                to="reduced",
                trigger="switching_score_with_steady_production_and_consent",
                missing=max(0, SCORE_TO_REDUCE - state.score),
            ),
        )
    if state.state == "tightened":
        relax = ACCEPTED_TO_RELAX - state.accepted_in_row
        stop = REJECTED_TO_STOP - state.rejected_on_tightened
        return (
            Move(to="normal", trigger="accepted_lots_in_row", missing=relax),
            Move(to="stopped", trigger="rejected_lots", missing=stop),
        )
    if state.state == "reduced":
        trigger: Trigger = "any_rejected_lot_or_unsteady_production"
        return (Move(to="normal", trigger=trigger, missing=1),)
    return (Move(to="tightened", trigger="supplier_action_found_to_work", missing=None),)
