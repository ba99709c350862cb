"""The parts of which each discipline is told: lines, tables, and the evidence behind them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from agents.drafting.conditions import units_where
from agents.wording.wording import wording_for
from domain.contract import Contract
from domain.records.cause import Condition

HOUSE_LANGUAGE = "en"
"""Language of what the house writes into a case and of its 8D report."""
NOTHING = "–"


class Line(Contract):
    """One thing that is known."""

    label: str
    """What it is about; empty: the text says so."""
    text: str
    """What is known."""


class Grid(Contract):
    """A table."""

    title: str
    """What it shows."""
    columns: tuple[str, ...]
    """Headings."""
    rows: tuple[tuple[str, ...], ...]
    """Cells, as many in each row as there are headings."""


class Section(Contract):
    """One discipline as it is shown."""

    step: str
    """D0 to D8."""
    title: str
    """What it is."""
    state: str
    """open, done or not applicable."""
    lines: tuple[Line, ...]
    """What is known."""
    grids: tuple[Grid, ...]
    """Tables of it."""
    evidence: tuple[Line, ...]
    """Evidence ids, each with its summary where the reader may see it."""


def line(label: str, text: object) -> Line:
    """A line; what is not known is an open one."""
    return Line(label=label, text=str(text) if text not in (None, "") else "open")


def grid(title: str, columns: tuple[str, ...], rows: Iterable[Iterable[object]]) -> list[Grid]:
    """A table as a list of one; none where it has no rows."""
    cells = tuple(tuple(_cell(one) for one in row) for row in rows)
    return [Grid(title=title, columns=columns, rows=cells)] if cells else []


def units(condition: Mapping[str, Any] | Condition) -> str:
    """The units that meet a condition, in words."""
    found = condition if isinstance(condition, Condition) else Condition(**condition)
    if not found.model_dump():
        return "all units"
    return wording_for(HOUSE_LANGUAGE).fact(units_where(found))


def symptom(code: str) -> str:
    """A symptom in words with its code; a code without a word stays alone."""
    word = wording_for(HOUSE_LANGUAGE).term("symptom", code)
    return code if word == code else f"{word} ({code})"


def moment(at: datetime | str) -> str:
    """A moment to the minute (UTC)."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{found:%Y-%m-%d %H:%M} UTC"


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or NOTHING
    return NOTHING if value in (None, "") else str(value)
