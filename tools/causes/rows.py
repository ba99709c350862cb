"""The rows of a ranking: causes first, then their rivals and why they were ruled out."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from domain.records.cause import Branch, Condition, RankedCause
from tools.causes.cohort import Cohort
from tools.causes.conditions import mask_of
from tools.causes.explain import FAMILY_ERROR, Cause, Explanation, rivals_of
from tools.causes.reporting import Opening
from tools.causes.screen import Candidate
from tools.causes.tempting import wider
from tools.causes.verdict import Judged
from tools.causes.weigh import STANDS, Ground, Weighed, crude, overlap, raised_p, tally
from tools.causes.wording import beside, branch_for, odds, phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

LARGEST_RATIO = 1e6
"""Shown where no other unit failed, so that no ratio exists."""
SAME = 0.98
"""Common exposure from which two candidates are one row."""


class Said(NamedTuple):
    """What is said of a row beside its counts."""

    q_value: float
    branch: Branch
    ruled_out: bool
    because: str
    share: float
    """Share of the excess of failures, 0 to 1."""


def ranked_rows(
    cohort: Cohort,
    explanation: Explanation,
    judged: Judged,
    claimed_part: str | None,
    most: int,
) -> tuple[RankedCause, ...]:
    """Rows for the answer, best first."""
    rows: list[RankedCause] = []
    shown: list[Bools] = []
    for cause in judged.confirmed:
        rows += _cause_rows(cohort, cause, judged.confirmed)
        shown += [cause.mask, *(alias.mask for alias in cause.aliases)]
    for cause in judged.confirmed:
        for blame in _blamed(cohort, cause):
            mask = mask_of(cohort, blame)
            rows.append(_blame_row(cohort, cause, blame, judged.confirmed))
            shown.append(mask)
    if judged.opening is not None:
        rows.append(_opening_row(judged.opening))
    ground = Ground(cohort.failed, cohort.expected)
    weighed = _weighed(explanation, judged)
    for candidate in _in_order(explanation, judged, claimed_part):
        same = any(overlap(ground, candidate.mask, mask) >= SAME for mask in shown)
        if same or candidate.place.gain <= 0:
            continue
        shown.append(candidate.mask)
        said = _said(cohort, candidate, weighed.get(id(candidate)), judged)
        rows.append(_row(cohort, ground, candidate.condition, candidate.mask, said))
        if len(rows) >= most:
            break
    return tuple(rows[:most])


def _blamed(cohort: Cohort, cause: Cause) -> list[Condition]:
    """Wider conditions that hold more units than the cause."""
    return [
        blame
        for blame in wider(cause.condition)
        if overlap(cause.ground, mask_of(cohort, blame), cause.mask) < SAME
    ]


def _blame_row(
    cohort: Cohort, cause: Cause, blame: Condition, causes: tuple[Cause, ...]
) -> RankedCause:
    """The wider condition, judged by its units that do not meet the cause."""
    mask = mask_of(cohort, blame)
    rest = tally(cause.ground, mask & ~cause.mask)
    p = raised_p(rest, tally(cause.ground, ~mask & ~cause.mask))
    seen = f"outside the cause {rest.events} of its units failed where {rest.exposure:.1f}"
    words = "were to be expected by the rate of all units: it is not raised"
    if p <= STANDS:
        words = f"were to be expected (p = {p:.2g}): it may be raised as a whole"
    said = Said(
        q_value=1.0 if p > STANDS else p,
        branch=branch_for(cause.origin.factor, _kind(cohort, blame)),
        ruled_out=p > STANDS,
        because=f"{seen} {words}",
        share=_share_of_excess(cohort, mask, causes),
    )
    return _row(cohort, cause.ground, blame, mask, said)


def _in_order(
    explanation: Explanation, judged: Judged, claimed_part: str | None
) -> list[Candidate]:
    """As screened; where too little is shown, lots of the part that most claims name come first."""
    candidates = list(explanation.screened.candidates)
    if judged.verdict == "undetermined":
        first = explanation.causes[0].origin if explanation.causes else None
        candidates.sort(
            key=lambda one: (
                one is not first,
                claimed_part is None or one.factor.part_id != claimed_part,
                one.factor.group != "lots",
                -one.worth,
            )
        )
    return candidates


def _weighed(explanation: Explanation, judged: Judged) -> dict[int, Weighed]:
    if not judged.confirmed:
        return {}
    pairs = rivals_of(judged.confirmed[0], explanation.screened)
    return {id(candidate): weighed for candidate, weighed in pairs}


def _cause_rows(cohort: Cohort, cause: Cause, causes: tuple[Cause, ...]) -> list[RankedCause]:
    ratio = crude(cause.ground, cause.mask)
    because = (
        f"{odds(tally(cause.ground, cause.mask), ratio)}, at equal age and season; "
        f"on units held out p = {cause.hold_out_p:.2g}{_recorded(cohort, cause.condition)}"
    )
    branch = branch_for(cause.origin.factor, _kind(cohort, cause.condition))
    share = _share_of_excess(cohort, cause.mask, causes)
    said = Said(cause.origin.q_value, branch, False, because, share)
    rows = [_row(cohort, cause.ground, cause.condition, cause.mask, said)]
    for alias in cause.aliases:
        text = (
            f"up to a few percent the same units as {phrase(cause.condition)}: "
            "the data cannot tell which of the two it is"
        )
        kind: Branch = "material" if alias.kind == "material" else "machine"
        share = _share_of_excess(cohort, alias.mask, causes)
        said = Said(cause.origin.q_value, kind, False, text, share)
        rows.append(_row(cohort, cause.ground, alias.condition, alias.mask, said))
    return rows


def _said(cohort: Cohort, candidate: Candidate, weighed: Weighed | None, judged: Judged) -> Said:
    branch = branch_for(candidate.factor, _kind(cohort, candidate.condition))
    ground = Ground(cohort.failed, cohort.expected)
    seen = odds(tally(ground, candidate.mask), crude(ground, candidate.mask))
    share = _share_of_excess(cohort, candidate.mask, judged.confirmed)
    ruled_out, words = _fate(candidate, weighed, judged)
    return Said(candidate.q_value, branch, ruled_out, f"{seen}; {words}", share)


def _fate(candidate: Candidate, weighed: Weighed | None, judged: Judged) -> tuple[bool, str]:
    """Whether a candidate is ruled out, and why."""
    if weighed is None or candidate.q_value > FAMILY_ERROR:
        suspect = judged.verdict == "undetermined"
        return (
            not suspect,
            f"the best of so many conditions reaches that by chance (q = {candidate.q_value:.2g})",
        )
    cause = phrase(judged.confirmed[0].condition)
    if weighed.outcome == "first":
        return True, f"but {beside(weighed.second)}: it only travels with {cause}"
    if weighed.outcome == "neither":
        return True, f"but largely the same units as {cause}, which explain the failures better"
    return False, f"and {beside(weighed.second)}, so it may add to {cause}"


def _row(
    cohort: Cohort, ground: Ground, condition: Condition, mask: "Bools", said: Said
) -> RankedCause:
    ratio = crude(ground, mask)
    estimate, high = ratio.ratio.estimate, ratio.ratio.high
    return RankedCause(
        condition=condition,
        rate_ratio=_short(LARGEST_RATIO if estimate is None else estimate),
        interval=(_short(ratio.ratio.low), None if high is None else _short(high)),
        p_value=_short(ratio.p_value),
        q_value=_short(said.q_value),
        units=cohort.count(mask),
        failures=tally(ground, mask).events,
        share_of_excess=said.share,
        branch_5m1e=said.branch,
        ruled_out=said.ruled_out,
        because=said.because,
        evidence=(),
    )


def _opening_row(opening: Opening) -> RankedCause:
    ratio = opening.all_reports
    estimate, high = ratio.ratio.estimate, ratio.ratio.high
    return RankedCause(
        condition=opening.condition,
        rate_ratio=_short(LARGEST_RATIO if estimate is None else estimate),
        interval=(_short(ratio.ratio.low), None if high is None else _short(high)),
        p_value=_short(ratio.p_value),
        q_value=_short(ratio.p_value),
        units=0,
        failures=opening.reports,
        share_of_excess=1.0,
        branch_5m1e="measurement",
        ruled_out=False,
        because=f"{opening.reports} reports came through a channel that had not been there before; "
        "claims per unit in service did not move, so the product is as it was",
        evidence=(),
    )


def _base(cohort: Cohort, causes: tuple[Cause, ...]) -> float:
    """Failures per expected failure outside all causes."""
    outside = np.ones(len(cohort.failed), dtype=np.bool_)
    for cause in causes:
        outside &= ~cause.mask
    rest = tally(Ground(cohort.failed, cohort.expected), outside)
    return rest.events / rest.exposure if rest.exposure > 0 else 0.0


def _share_of_excess(cohort: Cohort, mask: "Bools", causes: tuple[Cause, ...]) -> float:
    """Share of the failures beyond the rate outside all causes that lie inside a mask."""
    base = _base(cohort, causes)
    inside = tally(Ground(cohort.failed, cohort.expected), mask)
    total = cohort.failures - base * float(cohort.expected.sum())
    own = inside.events - base * inside.exposure
    return _short(min(1.0, max(0.0, own / total))) if total > 0 and causes else 0.0


def _kind(cohort: Cohort, condition: Condition) -> str | None:
    return next((c.kind for c in cohort.changes if c.change_id == condition.change_id), None)


def _recorded(cohort: Cohort, condition: Condition) -> str:
    """Other changes of the same place within ten days, which the data cannot tell apart."""
    mine = next((c for c in cohort.changes if c.change_id == condition.change_id), None)
    if mine is None:
        return ""
    others = [
        change.change_id
        for change in cohort.changes
        if change is not mine
        and abs(change.day - mine.day) <= 10
        and change.site_id in (None, mine.site_id)
        and change.line_id in (None, mine.line_id)
    ]
    return f"; in the same days: {', '.join(others)}" if others else ""


def _short(value: float) -> float:
    return float(f"{value:.6g}")
