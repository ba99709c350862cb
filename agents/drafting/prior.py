"""What earlier cases taught about a symptom: listed as a prior, never as proof.

It comes with the brief, by value, from cases whose fix was verified. No verdict rests on it.
"""

from agents.drafting.claims import Sheet, names
from agents.drafting.conditions import units_where
from domain.records.claim import Fact
from domain.records.task import Brief

MOST = 3
"""Earlier causes that a report lists (count)."""


def draft_prior(brief: Brief, sheet: Sheet) -> None:
    """Add what is known from earlier cases to the sheet, the newest first."""
    for one in brief.prior[:MOST]:
        facts: dict[str, Fact] = {"case": names(one.case_id), "where": units_where(one.cause)}
        sheet.add("known_before", facts, (), verdict="undetermined", known=one.evidence)
