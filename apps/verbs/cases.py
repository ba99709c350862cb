"""`andon cases` and `andon case`: what is being worked on, and one case from sign to proof."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.case import Case
    from memory.case_rows import CaseFile

IdArgument = Annotated[str, typer.Argument(help="A case id, C-….")]
AllOption = Annotated[bool, typer.Option("--all", help="Also those that are closed.")]
OwnOption = Annotated[str, typer.Option("--own", help="Put it into this person's hands.")]
SeverityOption = Annotated[int, typer.Option("--severity", help="Raise or lower it, 1 to 5.")]
StepOption = Annotated[
    str, typer.Option("--step", help="Write a discipline, as D5='text'; =done ends it.")
]
CauseOption = Annotated[
    str, typer.Option("--cause", help="State a cause: occurrence|escape|systemic='text'.")
]
ActionOption = Annotated[
    str, typer.Option("--action", help="Something to do: D3:containment='text'.")
]
ToOption = Annotated[str, typer.Option("--to", help="Who does it; with --action.")]
DueOption = Annotated[
    datetime | None, typer.Option("--due", formats=["%Y-%m-%d"], help="Last day; with --action.")
]
DoneOption = Annotated[str, typer.Option("--done", help="An action, A-…, that is done.")]
FixOption = Annotated[
    str, typer.Option("--fix", help="A fix: the recorded change, or its first day of build.")
]
TreatedOption = Annotated[
    str, typer.Option("--treated", help="Units that the fix concerns, a condition as JSON.")
]
ControlOption = Annotated[
    str, typer.Option("--untreated", help="Units beside them that it does not, as JSON.")
]
EffectOption = Annotated[
    float, typer.Option("--minimum-effect", help="Reduction asked for, as a share.")
]
MixedOption = Annotated[
    int, typer.Option("--mixed-days", help="Days after the cut-in left out: old stock is used up.")
]
JudgeOption = Annotated[
    datetime | None,
    typer.Option(
        "--judge-on", formats=["%Y-%m-%d"], help="Day of judging; default: first sure one."
    ),
]
InvestigateOption = Annotated[
    bool, typer.Option("--investigate", help="Ask for its cause, size it, propose what follows.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, or in which words.")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="Write its 8D report to a file .md or .html.")
]
HandoverOption = Annotated[
    str, typer.Option("--handover", help="Hand it over to this person, with a note (--reason).")
]


def cases(
    everything: AllOption = False,
    hub: HubOption = None,
    user: UserOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the cases that you may see, the gravest first."""
    from memory.case_rows import cases as read

    parts = wiring(hub, user)
    states: tuple[Any, ...] = () if everything else ("open", "verifying")
    with parts.ledger.read() as connection:
        found = read(connection, scope=parts.scope, states=states)
    if as_json:
        listed = [one.model_dump(mode="json") for one in found]
        print_json({"schema": "andon.cases/1", "cases": listed})
        return
    for one in found:
        OUT.print(_line(one))
    if not found:
        OUT.print("no case is open; `andon triage` opens them" if not everything else "no case yet")


def case(
    case_id: IdArgument,
    own: OwnOption = "",
    severity: SeverityOption = 0,
    step: StepOption = "",
    cause: CauseOption = "",
    action: ActionOption = "",
    to: ToOption = "",
    due: DueOption = None,
    done: DoneOption = "",
    fix: FixOption = "",
    treated: TreatedOption = "",
    untreated: ControlOption = "",
    minimum_effect: EffectOption = 0.4,
    mixed_days: MixedOption = 0,
    judge_on: JudgeOption = None,
    investigate: InvestigateOption = False,
    handover: HandoverOption = "",
    reason: ReasonOption = "",
    report: ReportOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one case, or do something to it; every change is written into the audit."""
    from apps import case_work as work

    parts = wiring(hub, user)
    asked = work.Asked(parts, case_id, reason, day(as_of))
    asked.check()
    words = work.FixWords(fix, treated, untreated, minimum_effect, mixed_days, day(judge_on))
    steps: list[tuple[object, Callable[[], object]]] = [
        (own, lambda: work.own(asked, own)),
        (severity, lambda: work.weigh(asked, severity)),
        (step, lambda: work.write(asked, step)),
        (cause, lambda: work.state(asked, cause)),
        (action, lambda: work.add(asked, action, to, day(due))),
        (done, lambda: work.finish(asked, done)),
        (investigate, lambda: work.investigate(asked)),
        (fix, lambda: work.record(asked, words)),
    ]
    for wanted, do in steps:
        if wanted:
            do()
    note = work.hand_over(asked, handover) if handover else ""
    if report is not None:
        work.write_report(asked, report)
    file = work.read(asked)
    if as_json:
        print_json(work.as_json(asked, file))
        return
    _show(parts, file, note, report)


def _show(parts: "Wiring", file: "CaseFile", note: str, report: Path | None) -> None:
    from apps.verbs.proposals import progress
    from memory.proposal_rows import proposals

    OUT.print(_line(file.case))
    OUT.print(f"where    {escape(str(file.case.where.model_dump(mode='json') or 'everywhere'))}")
    OUT.print(f"known    {file.case.aware_at:%Y-%m-%d %H:%M} UTC, {len(file.signs)} signs")
    for one in file.steps:
        told = ", ".join(f"{key}: {_short(value)}" for key, value in one.content.items())
        cited = f" \\[{', '.join(one.evidence)}]" if one.evidence else ""
        OUT.print(f"{one.step} {one.state:14} {escape(told) or 'open'}{cited}", soft_wrap=True)
    for stated in file.causes:
        OUT.print(f"cause    {stated.kind}: {escape(stated.statement)} ({stated.status})")
    for item in file.actions:
        when = f"{item.owner} by {item.due_on}, {item.state}"
        OUT.print(f"to do    {item.id} {item.step} {escape(item.text)}: {when}")
    with parts.ledger.read() as connection:
        listed = proposals(connection, parts.action_policy, case_id=file.case.id)
    for proposal in listed:
        OUT.print(f"proposal {proposal.id} {proposal.kind}: {progress(parts, proposal)}")
    for check in file.checks:
        power = "" if check.power is None else f", power {check.power:.3f}"
        OUT.print(f"effect   {check.id} to be judged on {check.judge_on}{power}: {check.state}")
    if note:
        OUT.print(f"\n{escape(note)}", soft_wrap=True)
    if report is not None:
        OUT.print(f"8D report written to {report}")


def _line(one: "Case") -> str:
    again = f", reopened {one.times_reopened}×" if one.times_reopened else ""
    return (
        f"[bold]{one.id}[/bold] S{one.severity} {one.kind} {escape(one.symptom)}"
        f" [bold]{one.state}[/bold]{again}, owner {one.owner or 'none'},"
        f" {'/'.join(one.regions)}, opened {one.opened_at:%Y-%m-%d}"
    )


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}…"
