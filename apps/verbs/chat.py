"""`andon chat`: question after question, each understood in the light of those before."""

from typing import Annotated

import typer

from apps.options import AsOfOption, HubOption, QuietOption, UserOption, day, wiring
from apps.render import ERR

ThreadOption = Annotated[str | None, typer.Option("--thread", help="Conversation to continue.")]
LanguageOption = Annotated[
    str | None, typer.Option("--lang", help="Language of the answers; default: the question's.")
]


def chat(
    thread: ThreadOption = None,
    language: LanguageOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask one question after the other; /help lists the commands, Ctrl-D leaves."""
    from apps.ask import ask_once
    from apps.terminal.conversation import COMMANDS, Conversation
    from apps.terminal.reading import reader

    parts = wiring(hub, user)
    parts.principal  # noqa: B018  an unknown user hears of it now
    talk = Conversation(parts, ask_once, thread)
    talk.language, talk.as_of, talk.quiet = language, day(as_of), quiet
    read = reader(parts.settings.state, (*COMMANDS, "/quit"))
    talk.hold(read)
    if talk.thread_id:
        ERR.print(f"to continue: andon chat --thread {talk.thread_id}", markup=False)
