"""A page to the people on duty: one for each case that got new reports of danger in a run."""

from typing import Any

from agents.wording.wording import wording_for
from domain.records.alarm import SafetySign
from graphs.casework.working import Working
from graphs.triaging.triaging import TRIAGE, Triaging
from memory.case_rows import CaseFile
from memory.outbox import post
from services.messaging.rendering import Receiver, message_of, render
from services.messaging.routing import Route
from services.messaging.staff_contents import Duty, Page


def page(run: Triaging, working: Working, case_id: str, sign: SafetySign, region: str) -> None:
    """Page for a case; the same run pages once.

    Args:
        run: the run.
        working: the work on cases.
        case_id: the case.
        sign: the gravest and newest of its new reports.
        region: the region whose people are paged.
    """
    file, route = working.file(case_id), run.acting.messaging.region(region)
    letter = render("page", route.language, _told(sign, file, route)).letter
    for target in route.page:
        key = f"page:{case_id}:{run.run_id}:{target}"
        message = message_of(letter, Receiver(target), kind="page", key=key)
        with run.acting.ledger.change(by=TRIAGE, at=run.now, run_id=run.run_id) as change:
            post(change, run.acting.jobs, message)


def _told(sign: SafetySign, file: CaseFile, route: Route) -> Page:
    first = next(one for one in file.steps if one.step == "D0")
    duties = [
        _duty(one)
        for one in first.content.get("duties", ())
        if sign.country in (None, one["country"])
    ]
    return Page(
        timezone=route.timezone,
        case_id=file.case.id,
        feedback_id=sign.feedback_id,
        severity=sign.severity,
        symptom=wording_for(route.language).term("symptom", sign.symptom),
        model_id=sign.model_id,
        country=sign.country,
        serial=sign.serial,
        aware_at=file.case.aware_at,
        quote=sign.quote,
        quote_language=sign.language,
        duties=tuple(duties),
    )


def _duty(told: dict[str, Any]) -> Duty:
    return Duty(
        country=told["country"],
        authority=told["authority"],
        due_at=told["due_at"] if told["basis"] == "law" else None,
    )
