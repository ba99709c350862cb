"""What a region or a site is told after a run: from the run's findings and the ledger."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from domain.records.alarm import Alarm, SafetySign
from domain.records.case import Case
from domain.records.digest import (
    AlarmLine,
    CaseLine,
    CheckLine,
    Coverage,
    Digest,
    Happened,
    ProposalLine,
    SafetyLine,
    Watched,
)
from domain.records.policy import Scope
from domain.records.proposal import ProposalState
from graphs.casework.signing import sign_of_danger
from graphs.triaging.paging import is_paged
from graphs.triaging.touched import Touched
from graphs.triaging.triaging import TriageState, Triaging
from memory.case_rows import CaseFile, case_file, cases, kin_of
from memory.effect_checks import is_open
from memory.proposal_rows import proposals
from services.messaging.routing import Route

DUE_WITHIN = timedelta(days=14)
"""Effect checks that are judged within so many days are told."""
WAITING: tuple[ProposalState, ...] = ("proposed",)
MOST_WAITING = 20
"""Cases without change that are told; the rest is counted by `andon cases`."""


class Place(NamedTuple):
    """Whom a digest is for."""

    route: Route
    """How its people are reached."""
    regions: dict[str, str]
    """Sales region by country."""

    def holds(self, countries: Iterable[str | None]) -> bool:
        """Whether something of these countries concerns the place; of no country: everybody."""
        named = [one for one in countries if one is not None]
        return not named or any(self.regions.get(one) == self.route.place for one in named)


def regional_digest(run: Triaging, state: TriageState, touched: Touched, place: Place) -> Digest:
    """The digest of one region."""
    files = _files(run, place.route.place)
    by_key = {file.case.key: file.case.id for file in files}
    signs = [SafetySign.model_validate(one) for one in state["signs"]]
    alarms = [Alarm.model_validate(one) for one in state["alarms"]]
    new_week = _has_new_week(run, state)
    return Digest(
        kind="region",
        place=place.route.place,
        timezone=place.route.timezone,
        first_on=_first_on(run, state),
        last_on=run.as_of,
        as_of=run.as_of,
        made_at=run.now,
        run_id=run.run_id,
        safety=tuple(
            SafetyLine(sign=one, case_id=by_key.get(sign_of_danger(one, place.regions).key))
            for one in _worth_telling(run, signs, place)
        ),
        alarms=tuple(
            AlarmLine(alarm=one, case_id=by_key.get(kin_of(one.key, by_key)))
            for one in alarms
            if place.holds(one.where.country or ())
            and (new_week or by_key.get(kin_of(one.key, by_key)) in touched.signed)
        ),
        cases=case_lines(files, touched),
        proposals=proposal_lines(run, {file.case.id for file in files}),
        checks=check_lines(run, files),
        watched=_watched(state),
        coverage=_coverage(state),
    )


def _watched(state: TriageState) -> Watched | None:
    watch = state["watch"]
    if "cells_watched" not in watch:
        return None
    return Watched(cells=watch["cells_watched"], budget_per_week=watch["budget_per_week"])


def _coverage(state: TriageState) -> Coverage:
    counts = state["counts"]
    return Coverage(
        read=counts["read"],
        coded=counts["coded"],
        duplicate=counts["duplicate"],
        queued=counts["quarantined"],
        quarantined=state["rejected"],
    )


def _worth_telling(
    run: Triaging, signs: Iterable[SafetySign], place: Place
) -> Iterator[SafetySign]:
    """Every report that is young enough for a page; of older ones the newest of each case."""
    told = set()
    for one in sorted(signs, key=lambda sign: (-sign.severity, -sign.received_at.timestamp())):
        key = sign_of_danger(one, place.regions).key
        if place.holds([one.country]) and (is_paged(run, one) or key not in told):
            told.add(key)
            yield one


def _has_new_week(run: Triaging, state: TriageState) -> bool:
    """Whether the watch has seen a week more than the last run: an alarm is told once a week."""
    if run.since is None or run.only_since is not None:
        return True
    last = state["watch"].get("last")
    return last is not None and run.since.as_of < date.fromisoformat(last)


def _first_on(run: Triaging, state: TriageState) -> date:
    """First day of what is told: after the last run, or of the oldest piece that was read."""
    if run.since is None:
        return date.fromisoformat(state["first_on"])
    return min(run.since.as_of + timedelta(days=1), run.as_of)


def case_lines(files: list[CaseFile], touched: Touched) -> tuple[CaseLine, ...]:
    """Cases, those that changed first; of those that wait, the gravest."""
    lines = [_line(file, _happened(file.case, touched)) for file in files]
    changed = [one for one in lines if one.happened != "waiting"]
    waiting = [one for one in lines if one.happened == "waiting"]
    return (*changed, *waiting[:MOST_WAITING])


def proposal_lines(run: Triaging, case_ids: set[str]) -> tuple[ProposalLine, ...]:
    """Proposals of these cases that wait for somebody."""
    with run.acting.ledger.read() as connection:
        waiting = proposals(connection, run.acting.policy, states=WAITING)
    return tuple(
        ProposalLine(
            proposal_id=one.id,
            kind=one.kind,
            case_id=one.case_id,
            approvers=one.approvers,
            expires_at=one.expires_at,
        )
        for one in waiting
        if one.case_id in case_ids
    )


def check_lines(run: Triaging, files: list[CaseFile]) -> tuple[CheckLine, ...]:
    """Effect checks that are judged soon or should have been."""
    soon = run.now.date() + DUE_WITHIN
    return tuple(
        CheckLine(check_id=check.id, case_id=file.case.id, judge_on=check.judge_on)
        for file in files
        for check in file.checks
        if is_open(check) and check.judge_on <= soon
    )


def _files(run: Triaging, place: str) -> list[CaseFile]:
    """Cases that the people of the place may know of."""
    scope = Scope(regions=(place,), suppliers=("*",), classes=("public", "internal"))
    with run.acting.ledger.read() as connection:
        found = cases(connection, scope=scope, states=("open", "verifying"))
        return [case_file(connection, one.id) for one in found]


def _line(file: CaseFile, happened: Happened) -> CaseLine:
    step = next((one.step for one in file.steps if one.state == "open"), None)
    return CaseLine(
        case_id=file.case.id,
        symptom=file.case.symptom,
        where=file.case.where,
        severity=file.case.severity,
        happened=happened,
        owner=file.case.owner,
        step=step,
    )


def _happened(case: Case, touched: Touched) -> Happened:
    if case.id in touched.opened:
        return "opened"
    return "updated" if case.id in touched.updated else "waiting"
