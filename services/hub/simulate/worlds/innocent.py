"""Worlds in which no cause in the product is to be found, whatever the counts suggest."""

from domain.records.cause import Condition
from services.hub.simulate.worlds.declaration import (
    Effect,
    NewChannel,
    Scenario,
    Scene,
    Stage,
    Temptation,
)

QUIET = ["NO_POWER", "FLICKER", "WIFI_LOST", "VIBRATION", "DOOR_SEAL"]


def null(stage: Stage) -> Scenario:
    """Nothing is planted; every difference is chance."""
    symptom = stage.pick(QUIET)
    site_id = stage.pick(stage.sites_of(*stage.catalogue.symptom(symptom).families))
    changes = stage.ordinary(stage.ago(200, 400), site_id, 5)
    return Scenario(
        symptom,
        "no_elevated_rate",
        rivals=tuple(
            Temptation(Condition(change_id=change.change_id), "nothing changed with it")
            for change in changes
        ),
        changes=changes,
        suppliers={supplier.supplier_id: "stable" for supplier in stage.catalogue.suppliers},
    )


def growth_only(stage: Stage) -> Scenario:
    """Sales grow eightfold; counts of failures grow with them, the rate does not."""
    symptom = stage.pick(QUIET)
    return Scenario(
        symptom,
        "no_elevated_rate",
        rivals=(
            Temptation(
                Condition(built_from=stage.ago(180, 180)), "more units are in service, that is all"
            ),
        ),
        scene=Scene(growth=8.0),
        suppliers={supplier.supplier_id: "stable" for supplier in stage.catalogue.suppliers},
    )


def season(stage: Stage) -> Scenario:
    """Air conditioners fail when they run; the counts follow the summer of each market."""
    return Scenario(
        "NOT_COOLING",
        "seasonal",
        rivals=(
            Temptation(
                Condition(country=("BR", "AR", "AU", "CL", "ZA")),
                "their summer begins as the north's ends",
            ),
            Temptation(
                Condition(model_id=("AC-120X",)), "each model follows the season of its markets"
            ),
        ),
        changes=stage.ordinary(stage.ago(150, 180), stage.pick(stage.sites_of("AC"))),
        scene=Scene(swing=0.95),
        per_year=0.04,
    )


def new_channel(stage: Stage) -> Scenario:
    """An app makes complaining easy in some markets; claims stay as they were."""
    symptom = stage.pick(["FLICKER", "WIFI_LOST"])
    countries = stage.pick([("DE", "FR", "ES", "IT"), ("US", "CA", "MX"), ("CN", "KR", "AU")])
    first = stage.ago(60, 80)
    opening = NewChannel("app", countries, first, reports=0.02)
    return Scenario(
        symptom,
        "reporting_artefact",
        effects=(
            Effect(
                Condition(channel="app", country=countries),
                1.0,
                "measurement",
                "the new app asks every owner; the product is as it was",
            ),
        ),
        rivals=(
            Temptation(Condition(country=countries), "claims per unit in service did not move"),
        ),
        changes=stage.ordinary(first, stage.pick(stage.sites_of("TV"))),
        scene=Scene(new_channel=opening),
    )
