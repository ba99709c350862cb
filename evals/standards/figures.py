"""Gold cases of the standards tools, written from the facts and from their traps."""

from collections.abc import Callable

from evals.figure import Figure
from evals.standards import editions, matches, switches, warnings
from evals.standards.plant import maker
from tools.tool import ToolContext

SCORERS: tuple[Callable[[ToolContext], list[Figure]], ...] = (
    matches.figures,
    editions.figures,
    warnings.figures,
    switches.figures,
)
"""Each scores its gold file on the simulated maker's hub."""


def figures() -> list[Figure]:
    """The figures of every scorer."""
    with maker() as context:
        return [figure for scorer in SCORERS for figure in scorer(context)]
