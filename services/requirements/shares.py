"""Which share of cases has to meet a limit: "90 % of tasks complete within 5 s"."""

from services.requirements.comparing import OF, Compared
from services.requirements.units import SHARE

_BESIDE = 14
"""Characters within which a share restricts the limit before it, and not the one behind it."""


def with_shares(found: list[Compared], text: str) -> list[tuple[Compared, float | None]]:
    """Limits, each with the share of cases that has to meet it."""
    limits = [one for one in found if one.quantity.unit != SHARE]
    shares = [one for one in found if one.quantity.unit == SHARE]
    held: dict[int, float] = {}
    loose: list[Compared] = []
    for share in shares:
        place = _meant(share, limits, held, text)
        if place is None:
            loose.append(share)
        else:
            held[place] = share.quantity.value
    joined = [(one, held.get(i)) for i, one in enumerate(limits)] + [(one, None) for one in loose]
    return sorted(joined, key=lambda pair: pair[0].start)


def _meant(
    share: Compared, limits: list[Compared], held: dict[int, float], text: str
) -> int | None:
    """Which limit a share restricts; None: it is a limit of its own."""
    if share.stated and not (share.operator == ">=" and OF.match(text, share.end)):
        return None
    before = [i for i, one in enumerate(limits) if one.end <= share.start and i not in held]
    behind = [i for i, one in enumerate(limits) if one.start >= share.end and i not in held]
    if before and len(text[limits[before[-1]].end : share.start]) <= _BESIDE:
        return before[-1]
    if behind:
        return behind[0]
    return before[-1] if before and OF.match(text, share.end) else None
