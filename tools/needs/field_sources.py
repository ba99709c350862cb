"""Which source is watched for what: claims, and coded feedback where claims are too few."""

from typing import NamedTuple

from tools.needs.field_alarms import Observed
from tools.needs.field_events import (
    FieldEvents,
    Population,
    Span,
    population_of,
    read_claims,
    read_sales,
    read_voices,
)
from tools.needs.field_levels import Window
from tools.needs.field_watch import Plan, watch
from tools.needs.issue_cells import Source
from tools.tool import ToolContext

ENOUGH_CLAIMS = 3.0
"""Claims of a symptom in a family on the charted weeks from which on claims are watched."""


class Sources(NamedTuple):
    """What was read and watched."""

    span: Span
    """The weeks."""
    observed: tuple[Observed, ...]
    """Each source with cells to watch."""
    read: dict[Source, FieldEvents]
    """All that was read, by source."""
    units: int
    """Units under warranty in the last week (count)."""

    @property
    def new_channels(self) -> tuple[str, ...]:
        """Feedback channels left out as too new."""
        return self.read["feedback"].new_channels

    @property
    def not_coded(self) -> bool:
        """Whether no coded feedback was there to watch."""
        return not len(self.read["feedback"].counts)


def observe(context: ToolContext, span: Span, plan: Plan) -> Sources:
    """Read the last weeks and watch every cell."""
    sales = read_sales(context, span)
    under_warranty = population_of(sales, span, "claims")
    in_service = population_of(sales, span, "feedback")
    claims = read_claims(context, span, under_warranty)
    voices = read_voices(context, span, in_service)
    few = _where_claims_are_few(voices, claims, under_warranty, in_service)
    watched = [(under_warranty, claims)]
    if len(few.counts):
        watched.append((in_service, few))
    shared = plan._replace(budget_per_week=plan.budget_per_week / len(watched))
    window = Window(0, span.weeks)
    observed = tuple(
        Observed(
            population, events, window, watch(population, events, window, shared),
            tuple(span.countries),
        )
        for population, events in watched
    )  # fmt: skip
    return Sources(span, observed, {"claims": claims, "feedback": voices}, under_warranty.units)


def _where_claims_are_few(
    voices: FieldEvents, claims: FieldEvents, of_claims: Population, of_voices: Population
) -> FieldEvents:
    """Voices on symptoms that a family has too few claims of."""
    import numpy as np

    charted = claims.week >= of_claims.weeks // 2
    told: dict[tuple[str, str], float] = {}
    for symptom, place, count in zip(
        claims.symptom[charted].tolist(),
        claims.place[charted].tolist(),
        claims.counts[charted].tolist(),
        strict=True,
    ):
        key = (claims.symptoms[symptom], of_claims.places[place].family)
        told[key] = told.get(key, 0.0) + count
    kept = np.array(
        [
            told.get((voices.symptoms[symptom], of_voices.places[place].family), 0.0)
            < ENOUGH_CLAIMS
            for symptom, place in zip(voices.symptom.tolist(), voices.place.tolist(), strict=True)
        ],
        dtype=bool,
    )
    return voices._replace(
        symptom=voices.symptom[kept],
        place=voices.place[kept],
        week=voices.week[kept],
        band=voices.band[kept],
        counts=voices.counts[kept],
    )
