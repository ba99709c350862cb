"""Did a corrective action work? Judged against what was asked for before looking.

A rate that falls may fall by itself; a control that was not touched shows how much. Too few
failures are no success: the answer is then the day on which they will be enough.
"""

import math
from typing import NamedTuple

from domain.effects import BeforeAfter, difference_in_differences
from domain.errors import InvalidArgument
from domain.intervals import Interval
from domain.rates import rate_ratio
from domain.records.finding import FixVerdict

Z = 1.959964


class FixJudgement(NamedTuple):
    """The effect of a corrective action and what it amounts to."""

    verdict: FixVerdict
    """effective: the rate fell, beyond what the control did. not_effective: the reduction asked for
    is ruled out. undetermined: neither is shown yet."""
    ratio: Interval
    """Rate after over before, less what the control did where there is one (1: no effect)."""
    p_value: float
    """Two-sided p-value of no effect."""
    naive: Interval
    """Rate after over before of the treated group alone, exact."""
    control: Interval | None
    """The same of the control; null without one."""
    reached: bool
    """Whether the best estimate reaches the reduction asked for."""
    more_exposure: float | None
    """How many times the exposure after the change would settle an undetermined case, if the ratio
    asked for is true; null: settled, the exposure is enough already, or no amount can settle it."""


def judge_fix(
    treated: BeforeAfter,
    control: BeforeAfter | None,
    *,
    wanted_ratio: float = 0.6,
    level: float = 0.95,
) -> FixJudgement:
    """Judge a fix by its interval: against no effect, and against the effect asked for.

    Args:
        treated: failures and exposure of the changed group before and after.
        control: the same of a group that was not changed; none: its trend is not known.
        wanted_ratio: rate after over before that was asked for, between 0 and 1.
        level: confidence level, between 0 and 1.

    Raises:
        InvalidArgument: `wanted_ratio` is not between 0 and 1, or a count or exposure is invalid.

    Source: exact conditional test after Przyborowski and Wilenski (1940) without a control, else
    difference-in-differences of log rates.
    """
    if not 0 < wanted_ratio < 1:
        raise InvalidArgument(
            f"wanted_ratio must lie between 0 and 1; got {wanted_ratio}",
            next_step="0.6 asks for a reduction by 40 %",
        )
    alone = rate_ratio(treated.after, treated.before, level=level)
    ratio, p_value, beside = alone.ratio, alone.p_value, None
    if control is not None:
        both = difference_in_differences(treated, control, level=level)
        ratio, p_value, beside = both.ratio, both.p_value, both.control
    verdict = _verdict(ratio, wanted_ratio)
    return FixJudgement(
        verdict=verdict,
        ratio=ratio,
        p_value=p_value,
        naive=alone.ratio,
        control=beside,
        reached=ratio.estimate is not None and ratio.estimate <= wanted_ratio,
        more_exposure=_more(treated, control, wanted_ratio) if verdict == "undetermined" else None,
    )


def _verdict(ratio: Interval, wanted_ratio: float) -> FixVerdict:
    if ratio.high is not None and ratio.high < 1:
        return "effective"
    if ratio.low > wanted_ratio:
        return "not_effective"
    return "undetermined"


def _more(treated: BeforeAfter, control: BeforeAfter | None, wanted_ratio: float) -> float | None:
    """Factor on the exposure after at which the interval of the wanted ratio leaves out 1."""
    if not treated.before.events or (
        control and 0 in (control.before.events, control.after.events)
    ):
        return None
    room = (math.log(wanted_ratio) / Z) ** 2 - 1 / treated.before.events
    rate = treated.before.events / treated.before.exposure
    later = 1 / (rate * wanted_ratio * treated.after.exposure)
    if control is not None:
        room -= 1 / control.before.events
        later += 1 / control.after.events
    return later / room if 0 < room < later else None
