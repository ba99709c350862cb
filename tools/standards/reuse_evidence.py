"""What of a CB report counts in another market, what has to be tested besides, what anew?"""

from datetime import date
from typing import Literal

from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Note
from services.standards.finding import find
from services.standards.library import Library
from services.standards.records import Confidence, Relation
from tools.standards.in_market import kind_of, market_named
from tools.standards.market_match import Asked, match_market
from tools.standards.match_standards import check_covered_day
from tools.standards.product import Product, ProductQuestion, product_of
from tools.standards.reuse_judging import (
    CbReport,
    Judged,
    Reason,
    Worth,
    confidence_of,
    judged,
    recognised,
)
from tools.standards.scheme_record import AppliedScheme
from tools.standards.standards_in_use import StandardInUse
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

USUAL: dict[str, tuple[str, ...]] = {
    "tv": ("IEC_62368-1",),
    "monitor": ("IEC_62368-1",),
    "refrigerator": ("IEC_60335-2-24", "IEC_60335-1"),
    "ac_split": ("IEC_60335-2-40", "IEC_60335-1"),
    "ac_portable": ("IEC_60335-2-40", "IEC_60335-1"),
    "ac_window": ("IEC_60335-2-40", "IEC_60335-1"),
    "washing_machine": ("IEC_60335-2-7", "IEC_60335-1"),
    "washer_dryer": ("IEC_60335-2-7", "IEC_60335-1"),
}
"""Standards that a safety CB report is usually to, by kind of product."""
NO_INSPECTION = "none"


class ReuseQuery(ProductQuestion):
    """Which product, which report, for which markets."""

    markets: tuple[str, ...] = ()
    """Target markets: countries (ISO 3166-1 alpha-2) or ids of the library; at least one."""
    report: str | None = None
    """Designation that the report is to, with its edition where it is known: `IEC 62368-1:2018`;
    null: the usual one for the kind of product, which is said."""
    differences: tuple[str, ...] = ()
    """Markets whose national differences the report declares."""
    as_of: date | None = None
    """The day to judge by; null: the day of the snapshot."""


class ReuseRow(Contract):
    """One standard of one scheme."""

    scheme: str
    """Id in the library."""
    name: str
    """Its name."""
    topic: str
    """Subject of the standard, as the library's code."""
    standard: str
    """Edition to use there, or the designation where none is known."""
    worth: Worth
    reason: Reason
    relation: Relation | None
    """How the standard stands to that of the report; null: it is the same, or unrelated."""
    delta: str
    """What has to be checked (free text of the library)."""
    recognition: str | None
    """Id of the arrangement; null: none."""
    conditions: tuple[str, ...]
    """What has to be met (free text of the library)."""
    confidence: Confidence
    """The lowest of all that it rests on."""
    sources: tuple[str, ...]
    """Where its parts were read (ids of sources)."""


class MarketReuse(Contract):
    """What the report is worth in a market."""

    market: str
    """Id in the library."""
    rows: tuple[ReuseRow, ...]
    """Standards of its mandatory schemes and of those that the trade asks for."""
    formalities: tuple[str, ...]
    """Schemes that ask for no test that a report could show (names)."""
    marks: tuple[str, ...]
    """Marks that no report stands for."""
    inspections: tuple[str, ...]
    """Schemes with factory inspection, which no report stands for (names)."""
    not_reused: tuple[str, ...]
    """What the arrangements leave out (free text of the library)."""


class ReuseEvidence(Contract):
    """A CB report in the light of other markets."""

    product: Product
    """The product as the rules see it."""
    as_of: date
    """Day that was judged by."""
    report_standards: tuple[str, ...]
    """Designations that the report is taken to be to."""
    report_assumed: bool
    """Whether that was assumed from the kind of product."""
    report_edition: str | None
    """Edition of the first, in full; null: not told, or the library does not know it."""
    markets: tuple[MarketReuse, ...]
    """The target markets."""
    questions: tuple[Literal["edition", "differences"], ...]
    """What to ask before more can be said."""
    reviewed_on: str
    """Day up to which the library was looked through (ISO 8601)."""


@tool(effect="read", version=1, library=True)
def reuse_evidence(query: ReuseQuery, context: ToolContext) -> Found[ReuseEvidence]:
    """What of a CB report can be reused in a market, what needs delta tests, and what full tests?

    Call it with the report's standard and edition, and the markets whose national differences it
    declares; what is not told is asked back. It promises nothing: the receiving body decides. For
    test values of both markets call `switch_test_parameters`.

    Raises:
        InvalidArgument: no market is named, or the product may be of several kinds.
        UnknownName: the library knows neither the market nor the report's standard.
        NoData: the day is before the library begins.
    """
    library, day = context.services.standards, query.as_of or context.snapshot.as_of
    check_covered_day(library, day)
    if not query.markets:
        raise InvalidArgument("no market is named", next_step="name the target as `markets`")
    product = product_of(query, context)
    report = _report(query, kind_of(product), library)
    targets = [market_named(library, one) for one in query.markets]
    asked = Asked(product, library, day)
    found = tuple(
        _market(name, market.id, report, asked)
        for name, market in zip(query.markets, targets, strict=True)
    )
    asks: dict[Literal["edition", "differences"], bool] = {
        "edition": report.edition is None,
        "differences": not query.differences,
    }
    result = ReuseEvidence(
        product=product,
        as_of=day,
        report_standards=tuple(library.standards[one].designation for one in report.standards),
        report_assumed=query.report is None,
        report_edition=report.edition,
        markets=found,
        questions=tuple(one for one, holds in asks.items() if holds),
        reviewed_on=library.reviewed_on,
    )
    return Found(
        result=result,
        summary=_summary(result)[:SUMMARY_LIMIT],
        warnings=_warnings(result, report),
    )


