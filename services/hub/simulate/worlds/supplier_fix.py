"""Worlds that last from a supplier's bad lots to the proof, or not, that its remedy worked.

Bad lots arrive from a day on, failures follow within weeks, and about 300 days before the end the
supplier reports its action. Units of later lots then have months in service when the data end.
"""

from datetime import date, timedelta
from typing import NamedTuple

from domain.records.cause import Condition
from services.hub.simulate.worlds.declaration import (
    Change,
    Correction,
    Effect,
    Scenario,
    Stage,
    Temptation,
)


class _Trouble(NamedTuple):
    part_id: str
    symptom: str
    because: str
    remedy: str


TROUBLES = [
    _Trouble("P-PSU", "NO_POWER", "a weak capacitor in its boards", "capacitor of another maker"),
    _Trouble("P-HOSE", "WATER_LEAK", "a compound that turns brittle", "former compound restored"),
    _Trouble("P-PANEL", "LINES_ON_SCREEN", "a bond that lets go", "bonding pressure raised"),
]
"""Each part's suppliers write in languages other than English."""
BAD_DAYS = 210
"""Days from the first bad lot to the cut-in."""
BEFORE_DAYS = 150
"""Days of build before the cut-in in which nearly all of its parts are of bad lots."""
MIXED_DAYS = 40
"""Old lots last as long: up to nine days to first use, and thirty of use."""
RELIEF = 0.65
"""What every unit gained when an action did nothing: without a control it looks like a success."""


def supplier_fix_works(stage: Stage) -> Scenario:
    """A supplier's lots are bad from a day on; its corrective action makes later lots good."""
    return _supplier_fix(stage, works=True)


def supplier_fix_fails(stage: Stage) -> Scenario:
    """A supplier's action changed nothing; every unit got better at the same time."""
    return _supplier_fix(stage, works=False)


def _supplier_fix(stage: Stage, works: bool) -> Scenario:
    trouble = stage.pick(TROUBLES)
    suppliers = stage.catalogue.part(trouble.part_id).suppliers
    supplier_id = stage.pick(suppliers)
    other = next(one for one in suppliers if one != supplier_id)
    cut_in = stage.ago(285, 300)
    theirs = Condition(supplier_id=supplier_id, part_id=trouble.part_id)
    what = f"supplier's corrective action: {trouble.remedy} ({supplier_id}, {trouble.part_id})"
    change = Change(stage.change_id(), cut_in, None, None, "material", what)
    first = cut_in - timedelta(days=BAD_DAYS)
    cause = theirs.model_copy(update={"received_from": first})
    later = theirs.model_copy(update={"received_from": cut_in})
    ratio = stage.plan.ratio
    if works:
        second = Effect(later, 1 / ratio, cause=False)
    else:
        second = Effect(Condition(built_from=cut_in), RELIEF, cause=False)
    site_id = stage.pick(stage.sites_of(*stage.families_with(trouble.part_id)))
    decoys = stage.ordinary(first + timedelta(days=30), site_id)
    return Scenario(
        trouble.symptom,
        "cause_found",
        effects=(Effect(cause, ratio, "material", trouble.because), second),
        rivals=tuple(
            Temptation(Condition(change_id=one.change_id), "it fell in the same days")
            for one in decoys
        ),
        changes=(change, *decoys),
        expected=stage.plan.failures(scale=24.0),
        correction=_correction(
            later.model_copy(update={"change_id": change.change_id}),
            Condition(supplier_id=other, part_id=trouble.part_id),
            cut_in,
            1 / ratio if works else None,
        ),
    )


def _correction(
    treated: Condition, control: Condition, cut_in: date, ratio: float | None
) -> Correction:
    """The action to be verified; no ratio: it did nothing."""
    return Correction(
        treated,
        control,
        cut_in,
        "not_effective" if ratio is None else "effective",
        1.0 if ratio is None else ratio,
        RELIEF if ratio is None else 1.0,
        before_days=BEFORE_DAYS,
        mixed_days=MIXED_DAYS,
    )
