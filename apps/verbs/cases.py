"""`andon cases` and `andon case`: what is being worked on, and one case from sign to proof."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json
from apps.terminal.case_screen import headline, show_case

if TYPE_CHECKING:
    from apps.case_fixing import FixWords
    from apps.case_work import Asked

IdArgument = Annotated[str, typer.Argument(help="A case id, C-….")]
AllOption = Annotated[bool, typer.Option("--all", help="Also those that are closed.")]
OwnOption = Annotated[str, typer.Option("--own", help="Put it into this person's hands.")]
SeverityOption = Annotated[int, typer.Option("--severity", help="Raise or lower it, 1 to 5.")]
StepOption = Annotated[
    str, typer.Option("--step", help="Note something, as D5='text'; D5=done ends it, =open opens.")
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
DismissOption = Annotated[
    bool, typer.Option("--dismiss", help="Propose to end it: there was no trouble (--reason).")
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
        OUT.print(headline(one), soft_wrap=True)
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
    dismiss: DismissOption = False,
    reason: ReasonOption = "",
    report: ReportOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one case, or do something to it; every change is written into the audit."""
    from apps.case_fixing import FixWords
    from apps.case_work import Asked

    asked = Asked(wiring(hub, user), case_id, reason, day(as_of))
    words = FixWords(fix, treated, untreated, minimum_effect, mixed_days, day(judge_on))
    todo = _Action(action, to, day(due), done)
    typed = _Typed(own, severity, step, cause, todo, words, investigate, dismiss, handover)
    _tell(asked, _do(asked, typed), report, as_json=as_json)


class _Action(NamedTuple):
    """Something to do, or done."""

    text: str
    to: str
    due: date | None
    done: str


class _Typed(NamedTuple):
    """What was asked for, in the order in which it is done."""

    own: str
    severity: int
    step: str
    cause: str
    action: _Action
    fix: "FixWords"
    investigate: bool
    dismiss: bool
    handover: str


def _do(asked: "Asked", typed: _Typed) -> str:
    """Do what was asked for; returns the note of a hand-over."""
    from apps import case_work as work
    from apps.case_fixing import record

    work.read(asked)
    todo = typed.action
    steps: list[tuple[object, Callable[[], object]]] = [
        (typed.own, lambda: work.own(asked, typed.own)),
        (typed.severity, lambda: work.weigh(asked, typed.severity)),
        (typed.step, lambda: work.write(asked, typed.step)),
        (typed.cause, lambda: work.state(asked, typed.cause)),
        (todo.text, lambda: work.add(asked, todo.text, todo.to, todo.due)),
        (todo.done, lambda: work.finish(asked, todo.done)),
        (typed.investigate, lambda: work.investigate(asked)),
        (typed.fix.which, lambda: record(asked, typed.fix)),
        (typed.dismiss, lambda: work.dismiss(asked)),
    ]
    for wanted, do in steps:
        if wanted:
            do()
    return work.hand_over(asked, typed.handover) if typed.handover else ""


def _tell(asked: "Asked", note: str, report: Path | None, *, as_json: bool) -> None:
    from apps import case_reading as reading

    if report is not None:
        reading.write_report(asked, report)
    if as_json:
        print_json(reading.as_json(asked, reading.shown(asked)))
        return
    show_case(asked)
    if note:
        OUT.print(f"\n{escape(note)}", soft_wrap=True)
    if report is not None:
        OUT.print(f"\n8D report written to {report}")
