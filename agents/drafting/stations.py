"""What is known of a camera station, as claims: the verdict, then each thing looked at."""

from collections.abc import Iterator
from typing import NamedTuple

from agents.drafting.claims import Sheet, count, measured, names, percent_of
from domain.camera_or_product import DOUBT
from domain.records.claim import Chance, Day, Fact, Measure, Phrase, Phrases, Said, Share, Term
from domain.records.evidence import Evidence
from domain.records.finding import Verdict
from domain.records.station import StationReason
from tools.vision.camera_or_product import CameraOrProduct
from tools.vision.vision_station_status import VisionStationStatus

HALF = 0.5
LACKING = {
    "too_few_units": "missing_units",
    "rejects_unclear": "missing_units",
    "golden_absent": "missing_golden",
    "golden_one_sample": "missing_golden",
    "lots_unknown": "missing_lots",
    "signals_absent": "missing_signals",
    "people_unclear": "missing_people",
}
"""What is missing, by the reason that tells it."""

BY_RATIO = (
    "rejects_raised",
    "rejects_usual",
    "rejects_unclear",
    "lot_raised",
    "same_lot_elsewhere",
)
"""Reasons that are worded with their odds ratio."""


def draft_camera_or_product(evidence: Evidence, sheet: Sheet) -> tuple[Phrase, ...]:
    """Add the verdict on a station that rejects more, and its reasons.

    Returns:
        What to do next.
    """
    found = CameraOrProduct.model_validate(evidence.result)
    open_still = found.verdict == "undetermined"
    facts: dict[str, Fact] = {
        "station": names(found.station_id),
        "found": Term(group="station_verdict", value=found.verdict),
        "since": Day(value=found.since),
        "last": Day(value=found.last),
        "reference_first": Day(value=found.reference_first),
        "reference_last": Day(value=found.reference_last),
    }
    held: Verdict = "undetermined" if open_still else "supported"
    window = (found.since, found.last)
    sheet.add("station_judged", facts, (evidence,), verdict=held, headline=True, window=window)
    for reason in found.reasons:
        _reason(reason, found, evidence, sheet)
    if open_still:
        _left(found, evidence, sheet)
    return _next(found)


def _reason(
    reason: StationReason, found: CameraOrProduct, evidence: Evidence, sheet: Sheet
) -> None:
    facts: dict[str, Fact] = {
        "about": _about(reason),
        "now": _value(reason, reason.now),
        "before": _value(reason, reason.before),
        "n": count(reason.n or 0),
        "lots": count(found.lots_tested),
        "ratio": measured(reason.ratio),
        "p": Chance(value=1.0 if reason.p_value is None else reason.p_value),
    }
    phrase = f"station_{reason.code}"
    if reason.code == "people_unclear" and not reason.n:
        phrase = "station_people_none"
    unclear = reason.code in LACKING
    ratio = reason.ratio if reason.code in BY_RATIO else None
    sheet.add(
        phrase, facts, (evidence,), verdict="undetermined" if unclear else "supported",
        headline=reason.code.startswith(("rejects_", "golden_", "lot_")),
        value=ratio.estimate if ratio else None, unit="odds ratio" if ratio else None,
        interval=(ratio.low, ratio.high) if ratio else None, denominator=reason.n,
        population=f"looks of {found.station_id}",
    )  # fmt: skip


def _about(reason: StationReason) -> Fact:
    if reason.code == "signal_moved":
        return Term(group="camera_signal", value=reason.about or "")
    return names(*([reason.about] if reason.about else []))


def _value(reason: StationReason, value: float | None) -> Fact:
    """A mean of a signal, or a share of units or looks."""
    if value is None or reason.code == "signal_moved":
        return Measure(value=value)
    return Share(value=value)


def _left(found: CameraOrProduct, evidence: Evidence, sheet: Sheet) -> None:
    """What the data do not rule out, and what would tell."""
    lacking = dict.fromkeys(
        LACKING[one.code] for one in found.reasons if one.code in LACKING
    )  # fmt: skip
    left = tuple(_as_phrase(one) for one in found.left)
    facts: dict[str, Fact] = {
        "left": Phrases(value=left),
        "missing": Phrases(value=tuple(Phrase(name=one) for one in lacking)),
    }
    phrase = "station_left" if lacking else "station_left_only"
    sheet.add(phrase, facts, (evidence,), verdict="undetermined", headline=True)


def _as_phrase(verdict: str) -> Phrase:
    return Phrase(name="station_cause", facts={"cause": Term(group="station_cause", value=verdict)})


def _next(found: CameraOrProduct) -> tuple[Phrase, ...]:
    if found.next_test == "none":
        return ()
    if found.next_test == "contain_lot" and found.lot_id:
        return (Phrase(name="next_contain_lot", facts={"lot": names(found.lot_id)}),)
    last = "_unnamed" if found.next_test == "contain_lot" else ""
    return (Phrase(name=f"next_{found.next_test}{last}"),)


