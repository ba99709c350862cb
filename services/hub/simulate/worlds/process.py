"""Worlds whose cause was made in the plant, and worlds that ask whether its cure worked."""

from datetime import date, timedelta

from domain.records.cause import Condition
from services.hub.simulate.worlds.declaration import (
    Change,
    Correction,
    Drift,
    Effect,
    Scenario,
    Scene,
    Stage,
    Temptation,
    until,
)

DRIFTS: list[tuple[str, str, str, float]] = [
    ("CHR-SOLDER", "TV", "FLICKER", -4.2),
    ("CHR-ALIGN", "TV", "LINES_ON_SCREEN", 4.2),
    ("CHR-DAMPER", "WM", "VIBRATION", -4.2),
]


def drift(stage: Stage) -> Scenario:
    """A characteristic drifts at one station; beyond a value the units fail more."""
    characteristic_id, family, symptom, sigmas = stage.pick(DRIFTS)
    line_id = stage.pick(stage.lines_of(family))
    share = stage.share([family], line_id[:3]) / 2
    first = stage.ago(380, 430)
    last = until(first, stage.days_for(0.7 * share, 200))
    chosen = next(
        c for c in stage.catalogue.characteristics if c.characteristic_id == characteristic_id
    )
    threshold = round(chosen.mean + (3.5 if sigmas > 0 else -3.5) * chosen.sigma, chosen.decimals)
    decoys = stage.ordinary(first, line_id[:3], 4)
    place = Condition(site_id=line_id[:3], line_id=line_id)
    condition = place.model_copy(
        update={
            "station_id": f"{line_id}-{chosen.step}",
            "characteristic_id": characteristic_id,
            "direction": "low" if sigmas < 0 else "high",
            "threshold": threshold,
        }
    )
    return Scenario(
        symptom,
        "cause_found",
        effects=(Effect(condition, stage.plan.ratio, "machine", "wear that nobody looked for"),),
        rivals=(
            Temptation(place, "the line does well as long as the value holds"),
            *(
                Temptation(Condition(change_id=c.change_id), "it fell in the same days")
                for c in decoys
            ),
        ),
        changes=decoys,
        scene=Scene(drift=Drift(characteristic_id, line_id, first, last, sigmas)),
        expected=stage.plan.failures(),
    )


def shift_change(stage: Stage) -> Scenario:
    """A change of method that one shift was not taught."""
    family, symptom = stage.pick([("WM", "VIBRATION"), ("AC", "WIFI_LOST"), ("TV", "FLICKER")])
    site_id = stage.pick(stage.sites_of(family))
    day = stage.ago(400, 440)
    change = _change(stage, day, site_id)
    shift = stage.pick(["B", "C"])
    return Scenario(
        symptom,
        "cause_found",
        effects=(
            Effect(
                Condition(change_id=change.change_id, site_id=site_id, shift=shift, built_from=day),
                stage.plan.ratio,
                "method",
                "the new sequence reached the other shifts only",
            ),
        ),
        rivals=(
            Temptation(Condition(change_id=change.change_id), "the other shifts took it well"),
            Temptation(Condition(site_id=site_id, shift=shift), "the shift was sound before it"),
            Temptation(Condition(shift=shift), "the same shift is sound at the other sites"),
        ),
        changes=(change, *stage.ordinary(day, site_id)),
        expected=stage.plan.failures(),
    )


def fix_works(stage: Stage) -> Scenario:
    """A site's fault, mended at one line; the site's other line stands beside it untouched."""
    return _fix(stage, works=True)


def fix_fails(stage: Stage) -> Scenario:
    """The action changed nothing; every line of the site got better at the same time."""
    return _fix(stage, works=False)


def _fix(stage: Stage, works: bool) -> Scenario:
    site_id, family, symptom = stage.pick(
        [("QDA", "TV", "FLICKER"), ("MTY", "TV", "FLICKER"), ("WRO", "WM", "VIBRATION")]
    )
    lines = [line for line in stage.lines_of(family) if line.startswith(site_id)]
    day = stage.ago(320, 350)
    treated = stage.pick(lines)
    change = _change(stage, day, site_id, treated)
    relief = Condition(change_id=change.change_id, site_id=site_id, line_id=treated, built_from=day)
    control = next(line for line in lines if line != treated)
    trend = 1.0 if works else 0.6
    planted = 1 / stage.plan.ratio if works else 1.0
    cause = Condition(site_id=site_id)
    effects = [Effect(cause, stage.plan.ratio, "method", "the site's tightening sequence")]
    if works:
        effects.append(Effect(relief, planted, cause=False))
    else:
        later = cause.model_copy(update={"built_from": day})
        effects.append(Effect(later, trend, cause=False))
    return Scenario(
        symptom,
        "cause_found",
        effects=tuple(effects),
        rivals=(Temptation(Condition(line_id=treated), "both lines had the fault"),),
        changes=(change, *stage.ordinary(day - timedelta(days=30), site_id)),
        expected=stage.plan.failures(scale=6.0),
        correction=Correction(
            relief,
            Condition(site_id=site_id, line_id=control),
            day,
            "effective" if works else "not_effective",
            planted,
            trend,
        ),
    )


def _change(stage: Stage, day: date, site_id: str, line_id: str | None = None) -> Change:
    description = "tightening sequence changed"
    return Change(stage.change_id(), day, site_id, line_id, "method", description)
