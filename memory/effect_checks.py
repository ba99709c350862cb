"""Effect checks: registered before anybody looks, judged on their day, the only door to closing."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.errors import InvalidArgument, UnknownName
from domain.records.case import EffectCheck
from domain.records.finding import FixVerdict
from memory.case_moves import UNJUDGED
from memory.case_rows import case_of, check_of
from memory.cases import set_state
from memory.evidence import canonical_json
from memory.ledger import Change, words
from memory.naming import name_of
from memory.tables import EFFECT_CHECKS


def register(change: Change, check: EffectCheck) -> bool:
    """Write a check down; the case then waits for it. False if this very check waits already.

    It is kept as not yet judged, whatever its record says.

    Raises:
        UnknownName: there is no such case.
        InvalidArgument: the case is closed, another check of it waits to be judged, or this one
            was judged or withdrawn before.
    """
    held = case_of(change.connection, check.case_id)
    if held.ended:
        raise InvalidArgument(
            f"{held.id} is {held.state}", next_step="a new sign of the trouble opens a new case"
        )
    known = checks(change.connection, check.case_id)
    waiting = [one for one in known if is_open(one)]
    if any(one.id == check.id for one in waiting):
        return False
    same = next((one for one in known if one.id == check.id), None)
    if same is not None:
        raise InvalidArgument(
            f"{check.id} of {held.id} is {same.state}",
            holds="one question is judged once",
            next_step="ask another one: another cut-in, cohort or window",
        )
    if waiting:
        raise InvalidArgument(
            f"{waiting[0].id} of {held.id} waits to be judged",
            holds="a check is not swapped after the fact",
            next_step="withdraw it with its reason first",
        )
    row = check.model_dump(include={"id", "case_id", "power", "judge_on"})
    fresh = {"state": "registered", "by": change.by, "at": change.at}
    query = canonical_json(check.query)
    change.connection.execute(insert(EFFECT_CHECKS).values(**row, **fresh, query=query))
    told = check.model_dump(mode="json", include={"query", "power", "judge_on"})
    change.audit("case.check", check.case_id, {"check": check.id, **told})
    set_state(change, check.case_id, "verifying", "a fix is recorded and its effect is awaited")
    return True


def judge(
    change: Change,
    check_id: str,
    verdict: FixVerdict,
    evidence: str,
    *,
    judge_on: date | None = None,
) -> EffectCheck:
    """Write down what a look showed; undetermined leaves the check to wait until `judge_on`.

    The same look again changes nothing.

    Args:
        change: the open transaction.
        check_id: the check.
        verdict: what `verify_effect` said.
        evidence: id of that evidence.
        judge_on: the next day to look, where it is undetermined.

    Raises:
        UnknownName: there is no such check.
        InvalidArgument: it was judged otherwise or withdrawn before, or its day has not come.
    """
    held = check(change.connection, check_id)
    if (held.verdict, held.evidence) == (verdict, evidence) and judge_on in (None, held.judge_on):
        return held
    today = change.at.date()
    if not is_open(held) or (verdict != "undetermined" and today < held.judge_on):
        raise InvalidArgument(
            f"{check_id} is {held.state}, to be judged on {held.judge_on}, and today is {today}",
            holds="a check is judged once, on its day",
            next_step="wait for its day, or register another check",
        )
    row: dict[str, Any] = {"state": verdict, "verdict": verdict, "evidence": evidence}
    if verdict == "undetermined" and judge_on is not None:
        row["judge_on"] = judge_on
    change.connection.execute(
        update(EFFECT_CHECKS).where(EFFECT_CHECKS.c.id == check_id).values(row)
    )
    told: dict[str, Any] = {"check": check_id, "verdict": verdict, "evidence": evidence}
    if "judge_on" in row:
        told["judge_on"] = str(judge_on)
    change.audit("case.judged", held.case_id, told)
    if verdict == "not_effective":
        set_state(change, held.case_id, "open", f"the fix did not work: {evidence}")
    return check(change.connection, check_id)


def withdraw(change: Change, check_id: str, reason: str) -> None:
    """Take a check back with its reason; the case is open again.

    Raises:
        InvalidArgument: it was judged, or no reason is given.
    """
    held = check(change.connection, check_id)
    if not is_open(held) or not reason.strip():
        raise InvalidArgument(
            f"{check_id} is {held.state}", next_step="give a reason while it waits"
        )
    change.connection.execute(
        update(EFFECT_CHECKS).where(EFFECT_CHECKS.c.id == check_id).values(state="withdrawn")
    )
    change.audit("case.check_withdrawn", held.case_id, {"check": check_id, "reason": words(reason)})
    set_state(change, held.case_id, "open", reason)


def is_open(one: EffectCheck) -> bool:
    """Whether it is still to be judged."""
    return one.state in UNJUDGED


def check(connection: Connection, check_id: str) -> EffectCheck:
    """One check.

    Raises:
        UnknownName: there is none of that id.
    """
    query = select(EFFECT_CHECKS).where(EFFECT_CHECKS.c.id == check_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownName("effect check", check_id, (), "andon case")
    return check_of(dict(row))


def checks(connection: Connection, case_id: str) -> list[EffectCheck]:
    """The checks of a case, the newest last."""
    query = select(EFFECT_CHECKS).where(EFFECT_CHECKS.c.case_id == case_id)
    rows = connection.execute(query.order_by(EFFECT_CHECKS.c.at, EFFECT_CHECKS.c.id)).mappings()
    return [check_of(dict(row)) for row in rows]


def check_name(case_id: str, query: dict[str, Any]) -> str:
    """Id of a check: case and question make it one."""
    return name_of("V", case_id, canonical_json(query))
