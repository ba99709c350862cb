"""The six branches of a cause-and-effect diagram (5M1E), and the kinds of change in each."""

import re
from typing import get_args

from domain.records.cause import Branch

BRANCHES: tuple[Branch, ...] = get_args(Branch)
_WORDS: dict[Branch, set[str]] = {
    "man": {"man", "operator", "training", "staff", "staffing", "personnel", "crew", "人"},
    "machine": {"machine", "equipment", "tool", "tooling", "maintenance", "fixture", "机"},
    "material": {"material", "supplier", "part", "component", "lot", "firmware", "attribute", "料"},
    "method": {"method", "process", "recipe", "instruction", "procedure", "design", "法"},
    "measurement": {"measurement", "gauge", "gage", "calibration", "inspection", "test", "测"},
    "environment": {"environment", "humidity", "climate", "facility", "layout", "环"},
}


def branch_of(kind: str | None) -> Branch | None:
    """The branch that a kind of change belongs to, by its words; none if no word is known.

    A branch's own name wins over the other words.
    """
    words = set(re.findall(r"[^\W_]+", (kind or "").lower()))
    words |= {word.removesuffix("s") for word in words}
    for branch in BRANCHES:
        if branch in words:
            return branch
    for branch in BRANCHES:
        if words & _WORDS[branch]:
            return branch
    return None
