"""Tables by the name that an asker writes, and their days, for the tools that look at tables."""

from collections.abc import Mapping
from datetime import date, datetime

from domain.errors import UnknownName
from services.hub.schema import Table


def table_named(name: str, among: Mapping[str, Table]) -> Table:
    """The table of that name in any case.

    Raises:
        UnknownName: there is none; near ones are offered.
    """
    from rapidfuzz import process

    wanted = name.strip().lower()
    if wanted not in among:
        near = process.extract(wanted, list(among), limit=3, score_cutoff=60)
        raise UnknownName("table", name, tuple(match[0] for match in near))
    return among[wanted]


def day_of(value: datetime | date | None) -> date | None:
    """The day (UTC) of what a time column holds."""
    return value.date() if isinstance(value, datetime) else value
