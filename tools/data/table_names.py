"""Tables by the name that an asker writes, their days, and who sees all of their rows."""

from collections.abc import Mapping
from datetime import date, datetime

from domain.errors import UnknownName
from services.hub.schema import Table
from tools.tool import ToolContext


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


def sees_all(context: ToolContext) -> bool:
    """Whether no region or supplier is hidden from the asker.

    Rejected rows bear neither, and what a row refers to may lie outside a limited scope.
    """
    scope = context.snapshot.scope
    return "*" in scope.regions and "*" in scope.suppliers


def day_of(value: datetime | date | None) -> date | None:
    """The day (UTC) of what a time column holds."""
    return value.date() if isinstance(value, datetime) else value
