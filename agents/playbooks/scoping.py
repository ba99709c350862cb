"""What a brief's scope means to the tools: the same names under the fields that tools have."""

from typing import Any

from agents.agent import Looks
from domain.records.task import Brief
from tools.needs.rank_issues import RankedIssues

MOST_SYMPTOMS = 2


def population(brief: Brief) -> dict[str, Any]:
    """Models, markets and sites of a brief, as causes tools take them."""
    fields = {"models": "model", "countries": "country", "sites": "site"}
    return {field: brief.scope[kind] for field, kind in fields.items() if brief.scope.get(kind)}


def users(brief: Brief) -> dict[str, Any]:
    """Models and markets of a brief, as needs tools take them."""
    kept = population(brief)
    kept.pop("sites", None)
    return kept


def window(brief: Brief) -> dict[str, Any]:
    """The brief's period as last day and length, for tools that look back from a day."""
    if brief.period is None:
        return {}
    days = (brief.period.last - brief.period.first).days + 1
    return {"last": brief.period.last, "days": max(1, min(days, 730))}


def symptoms(brief: Brief, looks: Looks) -> tuple[str, ...]:
    """The symptoms that are asked about; none named: the issue that does most harm."""
    named = brief.scope.get("symptom", ())
    if named:
        return named[:MOST_SYMPTOMS]
    ranked = looks.ask("rank_issues", **users(brief), **window(brief))
    if ranked is None:
        return ()
    issues = RankedIssues.model_validate(ranked.result).issues
    claimed = [one for one in issues if any(rate.source == "claims" for rate in one.rates)]
    # A cause is sought among claims, so the issue must have some: by harm, not by rank of danger.
    best = max(claimed, key=lambda one: one.score, default=None)
    return (best.symptom_code,) if best else ()
