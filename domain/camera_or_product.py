"""A camera station rejects more than it did: is it the camera, the product, or how parts lie?

Golden samples do not change, so if they are misjudged the system has changed. If they are judged
right and the rejects belong to one lot, the product has. If neither, what remains is what the
samples do not share with production: fixture and light, unless people find the rejects truly bad.
What was not looked at is not ruled out: the answer then names the test that would tell.
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.contingency import TwoByTwo, logit_interval, require_table
from domain.intervals import binomial_interval
from domain.records.station import (
    GoldenLooks,
    LotSplit,
    MovedSignal,
    NextTest,
    ReasonCode,
    StationEvidence,
    StationFinding,
    StationReason,
    StationVerdict,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_Golden = Literal["misjudged", "right", "absent"]
_Opinion = Literal["overrule", "confirm", "unclear"]

DOUBT = 0.01
"""P-value up to which a difference counts, after adjusting for the number of lots."""
HINT = 0.05
"""P-value up to which a raised share is neither shown nor ruled out."""
FEWEST_UNITS = 20
"""Units before, and units now, below which nothing is said of the share of rejects (count)."""
FEWEST_LOOKS = 10
"""Looks at golden samples now, below which they rule nothing out (count)."""


class _Seen(NamedTuple):
    raised: bool
    golden: _Golden
    lot_id: str | None
    others_raised: bool
    elsewhere: bool
    moved: bool
    people: _Opinion


def camera_or_product(evidence: StationEvidence) -> StationFinding:
    """Judge why a station rejects more.

    Tests are exact. Lots are compared within weeks, because one that came into use as the trouble
    grew would look bad by its dates alone, and at every station that sees them.

    Args:
        evidence: counts of now and before, lots, golden samples, signals, second looks.

    Returns:
        The verdict. Misjudged golden samples decide even without a jump: a camera that has begun
        to fail misses defects first.

    Raises:
        InvalidArgument: a count is no count, or more units fail than there are.
    """
    rejects, raised = _rejects(evidence.rejects)
    golden, state = _golden(evidence.golden)
    lots, lot_id, others_raised = _lots(evidence)
    signals, moved = _signals(evidence.signals)
    people, opinion = _people(*evidence.people)
    elsewhere = any(one.code == "same_lot_elsewhere" for one in lots)
    seen = _Seen(raised, state, lot_id, others_raised, elsewhere, moved, opinion)
    verdict, left, test = _decide(seen, quiet=rejects.code == "rejects_usual")
    return StationFinding(
        verdict=verdict,
        reasons=(rejects, golden, *lots, *signals, people),
        left=left,
        next_test=test,
        lot_id=lot_id if raised else None,
    )


_Decision = tuple[StationVerdict, tuple[StationVerdict, ...], NextTest]


def _decide(seen: _Seen, *, quiet: bool) -> _Decision:
    if seen.golden == "misjudged":
        return "system", ("system",), "renew_golden_and_recheck"
    if not seen.raised:
        return _not_raised(quiet=quiet)
    if seen.lot_id is not None and not seen.others_raised:
        if seen.golden == "right" or seen.people == "confirm" or seen.elsewhere:
            return "product", ("product",), "contain_lot"
        return "undetermined", ("product", "system"), "run_golden_samples"
    if seen.golden == "absent":
        return "undetermined", ("system", "product", "pose_or_lighting"), "run_golden_samples"
    return _neither(seen)


def _not_raised(*, quiet: bool) -> _Decision:
    if quiet:
        return "no_jump", ("no_jump",), "none"
    return "undetermined", ("no_jump", "product", "pose_or_lighting"), "wait_for_units"


def _neither(seen: _Seen) -> _Decision:
    """Golden samples are judged right, and no lot explains the rejects."""
    if seen.people == "confirm":
        return "product", ("product",), "swap_lots"
    if seen.moved or seen.people == "overrule":
        return "pose_or_lighting", ("pose_or_lighting",), "reseat_and_relight"
    return "undetermined", ("product", "pose_or_lighting"), "reinspect_rejects_by_person"


def _rejects(table: TwoByTwo) -> tuple[StationReason, bool]:
    if min(table.units, table.reference_units) < FEWEST_UNITS:
        return StationReason(code="too_few_units", n=table.units), False
    p_value = raised_p_value(table)
    code: ReasonCode = "rejects_usual"
    if p_value <= HINT:
        code = "rejects_raised" if p_value <= DOUBT else "rejects_unclear"
    return _compared(code, table, p_value), code == "rejects_raised"


def _golden(golden: GoldenLooks | None) -> tuple[StationReason, _Golden]:
    if golden is None or golden.misjudged.units < FEWEST_LOOKS:
        looks = golden.misjudged.units if golden else 0
        return StationReason(code="golden_absent", n=looks), "absent"
    table = golden.misjudged
    # Samples without a record of before are held to what a sound system does: it judges them right.
    known = table if table.reference_units else table._replace(reference_units=table.units)
    p_value = raised_p_value(known)
    if p_value > DOUBT:
        return _compared("golden_right", known, p_value), "right"
    if golden.samples == 1:
        return _compared("golden_one_sample", known, p_value), "absent"
    return _compared("golden_misjudged", known, p_value), "misjudged"


def _lots(evidence: StationEvidence) -> tuple[list[StationReason], str | None, bool]:
    """What the lots say, the lot that stands out, and whether the others are raised too."""
    if not evidence.lots:
        return [StationReason(code="lots_unknown")], None, False
    tested = [(raised_p_value(*_everywhere(one)), one) for one in evidence.lots]
    p_value, lot = min(tested, key=lambda pair: pair[0])
    adjusted = min(1.0, p_value * len(tested))
    whole = _summed(lot.strata)
    if adjusted > DOUBT:
        reason = _compared("no_lot_stands_out", whole, adjusted, lot.lot_id)
        return [reason], None, False
    reasons = [_compared("lot_raised", whole, adjusted, lot.lot_id)]
    if lot.elsewhere is not None and (there := raised_p_value(lot.elsewhere)) <= DOUBT:
        reasons.append(_compared("same_lot_elsewhere", lot.elsewhere, there, lot.lot_id))
    before = evidence.rejects
    others = TwoByTwo(
        whole.reference_events, whole.reference_units, before.reference_events,
        before.reference_units,
    )  # fmt: skip
    others_p = raised_p_value(others)
    raised = others_p <= DOUBT
    reasons.append(_compared("others_raised" if raised else "others_usual", others, others_p))
    return reasons, lot.lot_id, raised


def _signals(signals: tuple[MovedSignal, ...]) -> tuple[list[StationReason], bool]:
    if not signals:
        return [StationReason(code="signals_absent")], False
    moved = [one for one in signals if one.moved]
    if not moved:
        return [StationReason(code="signals_still")], False
    return [
        StationReason(
            code="signal_moved",
            about=one.signal,
            p_value=one.p_value,
            before=one.before,
            now=one.now,
        )
        for one in moved
    ], True


def _people(looked: int, found_good: int) -> tuple[StationReason, _Opinion]:
    if not looked:
        return StationReason(code="people_unclear", n=0), "unclear"
    share = binomial_interval(found_good, looked)
    code: ReasonCode = "people_unclear"
    opinion: _Opinion = "unclear"
    if share.low > 0.5:
        code, opinion = "people_overrule", "overrule"
    elif share.high is not None and share.high < 0.5:
        code, opinion = "people_confirm", "confirm"
    return StationReason(code=code, now=share.estimate, n=looked), opinion


def raised_p_value(*strata: TwoByTwo) -> float:
    """Exact one-sided p-value of no more events in the group than in the reference.

    Args:
        strata: one table, or several within which alone is compared.

    Source: R. Fisher, Statistical Methods for Research Workers, 5th edition (1934); M. Zelen, The
    analysis of several 2 x 2 contingency tables, Biometrika 58 (1971), for strata.
    """
    import numpy as np

    chances, least = np.ones(1), 0
    for table in strata:
        require_table(table)
        if table.informative:
            fewest, own = _given_margins(table)
            chances, least = np.convolve(chances, own), least + fewest
    seen = sum(table.events for table in strata if table.informative)
    return min(1.0, float(chances[seen - least :].sum()))


def _given_margins(table: TwoByTwo) -> tuple[int, "Floats"]:
    """Fewest events that the group can have, and the probability of that number and each larger."""
    import numpy as np
    from scipy.special import gammaln

    events = table.events + table.reference_events
    fewest, most = max(0, events - table.reference_units), min(events, table.units)
    counts = np.arange(fewest, most + 1)
    others = events - counts
    ways = -(
        gammaln(counts + 1)
        + gammaln(table.units - counts + 1)
        + gammaln(others + 1)
        + gammaln(table.reference_units - others + 1)
    )
    chances = np.exp(ways - ways.max())
    return fewest, chances / chances.sum()


def _everywhere(lot: LotSplit) -> tuple[TwoByTwo, ...]:
    return lot.strata if lot.elsewhere is None else (*lot.strata, lot.elsewhere)


def _summed(strata: tuple[TwoByTwo, ...]) -> TwoByTwo:
    return TwoByTwo(*(sum(column) for column in zip(*strata, strict=True)))


def _compared(
    code: ReasonCode, table: TwoByTwo, p_value: float, about: str | None = None
) -> StationReason:
    return StationReason(
        code=code,
        about=about,
        p_value=p_value,
        ratio=logit_interval(table, 0.95),
        before=table.reference_events / table.reference_units if table.reference_units else None,
        now=table.events / table.units if table.units else None,
        n=table.units,
    )
