"""Opens files through the public door and scans them as an ingest does."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from services.hub.ingest.reading import ReadOptions, Source, open_source

Cell = str | float | bool


class Reading(NamedTuple):
    source: Source
    rows: list[tuple[object, ...]]
    lines: list[int]

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [(bad.line, bad.rule) for bad in self.source.malformed]


Read = Callable[..., Reading]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "exports"
    place.mkdir()
    return place


@pytest.fixture
def open_(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, folder: Path
) -> Callable[..., Source]:
    workspace = tmp_path / "workspace"
    workspace.mkdir()

    def run(path: Path | str, **options: object) -> Source:
        chosen = ReadOptions.model_validate(options)
        return open_source(connection, folder / path, chosen, workspace, folder)

    return run


@pytest.fixture
def read(connection: duckdb.DuckDBPyConnection, folder: Path, open_: Callable[..., Source]) -> Read:
    def run(content: bytes | str, name: str = "export.csv", **options: object) -> Reading:
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
        return scan(connection, open_(name, **options))

    return run


def scan(connection: duckdb.DuckDBPyConnection, source: Source) -> Reading:
    connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT * FROM {source.sql}")
    numbers = connection.execute("SELECT rowid FROM t ORDER BY rowid").fetchall()
    rows = connection.execute("SELECT * FROM t ORDER BY rowid").fetchall()
    assert source.records == len(rows)
    return Reading(source, rows, [source.line(int(number)) for (number,) in numbers])


@pytest.fixture
def workbook(folder: Path) -> Callable[..., Path]:
    """Writes an .xlsx of sheets: name -> {cell reference: value}; `date:45000` is a date serial."""

    def run(sheets: dict[str, dict[str, Cell]], name: str = "book.xlsx") -> Path:
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        relations = "http://schemas.openxmlformats.org/package/2006/relationships"
        kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        listed = "".join(
            f'<sheet name="{title}" sheetId="{n}" r:id="r{n}"/>'
            for n, title in enumerate(sheets, start=1)
        )
        linked = "".join(
            f'<Relationship Id="r{n}" Type="{kinds}/worksheet" Target="worksheets/s{n}.xml"/>'
            for n, _ in enumerate(sheets, start=1)
        )
        styles = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr(
                "_rels/.rels",
                f'<Relationships xmlns="{relations}"><Relationship Id="b"'
                f' Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            )
            book.writestr(
                "xl/workbook.xml",
                f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets>{listed}</sheets></workbook>',
            )
            book.writestr(
                "xl/_rels/workbook.xml.rels",
                f'<Relationships xmlns="{relations}">{linked}<Relationship Id="s"'
                f' Type="{kinds}/styles" Target="styles.xml"/></Relationships>',
            )
            book.writestr("xl/styles.xml", f'<styleSheet xmlns="{main}">{styles}</styleSheet>')
            for n, cells in enumerate(sheets.values(), start=1):
                written = "".join(_cell(ref, value) for ref, value in cells.items())
                book.writestr(
                    f"xl/worksheets/s{n}.xml",
                    f'<worksheet xmlns="{main}"><sheetData>{written}</sheetData></worksheet>',
                )
        return folder / name

    return run


def _cell(reference: str, value: Cell) -> str:
    row = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if isinstance(value, bool):
        inner = f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
    elif isinstance(value, str) and value.startswith("date:"):
        inner = f'<c r="{reference}" s="1"><v>{value[5:]}</v></c>'
    elif isinstance(value, str):
        inner = f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
    else:
        inner = f'<c r="{reference}"><v>{value!r}</v></c>'
    return f'<row r="{row}">{inner}</row>'
