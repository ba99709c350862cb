"""What a person does to a case, from the words of a face to the ledger."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from pydantic import ValidationError

from apps.loop import working
from domain.errors import AndonError, BadArgument
from domain.records.case import (
    STEP_NAMES,
    ActionItem,
    ActionKind,
    CaseCause,
    CauseKind,
    StepState,
)
from domain.records.cause import Condition
from memory import cases as ledger_cases
from memory.case_rows import CaseFile, case_file
from memory.proposal_rows import proposals

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from graphs.casework.working import Working

USUAL_DAYS = 7
"""Days that an action has where none are named."""


@dataclass(frozen=True)
class Asked:
    """Who does something to which case, and why."""

    parts: "Wiring"
    """The program's parts."""
    case_id: str
    """The case."""
    reason: str
    """The words of whoever does it."""
    as_of: date | None
    """The day up to which data is read."""

    def check(self) -> None:
        """Make sure that the person may see the case.

        Raises:
            UnknownName: there is none of that id that they may know of.
        """
        read(self)

    def working(self) -> "Working":
        """The work on the case under the person's own name."""
        return working(self.parts, by=self.parts.principal.id, as_of=self.as_of)


class FixWords(NamedTuple):
    """A fix as it was typed."""

    which: str
    """The recorded change, or the first day of build with the fix."""
    treated: str
    """Units that it concerns, as JSON; empty: those of the stated cause."""
    untreated: str
    """Units beside them, as JSON; empty: all others."""
    minimum_effect: float
    """Reduction asked for (share)."""
    mixed_days: int
    """Days after the cut-in that are left out (days)."""
    judge_on: date | None
    """Day of judging; none: the first that is sure enough."""


def read(asked: Asked) -> CaseFile:
    """The case as it stands.

    Raises:
        UnknownName: there is none of that id that the person may know of.
    """
    with asked.parts.ledger.read() as connection:
        return case_file(connection, asked.case_id, asked.parts.scope)


def own(asked: Asked, owner: str) -> None:
    """Put a case into somebody's hands.

    Raises:
        UnknownUser: no such person.
    """
    asked.parts.people.principal(owner)
    with asked.working().change() as change:
        ledger_cases.set_owner(change, asked.case_id, owner)


def weigh(asked: Asked, severity: int) -> None:
    """Raise or lower the severity, with a reason."""
    if not asked.reason:
        raise BadArgument("a new severity needs its --reason")
    with asked.working().change() as change:
        ledger_cases.set_severity(change, asked.case_id, severity, asked.reason)


def write(asked: Asked, text: str) -> None:
    """Write a discipline in a person's words, or end it."""
    name, words = _split(text, "--step")
    step = next((one for one in STEP_NAMES if one == name.upper()), None)
    if step is None:
        raise BadArgument(f"there is no step {name!r}", next_step="D0 to D8")
    held = next(one for one in read(asked).steps if one.step == step)
    state: StepState = "done" if words == "done" else held.state
    content = held.content if words == "done" else {**held.content, "note": words}
    with asked.working().change() as change:
        ledger_cases.write_step(
            change, asked.case_id, step, content, state=state, evidence=held.evidence
        )


def state(asked: Asked, text: str) -> None:
    """State a cause in a person's words; it is untested until evidence says more."""
    name, words = _split(text, "--cause")
    kind = next((one for one in get_args(CauseKind) if one == name), None)
    if kind is None:
        raise BadArgument(f"there is no cause {name!r}", next_step=", ".join(get_args(CauseKind)))
    work = asked.working()
    cause = CaseCause(
        case_id=asked.case_id,
        kind=kind,
        statement=words,
        condition=None,
        status="untested",
        evidence=(),
        by=work.by,
        at=work.now,
    )
    with work.change() as change:
        ledger_cases.state_cause(change, cause)


def add(asked: Asked, text: str, to: str, due: date | None) -> None:
    """Add something to be done."""
    name, words = _split(text, "--action")
    step_name, _, kind_name = name.partition(":")
    step = next((one for one in STEP_NAMES if one == step_name.upper()), None)
    kind = next((one for one in get_args(ActionKind) if one == kind_name), None)
    if step is None or kind is None:
        kinds = ", ".join(get_args(ActionKind))
        raise BadArgument(f"--action begins with a step and a kind, as D3:containment ({kinds})")
    work = asked.working()
    item = ActionItem(
        id=ledger_cases.action_name(asked.case_id, step, kind, words),
        case_id=asked.case_id,
        step=step,
        kind=kind,
        text=words,
        owner=to or work.by,
        due_on=due or work.now.date() + timedelta(days=USUAL_DAYS),
    )
    with work.change() as change:
        ledger_cases.add_action(change, item)
    work.wake(asked.case_id, "remind", work.now, f"{item.id}")


