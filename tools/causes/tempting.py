"""The wider blame that comes first to mind: the whole supplier, the whole line, every shift."""

from domain.records.cause import Condition

_FACTS = (
    ("supplier_id", "part_id"),
    ("site_id",),
    ("line_id",),
    ("shift",),
    ("change_id", "site_id", "line_id", "model_id", "built_from"),
    ("model_id",),
    ("country",),
)
"""Keys that make one blame."""


def wider(condition: Condition) -> list[Condition]:
    """What a hasty reader would blame instead: each single fact of a condition that says more."""
    said = condition.model_dump()
    found = []
    for keys in _FACTS:
        if keys[0] not in said:
            continue
        blame = condition.model_copy(update={key: None for key in said if key not in keys})
        if blame.model_dump() != said and blame not in found:
            found.append(blame)
    return found
