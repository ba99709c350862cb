"""What a person does to a case, from the words of a face to the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, get_args

from apps.loop import working
from domain.errors import BadArgument, InvalidArgument, NotPermitted
from domain.records.case import (
    STEP_NAMES,
    ActionItem,
    ActionKind,
    CaseCause,
    CauseKind,
    StepName,
    StepState,
)
from memory import cases as ledger_cases
from memory.case_rows import CaseFile, case_file, case_of, visible

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.policy import Principal
    from graphs.casework.working import Working
    from memory.ledger import Change
    from services.policy.actions import CaseDuty

USUAL_DAYS = 7
"""Days that an action has where none are named."""
LONGEST = 2_000
"""Characters that one entry of a person may have (count)."""


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

    def check(self, doing: "CaseDuty") -> None:
        """Make sure that the person sees the case, that it lives, and that they may do it.

        Raises:
            UnknownName: there is none of that id that they may know of.
            NotPermitted: none of their roles may.
            InvalidArgument: the case has ended.
        """
        case = read(self).case
        self.parts.action_policy.check_case(self.parts.principal, doing)
        if case.ended:
            raise InvalidArgument(
                f"{case.id} is {case.state}",
                holds="it is as it was",
                next_step="a new sign of the trouble opens a new case that follows it",
            )

    @contextmanager
    def change(self) -> "Iterator[Change]":
        """One transaction of the ledger in the person's own name."""
        with self.parts.ledger.change(by=self.parts.principal.id, at=self.parts.now()) as change:
            yield change

    def working(self) -> "Working":
        """The work on the case, with data, under the person's own name."""
        return working(self.parts, by=self.parts.principal.id, as_of=self.as_of)


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
        NotPermitted: the asker or the owner may not work on it.
    """
    from graphs.casework.handing_over import take

    asked.check("work")
    _able(asked, owner)
    with asked.change() as change:
        take(change, asked.case_id, owner)


def weigh(asked: Asked, severity: int) -> None:
    """Raise or lower the severity, with a reason; lowering it takes a role of its own."""
    held = read(asked).case.severity
    asked.check("lower" if severity < held else "work")
    if not asked.reason:
        raise BadArgument("a new severity needs its --reason")
    with asked.change() as change:
        ledger_cases.set_severity(change, asked.case_id, severity, asked.reason)


def write(asked: Asked, text: str) -> None:
    """Note something in a discipline, or say that it is done or open again."""
    name, words = _split(text, "--step")
    state: StepState | None = next((one for one in get_args(StepState) if one == words), None)
    note(asked, name, "" if state else words, state)


def note(asked: Asked, name: str, words: str, state: StepState | None = None) -> None:
    """Note something in a discipline, say where it stands, or both; empty words note nothing."""
    from graphs.casework.working import NOTES

    asked.check("work")
    step = _step(name)
    with asked.change() as change:
        held = case_file(change.connection, asked.case_id).step(step)
        content = dict(held.content)
        if words:
            said = {"by": change.by, "at": change.at.isoformat(), "text": words}
            content[NOTES] = [*content.get(NOTES, ()), said]
        ledger_cases.write_step(
            change,
            asked.case_id,
            step,
            content,
            state=state or held.state,
            evidence=held.evidence,
        )


def state(asked: Asked, text: str) -> None:
    """State a cause in a person's words; it is untested until evidence says more."""
    asked.check("work")
    name, words = _split(text, "--cause")
    kind = next((one for one in get_args(CauseKind) if one == name), None)
    if kind is None:
        raise BadArgument(f"there is no cause {name!r}", next_step=", ".join(get_args(CauseKind)))
    with asked.change() as change:
        cause = CaseCause(
            case_id=asked.case_id,
            kind=kind,
            statement=words,
            condition=None,
            status="untested",
            evidence=(),
            by=change.by,
            at=change.at,
        )
        ledger_cases.state_cause(change, cause)


