"""What can be asked for by command: cases, units, approvals, how an answer was reached.

Words that are no command are a question, so nobody has to learn commands to ask.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from apps.chats.asking import choice_key
from apps.chats.port import Place, Said, Words
from apps.chats.speakers import Speaker
from apps.chats.wording import phrase
from domain.errors import BadArgument, NotPermitted
from memory.posts import Post, Posts

if TYPE_CHECKING:
    from domain.records.case import Case
    from domain.records.proposal import Proposal

MOST_LISTED = 20
_CASE, _PROPOSAL, _RUN = (re.compile(rf"{mark}-\w+", re.I) for mark in "CPR")
_WORD = re.compile(r"\S+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-\w+)*")


class Given(NamedTuple):
    """A command and whoever gives it."""

    speaker: Speaker
    """Who."""
    place: Place
    """Where."""
    person: str
    """Their account in the chat."""
    argument: str
    """What stands behind the command."""
    posts: Posts
    """What was posted, and chosen."""


class Command(NamedTuple):
    """One command."""

    argument: re.Pattern[str]
    """What may stand behind it; other words make it a question."""
    alone: bool
    """Whether it may also stand alone."""
    private: bool
    """Whether it is kept from channels that another company reads."""
    does: Callable[[Given], Said]
    """Does it."""


def parsed(text: str) -> tuple[str, str]:
    """Name and argument of a command; the name is `ask` where the words are a question."""
    name, _, rest = text.strip().partition(" ")
    name, rest = name.lower(), rest.strip()
    if not name:
        return "help", ""
    if name == "ask":
        return "ask", rest
    command = COMMANDS.get(name)
    if command is None:
        return "ask", text.strip()
    fits = command.argument.fullmatch(rest) if rest else command.alone
    return (name, rest) if fits else ("ask", text.strip())


def do(name: str, given: Given) -> Said:
    """Do a command.

    Raises:
        AndonError: it cannot be done, or not here.
    """
    command = COMMANDS[name]
    if command.private and given.speaker.overheard:
        raise NotPermitted(
            "people of another company read this channel",
            holds="nothing was shown",
            next_step="do it in a direct message or in a channel of your own people",
        )
    return command.does(given)


def moment(at: datetime, speaker: Speaker) -> str:
    """A moment in the time zone of the place."""
    return f"{at.astimezone(speaker.zone):%Y-%m-%d %H:%M %Z}"


def case_line(one: "Case") -> str:
    """A case on one line."""
    owner = one.owner or "–"
    return f"{one.id} · {one.symptom} · {one.severity}/5 · {one.state} · {owner}"


def my_cases(speaker: Speaker) -> "list[Case]":
    """Cases that the person sees here and somebody works on, the gravest first."""
    from apps.case_board import LIVE
    from memory.case_rows import cases

    with speaker.parts.ledger.read() as connection:
        return cases(connection, scope=speaker.parts.scope, states=LIVE)


def my_approvals(speaker: Speaker) -> "list[Proposal]":
    """Proposals that wait for the person's word."""
    from apps.proposal_reading import listed

    me, now = speaker.principal, speaker.parts.now()
    return [
        one
        for one in listed(speaker.parts)
        if one.state == "proposed"
        and now < one.expires_at
        and {*me.roles} & {*one.approvers}
        and all(ruling.by != me.id for ruling in one.rulings)
        and speaker.parts.action_policy.rule(one.kind).own | (one.proposed_by != me.id)
    ]


def proposal_line(one: "Proposal", speaker: Speaker) -> str:
    """A proposal on one line."""
    about = f" · {one.case_id}" if one.case_id else ""
    until = phrase(speaker.language, "until", when=moment(one.expires_at, speaker))
    return f"{one.id} · {one.kind}{about} · {until}"


def _case(given: Given) -> Said:
    speaker = given.speaker
    if not given.argument:
        found = my_cases(speaker)
        lines = [Words(case_line(one)) for one in found[:MOST_LISTED]]
        if len(found) > MOST_LISTED:
            lines.append(Words(f"… {len(found) - MOST_LISTED}", "quiet"))
        return _list(speaker, "my_issues", lines)
    from apps.case_reading import shown
    from apps.case_work import Asked

    file = shown(Asked(speaker.parts, given.argument.upper(), "", None))
    parts = [Words(case_line(file.case), "heading")]
    parts += [Words(f"{one.kind}: {one.statement} ({one.status})") for one in file.causes]
    steps = " · ".join(f"{one.step} {'✓' if one.state == 'done' else '…'}" for one in file.steps)
    parts.append(Words(steps))
    waits = [one for one in file.actions if one.state == "open"]
    parts += [Words(f"{one.due_on} · {one.owner} · {one.text}") for one in waits]
    cited = ", ".join(dict.fromkeys(one.evidence_id for one in file.evidence))
    parts.append(Words(f"{moment(file.case.opened_at, speaker)} · {cited}", "quiet"))
    return Said(tuple(parts), speaker.language, rest=f"andon case {file.case.id}")


