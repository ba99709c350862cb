"""What a run did to cases, read from the audit by the name of the run."""

import json
from typing import NamedTuple

from sqlalchemy import select

from graphs.triaging.triaging import Triaging
from memory.case_rows import CaseFile, case_file
from memory.tables import AUDIT


class Touched(NamedTuple):
    """Cases by what a run did to them, in order."""

    opened: tuple[str, ...] = ()
    """Cases that it opened."""
    updated: tuple[str, ...] = ()
    """Cases that got a new sign and were there before."""
    signs: frozenset[tuple[str, str]] = frozenset()
    """Each case with the name of a sign that was new to it."""

    @property
    def signed(self) -> frozenset[str]:
        """Cases that it opened or updated."""
        return frozenset((*self.opened, *self.updated))


def touched(run: Triaging) -> Touched:
    """The cases that a run opened or added a sign to; a dry run touches none."""
    if run.dry:
        return Touched()
    query = (
        select(AUDIT.c.action, AUDIT.c.subject, AUDIT.c.body)
        .where(AUDIT.c.run_id == run.run_id, AUDIT.c.action.in_(("case.opened", "case.sign")))
        .order_by(AUDIT.c.number)
    )
    with run.acting.ledger.read() as connection:
        rows = connection.execute(query).all()
    opened = dict.fromkeys(row.subject for row in rows if row.action == "case.opened")
    signed = dict.fromkeys(row.subject for row in rows if row.subject not in opened)
    signs = ((row.subject, json.loads(row.body)) for row in rows if row.action == "case.sign")
    return Touched(
        tuple(opened), tuple(signed), frozenset((case, body["sign"]) for case, body in signs)
    )


def touched_cases(run: Triaging) -> list[CaseFile]:
    """The same with all that belongs to them, the gravest first."""
    both = touched(run)
    with run.acting.ledger.read() as connection:
        found = [case_file(connection, one) for one in (*both.opened, *both.updated)]
    return sorted(found, key=lambda file: -file.case.severity)


def analysed(run: Triaging) -> set[str]:
    """The cases whose analysis (D4) the run wrote."""
    steps = (AUDIT.c.run_id == run.run_id) & (AUDIT.c.action == "case.step")
    with run.acting.ledger.read() as connection:
        rows = connection.execute(select(AUDIT.c.subject, AUDIT.c.body).where(steps)).all()
    return {row.subject for row in rows if json.loads(row.body)["step"] == "D4"}
