"""The state of a standard's editions on a day, from dates alone.

The library says how things stood when it was last looked through. For another day:

- published later: `upcoming`; published, and in force only later: `upcoming` too.
- from its day of withdrawal: `withdrawn`.
- on the day of review or later, what the library records, moved on by the dates that it knows: what
  was upcoming is `current` from its effective date, and the edition before it then `superseded`.
- before the review, an edition that has a successor by now was `current` until the successor came
  into force (its effective date, else its publication, else that of the standard that replaces the
  family). From then on it was `superseded`; `valid_transition`, where it still is so or where a day
  of withdrawal was yet to come.
- a date known only to the year or the month says nothing inside that year or month: `unknown`; so
  does a publication that is not dated, before the day of review.

Dates of withdrawal, cessation and effect mean different things per market: see the date rules.
"""

from datetime import date
from typing import Literal, NamedTuple

from domain.contract import Contract
from services.standards.checking import UNDATED
from services.standards.library import Library
from services.standards.records import Edition, EditionStatus, Standard

Basis = Literal["dates", "successor", "review", "not_exact", "undated"]
"""What a state rests on: own dates, those of the successor, the record of the day of review; or why
it is unknown: a date is not exact enough, or publication is not dated."""


class EditionState(Contract):
    """An edition on a day."""

    ed: str
    """Its number, or its year."""
    ref: str
    """Its full designation."""
    state: EditionStatus
    """How it stands on the day."""
    basis: Basis
    """What that rests on, or why it is unknown."""
    recorded: EditionStatus
    """How it stood when the library was last looked through."""
    published: str
    """As exact as it is known; `-`: not known."""
    effective: str | None
    """From when it is binding or accepted."""
    withdrawn: str | None
    """From when it is not any more."""
    note: str
    """What to know when using it."""


class FamilyState(Contract):
    """A standard's editions on a day."""

    standard: str
    """Id in the library."""
    designation: str
    """How it is written."""
    editions: tuple[EditionState, ...]
    """The newest last."""
    use: str | None
    """`ed` of the newest that is current; null: none is known to be."""
    accepted: tuple[str, ...]
    """`ed` of others that are current or still accepted in transition."""
    before_first: bool
    """Whether the day is before the first publication that the library knows: what held then it
    cannot say."""
    stale: bool
    """Whether the day is after the last review: what changed since is not in it."""


def edition_states(library: Library, standard: Standard, as_of: date) -> FamilyState:
    """Each edition's state on a day, and which one to use.

    Args:
        library: where the standard is from.
        standard: the family.
        as_of: the day.
    """
    day = as_of.isoformat()
    family = _Family(standard.editions, _heirs(library, standard), library.reviewed_on)
    states = tuple(_stated(family, index, day) for index in range(len(standard.editions)))
    current = [one.ed for one in states if one.state == "current"]
    transition = [one.ed for one in states if one.state == "valid_transition"]
    dated = [one.published for one in standard.editions if one.published != UNDATED]
    return FamilyState(
        standard=standard.id,
        designation=standard.designation,
        editions=states,
        use=current[-1] if current else None,
        accepted=(*current[:-1], *transition),
        before_first=bool(dated) and all(reached(one, day) is False for one in dated),
        stale=reached(library.reviewed_on, day) is True and day > library.reviewed_on,
    )


def reached(point: str, day: str) -> bool | None:
    """Whether a date as exact as it is known has come by a day (`YYYY-MM-DD`); null: not decided.

    >>> reached("2020", "2021-01-01"), reached("2020", "2019-12-31"), reached("2020", "2020-07-01")
    (True, False, None)
    """
    if len(point) < len(day) and day.startswith(point):
        return None
    return point <= day


class _Family(NamedTuple):
    editions: tuple[Edition, ...]
    heirs: tuple[Edition, ...]
    """First editions of the standards that replace it."""
    reviewed_on: str

    def successors(self, index: int) -> tuple[Edition, ...]:
        return self.editions[index + 1 :] or self.heirs


class _Found(NamedTuple):
    state: EditionStatus
    basis: Basis


def _heirs(library: Library, standard: Standard) -> tuple[Edition, ...]:
    return tuple(library.standards[one].editions[0] for one in standard.replaced_by)


def _stated(family: _Family, index: int, day: str) -> EditionState:
    edition = family.editions[index]
    found = _own_dates(edition, family.reviewed_on, day) or _by_successor(family, index, day)
    return EditionState(
        ed=edition.ed,
        ref=edition.ref,
        state=found.state,
        basis=found.basis,
        recorded=edition.status,
        published=edition.published,
        effective=edition.effective,
        withdrawn=edition.withdrawn,
        note=edition.note,
    )


def _own_dates(edition: Edition, reviewed_on: str, day: str) -> _Found | None:
    """What its own dates decide; none: they leave it open."""
    if edition.published == UNDATED:
        return None if day >= reviewed_on else _Found("unknown", "undated")
    for point in (edition.published, edition.effective):
        come = True if point is None else reached(point, day)
        if come is False:
            return _Found("upcoming", "dates")
        if come is None and day < reviewed_on:
            return _Found("unknown", "not_exact")
    gone = reached(edition.withdrawn, day) if edition.withdrawn else False
    if gone:
        return _Found("withdrawn", "dates")
    if edition.status == "upcoming" and edition.effective:
        return _Found("current", "dates")
    return None


def _by_successor(family: _Family, index: int, day: str) -> _Found:
    """What its successor's dates and the record of the day of review decide."""
    edition = family.editions[index]
    if day >= family.reviewed_on:
        return _since_review(family, index, day)
    if edition.status not in ("superseded", "withdrawn", "valid_transition"):
        return _Found(edition.status, "review")
    starts = [_start(one) for one in family.successors(index)]
    come = [reached(start, day) if start else None for start in starts]
    if any(come):
        still = edition.status == "valid_transition" or edition.withdrawn is not None
        return _Found("valid_transition" if still else "superseded", "successor")
    if not come or None in come:
        return _Found("unknown", "not_exact" if any(starts) else "undated")
    return _Found("current", "successor")


def _since_review(family: _Family, index: int, day: str) -> _Found:
    edition = family.editions[index]
    for later in family.editions[index + 1 :]:
        started = later.effective if later.status == "upcoming" else None
        if started and reached(started, day) and edition.status in ("current", "valid_transition"):
            return _Found("superseded", "successor")
    return _Found(edition.status, "review")


def _start(edition: Edition) -> str | None:
    """When it came into force, as far as it is known."""
    return edition.effective or (None if edition.published == UNDATED else edition.published)
