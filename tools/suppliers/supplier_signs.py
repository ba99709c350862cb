"""Early signs that a supplier gets worse: rejects, lateness, readings on units with its parts."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.contract import Contract
from domain.deterioration import Course, Worsening, change, holm, upper_share, worsening
from domain.intervals import Interval
from domain.records.finding import SupplierVerdict
from services.policy.suppliers import Deterioration
from tools.suppliers.delivery_rows import Deliveries, Window, day_number
from tools.suppliers.lot_readings import LotReadings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SignName = Literal["rejects", "lateness", "incoming_measurements"]
BLOCK_DAYS = 30
"""Days of a stretch of time whose deliveries may share their fate."""


class EarlySign(Contract):
    """One sign: the recent deliveries against those before."""

    sign: SignName
    """rejects: refused pieces, within each part. lateness: late consignments.
    incoming_measurements: departure of readings on units with its lots, beside units with other
    suppliers' lots at the same station in the same week."""
    status: Literal["worse", "not_shown", "shown_absent", "too_few", "not_recorded"]
    """worse: worse than before beyond chance. shown_absent: a change that matters is excluded.
    not_shown: neither. too_few: not enough deliveries to tell. not_recorded: nothing to go by."""
    recent: float | None
    """Recent share of pieces or consignments (0 to 1); null: none, or the sign is no share."""
    reference: float | None
    """The share before (0 to 1)."""
    events: int | None
    """Recent rejected pieces or late consignments (count)."""
    total: int | None
    """Recent pieces or consignments (count)."""
    reference_events: int | None
    """The same before (count)."""
    reference_total: int | None
    """The same before (count)."""
    ratio: Interval | None
    """Recent rate over that before (no unit), pooled within parts; the interval is widened by how
    far lots and months differ."""
    p_value: float | None
    """One-sided p-value of no change for the worse."""
    adjusted_p: float | None
    """The same, adjusted for all signs of the supplier (Holm)."""
    deliveries: int
    """Recent deliveries, consignments or lots (count)."""
    reference_deliveries: int
    """Those before (count)."""
    characteristic: str | None = None
    """incoming_measurements: the characteristic that moved most."""
    part: str | None = None
    """incoming_measurements: the part that it was seen with."""


class Outlook(Contract):
    """Whether a supplier gets worse."""

    verdict: SupplierVerdict
    """deteriorating: a sign is worse beyond chance. stable: rejects or lateness are recorded, and
    for each recorded one a change that matters is excluded. Else undetermined."""
    recent_from: date
    """First day of the recent deliveries (date of arrival)."""
    recent_to: date
    """Last day (date of arrival)."""
    reference_from: date
    """First day of what they are compared with (date of arrival)."""
    reference_to: date
    """Last day (date of arrival)."""
    alpha: float
    """False alarms that are accepted for one question about one supplier, 0 to 1."""
    signs: tuple[EarlySign, ...]
    """The signs."""


class _Judged(NamedTuple):
    sign: EarlySign
    excluded: bool
    """Whether a change that matters is shown not to be there."""


class Spans(NamedTuple):
    """What is compared."""

    recent: Window
    """Days that are judged."""
    reference: Window
    """Days before them."""


def spans(last: Window, rules: Deterioration) -> Spans:
    """The recent days up to the end of a window, and the days before them."""
    first = last.last_on - timedelta(days=rules.recent - 1)
    recent = Window(first, last.last_on)
    return Spans(recent, recent.before(rules.reference))


def outlook_of(
    rows: Deliveries, readings: LotReadings, compared: Spans, rules: Deterioration
) -> Outlook:
    """Judge one supplier.

    Args:
        rows: its deliveries over both spans.
        readings: readings by its lots over both spans.
        compared: the spans.
        rules: what counts as worse, and as shown absent.
    """
    judged = [
        _rejects(rows, compared, rules),
        _lateness(rows, compared, rules),
        _readings(readings, compared, rules),
    ]
    tested = [one for one in judged if one.sign.p_value is not None]
    adjusted = dict(
        zip(
            (one.sign.sign for one in tested),
            holm([one.sign.p_value or 0.0 for one in tested]),
            strict=True,
        )
    )
    signs = tuple(_settled(one, adjusted.get(one.sign.sign), rules.alpha) for one in judged)
    return Outlook(
        verdict=_verdict(signs),
        recent_from=compared.recent.first_on,
        recent_to=compared.recent.last_on,
        reference_from=compared.reference.first_on,
        reference_to=compared.reference.last_on,
        alpha=rules.alpha,
        signs=signs,
    )


def _verdict(signs: tuple[EarlySign, ...]) -> SupplierVerdict:
    if any(one.status == "worse" for one in signs):
        return "deteriorating"
    recorded = [one for one in signs[:2] if one.status != "not_recorded"]
    absent = bool(recorded) and all(one.status == "shown_absent" for one in recorded)
    return "stable" if absent else "undetermined"


