"""Rejects of a camera station jumped: the system, the product, or how parts lie and are lit?"""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from domain.camera_or_product import camera_or_product as judge
from domain.contingency import TwoByTwo
from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.records.evidence import Note
from domain.records.station import (
    MovedSignal,
    NextTest,
    StationEvidence,
    StationReason,
    StationVerdict,
)
from tools.exclusions import quarantined
from tools.names import resolve
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool
from tools.vision.lot_splits import lot_splits
from tools.vision.station_days import (
    Windows,
    camera_signals,
    golden_looks,
    vision_days,
    windows,
)

TABLES = ("inspections", "unit_parts", "signals")
_WORDS: dict[StationVerdict, str] = {
    "system": "it is the inspection system: golden pieces, which do not change, are misjudged",
    "product": "it is the product: golden pieces are judged right, or people confirm the rejects",
    "pose_or_lighting": "it is how parts lie or are lit: golden pieces are judged right, no lot"
    " stands out",
    "no_jump": "rejects have not risen",
    "undetermined": "camera or product: the tables do not tell",
}
_TESTS: dict[NextTest, str] = {
    "run_golden_samples": "run the golden pieces now",
    "renew_golden_and_recheck": "set the station up, re-run golden pieces, look again at passes",
    "swap_lots": "build with another lot of each part and compare",
    "reinspect_rejects_by_person": "have a person look at 30 rejects",
    "reseat_and_relight": "seat one good part 30 times, with the fixture and light set up anew",
    "wait_for_units": "wait for 20 units",
    "contain_lot": "hold the lot, and have a person look at its rejects",
    "none": "nothing",
}


class CameraOrProductQuery(Contract):
    """Which station, and since when."""

    station_id: str
    """Camera station, for example `QDA-L1-VIS`."""
    since: date | None = None
    """First day of the trouble (UTC); null: the last `now_days` days are looked at."""
    now_days: Annotated[int, Field(ge=1, le=90)] = 14
    """Length of now, without `since` (days)."""
    gap_days: Annotated[int, Field(ge=0, le=90)] = 21
    """Days before now that count for neither side, because a fault may grow slowly."""
    before_days: Annotated[int, Field(ge=20, le=365)] = 60
    """Length of the reference before that (days)."""


class CameraOrProduct(Contract):
    """What the jump comes from, with its reasons and the test that would separate the rest."""

    station_id: str
    """The station."""
    verdict: StationVerdict
    """system, product, pose_or_lighting, no_jump, or undetermined."""
    left: tuple[StationVerdict, ...]
    """What the data do not rule out."""
    reasons: tuple[StationReason, ...]
    """What was looked at, in the order in which it decides."""
    next_test: NextTest
    """What to do now to be sure."""
    test_says: str
    """The same in words."""
    lot_id: str | None
    """The lot that is rejected, if one is."""
    since: date
    """First day of now."""
    last: date
    """Last day of now."""
    reference_first: date
    """First day of the reference."""
    reference_last: date
    """Its last day."""
    lots_tested: int
    """Lots in use now that were compared (count)."""


@tool(effect="read", version=1)
def camera_or_product(query: CameraOrProductQuery, context: ToolContext) -> Found[CameraOrProduct]:
    """A camera station rejects more: is it the camera, the product, or how parts lie?

    Call it when vision rejects jump. Golden pieces, lots, camera signals and people's second looks
    decide; what was not looked at is not ruled out, and the test that would tell is named. For a
    station without golden pieces or signals `station_trend` compares scores across a jump.

    Raises:
        UnknownName: the station is not in the hub.
        NoData: it has no vision verdicts in that window.
        InvalidArgument: `since` lies after the day that counts as now.
    """
    station = resolve(context, "station", [query.station_id])[0]
    of = _windows(query, context.snapshot.as_of)
    seen = vision_days(station, of, context)
    if not seen.rejects.units and not seen.rejects.reference_units:
        raise NoData(
            f"{station} has no vision verdicts from {of.first} to {of.last}",
            next_step="widen the window; `station_trend` knows other methods of inspection",
        )
    lots = lot_splits(station, of, context)
    evidence = StationEvidence(
        rejects=seen.rejects,
        golden=golden_looks(station, of, context),
        lots=lots,
        signals=tuple(
            MovedSignal(one.signal, one.before, one.now, one.moved, one.p_value)
            for one in camera_signals(station, of, context)
        ),
        people=(seen.examined, seen.cleared),
    )
    finding = judge(evidence)
    result = CameraOrProduct(
        station_id=station,
        **dict(finding),
        test_says=_TESTS[finding.next_test],
        since=of.since,
        last=of.last,
        reference_first=of.first,
        reference_last=of.known,
        lots_tested=len(lots),
    )
    return Found(
        result=result,
        summary=_summary(result, seen.rejects)[:SUMMARY_LIMIT],
        warnings=_warnings(result, query),
        excluded=quarantined(context, TABLES),
    )


def _windows(query: CameraOrProductQuery, as_of: date) -> Windows:
    if query.since is None:
        return windows(as_of, query.now_days, query.gap_days, query.before_days)
    if query.since > as_of:
        raise InvalidArgument(
            f"the trouble began on {query.since}, and now is {as_of}",
            next_step="give a day up to now, or ask with a later --as-of",
        )
    return windows(as_of, (as_of - query.since).days + 1, 0, query.before_days)


def _summary(result: CameraOrProduct, rejects: TwoByTwo) -> str:
    said = f"{result.station_id}: {_WORDS[result.verdict]}. Rejects {rejects.events:,} of"
    said += f" {rejects.units:,} since {result.since}, {rejects.reference_events:,} of"
    said += f" {rejects.reference_units:,} before."
    if result.lot_id is not None:
        said += f" Lot {result.lot_id}."
    return said + f" Next: {result.test_says}."


def _warnings(result: CameraOrProduct, query: CameraOrProductQuery) -> tuple[Note, ...]:
    codes = {one.code for one in result.reasons}
    found: dict[str, str] = {}
    if "golden_absent" in codes:
        found["golden_absent"] = "no or too few looks at golden pieces: the camera is not cleared"
    if "lots_unknown" in codes:
        found["lots_unknown"] = "no genealogy in that window: no lot is cleared"
    if "signals_absent" in codes:
        found["signals_absent"] = "no camera signals with enough days: pose and light are not seen"
    if query.since is None:
        ends = result.reference_last + timedelta(days=1)
        found["fixed_windows"] = (
            f"compared are fixed windows; {ends} to {result.since - timedelta(days=1)} counts for"
            " neither. Name `since` where it is known"
        )
    return tuple(Note(code=code, text=text) for code, text in found.items())
