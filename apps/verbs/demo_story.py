"""`andon demo --story`: one case from its first sign to the proof, told as it happens."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

from apps.render import OUT, escape, print_json
from apps.story import RATE_RATIO, UNITS, WORLDS, Story, Told, Truth
from apps.verbs.ingest import progress_bar
from apps.verbs.init import create
from domain.errors import BadArgument
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate


def tell(folder: Path, fix: str, *, as_json: bool) -> None:
    """Make the plant of a story in a folder of its own, and live through it.

    Raises:
        BadArgument: there is no such story, or the folder holds something else.
    """
    if fix not in WORLDS:
        raise BadArgument(f"there is no story in which a fix {fix!r}", next_step="works or fails")
    truth = _plant(folder, fix)
    if not as_json:
        OUT.print(
            f"[dim]plant   {folder}: {UNITS:,} units, a supplier's bad lots, and a fix[/dim]\n"
        )
    story, told = Story(folder, truth), []
    for one in story.run():
        told.append(one)
        if not as_json:
            _say(one)
    if as_json:
        events = [{**one._asdict(), "on": one.on.isoformat()} for one in told]
        print_json({"schema": "andon.story/1", "fix": fix, "told": events})
        return
    _where_next(folder)


def _plant(folder: Path, fix: str) -> Truth:
    """A plant from nothing: an earlier story in the folder is over and makes room."""
    if (
        folder.exists()
        and not (folder / "exports" / "truth.json").exists()
        and any(folder.iterdir())
    ):
        raise BadArgument(
            f"{folder} holds something else", holds="it was left", next_step="name another folder"
        )
    shutil.rmtree(folder, ignore_errors=True)
    world, seed = WORLDS[fix]
    plan = Plan(world=world, units=UNITS, seed=seed, rate_ratio=RATE_RATIO)
    with progress_bar() as told:
        simulate(plan, folder / "exports", told)
        truth = json.loads((folder / "exports" / "truth.json").read_text(encoding="utf-8"))["fix"]
        known = Truth(truth["condition"]["change_id"], date.fromisoformat(truth["cut_in_at"][:10]))
        parts = Story(folder, known).parts()
        create(parts.settings.hub, parts)
        ingest(parts.hub, folder / "exports", parts.vault, now=datetime.now(UTC), progress=told)
    return known


def _say(one: Told) -> None:
    OUT.print(f"[bold]{one.on}[/bold]  {escape(one.what)}", soft_wrap=True)
    if one.command:
        OUT.print(f"            [dim]{escape(one.command)}[/dim]", soft_wrap=True)


def _where_next(folder: Path) -> None:
    OUT.print("\n[bold]where to look next[/bold]")
    for command, says in (
        (f"export ANDON_HUB={folder}/hub ANDON_STATE={folder}/state", "the rest reads this plant"),
        ("andon cases --all", "what became of it"),
        ("andon proposals --all", "what was proposed, and who decided"),
        (f"ls {folder}/state/sent", "what went out: letters, blocks, digests"),
        ("andon audit verify", "nothing was changed afterwards"),
        ("andon knowledge", "what it taught"),
    ):
        OUT.print(f"  {command:56}  # {says}", markup=False, soft_wrap=True)
