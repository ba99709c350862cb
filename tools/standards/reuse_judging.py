"""What a CB report is worth for one standard of a scheme: reuse, delta tests, or all anew.

The edition decides first: that of the report has to be the one on which the target's edition rests.
Then the national differences: a report counts as it is only where it declares those of the target.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from services.standards.editions import edition_states
from services.standards.library import Library
from services.standards.records import Confidence, EditionStatus, Equivalence, Market, Recognition
from tools.standards.edition_bases import rests_on
from tools.standards.item_selection import lowest
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
"""same_edition, differences_in_report: the edition fits and the target's differences are declared,
for an identical and for a changed text. newer_edition: the target uses another edition, newer or
older. edition_over: the report's is withdrawn, and the target does not rest on it either.
edition_unknown: the library does not know the report's edition, or not on which the target's rests.
tested_in_country: the target wants its own laboratories. other_standard: no text of the report is
in the target's standard. not_in_scope: a CB report to this standard is about another subject.
no_recognition: none is known between the two."""
CB = "MR-CB"
"""The arrangement by which CB reports count elsewhere (id in the library)."""
TAKE_CB = frozenset({"MR-GCC", "MR-EAEU"})
"""Arrangements of a region whose row says that a CB report backs its certificate."""
TESTED_IN_COUNTRY = frozenset({"MR-IN-CB", "MR-EAEU"})
"""Arrangements whose row says that laboratories of the country have to report."""
DIFFERENCES_IN_COUNTRY = frozenset({"MR-CN-CB"})
"""Arrangements whose row says that laboratories of the country test the differences."""
IN_COMMON = "MR-UL-CSA"
"""The arrangement that lists standards of two countries with one text."""
SAME_TEXT = ("IDT", "MOD", "BASED")
THIRD_PARTY = frozenset(
    (
        "third_party_cert", "third_party_type_test", "certification_with_factory", "registration",
        "sdoc_with_registration", "label_registration",
    )
)  # fmt: skip
"""Processes that ask for test results."""
MEASURED = frozenset(("safety", "emc", "radio", "energy"))
"""Topics that are shown by tests."""


class Reported(NamedTuple):
    """The edition of a standard that a report is to."""

    ed: str | None
    """Its number or year; None: not told, or the library does not know it."""
    ref: str | None
    """Its full designation."""
    known: bool | None
    """Whether the library knows it; None: none was told."""


class CbReport(NamedTuple):
    """The report, as far as it is told."""

    standards: Mapping[str, Reported]
    """Standards that it is to (ids) with their editions; a part 2 before its part 1."""
    differences: frozenset[str]
    """Markets whose national differences it declares (ids)."""


class Judged(NamedTuple):
    """A verdict with what it rests on."""

    worth: Worth
    reason: Reason
    equivalence: Equivalence | None = None
    recognition: Recognition | None = None
    edition: str | None = None
    """Accepted edition of the target that the report's fits, in full; None: none."""


class Place(NamedTuple):
    """Where and when it is judged."""

    library: Library
    market: Market
    day: date


def judged(scheme: AppliedScheme, used: StandardInUse, report: CbReport, place: Place) -> Judged:
    """What the report is worth for one standard by which a scheme is met.

    Args:
        scheme: the scheme of the target market.
        used: the standard, with the edition to use there.
        report: the report.
        place: library, target market and day.
    """
    library = place.library
    base = _base(library, used.standard, report.standards)
    if base is None:
        same_topic = any(library.standards[one].topic == used.topic for one in report.standards)
        related = _equivalence(library, used.standard, report.standards)
        return Judged("full", "other_standard" if same_topic else "not_in_scope", related)
    recognition = _recognition(place, scheme)
    if recognition is None:
        return Judged("undecided", "no_recognition", base.equivalence)
    if recognition.id in TESTED_IN_COUNTRY:
        return Judged("full", "tested_in_country", base.equivalence, recognition)
    edition = report.standards[base.standard]
    fitting = _fitting(base, used, edition, library)
    fit: Fit = "fits" if fitting else _misfit(base, used, edition, place)
    declared = bool({place.market.id, scheme.market} & report.differences)
    worth, reason = _weighed(fit, base, recognition, declared=declared)
    return Judged(worth, reason, base.equivalence, recognition, fitting)


def without_standard(scheme: AppliedScheme, report: CbReport, place: Place) -> Judged | None:
    """What the report is worth for a scheme of which the library names no standard.

    Returns:
        None: the scheme asks for no test.
    """
    own = _own(place, scheme)
    reported = {place.library.standards[one].topic for one in report.standards}
    if own is None or not set(own.standards) & set(report.standards):
        if scheme.process not in THIRD_PARTY or scheme.topic not in MEASURED:
            return None
        known = scheme.topic in reported
        return Judged("undecided", "no_recognition") if known else Judged("full", "not_in_scope")
    fits = [
        _by_state(_state(place, standard, edition), edition)
        for standard, edition in report.standards.items()
    ]
    worst = min(fits, key=_WORST.index)
    declared = bool({place.market.id, scheme.market} & report.differences)
    worth, reason = _weighed(worst, _Base("", None, changed=True), own, declared=declared)
    return Judged(worth, reason, None, own)


