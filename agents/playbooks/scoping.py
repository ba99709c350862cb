"""What a brief's scope means to the tools: the same names under the fields that tools have."""

from typing import Any

from agents.agent import Looks
from domain.records.task import Brief
from tools.needs.issue_rates import Issue
from tools.needs.rank_issues import RankedIssues

MOST_SYMPTOMS = 2
FEWEST_CLAIMS = 5
"""Claims below which a cause is rarely found."""


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
        return _recorded(looks)
    issues = RankedIssues.model_validate(ranked.result).issues
    best = max(issues, key=_worth_asking, default=None)
    return (best.symptom_code,) if best and _claims(best) else ()


def _recorded(looks: Looks) -> tuple[str, ...]:
    """The symptoms on record, where they are so few that none has to be chosen."""
    listed = looks.ask("describe_hub")
    dimensions = listed.result["dimensions"] if listed else []
    known = [one["values"] for one in dimensions if one["dimension"] == "symptom"]
    ids = tuple(value["id"] for values in known for value in values)
    return ids if len(ids) <= MOST_SYMPTOMS else ()


def _worth_asking(issue: Issue) -> tuple[bool, float]:
    """A cause is sought among claims: an issue with some comes first, then the greatest harm."""
    claims = _claims(issue)
    return claims >= FEWEST_CLAIMS, issue.score if claims else -1.0


def _claims(issue: Issue) -> int:
    return sum(rate.events for rate in issue.rates if rate.source == "claims")
