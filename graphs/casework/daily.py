"""What is looked at again each day without anybody asking: what is due, and what is still open.

A timer that was lost with a process is found again here, since every look may be taken twice.
"""

from datetime import datetime, timedelta

from graphs.actions import Acting
from graphs.casework.reminding import plan_reminders
from graphs.casework.working import QUEUE
from memory.case_rows import CaseFile, case_file, cases

AGAIN = timedelta(days=7)
"""After so long, more may be known of a case for which no fix is chosen."""
MOST = 5
"""Causes that are asked for again in one day, the gravest first (count)."""


def plan_day(acting: Acting, now: datetime) -> None:
    """Have live cases reminded of, judged on their day, and asked again while no fix is chosen.

    It may be called as often as one likes: each look is planned once a day.
    """
    plan_reminders(acting, now)
    with acting.ledger.read() as connection:
        live = cases(connection, states=("open", "verifying"))
        files = [case_file(connection, one.id) for one in live]
    judged = [one for one in files if one.case.state == "verifying"]
    asked = [one for one in files if _is_worth_asking(one, now)][:MOST]
    for event, some in (("judge", judged), ("investigate", asked)):
        for file in some:
            key = f"case:{file.case.id}:{event}:daily:{now.date()}"
            payload = {"case_id": file.case.id, "event": event}
            acting.jobs.enqueue(key, now, QUEUE, payload)


def _is_worth_asking(file: CaseFile, now: datetime) -> bool:
    """Whether no fix is chosen for a rate, and its last analysis is old enough.

    A cause that was found is asked for again too: more lots may have shown since, and what is
    contained has to grow with them.
    """
    analysis, chosen = (
        next(one for one in file.steps if one.step == name) for name in ("D4", "D5")
    )
    done = "done" in (analysis.state, chosen.state)
    asked = file.case.state == "open" and file.case.kind == "field" and not done
    return asked and bool(analysis.content) and now - analysis.at >= AGAIN
