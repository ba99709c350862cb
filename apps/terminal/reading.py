"""Where the lines of a conversation come from: a prompt with history, or a file."""

import sys
from collections.abc import Callable
from pathlib import Path

from apps.render import OUT, escape
from domain.errors import HubUnavailable

ReadLine = Callable[[str], str | None]
"""Reads one line after a prompt; none at the end."""


def reader(state: Path, commands: tuple[str, ...]) -> ReadLine:
    """Lines of a person at a terminal, else of standard input as it is.

    Args:
        state: the state folder; the history is kept there, readable by its owner only.
        commands: what is offered after a `/`.

    Raises:
        HubUnavailable: the state folder cannot be written.
    """
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _prompting(_history(state), commands)
    return _piped


def _piped(prompt: str) -> str | None:
    """A line of a file, repeated on the output: the answers below it would puzzle a reader."""
    line = sys.stdin.readline()
    if not line:
        return None
    OUT.print(f"{prompt}{escape(line.rstrip())}", soft_wrap=True)
    return line.rstrip("\n")


def _prompting(history: Path, commands: tuple[str, ...]) -> ReadLine:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory

    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)),
        completer=WordCompleter(list(commands), sentence=True),
        complete_while_typing=False,
    )

    def read(prompt: str) -> str | None:
        while True:
            try:
                return session.prompt(prompt)
            except KeyboardInterrupt:  # a half-typed line is dropped, the conversation goes on
                continue
            except EOFError:
                return None

    return read


def _history(state: Path) -> Path:
    path = state / "chat_history"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise HubUnavailable(
            f"cannot write to {state}: {error.strerror}",
            next_step="mend the folder's permissions, or point ANDON_STATE elsewhere",
        ) from error
    return path
