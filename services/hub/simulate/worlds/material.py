"""Worlds whose cause came in with the goods: lots, suppliers, and where they are used."""

from datetime import date

from domain.records.cause import Condition
from services.hub.simulate.worlds.declaration import (
    Change,
    Effect,
    Scenario,
    Scene,
    Stage,
    Temptation,
    until,
)

LOT_SYMPTOMS = [("P-PSU", "NO_POWER"), ("P-HOSE", "WATER_LEAK"), ("P-PANEL", "LINES_ON_SCREEN")]
HARD_WATER = ("DE", "GB", "ES", "SA", "AE", "EG", "MX", "IN")


def supplier_lot_window(stage: Stage) -> Scenario:
    """One supplier's lots of one part, received in a window, at every site."""
    part_id, symptom = stage.pick(LOT_SYMPTOMS)
    families = stage.families_with(part_id)
    supplier_id = stage.catalogue.part(part_id).suppliers[0]
    first = stage.ago(270, 330)
    last = until(first, stage.days_for(0.55 * stage.share(families)))
    decoys = stage.ordinary(first, stage.pick(stage.sites_of(*families)))
    return Scenario(
        symptom,
        "cause_found",
        effects=(
            Effect(
                Condition(
                    supplier_id=supplier_id, part_id=part_id, received_from=first, received_to=last
                ),
                stage.plan.ratio,
                "material",
                "a process slip at the supplier, found and mended there without notice",
            ),
        ),
        rivals=(
            Temptation(
                Condition(supplier_id=supplier_id, part_id=part_id),
                "the supplier's other lots fail at the ordinary rate",
            ),
            *(_innocent(change) for change in decoys),
        ),
        changes=decoys,
        expected=stage.plan.failures(),
    )


def few_cases(stage: Stage) -> Scenario:
    """One supplier's lots again, with two to four failures: too few to name a cause."""
    scenario = supplier_lot_window(stage)
    return scenario._replace(verdict="undetermined", expected=3.0, between=(2, 4))


def market_lot(stage: Stage) -> Scenario:
    """A weak lot that fails only where the water is hard."""
    supplier_id = stage.pick(stage.catalogue.part("P-HOSE").suppliers)
    first = stage.ago(300, 360)
    last = until(first, stage.days_for(0.18 * stage.share(["AC", "WM"]), 150))
    lots = Condition(
        supplier_id=supplier_id, part_id="P-HOSE", received_from=first, received_to=last
    )
    return Scenario(
        "WATER_LEAK",
        "cause_found",
        effects=(
            Effect(
                lots.model_copy(update={"country": HARD_WATER}),
                stage.plan.ratio,
                "material",
                "a plasticiser that hard water washes out",
            ),
        ),
        rivals=(
            Temptation(lots, "the same lots hold elsewhere"),
            Temptation(Condition(country=HARD_WATER), "other lots fail there at the ordinary rate"),
        ),
        changes=stage.ordinary(first, stage.pick(stage.sites_of("AC", "WM"))),
        expected=stage.plan.failures(),
    )


def supplier_site(stage: Stage) -> Scenario:
    """One supplier's compressor, but only as one site fits it."""
    supplier_id = stage.pick(stage.catalogue.part("P-COMP").suppliers)
    site_id = stage.pick(stage.sites_of("AC", "RF"))
    return Scenario(
        "NOISE",
        "cause_found",
        effects=(
            Effect(
                Condition(supplier_id=supplier_id, part_id="P-COMP", site_id=site_id),
                stage.plan.ratio,
                "method",
                "the site's mounting fits the other supplier's feet only",
            ),
        ),
        rivals=(
            Temptation(
                Condition(supplier_id=supplier_id, part_id="P-COMP"), "it holds at the other sites"
            ),
            Temptation(Condition(site_id=site_id), "the site does well with the other supplier"),
        ),
        expected=stage.plan.failures(),
    )


def supplier_deteriorates(stage: Stage) -> Scenario:
    """A supplier gets worse: rejects, delays, and failures in the field from a day on."""
    part_id, symptom = stage.pick(
        [("P-SEAL", "DOOR_SEAL"), ("P-MOTOR", "VIBRATION"), ("P-HOSE", "NOT_DRAINING")]
    )
    supplier_id = stage.pick(stage.catalogue.part(part_id).suppliers)
    first = stage.ago(260, 320)
    every = {supplier.supplier_id: "stable" for supplier in stage.catalogue.suppliers}
    return Scenario(
        symptom,
        "cause_found",
        effects=(
            Effect(
                Condition(supplier_id=supplier_id, part_id=part_id, received_from=first),
                stage.plan.ratio,
                "material",
                "the supplier moved its tool to another plant",
            ),
        ),
        rivals=(
            Temptation(
                Condition(supplier_id=supplier_id, part_id=part_id, received_to=_before(first)),
                "its earlier lots were sound",
            ),
        ),
        changes=stage.ordinary(first, stage.pick(stage.sites_of(*stage.families_with(part_id)))),
        scene=Scene(worsening=(supplier_id, first)),
        expected=stage.plan.failures(),
        suppliers={**every, supplier_id: "deteriorating"},  # type: ignore[dict-item]
    )


def _innocent(change: Change) -> Temptation:
    condition = Condition(change_id=change.change_id)
    return Temptation(condition, "it fell in the same days, but changed nothing")


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