def finish(asked: Asked, action_id: str) -> None:
    """Write down that an action is done."""
    if action_id not in {one.id for one in read(asked).actions}:
        raise BadArgument(f"{asked.case_id} has no action {action_id}")
    with asked.working().change() as change:
        ledger_cases.end_action(change, action_id, asked.reason)


def investigate(asked: Asked) -> list[str]:
    """Ask for the cause, size the suspicion, propose what follows."""
    from graphs.case import happen

    return happen(asked.working(), asked.case_id, "investigate")


def record(asked: Asked, words: FixWords) -> None:
    """Record a fix and register how its effect will be judged."""
    from graphs.casework.fixing import Fix, record_fix

    treated = _condition(words.treated, "--treated") if words.treated else _concerned(asked)
    if treated is None:
        raise BadArgument(
            "which units does the fix concern?",
            next_step='say it as --treated \'{"line_id": "QDA-L1"}\'',
        )
    day = _day(words.which)
    fix = Fix(
        control=asked.reason or f"fix {words.which}",
        treated=treated,
        change_id=None if day else words.which,
        cut_in_on=day,
        untreated=_condition(words.untreated, "--untreated") if words.untreated else None,
        minimum_effect=words.minimum_effect,
        mixed_days=words.mixed_days,
        judge_on=words.judge_on,
    )
    record_fix(asked.working(), asked.case_id, fix)


def hand_over(asked: Asked, to: str) -> str:
    """Hand a case over; returns the note for the person who takes it."""
    from graphs.casework.handing_over import hand_over as hand

    taker = asked.parts.people.principal(to)
    return hand(asked.working(), asked.case_id, taker, asked.reason)


def write_report(asked: Asked, path: Path) -> None:
    """Write the 8D report of a case to a file.

    Raises:
        BadArgument: the file is neither .md nor .html, or cannot be written.
    """
    from graphs.casework.eight_d import Form, eight_d

    forms: dict[str, Form] = {".md": "md", ".html": "html"}
    form = forms.get(path.suffix.lower())
    if form is None:
        raise BadArgument(f"{path} is neither .md nor .html")
    with asked.parts.ledger.read() as connection:
        listed = proposals(connection, asked.parts.action_policy, case_id=asked.case_id)
    text = eight_d(read(asked), listed, _summaries(asked), form=form, now=asked.parts.now())
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadArgument(f"cannot write {path}: {error.strerror}") from error


def as_json(asked: Asked, file: CaseFile) -> dict[str, Any]:
    """`andon.case/1`."""
    with asked.parts.ledger.read() as connection:
        listed = proposals(connection, asked.parts.action_policy, case_id=asked.case_id)
    told = [one.model_dump(mode="json") for one in listed]
    return {"schema": "andon.case/1", **file.model_dump(mode="json"), "proposals": told}


def _summaries(asked: Asked) -> Any:  # noqa: ANN401  a function of an id
    def summary(evidence_id: str) -> str:
        try:
            return asked.parts.memory.evidence.get(evidence_id, asked.parts.scope).summary
        except AndonError:
            return ""

    return summary


def _split(text: str, of: str) -> tuple[str, str]:
    name, _, words = text.partition("=")
    if not name.strip() or not words.strip():
        raise BadArgument(f"{of} is written NAME='text'; got {text!r}")
    return name.strip(), words.strip()


def _concerned(asked: Asked) -> Condition | None:
    """Units of the stated cause; a fix is in later lots and builds, so their dates are left out."""
    stated = next((one for one in read(asked).causes if one.kind == "occurrence"), None)
    if stated is None or stated.condition is None:
        return None
    dated = ("lot_ids", "received_from", "received_to", "built_from", "built_to", "change_id")
    return stated.condition.model_copy(update=dict.fromkeys(dated))


def _condition(text: str, of: str) -> Condition:
    try:
        return Condition.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise BadArgument(
            f"{of} is no condition: {text!r}",
            next_step='write it as \'{"supplier_id": "S-0101", "part_id": "P-PSU"}\'',
        ) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
