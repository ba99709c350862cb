"""What is known of a camera station that rejects more, and what is made of it."""

from typing import Literal, NamedTuple

from domain.contingency import TwoByTwo
from domain.contract import Contract
from domain.intervals import Interval

StationVerdict = Literal["system", "product", "pose_or_lighting", "no_jump", "undetermined"]
ReasonCode = Literal[
    "rejects_raised", "rejects_usual", "rejects_unclear", "too_few_units",
    "golden_misjudged", "golden_one_sample", "golden_right", "golden_absent",
    "lot_raised", "others_usual", "others_raised", "no_lot_stands_out", "lots_unknown",
    "same_lot_elsewhere", "signal_moved", "signals_still", "signals_absent",
    "people_overrule", "people_confirm", "people_unclear",
]  # fmt: skip
NextTest = Literal[
    "run_golden_samples", "renew_golden_and_recheck", "swap_lots", "reinspect_rejects_by_person",
    "reseat_and_relight", "wait_for_units", "contain_lot", "none",
]  # fmt: skip


class LotSplit(NamedTuple):
    """Rejects of one lot beside those of the other units, in strata of the same days."""

    lot_id: str
    """The lot."""
    part_id: str
    """What it is a lot of."""
    strata: tuple[TwoByTwo, ...]
    """Rejects of units with the lot (group) and without (reference) at this station, by week."""
    elsewhere: TwoByTwo | None = None
    """The same at other stations that see the lot; None: there are none."""


class MovedSignal(NamedTuple):
    """What a signal of the station did."""

    signal: str
    """Its name."""
    before: float
    """Mean before (its unit)."""
    now: float
    """Mean now (the same)."""
    moved: bool
    """Whether its chart signalled."""
    p_value: float
    """Probability of such a chart in control."""


class GoldenLooks(NamedTuple):
    """Looks at golden samples."""

    misjudged: TwoByTwo
    """Looks that misjudged a sample; group: now, reference: before."""
    samples: int
    """Different samples that were misjudged now (count)."""


class StationEvidence(NamedTuple):
    """What is known of a station."""

    rejects: TwoByTwo
    """Units that the station rejected; group: now, reference: before."""
    golden: GoldenLooks | None
    """Looks at golden samples; None: none are recorded."""
    lots: tuple[LotSplit, ...]
    """Lots in use now; empty: genealogy is not recorded."""
    signals: tuple[MovedSignal, ...]
    """Camera signals; empty: none are recorded."""
    people: tuple[int, int] = (0, 0)
    """Rejects of now that a person looked at again, and those of them found good (counts)."""


class StationReason(Contract):
    """One thing that was looked at, with what it says."""

    code: ReasonCode
    """What was found."""
    about: str | None = None
    """The lot or signal that it speaks of."""
    p_value: float | None = None
    """One-sided p-value, adjusted for the number of lots; null: no test."""
    ratio: Interval | None = None
    """Odds now over before, or with the lot over without."""
    before: float | None = None
    """Share or mean before, or without the lot."""
    now: float | None = None
    """Share or mean now, or with the lot."""
    n: int | None = None
    """Units or looks of now (count)."""


class StationFinding(Contract):
    """The verdict with its reasons, and the test that would separate what is left."""

    verdict: StationVerdict
    """system, product, pose_or_lighting, no_jump or undetermined."""
    reasons: tuple[StationReason, ...]
    """What was looked at, in the order in which it decides."""
    left: tuple[StationVerdict, ...]
    """What the data do not rule out; one of them if the verdict is certain."""
    next_test: NextTest
    """What to do now to be sure."""
    lot_id: str | None = None
    """The lot that is rejected, if one is."""
