"""How do suppliers deliver, how are they rated, and is one of them getting worse?"""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument, NoData
from domain.records.evidence import Exclusion, Note
from services.policy.suppliers import SupplierPolicy
from tools.exclusions import left_out, quarantined
from tools.names import resolve
from tools.suppliers.delivery_rows import Deliveries, Window, deliveries_of
from tools.suppliers.lot_readings import lot_readings
from tools.suppliers.open_scars import read_book
from tools.suppliers.supplier_cards import Material, SupplierCard, cards, names_of
from tools.suppliers.supplier_comparison import SupplierComparison, comparisons
from tools.suppliers.supplier_field import field_claims
from tools.suppliers.supplier_rating import rating_days
from tools.suppliers.supplier_signs import spans
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

TABLES = ("deliveries", "suppliers", "part_lots", "unit_parts", "claims", "measurements")
NAMED = 3
"""Suppliers that a summary names (count)."""
MOST_LISTED = 100
CLUSTERED = 0.7
"""Consignments over deliveries below which deliveries are said to come together."""


class SupplierScorecardQuery(Contract):
    """Which suppliers, over what time."""

    suppliers: tuple[str, ...] = ()
    """Suppliers by code or name; none: all with deliveries. Two to six are compared in pairs."""
    parts: tuple[str, ...] = ()
    """Only these parts; none: all."""
    first_on: date | None = None
    """First day of arrival; null: one rating period before the last day."""
    last_on: date | None = None
    """Last day of arrival; null, or a later day: the day up to which data are known."""
    most: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 30
    """Most suppliers listed (count); the others are counted."""


class SupplierScorecard(Contract):
    """Cards of suppliers."""

    first_on: date
    """First day of arrival of the figures."""
    last_on: date
    """Last day of arrival; rating periods and outlook end with it too."""
    as_of: date
    """Day up to which data were known."""
    suppliers: tuple[SupplierCard, ...]
    """The suppliers, the best score first, then those without one."""
    not_listed: int
    """Suppliers beyond the number asked for (count)."""
    comparisons: tuple[SupplierComparison, ...]
    """Pairs of the suppliers asked for, within each part."""
    period_days: int
    """Length of a rating period (days)."""
    minimum_pieces: int
    """Inspected pieces in a period below which quality is not rated (count)."""
    minimum_deliveries: int
    """Deliveries in a period below which nothing is rated (count)."""
    hysteresis: int
    """Rated periods in a row that move a band by one step (count)."""
    policy_version: str
    """Version of the supplier rules."""


@tool(effect="read", version=1)
def supplier_scorecard(
    query: SupplierScorecardQuery, context: ToolContext
) -> Found[SupplierScorecard]:
    """How do suppliers deliver, in which band do they stand, and does one of them get worse?

    PPM, refused deliveries and delivery to commit with exact intervals, claims on supplied parts,
    the band by the house rules, early signs against the year before, and pairs compared within
    each part. A band is changed by a person only. For one lot call `sampling_plan`; for why units
    fail call `rank_causes`.

    Raises:
        UnknownName: the hub has no such supplier or part.
        InvalidArgument: the window ends before it starts.
        NoData: no delivery of them is recorded.
    """
    policy = context.services.supplier_policy
    window = _window(query, context, policy)
    asked = resolve(context, "supplier", query.suppliers) or None
    parts = resolve(context, "part", query.parts) or None
    rows = deliveries_of(context, _longest(window, policy), suppliers=asked, parts=parts)
    inside = rows.during(window)
    listed = asked or sorted(set(inside.supplier.tolist()))
    if not listed or not len(rows.supplier):
        raise NoData(
            f"no delivery of {', '.join(asked or ['any supplier'])[:120]} is recorded up to"
            f" {window.last_on}",
            next_step="widen the window, or ask `describe_hub` what dates the hub covers",
        )
    made_from = _material(rows, window, (asked, parts), context)
    found = cards(listed, made_from, window, policy)
    rules = policy.rules
    result = SupplierScorecard(
        first_on=window.first_on,
        last_on=window.last_on,
        as_of=context.snapshot.as_of,
        suppliers=found[: query.most],
        not_listed=max(0, len(found) - query.most),
        comparisons=comparisons(inside, asked or [], 0.95),
        period_days=rules.period.days,
        minimum_pieces=rules.minimum.pieces,
        minimum_deliveries=rules.minimum.deliveries,
        hysteresis=rules.hysteresis,
        policy_version=policy.version,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, inside, query),
        excluded=_left_out(inside, window, (asked, parts), context),
    )


