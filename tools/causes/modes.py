"""Findings under one symptom: failure modes that are claimed alike have causes of their own."""

from domain.contract import Contract
from tools.causes.population import Population
from tools.tool import ToolContext

MOST = 12


class FailureMode(Contract):
    """One finding of those who opened failed units."""

    finding: str
    """The finding as recorded."""
    units: int
    """Units with a claim that says so (count)."""


def failure_modes(population: Population, context: ToolContext) -> tuple[FailureMode, ...]:
    """Findings on claims of the symptom, most frequent first, at most 12."""
    rows = context.snapshot.query("cause_findings", symptom=population.symptom, most=MOST).dicts()
    return tuple(FailureMode(finding=row["finding"], units=row["units"]) for row in rows)
