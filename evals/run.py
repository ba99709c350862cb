"""`python -m evals.run [SUITE …]`: does the system answer well? Exit 7 if a target is missed."""

import argparse
import json
import sys
from collections.abc import Callable

from evals import real_input
from evals.answers import answers
from evals.effects import figures as effects
from evals.factory import factory
from evals.figure import Figure, report
from evals.grounding import grounding
from evals.metrics import figures as metrics
from evals.requirements import figures as requirements
from evals.root_cause import figures as root_cause
from evals.routing import routing
from evals.standards import figures as standards
from evals.standards_search import figures as standards_search
from evals.suppliers import figures as suppliers
from evals.triage import figures as triage
from evals.user_needs import safety
from evals.vision import figures as vision

SUITES: dict[str, Callable[[], list[Figure]]] = {
    "real_input": real_input.figures,
    "routing": routing.figures,
    "user_needs": safety.figures,
    "root_cause": root_cause.figures,
    "effects": effects.figures,
    "answers": answers.figures,
    "grounding": grounding.figures,
    "factory": factory.figures,
    "triage": triage.figures,
    "suppliers": suppliers.figures,
    "standards": standards.figures,
    "standards_search": standards_search.figures,
    "metrics": metrics.figures,
    "requirements": requirements.figures,
    "vision": vision.figures,
}
MISSED = 7


def main() -> int:
    """Run suites, print their figures, and say whether every target was met."""
    parser = argparse.ArgumentParser(prog="python -m evals.run")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    parser.add_argument("--json", action="store_true", help="one JSON object a suite")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.suites if name not in SUITES]
    if unknown:
        parser.error(f"unknown suite {', '.join(unknown)}; there is {', '.join(SUITES)}")
    missed = False
    for name in arguments.suites or SUITES:
        figures = SUITES[name]()
        missed = missed or any(figure.met is False for figure in figures)
        show(name, figures, as_json=arguments.json)
    return MISSED if missed else 0


def show(suite: str, figures: list[Figure], *, as_json: bool) -> None:
    """Print a suite's figures, as a table or as `andon.eval/1`."""
    write = sys.stdout.write
    if as_json:
        write(json.dumps(report(suite, figures), ensure_ascii=False) + "\n")
        return
    write(f"{suite}\n")
    for one in figures:
        state = "skipped" if one.skipped else {True: "met", False: "MISSED", None: ""}[one.met]
        interval = f"[{one.low:.4g}, {one.high:.4g}]" if one.low is not None else ""
        value = one.skipped or f"{one.value:.6g} {interval} n={one.n:,}"
        write(f"  {state:8}{one.figure}: {value}  {one.target or ''}\n")


if __name__ == "__main__":
    sys.exit(main())