def add(asked: Asked, text: str, to: str, due: date | None) -> None:
    """Add something to be done; it is reminded of from the day before it is due."""
    asked.check("work")
    name, words = _split(text, "--action")
    step_name, _, kind_name = name.partition(":")
    kind = next((one for one in get_args(ActionKind) if one == kind_name), None)
    if kind is None:
        kinds = ", ".join(get_args(ActionKind))
        raise BadArgument(
            f"--action begins with a step and a kind, not with {name!r}",
            next_step=f"write it as D3:containment='sort the stock'; kinds: {kinds}",
        )
    step = _step(step_name)
    if to:
        asked.parts.people.principal(to)
    with asked.change() as change:
        item = ActionItem(
            id=ledger_cases.action_name(asked.case_id, step, kind, words),
            case_id=asked.case_id,
            step=step,
            kind=kind,
            text=words,
            owner=to or change.by,
            due_on=due or change.at.date() + timedelta(days=USUAL_DAYS),
        )
        ledger_cases.add_action(change, item)


def finish(asked: Asked, action_id: str) -> None:
    """Write down that an action is done, and what came of it.

    Raises:
        BadArgument: the case has no such action, or it ends a decision without saying which.
    """
    asked.check("work")
    item = next((one for one in read(asked).actions if one.id == action_id), None)
    if item is None:
        raise BadArgument(
            f"{asked.case_id} has no action {action_id}",
            next_step=f"`andon case {asked.case_id}` lists them",
        )
    if item.kind == "read_across" and not asked.reason:
        raise BadArgument(
            f"{action_id} is a decision: say which", next_step="add --reason 'no: other supplier'"
        )
    with asked.change() as change:
        ledger_cases.end_action(change, action_id, asked.reason)
        if item.kind == "read_across":
            _end_read_across(change, asked.case_id)


def _end_read_across(change: "Change", case_id: str) -> None:
    """D7 is done when every site has decided."""
    file = case_file(change.connection, case_id)
    if any(one.kind == "read_across" and one.state == "open" for one in file.actions):
        return
    held = file.step("D7")
    ledger_cases.write_step(
        change, case_id, "D7", held.content, state="done", evidence=held.evidence
    )


def dismiss(asked: Asked) -> str:
    """Propose to end a case in which there was no trouble; others decide. Returns the proposal.

    A case that speaks of a danger, or did, takes two people besides.
    """
    from memory.proposals import Wish, propose

    asked.check("work")
    if not asked.reason:
        raise BadArgument("a dismissal needs its --reason: what shows that there is no trouble?")
    with asked.change() as change:
        case = case_of(change.connection, asked.case_id)
        if case.state != "open":
            raise InvalidArgument(
                f"{case.id} is {case.state}: a fix of it is still to be judged",
                holds="nothing was proposed",
                next_step="wait for the verdict",
            )
        kind = "dismiss_danger" if case.dangerous else "dismiss_case"
        payload = {"case_id": case.id, "reason": asked.reason[:LONGEST]}
        key = f"{case.id}/{kind}/{change.at.isoformat()}"
        return propose(change, Wish(key, kind, payload, case.id), asked.parts.action_policy)


def investigate(asked: Asked) -> list[str]:
    """Ask for the cause, size the suspicion, propose what follows."""
    from graphs.case import happen

    asked.check("work")
    return happen(asked.working(), asked.case_id, "investigate")


def hand_over(asked: Asked, to: str) -> str:
    """Hand a case over; returns the note for the person who takes it, in their language."""
    from graphs.casework.handing_over import hand_over as hand

    asked.check("work")
    return hand(asked.working(), asked.case_id, _able(asked, to), asked.reason)


def _able(asked: Asked, person: str) -> "Principal":
    """The person, who must be able to work on the case.

    Raises:
        UnknownUser: no such person.
        NotPermitted: they may not work on cases, or do not see this one.
    """
    parts = asked.parts
    taker = parts.people.principal(person)
    parts.action_policy.check_case(taker, "work")
    if not visible(read(asked).case, parts.policy.scope_of(taker, None)):
        raise NotPermitted(
            f"{person} does not see the regions of {asked.case_id}",
            holds="it stays in the hands that it is in",
            next_step="choose somebody of these regions",
        )
    return taker


def _split(text: str, of: str) -> tuple[str, str]:
    name, _, words = text.partition("=")
    if not name.strip() or not words.strip():
        raise BadArgument(f"{of} is written NAME='text'; got {text!r}")
    if len(words) > LONGEST:
        raise BadArgument(f"{of}: {len(words):,} characters are too many", next_step="attach it")
    return name.strip(), words.strip()


def _step(name: str) -> StepName:
    step = next((one for one in STEP_NAMES if one == name.upper()), None)
    if step is None:
        raise BadArgument(f"there is no step {name!r}", next_step="D0 to D8")
    return step
