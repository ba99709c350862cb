"""Reports of several specialists as one: claims renumbered, contradictions said."""

from collections.abc import Iterator
from typing import NamedTuple

from domain.records.answer import Plan
from domain.records.claim import Claim, Fact, Phrase
from domain.records.task import Report
from graphs.state import State


class Merged(NamedTuple):
    """All that the specialists of a run found, in the order of the plan."""

    reports: tuple[Report, ...]
    """Their reports."""
    claims: tuple[Claim, ...]
    """Their claims, numbered through: `c1`, `c2` …"""
    contradictions: tuple[Phrase, ...]
    """Where they do not seem to agree, and how both can be true."""


def merged(state: State) -> Merged:
    """Join the reports that are there."""
    made = Plan.model_validate(state["plan"])
    handed_in = [state["reports"][task.id] for task in made.tasks if task.id in state["reports"]]
    reports = tuple(Report.model_validate(one["report"]) for one in handed_in)
    claims = tuple(
        _numbered(claim, number)
        for number, claim in enumerate((c for one in reports for c in one.claims), 1)
    )
    return Merged(reports, claims, tuple(_contradictions(claims)))


def _numbered(claim: Claim, number: int) -> Claim:
    name = f"c{number}"
    finding = claim.finding.model_copy(update={"id": name})
    return claim.model_copy(update={"id": name, "finding": finding})


def _contradictions(claims: tuple[Claim, ...]) -> Iterator[Phrase]:
    fallen = {_symptom(one): one for one in claims if one.phrase == "issue_fallen"}
    for claim in claims:
        symptom = _symptom(claim)
        if claim.phrase == "answer_cause_found" and symptom in fallen:
            yield Phrase(name="fallen_yet_caused", facts={"symptom": claim.facts["symptom"]})


def _symptom(claim: Claim) -> str:
    fact: Fact | None = claim.facts.get("symptom")
    return fact.model_dump_json() if fact is not None else ""
