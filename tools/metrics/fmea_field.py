"""What the field says about a failure mode: how often it shows, and what past cases taught."""

from collections.abc import Iterable
from typing import NamedTuple

from domain.contract import Contract
from domain.fmea import occurrence_shown
from domain.intervals import Interval, binomial_interval
from memory.case_rows import cases
from memory.knowledge import learnt
from services.policy.cells import SMALLEST_SHOWN
from tools.tool import ToolContext

PER_THOUSAND = 1000


class PastCase(Contract):
    """A case about the same symptom."""

    case_id: str
    """The case."""
    state: str
    """Where it stands."""
    knowledge_id: str | None
    """What it taught, by id; null: nothing that holds today."""
    mechanism: str
    """How the cause made the symptom, in a person's words; empty: not stated."""
    control: str
    """What keeps it from coming back, in a person's words; empty: not stated."""


class FieldEvidence(Contract):
    """How often a symptom shows in the field."""

    symptom: str
    """Symptom code."""
    units_failing: int | None
    """Units sold with a claim for it (count); null: one to four, which could point at a person."""
    units_sold: int
    """Units sold by the as-of date (count)."""
    per_thousand: Interval | None
    """Units with such a claim per 1,000 sold; null with `units_failing`."""
    occurrence_at_least: int | None
    """Occurrence rating that the lower bound stands for; null with `units_failing`."""


class FieldCount(NamedTuple):
    """Field evidence, with the claims that could not be counted."""

    evidence: FieldEvidence
    """What was found."""
    claims_without_unit: int
    """Claims for the symptom whose unit is not known as sold (count)."""


def field_evidence(
    symptoms: Iterable[str], models: list[str], context: ToolContext
) -> dict[str, FieldCount]:
    """Rates by symptom; empty where nothing was sold or no claim of any kind is recorded."""
    rows = context.snapshot.query(
        "units_failing_by_symptom",
        symptoms=sorted(set(symptoms)),
        models=models or None,
        as_of=context.snapshot.as_of,
        limited="*" not in context.snapshot.scope.regions,
    ).dicts()
    shown_all = "personal" in context.snapshot.scope.classes
    return {
        row["symptom_code"]: FieldCount(
            _evidence(row["symptom_code"], row["units_failing"], row["units_sold"], shown_all),
            row["claims_without_unit"],
        )
        for row in rows
        if row["units_sold"] and row["claims_recorded"]
    }


def past_cases(symptom: str, context: ToolContext) -> tuple[PastCase, ...]:
    """Cases about a symptom that the asker may see, with what they taught."""
    book = context.memory.casebook
    if book is None:
        return ()
    with book.ledger.read() as connection:
        known = cases(connection, scope=context.snapshot.scope)
        taught = {
            one.case_id: one
            for one in learnt(connection, symptom=symptom, on=context.snapshot.as_of)
        }
    found = []
    for case in known:
        if case.symptom == symptom:
            lesson = taught.get(case.id)
            found.append(
                PastCase(
                    case_id=case.id,
                    state=case.state,
                    knowledge_id=lesson.id if lesson else None,
                    mechanism=lesson.mechanism if lesson else "",
                    control=lesson.control if lesson else "",
                )
            )
    return tuple(found)


def _evidence(symptom: str, failing: int, sold: int, shown_all: bool) -> FieldEvidence:
    hidden = not shown_all and 0 < failing < SMALLEST_SHOWN
    share = None if hidden else binomial_interval(failing, sold)
    rate = None
    if share is not None and share.estimate is not None and share.high is not None:
        rate = Interval(
            estimate=share.estimate * PER_THOUSAND,
            low=share.low * PER_THOUSAND,
            high=share.high * PER_THOUSAND,
            level=share.level,
        )
    return FieldEvidence(
        symptom=symptom,
        units_failing=None if hidden else failing,
        units_sold=sold,
        per_thousand=rate,
        occurrence_at_least=occurrence_shown(rate.low) if rate else None,
    )
