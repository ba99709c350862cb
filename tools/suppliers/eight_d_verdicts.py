"""The verdict on each criterion of the rubric, from what the report says."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from domain.contract import Contract
from services.lexicon.folding import fold, plain
from services.policy.eight_d import CRITERIA, CriterionName, rubric
from tools.suppliers.eight_d_reading import (
    Quantities,
    Said,
    Span,
    Verification,
    mentioned,
    said,
    sorting,
    verification,
)

Met = Literal["met", "not_met", "not_stated"]
Reason = Literal[
    "nothing_said",
    "no_statement",
    "people_blamed",
    "training_only",
    "counts_differ",
    "too_few",
    "facts_not_explained",
]
"""Why a criterion is not met. no_statement: it is only announced, or promised for later."""


class CriterionFound(Contract):
    """One criterion and the verdict on it."""

    criterion: CriterionName
    """The criterion."""
    weight: int
    """Its points of 100."""
    needed: bool
    """Without it the report is returned."""
    verdict: Met
    """not_stated: nothing is said of it."""
    reason: Reason | None
    """Why not; null: it is met."""
    start: int | None
    """Where the report speaks of it: first character of the kept text; null: nowhere."""
    end: int | None
    """Character after the last one."""


class Report(NamedTuple):
    """What was read of a report."""

    read: str
    """The folded text without what was planted."""
    facts: tuple[str, ...]
    """Facts that the cause has to explain, folded; none: contrasts of any kind count."""
    quantities: tuple[Quantities, ...]
    """Counts of sorting."""
    verified: Verification | None
    """What was verified by what."""


class _Found(NamedTuple):
    verdict: Met
    reason: Reason | None
    place: Span | None


_NOTHING = _Found("not_stated", "nothing_said", None)


def report_of(read: str, facts: Sequence[str]) -> Report:
    """Read a sifted report."""
    folded = tuple(fold(plain(one)) for one in facts)
    return Report(read, folded, sorting(read), verification(read))


def verdicts(report: Report) -> tuple[CriterionFound, ...]:
    """The verdict on each criterion, in the order of the rubric."""
    told = []
    for name in CRITERIA:
        held, found = rubric().rules.criteria[name], _RULES[name](report)
        told.append(
            CriterionFound(
                criterion=name,
                weight=held.weight,
                needed=held.needed,
                verdict=found.verdict,
                reason=found.reason,
                start=found.place.start if found.place else None,
                end=found.place.end if found.place else None,
            )
        )
    return tuple(told)


def _stated(cue: str) -> Callable[[Report], _Found]:
    def judge(report: Report) -> _Found:
        return _of(said(report.read, cue))

    return judge


def _of(found: Said | None) -> _Found:
    if found is None:
        return _NOTHING
    if not found.stated:
        return _Found("not_met", "no_statement", found.place)
    return _Found("met", None, found.place)


def _cause(cue: str) -> Callable[[Report], _Found]:
    """A cause that is people alone is none: why could they do it, and what let it pass?"""

    def judge(report: Report) -> _Found:
        found = said(report.read, cue)
        verdict = _of(found)
        if found is None or verdict.verdict != "met":
            return verdict
        cues = rubric().cues
        if cues["people_blamed"].search(found.words) and not cues["mechanism"].search(found.words):
            return _Found("not_met", "people_blamed", found.place)
        return verdict

    return judge


def _containment(report: Report) -> _Found:
    place = mentioned(report.read, "containment")
    if place is None:
        return _NOTHING
    if report.quantities:
        return _Found("met", None, place)
    return _of(said(report.read, "containment"))


def _quantities(report: Report) -> _Found:
    if not report.quantities:
        return _NOTHING
    wrong = next((one for one in report.quantities if not one.adds_up), None)
    one = wrong or report.quantities[0]
    place = Span(one.start, one.end)
    return _Found("not_met", "counts_differ", place) if wrong else _Found("met", None, place)


def _explains(report: Report) -> _Found:
    if not report.facts:
        place = mentioned(report.read, "is_is_not")
        return _Found("met", None, place) if place else _NOTHING
    places = [report.read.find(one) for one in report.facts]
    met = [place for place in places if place >= 0]
    if not met:
        return _NOTHING
    place = Span(min(met), min(met) + 1)
    if 2 * len(met) < len(places):
        return _Found("not_met", "facts_not_explained", place)
    return _Found("met", None, place)


def _action(report: Report) -> _Found:
    fix, training = mentioned(report.read, "fix"), mentioned(report.read, "training")
    if fix is not None:
        return _Found("met", None, fix)
    return _Found("not_met", "training_only", training) if training else _NOTHING


def _verified(report: Report) -> _Found:
    found, least = report.verified, rubric().rules.verification
    if found is None:
        return _NOTHING
    place = Span(found.start, found.end)
    if found.pieces is None or found.days is None:
        return _Found("not_met", "no_statement", place)
    if found.pieces < least.pieces or found.days < least.days:
        return _Found("not_met", "too_few", place)
    return _Found("met", None, place)


_RULES: dict[CriterionName, Callable[[Report], _Found]] = {
    "containment": _containment,
    "quantities_add_up": _quantities,
    "clean_point": _stated("clean_point"),
    "occurrence_cause": _cause("occurrence_cause"),
    "escape_cause": _cause("escape_cause"),
    "systemic_cause": _cause("systemic_cause"),
    "explains_facts": _explains,
    "corrective_action": _action,
    "verification": _verified,
    "read_across": _stated("read_across"),
    "prevention": _stated("prevention"),
}
