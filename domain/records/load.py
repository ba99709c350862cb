"""What an ingest did with every row that it read."""

from typing import Any

from domain.contract import Contract


class FileReport(Contract):
    """One source file of a load."""

    path: str
    """Path relative to the ingested folder."""
    sha256: str
    """SHA-256 (hex) of the bytes."""
    encoding: str | None
    """Character encoding; none for binary formats."""
    delimiter: str | None
    """Field delimiter; none where the format has none."""
    read: int
    """Source rows (count); a row that feeds several tables counts once."""
    accepted: int
    """Rows stored (count)."""
    duplicate: int
    """Rows that the hub already held, or that the file repeats (count)."""
    quarantined: int
    """Rows rejected and kept in quarantine (count)."""
    rules: dict[str, int]
    """Quarantined pieces of rows by the rule that they broke (count)."""
    warnings: tuple[str, ...] = ()
    """What a reader should know: ignored columns, guessed encoding, orphans."""


class LoadReport(Contract):
    """One ingest: read = accepted + duplicate + quarantined, file by file and in all."""

    load_id: str
    """`L-` and 10 characters, derived from the content of the files and the mapping."""
    commit: str
    """The hub commit that shows the load."""
    already_loaded: bool
    """True: the same content was loaded before, and nothing was written."""
    read: int
    """Source rows (count)."""
    accepted: int
    """Rows stored (count)."""
    duplicate: int
    """Rows already held or repeated (count)."""
    quarantined: int
    """Rows in quarantine (count)."""
    files: tuple[FileReport, ...]
    """The same by file."""
    not_taken: tuple[str, ...] = ()
    """Files of the folder that nothing says how to read."""

    def to_json(self) -> dict[str, Any]:
        """The `andon.ingest/1` object of the program interface."""
        return {"schema": "andon.ingest/1", **self.model_dump(mode="json")}
