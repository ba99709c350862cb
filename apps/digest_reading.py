"""Digests as one person may read them: those of their own regions and sites."""

from typing import TYPE_CHECKING

from memory.digests import KeptDigest, kept_digests

if TYPE_CHECKING:
    from apps.wiring import Wiring

ANY = "*"


def digests(parts: "Wiring", *, region: str | None = None, limit: int = 50) -> list[KeptDigest]:
    """Posted digests, the newest first.

    A digest tells of suppliers as well, so whoever sees some suppliers only reads none.

    Args:
        parts: the program's parts, for whoever reads.
        region: only those of this region or site.
        limit: at most so many.
    """
    scope = parts.scope
    if ANY not in scope.suppliers or "internal" not in scope.classes:
        return []
    everywhere = ANY in scope.regions
    mine = {} if everywhere else {"region": set(scope.regions), "site": _sites(parts)}

    def wanted(kind: str, place: str) -> bool:
        return region in (None, place) and (everywhere or place in mine[kind])

    with parts.ledger.read() as connection:
        return kept_digests(connection, wanted, most=limit)


def _sites(parts: "Wiring") -> set[str]:
    """Sites of the reader's regions."""
    rows = parts.hub.snapshot(parts.scope).query("visible_sites")
    return {row[0] for row in rows.values}
