"""Gold cases of the metric catalogue: first metric, its unit, and whether one asks back."""

from importlib.resources import files
from typing import NamedTuple, TypedDict

import yaml

from evals.figure import Figure, share
from evals.standards.plant import maker
from tools.metrics.translate_need import NeedQuery, translate_need
from tools.tool import ToolContext

SETS = {"first set": "needs", "second set": "needs_fresh"}
"""Gold files by what the figures call them. The second is unseen no more: see README.md."""
RIGHT, UNITS, ASKED = 0.9, 1.0, 1.0


class Case(TypedDict):
    """One gold text with the answer of the trade."""

    language: str
    text: str
    family: str | None
    metric: str
    unit: str
    asks: bool


class Judged(NamedTuple):
    """A case beside what the tool says of it."""

    language: str
    """Language (BCP 47)."""
    text: str
    """The words."""
    metric: str | None
    """First metric of the answer; None: no need was recognised."""
    right: bool
    """Whether it is the expected one."""
    unit_right: bool | None
    """Whether the expected metric bears the expected unit; None: it is not in the answer."""
    asks: bool
    """Whether the case has to be asked back."""
    asked: bool
    """Whether it was."""


def figures() -> list[Figure]:
    """Shares of right answers by set, with exact intervals."""
    with maker() as context:
        return [one for said, name in SETS.items() for one in of_cases(said, judged(name, context))]


def of_cases(said: str, cases: list[Judged]) -> list[Figure]:
    """Figures of one gold file.

    Args:
        said: what the figures call it.
        cases: its cases, judged.
    """
    units = [one.unit_right for one in cases if one.unit_right is not None]
    return [
        share(f"right metric first, {said}", [one.right for one in cases], at_least=RIGHT),
        share(f"unit right, {said}", units, at_least=UNITS),
        share(f"asks back, {said}", [one.asked for one in cases if one.asks], at_least=ASKED),
        share(f"asks needlessly, {said}", [one.asked for one in cases if not one.asks]),
    ]


def judged(name: str, context: ToolContext) -> list[Judged]:
    """The cases of a gold file, put to the tool on a hub."""
    text = (files("evals.metrics") / "gold" / f"{name}.yaml").read_text(encoding="utf-8")
    return [_judge(case, context) for case in yaml.safe_load(text)["cases"]]


def _judge(case: Case, context: ToolContext) -> Judged:
    query = NeedQuery(text=case["text"], family=case.get("family"))
    found = translate_need.function(query, context).result
    metrics = [one for need in found.needs for one in need.metrics]
    first = metrics[0].id if metrics else None
    units = [one.unit for one in metrics if one.id == case["metric"]]
    return Judged(
        language=case["language"],
        text=case["text"],
        metric=first,
        right=first == case["metric"],
        unit_right=units[0] == case["unit"] if units else None,
        asks=case["asks"],
        asked=bool(found.questions),
    )
