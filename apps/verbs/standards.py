"""`andon standards`: is the library sound, what does it have, and what is about to change?"""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from apps.options import AsOfOption, HubOption, JsonOption, UserOption, day, wiring
from apps.render import OUT, escape, print_json
from domain.errors import BadArgument

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.evidence import Evidence
    from services.standards.library import Library

SCHEMA = "andon.standards/1"
_CONFIDENCES = ("high", "medium", "low")
_MOST = 10
_NAMED = 6


class Ask(StrEnum):
    """What is to be done with the library."""

    CHECK = "check"
    SEARCH = "search"
    WATCH = "watch"


AskArgument = Annotated[Ask, typer.Argument(help="check, search or watch.")]
TextArgument = Annotated[
    str | None, typer.Argument(help="search: words of any language, or a designation.")
]
SinceOption = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=["%Y-%m-%d"],
        help="watch: the day up to which was warned before; default: 30 days back.",
    ),
]


def standards(
    ask: AskArgument = Ask.CHECK,
    text: TextArgument = None,
    since: SinceOption = None,
    hub: HubOption = None,
    user: UserOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the standards library with your own rows, search it, or see what is to change."""
    if (ask is Ask.SEARCH) != bool(text and text.strip()):
        said = "search needs a text" if ask is Ask.SEARCH else f"{ask} takes no text"
        raise BadArgument(said, next_step='for example `andon standards search "fridge noise"`')
    parts = wiring(hub, user)
    if ask is Ask.WATCH:
        _watch(parts, as_of, since, as_json)
        return
    from services.standards.loading import load

    own = parts.settings.config / "standards"
    library = load(own if own.is_dir() else None)
    if ask is Ask.SEARCH:
        _search(library, text or "", as_json)
    else:
        _check(library, as_json)


def _check(library: "Library", as_json: bool) -> None:
    from services.standards.checking import facts_by_kind

    kinds = {
        kind: {
            "rows": len(facts),
            **{one: counted[one] for one in _CONFIDENCES},
            "own": sum(name in library.overlaid for name in facts),
        }
        for kind, facts in facts_by_kind(library).items()
        for counted in [Counter[str](fact.confidence for fact in facts.values())]
    }
    if as_json:
        about = {"version": library.version, "reviewed_on": library.reviewed_on}
        print_json({"schema": SCHEMA, **about, "kinds": kinds, "own": sorted(library.overlaid)})
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("kind")
    for heading in ("rows", *_CONFIDENCES, "own"):
        table.add_column(heading, justify="right")
    for kind, counts in kinds.items():
        table.add_row(kind, *(f"{count:,}" for count in counts.values()))
    OUT.print(table)
    OUT.print(f"sound; looked through until {library.reviewed_on}, version {library.version}")


def _search(library: "Library", text: str, as_json: bool) -> None:
    from services.standards.searching import search

    found = search(library, text, _MOST)
    unknown = [one for one in found.designations if not one.standards]
    rows = [(hit, library.standards[hit.standard]) for hit in found.hits]
    if as_json:
        hits = [
            {**hit._asdict(), "designation": row.designation, "title": row.title}
            for hit, row in rows
        ]
        missing = [{"asked": one.asked, "near": list(one.near)} for one in unknown]
        print_json({"schema": SCHEMA, "hits": hits, "not_in_library": missing})
        return
    for one in unknown:
        near = f"; like it: {', '.join(one.near)}" if one.near else ""
        OUT.print(escape(f"{one.asked} is not in the library{near}"))
    for hit, row in rows:
        OUT.print(f"{hit.score:4.2f}  [bold]{escape(row.designation)}[/bold]  {escape(row.title)}")
    if not rows and not unknown:
        OUT.print("nothing in the library fits; name a kind of product and a subject")


def _watch(parts: "Wiring", as_of: datetime | None, since: datetime | None, as_json: bool) -> None:
    from tools.registry import named
    from tools.runner import run_tool

    start = day(since)
    question = {"since": start.isoformat()} if start else {}
    context = parts.context(as_of=day(as_of))
    evidence = run_tool(named("compliance_warnings"), question, context)
    if as_json:
        print_json(evidence.to_json())
    else:
        _show(evidence)


def _show(evidence: "Evidence") -> None:
    OUT.print(f"[bold]{escape(evidence.summary)}[/bold]")
    for change in evidence.result["changes"]:
        head = f"{change['dated']} ({change['days_left']:+,} days)  {change['market']}  "
        OUT.print(escape(head + change["what"]))
        for word, reached in (("reaches", change["reached"]), ("may reach", change["may_reach"])):
            if reached:
                OUT.print(f"  {word} {escape(_models(reached))}")
        OUT.print(f"  do: {escape(change['action'])}")
        OUT.print(f"  [dim]{change['event']} · {change['source']} · {change['confidence']}[/dim]")
    for note in evidence.warnings:
        OUT.print(f"  [yellow]note[/yellow] {escape(note.text)}")


def _models(reached: list[dict[str, Any]]) -> str:
    models = list(dict.fromkeys(one["model_id"] for one in reached))
    more = f" and {len(models) - _NAMED} more" if len(models) > _NAMED else ""
    return ", ".join(models[:_NAMED]) + more
