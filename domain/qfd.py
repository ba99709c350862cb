"""The arithmetic of the House of Quality: which metric do the weighted needs rest on, and how much?

Reckoned in fractions, so that a share is as exact as the figures that a person put in.
Method: Akao, Quality Function Deployment (1990), with absolute weights and the 9-3-1 scale.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from domain.errors import InvalidArgument

STRENGTHS = (0, 1, 3, 9)
"""What a metric may do for a need: nothing, a little, some, most of it."""
SALES_POINTS = (Decimal("1"), Decimal("1.2"), Decimal("1.5"))
Direction = Literal["up", "down", "nominal"]
"""Which way a metric is wished: more, less, or close to its target."""
RoofSign = Literal["++", "+", "-", "--"]
"""What reaching one metric's wish does to another's: ++ and + help, - and -- hurt."""
Relations = Sequence[Sequence[int]]
"""Strengths: one row a need, one column a metric."""


class Importance(NamedTuple):
    """What a need is worth before metrics come in."""

    importance: Decimal
    """How much users want it (above 0; by custom 1 to 5)."""
    current: Decimal | None = None
    """How well it is met today, rated on the scale of `target`; null: not rated."""
    target: Decimal | None = None
    """How well it shall be met; null: not rated."""
    sales_point: Decimal = SALES_POINTS[0]
    """What it adds as an argument of sale: 1, 1.2 or 1.5."""

    @property
    def improvement(self) -> Fraction:
        """Target over current; 1 where they are not rated."""
        if self.current is None or self.target is None:
            return Fraction(1)
        return Fraction(self.target) / Fraction(self.current)


def weight(need: Importance) -> Fraction:
    """Absolute weight: importance times improvement times sales point (no unit).

    Raises:
        InvalidArgument: a figure is not above zero, only one of current and target is given, or
            the sales point is not one of the three.
    """
    for name in ("importance", "current", "target"):
        value = getattr(need, name)
        if value is not None and not (value.is_finite() and value > 0):
            raise InvalidArgument(f"{name} {value} is not above zero")
    if (need.current is None) != (need.target is None):
        raise InvalidArgument("current and target belong together: give both or neither")
    if need.sales_point not in SALES_POINTS:
        raise InvalidArgument(f"sales point {need.sales_point} is not 1, 1.2 or 1.5")
    return Fraction(need.importance) * need.improvement * Fraction(need.sales_point)


def technical_importance(weights: Sequence[Fraction], relations: Relations) -> list[Fraction]:
    """What each metric carries: the sum over needs of weight times strength (no unit).

    Raises:
        InvalidArgument: the matrix has the wrong shape, or a strength is not 0, 1, 3 or 9.
    """
    widths = {len(row) for row in relations}
    if len(relations) != len(weights) or len(widths) != 1 or widths == {0}:
        raise InvalidArgument(
            f"{len(weights)} needs want {len(weights)} rows of one length, one column a metric:"
            f" given are {len(relations)} rows of {sorted(widths) or 'no'} columns"
        )
    wrong = sorted({r for row in relations for r in row if r not in STRENGTHS})
    if wrong:
        raise InvalidArgument(f"strength {wrong[0]} is not 0, 1, 3 or 9")
    return [
        sum((w * row[j] for w, row in zip(weights, relations, strict=True)), Fraction(0))
        for j in range(widths.pop())
    ]


def shares(values: Sequence[Fraction]) -> list[Fraction]:
    """Each value over their sum, 0 to 1; all 0 where the sum is 0."""
    total = sum(values, Fraction(0))
    return [value / total if total else Fraction(0) for value in values]


def ranks(values: Sequence[Fraction]) -> list[int]:
    """Place by size, 1 the largest; equal values share the better place."""
    return [1 + sum(other > value for other in values) for value in values]


def empty_rows(relations: Relations) -> list[int]:
    """Needs (from 0) that no metric serves."""
    return [i for i, row in enumerate(relations) if not any(row)]


def empty_columns(relations: Relations) -> list[int]:
    """Metrics (from 0) with no need behind them."""
    return [j for j, column in enumerate(zip(*relations, strict=True)) if not any(column)]
