"""A world in which something new begins in the field, on a day, in units that were sound before."""

from domain.records.cause import Condition
from services.hub.simulate.worlds.declaration import Effect, Scenario, Stage

IN_ONE_MARKET = [("TV", "FLICKER"), ("TV", "WIFI_LOST"), ("TV", "LINES_ON_SCREEN")]
"""Televisions fit every supply, so that one market holds enough of one model."""
ANYWHERE = [
    *IN_ONE_MARKET,
    ("AC", "WATER_LEAK"),
    ("WM", "NOT_DRAINING"),
    ("WM", "VIBRATION"),
    ("RF", "FOOD_SPOILS"),
]
LARGEST = 4
"""Where one market is meant, it is one of the largest so many."""


def emerging(stage: Stage) -> Scenario:
    """From a day on, one model fails more often, in every market or in one."""
    in_one = stage.pick([True, False])
    family, symptom = stage.pick(IN_ONE_MARKET if in_one else ANYWHERE)
    model = stage.pick([one for one in stage.catalogue.models if one.family == family])
    onset = stage.ago(60, 120)
    condition = Condition(model_id=(model.model_id,))
    if in_one:
        largest = sorted(stage.catalogue.markets, key=lambda market: -market.share)[:LARGEST]
        condition = condition.model_copy(update={"country": (stage.pick(largest).country,)})
    return Scenario(
        symptom,
        "cause_found",
        effects=(
            Effect(
                condition,
                stage.plan.ratio,
                "environment",
                "it came with the use in those days, not with the building",
                since=onset,
            ),
        ),
        changes=stage.ordinary(onset, stage.pick(stage.sites_of(family))),
        expected=stage.plan.failures(scale=1.0 if in_one else 3.0),
    )
