"""How results look in a terminal. Numbers stay as they are; long lists are cut and say so."""

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from rich import markup
from rich.console import Console
from rich.table import Table

from apps.terminal.cells import fold, short, wide
from apps.terminal.charts.drawing import draw
from domain.errors import AndonError

if TYPE_CHECKING:
    from domain.records.evidence import Evidence
    from domain.records.load import LoadReport

ROWS_SHOWN = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that command a terminal, or turn the order of what is read."""
IDENTIFIER_WIDTH = 24
RECORD_MARGIN = 6
RECORD_LINES = 5
ITEMS_SHOWN = 8
NOTHING = "–"
_EMPTY: tuple[object, ...] = (None, "", [], {})
_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*(?:Z|\+00:00)$")
OUT = Console(highlight=False, soft_wrap=False)
ERR = Console(stderr=True, highlight=False)


def clean(text: str) -> str:
    """Text from data without commands to the terminal."""
    return _CONTROL.sub("\ufffd", text)


def escape(text: str) -> str:
    """Text from data as it may be printed: no markup, no commands to the terminal."""
    return markup.escape(clean(text))


def print_json(value: object) -> None:
    """Exactly one JSON object on standard output."""
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    sys.stdout.write(json.dumps(value, ensure_ascii=plain) + "\n")
    sys.stdout.flush()


def show_error(error: AndonError, *, as_json: bool) -> None:
    """A failure: as JSON for programs, as three short lines for people."""
    if as_json:
        print_json(error.to_json())
        return
    where = ""
    if error.where is not None:
        file, line = error.where
        where = f" ({file}{f', line {line}' if line else ''})"
    mark = "note" if error.exit_code == 0 else "error"
    ERR.print(f"[bold]{mark}:[/bold] {escape(error.message)}{escape(where)}")
    if error.holds:
        ERR.print(f"  still true: {escape(error.holds)}")
    if error.next_step:
        ERR.print(f"  next: {escape(error.next_step)}")


def show_evidence(evidence: "Evidence") -> None:
    """A tool's result: its summary, its tables, what to know, and its name."""
    OUT.print(f"[bold]{escape(evidence.summary)}[/bold]")
    if evidence.chart is not None:
        show_chart(evidence.chart)
    _show_value(evidence.result)
    for note in evidence.warnings:
        OUT.print(f"  [yellow]note[/yellow] {escape(note.text)}")
    for exclusion in evidence.excluded:
        OUT.print(f"  left out: {exclusion.rows:,} rows, {escape(exclusion.rule)}")
    now = evidence.as_of + ("" if evidence.as_of_given else " (newest day in the hub)")
    OUT.print(f"  [dim]{evidence.id} · as of {now} · {evidence.versions.hub_commit}[/dim]")


def show_chart(chart: object) -> None:
    """A Vega-Lite specification as text, as wide as the terminal."""
    OUT.print()
    for line in draw(chart, OUT.width):
        OUT.print(escape(line), soft_wrap=True)
    OUT.print()


def show_load(report: "LoadReport") -> None:
    """What an ingest did, file by file."""
    table = Table(box=None, pad_edge=False)
    for heading in ("file", "read", "accepted", "duplicate", "quarantined"):
        table.add_column(heading, justify="left" if heading == "file" else "right")
    for file in report.files:
        counts = (file.read, file.accepted, file.duplicate, file.quarantined)
        table.add_row(escape(file.path), *(f"{count:,}" for count in counts))
    OUT.print(table)
    total = f"{report.read:,} rows read: {report.accepted:,} accepted,"
    total += f" {report.duplicate:,} duplicate, {report.quarantined:,} quarantined"
    OUT.print(f"[bold]{total}[/bold]")
    for file in report.files:
        for rule, rows in file.rules.items():
            OUT.print(f"  {escape(file.path)}: {rows:,} quarantined by rule {escape(rule)}")
        for warning in file.warnings:
            OUT.print(f"  [yellow]note[/yellow] {escape(file.path)}: {escape(warning)}")
    if report.not_taken:
        OUT.print(f"  [yellow]note[/yellow] not taken: {escape(', '.join(report.not_taken))}")
    state = "this content was loaded before; nothing was written" if report.already_loaded else ""
    OUT.print(f"  [dim]{report.load_id} · hub commit {report.commit} {state}[/dim]")


