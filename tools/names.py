"""From what people write to what the hub calls it: every tool looks names up here.

A name that the hub does not know is refused with near ones, because a silent empty result would
read as "no failures".
"""

from collections.abc import Iterable
from typing import Any, Literal

from domain.errors import UnknownName
from tools.tool import ToolContext

NameKind = Literal[
    "model",
    "family",
    "country",
    "region",
    "site",
    "line",
    "shift",
    "station",
    "supplier",
    "part",
    "lot",
    "serial",
    "characteristic",
    "symptom",
    "defect",
    "channel",
    "language",
    "change kind",
    "load",
]
_QUERIES: dict[NameKind, str] = {
    "model": "models_named",
    "family": "families_named",
    "country": "countries_named",
    "region": "regions_named",
    "site": "sites_named",
    "line": "lines_named",
    "shift": "shifts_named",
    "station": "stations_named",
    "supplier": "suppliers_named",
    "part": "parts_named",
    "lot": "lots_named",
    "serial": "serials_named",
    "characteristic": "characteristics_named",
    "symptom": "symptoms_named",
    "defect": "defects_named",
    "channel": "channels_named",
    "language": "languages_named",
    "change kind": "change_kinds_named",
    "load": "loads_named",
}
_CANDIDATES = 50
_OFFERED = 3
_LIKE_ENOUGH = 60


def resolve(context: ToolContext, kind: NameKind, names: Iterable[str]) -> list[str]:
    """Identifiers that names stand for, in the order asked and each once.

    Upper and lower case do not matter, and the dimension's `name` column is understood too. What
    units, measurements, lots or deliveries bear is known even where the dimension lacks it. A name
    that two rows bear gives both; an identifier written exactly as stored gives itself only.

    Args:
        context: who asks; names outside their scope are unknown to them.
        kind: what is named.
        names: as written by the asker; none gives an empty list.

    Raises:
        UnknownName: the hub has no such name; near ones are offered.
    """
    asked = [name.strip() for name in names]
    if not asked:
        return []
    wanted = sorted({name.lower() for name in asked})
    known = _pairs(context, kind, names=wanted)
    found: dict[str, None] = {}
    for name in asked:
        exact = [known_id for known_id, _ in known if known_id == name]
        alike = [
            known_id for known_id, label in known if name.lower() in _spellings(known_id, label)
        ]
        if not alike:
            raise UnknownName(kind, name, near(context, kind, name))
        found.update(dict.fromkeys(exact or sorted(alike)))
    return list(found)


def near(context: ToolContext, kind: NameKind, name: str) -> tuple[str, ...]:
    """The identifiers that look most like a name, likest first (at most three)."""
    from rapidfuzz import fuzz

    candidates = _pairs(context, kind, near=name.lower(), most=_CANDIDATES)
    likeness: dict[str, float] = {}
    for known_id, label in candidates:
        for spelling in _spellings(known_id, label):
            score = fuzz.WRatio(name.lower(), spelling)
            likeness[known_id] = max(score, likeness.get(known_id, 0.0))
    ranked = sorted(likeness, key=lambda known_id: (-likeness[known_id], known_id))
    return tuple(known_id for known_id in ranked if likeness[known_id] >= _LIKE_ENOUGH)[:_OFFERED]


def _pairs(
    context: ToolContext,
    kind: NameKind,
    **parameters: Any,  # noqa: ANN401  bound values
) -> list[tuple[str, str | None]]:
    rows = context.snapshot.query(_QUERIES[kind], **parameters)
    return [(str(row[0]), row[1]) for row in rows.values]


def _spellings(known_id: str, label: str | None) -> set[str]:
    return {known_id.lower()} | ({label.lower()} if label else set())
