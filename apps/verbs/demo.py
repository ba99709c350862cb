"""`andon demo`: a small plant from nothing to one cited answer, in a folder of its own."""

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from apps.options import JsonOption
from apps.render import OUT, print_json
from apps.verbs.ingest import progress_bar
from apps.verbs.init import create
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.demo_case import Followed
    from apps.wiring import Wiring
    from domain.records.answer import Answer
    from domain.records.load import LoadReport

UNITS = 20_000
SEED, RATE_RATIO = 8, 6.0
"""Which plant, and how much more often its planted lots fail: a plain case, to see what an answer
is; `andon simulate` makes harder ones."""
QUESTION = "Why do so many TV customers report lines on the screen?"

StoryOption = Annotated[
    bool, typer.Option("--story", help="Live through one case, from its first sign to the proof.")
]
FixOption = Annotated[
    str, typer.Option("--fix", help="works or fails: what the fix of the story does.")
]


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Folder to make, or that an earlier demo made.")
    ] = Path("demo"),
    story: StoryOption = False,
    fix: FixOption = "works",
    as_json: JsonOption = False,
) -> None:
    """Simulate a small plant, ask it one question, open its case; or live through one case."""
    if story:
        from apps.verbs.demo_story import tell

        tell(folder / f"story-{fix}", fix, as_json=as_json)
        return
    from apps.ask import ask_once
    from apps.demo_case import follow_up
    from apps.terminal.answer_screen import show_answer
    from apps.terminal.asking import follow, lookup
    from domain.records.asked import Asked

    parts = _wiring(folder)
    report = _plant(folder, parts)
    if not as_json:
        _show_plant(folder, report)
    told = asyncio.run(follow(ask_once(Asked(text=QUESTION, language="en"), parts), quiet=False))
    if not as_json:
        show_answer(told.answer, lookup(parts))
        OUT.print("\n[dim]a case is opened for it, and the night's feedback is read …[/dim]")
    followed = follow_up(parts, QUESTION)
    if as_json:
        body = {"ingest": report.to_json(), "answer": told.body, **followed.to_json()}
        print_json({"schema": "andon.demo/1", **body})
        return
    _show_followed(followed)
    _where_next(folder, told.answer, followed)


def _wiring(folder: Path) -> "Wiring":
    from apps.settings import Settings
    from apps.wiring import Wiring

    return Wiring(
        Settings(
            hub=folder / "hub",
            state=folder / "state",
            config=folder / "state",
            user="engineer",
            database_url=None,
            now=None,
        )
    )


def _plant(folder: Path, parts: "Wiring") -> "LoadReport":
    """The plant, made or found: a second demo finds the first one's."""
    from services.hub.ingest.load import ingest
    from services.hub.simulate import Plan, simulate

    exports = folder / "exports"
    if folder.exists() and any(folder.iterdir()) and not exports.exists():
        raise BadArgument(
            f"{folder} holds something else", holds="it was left", next_step="name another folder"
        )
    with progress_bar() as told:
        if not (exports / "truth.json").exists():
            shutil.rmtree(exports, ignore_errors=True)  # an earlier demo was stopped half-way
            simulate(Plan(units=UNITS, seed=SEED, rate_ratio=RATE_RATIO), exports, told)
        if not parts.settings.hub.exists():
            create(parts.settings.hub, parts)
        return ingest(parts.hub, exports, parts.vault, now=parts.now(), progress=told)


def _show_plant(folder: Path, report: "LoadReport") -> None:
    tables = len([file for file in report.files if file.read])
    state = "was there" if report.already_loaded else f"{report.read:,} rows of {tables} files"
    OUT.print(f"[dim]plant   {folder}: {UNITS:,} units simulated, with a cause planted[/dim]")
    OUT.print(f"[dim]hub     {state}, {report.quarantined:,} rows in quarantine[/dim]")
    OUT.print(f"[bold]ask     {QUESTION}[/bold]\n")


def _show_followed(followed: "Followed") -> None:
    read = followed.triage
    waiting = ", ".join(f"{one.id} {one.kind}" for one in followed.waiting) or "nothing"
    OUT.print(f"case    {followed.case_id}, with its cause and the parts in reach")
    OUT.print(f"waiting {waiting}", soft_wrap=True)
    OUT.print(
        f"triage  {read.read:,} pieces of feedback read: {len(read.safety)} reports of danger,"
        f" {len(read.cases_opened)} cases opened, {len(read.digests)} digests",
        soft_wrap=True,
    )


def _where_next(folder: Path, answer: "Answer", followed: "Followed") -> None:
    from apps.terminal.pictures import cited

    first = next(cited(answer), "E-…")
    OUT.print("\n[bold]where to look next[/bold]")
    for command, says in (
        ("andon serve", "the same in a browser; without a hub of yours it serves this plant"),
        (f"export ANDON_HUB={folder}/hub ANDON_STATE={folder}/state", "the rest reads this plant"),
        (f"andon case {followed.case_id}", "the case: cause, containment, what is open"),
        ("andon proposals", "what waits for whom; nothing was sent"),
        (f"andon chat --thread {answer.thread_id}", "go on from here: and in Brazil?"),
        (f"andon evidence {first} --rerun", "does it hold on the same data?"),
        (f"cat {folder}/exports/truth.json", "what was planted"),
        ("andon ingest YOUR_FOLDER", "your own data; a repeat changes nothing"),
    ):
        OUT.print(f"  {command:56}  # {says}", markup=False, soft_wrap=True)
