"""One plant in which a supplier gets worse, asked just before the field effect could be seen."""

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from domain.records.finding import SupplierVerdict
from evals.root_cause.worlds import EVERYTHING, NOW, context_of
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.truth import Truth
from services.policy.vault import Vault
from tools.suppliers.supplier_scorecard import (
    SupplierScorecard,
    SupplierScorecardQuery,
    supplier_scorecard,
)
from tools.tool import ToolContext

UNREAD = ("inspections", "signals", "shipments", "gauge_studies", "feedback", "unit_attributes")
VISIBLE = 0.01
"""P-value at which a test that is told the affected units sees the field effect."""
WEEK = 7
_CLAIMS = """
WITH built AS (
    SELECT u.serial, u.sold_on,
        l.supplier_id = $supplier AND l.received_at::DATE >= $first::DATE AS exposed
    FROM units u
    JOIN unit_parts p ON p.serial = u.serial AND p.part_id = $part
    JOIN part_lots l ON l.lot_id = p.lot_id
),
claimed AS (
    SELECT serial, min(reported_at)::DATE AS told
    FROM claims WHERE symptom_code = $symptom GROUP BY serial
),
served AS (
    SELECT exposed, told, greatest(0, datediff('day', sold_on, $day::DATE)) AS days
    FROM built LEFT JOIN claimed USING (serial)
)
SELECT coalesce(sum(days) FILTER (exposed), 0), coalesce(sum(days) FILTER (NOT exposed), 0),
    count(*) FILTER (exposed AND told <= $day::DATE),
    count(*) FILTER (NOT exposed AND told <= $day::DATE)
FROM served
"""


class Asked(NamedTuple):
    """What came of one plant."""

    on: date
    """The day before the field effect could be seen."""
    seen: bool
    """Whether the field effect is seen within the data; otherwise the day is the last one."""
    days: int
    """Days since the supplier began to get worse."""
    verdicts: dict[str, SupplierVerdict]
    """Verdicts of that day, by supplier."""
    at_end: dict[str, SupplierVerdict]
    """Verdicts at the end of the data."""
    right: dict[str, SupplierVerdict]
    """What the plant calls for."""


def run(plan: Plan) -> Asked:
    """Simulate, ingest, find the day, ask."""
    with tempfile.TemporaryDirectory(prefix="andon-suppliers-") as name:
        folder = Path(name)
        truth = simulate(plan, folder / "exports")
        for table in UNREAD:
            (folder / "exports" / f"{table}.{plan.format}").unlink(missing_ok=True)
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        context = context_of(hub)
        began = truth.causes[0].condition.received_from
        assert began is not None  # the world says since when
        on = _before_visible(truth, began, context)
        then = replace(context, snapshot=hub.snapshot(EVERYTHING, as_of=on))
        return Asked(
            on=on,
            seen=on + timedelta(days=1) < truth.plan.end,
            days=(on - began).days,
            verdicts=_verdicts(then),
            at_end=_verdicts(context),
            right=dict(truth.suppliers or {}),
        )


def _before_visible(truth: Truth, began: date, context: ToolContext) -> date:
    """The last day before the first week in which the field effect is seen; else the end."""
    day = began + timedelta(days=WEEK)
    while day < truth.plan.end and not _visible(truth, day, context):
        day += timedelta(days=WEEK)
    return min(day, truth.plan.end) - timedelta(days=1)


def _visible(truth: Truth, day: date, context: ToolContext) -> bool:
    from scipy.special import bdtrc

    condition = truth.causes[0].condition
    values = {
        "supplier": condition.supplier_id,
        "part": condition.part_id,
        "first": condition.received_from,
        "symptom": truth.symptom,
        "day": day,
    }
    days, others, failed, failed_others = context.snapshot.run(_CLAIMS, values).values[0]
    if not failed:
        return False
    share = float(days) / float(days + others)
    return float(bdtrc(failed - 1, failed + failed_others, share)) <= VISIBLE


def _verdicts(context: ToolContext) -> dict[str, SupplierVerdict]:
    found: SupplierScorecard = supplier_scorecard.function(SupplierScorecardQuery(), context).result
    return {card.supplier_id: card.outlook.verdict for card in found.suppliers if card.outlook}
