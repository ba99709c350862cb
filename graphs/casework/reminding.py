"""Reminders of what is due, once a day for each owner and case, to the people who are paged.

What is due is always an action of the case: a supplier's answer that is waited for becomes one, so
that it is reminded of, handed over and ended like any other.
"""

from datetime import date, datetime, time, timedelta

from domain.records.case import ActionItem, Case
from graphs.actions import Acting
from graphs.casework.opening import EVERYBODY
from graphs.casework.working import QUEUE, Working
from memory.case_rows import CaseFile, cases
from memory.cases import action_name, add_action
from memory.evidence import sha256_of
from memory.measures import in_force
from memory.outbox import post
from services.messaging.rendering import Receiver, message_of, render
from services.messaging.staff_contents import DueAction, Reminder

AHEAD_DAYS = 1
"""Days before its last one on which an action is reminded of (days)."""
AHEAD_HOURS = 24
"""Hours before its end from which a legal duty is reminded of, as long as D0 is open (h)."""
MORNING = time(6)
"""When reminders of a day are due (UTC)."""


def plan_reminders(acting: Acting, now: datetime) -> int:
    """Have every live case looked at this morning; returns how many live.

    It may be called as often as one likes: one look a day is planned for each case.
    """
    with acting.ledger.read() as connection:
        live = cases(connection, states=("open", "verifying"))
    morning = datetime.combine(now.date(), MORNING, now.tzinfo)
    for one in live:
        payload = {"case_id": one.id, "event": "remind"}
        acting.jobs.enqueue(f"case:{one.id}:remind:{now.date()}", morning, QUEUE, payload)
    return len(live)


def remind(working: Working, case_id: str) -> int:
    """Remind of the actions of a case that are due; returns how many messages were posted."""
    _await_answers(working, case_id)
    file = working.file(case_id)
    today = working.now.date()
    due = [
        _due(one, today)
        for one in file.actions
        if one.state == "open" and (one.due_on - today).days <= AHEAD_DAYS
    ]
    owners = {one.id: one.owner for one in file.actions}
    keeper = file.case.owner or EVERYBODY
    due += _duties(working, file)
    posted = 0
    for owner in sorted({owners.get(one.id, keeper) for one in due}):
        mine = tuple(one for one in due if owners.get(one.id, keeper) == owner)
        posted += _post(working, file.case, Reminder(owner=owner, actions=mine))
    return posted


def _await_answers(working: Working, case_id: str) -> None:
    """Make an action of each answer that a supplier owes to a request of this case."""
    case = working.file(case_id).case
    with working.acting.ledger.read() as connection:
        asked = [one for one in in_force(connection, "scar") if one.value["case_id"] == case_id]
    with working.change() as change:
        for one in asked:
            for step, due_at in sorted(one.value["due"].items()):
                text = (
                    f"have {step} of {one.value['supplier_id']} for {one.value['part_id']}"
                    f" (request {one.proposal_id}), due {due_at[:16].replace('T', ' ')} UTC"
                )
                item = ActionItem(
                    id=action_name(case_id, "D3", "verification", text),
                    case_id=case_id,
                    step="D3",
                    kind="verification",
                    text=text,
                    owner=case.owner or EVERYBODY,
                    due_on=date.fromisoformat(due_at[:10]),
                )
                add_action(change, item)


def _duties(working: Working, file: CaseFile) -> list[DueAction]:
    """Legal duties that end soon; they are reminded of until a person ends D0."""
    step = file.step("D0")
    if step.state != "open":
        return []
    found = []
    for duty in step.content.get("duties", ()):
        due_at = datetime.fromisoformat(duty["due_at"])
        if due_at - working.now <= timedelta(hours=AHEAD_HOURS):
            what = f"{duty['country']}, {duty['authority']}: {duty['duty']}"
            found.append(
                DueAction(
                    id=duty["duty_id"],
                    case_id=file.case.id,
                    text=f"{what}, until {due_at:%H:%M} UTC",
                    due_on=due_at.date(),
                    overdue=due_at < working.now,
                )
            )
    return found


def _due(one: ActionItem, today: date) -> DueAction:
    return DueAction(
        id=one.id,
        case_id=one.case_id,
        text=one.text,
        due_on=one.due_on,
        overdue=one.due_on < today,
    )


def _post(working: Working, case: Case, told: Reminder) -> int:
    """Post a reminder; the same things are not reminded of twice in a day."""
    messaging = working.acting.messaging
    place = case.regions[0] if case.regions and case.regions[0] != "*" else ""
    route = messaging.region(place)
    letter = render("reminder", route.language, told).letter
    mark = sha256_of([one.id for one in told.actions])[:8]
    posted = 0
    for target in route.page:
        key = f"reminder:{case.id}:{told.owner}:{working.now.date()}:{mark}:{target}"
        message = message_of(letter, Receiver(target), kind="reminder", key=key)
        with working.change() as change:
            posted += post(change, working.acting.jobs, message)
    return posted
