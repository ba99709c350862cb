"""What a brief's scope means to the tools: the same names under the fields that tools have."""

from typing import Any

from agents.agent import Looks
from domain.records.task import Brief
from tools.data.describe_hub import HubContents
from tools.needs.issue_rates import Issue
from tools.needs.rank_issues import RankedIssues

MOST_SYMPTOMS = 2
FEWEST_CLAIMS = 5
"""Claims below which a cause is rarely found."""


def population(brief: Brief) -> dict[str, Any]:
    """Models, markets and sites of a brief, as causes tools take them."""
    return named(brief, models="model", countries="country", sites="site")


def named(brief: Brief, **kinds: str) -> dict[str, Any]:
    """Names of a brief by the fields of a tool; `kinds` says which kind goes to which field."""
    return {field: brief.scope[kind] for field, kind in kinds.items() if brief.scope.get(kind)}


def listed(dimension: str, looks: Looks) -> tuple[str, ...]:
    """The names that the hub knows of one dimension."""
    hub = looks.ask("describe_hub")
    dimensions = HubContents.model_validate(hub.result).dimensions if hub else ()
    return tuple(
        value.id for one in dimensions if one.dimension == dimension for value in one.values
    )


def users(brief: Brief) -> dict[str, Any]:
    """Models and markets of a brief, as needs tools take them."""
    return named(brief, models="model", countries="country")


def window(brief: Brief) -> dict[str, Any]:
    """The brief's period as last day and length, for tools that look back from a day."""
    if brief.period is None:
        return {}
    days = (brief.period.last - brief.period.first).days + 1
    return {"last": brief.period.last, "days": max(1, min(days, 730))}


def symptoms(brief: Brief, looks: Looks) -> tuple[str, ...]:
    """The symptoms that are asked about; none named: the issue that does most harm."""
    asked = brief.scope.get("symptom", ())
    if asked:
        return asked[:MOST_SYMPTOMS]
    ranked = looks.ask("rank_issues", **users(brief), **window(brief))
    if ranked is None:
        return _recorded(looks)
    issues = RankedIssues.model_validate(ranked.result).issues
    best = max(issues, key=_worth_asking, default=None)
    return (best.symptom_code,) if best and _claims(best) else ()


def _recorded(looks: Looks) -> tuple[str, ...]:
    """The symptoms on record, where they are so few that none has to be chosen."""
    ids = listed("symptom", looks)
    return ids if len(ids) <= MOST_SYMPTOMS else ()


def _worth_asking(issue: Issue) -> tuple[bool, float]:
    """A cause is sought among claims: an issue with some comes first, then the greatest harm."""
    claims = _claims(issue)
    return claims >= FEWEST_CLAIMS, issue.score if claims else -1.0


def _claims(issue: Issue) -> int:
    return sum(rate.events for rate in issue.rates if rate.source == "claims")
