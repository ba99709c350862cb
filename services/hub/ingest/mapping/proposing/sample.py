"""A few thousand values of every column, spread evenly over the file."""

from typing import TYPE_CHECKING, NamedTuple

from services.hub.ingest.mapping.quoting import quoted
from services.hub.ingest.mapping.row import SourceLike

if TYPE_CHECKING:
    import duckdb

ROWS = 4000
"""Most rows that are looked at."""


class ColumnSample(NamedTuple):
    """What was seen of one source column."""

    name: str
    """Column name."""
    texts: tuple[str, ...]
    """Trimmed, non-empty values in file order."""
    rows: int
    """Rows looked at, empty ones too."""

    @property
    def distinct(self) -> tuple[str, ...]:
        """The different texts in the order of their first occurrence."""
        return tuple(dict.fromkeys(self.texts))


def sample_columns(
    connection: "duckdb.DuckDBPyConnection", source: SourceLike
) -> tuple[ColumnSample, ...]:
    """Samples of all columns; deterministic, so that a draft can be repeated."""
    counted = connection.execute(f"SELECT count(*) FROM {source.sql}").fetchall()
    stride = max(1, counted[0][0] // ROWS)
    cells = ", ".join(
        f"trim(CAST({quoted(name)} AS VARCHAR)) AS c{at}" for at, name in enumerate(source.columns)
    )
    picked = ", ".join(f"c{at}" for at in range(len(source.columns)))
    rows = connection.execute(
        f"SELECT {picked} FROM (SELECT {cells}, row_number() OVER () AS place FROM {source.sql}) "
        f"WHERE place % {stride} = 0 ORDER BY place LIMIT {ROWS}"
    ).fetchall()
    return tuple(
        ColumnSample(name, tuple(row[at] for row in rows if row[at]), len(rows))
        for at, name in enumerate(source.columns)
    )
