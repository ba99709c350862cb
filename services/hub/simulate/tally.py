"""Realised numbers: counts what the written files will say about each planted condition."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

import numpy as np

from domain.records.cause import Condition
from services.hub.simulate.exposure import meets
from services.hub.simulate.factory import Block
from services.hub.simulate.failures import MONTH, YEAR, Claims, at_risk
from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import Bools, Floats
from services.hub.simulate.truth import Emerging, Fix, Group, PlantedCause, Rival
from services.hub.simulate.worlds.declaration import Correction

Arm = Literal["treated_before", "treated_after", "control_before", "control_after"]
RIPEN_DAYS = 75
"""Units built in the last days before the end say too little; "after" stops before them."""


class _CutIn(NamedTuple):
    second: int
    serial: str


class Tally:
    """Sums over blocks; ask for the truth records when all blocks have been added."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        scenario = setting.scenario
        self._symptom = setting.catalogue.symptom(scenario.symptom)
        self._causes = [effect for effect in scenario.effects if effect.cause]
        self._conditions = {f"cause {i}": e.condition for i, e in enumerate(self._causes)}
        self._conditions |= {f"rival {i}": r.condition for i, r in enumerate(scenario.rivals)}
        if scenario.correction is not None:
            for arm, condition in _arms(scenario.correction, setting.plan.end).items():
                self._conditions[arm] = condition
        self._sums = {name: [0, 0, 0.0] for name in ("population", "baseline", *self._conditions)}
        self._cut_in: _CutIn | None = None

    def add(self, block: Block, claims: Claims) -> None:
        """Counts a block."""
        setting = self._setting
        failed = np.zeros(block.units, dtype=np.bool_)
        index = setting.catalogue.symptoms.index(self._symptom)
        failed[claims.unit[claims.symptom == index]] = True
        population = at_risk(setting, block, self._symptom)
        years = _years(setting, block)
        planted = np.zeros(block.units, dtype=np.bool_)
        for effect in setting.scenario.effects:
            planted |= meets(setting, block, effect.condition)
        masks = {"population": population, "baseline": population & ~planted}
        for name, condition in self._conditions.items():
            masks[name] = population & meets(setting, block, condition)
        for name, mask in masks.items():
            self._count(name, mask, failed, years)
        self._look_for_cut_in(block)

    def group(self, name: str) -> Group:
        """The sums under a name: `population`, `baseline`, or one of the conditions."""
        units, failures, years = self._sums[name]
        return Group(units=int(units), failures=int(failures), years=round(years, 3))

    def causes(self) -> tuple[PlantedCause, ...]:
        """The planted causes with what became of their units."""
        base = self.group("baseline")
        together = self._setting.scenario.verdict == "not_identifiable"
        rows = []
        for number, effect in enumerate(self._causes):
            exposed = self.group(f"cause {number}")
            ratio = self._setting.plan.ratio if together else effect.rate_ratio
            rows.append(
                PlantedCause(
                    condition=effect.condition,
                    rate_ratio=None if effect.condition.channel else ratio,
                    branch_5m1e=effect.branch,
                    because=effect.because,
                    exposed_units=exposed.units,
                    exposed_failures=exposed.failures,
                    exposed_years=exposed.years,
                    baseline_units=base.units,
                    baseline_failures=base.failures,
                    baseline_years=base.years,
                )
            )
        return tuple(rows)

    def rivals(self) -> tuple[Rival, ...]:
        """The tempting conditions with their numbers."""
        rows = []
        for number, rival in enumerate(self._setting.scenario.rivals):
            group = self.group(f"rival {number}")
            rows.append(
                Rival(
                    condition=rival.condition,
                    because=rival.because,
                    units=group.units,
                    failures=group.failures,
                )
            )
        return tuple(rows)

    def emerging(self) -> Emerging | None:
        """What begins in the field, if the world has such an effect."""
        late = self._setting.scenario.late
        if late is None or late.since is None:
            return None
        model_id = (late.condition.model_id or ("",))[0]
        models = {one.model_id: one for one in self._setting.catalogue.models}
        return Emerging(
            model_id=model_id,
            family=models[model_id].family,
            countries=late.condition.country or (),
            symptom=self._symptom.code,
            onset=late.since,
            ratio=late.rate_ratio,
        )

    def fix(self) -> Fix | None:
        """The corrective action, if the world has one and a unit was built with it."""
        correction = self._setting.scenario.correction
        if correction is None or self._cut_in is None:
            return None
        arms = _arms(correction, self._setting.plan.end)
        first, last = arms["treated_before"], arms["treated_after"]
        assert first.built_from
        assert first.built_to
        assert last.built_from
        assert last.built_to
        return Fix(
            condition=correction.condition,
            control=correction.control,
            fix_verdict=correction.verdict,
            rate_ratio=correction.rate_ratio,
            trend_ratio=correction.trend_ratio,
            cut_in_at=datetime.fromtimestamp(self._cut_in.second, UTC),
            cut_in_serial=self._cut_in.serial,
            before=(first.built_from, first.built_to),
            after=(last.built_from, last.built_to),
            groups={name: self.group(name) for name in arms},
        )

    def _count(self, name: str, mask: Bools, failed: Bools, years: Floats) -> None:
        sums = self._sums[name]
        sums[0] += int(mask.sum())
        sums[1] += int((mask & failed).sum())
        sums[2] += float(years[mask].sum())

    def _look_for_cut_in(self, block: Block) -> None:
        correction = self._setting.scenario.correction
        if correction is None or self._cut_in is not None:
            return
        treated = np.flatnonzero(meets(self._setting, block, correction.condition))
        if len(treated):
            first = int(treated[0])
            self._cut_in = _CutIn(int(block.built[first]), str(block.serial[first]))


def _years(setting: Setting, block: Block) -> Floats:
    """Unit-years from sale to the end of data or of warranty, whichever comes first."""
    months = np.array([market.warranty for market in setting.catalogue.markets])[block.country]
    days = np.minimum(setting.calendar.end - block.sold, months * MONTH)
    return np.maximum(days, 0) / YEAR


def _arms(correction: Correction, end: date) -> dict[Arm, Condition]:
    cut_in = correction.cut_in
    before = {
        "built_from": cut_in - timedelta(days=correction.before_days),
        "built_to": cut_in - timedelta(days=1),
    }
    after = {
        "built_from": cut_in + timedelta(days=correction.mixed_days),
        "built_to": end - timedelta(days=RIPEN_DAYS),
    }
    dated = {"change_id": None, "received_from": None}
    treated = correction.condition.model_copy(update=dated)
    return {
        "treated_before": treated.model_copy(update=before),
        "treated_after": treated.model_copy(update=after),
        "control_before": correction.control.model_copy(update=before),
        "control_after": correction.control.model_copy(update=after),
    }
