"""Which items a question asks for: of a standard, of a clause, of a phase of testing."""

import re
from typing import Literal, NamedTuple

from domain.contract import Contract
from domain.errors import UnknownName
from services.standards.finding import find
from services.standards.library import Library
from services.standards.records import Phase, TestItem
from tools.standards.called_standards import ADOPTING

_NATIONAL = re.compile(r"DV[A-Z]?$", re.IGNORECASE)
"""Mark of a national difference behind a clause number."""


class MissingClause(Contract):
    """A clause that was asked for and has no item here."""

    standard: str | None
    """The standard asked for (id); null: any."""
    clause: str
    """As asked."""
    state: Literal["not_in_library", "not_for_this_product"]
    """not_in_library: no row at all, which is not to say that the clause asks for nothing."""


class Filter(NamedTuple):
    """What is asked for; null: everything."""

    standards: frozenset[str] | None
    """The standards asked for, and those that they adopt."""
    clause: str | None
    phase: Phase | None

    def fits(self, item: TestItem) -> bool:
        """Whether an item is asked for."""
        if self.phase is not None and item.phase != self.phase:
            return False
        return self.fits_place(item.standard, item.clause)

    def fits_place(self, standard: str, clause: str) -> bool:
        """Whether a clause of a standard is asked for."""
        if self.standards is not None and standard not in self.standards:
            return False
        return self.clause is None or _is_clause(clause, self.clause)


def standards_named(library: Library, text: str) -> tuple[str, ...]:
    """The standards that a designation stands for.

    Raises:
        UnknownName: the library has none of that designation; no neighbour is taken instead.
    """
    found = find(library, text)
    missing = [one for one in found if not one.standards]
    if missing:
        raise UnknownName("standard", missing[0].asked, missing[0].near, "search_standards")
    return tuple(dict.fromkeys(standard for one in found for standard in one.standards))


def filter_of(
    library: Library, standard: str | None, clause: str | None, phase: Phase | None
) -> Filter:
    """What a question asks for; a standard stands for those that it adopts, too.

    Raises:
        UnknownName: the library has no such standard.
    """
    if standard is None:
        return Filter(None, clause, phase)
    asked = set(standards_named(library, standard))
    adopted = {
        one.a
        for one in library.equivalences.values()
        if one.b in asked and one.relation in ADOPTING
    }
    return Filter(frozenset(asked | adopted), clause, phase)


def _is_clause(clause: str, asked: str) -> bool:
    """Whether a row's clause is the one asked for, or below it."""
    wanted = _plain(asked)
    parts = [_plain(part) for part in clause.split("/")]
    return any(part == wanted or part.startswith(f"{wanted}.") for part in (*parts, _plain(clause)))


def _plain(clause: str) -> str:
    cleaned = re.sub(r"^(clause|section|§|annex)\s*", "", clause.strip(), flags=re.IGNORECASE)
    return _NATIONAL.sub("", cleaned).casefold()
