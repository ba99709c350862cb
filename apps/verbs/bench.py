"""`andon bench`: how fast, as ratios to a plain reference measured in the same run."""

from importlib import import_module
from typing import Annotated

import typer

from apps.options import JsonOption
from apps.render import print_json
from domain.errors import BadArgument

SUITES = ("answer", "faces", "hub", "recall", "screening", "triage", "vision")
MISSED = 7
"""Exit code when a target was missed."""


def bench(
    suite: Annotated[str, typer.Argument(help=f"What to measure: {', '.join(SUITES)}.")] = "hub",
    units: Annotated[int, typer.Option("--units", help="Units for the large tables.")] = 1_000_000,
    as_json: JsonOption = False,
) -> None:
    """Measure speed; figures are ratios beside a reference, with their target."""
    if suite not in SUITES:
        raise BadArgument(f"unknown suite {suite!r}", next_step=f"one of: {', '.join(SUITES)}")
    from evals.figure import report
    from evals.run import show

    measuring = import_module(f"evals.bench.{suite}")  # each with what it needs, and no more
    figures = measuring.run(units)
    if as_json:
        print_json(report(suite, figures))
    else:
        show(suite, figures, as_json=False)
    if any(figure.met is False for figure in figures):
        raise typer.Exit(MISSED)
