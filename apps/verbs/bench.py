"""`andon bench`: how fast, as ratios to a plain reference measured in the same run."""

from typing import Annotated

import typer
from rich.table import Table

from apps.options import JsonOption
from apps.render import OUT, print_json
from domain.errors import BadArgument

SUITES = ("hub",)


def bench(
    suite: Annotated[str, typer.Argument(help="What to measure: hub.")] = "hub",
    units: Annotated[int, typer.Option("--units", help="Units for the large tables.")] = 1_000_000,
    as_json: JsonOption = False,
) -> None:
    """Measure speed; figures are ratios beside a reference, with their target."""
    if suite not in SUITES:
        raise BadArgument(f"unknown suite {suite!r}", next_step=f"one of: {', '.join(SUITES)}")
    from evals.bench.hub import run

    result = run(units)
    if as_json:
        print_json(result)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("figure", "value", "target", "met"):
        table.add_column(heading)
    OUT.print(table)
