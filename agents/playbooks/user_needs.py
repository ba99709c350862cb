"""What hurts users: issues by rate and severity, their words, and rates by months in service."""

from collections.abc import Callable
from typing import Any

from agents.agent import Looks
from agents.playbooks.scoping import named, population, users, window
from domain.records.task import Brief


def user_needs_playbook(brief: Brief, looks: Looks) -> None:
    """Take the looks that each aspect of the question calls for."""
    for aspect in brief.aspects or ("survey",):
        PAGES.get(aspect, _survey)(brief, looks)


def _survey(brief: Brief, looks: Looks) -> None:
    looks.ask("rank_issues", **users(brief), **window(brief))
    looks.ask("code_feedback", **users(brief), **_days(brief))


def _measure(brief: Brief, looks: Looks) -> None:
    looks.ask("claim_rate", **population(brief), **named(brief, symptoms="symptom"))
    looks.ask("rank_issues", **users(brief), **window(brief))


def _days(brief: Brief) -> dict[str, Any]:
    if brief.period is None:
        return {}
    return {"first": brief.period.first, "last": brief.period.last}


PAGES: dict[str, Callable[[Brief, Looks], None]] = {
    "survey": _survey,
    "mention": _survey,
    "measure": _measure,
}
"""What to look at, by what is asked."""
