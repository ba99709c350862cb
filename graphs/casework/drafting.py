"""Drafts of what is proposed for a case: facts from evidence, names and languages from master data.

Whoever approves sees the exact words. An address is never part of them: it is looked up in the
supplier master when the letter is sent.
"""

from typing import Any

from agents.wording.wording import wording_for
from domain.records.case import Case
from domain.records.cause import Condition
from domain.records.evidence import Evidence
from domain.records.proposal import BlockStock, Letter
from graphs.casework.working import Working
from services.messaging.rendering import render
from services.messaging.staff_contents import StockBlock
from tools.suppliers.master import master_of
from tools.suppliers.scar_letter import ScarFacts, scar_payload

_AT_HAND = ("stock", "in_transit")


def scar(
    working: Working, case: Case, suspect: Condition, scope: Evidence
) -> dict[str, Any] | None:
    """The request to the supplier of the suspect part; none where no one supplier is suspect."""
    if suspect.site_id or suspect.line_id or suspect.station_id or suspect.shift:
        return None  # only some places have the trouble with this part: no one supplier's doing
    lots = [one for one in scope.result["loose_lots"] if one["certain"]]
    supplier_id = suspect.supplier_id or _only(lots, "supplier_id")
    part_id = suspect.part_id or _only(lots, "part_id")
    if supplier_id is None or part_id is None:
        return None
    supplier = master_of(working.tools.snapshot, supplier_id)
    facts = ScarFacts(
        reference=case.id,
        part_id=part_id,
        part_name=str(_record(working, "part_record", part_id=part_id).get("name") or part_id),
        lot_ids=suspect.lot_ids or tuple(sorted(one["lot_id"] for one in lots)),
        symptom=case.symptom,
        seen=wording_for(supplier.language).term("symptom", case.symptom),
        units=_units(scope, lots),
        failures=_failures(working, case),
        in_stock=scope.result["loose_pieces"],
    )
    payload = scar_payload(
        supplier,
        facts,
        sender=working.acting.messaging.sender,
        severity=case.severity,
        started_at=working.now,
    )
    return payload.model_dump(mode="json")


def block(
    working: Working, case: Case, suspect: Condition, scope: Evidence
) -> dict[str, Any] | None:
    """What the sites are to hold back; none where all that is suspect was sold."""
    units = {
        row["state"]: row["units"]
        for row in scope.result["by_state"]
        if row["state"] in _AT_HAND and row["units"]
    }
    loose = scope.result["loose_pieces"] or 0
    if not units and not loose:
        return None
    sites = sites_concerned(working, suspect, scope)
    if not sites:
        return None
    payload = BlockStock(
        condition=suspect,
        sites=sites,
        units={**units, **({"loose_pieces": loose} if loose else {})},
        letters={
            one: _block_letter(working, one, case, suspect, {**units, "loose_pieces": loose})
            for one in sites
        },
    )
    return payload.model_dump(mode="json")


def sites_concerned(working: Working, suspect: Condition, scope: Evidence) -> tuple[str, ...]:
    """Sites that may hold what is suspect; better one too many than one too few.

    That of the condition, else those that the models and lots in reach lead to, else all.
    """
    if suspect.site_id is not None:
        return (suspect.site_id,)
    models = [one["model_id"] for one in scope.result["by_model"]]
    lots = [one["lot_id"] for one in scope.result["loose_lots"]]
    query = working.tools.snapshot.query
    rows = query("holding_sites", models=models, lots=lots).dicts()
    if not rows and suspect.part_id is not None:
        rows = query("part_at_sites", part_id=suspect.part_id).dicts()
    if not rows:
        rows = query("building_sites").dicts()
    return tuple(dict.fromkeys(row["site_id"] for row in rows))


def _block_letter(
    working: Working, site_id: str, case: Case, suspect: Condition, held: dict[str, int]
) -> Letter:
    route = working.acting.messaging.site(site_id)
    told = StockBlock(
        timezone=route.timezone,
        case_id=case.id,
        seen=wording_for(route.language).term("symptom", case.symptom),
        part_id=suspect.part_id,
        supplier_id=suspect.supplier_id,
        lot_ids=suspect.lot_ids or (),
        received_from=suspect.received_from,
        received_to=suspect.received_to,
        models=suspect.model_id or (),
        built_from=suspect.built_from,
        built_to=suspect.built_to,
        stock=held.get("stock", 0),
        in_transit=held.get("in_transit", 0),
        loose_pieces=held["loose_pieces"],
        starts_at=working.now,
    )
    return render("stock_block", route.language, told).letter


def _only(lots: list[dict[str, Any]], key: str) -> str | None:
    """What all the lots have in common; none where they differ or it is not recorded."""
    found = {one[key] for one in lots if one[key]}
    return found.pop() if len(found) == 1 else None


def _units(scope: Evidence, lots: list[dict[str, Any]]) -> int:
    """Units in reach; if so few were sold that they are not shown, those with a piece of a lot."""
    reach: int | None = scope.result["at_most"]
    return sum(one["built_in"] or 0 for one in lots) if reach is None else reach


def _failures(working: Working, case: Case) -> int:
    """Failed units that the analysis counted among those that meet the cause."""
    step = next(one for one in working.file(case.id).steps if one.step == "D4")
    ranked = step.content.get("candidates", [])
    return next((int(one["failures"]) for one in ranked if not one["ruled_out"]), 0)


def _record(working: Working, query: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401  bound
    rows = working.tools.snapshot.query(query, **values).dicts()
    return rows[0] if rows else {}
