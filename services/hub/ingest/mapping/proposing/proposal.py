"""A first mapping for a file that nobody has mapped: a draft with its doubts, to correct."""

from collections.abc import Sequence
from glob import escape
from typing import TYPE_CHECKING, NamedTuple

from services.hub.ingest.mapping.proposing.choice import Choice, Match, Seen, choose
from services.hub.ingest.mapping.proposing.draft import yaml_text
from services.hub.ingest.mapping.proposing.sample import sample_columns
from services.hub.ingest.mapping.proposing.shapes import shape_of, unit_in
from services.hub.ingest.reading import ReadOptions, Source

if TYPE_CHECKING:
    import duckdb

_WIDE = 0.7
"""Confidence that numbers beside a unit or a time are values to unpivot."""
_DOUBTFUL = 0.8
"""Confidence below which a person is asked."""


class ColumnProposal(NamedTuple):
    """What became of one source column."""

    source: str
    """Source column."""
    column: str | None
    """Canonical column as `table.column`; None if it is left out."""
    confidence: float
    """0 to 1; 0 for a column that is left out."""


class Proposal(NamedTuple):
    """A drafted mapping."""

    text: str
    """YAML that `load_mapping` reads, with comments."""
    table: str
    """The canonical table that the file seems to be."""
    columns: tuple[ColumnProposal, ...]
    """Every source column, in file order."""
    questions: tuple[str, ...]
    """What a person should answer before the first ingest."""


def propose(
    connection: "duckdb.DuckDBPyConnection",
    source: Source,
    files: Sequence[str] = (),
    options: ReadOptions | None = None,
) -> Proposal:
    """A draft of the mapping for a file, from its column names and values.

    Args:
        connection: any DuckDB connection that can read the source.
        source: the opened file.
        files: patterns for `files`; by default the file's own name.
        options: how the file was read, where detection did not decide.
    """
    samples = sample_columns(connection, source)
    columns = tuple(Seen(sample, shape_of(sample)) for sample in samples)
    choice = choose(columns)
    questions = _questions(choice, source)
    text = yaml_text(
        choice, source, files or (escape(source.path),), options or ReadOptions(), questions
    )
    return Proposal(text, choice.table.name, _fates(choice, columns), questions)


def _fates(choice: Choice, columns: Sequence[Seen]) -> tuple[ColumnProposal, ...]:
    wide = "signals.value" if choice.table.name == "signals" else "measurements.value"
    fates = {seen.sample.name: (wide, _WIDE) for seen in choice.wide}
    for match in choice.matches:
        place = f"{choice.table.name}.{match.column.name}"
        fates[match.seen.sample.name] = (place, match.confidence)
    names = [seen.sample.name for seen in columns]
    return tuple(ColumnProposal(name, *fates.get(name, (None, 0.0))) for name in names)


def _questions(choice: Choice, source: Source) -> tuple[str, ...]:
    asked: list[str] = []
    if source.encoding_confidence < _DOUBTFUL:
        asked.append(f"Is the file really written in {source.encoding}?")
    if source.delimiter_confidence < _DOUBTFUL:
        asked.append(f"Are the fields really separated by {source.delimiter!r}?")
    for match in choice.matches:
        asked += _questions_of(match)
    found = {match.column.name for match in choice.matches}
    found |= {"signal", "value"} if choice.table.name == "signals" and choice.wide else set()
    asked += [
        f"{column.name}: where does it come from? A made-up value stands in the draft."
        for column in choice.table.columns
        if column.required and column.name not in found
    ]
    if choice.wide and choice.table.name != "signals":
        asked.append("measured_at: when were the values beside the unit measured?")
    if choice.wide:
        names = [s.sample.name for s in choice.wide if unit_in(s.sample.name) is None]
        asked += [f"value: which unit is {name!r} in?" for name in names]
    return tuple(asked)


def _questions_of(match: Match) -> list[str]:
    name, shape = match.seen.sample.name, match.seen.shape
    asked = []
    if match.confidence < _DOUBTFUL:
        asked.append(f"{match.column.name}: is it the column {name!r}?")
    fits = match.column.type != "text" or match.column.codes is not None
    if shape.question and fits and not (match.column.type == "date" and "zone" in shape.question):
        asked.append(f"{match.column.name}: {shape.question}")
    if shape.words.get("null_values") and fits:
        words = ", ".join(map(repr, _listed(shape.words["null_values"])))
        asked.append(f"{match.column.name}: do {words} mean that there is no value?")
    if match.column.name == "value" and unit_in(name) is None:
        asked.append(f"{match.column.name}: which unit is {name!r} in?")
    return asked


def _listed(words: object) -> list[str]:
    return [str(word) for word in words] if isinstance(words, list) else []
