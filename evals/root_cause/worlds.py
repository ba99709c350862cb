"""One simulated world asked why its symptom is raised, and what came of it."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine

from domain.errors import BadArgument
from domain.records.cause import CauseVerdict, Condition
from domain.records.policy import DATA_CLASSES, Principal, Scope
from evals.root_cause.oracle import factor_p, units_p
from evals.root_cause.scoring import matches
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.truth import Truth
from services.policy.vault import Vault
from tools.causes.cohort import cohort_of
from tools.causes.explain import explain
from tools.causes.population import PopulationQuery, population_of
from tools.causes.rows import ranked_rows
from tools.causes.verdict import judge
from tools.tool import ToolContext

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)
UNREAD = ("inspections", "signals", "deliveries", "shipments", "gauge_studies")
"""Tables that the screening does not read; leaving them out saves time."""
LISTED = 12
LEVEL = 0.05


class Outcome(NamedTuple):
    """What came of one world."""

    world: str
    ratio: float | None
    """Planted rate ratio; none: the world's own."""
    verdict: CauseVerdict
    right: CauseVerdict
    """The verdict that the world calls for."""
    named: tuple[bool, ...]
    """For each planted cause: whether it is among the causes or aliases named."""
    told_units: bool
    """Whether an exact test that is told the affected units finds the first cause (p <= .05)."""
    factor_p: float
    """P-value of a search of the cause's own factor alone (1: it is no factor)."""
    suspect_first: bool
    """Whether the first row names supplier and part of the planted lots."""
    claims_cause: bool
    """Whether the verdict says that a cause was found, or one of several."""


def run(plan: Plan) -> Outcome | None:
    """Simulate, ingest, ask; none if so few units cannot hold the planned failures."""
    with tempfile.TemporaryDirectory(prefix="andon-world-") as name:
        folder = Path(name)
        try:
            truth = simulate(plan, folder / "exports")
        except BadArgument:
            return None
        for table in (*UNREAD, *([] if plan.world == "new_channel" else ["feedback"])):
            (folder / "exports" / f"{table}.{plan.format}").unlink(missing_ok=True)
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        return ask(truth, context_of(hub))


def context_of(hub: Hub) -> ToolContext:
    """The context of a tool call that sees everything."""
    engine = create_engine("sqlite://")
    return ToolContext(
        principal=Principal(id="eval", regions=("*",)),
        snapshot=hub.snapshot(EVERYTHING),
        services=Services(hub=hub, policy_version="eval"),
        memory=Memory(evidence=EvidenceStore(engine)),
        run_id="R-EVAL",
    )


def ask(truth: Truth, context: ToolContext) -> Outcome:
    """Screen the world's symptom and score what is named."""
    population = population_of(PopulationQuery(symptom=truth.symptom), context)
    cohort = cohort_of(population, context)
    explanation = explain(cohort, population)
    judged = judge(cohort, population, explanation, context)
    rows = ranked_rows(cohort, explanation, judged, population.claimed_part, LISTED)
    said = [cause.condition for cause in judged.confirmed]
    said += [alias.condition for cause in judged.confirmed for alias in cause.aliases]
    causes = [cause for cause in truth.causes if cause.condition.channel is None]
    first = causes[0] if causes else None
    return Outcome(
        world=truth.world,
        ratio=truth.plan.rate_ratio,
        verdict=judged.verdict,
        right=truth.cause_verdict,
        named=tuple(any(matches(cohort, c, one.condition) for c in said) for one in causes),
        told_units=first is not None and units_p(first) <= LEVEL,
        factor_p=factor_p(explanation.screened, first.condition) if first else 1.0,
        suspect_first=bool(rows and first and _same_part(rows[0].condition, first.condition)),
        claims_cause=judged.verdict in ("cause_found", "not_identifiable"),
    )


def _same_part(row: Condition, planted: Condition) -> bool:
    return (row.supplier_id, row.part_id) == (planted.supplier_id, planted.part_id)
