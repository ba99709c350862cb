"""Worlds in which the first look misleads: mixed strata, two causes, causes that coincide."""

from domain.records.cause import Condition
from services.hub.simulate.worlds.declaration import (
    ONE_LOT,
    Change,
    Effect,
    OneLot,
    Scenario,
    Scene,
    Stage,
    Temptation,
    until,
)


def simpson(stage: Stage) -> Scenario:
    """A site is bad; the supplier that mostly serves it looks bad and is the better one."""
    part_id, family, symptom = stage.pick(
        [("P-PANEL", "TV", "LINES_ON_SCREEN"), ("P-COMP", "AC", "NOISE")]
    )
    site_id = stage.pick(stage.sites_of(family)[:3])
    accused = stage.catalogue.part(part_id).suppliers[0]
    shares = {site.site_id: 0.1 for site in stage.catalogue.sites} | {site_id: 0.9}
    better = Effect(Condition(supplier_id=accused, part_id=part_id), 0.85, "material", cause=False)
    return Scenario(
        symptom,
        "cause_found",
        effects=(
            Effect(
                Condition(site_id=site_id),
                stage.plan.ratio,
                "method",
                "the site's handling, whoever delivered the part",
            ),
            better,
        ),
        rivals=(
            Temptation(
                better.condition,
                "it delivers nine parts in ten to the bad site; within each site it is the better",
            ),
        ),
        scene=Scene(first_supplier_share=shares, mixed_part=part_id),
        expected=stage.plan.failures(scale=2.0),
    )


def two_causes(stage: Stage) -> Scenario:
    """A lot window and a line of another family's site raise the same symptom on their own."""
    supplier_id = stage.catalogue.part("P-PSU").suppliers[0]
    first = stage.ago(290, 330)
    last = until(first, stage.days_for(0.55))
    line_id = stage.pick(stage.lines_of("AC", "WM", "RF"))
    began = stage.ago(380, 420)
    ended = until(began, stage.days_for(1 / 16, 150))
    return Scenario(
        "NO_POWER",
        "cause_found",
        effects=(
            Effect(
                Condition(
                    supplier_id=supplier_id, part_id="P-PSU", received_from=first, received_to=last
                ),
                stage.plan.ratio,
                "material",
                "weak capacitors in a few lots",
            ),
            Effect(
                Condition(site_id=line_id[:3], line_id=line_id, built_from=began, built_to=ended),
                stage.plan.ratio,
                "machine",
                "a worn connector press",
            ),
        ),
        rivals=(
            Temptation(
                Condition(supplier_id=supplier_id, part_id="P-PSU"), "only some of its lots are bad"
            ),
        ),
        changes=(*stage.ordinary(first, line_id[:3]), *stage.ordinary(began, line_id[:3])),
        expected=2 * stage.plan.failures(),
    )


def aliased(stage: Stage) -> Scenario:
    """One lot, one line, one window, one change: nothing in the data can tell them apart."""
    family, part_id, symptom = stage.pick(
        [("TV", "P-PSU", "NO_POWER"), ("WM", "P-HOSE", "NOT_DRAINING"), ("AC", "P-PSU", "NO_POWER")]
    )
    line_id = stage.pick(stage.lines_of(family))
    first = stage.ago(330, 380)
    last = until(first, stage.days_for(1 / 14, 120))
    began = Change(
        stage.change_id(), first, line_id[:3], line_id, "machine", "connector press replaced"
    )
    lot = Condition(part_id=part_id, lot_ids=(ONE_LOT,))
    window = Condition(
        change_id=began.change_id,
        site_id=line_id[:3],
        line_id=line_id,
        built_from=first,
        built_to=last,
    )
    return Scenario(
        symptom,
        "not_identifiable",
        effects=(
            Effect(window, stage.plan.ratio, "machine", "the replaced press, perhaps"),
            Effect(lot, 1.0, "material", "the one lot that it was fed with, perhaps"),
        ),
        changes=(began, *stage.ordinary(first, line_id[:3])),
        scene=Scene(one_lot=OneLot(part_id, line_id, first, last)),
        expected=stage.plan.failures(),
    )
