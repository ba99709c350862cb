"""How many pieces of a lot to inspect, and how many nonconforming ones turn it away.

Single sampling plans by attributes follow one rule: sample sizes and quality limits are steps of
preferred numbers, and every diagonal of the master table holds one acceptance number. So the tables
are made from that rule; diagonals without a plan are arrows to the next sample size that has one.
"""

from bisect import bisect_left
from typing import Literal, NamedTuple

from domain.arguments import require_count
from domain.errors import InvalidArgument

Level = Literal["S-1", "S-2", "S-3", "S-4", "I", "II", "III"]
"""Inspection level: how much is inspected for a lot of a size; II unless something else is said."""
Severity = Literal["normal", "tightened", "reduced"]

AQLS = (
    "0.010", "0.015", "0.025", "0.040", "0.065", "0.10", "0.15", "0.25", "0.40", "0.65", "1.0",
    "1.5", "2.5", "4.0", "6.5", "10", "15", "25", "40", "65", "100", "150", "250", "400", "650",
    "1000",
)  # fmt: skip
"""Acceptance quality limits: nonconforming per 100 pieces; above 10 nonconformities per 100."""
LETTERS = "ABCDEFGHJKLMNPQRS"
LARGEST_LOTS = (
    8, 15, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000,
)  # fmt: skip
"""Largest lot of each size class; the last class has no end."""
SMALLEST_LOT = 2
_LETTER_OF: dict[Level, str] = {
    "S-1": "AAAABBBBCCCCDDD",
    "S-2": "AAABBBCCCDDDEEE",
    "S-3": "AABBCCDDEEFFGGH",
    "S-4": "AABCCDEEFGGHJJK",
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1_250, 2_000, 3_150)
_REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)

_Diagonals = dict[int, tuple[int, int]]
"""Acceptance and rejection number by letter plus AQL, both counted from 0."""
_NORMAL: _Diagonals = {
    14: (0, 1), 17: (1, 2), 18: (2, 3), 19: (3, 4), 20: (5, 6), 21: (7, 8), 22: (10, 11),
    23: (14, 15), 24: (21, 22), 25: (30, 31), 26: (44, 45),
}  # fmt: skip
_TIGHTENED: _Diagonals = {
    15: (0, 1), 18: (1, 2), 19: (2, 3), 20: (3, 4), 21: (5, 6), 22: (8, 9), 23: (12, 13),
    24: (18, 19), 25: (27, 28), 26: (41, 42),
}  # fmt: skip
_REDUCED: _Diagonals = {
    14: (0, 1), 17: (0, 2), 18: (1, 3), 19: (1, 4), 20: (2, 5), 21: (3, 6), 22: (5, 8),
    23: (7, 10), 24: (10, 13), 25: (14, 17), 26: (21, 24),
}  # fmt: skip
_REDUCED_B: _Diagonals = {
    14: (0, 1), 17: (0, 2), 18: (1, 3), 19: (2, 4), 20: (3, 5), 21: (5, 6), 22: (7, 8),
    23: (10, 11), 24: (14, 15), 25: (21, 22), 26: (30, 31),
}  # fmt: skip
_DIAGONALS: dict[Severity, _Diagonals] = {
    "normal": _NORMAL,
    "tightened": _TIGHTENED,
    "reduced": _REDUCED,
}
_LONG = 24
"""Diagonals beyond it hold plans for samples of up to 13 pieces only (letters A to E)."""
_LAST_SHORT_LETTER = 4
_POINTS_UP = 15
"""The diagonal after that of acceptance on none; its arrows lead back there."""
_LAST_AQL_OF_ZERO = 14
"""Above AQL 6.5 no plan accepts on none."""


class SamplingPlan(NamedTuple):
    """A single sampling plan by attributes."""

    letter: str
    """Code letter of lot size and level."""
    used_letter: str
    """Code letter of the plan that is used; another one where the table has an arrow."""
    sample_size: int
    """Pieces to inspect (count); may exceed the lot, which is then inspected whole."""
    accept: int
    """Most nonconforming pieces (AQL up to 10) or nonconformities of a lot that is accepted."""
    reject: int
    """Fewest of a lot that is not; under reduced inspection there is room between the two."""


