"""`andon triage`: read what is new, and turn it into cases and digests."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.triage import TriageReport

RegionOption = Annotated[
    str, typer.Option("--region", help="Only this sales region; default: all that you may see.")
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=["%Y-%m-%d"],
        help="Only what was received after this day; the next run reads what is older.",
    ),
]
DryOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")
]
HistoryOption = Annotated[bool, typer.Option("--history", help="List the runs so far.")]
SHOWN = 10


def triage(
    region: RegionOption = "*",
    since: SinceOption = None,
    dry_run: DryOption = False,
    history: HistoryOption = False,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read new feedback and claims: page about dangers, open cases, post digests."""
    from apps.loop import triage_now

    parts = wiring(hub, user)
    if history:
        _history(parts, as_json)
        return
    report, repeated = triage_now(parts, region, as_of=day(as_of), since=day(since), dry=dry_run)
    if as_json:
        print_json(report.to_json())
        return
    _show(report, repeated)


def _show(report: "TriageReport", repeated: bool) -> None:
    place = "all regions" if report.region == "*" else report.region
    again = " (done before; nothing has changed since)" if repeated else ""
    dry = " (dry run: nothing was written)" if report.dry_run else ""
    OUT.print(f"[bold]{report.run_id}[/bold] {place}, as of {report.as_of}{again}{dry}")
    OUT.print(
        f"read {report.read:,} = {report.coded:,} coded + {report.duplicate:,} duplicate"
        f" + {report.quarantined:,} for a person to read; {report.claims:,} new claims"
    )
    OUT.print(f"reports of danger: {len(report.safety)}, feared: {len(report.feared)}")
    for sign in report.safety[:SHOWN]:
        place = " ".join(one for one in (sign.model_id, sign.country) if one)
        OUT.print(f"  S{sign.severity} {sign.symptom} {place} {sign.feedback_id}: "
                  f"“{escape(sign.quote[:100])}”")  # fmt: skip
    if len(report.safety) > SHOWN:
        OUT.print(f"  and {len(report.safety) - SHOWN} more: --json lists them")
    OUT.print(f"alarms: {len(report.alerts)}")
    for alarm in report.alerts[:SHOWN]:
        OUT.print(
            f"  {alarm.state:9} {alarm.symptom} {_where(alarm.where.model_dump(mode='json'))}:"
            f" {alarm.events} events, {alarm.expected:.1f} expected since {alarm.since}"
        )
    _list("pages", report.pages)
    _list("cases opened", report.cases_opened)
    _list("cases updated", report.cases_updated)
    _list("digests", report.digests)
    if report.suspicious:
        _list("give orders to a reading machine; none was obeyed", report.suspicious)
    for problem in report.problems:
        OUT.print(f"[yellow]but[/yellow] {escape(problem)}")


def _list(what: str, names: tuple[str, ...]) -> None:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    OUT.print(f"{what}: {', '.join(names[:SHOWN]) or 'none'}{more}")


def _where(condition: dict[str, object]) -> str:
    parts = [
        ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for value in condition.values()
    ]
    return " ".join(parts) or "everywhere"


def _history(parts: "Wiring", as_json: bool) -> None:
    from memory.runs import kept_runs

    with parts.ledger.read() as connection:
        runs = kept_runs(connection, what="triage")
    if as_json:
        listed = [one.model_dump(mode="json", exclude={"digest", "report"}) for one in runs]
        print_json({"schema": "andon.triage_history/1", "runs": listed})
        return
    for one in runs:
        counts = one.report or {}
        OUT.print(
            f"{one.run_id} {one.region} as of {one.as_of}: {one.state},"
            f" read {counts.get('read', '?')}, {len(counts.get('safety', ()))} dangers,"
            f" {len(counts.get('cases_opened', ()))} cases opened"
        )
    if not runs:
        OUT.print("no run yet; `andon triage` does one")
