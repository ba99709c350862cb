"""A conversation: each line is a question, an answer to a question asked back, or a command.

One event loop lives as long as the conversation, because connections do. Ctrl-C ends the run under
way and nothing else.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from apps.render import ERR, OUT, escape, show_error, show_evidence
from apps.terminal.answer_screen import options_of, show_answer
from apps.terminal.asking import Ask, Told, follow, lookup
from apps.terminal.labels import labels_for
from apps.terminal.pictures import cited
from apps.terminal.why_screen import show_why
from domain.errors import AndonError, BadArgument, Interrupted
from domain.records.asked import Asked

if TYPE_CHECKING:
    from apps.terminal.reading import ReadLine
    from apps.wiring import Wiring

PROMPT = "andon> "
_CHOICE = re.compile(r"^\d+(?:[\s,;]+\d+)*$")


class Conversation:
    """What is remembered between two lines."""

    def __init__(self, parts: "Wiring", ask: Ask, thread_id: str | None = None) -> None:
        self.parts = parts
        self.ask = ask
        self.thread_id = thread_id
        self.language: str | None = None
        self.as_of: date | None = None
        self.quiet = False
        self.told: Told | None = None

    def hold(self, read: "ReadLine") -> None:
        """Take lines until there are no more, or `/quit`."""
        with asyncio.Runner() as runner:
            while (line := read(PROMPT)) is not None:
                line = line.strip()
                try:
                    if line.startswith("/"):
                        if not self._command(line):
                            return
                    elif line:
                        self._question(line, runner)
                except AndonError as error:
                    show_error(error, as_json=False)
                except KeyboardInterrupt:
                    stopped = Interrupted("stopped", holds="the conversation goes on")
                    show_error(stopped, as_json=False)

    def _question(self, line: str, runner: asyncio.Runner) -> None:
        asked = Asked(
            text=self._chosen(line),
            thread_id=self.thread_id,
            language=self.language,
            as_of=self.as_of,
        )
        self.told = runner.run(follow(self.ask(asked, self.parts), quiet=self.quiet))
        self.thread_id = self.told.answer.thread_id
        answer = self.told.answer
        show_answer(answer, lookup(self.parts))
        if options_of(answer):
            ERR.print(labels_for(answer.language).choose, markup=False)

    def _chosen(self, line: str) -> str:
        """The words of the ready answers whose numbers were typed; any other line as it is."""
        options = options_of(self.told.answer) if self.told else []
        if not options or not _CHOICE.match(line):
            return line
        numbers = [int(number) for number in re.findall(r"\d+", line)]
        if not all(1 <= number <= len(options) for number in numbers):
            raise BadArgument(
                f"there is no option {line}", next_step=f"choose 1 to {len(options)}, or use words"
            )
        return "; ".join(options[number - 1][1] for number in numbers)

    def _command(self, line: str) -> bool:
        """Do what a command says; false ends the conversation."""
        name, _, rest = line.partition(" ")
        if name == "/quit":
            return False
        if name not in COMMANDS:
            raise BadArgument(f"there is no command {name}", next_step="/help lists what there is")
        COMMANDS[name][1](self, rest.strip())
        return True

    def last(self) -> Told:
        """The last answer.

        Raises:
            BadArgument: nothing was asked yet.
        """
        if self.told is None:
            raise BadArgument("nothing was answered yet", next_step="ask a question first")
        return self.told


def _evidence(talk: Conversation, name: str) -> None:
    if name:
        show_evidence(talk.parts.memory.evidence.get(name.upper(), talk.parts.scope))
        return
    told = talk.last()
    looked = [str(e.data["evidence"]) for e in told.events if "evidence" in e.data]
    names = list(dict.fromkeys([*cited(told.answer), *looked]))
    find = lookup(talk.parts)
    for one in names:
        found = find(one)
        says = f"{found.tool}: {found.summary}" if found else "not for you to see"
        OUT.print(f"[bold]{one}[/bold] {escape(says)}")
    if not names:
        OUT.print("nothing was looked up for the last answer")


def _why(talk: Conversation, _: str) -> None:
    show_why(talk.last())


def _language(talk: Conversation, name: str) -> None:
    from agents.wording.phrasebook import LANGUAGES

    if name and name.lower().split("-")[0] not in LANGUAGES:
        raise BadArgument(
            f"there is no wording in {name}", next_step=f"one of: {', '.join(LANGUAGES)}"
        )
    talk.language = name or None
    ERR.print(f"answers come in {name or 'the language of the question'}", markup=False)


def _as_of(talk: Conversation, day: str) -> None:
    try:
        talk.as_of = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise BadArgument(f"{day} is no date", next_step="write it as /as-of 2026-09-30") from error
    ERR.print(f"'now' is {day or 'the newest day in the hub'}", markup=False)


def _new(talk: Conversation, _: str) -> None:
    talk.thread_id, talk.told = None, None
    ERR.print("a new conversation begins", markup=False)


def _help(_: Conversation, __: str) -> None:
    for name, (says, _do) in COMMANDS.items():
        OUT.print(f"  {name:10} {escape(says)}")
    OUT.print(f"  {'/quit':10} leave; Ctrl-D too. Ctrl-C stops a running question")


COMMANDS: dict[str, tuple[str, Callable[[Conversation, str], None]]] = {
    "/evidence": ("what was looked up for the last answer; /evidence E-… shows one", _evidence),
    "/why": ("how the last answer was reached", _why),
    "/lang": ("language of the answers: /lang de; alone: that of the question", _language),
    "/as-of": ("the day that 'now' stands for; alone: the newest day in the hub", _as_of),
    "/new": ("begin a new conversation", _new),
    "/help": ("this list", _help),
}  # fmt: skip
