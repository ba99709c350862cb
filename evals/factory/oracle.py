"""An oracle that watches only the station that drifts, and knows its mean on every day."""

from functools import cache

import numpy as np

from domain.run_length import cusum_run_length
from domain.time_weighted import cusum_chart
from services.hub.simulate.factory import make_block
from services.hub.simulate.production import BEFORE_EXIT
from services.hub.simulate.setting import Setting
from services.hub.simulate.timeline import DAY

NOISE = 0.87
"""Standard deviation of a reading about its station's mean, in sigmas of the characteristic."""
SLACK = 0.5
_LIMITS = (0.5, 40.0)


def oracle_delay(setting: Setting, run_length: float) -> int | None:
    """Days from the onset of the drift to the oracle's signal; none if it never signals.

    A two-sided CUSUM of daily means less the true mean, wandering included, in true standard
    errors, begun at the onset.

    Args:
        setting: a world with a drift whose units fill one block.
        run_length: days to a signal of the chart in control.
    """
    drift = setting.drift
    if drift is None:
        return None
    block = make_block(setting, 1)
    one = setting.catalogue.characteristics[drift.characteristic]
    some = (block.line == drift.line) & (block.built >= drift.first) & (block.built < drift.stop)
    built = block.built[some]
    level = setting.wander(block.line[some], drift.characteristic, built / DAY)
    apart = (block.values[one.characteristic_id][some] - one.mean) / one.sigma - level
    measured = (built - BEFORE_EXIT[one.step]) // DAY
    days, turn = np.unique(measured, return_inverse=True)
    scores = np.bincount(turn, weights=apart) / NOISE / np.sqrt(np.bincount(turn))
    chart = cusum_chart(scores.tolist(), slack=SLACK, limit=oracle_limit(run_length))
    found = np.flatnonzero(chart.outside)
    return int(days[found[0]] - drift.first // DAY) if len(found) else None


@cache
def oracle_limit(run_length: float) -> float:
    """Decision interval for a run length in control (days)."""
    low, high = _LIMITS
    for _ in range(30):
        middle = (low + high) / 2
        if cusum_run_length(slack=SLACK, limit=middle) < run_length:
            low = middle
        else:
            high = middle
    return high
