"""Whatever table a CSV writer writes, in whatever dialect and encoding, comes back the same."""

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.hub.ingest.reading import ReadOptions, Source, open_source
from services.hub.ingest.reading.careful import Judge
from services.hub.ingest.reading.record import LINE_END
from services.hub.ingest.reading.rows import Dialect
from services.hub.ingest.reading.structure import Structure

TEXTS = st.text(
    st.one_of(
        st.sampled_from("a1 ,;|\t\"'\n\r\x1f\0é量Ж\ufeff\u2028"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=6,
)
RELAXED = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

Read = Callable[..., Any]


def opened(connection: duckdb.DuckDBPyConnection, data: bytes, options: ReadOptions) -> Source:
    folder = tempfile.mkdtemp(dir=_ROOT.name)
    path = Path(folder) / "x.csv"
    path.write_bytes(data)
    return open_source(connection, path, options, Path(folder), Path(folder))


_ROOT = tempfile.TemporaryDirectory()


@RELAXED
@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=8),
    delimiter=st.sampled_from([",", ";", "\t", "|", "\x1f"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"]),
    dialect=st.sampled_from(
        [
            ("\n", csv.QUOTE_ALL),
            ("\r\n", csv.QUOTE_MINIMAL),
            ("\r\n", csv.QUOTE_ALL),
            ("\r", csv.QUOTE_ALL),
        ]
    ),
    skipped=st.integers(0, 2),
)
def test_any_table_comes_back_equal_with_its_lines(
    connection: duckdb.DuckDBPyConnection,
    rows: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    dialect: tuple[str, int],
    skipped: int,
) -> None:
    end, quoting = dialect
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    text.write(f"preface{end}" * skipped)
    writer.writerow(["c1", "c2", "c3"])
    lines = []
    for row in rows:
        lines.append(1 + len(LINE_END.findall(text.getvalue().encode())))
        writer.writerow(row)
    named = None if encoding in ("utf-8-sig", "utf-16") else encoding
    options = ReadOptions(format="csv", encoding=named, delimiter=delimiter, skip_lines=skipped)
    source = opened(connection, text.getvalue().encode(encoding), options)
    found = connection.execute(f"SELECT * FROM {source.sql}").fetchall()
    assert found == [tuple(value or None for value in row) for row in rows]
    assert [source.line(record) for record in range(source.records)] == lines
    assert source.malformed == ()


@RELAXED
@given(
    good=st.lists(st.booleans(), min_size=1, max_size=40),
    quoted=st.booleans(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_rows_and_set_aside_records_are_together_every_line(
    connection: duckdb.DuckDBPyConnection, good: list[bool], quoted: bool, end: str
) -> None:
    mark = '"' if quoted else ""
    body = [f"{mark}{n}{mark},x" if fine else f"{n}" for n, fine in enumerate(good)]
    source = opened(
        connection, end.join(["a,b", *body]).encode(), ReadOptions(format="csv", delimiter=",")
    )
    found = connection.execute(f"SELECT a FROM {source.sql}").fetchall()
    assert [int(row[0]) for row in found] == [n for n, fine in enumerate(good) if fine]
    kept = [source.line(record) for record in range(source.records)]
    aside = [bad.line for bad in source.malformed]
    assert sorted(kept + aside) == list(range(2, len(good) + 2))
    assert aside == [n + 2 for n, fine in enumerate(good) if not fine]


@settings(max_examples=400, deadline=None)
@given(
    data=st.lists(
        st.sampled_from(["a", ",", '"', '""', "\n", "\r", '",', ',"', "é", " "]), max_size=14
    )
)
def test_the_fast_look_and_the_slow_one_agree(data: list[str]) -> None:
    block = "".join(data).encode() + b"\n"
    dialect = Dialect(",", '"', "\n")
    fast = Structure(dialect, 2).clean(block)
    judge, place, counts = Judge(dialect, 2), 0, []
    while fast and place < len(block):
        verdict = judge.judge(block, place, final=True)
        assert verdict is not None
        assert verdict.values is not None
        counts.append(len(LINE_END.findall(block, place, verdict.end)))
        place = verdict.end
    if fast:
        assert fast.records == len(counts)
        assert (fast.line_counts or (1,) * fast.records) == tuple(counts)
