"""Pages to the people on duty: one for each case and region that got new reports of danger.

What is old when it is read is no emergency of tonight: the first run over a region pages for the
last week only, a later one for a month back, so that a feed that was down for days hides nothing.
Older reports are signs of cases all the same, with their duties, and stand in the digest.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
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

FIRST_RUN = timedelta(days=7)
"""How far back from its as-of day the first run over a region pages."""
LATER_RUNS = timedelta(days=30)
"""The same for later runs: what they read has come since the last one."""


def is_paged(run: Triaging, sign: SafetySign) -> bool:
    """Whether a report is young enough for a page."""
    back = FIRST_RUN if run.since is None else LATER_RUNS
    return sign.received_at.date() > run.as_of - back


def page_for(
    run: Triaging,
    working: Working,
    case_id: str,
    signs: Sequence[SafetySign],
    regions: Mapping[str, str],
) -> None:
    """Page each region whose reports of a case are new; the same run pages once.

    Args:
        run: the run.
        working: the work on cases.
        case_id: the case.
        signs: its new reports, the gravest and newest first.
        regions: sales region by country.
    """
    first: dict[str, SafetySign] = {}
    for one in signs:
        if is_paged(run, one):
            first.setdefault(regions.get(one.country or "", ""), one)
    for region, sign in first.items():
        _page(run, working.file(case_id), sign, region)


def _page(run: Triaging, file: CaseFile, sign: SafetySign, region: str) -> None:
    route = run.acting.messaging.region(region)
    letter = render("page", route.language, _told(sign, file, route)).letter
    for target in route.page:
        key = f"page:{file.case.id}:{run.run_id}:{region or 'anywhere'}:{target}"
        message = message_of(letter, Receiver(target), kind="page", key=key)
        with run.acting.ledger.change(by=TRIAGE, at=run.now, run_id=run.run_id) as change:
            post(change, run.acting.jobs, message)


def _told(sign: SafetySign, file: CaseFile, route: Route) -> Page:
    first = file.step("D0")
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