def _settled(judged: _Judged, adjusted: float | None, alpha: float) -> EarlySign:
    if adjusted is None:
        return judged.sign
    status = "worse" if adjusted <= alpha else "not_shown"
    if status == "not_shown" and judged.excluded:
        status = "shown_absent"
    return judged.sign.model_copy(update={"adjusted_p": adjusted, "status": status})


def _rejects(rows: Deliveries, compared: Spans, rules: Deterioration) -> _Judged:
    import numpy as np

    rows = rows.where(rows.inspected)
    _, part = np.unique(rows.part.astype(str), return_inverse=True)
    course = _course(
        rows.delivered, part, rows.rejected.astype(np.float64), rows.quantity.astype(np.float64),
        compared,
    )  # fmt: skip
    found = rules.material.rejects, rules.material_share.rejects
    return _counted("rejects", course, rules, found)


def _lateness(rows: Deliveries, compared: Spans, rules: Deterioration) -> _Judged:
    import numpy as np

    rows = rows.consignments()
    ones = np.ones(len(rows.delivered))
    course = _course(
        rows.delivered, ones.astype(np.int64), rows.late.astype(np.float64), ones, compared
    )
    found = rules.material.lateness, rules.material_share.lateness
    return _counted("lateness", course, rules, found)


def _counted(
    sign: SignName, course: Course, rules: Deterioration, material: tuple[float, float]
) -> _Judged:
    recent, reference = int(course.recent.sum()), int((~course.recent).sum())
    if not recent + reference:
        return _Judged(_unjudged(sign, "not_recorded", 0, 0), False)
    enough = recent >= rules.fewest.recent and reference >= rules.fewest.reference
    found = worsening(course) if enough else None
    if found is None:
        return _Judged(_unjudged(sign, "too_few", recent, reference), False)
    events, total = _sums(course, recent=True)
    events_before, total_before = _sums(course, recent=False)
    ratio = change(course, found.spread, level=rules.level)
    share, share_before = events / total, events_before / total_before
    told = EarlySign(
        sign=sign,
        status="not_shown",
        recent=share,
        reference=share_before,
        events=events,
        total=total,
        reference_events=events_before,
        reference_total=total_before,
        ratio=ratio,
        p_value=found.p_value,
        adjusted_p=None,
        deliveries=found.recent,
        reference_deliveries=found.reference,
    )
    factor, more = material
    by_ratio = ratio.high is not None and ratio.high <= factor
    at_most = upper_share(course, found.spread, level=rules.level)
    return _Judged(told, by_ratio or at_most - share_before <= more)


def _readings(readings: LotReadings, compared: Spans, rules: Deterioration) -> _Judged:
    """The characteristic whose readings moved most, its p-value adjusted for all of them."""
    import numpy as np

    sign: SignName = "incoming_measurements"
    tested: list[tuple[float, str, str, Worsening]] = []
    most = (0, 0)
    for part, characteristic, lots in readings.series():
        course = _course(
            lots.received, np.zeros(len(lots.received), dtype=np.int64), lots.departure,
            np.ones(len(lots.received)), compared,
        )  # fmt: skip
        recent, reference = int(course.recent.sum()), int((~course.recent).sum())
        most = max(most, (recent, reference))
        if recent >= rules.fewest.recent and reference >= rules.fewest.reference:
            found = worsening(course)
            if found is not None:
                tested.append((found.p_value, part, characteristic, found))
    if not tested:
        status: Literal["not_recorded", "too_few"] = "too_few" if sum(most) else "not_recorded"
        return _Judged(_unjudged(sign, status, *most), False)
    p_value, part, characteristic, found = min(tested, key=lambda one: one[:3])
    told = _unjudged(sign, "not_shown", found.recent, found.reference).model_copy(
        update={
            "p_value": min(1.0, p_value * len(tested)),
            "part": part,
            "characteristic": characteristic,
        }
    )
    return _Judged(told, False)


def _course(
    day: "Ints", stratum: "Ints", events: "Floats", size: "Floats", compared: Spans
) -> Course:
    first, last = day_number(compared.recent.first_on), day_number(compared.recent.last_on)
    inside = (day >= day_number(compared.reference.first_on)) & (day <= last)
    day = day[inside]
    return Course(
        recent=day >= first,
        stratum=stratum[inside],
        block=(last - day) // BLOCK_DAYS,
        events=events[inside],
        size=size[inside],
    )


def _sums(course: Course, *, recent: bool) -> tuple[int, int]:
    inside = course.recent if recent else ~course.recent
    return int(course.events[inside].sum()), int(course.size[inside].sum())


def _unjudged(
    sign: SignName,
    status: Literal["not_recorded", "too_few", "not_shown"],
    recent: int,
    reference: int,
) -> EarlySign:
    names = ("recent", "reference", "events", "total", "reference_events", "reference_total")
    return EarlySign(
        sign=sign,
        status=status,
        ratio=None,
        p_value=None,
        adjusted_p=None,
        deliveries=recent,
        reference_deliveries=reference,
        **dict.fromkeys(names),
    )
