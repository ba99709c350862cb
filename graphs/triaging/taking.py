"""What a run finds becomes signs of cases: reports of danger, and confirmed alarms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from domain.records.alarm import Alarm, SafetySign
from graphs.case import happen
from graphs.casework.opening import renew_duties
from graphs.casework.signing import sign_of_alarm, sign_of_danger
from graphs.triaging.touched import touched, touched_cases
from graphs.triaging.triaging import EVERYWHERE, Triaging
from memory.case_rows import kin_key
from memory.cases import Sign, attach, take_sign

SIGN_CHARACTERS = 110
WISH = 1
"""Severity of a wish or praise: told in the digest, and no trouble to be followed."""
AT_ONCE = 100
"""Reports that one transaction takes (count): others wait for it."""


class Raised(NamedTuple):
    """What a watch raised."""

    alarms: Sequence[Alarm]
    """Alarms, confirmed or not."""
    last: date
    """Last day of the last period that it watched."""
    evidence: str
    """What they rest on."""


def take_dangers(
    run: Triaging, commit: str, signs: Iterable[SafetySign], regions: Mapping[str, str]
) -> dict[str, list[SafetySign]]:
    """Open or update the case of every report of danger; the same run may do it again.

    Args:
        run: the run.
        commit: the hub commit with its codes.
        signs: reports.
        regions: sales region by country.

    Returns:
        By case, the reports that are new to it, the gravest and newest first.
    """
    ordered = sorted(signs, key=lambda sign: (-sign.severity, -sign.received_at.timestamp()))
    of_case: dict[str, list[SafetySign]] = {}
    for some in _by_hundreds(ordered):
        with run.acting.ledger.change(by=run.by, at=run.now, run_id=run.run_id) as change:
            for one in some:
                taken = take_sign(change, sign_of_danger(one, regions), run.acting.policy)
                of_case.setdefault(taken.case_id, []).append(one)
    begin_work(run, commit)
    both = touched(run)
    for case_id in both.updated:
        renew_duties(run.working(commit), case_id)
    new = {
        case_id: [one for one in some if (case_id, sign_of_danger(one, {}).name) in both.signs]
        for case_id, some in of_case.items()
    }
    return {case_id: some for case_id, some in new.items() if some}


def take_alarms(
    run: Triaging,
    commit: str | None,
    raised: Raised,
    regions: Mapping[str, str],
) -> None:
    """Open or update the case of every confirmed alarm; one that is only watched has none.

    Args:
        run: the run.
        commit: the hub commit that work on the cases reads; null: the newest.
        raised: what the watch raised.
        regions: sales region by country.
    """
    for one in raised.alarms:
        if one.state != "confirmed" or one.severity <= WISH:
            continue
        with run.acting.ledger.change(by=run.by, at=run.now, run_id=run.run_id) as change:
            sign = alarm_sign(run, one, raised.last, regions)
            sign = sign._replace(key=kin_key(change.connection, sign.key))
            taken = take_sign(change, sign, run.acting.policy)
            if taken.new:
                attach(change, taken.case_id, raised.evidence, "alarm")
    begin_work(run, commit)


def alarm_sign(run: Triaging, alarm: Alarm, last: date, regions: Mapping[str, str]) -> Sign:
    """The sign of an alarm: in the field, one for each week in which it stands and for each run.

    What a region's run raised rests on the data of that region, and its people alone see it.
    """
    sign = sign_of_alarm(alarm, regions)
    if alarm.kind == "factory":
        return sign
    sign = sign._replace(name=f"alarm:{alarm.key}:{last.isoformat()}"[:SIGN_CHARACTERS])
    if run.region == EVERYWHERE:
        return sign
    return sign._replace(name=f"{sign.name}:{run.region}", regions=(run.region,))


def begin_work(run: Triaging, commit: str | None) -> None:
    """Begin the work on cases that this run opened and nobody has begun."""
    working = run.working(commit)
    for file in touched_cases(run):
        first = file.step("D0")
        if not first.content:
            happen(working, file.case.id, "opened")


def _by_hundreds(signs: Iterable[SafetySign]) -> Iterator[list[SafetySign]]:
    rest = iter(signs)
    while some := list(islice(rest, AT_ONCE)):
        yield some
