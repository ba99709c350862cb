"""What a CB report is worth for one standard of a scheme: reuse, delta tests, or all anew."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

from services.standards.editions import edition_states
from services.standards.library import Library
from services.standards.records import Confidence, Equivalence, Market, Recognition
from tools.standards.scheme_record import AppliedScheme
from tools.standards.standards_in_use import StandardInUse

Worth = Literal["reuse", "delta", "full", "undecided"]
"""reuse: the evidence counts as it is, under the conditions. delta: with tests of the differences.
full: it says nothing here. undecided: more has to be known of the report."""
Reason = Literal[
    "same_edition", "differences_in_report", "national_differences", "newer_edition",
    "edition_not_told", "edition_unknown", "edition_over", "tested_in_country", "other_standard",
    "not_in_scope", "no_recognition",
]  # fmt: skip
"""same_edition: the edition to use is that of the report. differences_in_report: the target's are
declared in it. newer_edition, edition_over: the target uses another edition; the report's is no
longer accepted. tested_in_country: the target wants its own laboratories. not_in_scope: a CB report
to this standard is about another subject. no_recognition: none is known between the two."""
CB = "MR-CB"
"""The arrangement by which CB reports count elsewhere (id in the library)."""
TESTED_IN_COUNTRY = frozenset({"MR-IN-CB"})
"""Recognitions whose row says that tests are done again in laboratories of the country."""
SAME_TEXT = ("IDT", "MOD", "BASED")


class CbReport(NamedTuple):
    """The report, as far as it is told."""

    standards: tuple[str, ...]
    """Standards that it is to (ids); a part 2 and its part 1."""
    edition: str | None
    """Edition of the first, in full; None: not told."""
    edition_known: bool | None
    """Whether the library knows it; None: none was told."""
    differences: frozenset[str]
    """Markets whose national differences it declares (ids)."""


class Judged(NamedTuple):
    """A verdict with what it rests on."""

    worth: Worth
    reason: Reason
    equivalence: Equivalence | None
    recognition: Recognition | None


def judged(
    scheme: AppliedScheme,
    used: StandardInUse,
    report: CbReport,
    place: tuple[Library, Market, date],
) -> Judged:
    """What the report is worth for one standard by which a scheme is met.

    Args:
        scheme: the scheme of the target market.
        used: the standard, with the edition to use there.
        report: the report.
        place: library, target market and day.
    """
    library, market, day = place
    recognition = _recognition(library, market, scheme.scheme)
    base = _base(library, used.standard, report.standards)
    if base is None:
        same_topic = any(library.standards[one].topic == used.topic for one in report.standards)
        reason: Reason = "other_standard" if same_topic else "not_in_scope"
        return Judged("full", reason, None, recognition)
    if recognition is None:
        return Judged("undecided", "no_recognition", base.equivalence, None)
    if recognition.id in TESTED_IN_COUNTRY:
        return Judged("full", "tested_in_country", base.equivalence, recognition)
    worth, reason = _by_edition(base, used, report, (library, market, day))
    return Judged(worth, reason, base.equivalence, recognition)


def recognised(
    scheme: AppliedScheme, report: CbReport, library: Library, market: Market
) -> Judged | None:
    """What the report is worth for a scheme that names no standard; None: nothing says so."""
    own = _own(library, market, scheme.scheme)
    if own is None or not set(own.standards) & set(report.standards):
        return None
    if report.edition is None:
        return Judged("undecided", "edition_not_told", None, own)
    if market.id in report.differences or market.parent in report.differences:
        return Judged("reuse", "differences_in_report", None, own)
    return Judged("delta", "national_differences", None, own)


class _Base(NamedTuple):
    standard: str
    equivalence: Equivalence | None


def _base(library: Library, target: str, reported: Iterable[str]) -> _Base | None:
    """How a target standard rests on one of the report's; None: it does not."""
    for standard in reported:
        if standard == target:
            return _Base(standard, None)
    for one in library.equivalences.values():
        if one.a in set(reported) and one.b == target and one.relation in SAME_TEXT:
            return _Base(one.a, one)
    return None


def _by_edition(
    base: _Base, used: StandardInUse, report: CbReport, place: tuple[Library, Market, date]
) -> tuple[Worth, Reason]:
    library, market, day = place
    if report.edition is None:
        return "undecided", "edition_not_told"
    if report.edition_known is False:
        return "undecided", "edition_unknown"
    states = edition_states(library, library.standards[base.standard], day).editions
    state = next((one.state for one in states if one.ref == report.edition), "unknown")
    if state == "withdrawn":
        return "full", "edition_over"
    differences = market.id in report.differences or market.parent in report.differences
    if base.equivalence is None:
        accepted = {used.edition, *used.also_accepted}
        return (
            ("reuse", "same_edition") if report.edition in accepted else ("delta", "newer_edition")
        )
    if differences:
        return (
            ("reuse", "differences_in_report") if state == "current" else ("delta", "newer_edition")
        )
    if base.equivalence.relation == "IDT" and state == "current":
        return "reuse", "same_edition"
    return "delta", "national_differences"


def _recognition(library: Library, market: Market, scheme: str) -> Recognition | None:
    """The arrangement that says most: the target's own with the CB scheme, else the CB scheme."""
    own = _own(library, market, scheme)
    if own is not None:
        return own
    general = library.recognitions.get(CB)
    places = {market.id, market.parent}
    return general if general is not None and places & set(general.parties) else None


def _own(library: Library, market: Market, scheme: str) -> Recognition | None:
    places = {market.id, market.parent}
    own = (
        one
        for one in library.recognitions.values()
        if "INT" in one.parties and scheme in one.schemes and places & set(one.parties)
    )
    return next(own, None)


def confidence_of(
    found: Judged, scheme: AppliedScheme, used: StandardInUse | None = None
) -> Confidence:
    """The lowest confidence of all that a verdict rests on."""
    ranked: tuple[Confidence, ...] = ("low", "medium", "high")
    rows = [one for one in (found.equivalence, found.recognition) if one is not None]
    held = [scheme.confidence, *(one.confidence for one in rows)]
    held += [used.confidence] if used is not None else []
    return min(held, key=ranked.index)
