"""What may be concluded: a cause, several that cannot be told apart, or that nothing is shown.

Growth, age, season and a new way of reporting explain many a raised count; too few failures
explain nothing. Each is a verdict of its own.
"""

from typing import NamedTuple

from domain.records.cause import CauseVerdict
from tools.causes.cohort import Cohort
from tools.causes.explain import Cause, Explanation
from tools.causes.population import Population
from tools.causes.reporting import Opening, opening_of
from tools.causes.weigh import tally
from tools.causes.wording import phrase
from tools.tool import ToolContext

FEWEST_EXPOSED = 5
"""Failures below which no cause is named without a part on the table."""
FEWEST_FAILURES = 30
"""Failures in all below which a screen of so many factors proves nothing by finding nothing."""
HOLD_OUT = 0.25
"""One-sided p-value on units held out, up to which a cause counts as confirmed: the error of the
search is held by the screening, this stops windows and thresholds that only fitted chance."""
WEAK = 0.05
"""P-value on units held out above which a cause is called weak there."""


class Judged(NamedTuple):
    """A verdict with its reason."""

    verdict: CauseVerdict
    reason: str
    separating_test: str | None = None
    opening: Opening | None = None
    confirmed: tuple[Cause, ...] = ()
    """Causes with enough failures that held on units kept out."""


def judge(
    cohort: Cohort, population: Population, explanation: Explanation, context: ToolContext
) -> Judged:
    """The verdict on a screening."""
    strong = tuple(c for c in explanation.causes if _failures(c) >= FEWEST_EXPOSED)
    confirmed = tuple(
        sorted((c for c in strong if c.hold_out_p <= HOLD_OUT), key=lambda c: c.origin.search_p)
    )
    if confirmed:
        return _found(confirmed)
    if strong:
        return Judged(
            "undetermined",
            f"{phrase(strong[0].condition)} stand out, but not on units held out "
            f"(p = {strong[0].hold_out_p:.2g})",
            "wait for more failures, and ask again for the same condition only (`compare_rates`)",
        )
    if explanation.causes or cohort.failures < FEWEST_FAILURES:
        return _too_few(cohort, explanation)
    return _innocent(cohort, population, context)


def _failures(cause: Cause) -> int:
    return tally(cause.ground, cause.mask).events


def _found(causes: tuple[Cause, ...]) -> Judged:
    first = causes[0]
    if first.aliases:
        others = " and ".join(phrase(alias.condition) for alias in first.aliases)
        return Judged(
            "not_identifiable",
            f"{phrase(first.condition)} and {others} are the same units up to a few percent",
            _separation(first),
            confirmed=causes,
        )
    return Judged(
        "cause_found",
        f"{phrase(first.condition)} fail more often than chance allows, {_held_out(first)}; "
        "rivals were weighed",
        confirmed=causes,
    )


def _held_out(cause: Cause) -> str:
    if cause.hold_out_p <= WEAK:
        return "on units held out too"
    return f"though units held out show it less clearly (p = {cause.hold_out_p:.2g})"


def _separation(cause: Cause) -> str:
    kinds = {alias.kind for alias in cause.aliases}
    if "material" in kinds or cause.origin.factor.group in ("lots", "supplier"):
        return (
            "build pieces of the suspect lot on another line, and pieces of another lot on this "
            "line, and compare; or take failed units apart"
        )
    return "run one of the two without the other, or take failed units apart"


def _too_few(cohort: Cohort, explanation: Explanation) -> Judged:
    seen = f"failed units in all: {cohort.failures}"
    if explanation.causes:
        seen = f"failed units among the suspect ones: {_failures(explanation.causes[0])}"
    return Judged(
        "undetermined",
        f"{seen}, too few to name a cause; the best suspect is listed first",
        "take the failed units of the first suspect apart; ask again when 5 of them have failed",
    )


def _innocent(cohort: Cohort, population: Population, context: ToolContext) -> Judged:
    models = list(cohort.factors["model_id"].names)
    opening = opening_of(population.symptom, models, context)
    if opening is not None:
        where = ", ".join(opening.condition.country or ())
        ratio = opening.all_reports.ratio.estimate
        rise = f"to {ratio:.1f} times" if ratio else "from none"
        return Judged(
            "reporting_artefact",
            f"claims per unit in service are not raised anywhere; reports rose {rise} in {where} "
            f"when the channel {opening.condition.channel} opened",
            opening=opening,
        )
    if cohort.season is not None and cohort.season.marked:
        return Judged(
            "seasonal",
            f"failures follow the season of their market (highest over lowest month "
            f"{cohort.season.swing:.1f}); beside it no factor stands out",
        )
    return Judged(
        "no_elevated_rate",
        f"{cohort.failures} failures are as many as units in service and their age lead one to "
        "expect; no recorded factor stands out beyond chance",
    )
