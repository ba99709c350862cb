"""Where a case can go from where it stands; the door to closing is here, and nowhere else."""

from sqlalchemy import Connection, select

from domain.errors import InvalidArgument
from domain.records.case import Case, CaseState, CheckState
from memory.case_rows import live_case
from memory.tables import CASE_ACTIONS, EFFECT_CHECKS

UNJUDGED: tuple[CheckState, ...] = ("registered", "undetermined")
"""States of an effect check that is still to be judged."""


def check_move(connection: Connection, held: Case, state: CaseState) -> None:
    """Let a case go where it may.

    A case waits (`verifying`) only for a check that is written down and not yet judged. It is
    opened again by a check that fails or is taken back. So one that still waits, with every check
    judged and one of them effective, is one whose last fix was shown to work, and only that closes.

    Raises:
        InvalidArgument: it may not go there.
    """
    query = select(EFFECT_CHECKS.c.state).where(EFFECT_CHECKS.c.case_id == held.id)
    states = set(connection.execute(query).scalars())
    unjudged = bool(states & set(UNJUDGED))
    if state == "closed" and (held.state != "verifying" or unjudged or "effective" not in states):
        raise InvalidArgument(
            f"{held.id} has no effect check that came out effective for its last fix",
            holds=f"it is {held.state}",
            next_step="record the fix, register its effect check, and wait for the verdict",
        )
    if state == "closed":
        _check_read_across(connection, held)
    if state == "verifying" and (held.state != "open" or not unjudged):
        raise InvalidArgument(
            f"{held.id} is {held.state} and has no effect check to wait for",
            next_step="register an effect check",
        )
    if state == "open" and unjudged:
        raise InvalidArgument(
            f"a check of {held.id} is still to be judged",
            holds=f"it is {held.state}",
            next_step="withdraw the check with its reason",
        )
    if state == "dismissed" and held.state != "open":
        raise InvalidArgument(
            f"{held.id} is {held.state}: only an open case is dismissed",
            next_step="withdraw its effect check first, if there was nothing to mend",
        )
    if state == "open" and held.ended:
        _check_successor(connection, held)


def _check_read_across(connection: Connection, held: Case) -> None:
    undecided = select(CASE_ACTIONS.c.id).where(
        CASE_ACTIONS.c.case_id == held.id,
        CASE_ACTIONS.c.kind == "read_across",
        CASE_ACTIONS.c.state == "open",
    )
    found = sorted(connection.execute(undecided).scalars())
    if found:
        raise InvalidArgument(
            f"the read-across of {held.id} is not decided: {', '.join(found)}",
            holds=f"it is {held.state}",
            next_step=f"write a decision down: `andon case {held.id} --done {found[0]} --reason …`",
        )


def _check_successor(connection: Connection, held: Case) -> None:
    later = live_case(connection, held.key)
    if later is not None:
        raise InvalidArgument(
            f"{held.id} was followed by {later.id}, which is {later.state}",
            holds="there is one live case for one trouble",
            next_step=f"work on {later.id}",
        )
