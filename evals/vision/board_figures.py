"""Figures of the public boards: F by half and change, kinds, and templates beside themselves."""

from collections.abc import Sequence

from evals.figure import Figure, share
from evals.vision.boards import (
    HALVES,
    KINDS,
    LIMITS,
    MISSED,
    Matched,
    Pair,
    confusion,
    f_score,
    folder,
    look,
    pairs,
    right_kind,
)
from evals.vision.changes import CHANGES, changed
from services.vision.inspecting.golden import Golden, compare, golden_of

LEAST_F = 0.95
SEED, DRAWN, TAILS = 5, 1_000, (0.025, 0.975)
MOST_COST = 3.0
"""Points of F that a change may cost."""


def figures() -> list[Figure]:
    """Every figure of the data set; skipped where it is not."""
    where = folder()
    if not where.is_dir():
        return [Figure(figure="boards", value=0, n=0, skipped=f"no {where}")]
    boards = list(pairs(where))
    templates = [golden_of(board.template, LIMITS) for board in boards]
    usual = _looks(templates, boards)
    return [
        *_halves(usual),
        _themselves(templates),
        *_changes(templates, boards, f_score(usual)),
        _f("F of defects with the right kind", usual, kinds=True),
        *_kinds(usual),
    ]


def _halves(usual: Sequence[Matched]) -> list[Figure]:
    found = [_f("F of defects regardless of kind", usual)]
    for half, first in HALVES.items():
        found.append(_f(f"the same, {half} half", usual[first :: len(HALVES)]))
    return found


def _themselves(templates: Sequence[Golden]) -> Figure:
    clean = [not compare(one, one.template).defects for one in templates]
    return share("templates beside themselves without a defect", clean, at_least=1.0)


def _changes(templates: Sequence[Golden], boards: Sequence[Pair], usual: float) -> list[Figure]:
    found = []
    for name in dict.fromkeys(change.name for change in CHANGES):
        looks: list[Matched] = []
        for change in CHANGES:
            if change.name == name:
                looks += _looks(templates, [changed(board, change) for board in boards])
        cost = 100 * (usual - f_score(looks))
        found.append(
            Figure(
                figure=f"points of F that it costs: {name}",
                value=cost,
                n=sum(len(one.truth) for one in looks),
                target=f"<= {MOST_COST:g}",
                met=cost <= MOST_COST,
            )
        )
    return found


def _kinds(usual: Sequence[Matched]) -> list[Figure]:
    right = {kind: right_kind(usual, kind) for kind in KINDS}
    return [
        share(
            "kind is right, of the defects found", [one for some in right.values() for one in some]
        ),
        *(share(f"the same, {kind}", some) for kind, some in right.items()),
        *(one for one in _confusions(usual) if one.value),
    ]


def _confusions(usual: Sequence[Matched]) -> list[Figure]:
    """How often a kind was called by another's name, or not found."""
    counts = confusion(usual)
    return [
        Figure(
            figure=f"{true} called {said}: count" if said != MISSED else f"{true} not found: count",
            value=counts[true, said],
            n=sum(count for (kind, _), count in counts.items() if kind == true),
        )
        for true in KINDS
        for said in (*KINDS, MISSED)
        if true != said
    ]


def _looks(templates: Sequence[Golden], boards: Sequence[Pair]) -> list[Matched]:
    return [
        look(template, board.tested, board.truth)
        for template, board in zip(templates, boards, strict=True)
    ]


def _f(name: str, some: Sequence[Matched], *, kinds: bool = False) -> Figure:
    """F with the middle 95 % of what boards drawn anew (with replacement) give."""
    import numpy as np

    value = f_score(some, kinds=kinds)
    drawn = np.random.default_rng(SEED).integers(0, len(some), (DRAWN, len(some)))
    low, high = np.quantile([f_score([some[i] for i in one], kinds=kinds) for one in drawn], TAILS)
    return Figure(
        figure=name,
        value=value,
        n=sum(len(one.truth) for one in some),
        low=float(low),
        high=float(high),
        target=None if kinds else f">= {LEAST_F:g}",
        met=None if kinds else value >= LEAST_F,
    )
