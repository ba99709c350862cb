"""How suppliers do and what is open with them: figures, clocks, plans, drafts for approval."""

from collections.abc import Callable
from typing import Any

from agents.agent import Looks
from agents.playbooks.scoping import named
from domain.records.task import Brief
from tools.suppliers.scar_clock import ScarClocks
from tools.suppliers.supplier_scorecard import SupplierScorecard

DRAFT = "draft"
"""What a brief gives where a draft is ordered."""
MOST_SUPPLIERS = 3
"""Suppliers whose strategy is looked up in one answer (count)."""


def supplier_followup_playbook(brief: Brief, looks: Looks) -> None:
    """Take the looks that each aspect of the question calls for."""
    for aspect in brief.aspects or ("scorecard",):
        PAGES.get(aspect, _scorecard)(brief, looks)


def _scorecard(brief: Brief, looks: Looks) -> None:
    looks.ask(
        "supplier_scorecard", **named(brief, suppliers="supplier", parts="part"), **_days(brief)
    )


def _needed(brief: Brief, looks: Looks) -> None:
    """Whether a SCAR is called for, and which are open; a draft where one is ordered."""
    for supplier in _suppliers(brief):
        looks.ask("scar_clock", supplier=supplier, deteriorating=_worse(supplier, brief, looks))
    if not _suppliers(brief):
        looks.ask("scar_clock")
    if "scar" in brief.aspects and DRAFT in brief.given:
        _draft_scar(brief, looks)


def _draft_scar(brief: Brief, looks: Looks) -> None:
    """A draft for each supplier and symptom that is named; nothing goes out."""
    for supplier in _suppliers(brief):
        for symptom in brief.scope.get("symptom", ()):
            part = brief.scope.get("part", (None,))[0]
            lots = brief.scope.get("lot", ())
            looks.ask("draft_scar", supplier=supplier, symptom=symptom, part=part, lots=lots)


def _message(brief: Brief, looks: Looks) -> None:
    """A reminder where an answer is late; other words are a person's."""
    for supplier in _suppliers(brief):
        found = looks.ask("scar_clock", supplier=supplier)
        clocks = None if found is None else ScarClocks.model_validate(found.result)
        for scar in clocks.scars if clocks else ():
            if scar.past_due and scar.scar_id:
                looks.ask(
                    "draft_message", supplier=supplier, reason="reminder", scar_id=scar.scar_id
                )


def _sampling(brief: Brief, looks: Looks) -> None:
    kinds = ("lot_size", "aql", "level", "severity", "nonconforming")
    asked = {name: brief.given[name] for name in kinds if name in brief.given}
    if {"lot_size", "aql"} <= asked.keys():
        looks.ask("sampling_plan", **asked)


def _reply(brief: Brief, looks: Looks) -> None:
    if brief.quoted:
        looks.ask("score_8d", text=brief.quoted)


def _strategy(brief: Brief, looks: Looks) -> None:
    _scorecard(brief, looks)
    for supplier in _suppliers(brief):
        looks.ask("supplier_strategy", supplier=supplier)


def _suppliers(brief: Brief) -> tuple[str, ...]:
    return brief.scope.get("supplier", ())[:MOST_SUPPLIERS]


def _worse(supplier: str, brief: Brief, looks: Looks) -> bool:
    """Whether the scorecard finds that the supplier gets worse: a reason for a SCAR of its own."""
    found = looks.ask(
        "supplier_scorecard", **named(brief, suppliers="supplier", parts="part"), **_days(brief)
    )
    cards = SupplierScorecard.model_validate(found.result).suppliers if found else ()
    outlooks = [card.outlook for card in cards if card.supplier_id == supplier]
    return any(one is not None and one.verdict == "deteriorating" for one in outlooks)


def _days(brief: Brief) -> dict[str, Any]:
    if brief.period is None:
        return {}
    return {"first_on": brief.period.first, "last_on": brief.period.last}


PAGES: dict[str, Callable[[Brief, Looks], None]] = {
    "scorecard": _scorecard,
    "sampling": _sampling,
    "scar": _needed,
    "message": _message,
    "overdue": _needed,
    "reply": _reply,
    "strategy": _strategy,
}
"""What to look at, by what is asked."""
