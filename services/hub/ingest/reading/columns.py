"""Names of columns: trimmed, never empty, never twice."""

from collections.abc import Sequence

from services.hub.ingest.reading.options import ReadOptions
from services.hub.ingest.reading.refusal import refuse


def column_names(header: Sequence[str], options: ReadOptions, shown: str) -> tuple[str, ...]:
    """The names to use for a table whose first record, or width, is `header`.

    Args:
        header: texts of the header; empty texts where the file has none.
        options: may give the names.
        shown: name of the file for people.

    Raises:
        DataRejected: a name occurs twice (letter case does not distinguish names), or
            the options give another number of names than the file has columns.
    """
    if options.columns and len(options.columns) != len(header):
        raise refuse(
            shown,
            f"{len(header)} columns, but the mapping names {len(options.columns)}",
            "correct `columns` or `delimiter` in the mapping's `read`",
        )
    given = options.columns or header
    names = tuple(
        text.replace("\ufeff", "").strip() or f"column_{place}"
        for place, text in enumerate(given, start=1)
    )
    _refuse_repeated(names, shown)
    return names


def _refuse_repeated(names: tuple[str, ...], shown: str) -> None:
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if name.lower() in seen:
            raise refuse(
                shown,
                f"column {name!r} occurs twice (columns {seen[name.lower()]} and {place})",
                "rename one, or list all names under `columns` in the mapping's `read` "
                "with `header: true`",
            )
        seen[name.lower()] = place
