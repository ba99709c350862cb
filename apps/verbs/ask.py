"""`andon ask`: one question, one cited answer."""

import asyncio
import sys
from typing import Annotated

import typer

from apps.options import AsOfOption, HubOption, JsonOption, QuietOption, UserOption, day, wiring
from apps.render import ERR, print_json
from domain.errors import BadArgument

QuestionArgument = Annotated[
    str, typer.Argument(help="The question, in your language; '-' reads it from standard input.")
]
PlanOption = Annotated[
    bool, typer.Option("--plan-only", help="Only say who would look into what; needs no data.")
]
LanguageOption = Annotated[
    str | None, typer.Option("--lang", help="Language of the answer; default: the question's.")
]
ThreadOption = Annotated[str | None, typer.Option("--thread", help="Conversation to continue.")]


def ask(
    question: QuestionArgument,
    plan_only: PlanOption = False,
    language: LanguageOption = None,
    thread: ThreadOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Ask a question and get a cited answer, or hear that it cannot be told."""
    from apps.ask import ask_once as put
    from apps.terminal.answer_screen import show_answer
    from apps.terminal.asking import EXITS, follow, lookup
    from apps.terminal.plan_screen import show_plan
    from domain.records.asked import Asked

    asked = Asked(
        text=_text(question),
        thread_id=thread,
        language=language,
        as_of=day(as_of),
        plan_only=plan_only,
    )
    parts = wiring(hub, user)
    told = asyncio.run(follow(put(asked, parts), quiet=quiet))
    if as_json:
        print_json(told.body)
    elif plan_only:
        show_plan(told.body)
    else:
        show_answer(told.answer, lookup(parts))
        if told.answer.outcome == "clarify":
            ERR.print(f'to answer: andon ask "…" --thread {told.answer.thread_id}', markup=False)
    if code := EXITS[told.body["outcome"]]:
        raise typer.Exit(code)


def _text(question: str) -> str:
    text = sys.stdin.read() if question == "-" else question
    if not text.strip():
        raise BadArgument("the question is empty", next_step='ask one: andon ask "Why …?"')
    return text.strip()
