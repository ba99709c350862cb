"""What of a CB report counts in another market, what has to be tested besides, what anew?"""

from datetime import date
from typing import Literal

from domain.contract import Contract
from domain.errors import InvalidArgument, UnknownName
from domain.records.evidence import Note
from services.standards.finding import Found as Named
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
    Place,
    Reason,
    Reported,
    Worth,
    confidence_of,
    judged,
    without_standard,
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
NOT_TOLD = Reported(None, None, None)


class ReuseQuery(ProductQuestion):
    """Which product, which report, for which markets."""

    markets: tuple[str, ...] = ()
    """Target markets: countries (ISO 3166-1 alpha-2) or ids of the library; at least one."""
    report: str | None = None
    """Designations that the report is to, with their editions where they are known:
    `IEC 62368-1:2018`, `IEC 60335-2-24:2020 with IEC 60335-1:2010+A1+A2`; null: the usual ones for
    the kind of product, which is said."""
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
    """Accepted edition that the report's fits, else the one to use there; the designation where
    none is known; the scheme's name where the library names no standard for it."""
    worth: Worth
    """What the report is worth for it."""
    reason: Reason
    """Why."""
    relation: Relation | None
    """How the standard stands to that of the report; null: it is the same, or no relation is
    known."""
    delta: str
    """What has to be checked (free text of the library)."""
    recognition: str | None
    """Id of the arrangement; null: none."""
    carried: str
    """What the arrangement carries over (free text of the library)."""
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
        InvalidArgument: no market is named, the product may be of several kinds, or the report is
            to a national standard.
        UnknownName: the library does not know a market, or the report's standard.
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
        "edition": any(one.known is None for one in report.standards.values()),
        "differences": not query.differences,
    }
    result = ReuseEvidence(
        product=product,
        as_of=day,
        report_standards=tuple(library.standards[one].designation for one in report.standards),
        report_assumed=query.report is None,
        report_edition=next(iter(report.standards.values())).ref,
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
    if query.report is None:
        if kind not in USUAL:
            raise InvalidArgument(
                f"the library has no usual CB standard for {kind}",
                next_step="name the standard of the report as `report`",
            )
        return CbReport(dict.fromkeys(USUAL[kind], NOT_TOLD), declared)
    held = dict[str, Reported]()
    for one in find(library, query.report):
        if not one.standards:
            raise UnknownName("standard of the library", one.asked, one.near, "search_standards")
        held |= {standard: _reported(library, standard, one) for standard in one.standards}
    if any(one.startswith("IEC_60335-2-") for one in held):
        held.setdefault("IEC_60335-1", NOT_TOLD)
    return CbReport(held, declared)


def _reported(library: Library, standard: str, found: Named) -> Reported:
    """The edition that a report is to.

    Raises:
        InvalidArgument: the standard is a national one.
    """
    row = library.standards[standard]
    if row.markets:
        based = [one.a for one in library.equivalences.values() if one.b == standard]
        bases = ", ".join(library.standards[one].designation for one in based)
        raise InvalidArgument(
            f"{row.designation} is a national standard; a CB report is to an international one",
            next_step=f"name its base ({bases or 'IEC or CISPR'}) with the report's edition",
        )
    fitting = [one for one in row.editions if one.ref in found.editions]
    if not fitting:
        return Reported(None, None, found.edition_known)
    return Reported(fitting[-1].ed, fitting[-1].ref, found.edition_known)


def _market(name: str, market_id: str, report: CbReport, asked: Asked) -> MarketReuse:
    match = match_market(market_id, (name,), asked)
    place = Place(asked.library, asked.library.markets[market_id], asked.as_of)
    rows, formal, left_out = list[ReuseRow](), list[str](), dict[str, None]()
    for scheme in match.applies:
        judgements: list[tuple[StandardInUse | None, Judged]] = [
            (used, judged(scheme, used, report, place)) for used in scheme.standards
        ]
        alone = without_standard(scheme, report, place) if not scheme.standards else None
        judgements += [(None, alone)] if alone is not None else []
        if not judgements:
            formal.append(scheme.name)
        for used, found in judgements:
            rows.append(_row(scheme, used, found))
            if found.recognition is not None:
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


def _row(scheme: AppliedScheme, used: StandardInUse | None, found: Judged) -> ReuseRow:
    equal, recognition = found.equivalence, found.recognition
    parts = (scheme, used, equal, recognition)
    return ReuseRow(
        scheme=scheme.scheme,
        name=scheme.name,
        topic=used.topic if used else scheme.topic,
        standard=found.edition or (used.edition or used.designation if used else scheme.name),
        worth=found.worth,
        reason=found.reason,
        relation=equal.relation if equal else None,
        delta=equal.delta if equal else "",
        recognition=recognition.id if recognition else None,
        carried=recognition.reuse if recognition else "",
        conditions=recognition.conditions if recognition else (),
        confidence=confidence_of(found, scheme, used),
        sources=tuple(dict.fromkeys(one.source for one in parts if one)),
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
            any(one.known is False for one in report.standards.values()),
            "the library does not know the report's edition: ask the NCB that issued it",
        ),
        "low_confidence": (below > 0, f"{below} rows rest on less than high confidence"),
    }
    return tuple(Note(code=code, text=text) for code, (holds, text) in held.items() if holds)
