"""`andon bench`: how fast, as ratios to a plain reference measured in the same run."""

from typing import Annotated

import typer

from apps.options import JsonOption
from apps.render import print_json
from domain.errors import BadArgument

SUITES = ("answer", "hub", "recall", "screening", "triage", "vision")
MISSED = 7
"""Exit code when a target was missed."""


def bench(
    suite: Annotated[
        str, typer.Argument(help="What to measure: hub, answer, recall, screening, triage, vision.")
    ] = "hub",
    units: Annotated[int, typer.Option("--units", help="Units for the large tables.")] = 1_000_000,
    as_json: JsonOption = False,
) -> None:
    """Measure speed; figures are ratios beside a reference, with their target."""
    if suite not in SUITES:
        raise BadArgument(f"unknown suite {suite!r}", next_step=f"one of: {', '.join(SUITES)}")
    from evals.bench import answer, hub, recall, screening, triage, vision
    from evals.figure import report
    from evals.run import show

    suites = {
        "answer": answer,
        "hub": hub,
        "recall": recall,
        "screening": screening,
        "triage": triage,
        "vision": vision,
    }
    figures = suites[suite].run(units)
    if as_json:
        print_json(report(suite, figures))
    else:
        show(suite, figures, as_json=False)
    if any(figure.met is False for figure in figures):
        raise typer.Exit(MISSED)
