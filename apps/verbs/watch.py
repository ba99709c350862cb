"""`andon watch`: the charts of the factories, their cases, and a digest for each site."""

from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, print_json

if TYPE_CHECKING:
    from domain.records.triage import WatchReport

SiteOption = Annotated[str, typer.Option("--site", help="Only this site; default: all.")]
DryOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")
]


def watch(
    site: SiteOption = "*",
    dry_run: DryOption = False,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch inspections and measurements by site, line and shift; open cases, tell each site."""
    from apps.loop import watch_now

    report, repeated = watch_now(wiring(hub, user), site, as_of=day(as_of), dry=dry_run)
    if as_json:
        print_json(report.to_json())
        return
    _show(report, repeated)


def _show(report: "WatchReport", repeated: bool) -> None:
    place = "all sites" if report.site == "*" else report.site
    again = " (done before; nothing has changed since)" if repeated else ""
    dry = " (dry run: nothing was written)" if report.dry_run else ""
    OUT.print(f"[bold]{report.run_id}[/bold] {place}, as of {report.as_of}{again}{dry}")
    budget = report.watch["budget_per_week"]
    OUT.print(f"{report.watch['charts']:,} charts, {budget:g} false alarms a week accepted")
    for alarm in report.alerts:
        where = " ".join(map(str, alarm.where.model_dump(mode="json").values()))
        OUT.print(f"  {alarm.state:9} {alarm.symptom} {where} since {alarm.since}")
    for gap in report.watch["gaps"]:
        OUT.print(
            f"  not recorded: {gap['missing']} of {gap['line_id']}"
            f" since {gap['last_on'] or 'ever'}, {gap['built']:,} units built"
        )
    for what, names in (
        ("cases opened", report.cases_opened),
        ("cases updated", report.cases_updated),
        ("digests", report.digests),
    ):
        OUT.print(f"{what}: {', '.join(names) or 'none'}")
