"""D7: where else the same trouble could arise. Data lists the places, people decide on each."""

from datetime import timedelta
from typing import Any

from domain.records.case import ActionItem
from domain.records.cause import Condition
from domain.records.evidence import Evidence
from graphs.casework.opening import EVERYBODY
from graphs.casework.working import Working
from memory.cases import action_name, add_action

DAYS = 14
"""How long a site has to decide (days)."""


def read_across(working: Working, case_id: str, suspect: Condition, scope: Evidence) -> None:
    """List who builds in the same, and ask for a decision for each site."""
    case = working.file(case_id).case
    sites = _sites(working, suspect, scope)
    told: dict[str, Any] = {
        "sites": sites,
        "markets": [one["country"] for one in scope.result["by_country"] if one["country"]],
    }
    if suspect.supplier_id is not None:
        rows = working.tools.snapshot.query(
            "parts_of_supplier", supplier_id=suspect.supplier_id
        ).dicts()
        told["other_parts"] = [row["part_id"] for row in rows if row["part_id"] != suspect.part_id]
    with working.change() as change:
        working.write(change, case_id, "D7", told, evidence=(scope.id,))
        for one in sites:
            item = ActionItem(
                id=decision_name(case_id, one["site"]),
                case_id=case_id,
                step="D7",
                kind="read_across",
                text=_question(one["site"]),
                owner=case.owner or EVERYBODY,
                due_on=(working.now + timedelta(days=DAYS)).date(),
            )
            add_action(change, item)


def decision_name(case_id: str, site_id: str) -> str:
    """Id of the action by which a site decides."""
    return action_name(case_id, "D7", "read_across", _question(site_id))


def _question(site_id: str) -> str:
    return f"decide for site {site_id}: is the same measure needed there?"


def _sites(working: Working, suspect: Condition, scope: Evidence) -> list[dict[str, Any]]:
    """Sites with their models; where a part is suspect, with the suppliers that they have it of."""
    query = working.tools.snapshot.query
    if suspect.part_id is not None:
        rows = query("part_at_sites", part_id=suspect.part_id).dicts()
    else:
        models = [one["model_id"] for one in scope.result["by_model"]]
        rows = query("models_at_sites", models=models).dicts()
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        site = found.setdefault(row["site_id"], {"site": row["site_id"], "models": []})
        if row["model_id"] not in site["models"]:
            site["models"].append(row["model_id"])
        supplier = row.get("supplier_id")
        if supplier and supplier not in site.setdefault("suppliers", []):
            site["suppliers"].append(supplier)
    return list(found.values())
