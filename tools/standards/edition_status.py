"""Which edition of a standard holds on a day, and what is about to change?"""

from datetime import date

from pydantic import Field

from domain.contract import Contract
from domain.errors import InvalidArgument
from domain.records.evidence import Note
from services.standards.finding import find
from services.standards.library import Library
from tools.standards.edition_record import FamilyReport
from tools.standards.edition_report import report_on
from tools.tool import SUMMARY_LIMIT, Found, ToolContext, tool

MOST_DESIGNATIONS = 12
NAMED = 3
"""Standards that a summary names; more are only counted."""


class EditionQuery(Contract):
    """Which standards, where, on which day."""

    designations: tuple[str, ...] = Field(min_length=1, max_length=MOST_DESIGNATIONS)
    """Designations as people write them, with or without an edition: `EN60335-2-40:2003`."""
    markets: tuple[str, ...] = ()
    """Countries (ISO 3166-1 alpha-2) or markets of the library; none: all that are known."""
    as_of: date | None = None
    """The day to judge by; null: the day of the snapshot."""


class NotInLibrary(Contract):
    """A designation that the library does not know."""

    asked: str
    """The designation in one spelling."""
    near: tuple[str, ...]
    """Designations that look like it; none of them is meant unless the asker says so."""


class EditionStatusReport(Contract):
    """Editions on a day."""

    as_of: date
    """The day judged by."""
    families: tuple[FamilyReport, ...]
    """The standards asked about, in the order asked."""
    not_in_library: tuple[NotInLibrary, ...]
    """Designations that the library does not know: it says nothing of them."""
    markets_not_covered: tuple[str, ...]
    """Countries that the library does not cover."""
    reviewed_on: str
    """Day up to which the library was looked through (ISO 8601)."""
    after_review: bool
    """Whether the day asked about is later: what changed since is not in it."""


@tool(effect="read", version=1, library=True)
def edition_status(query: EditionQuery, context: ToolContext) -> Found[EditionStatusReport]:
    """Which edition of a standard is to be used on a day, in a market, and what comes next?

    Call it for questions about an edition, a withdrawal, a transition, or whether a standard is
    out. It tells an unknown standard from an unknown edition, and what is official from what is
    only reported. For which standards a product needs call `match_standards`.

    Raises:
        InvalidArgument: a designation is empty.
    """
    library = context.services.standards
    as_of = query.as_of or context.snapshot.as_of
    named = {name: library.market_of(name.strip()) for name in query.markets}
    markets = tuple(dict.fromkeys(one.id for one in named.values() if one is not None))
    families, unknown = list[FamilyReport](), list[NotInLibrary]()
    for text in query.designations:
        if not text.strip():
            raise InvalidArgument("a designation is empty", next_step="name a standard")
        for found in find(library, text):
            if not found.standards:
                unknown.append(NotInLibrary(asked=found.asked, near=found.near))
            families += [report_on(library, found, one, markets, as_of) for one in found.standards]
    result = EditionStatusReport(
        as_of=as_of,
        families=tuple(families),
        not_in_library=tuple(dict.fromkeys(unknown)),
        markets_not_covered=tuple(name for name, market in named.items() if market is None),
        reviewed_on=library.reviewed_on,
        after_review=as_of.isoformat() > library.reviewed_on,
    )
    return Found(
        result=result,
        summary=_summary(result, library)[:SUMMARY_LIMIT],
        warnings=_warnings(result),
    )


def _summary(result: EditionStatusReport, library: Library) -> str:
    said = [_said(one) for one in result.families[:NAMED]]
    if len(result.families) > NAMED:
        said.append(f"{len(result.families) - NAMED} more")
    said += [f"{one.asked}: not in the library" for one in result.not_in_library[:NAMED]]
    return f"On {result.as_of}: {'; '.join(said)} (library {library.version})."


def _said(family: FamilyReport) -> str:
    refs = {one.ed: one.ref for one in family.editions}
    if family.edition_known is False:
        return f"{family.asked}: no edition that the library knows"
    if family.before_first:
        return f"{family.designation}: before the first edition that the library knows"
    if family.use is None:
        return f"{family.designation}: no edition is known to be current"
    said = f"use {refs[family.use]}"
    if refs[family.use] in _reported(family):
        said += " (publication not confirmed by an official source)"
    if family.accepted:
        said += f", still accepted {', '.join(refs[one] for one in family.accepted)}"
    return said


def _warnings(result: EditionStatusReport) -> tuple[Note, ...]:
    families = result.families
    listed: dict[str, tuple[str, list[str]]] = {
        "reviewed_until": (
            "what changed since is not in the library, looked through until",
            [result.reviewed_on] if result.after_review else [],
        ),
        "not_in_library": ("not in the library", [one.asked for one in result.not_in_library]),
        "market_not_covered": ("not covered by the library", [*result.markets_not_covered]),
        "edition_unknown": (
            "no such edition in the library",
            [one.asked for one in families if one.edition_known is False],
        ),
        "publication_reported": (
            "publication is not confirmed by an official source",
            [ref for one in families for ref in _reported(one)],
        ),
        "before_first": (
            "the library begins later, and cannot say what held then",
            [one.designation for one in families if one.before_first],
        ),
        "below_high": (
            "read the official text before relying on",
            [one.designation for one in families if one.confidence != "high"],
        ),
        "conflict": ("sources disagree", [one.designation for one in families if one.conflict]),
    }
    return tuple(
        Note(code=code, text=f"{says}: {', '.join(dict.fromkeys(names))}")
        for code, (says, names) in listed.items()
        if names
    )


def _reported(family: FamilyReport) -> list[str]:
    """The newest edition that is out by the day, where nobody official says so."""
    out = [one for one in family.editions if one.publication in ("official", "reported")]
    return [one.ref for one in out[-1:] if one.publication == "reported"]
