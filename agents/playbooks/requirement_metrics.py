"""From a need to what can be measured: metrics and parameters, limits of a text, QFD, FMEA."""

import re
from collections.abc import Callable
from typing import Any

from agents.agent import Looks
from domain.records.evidence import Evidence
from domain.records.task import Brief

MOST_SYMPTOMS = 2
"""Issues of the field that are turned into needs, the gravest first (count)."""
RATINGS = ("severity", "occurrence", "detection")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w.,]*\d)")


def requirement_metrics_playbook(brief: Brief, looks: Looks) -> None:
    """Take the looks that each aspect of the question calls for."""
    for aspect in brief.aspects or ("translate",):
        PAGES.get(aspect, _translate)(brief, looks)


def _translate(brief: Brief, looks: Looks) -> None:
    _needs(brief, looks)


def _limits(brief: Brief, looks: Looks) -> None:
    """Limits of the quoted text, of recorded requirements, or of the question itself."""
    models = brief.scope.get("model", ())
    if brief.quoted:
        looks.ask("requirement_limits", texts=(brief.quoted,))
    elif models:
        looks.ask("requirement_limits", models=models)
    else:
        looks.ask("requirement_limits", texts=(brief.question,))


def _weigh_needs(brief: Brief, looks: Looks) -> None:
    """A house of quality of the needs in the text; weights are the figures behind them."""
    found = _needs(brief, looks)
    needs = [one["need"] for one in found.result["needs"]] if found else []
    if not needs:
        return
    weights = [hit[0].replace(",", ".") for hit in _NUMBER.finditer(brief.question)]
    given = weights if len(weights) == len(needs) else ["1"] * len(needs)
    rows = [{"need": need, "importance": weight} for need, weight in zip(needs, given, strict=True)]
    assert found is not None
    looks.ask("house_of_quality", needs=rows, family=found.result["family"])


def _method(brief: Brief, looks: Looks) -> None:
    """Action priority of one row, where its three ratings are said."""
    ratings = {one: brief.given.get(f"{one}_rating") for one in RATINGS}
    if all(ratings.values()):
        row: dict[str, Any] = {name: int(value or 0) for name, value in ratings.items()}
        words = brief.quoted or "as asked"
        symptom = next(iter(brief.scope.get("symptom", ())), None)
        told = dict.fromkeys(("function", "failure_mode", "effect", "cause"), words[:500])
        looks.ask("fmea_priority", rows=[{**told, **row, "symptom": symptom}])


def _needs(brief: Brief, looks: Looks) -> Evidence | None:
    models = brief.scope.get("model", ())
    families = brief.scope.get("family", ())
    return looks.ask(
        "translate_need",
        text=brief.question,
        symptoms=brief.scope.get("symptom", ())[:MOST_SYMPTOMS],
        family=families[0] if len(families) == 1 and len(models) != 1 else None,
        model_id=models[0] if len(models) == 1 else None,
        markets=brief.scope.get("country", ()),
    )


PAGES: dict[str, Callable[[Brief, Looks], None]] = {
    "translate": _translate,
    "limits": _limits,
    "weigh_needs": _weigh_needs,
    "method": _method,
}
"""What to look at, by what is asked."""