def _show_value(result: dict[str, Any]) -> None:
    plain = {k: v for k, v in result.items() if not isinstance(v, dict | list)}
    if plain:
        OUT.print("  " + " · ".join(_named(k, v) for k, v in plain.items() if v not in _EMPTY))
    for name, value in result.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            _show_rows(name, value)
        elif isinstance(value, dict | list) and value:
            OUT.print(f"  {name}: {escape(_cell(value))}")


def _show_rows(name: str, rows: list[dict[str, Any]]) -> None:
    """A table of what differs between the rows; what all share stands once, above it."""
    columns = [key for key in rows[0] if any(row.get(key) not in _EMPTY for row in rows)]
    shared = [key for key in columns if len(rows) > 2 and _same(rows, key)]
    title = " · ".join([f"[bold]{name}[/bold]", *(_named(key, rows[0][key]) for key in shared)])
    OUT.print(title)
    varying = [key for key in columns if key not in shared]
    shown = [{key: _cell(row.get(key)) for key in varying} for row in rows[:ROWS_SHOWN]]
    widths = [max(wide(row[key]) for row in shown) for key in varying]
    needed = sum(
        max(wide(key), min(width, IDENTIFIER_WIDTH)) + 2
        for key, width in zip(varying, widths, strict=True)
    )
    if needed > OUT.width:
        _show_records(shown)
    else:
        _show_table(rows, shown)
    if len(rows) > ROWS_SHOWN:
        OUT.print(f"  … and {len(rows) - ROWS_SHOWN:,} more; `--json` gives all")


def _show_table(rows: list[dict[str, Any]], shown: list[dict[str, str]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in shown[0]:
        numeric = all(isinstance(row.get(column), int | float | None) for row in rows)
        table.add_column(
            column,
            justify="right" if numeric else "left",
            overflow="fold",
            # a broken identifier cannot be copied
            no_wrap=max(wide(row[column]) for row in shown) <= IDENTIFIER_WIDTH,
        )
    for row in shown:
        table.add_row(*(escape(cell) for cell in row.values()))
    OUT.print(table)


def _show_records(shown: list[dict[str, str]]) -> None:
    """Rows that are too wide for a table, one under the other."""
    for place, row in enumerate(shown, 1):
        text = " · ".join(f"{key} {cell}" for key, cell in row.items() if cell != NOTHING)
        first, *rest = fold(text, OUT.width - RECORD_MARGIN, RECORD_LINES)
        OUT.print(f"[bold]{place:>4}[/bold]  {escape(first)}", soft_wrap=True)
        for line in rest:
            OUT.print(" " * RECORD_MARGIN + escape(line), soft_wrap=True)


def _same(rows: list[dict[str, Any]], key: str) -> bool:
    return all(row.get(key) == rows[0].get(key) for row in rows)


def _named(key: str, value: object) -> str:
    return escape(f"{key} {_cell(value)}")


def _cell(value: object) -> str:
    if value in _EMPTY:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return short(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        more = f", … {len(value) - ITEMS_SHOWN} more" if len(value) > ITEMS_SHOWN else ""
        return "[" + ", ".join(_cell(item) for item in value[:ITEMS_SHOWN]) + more + "]"
    if isinstance(value, dict) and {"estimate", "low", "high"} <= value.keys():
        return _with_interval(value)
    if isinstance(value, dict):
        shown = _telling(value)
        return ", ".join(f"{key} {_cell(item)}" for key, item in shown.items())
    moment = _MOMENT.match(str(value))
    return f"{moment[1]} {moment[2]}Z" if moment else str(value)


def _with_interval(value: dict[str, Any]) -> str:
    """A figure with its interval, as `4.67 [2.33, 8.35]`; an end without a bound is ∞."""
    low, high = value["low"], value["high"]
    ends = f"{_cell(low) if low is not None else '0'}, {_cell(high) if high is not None else '∞'}"
    return f"{_cell(value['estimate'])} [{ends}]"


def _telling(value: dict[str, Any]) -> dict[str, Any]:
    """What is worth reading: no empty values, and of many shares only those that are not whole."""
    shown = {key: item for key, item in value.items() if item not in _EMPTY}
    shares = [item for item in shown.values() if isinstance(item, float) and 0 <= item <= 1]
    if len(shares) == len(shown) > 1 and 1.0 in shares:
        shown = {key: item for key, item in shown.items() if item < 1} or {"all": 1.0}
    return shown
