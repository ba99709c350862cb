"""Gauge repeatability and reproducibility: how much of what is seen comes from the measuring.

Asked before a process is blamed: a gauge that cannot tell parts apart tells nothing of them.
"""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.errors import InvalidArgument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cells = NDArray[np.float64]

GaugeVerdict = Literal["fit", "conditional", "unfit"]
FIT, UNFIT = 0.10, 0.30
"""Share of the total spread up to which a gauge is fit, and beyond which it is not."""
FEWEST_CATEGORIES = 5
"""Fewest classes of parts that a usable gauge tells apart (count)."""
POOLED_FROM = 0.25
"""P-value from which the interaction of operator and part counts as repeatability."""


class Trial(NamedTuple):
    """One reading of a study."""

    operator: str
    """Who, or which device, measured."""
    part: str
    """Which part."""
    value: float
    """What was read."""


class GaugeStudy(NamedTuple):
    """Standard deviations by where they come from, in the unit of the readings."""

    repeatability: float
    """The same operator on the same part."""
    reproducibility: float
    """Between operators, with their interaction with parts; 0 with one operator."""
    gauge: float
    """Both together: the measuring."""
    part: float
    """Between the parts."""
    total: float
    """Gauge and parts together."""
    share: float
    """Gauge over total (%GRR as a share, 0 to 1)."""
    categories: int
    """Classes of parts that the gauge tells apart (ndc, count)."""
    interaction: "Interaction | None"
    """Test of the interaction; none with one operator."""

    @property
    def verdict(self) -> GaugeVerdict:
        """fit, conditional (10 to 30 % and five classes), or unfit."""
        return gauge_verdict(self.share, self.categories)


class Interaction(NamedTuple):
    """Do operators differ by part?"""

    f_value: float
    """F statistic (no unit)."""
    p_value: float
    """Its p-value."""
    kept: bool
    """True: counted as reproducibility; False: pooled with repeatability."""


def gauge_share(gauge: float, part: float) -> float:
    """Gauge over total standard deviation (%GRR as a share, 0 to 1).

    Args:
        gauge: standard deviation of the measuring, zero or more.
        part: standard deviation between parts, zero or more; not both zero.

    Raises:
        InvalidArgument: one is below zero, or nothing varies.
    """
    if min(gauge, part) < 0 or not gauge + part > 0:
        raise InvalidArgument(
            f"standard deviations {gauge} and {part} give no share",
            next_step="measure parts that differ, with a finer resolution",
        )
    return gauge / math.hypot(gauge, part)


def categories(gauge: float, part: float) -> int:
    """Classes of parts that a gauge tells apart: 1.41 part over gauge, cut off.

    Raises:
        InvalidArgument: the gauge does not vary at all: its resolution hides what it does.
    """
    if not gauge > 0:
        raise InvalidArgument(
            "all trials agree to the last digit", next_step="record more digits of each reading"
        )
    return math.floor(1.41 * part / gauge)


def gauge_verdict(share: float, classes: int) -> GaugeVerdict:
    """What a gauge may be used for.

    Args:
        share: gauge over total standard deviation, 0 to 1.
        classes: classes of parts that it tells apart.

    Source: AIAG, Measurement Systems Analysis, 4th edition (2010).
    """
    if share > UNFIT or classes < FEWEST_CATEGORIES:
        return "unfit"
    return "fit" if share < FIT else "conditional"


def gauge_study(trials: Iterable[Trial], *, pooled_from: float = POOLED_FROM) -> GaugeStudy:
    """Components of variance of a crossed study: each operator measures each part equally often.

    Args:
        trials: all readings; at least two parts and two trials of each by each operator.
        pooled_from: p-value from which the interaction is pooled with repeatability, 0 to 1.

    Raises:
        InvalidArgument: the study is not crossed and balanced, too small, or nothing varies.

    Source: AIAG, Measurement Systems Analysis, 4th edition (2010), by analysis of variance;
    negative components count as zero.
    """
    cells = _cells(trials)
    operators, parts, repeats = cells.shape
    if parts < 2 or repeats < 2:
        raise InvalidArgument(
            f"{parts} parts with {repeats} trials each are too few for a gauge study",
            next_step="measure at least two parts (usually ten) two or three times each",
        )
    cells = cells - cells.mean()
    by_part, by_operator, by_cell = cells.mean((0, 2)), cells.mean((1, 2)), cells.mean(2)
    within = float(((cells - by_cell[:, :, None]) ** 2).sum())
    between_parts = operators * repeats * float((by_part**2).sum()) / (parts - 1)
    free = operators * parts * (repeats - 1)
    if operators == 1:
        repeat = within / free
        return _study(repeat, 0.0, (between_parts - repeat) / repeats, None)
    joint = by_cell - by_part[None, :] - by_operator[:, None]
    crossed = repeats * float((joint**2).sum())
    between_operators = parts * repeats * float((by_operator**2).sum()) / (operators - 1)
    freedom = (operators - 1) * (parts - 1)
    interaction = _interaction(crossed / freedom, within / free, (freedom, free), pooled_from)
    if interaction.kept:
        repeat, mixed = within / free, crossed / freedom
    else:
        repeat = mixed = (within + crossed) / (free + freedom)
    operator = max(0.0, (between_operators - mixed) / (parts * repeats))
    by_both = max(0.0, (mixed - repeat) / repeats)
    part = (between_parts - mixed) / (operators * repeats)
    return _study(repeat, operator + by_both, part, interaction)


def _interaction(
    mixed: float, repeat: float, freedom: tuple[int, int], pooled_from: float
) -> Interaction:
    from scipy.special import fdtrc

    if not repeat > 0:
        return Interaction(math.inf if mixed > 0 else 0.0, float(mixed <= 0), mixed > 0)
    f_value = mixed / repeat
    p_value = float(fdtrc(*freedom, f_value))
    return Interaction(f_value, p_value, p_value < pooled_from)


def _study(
    repeat: float, between: float, part: float, interaction: Interaction | None
) -> GaugeStudy:
    gauge, parts = math.sqrt(repeat + between), math.sqrt(max(0.0, part))
    return GaugeStudy(
        repeatability=math.sqrt(repeat),
        reproducibility=math.sqrt(between),
        gauge=gauge,
        part=parts,
        total=math.hypot(gauge, parts),
        share=gauge_share(gauge, parts),
        categories=categories(gauge, parts),
        interaction=interaction,
    )


def _cells(trials: Iterable[Trial]) -> "Cells":
    """Readings by operator, part and trial; InvalidArgument if a cell is missing or uneven."""
    import numpy as np

    readings: dict[tuple[str, str], list[float]] = {}
    for trial in trials:
        readings.setdefault((trial.operator, trial.part), []).append(trial.value)
    operators = sorted({operator for operator, _ in readings})
    parts = sorted({part for _, part in readings})
    if not readings:
        raise InvalidArgument("the study holds no reading", next_step="record its trials")
    repeats = max(map(len, readings.values()))
    for operator in operators:
        for part in parts:
            found = len(readings.get((operator, part), ()))
            if found != repeats:
                raise InvalidArgument(
                    f"operator {operator} measured part {part} {found} times, others {repeats}",
                    next_step="repeat the missing trials, or leave out that part or operator",
                )
    return np.array([[readings[one, part] for part in parts] for one in operators])