def _report(query: ReuseQuery, kind: str, library: Library) -> CbReport:
    declared = frozenset(market_named(library, one).id for one in query.differences)
    usual = USUAL.get(kind, ())
    if query.report is None:
        if not usual:
            raise InvalidArgument(
                f"the library has no usual CB standard for {kind}",
                next_step="name the standard of the report as `report`",
            )
        return CbReport(usual, None, None, declared)
    found = find(library, query.report)[0]
    if not found.standards:
        raise UnknownName("standard of the library", found.asked, found.near, "search_standards")
    own = found.standards[0]
    with_part_1 = (own, "IEC_60335-1") if own.startswith("IEC_60335-2-") else (own,)
    edition = found.editions[-1] if found.editions else None
    return CbReport(with_part_1, edition, found.edition_known, declared)


def _market(name: str, market_id: str, report: CbReport, asked: Asked) -> MarketReuse:
    match = match_market(market_id, (name,), asked)
    market = asked.library.markets[market_id]
    rows, formal, left_out = list[ReuseRow](), list[str](), dict[str, None]()
    for scheme in match.applies:
        judgements: list[tuple[StandardInUse | None, Judged]] = [
            (used, judged(scheme, used, report, (asked.library, market, asked.as_of)))
            for used in scheme.standards
        ]
        alone = recognised(scheme, report, asked.library, market)
        if not scheme.standards and alone is not None:
            judgements.append((None, alone))
        if not judgements:
            formal.append(scheme.name)
        for used, found in judgements:
            rows.append(_row(scheme, used, found, report))
            if found.recognition is not None and found.worth != "full":
                left_out[found.recognition.not_reused] = None
    inspected = [one for one in match.applies if one.factory_inspection != NO_INSPECTION]
    return MarketReuse(
        market=market_id,
        rows=tuple(rows),
        formalities=tuple(formal),
        marks=tuple(dict.fromkeys(one.mark for one in match.applies if one.mark != "none")),
        inspections=tuple(one.name for one in inspected),
        not_reused=tuple(left_out),
    )


def _row(
    scheme: AppliedScheme, used: StandardInUse | None, found: Judged, report: CbReport
) -> ReuseRow:
    equal, recognition = found.equivalence, found.recognition
    counts = recognition if found.reason not in ("not_in_scope", "other_standard") else None
    parts = [scheme.source, used and used.source, equal and equal.source, counts and counts.source]
    standard = report.edition or ""
    if used is not None:
        standard = used.edition or used.designation
    return ReuseRow(
        scheme=scheme.scheme,
        name=scheme.name,
        topic=used.topic if used else scheme.topic,
        standard=standard,
        worth=found.worth,
        reason=found.reason,
        relation=equal.relation if equal else None,
        delta=equal.delta if equal else "",
        recognition=counts.id if counts else None,
        conditions=counts.conditions if counts else (),
        confidence=confidence_of(found, scheme, used),
        sources=tuple(dict.fromkeys(one for one in parts if one)),
    )


def _summary(result: ReuseEvidence) -> str:
    to = result.report_edition or " and ".join(result.report_standards)
    said = f"CB report to {to}"
    said += ", assumed from the kind of product" if result.report_assumed else ""
    for market in result.markets:
        counts = {
            worth: sum(one.worth == worth for one in market.rows)
            for worth in ("reuse", "delta", "full", "undecided")
        }
        told = ", ".join(f"{count} {worth}" for worth, count in counts.items() if count)
        said += f"; {market.market}: {told or 'no test is asked for'}"
    return f"{said}. The receiving body decides."


def _warnings(result: ReuseEvidence, report: CbReport) -> tuple[Note, ...]:
    below = sum(one.confidence != "high" for market in result.markets for one in market.rows)
    held = {
        "no_guarantee": (True, "decision support: the receiving body decides what it accepts"),
        "report_assumed": (
            result.report_assumed,
            f"the report is taken to be to {', '.join(result.report_standards)}",
        ),
        "edition_unknown": (
            report.edition_known is False,
            "the library does not know the report's edition: ask the NCB that issued it",
        ),
        "low_confidence": (below > 0, f"{below} rows rest on less than high confidence"),
    }
    return tuple(Note(code=code, text=text) for code, (holds, text) in held.items() if holds)
