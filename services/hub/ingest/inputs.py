"""Which files an ingest takes, and what says how each is to be read.

A file (or folder of part files) that bears a table's name needs no mapping. Other files need one:
given on the command line by path or by the name of a shipped mapping, or lying in the folder as
`andon-mapping.yaml`.
"""

import re
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

from domain.errors import BadArgument, DataRejected
from services.hub.ingest.mapping import load_mapping
from services.hub.ingest.mapping.model import SourceMapping, Target
from services.hub.schema import canonical

OWN_MAPPING = "andon-mapping.yaml"
_ENDINGS = (
    ".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xls", ".xlsb",
    ".ods", ".gz",
)  # fmt: skip


_NUMBERED = re.compile(r"[-_. ]?\d[-_. \d]*$")
"""What may follow a table's name in a file's: `units_2026-01`, `claims 3`."""


class Input(NamedTuple):
    """One file to read."""

    path: Path
    """Where it lies."""
    shown: str
    """Its path relative to the ingested folder."""
    source: SourceMapping | None
    """The block of the mapping that it falls under; none for a canonical file."""
    table: str | None
    """The table whose name it bears; none for a mapped file."""


class Inputs(NamedTuple):
    """Everything that one ingest takes in."""

    root: Path
    """The folder that paths are relative to; nothing outside it is read."""
    files: tuple[Input, ...]
    """Files, in the order of their names."""
    inline: tuple[Target, ...]
    """Tables whose rows stand in the mapping itself."""
    left: tuple[str, ...]
    """Files of the folder that nothing says how to read."""
    mapping: str
    """Text of the mapping; empty without one."""


def find_inputs(path: Path, mapping: str | None) -> Inputs:
    """The files below a path, each with what says how to read it.

    Args:
        path: a file or a folder.
        mapping: a mapping file, or the name of a shipped mapping.

    Raises:
        DataRejected: the path does not exist, or nothing in it can be read.
        BadArgument: the mapping is wrong.
    """
    if not path.exists():
        raise DataRejected(
            f"there is nothing at {path}", holds="the hub is as it was", next_step="check the path"
        )
    root = path if path.is_dir() else path.parent
    found = sorted(_files_below(path)) if path.is_dir() else [path]
    named = mapping or (str(root / OWN_MAPPING) if (root / OWN_MAPPING).exists() else None)
    inputs = _mapped(root, found, named) if named else _canonical(root, found)
    if not inputs.files and not inputs.inline:
        raise _nothing(path, inputs)
    return inputs


def shipped_mappings() -> dict[str, Path]:
    """Mappings that come with the program, by name."""
    with as_file(files("services.hub.ingest") / "mappings") as folder:
        return {entry.stem: entry for entry in sorted(folder.glob("*.yaml"))}


def _files_below(folder: Path) -> Iterator[Path]:
    """Files of a folder and its folders, a hub among them left out."""
    for entry in folder.iterdir():
        if entry.is_dir() and not (entry / "hub.json").exists():
            yield from _files_below(entry)
        elif entry.is_file():
            yield entry


def _mapped(root: Path, found: list[Path], named: str) -> Inputs:
    path = Path(named)
    if not path.exists():
        shipped = shipped_mappings()
        if named not in shipped:
            raise BadArgument(
                f"there is no mapping {named!r}",
                holds="nothing was read",
                next_step=f"give a file, or one of: {', '.join(shipped)}",
            )
        path = shipped[named]
    mapping = load_mapping(path)
    inputs, left = [], []
    for entry in found:
        shown = entry.relative_to(root).as_posix()
        source = mapping.source_of(shown)
        if source is not None:
            inputs.append(Input(entry, shown, source, None))
        elif entry.name != OWN_MAPPING:
            left.append(shown)
    inline = tuple(target for source in mapping.sources for target in source.inline_targets)
    return Inputs(root, tuple(inputs), inline, tuple(left), path.read_text(encoding="utf-8"))


def _canonical(root: Path, found: list[Path]) -> Inputs:
    inputs, left = [], []
    for entry in found:
        shown = entry.relative_to(root)
        table = _table_of(shown)
        if table is None or not entry.name.lower().endswith(_ENDINGS):
            left.append(shown.as_posix())
        else:
            inputs.append(Input(entry, shown.as_posix(), None, table))
    return Inputs(root, tuple(inputs), (), tuple(left), "")


def _table_of(shown: Path) -> str | None:
    """The table whose name the file bears (a number or date may follow), or else its folder."""
    own = shown.name.split(".", 1)[0].lower()
    for name in (own, _NUMBERED.sub("", own), *(part.lower() for part in shown.parts[:-1][::-1])):
        if name in canonical():
            return name
    return None


def _nothing(path: Path, inputs: Inputs) -> DataRejected:
    seen = ", ".join(inputs.left[:5]) or "no files"
    return DataRejected(
        f"nothing in {path} can be read as it is: {seen}",
        holds="the hub is as it was",
        next_step="name files after the tables (units.csv), give --mapping FILE,"
        " or draft one with `andon ingest --propose FILE`",
    )
