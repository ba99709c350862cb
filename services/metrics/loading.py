"""The catalogue read from its files, with the user's own rows laid over the shipped ones.

A row that names what is not there stops the reading: a metric whose parameters nobody can look up
would give an answer that cannot be acted on.
"""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from domain.contract import Contract
from domain.errors import BadArgument
from services.metrics.catalogue import GENERIC, Catalogue, View
from services.metrics.checking import faults_of
from services.metrics.records import Driver, Family, Metric, Need, Parameter

KINDS: dict[str, type[Contract]] = {
    "parameters": Parameter,
    "metrics": Metric,
    "drivers": Driver,
    "needs": Need,
}
"""Record of each kind of row, by the key of its lists."""
_VERSION_CHARACTERS = 12


class _Row(NamedTuple):
    family: str
    kind: str
    record: Any
    file: str


def load(overlay: Path | None = None) -> Catalogue:
    """The catalogue, with the rows of a folder of the user's own laid over it.

    An own row of a known family and id takes that row's place, any other is added. What was read is
    kept for as long as no file of the overlay changes.

    Args:
        overlay: folder of YAML files as in services/metrics/catalogue; none: only what is shipped.

    Raises:
        BadArgument: a file or a row is wrong; the message names file, row and field.
    """
    own = _contents(overlay) if overlay else ()
    return _loaded(own)


@cache
def _loaded(own: tuple[tuple[str, bytes], ...]) -> Catalogue:
    shipped = _shipped()
    families: dict[str, Family] = {}
    rows: dict[tuple[str, str, str], _Row] = {}
    for some in (shipped, own):
        seen = set[tuple[str, str, str]]()
        for file, content in some:
            family, found = _read(file, content)
            families[family.id] = family
            for row in found:
                key = (row.family, row.kind, row.record.id)
                if key in seen:
                    raise _wrong(file, f"{row.kind}: a second row {row.record.id!r}")
                seen.add(key)
                rows[key] = row
    views = {name: _view(families[name], list(rows.values())) for name in families}
    for name, view in views.items():
        if faults := faults_of(view):
            raise _wrong(f"family {name}", "; ".join(faults[:5]))
    return Catalogue(_version(shipped + own), views)


def _shipped() -> tuple[tuple[str, bytes], ...]:
    folder = files(__package__) / "catalogue"
    named = sorted(folder.iterdir(), key=lambda file: file.name)
    return tuple((file.name, file.read_bytes()) for file in named if file.name.endswith(".yaml"))


def _contents(folder: Path) -> tuple[tuple[str, bytes], ...]:
    try:
        return tuple((path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))
    except OSError as error:
        raise _wrong(str(folder), f"{error.strerror}") from error


def _read(file: str, content: bytes) -> tuple[Family, list[_Row]]:
    try:
        document = yaml.load(content, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise _wrong(file, f"no valid YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(document, dict) or "family" not in document:
        raise _wrong(file, "the top has to name its `family`")
    if unknown := sorted(set(document) - {"family", *KINDS}):
        raise _wrong(file, f"{unknown[0]!r} is none of {', '.join(KINDS)}")
    family = _record(file, "family", Family, document["family"])
    rows = [
        _Row(family.id, kind, _record(file, kind, KINDS[kind], fields), file)
        for kind in KINDS
        for fields in document.get(kind) or ()
    ]
    return family, rows


def _record(file: str, kind: str, of: type[Contract], fields: object) -> Any:  # noqa: ANN401
    try:
        return of.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = fields.get("id") if isinstance(fields, dict) else None
        where = ".".join(str(part) for part in first["loc"])
        raise _wrong(file, f"{kind}: row {name!r}, {where}: {first['msg']}") from error


def _view(family: Family, rows: list[_Row]) -> View:
    by_kind: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    ordered = [row for row in rows if row.family == family.id]
    ordered += [row for row in rows if row.family == GENERIC != family.id]
    for row in ordered:
        by_kind[row.kind].setdefault(row.record.id, row.record)
    return View(family, **by_kind)


def _version(contents: tuple[tuple[str, bytes], ...]) -> str:
    digest = hashlib.sha256()
    for name, content in contents:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_VERSION_CHARACTERS]


def _wrong(where: str, says: str) -> BadArgument:
    return BadArgument(
        f"the metric catalogue cannot be read: {where}: {says}",
        holds="nothing was looked up",
        next_step="correct the file; services/metrics/README.md says what a row holds",
        where=(where, None),
    )