def _window(query: SupplierScorecardQuery, context: ToolContext, policy: SupplierPolicy) -> Window:
    last_on = min(query.last_on or context.snapshot.as_of, context.snapshot.as_of)
    first_on = query.first_on or last_on - timedelta(days=policy.rules.period.days - 1)
    if first_on > last_on:
        raise InvalidArgument(f"the window starts on {first_on} and ends on {last_on} before it")
    return Window(first_on, last_on)


def _longest(window: Window, policy: SupplierPolicy) -> Window:
    """The window with all that rating and outlook look back on."""
    reference = spans(window, policy.rules.deterioration).reference.first_on
    rated = window.last_on - timedelta(days=rating_days(policy) - 1)
    return Window(min(window.first_on, reference, rated), window.last_on)


def _material(
    rows: Deliveries,
    window: Window,
    asked: tuple[list[str] | None, list[str] | None],
    context: ToolContext,
) -> Material:
    compared = spans(window, context.services.supplier_policy.rules.deterioration)
    both = Window(compared.reference.first_on, compared.recent.last_on)
    book = context.memory.casebook
    return Material(
        rows=rows,
        readings=lot_readings(context, both, *asked),
        field=field_claims(context, window, *asked),
        book=read_book(book, asked[0]) if book else None,
        names=names_of(context, asked[0]),
    )


def _left_out(
    rows: Deliveries,
    window: Window,
    asked: tuple[list[str] | None, list[str] | None],
    context: ToolContext,
) -> tuple[Exclusion, ...]:
    missing = context.snapshot.query(
        "deliveries_without_day",
        first=window.first_on,
        last=window.last_on,
        suppliers=asked[0],
        parts=asked[1],
    )
    own = left_out(
        deliveries_with_more_rejected_than_delivered=int(rows.contradictory.sum()),
        deliveries_without_promised_day=int((~rows.due).sum()),
        deliveries_due_without_day_of_arrival=int(missing.values[0][0]),
    )
    return (*own, *quarantined(context, TABLES))


def _warnings(
    result: SupplierScorecard, rows: Deliveries, query: SupplierScorecardQuery
) -> tuple[Note, ...]:
    shown = result.suppliers
    internal = [one.supplier_id for one in shown if one.rating.status == "internal"]
    few = [one.supplier_id for one in shown if one.rating.status == "too_few"]
    alone = [one for one in shown if one.rating.rated_by == ("delivery",)]
    turned = [one for one in result.comparisons if one.reversed_by_parts]
    pieces = any(one.ratio and one.by == "rejects" for one in result.comparisons)
    named = any(one.field and one.field.claimed.events for one in shown)
    cut = query.last_on is not None and query.last_on > result.last_on
    together = len(rows.consignments().delivered) < CLUSTERED * int(rows.due.sum())
    said = (
        (bool(internal), "internal", f"our own, not rated: {', '.join(internal)[:120]}"),
        (bool(few), "too_few", f"too few deliveries for a band: {', '.join(few)[:120]}"),
        (bool(alone), "delivery_only", "no rejects are recorded for some: rated by delivery alone"),
        (bool(turned), "reversed_by_parts", "the crude comparison turns round within parts"),
        (together, "consignments", "many deliveries arrive together: rated by consignments"),
        (named, "claims_name_parts", "claims name the part that was replaced, not who is at fault"),
        (pieces, "lots_clump", "pieces of a lot share their fate: a comparison looks too sure"),
        (cut, "window_cut", f"data are known up to {result.last_on} only"),
    )
    return tuple(Note(code=code, text=text) for holds, code, text in said if holds)


def _summary(result: SupplierScorecard) -> str:
    count = len(result.suppliers) + result.not_listed
    said = f"{count} supplier{'s' if count > 1 else ''}, {result.first_on} to {result.last_on}. "
    worse = [
        one.supplier_id
        for one in result.suppliers
        if one.outlook and one.outlook.verdict == "deteriorating"
    ]
    if worse:
        said += f"Deteriorating: {', '.join(worse[:5])}. "
    return said + " ".join(_told(card) for card in result.suppliers[:NAMED])


def _told(card: SupplierCard) -> str:
    said = card.supplier_id[:30] + ":"
    if ppm := card.measures.ppm:
        bounds = f"[{ppm.interval.low:.0f}, {ppm.interval.high:.0f}]"
        said += f" {ppm.interval.estimate:.0f} PPM {bounds} of {ppm.received:,};"
    if on_time := card.measures.on_time:
        said += f" {on_time.interval.estimate:.1%} on time of {on_time.total:,};"
    rating = card.rating
    said += f" band {rating.band}" if rating.status == "rated" else f" {rating.status}"
    verdict = f", {card.outlook.verdict}" if card.outlook else ""
    return said.replace("too_few", "too few to rate") + f"{verdict}."