def draft_station_health(evidence: Evidence, sheet: Sheet) -> tuple[Phrase, ...]:
    """Add whether a station is sound, and why not.

    Returns:
        What to do next.
    """
    found = VisionStationStatus.model_validate(evidence.result)
    against = tuple(_against(found))
    facts: dict[str, Fact] = {
        "station": names(found.station_id),
        "health": Term(group="station_health", value=found.health),
        "reasons": Phrases(value=against),
    }
    phrase = "station_health_because" if against else "station_health"
    sheet.add(phrase, facts, (evidence,), headline=True)
    for told in (*_counted(found), *_drift(found), *_settings(found)):
        sheet.add(told.phrase, told.facts, (evidence,), verdict=told.verdict)
    return () if found.health == "sound" else (Phrase(name=f"next_station_{found.health}"),)


class _Told(NamedTuple):
    phrase: str
    facts: dict[str, Fact]
    verdict: Verdict = "supported"


def _against(found: VisionStationStatus) -> Iterator[Phrase]:
    """What speaks against the station, as parts of a sentence."""
    setup = found.setup
    moved = [one.signal for one in found.drift if one.moved]
    p_value, overruled = found.rejects_p_value, found.overruled
    for name, holds in (
        ("health_void", bool(found.threshold_void)),
        ("health_golden", found.golden.state == "misjudged"),
        ("health_alarm", setup is not None and bool(setup.alarm)),
        ("health_golden_absent", found.golden.state == "absent"),
        ("health_rejects", p_value is not None and p_value <= DOUBT),
        ("health_overruled", overruled is not None and overruled.low > HALF),
        ("health_scale", setup is not None and setup.scale_expired),
    ):
        if holds:
            yield Phrase(name=name)
    if moved:
        yield Phrase(name="health_moved", facts={"signals": _signals(moved)})


def _counted(found: VisionStationStatus) -> Iterator[_Told]:
    golden = found.golden
    if golden.misjudged is None:
        yield _Told("station_golden_absent", {"n": count(0)}, "undetermined")
    else:
        yield _Told(
            "station_golden_now",
            {
                "share": percent_of(golden.misjudged),
                "looks": count(golden.looks),
                "p": Chance(value=1.0 if golden.p_value is None else golden.p_value),
            },
        )
    if found.rejected is not None:
        before = found.rejected_before
        facts: dict[str, Fact] = {
            "now": percent_of(found.rejected),
            "before": Measure(value=None) if before is None else percent_of(before),
        }
        yield _Told("station_rejected", facts)
    if found.overruled is not None:
        yield _Told("station_overruled", {"share": percent_of(found.overruled)})


def _drift(found: VisionStationStatus) -> Iterator[_Told]:
    for one in found.drift:
        if one.moved:
            facts: dict[str, Fact] = {
                "about": Term(group="camera_signal", value=one.signal),
                "before": Measure(value=one.before),
                "now": Measure(value=one.now),
                "p": Chance(value=one.p_value),
            }
            yield _Told("station_signal_moved", facts)
    still = [one.signal for one in found.drift if not one.moved]
    if still:
        yield _Told("station_no_drift", {"signals": _signals(still)})
    if not found.drift:
        yield _Told("station_drift_unknown", {}, "undetermined")


def _settings(found: VisionStationStatus) -> Iterator[_Told]:
    """Model and recipe in use, the threshold, and the size of a pixel."""
    if found.in_use:
        used = found.in_use[-1]
        facts: dict[str, Fact] = {
            "model": names(*filter(None, (used.model_version,))),
            "recipe": names(*filter(None, (used.recipe_id,))),
            "last": Day(value=used.last_at.date()),
        }
        yield _Told("station_in_use", facts)
    setup = found.setup
    if setup is None or setup.threshold is None:
        yield _Told("station_no_threshold", {}, "undetermined")
    else:
        name, until = names(setup.threshold.threshold_id), setup.threshold.valid_until.date()
        yield _Told("station_threshold", {"threshold": name, "until": Day(value=until)})
        if found.threshold_void:
            void = Said(value="; ".join(found.threshold_void))
            yield _Told("station_threshold_void", {"threshold": name, "reasons": void})
    if setup is None or setup.calibration_id is None or setup.scale_until is None:
        yield _Told("station_scale_none", {}, "undetermined")
    else:
        expired = "_expired" if setup.scale_expired else ""
        until = setup.scale_until.date()
        facts = {"scale": names(setup.calibration_id), "until": Day(value=until)}
        yield _Told(f"station_scale{expired}", facts)


def _signals(signals: list[str]) -> Phrases:
    return Phrases(
        value=tuple(
            Phrase(
                name="camera_signal", facts={"signal": Term(group="camera_signal", value=signal)}
            )
            for signal in signals
        )
    )
