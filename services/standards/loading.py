"""The library read from its files, with the user's own rows laid over the shipped ones.

A row that contradicts itself or names what is not there stops the reading: a rule that nobody can
look up is worse than none.
"""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.contract import Contract
from services.standards.checking import faults_of
from services.standards.files import (
    Fault,
    Files,
    RawRow,
    contents,
    read_files,
    rejected,
)
from services.standards.library import Library
from services.standards.records import (
    Category,
    ChangeEvent,
    DateRule,
    Equivalence,
    Feature,
    Market,
    Recognition,
    Scheme,
    Source,
    Standard,
    Switch,
    TestItem,
)

KINDS: dict[str, type[Contract]] = {
    "categories": Category,
    "features": Feature,
    "sources": Source,
    "markets": Market,
    "schemes": Scheme,
    "standards": Standard,
    "test_items": TestItem,
    "param_switch": Switch,
    "equivalences": Equivalence,
    "mutual_recognition": Recognition,
    "change_events": ChangeEvent,
    "date_rules": DateRule,
}
"""Record of each kind of row, by the key of its lists."""
_FIELDS = {"param_switch": "switches", "mutual_recognition": "recognitions"}
_VERSION_CHARACTERS = 12


def load(overlay: Path | None = None) -> Library:
    """The library, with the rows of a folder of the user's own laid over it.

    An own row of a known id takes that row's place, any other is added. What was read is kept for
    as long as no file of the overlay changes.

    Args:
        overlay: folder of YAML files with rows of the same kinds; none: only what is shipped.

    Raises:
        BadArgument: a file or a row is wrong; the message names file, line, row and field.
    """
    own = contents(overlay) if overlay else {}
    return _loaded(tuple(sorted(own.items())))


@cache
def _loaded(own: tuple[tuple[str, bytes], ...]) -> Library:
    shipped = _shipped()
    kinds = frozenset(KINDS)
    base = read_files(shipped, kinds, own=False)
    over = read_files(dict(own), kinds, own=True)
    _refuse_twins(base)
    _refuse_twins(over)
    rows = {(row.kind, row.id): row for row in (*base.rows, *over.rows)}
    for name, words in over.words.items():
        base.words.setdefault(name, set()).update(words)
    library = _library(
        list(rows.values()), base, over.reviewed_on or base.reviewed_on, _version(shipped, own)
    )
    places = {key: row.place for key, row in rows.items()}
    if faults := faults_of(library, base.words, places):
        raise rejected(faults)
    return library


def _shipped() -> dict[str, bytes]:
    folder = files(__package__) / "library"
    named = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name: file.read_bytes() for file in named if file.name.endswith(".yaml")}


def _refuse_twins(found: Files) -> None:
    seen = set[tuple[str, str]]()
    for row in found.rows:
        if (row.kind, row.id) in seen:
            raise rejected([Fault(row.place, f"{row.kind}: a second row {row.id!r}")])
        seen.add((row.kind, row.id))


class _Checked(NamedTuple):
    row: RawRow
    record: Contract


def _library(rows: list[RawRow], base: Files, reviewed_on: str | None, version: str) -> Library:
    checked, faults = list[_Checked](), list[Fault]()
    for row in rows:
        try:
            checked.append(_Checked(row, KINDS[row.kind].model_validate(row.fields)))
        except ValidationError as error:
            faults.append(Fault(row.place, _said(row, error)))
    if faults:
        raise rejected(faults)
    by_kind: dict[str, dict[str, Any]] = {_FIELDS.get(kind, kind): {} for kind in KINDS}
    for row, record in checked:
        by_kind[_FIELDS.get(row.kind, row.kind)][row.id] = record
    return Library(
        version=version,
        reviewed_on=reviewed_on or "",
        topics=tuple(sorted(base.words.get("topics", ()))),
        overlaid=frozenset(row.id for row in rows if row.own),
        **by_kind,
    )


def _said(row: RawRow, error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{row.kind}: row {row.id!r}, {field}: {first['msg']}"


def _version(shipped: dict[str, bytes], own: tuple[tuple[str, bytes], ...]) -> str:
    digest = hashlib.sha256()
    for name, content in (*sorted(shipped.items()), *own):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_VERSION_CHARACTERS]