def code_letter(lot_size: int, level: Level = "II") -> str:
    """The code letter of a lot.

    Args:
        lot_size: pieces in the lot, 2 or more; lots above 500,000 are one class.
        level: inspection level.

    Raises:
        InvalidArgument: fewer than two pieces.

    Source: MIL-STD-105E (1989), table I; the same in ANSI/ASQ Z1.4 and ISO 2859-1:1999, table 1.
    """
    require_count("lot_size", lot_size)
    if lot_size < SMALLEST_LOT:
        raise InvalidArgument(
            f"a lot of {lot_size} cannot be sampled", next_step="inspect the piece itself"
        )
    return _LETTER_OF[level][bisect_left(LARGEST_LOTS, lot_size)]


def single_plan(letter: str, aql: str, severity: Severity = "normal") -> SamplingPlan:
    """The single sampling plan of a code letter and an AQL, arrows followed.

    Args:
        letter: code letter, A to R.
        aql: one of `AQLS`, written as there.
        severity: normal, tightened or reduced inspection.

    Raises:
        InvalidArgument: no such letter or AQL.

    Source: MIL-STD-105E (1989), tables II-A to II-C. ISO 2859-1:1999 has the same normal and
    tightened plans; its reduced plans leave no room between acceptance and rejection number.
    """
    if letter not in tuple(LETTERS[:-1]):
        raise InvalidArgument(f"no code letter {letter!r}", next_step="code letters are A to R")
    row, column = LETTERS.index(letter), _column(aql)
    used = _followed(severity, row, column)
    numbers = _cell(severity, used, column)
    assert numbers is not None  # every arrow ends at a plan
    sizes = _REDUCED_SIZES if severity == "reduced" else _SIZES
    return SamplingPlan(letter, LETTERS[used], sizes[used], *numbers)


def tighter(aql: str) -> str | None:
    """The next smaller AQL of the tables; none below the smallest."""
    column = _column(aql)
    return AQLS[column - 1] if column else None


def acceptance_probability(plan: SamplingPlan, share: float) -> float:
    """Probability that a lot with this share of nonconforming pieces is accepted, 0 to 1.

    By the binomial, that is for pieces drawn from a running process or a lot much larger than the
    sample; it is an operating point of the plan's curve.

    Raises:
        InvalidArgument: the share is outside 0 to 1.
    """
    from scipy.special import bdtr

    if not 0 <= share <= 1:
        raise InvalidArgument(
            f"share must lie between 0 and 1; got {share}", next_step="write 1 % as 0.01"
        )
    if plan.accept >= plan.sample_size:
        return 1.0
    return float(bdtr(plan.accept, plan.sample_size, share))


def _column(aql: str) -> int:
    if aql not in AQLS:
        raise InvalidArgument(
            f"the tables have no AQL {aql}", next_step=f"choose one of {', '.join(AQLS)}"
        )
    return AQLS.index(aql)


def _followed(severity: Severity, row: int, column: int) -> int:
    """The row whose plan is used; an arrow without a plan at its end points the other way."""
    if _cell(severity, row, column) is not None:
        return row
    up = [r for r in range(row - 1, -1, -1) if _cell(severity, r, column) is not None]
    down = [r for r in range(row + 1, _rows(severity)) if _cell(severity, r, column) is not None]
    diagonal = row + column
    points_down = diagonal <= _LONG and diagonal != _POINTS_UP
    first, second = (down, up) if points_down else (up, down)
    return (first or second)[0]


def _rows(severity: Severity) -> int:
    """Only tightened inspection has a sample beyond letter R: S, for one AQL."""
    return len(LETTERS) if severity == "tightened" else len(LETTERS) - 1


def _cell(severity: Severity, row: int, column: int) -> tuple[int, int] | None:
    """Acceptance and rejection number of a cell; none: an arrow."""
    diagonal = row + column
    table = _DIAGONALS[severity]
    zero = min(table)
    if diagonal == zero and column > _LAST_AQL_OF_ZERO:
        return None
    if diagonal > _LONG and row > _LAST_SHORT_LETTER:
        return None
    if severity == "reduced" and row < len(_SPECIAL):
        table = _SPECIAL[row]
    return table.get(diagonal)


_SPECIAL = (_NORMAL, _REDUCED_B)
"""Letters A and B of reduced inspection: so few pieces that they have numbers of their own."""