def confidence_of(
    found: Judged, scheme: AppliedScheme, used: StandardInUse | None = None
) -> Confidence:
    """The lowest confidence of all that a verdict rests on."""
    rows = (scheme, used, found.equivalence, found.recognition)
    return lowest(*(one.confidence for one in rows if one is not None))


class _Base(NamedTuple):
    standard: str
    """The report's standard (id)."""
    equivalence: Equivalence | None
    changed: bool
    """Whether the target's text has differences."""


Fit = Literal["over", "not_told", "unknown", "other", "fits"]
_WORST: tuple[Fit, ...] = ("over", "not_told", "unknown", "other", "fits")
_UNFIT: dict[Fit, tuple[Worth, Reason]] = {
    "over": ("full", "edition_over"),
    "not_told": ("undecided", "edition_not_told"),
    "unknown": ("undecided", "edition_unknown"),
    "other": ("delta", "newer_edition"),
}


def _weighed(
    fit: Fit, base: _Base, recognition: Recognition, *, declared: bool
) -> tuple[Worth, Reason]:
    if fit in _UNFIT:
        return _UNFIT[fit]
    if not declared:
        return "delta", "national_differences"
    if recognition.id in DIFFERENCES_IN_COUNTRY:
        return "delta", "tested_in_country"
    return "reuse", "differences_in_report" if base.changed else "same_edition"


def _accepted(used: StandardInUse) -> list[str]:
    return [one for one in (used.edition, *used.also_accepted) if one]


def _fitting(base: _Base, used: StandardInUse, edition: Reported, library: Library) -> str | None:
    """The accepted edition of the target that is, or rests on, the report's."""
    if edition.ed is None:
        return None
    if base.standard == used.standard:
        return edition.ref if edition.ref in _accepted(used) else None
    bases = rests_on(library, used.standard, _accepted(used))
    return next((ref for ref, eds in bases.items() if edition.ed in eds), None)


def _misfit(base: _Base, used: StandardInUse, edition: Reported, place: Place) -> Fit:
    """Why no accepted edition of the target fits that of the report."""
    state = _state(place, base.standard, edition)
    if edition.ed is None or state == "withdrawn":
        return _by_state(state, edition)
    same = base.standard == used.standard
    known = same or rests_on(place.library, used.standard, _accepted(used))
    return "other" if known else "unknown"


def _by_state(state: EditionStatus | None, edition: Reported) -> Fit:
    """What the state of the edition itself says, where the target names none."""
    if edition.known is None:
        return "not_told"
    if state is None or state in ("unknown", "upcoming"):
        return "unknown"
    if state == "withdrawn":
        return "over"
    return "fits" if state == "current" else "other"


def _state(place: Place, standard: str, edition: Reported) -> EditionStatus | None:
    """The state of the report's edition on the day; None: the library does not know it."""
    states = edition_states(place.library, place.library.standards[standard], place.day).editions
    return next((one.state for one in states if one.ed == edition.ed), None)


def _base(library: Library, target: str, reported: Iterable[str]) -> _Base | None:
    """How a target standard rests on one of the report's; None: it does not."""
    if target in reported:
        return _Base(target, None, changed=False)
    found = _equivalence(library, target, reported)
    if found is None:
        common = library.recognitions[IN_COMMON].standards
        number = target.partition("_")[2]
        twins = [one for one in common if target in common and one.partition("_")[2] == number]
        found = next(filter(None, (_equivalence(library, one, reported) for one in twins)), None)
    if found is None or found.relation not in SAME_TEXT:
        return None
    return _Base(found.a, found, changed=found.relation != "IDT")


def _equivalence(library: Library, target: str, reported: Iterable[str]) -> Equivalence | None:
    rows = library.equivalences.values()
    return next((one for one in rows if one.b == target and one.a in reported), None)


def _recognition(place: Place, scheme: AppliedScheme) -> Recognition | None:
    """The arrangement that says most: the target's own with the CB scheme, else the CB scheme."""
    own = _own(place, scheme) or _own_of_market(place)
    if own is not None:
        return own
    general = place.library.recognitions[CB]
    return general if {place.market.id, scheme.market} & set(general.parties) else None


def _own(place: Place, scheme: AppliedScheme) -> Recognition | None:
    """The target's own arrangement on CB reports that names the scheme."""
    return next((one for one in _takers(place) if scheme.scheme in one.schemes), None)


def _own_of_market(place: Place) -> Recognition | None:
    """An arrangement that restricts all CB reports in a country, whichever scheme it names."""
    strict = TESTED_IN_COUNTRY | DIFFERENCES_IN_COUNTRY
    return next((one for one in _takers(place) if one.id in strict), None)


def _takers(place: Place) -> list[Recognition]:
    places = {place.market.id, place.market.parent}
    return [
        one
        for one in place.library.recognitions.values()
        if one.id != CB
        and ("INT" in one.parties or one.id in TAKE_CB)
        and places & set(one.parties)
    ]
