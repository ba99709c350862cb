"""Data that a person takes in from afar: who may, from which files, and what is told of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import BadArgument, DataRejected, UnknownName

if TYPE_CHECKING:
    from apps.wiring import Wiring
    from domain.records.load import LoadReport

PATIENCE = 20.0
"""How long another ingest is waited for (s)."""


def take_in(
    parts: "Wiring", folder: Path, *, mapping: str | None = None, update: bool = False
) -> "LoadReport":
    """Take the files of a folder in, in a person's own name; the audit keeps who and what.

    Args:
        parts: the program's parts, for whoever brings the files.
        folder: the files, and a mapping beside them where they need one.
        mapping: name of a shipped mapping; a path is not taken.
        update: replace held rows of the same key.

    Raises:
        NotPermitted: none of their roles may.
        UnknownName: there is no such mapping.
        BadArgument: the mapping beside the files is wrong.
        DataRejected: a file cannot be read at all; the hub is as it was.
        HubBusy: another ingest went on for too long.
    """
    from services.hub.ingest.inputs import shipped_mappings
    from services.hub.ingest.load import ingest

    parts.action_policy.check_ingest(parts.principal)
    if mapping is not None and mapping not in shipped_mappings():
        raise UnknownName("shipped mapping", mapping[:80], tuple(shipped_mappings()))
    with _without_folder(folder):
        report = ingest(
            parts.hub,
            folder,
            parts.vault,
            now=parts.now(),
            mapping=mapping,
            update=update,
            wait=PATIENCE,
        )
    told = report.model_dump(include={"commit", "read", "accepted", "duplicate", "quarantined"})
    files = [{"path": one.path, "sha256": one.sha256} for one in report.files]
    with parts.ledger.change(by=parts.principal.id, at=parts.now()) as change:
        change.audit("data.taken_in", report.load_id, {**told, "update": update, "files": files})
    return report


@contextmanager
def _without_folder(folder: Path) -> Iterator[None]:
    """Keeps the place where the files lie for the moment out of what is told."""
    try:
        yield
    except (BadArgument, DataRejected) as error:

        def named(text: str) -> str:
            return text.replace(f"{folder}/", "").replace(str(folder), "what was sent")

        where = (named(str(error.where[0])), error.where[1]) if error.where else None
        plain = type(error)(
            named(error.message),
            holds=error.holds,
            next_step=named(error.next_step),
            where=where,
        )
        raise plain from error
