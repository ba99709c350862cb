"""`andon eval`: whether it answers well, suite by suite."""

from typing import Annotated, Any

import typer

from apps.options import JsonOption
from apps.render import ERR, print_json
from domain.errors import BadArgument

SuitesArgument = Annotated[
    list[str] | None, typer.Argument(help="Suites; none: all of them. A wrong one lists all.")
]
MISSED = 7
"""Exit code when a target was missed."""


def eval(suites: SuitesArgument = None, as_json: JsonOption = False) -> None:
    """Measure whether it answers well; every figure has its n, its interval and its target."""
    from evals.figure import report
    from evals.run import SUITES, show

    names = list(dict.fromkeys(suites or SUITES))
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        raise BadArgument(
            f"unknown suite {', '.join(unknown)}", next_step=f"one of: {', '.join(SUITES)}"
        )
    reports, missed = [], False
    for name in names:
        ERR.print(f"{name} …", markup=False)
        figures = SUITES[name]()
        missed = missed or any(figure.met is False for figure in figures)
        reports.append(report(name, figures))
        if not as_json:
            show(name, figures, as_json=False)
    if as_json:
        print_json(_one(reports))
    if missed:
        raise typer.Exit(MISSED)


def _one(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """One object for all suites: each row of several says which suite it is of."""
    if len(reports) == 1:
        return reports[0]
    rows = [{"suite": one["suite"], **row} for one in reports for row in one["rows"]]
    return {**reports[0], "suite": ", ".join(one["suite"] for one in reports), "rows": rows}
