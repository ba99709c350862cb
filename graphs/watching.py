"""The factory watch: charts of every site, line and shift, their cases, and site digests.

Reading costs nothing that is kept, and every write has a key, so a run that died is just run again.
"""

from typing import Any

from domain.errors import AndonError
from domain.records.alarm import Alarm
from domain.records.digest import AlarmLine, Digest, Watched
from domain.records.evidence import Evidence
from domain.records.triage import WatchReport
from graphs.digests.site_figures import factory_of
from graphs.triaging.publishing import post_digest
from graphs.triaging.taking import Raised, take_alarms
from graphs.triaging.telling import case_lines, check_lines, proposal_lines
from graphs.triaging.touched import touched
from graphs.triaging.triaging import EVERYWHERE, Triaging
from memory.case_rows import CaseFile, case_file, cases, kin_of
from memory.outbox import keys_of_run
from tools.production.factory_watch import FactoryWatch
from tools.production.site_figures import SiteFigures


def watch_factories(run: Triaging, commit: str) -> WatchReport:
    """Watch one site or all, and tell each site what moved.

    Raises:
        AndonError: the factories could not be watched: no such site, or nothing was built.
    """
    working = run.working(commit)
    sites = [] if run.region == EVERYWHERE else [run.region]
    found = working.look("factory_watch", {"sites": sites})
    if isinstance(found, AndonError):
        raise found
    watched = FactoryWatch.model_validate(found.result)
    if not run.dry:
        take_alarms(run, commit, Raised(watched.alarms, watched.watched[1], found.id), {})
        for site in watched.sites:
            route = run.acting.messaging.site(site.site_id)
            post_digest(run, _digest(run, watched, site, route.timezone), route)
    return _report(run, watched, found, commit)


def _digest(run: Triaging, watched: FactoryWatch, site: SiteFigures, zone: str) -> Digest:
    files = _files(run, site.site_id)
    by_key = {file.case.key: file.case.id for file in files}
    both = touched(run)
    mine = [
        one
        for one in watched.alarms
        if one.where.site_id == site.site_id
        and (by_key.get(kin_of(one.key, by_key)) in both.signed or _is_new(run, one))
    ]
    return Digest(
        kind="site",
        place=site.site_id,
        timezone=zone,
        first_on=watched.digest[0],
        last_on=watched.digest[1],
        as_of=run.as_of,
        made_at=run.now,
        run_id=run.run_id,
        alarms=tuple(
            AlarmLine(alarm=one, case_id=by_key.get(kin_of(one.key, by_key))) for one in mine
        ),
        cases=case_lines(files, both),
        proposals=proposal_lines(run, {file.case.id for file in files}),
        checks=check_lines(run, files),
        factory=factory_of(site),
        watched=Watched(cells=watched.charts, budget_per_week=watched.budget_per_week),
    )


def _is_new(run: Triaging, alarm: Alarm) -> bool:
    """Whether the chart has signalled since the last run: an alarm is told once."""
    return run.since is None or alarm.signalled_on > run.since.as_of


def _files(run: Triaging, site_id: str) -> list[CaseFile]:
    """Live cases that name the site."""
    with run.acting.ledger.read() as connection:
        live = cases(connection, states=("open", "verifying"))
        return [case_file(connection, one.id) for one in live if one.where.site_id == site_id]


def _report(run: Triaging, watched: FactoryWatch, found: Evidence, commit: str) -> WatchReport:
    both = touched(run)
    with run.acting.ledger.read() as connection:
        digests = () if run.dry else keys_of_run(connection, run.run_id, "digest")
    told: dict[str, Any] = {
        "evidence": found.id,
        "charts": watched.charts,
        "budget_per_week": watched.budget_per_week,
        "in_control_run_length": watched.in_control_run_length,
        "gaps": [one.model_dump(mode="json") for one in watched.gaps],
    }
    return WatchReport(
        run_id=run.run_id,
        site=run.region,
        as_of=run.as_of,
        dry_run=run.dry,
        commit=commit,
        alerts=watched.alarms,
        watch=told,
        cases_opened=both.opened,
        cases_updated=both.updated,
        digests=digests,
    )
