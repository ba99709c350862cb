"""Reminders of what is due, once a day for each owner and case, to the people who are paged."""

from domain.records.case import ActionItem, Case
from graphs.casework.working import Working
from memory.outbox import post
from services.messaging.rendering import Receiver, message_of, render
from services.messaging.staff_contents import DueAction, Reminder

AHEAD_DAYS = 1
"""Days before its last one on which an action is reminded of (days)."""


def remind(working: Working, case_id: str) -> int:
    """Remind of the actions of a case that are due; returns how many messages were posted."""
    file = working.file(case_id)
    today = working.now.date()
    due = [
        one
        for one in file.actions
        if one.state == "open" and (one.due_on - today).days <= AHEAD_DAYS
    ]
    posted = 0
    for owner in sorted({one.owner for one in due}):
        mine = [one for one in due if one.owner == owner]
        posted += _post(working, file.case, owner, mine)
    return posted


def _post(working: Working, case: Case, owner: str, due: list[ActionItem]) -> int:
    today = working.now.date()
    actions = tuple(
        DueAction(id=one.id, case_id=case.id, text=one.text, due_on=one.due_on,
                  overdue=one.due_on < today)
        for one in due
    )  # fmt: skip
    messaging = working.acting.messaging
    place = case.regions[0] if case.regions and case.regions[0] != "*" else ""
    route = messaging.region(place)
    letter = render("reminder", route.language, Reminder(owner=owner, actions=actions)).letter
    posted = 0
    for target in route.page:
        key = f"reminder:{case.id}:{owner}:{today}:{target}"
        message = message_of(letter, Receiver(target), kind="reminder", key=key)
        with working.change() as change:
            posted += post(change, working.acting.jobs, message)
    return posted
