"""D5 to D8: a fix that is recorded, how its effect will be judged, and the judgement on the day.

The check is written down before anybody looks. Too early a look is `undetermined` and names a later
day; a fix that did not work opens the case again; one that did only proposes to close it.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from domain.errors import AndonError, InvalidArgument
from domain.records.case import ActionItem, EffectCheck, StepState
from domain.records.cause import Condition
from domain.records.evidence import Evidence
from domain.records.finding import FixVerdict
from graphs.casework.opening import EVERYBODY
from graphs.casework.working import Working
from memory.case_rows import case_file
from memory.cases import action_name, add_action, attach
from memory.effect_checks import check_name, is_open, judge, register
from memory.ledger import Change
from memory.proposals import Wish, propose

POWER = 0.975
"""Chance with which the check has to see the reduction asked for."""
AGAIN = timedelta(days=30)
"""How much later to look again where the tool names no day."""


class Fix(NamedTuple):
    """A corrective action as a person records it."""

    control: str
    """What keeps the trouble from coming back, in words."""
    treated: Condition
    """Units that it concerns, without its date."""
    change_id: str | None = None
    """The recorded change, whose day is the cut-in."""
    cut_in_on: date | None = None
    """First day of build with it, where no change is recorded."""
    untreated: Condition | None = None
    """Units beside it, from the same time, that it does not concern."""
    minimum_effect: float = 0.4
    """Reduction that is asked for (share)."""
    months_in_service: int = 6
    """Age up to which failures count (months)."""
    before_days: int = 180
    """Days of build before the cut-in that are compared (days)."""
    mixed_days: int = 0
    """Days after it left out, for old stock used up beside the new (days)."""
    judge_on: date | None = None
    """Day of judging, with the power that it then has; none: the first that is sure enough."""


def record_fix(working: Working, case_id: str, fix: Fix) -> EffectCheck:
    """Write a fix into the case and register how its effect will be judged.

    Raises:
        UnknownName: no such case, change or name in a condition.
        InvalidArgument: the case is closed, a check of it waits, or no day is sure enough.
        NoData: nothing of the treated units is on record, so nothing could be judged.
    """
    case = working.file(case_id).case
    planned = working.look("plan_effect_check", _question(case.symptom, fix))
    if not isinstance(planned, Evidence):
        raise planned
    query = planned.result["query"]
    if planned.result["judge_on"] is None:
        raise InvalidArgument(
            f"no day will tell whether it worked: {planned.result['why_not']}",
            holds="nothing was registered",
            next_step="ask for more, widen the units, or name a day of judging",
        )
    check = EffectCheck(
        id=check_name(case_id, query),
        case_id=case_id,
        query=query,
        power=planned.result["power"],
        judge_on=date.fromisoformat(planned.result["judge_on"]),
        state="registered",
        verdict=None,
        evidence=None,
        by=working.by,
        at=working.now,
    )
    told = {
        "control": fix.control,
        "treated": fix.treated.model_dump(mode="json"),
        "change_id": fix.change_id,
        "cut_in_on": fix.cut_in_on.isoformat() if fix.cut_in_on else None,
    }
    with working.change() as change:
        register(change, check)
        working.write(change, case_id, "D5", told, state="done")
        working.write(change, case_id, "D6", {"check": check.id}, evidence=(planned.id,))
        attach(change, case_id, planned.id, "effect_plan")
        day = check.judge_on
        working.wake(case_id, "judge", _morning(day), day.isoformat(), change=change)
    return check


def judge_due(working: Working, case_id: str) -> FixVerdict | None:
    """Judge the check that waits, if its day has come; returns what came out."""
    file = working.file(case_id)
    check = next((one for one in file.checks if is_open(one)), None)
    if check is None or working.now.date() < check.judge_on:
        return None
    found = working.look("verify_effect", check.query)
    if not isinstance(found, Evidence):
        _look_again(working, check, found)
        return None
    verdict: FixVerdict = found.result["verdict"]
    later = None
    if verdict == "undetermined":
        later = _later(found.result["enough_on"], working.now.date())
    with working.change() as change:  # one piece: a verdict without its consequence would be lost
        values = {"judge_on": later} if later else {}
        judge(change, check.id, verdict, found.id, **values)
        state: StepState = "done" if verdict == "effective" else "open"
        told = {"check": check.id, "verdict": verdict, "summary": found.summary}
        working.write(change, case_id, "D6", told, state=state, evidence=(found.id,))
        attach(change, case_id, found.id, "effect")
        if verdict == "effective":
            _propose_closing(working, change, check, found.id)
        elif later is not None:
            working.wake(case_id, "judge", _morning(later), later.isoformat(), change=change)
        else:
            _begin_again(working, change, check)
    return verdict


def _propose_closing(working: Working, change: Change, check: EffectCheck, evidence: str) -> None:
    case_id = check.case_id
    payload = {"case_id": case_id, "check_id": check.id, "evidence_id": evidence}
    wish = Wish(f"{case_id}/close/{check.id}", "close_case", payload, case_id, (evidence,))
    propose(change, wish, working.acting.policy)


def _begin_again(working: Working, change: Change, check: EffectCheck) -> None:
    """The fix did not work: somebody has to look at the causes again."""
    case_id = check.case_id
    file = case_file(change.connection, case_id)
    chosen = file.step("D5")
    text = "the fix did not work: look at the causes again"
    item = ActionItem(
        id=action_name(case_id, "D4", "corrective", f"{text} {check.id}"),
        case_id=case_id,
        step="D4",
        kind="corrective",
        text=text,
        owner=file.case.owner or EVERYBODY,
        due_on=working.now.date() + timedelta(days=7),
    )
    working.write(change, case_id, "D5", chosen.content, state="open")
    add_action(change, item)


def _look_again(working: Working, check: EffectCheck, error: AndonError) -> None:
    """The data could not tell today: say so in the case and come back."""
    day = working.now.date() + AGAIN
    told = {"check": check.id, "verdict": None, "because": error.message}
    with working.change() as change:
        working.write(change, check.case_id, "D6", told)
    working.wake(check.case_id, "judge", _morning(day), day.isoformat())


def _question(symptom: str, fix: Fix) -> dict[str, Any]:
    if (fix.change_id is None) == (fix.cut_in_on is None):
        raise InvalidArgument(
            "give the change's number or the first day of build with the fix, one of the two",
            next_step="ask `list_changes` for recorded changes",
        )
    question: dict[str, Any] = {
        "symptom": symptom,
        "treated": fix.treated.model_dump(mode="json"),
        "minimum_effect": fix.minimum_effect,
        "months_in_service": fix.months_in_service,
        "before_days": fix.before_days,
        "mixed_days": fix.mixed_days,
        "power": POWER,
    }
    if fix.judge_on is not None:
        question["judge_on"] = fix.judge_on.isoformat()
    if fix.change_id is not None:
        question["change_id"] = fix.change_id
    if fix.cut_in_on is not None:
        question["cut_in_on"] = fix.cut_in_on.isoformat()
    if fix.untreated is not None:
        question["control"] = fix.untreated.model_dump(mode="json")
    return question


def _later(text: str | None, today: date) -> date:
    named = date.fromisoformat(text) if text else today + AGAIN
    return max(named, today + timedelta(days=1))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(6), UTC)
