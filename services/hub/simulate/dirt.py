"""Rows made wrong on purpose, so that ingest has something to refuse; each is counted."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.hub.simulate.setting import Setting
from services.hub.simulate.writing import Columns

UNKNOWN = {
    "claims": {"country": "ZZ", "currency": "QQQ", "serial": "NO-SUCH-UNIT"},
    "feedback": {"country": "ZZ", "language": "xx-none", "rating": "1000000000"},
    "measurements": {"characteristic_id": "CHR-NONE", "serial": "NO-SUCH-UNIT"},
}
"""Wrong values by table and column."""


class Dirt:
    """Spoils a share of the rows of some tables."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.counts: Counter[str] = Counter()
        """Rows spoilt so far, by `table.column`."""

    def on(self, table: str, columns: Columns, number: int) -> Columns:
        """The columns with the plan's share of rows spoilt, one column a row."""
        share = self._setting.plan.dirt
        if not share or table not in UNKNOWN:
            return columns
        random = self._setting.random(f"dirt {table}", number)
        count = len(next(iter(columns.values())))
        wrong = list(UNKNOWN[table])
        chosen = np.where(random.random(count) < share, random.integers(len(wrong), size=count), -1)
        spoilt: dict[str, NDArray[Any]] = dict(columns)
        for index, column in enumerate(wrong):
            here = chosen == index
            spoilt[column] = np.where(here, UNKNOWN[table][column], spoilt[column])
            self.counts[f"{table}.{column}"] += int(here.sum())
        return spoilt
