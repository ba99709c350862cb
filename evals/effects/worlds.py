"""One simulated fix, planned on the day of its cut-in and judged at the end of the data."""

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from domain.errors import BadArgument, NoData
from domain.records.finding import FixVerdict
from evals.root_cause.worlds import EVERYTHING, NOW, UNREAD, context_of
from services.hub.hub import Hub
from services.hub.ingest.load import ingest
from services.hub.simulate import Plan, simulate
from services.hub.simulate.truth import Fix, Truth
from services.hub.snapshot import Snapshot
from services.policy.vault import Vault
from tools.causes.effect_plan import EffectPlan
from tools.causes.plan_effect_check import PlanEffectCheckQuery, plan_effect_check
from tools.causes.verify_effect import FixEffect, VerifyEffectQuery, verify_effect
from tools.tool import ToolContext

MONTHS = 6
MINIMUM_EFFECT = 0.6
WANTED = 0.975
DATED = ("change_id", "built_from", "received_from")
"""Keys of a fix that say since when; the question gives them as the change."""


class Judged(NamedTuple):
    """What came of one fix."""

    world: str
    power: float
    """Power of judging at the end, registered at the cut-in; 0: it could not be planned."""
    power_as_seen: float
    """The same at the rates as they were seen."""
    verdict: FixVerdict
    right: FixVerdict
    """The verdict that the world calls for."""
    naive_fell: bool
    """Whether a look without control would have called the fix effective."""


def run(plan: Plan) -> Judged | None:
    """Simulate, ingest, plan, judge; none if so few units cannot hold the planned failures."""
    with tempfile.TemporaryDirectory(prefix="andon-effect-") as name:
        folder = Path(name)
        try:
            truth = simulate(plan, folder / "exports")
        except BadArgument:
            return None
        for table in (*UNREAD, "feedback", "measurements"):
            (folder / "exports" / f"{table}.{plan.format}").unlink(missing_ok=True)
        hub = Hub.create(folder / "hub")
        ingest(hub, folder / "exports", Vault.open(folder / "state"), now=NOW)
        return _judged(truth, hub)


def question_of(truth: Truth, fix: Fix) -> dict[str, Any]:
    """The question to `verify_effect` that a quality engineer would register for this fix."""
    cut_in = _cut_in(fix)
    return {
        "symptom": truth.symptom,
        "treated": fix.condition.model_copy(update=dict.fromkeys(DATED)),
        "control": fix.control,
        "change_id": fix.condition.change_id,
        "before_days": (cut_in - fix.before[0]).days,
        "mixed_days": (fix.after[0] - cut_in).days,
        "months_in_service": MONTHS,
        "minimum_effect": MINIMUM_EFFECT,
    }


def _judged(truth: Truth, hub: Hub) -> Judged | None:
    if truth.fix is None:
        return None
    context = context_of(hub)
    question = question_of(truth, truth.fix)
    planned = _planned(question, truth, replace(context, snapshot=_at(hub, _cut_in(truth.fix))))
    effect = _effect(
        VerifyEffectQuery.model_validate(planned.query if planned else question), context
    )
    at_end = [one for one in planned.power_by_date if one.on == truth.plan.end] if planned else []
    naive = effect.naive_ratio
    return Judged(
        world=truth.world,
        power=at_end[0].power if at_end else 0.0,
        power_as_seen=at_end[0].power_as_seen if at_end else 0.0,
        verdict=effect.verdict,
        right=truth.fix.fix_verdict,
        naive_fell=naive.high is not None and naive.high < 1,
    )


def _cut_in(fix: Fix) -> date:
    return fix.before[1] + timedelta(days=1)


def _planned(question: dict[str, Any], truth: Truth, context: ToolContext) -> EffectPlan | None:
    query = PlanEffectCheckQuery(**question, power=WANTED, judge_on=truth.plan.end)
    try:
        return plan_effect_check.function(query, context).result
    except NoData:
        return None


def _effect(query: VerifyEffectQuery, context: ToolContext) -> FixEffect:
    return verify_effect.function(query, context).result


def _at(hub: Hub, day: date) -> Snapshot:
    return hub.snapshot(EVERYTHING, as_of=day)