def _trace(given: Given) -> Said:
    from tools.registry import named
    from tools.runner import run_tool

    parts = given.speaker.parts
    found = run_tool(named("trace_unit"), {"serial": given.argument}, parts.context())
    lines = [Words(found.summary)]
    lines += [Words(note.text, "quiet") for note in found.warnings]
    lines.append(Words(f"{found.id} · {found.as_of} · {found.versions.hub_commit}", "quiet"))
    return Said(tuple(lines), given.speaker.language, rest=f"andon evidence {found.id}")


def _approve(given: Given) -> Said:
    speaker = given.speaker
    lines = [Words(proposal_line(one, speaker)) for one in my_approvals(speaker)]
    return _list(speaker, "my_approvals", lines)


def _language(given: Given) -> Said:
    from agents.wording.phrasebook import LANGUAGES

    name = given.argument.lower().split("-")[0]
    if name and name not in LANGUAGES:
        raise BadArgument(
            f"there is no wording in {given.argument}", next_step=f"one of: {', '.join(LANGUAGES)}"
        )
    surface = given.place.surface
    key = choice_key(surface, given.person)
    chosen = Post(key=key, surface=surface, channel="", thread=None, subject="language", shown=name)
    given.posts.keep_choice(chosen)
    said = phrase(name or given.speaker.language, "language_set" if name else "language_free")
    return Said((Words(said),), name or given.speaker.language)


def _why(given: Given) -> Said:
    speaker = given.speaker
    body = _last_answer(speaker, given.argument)
    return Said(tuple(_reached(body)), speaker.language, body=body)


def _last_answer(speaker: Speaker, run: str) -> dict[str, object]:
    requests, me = speaker.parts.conversations.requests, speaker.principal.id
    if run:
        found = [requests.get(run[:2].upper() + run[2:].lower(), me)]
    else:
        threads = requests.threads(me, 1)
        found = requests.thread(threads[0].thread_id, me) if threads else []
    answers = [one.answer for one in found if one.answer is not None]
    if not answers:
        raise BadArgument("nothing was answered yet", next_step="ask a question first")
    return answers[-1]


def _reached(body: dict[str, object]) -> Iterator[Words]:
    from domain.records.answer import Answer

    answer = Answer.model_validate({k: v for k, v in body.items() if k != "schema"})
    yield Words(answer.run_id, "heading")
    for task in answer.plan.tasks:
        yield Words(f"{task.id} · {task.agent} · {task.goal}")
    for one in answer.hypotheses:
        yield Words(f"{one.status}: {one.statement} {' '.join(one.evidence)}")
    causes = answer.cause.ranked_causes if answer.cause else ()
    for cause in causes:
        if cause.ruled_out:
            yield Words(f"✗ {cause.because}", "quiet")
    versions = answer.versions.model_dump(exclude_none=True)
    by = answer.decided_by
    deciders = f"plan {by.plan}, step {by.step}, words {by.write}"
    yield Words(" · ".join([deciders, *(f"{k} {v}" for k, v in versions.items())]), "quiet")


def _help(given: Given) -> Said:
    lines = phrase(given.speaker.language, "help").splitlines()
    return Said(tuple(Words(line) for line in lines), given.speaker.language)


def _list(speaker: Speaker, heading: str, lines: list[Words]) -> Said:
    head = Words(phrase(speaker.language, heading), "heading")
    none = [Words(phrase(speaker.language, "none"))]
    return Said((head, *(lines or none)), speaker.language)


COMMANDS: dict[str, Command] = {
    "case": Command(_CASE, True, True, _case),
    "trace": Command(_WORD, False, True, _trace),
    "approve": Command(_PROPOSAL, True, True, _approve),
    "lang": Command(_LANGUAGE, True, False, _language),
    "why": Command(_RUN, True, True, _why),
    "help": Command(re.compile(r"(?!)"), True, False, _help),
}
"""Commands by name."""
