"""The commit log: which versions of all tables belong together.

Delta has no transaction over several tables, so a hub commit is one row in the Delta table
`commits`. Whatever no commit names has not happened.
"""

import hashlib
import json
import uuid
from base64 import b32encode
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
from deltalake import DeltaTable, Field, Schema
from deltalake.schema import MapType, PrimitiveType

from domain.errors import HubDamaged, UnknownName
from domain.records.commit import Commit
from services.hub import delta

_SCHEMA = Schema(
    [
        Field("number", PrimitiveType("long")),
        Field("commit_id", PrimitiveType("string")),
        Field("at", PrimitiveType("timestamp")),
        Field("load_id", PrimitiveType("string")),
        Field("versions", MapType(PrimitiveType("string"), PrimitiveType("long"))),
        Field("newest_on", PrimitiveType("date")),
    ]
)
NOTE = "hub_commit"
"""Under this name a log entry repeats the row that it adds."""
FEW = 16
"""Commits that are read at a time when looking back from the newest."""
_COLUMNS = ("number", "commit_id", "at", "load_id", "versions", "newest_on")


def short_id(prefix: str, *parts: str) -> str:
    """`prefix-` and 10 base32 characters of the SHA-256 over the parts."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{prefix}-{b32encode(digest).decode()[:10]}"


class CommitLog:
    """The rows of the `commits` table, oldest first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> None:
        """Make the empty log."""
        DeltaTable.create(str(self._folder), _SCHEMA, configuration=delta.RETENTION)

    def version(self) -> int:
        """The log's own version; it changes when, and only when, a commit is added."""
        newest = -1
        for entry in (self._folder / "_delta_log").glob("*.json"):
            if entry.stem.isdigit():
                newest = max(newest, int(entry.stem))
        return newest

    def newest(self) -> Commit:
        """The commit that readers see.

        Raises:
            HubDamaged: the log is missing, corrupt or empty.
        """
        noted = self._noted(self.version())
        if noted is not None:
            return noted
        paths = self._paths()
        if not paths:
            raise HubDamaged(
                f"the commit log at {self._folder} is empty",
                next_step="restore the hub from a backup, or start anew with `andon init`",
            )
        return _read(paths[-1:])[0]

    def find(self, commit_id: str) -> Commit:
        """The commit of that name; UnknownName if there is none."""
        for commit in self.all():
            if commit.commit_id == commit_id:
                return commit
        raise UnknownName("hub commit", commit_id, (), "andon doctor")

    def all(self) -> list[Commit]:
        """Every commit, oldest first."""
        paths = self._paths()
        return _read(paths) if paths else []

    def since(self, commit_id: str) -> list[Commit]:
        """Commits after the one of that name, oldest first, without reading those before it.

        Raises:
            UnknownName: there is no such commit.
        """
        paths = self._paths()
        some = FEW
        while True:
            commits = _read(paths[-some:])
            for place, commit in enumerate(commits):
                if commit.commit_id == commit_id:
                    return commits[place + 1 :]
            if some >= len(paths):
                raise UnknownName("hub commit", commit_id, (), "andon doctor")
            some *= 4

    def add(
        self, parent: Commit | None, load_id: str, versions: dict[str, int], newest_on: date | None
    ) -> Commit:
        """Make one row of versions visible, in one atomic step."""
        commit = Commit(
            number=parent.number + 1 if parent else 1,
            # Derived from content only, so that a load repeated after a crash gets the same name.
            commit_id=short_id("C", parent.commit_id if parent else "", load_id),
            at=datetime.now(UTC),
            load_id=load_id,
            versions=versions,
            newest_on=newest_on,
        )
        delta.append(self._folder, [self._write(commit)], note={NOTE: commit.model_dump_json()})
        return commit

    def _noted(self, version: int) -> Commit | None:
        """The commit as its log entry tells it: one small file instead of a query engine."""
        try:
            entry = (self._folder / "_delta_log" / f"{version:020}.json").read_text("utf-8")
            for line in entry.splitlines():
                note = json.loads(line).get("commitInfo", {}).get(NOTE)
                if note is not None:
                    return Commit.model_validate_json(note)
        except (OSError, ValueError):  # the table itself will say what is wrong
            return None
        return None

    def _write(self, commit: Commit) -> delta.WrittenFile:
        values = commit.model_dump()
        versions = values.pop("versions")
        with duckdb.connect() as connection:
            connection.execute(
                "CREATE TABLE entry AS SELECT $number::BIGINT AS number, $commit_id AS commit_id,"
                " $at::TIMESTAMPTZ AS at, $load_id AS load_id,"
                " map($tables::VARCHAR[], $numbers::BIGINT[]) AS versions,"
                " $newest_on::DATE AS newest_on",
                {**values, "tables": list(versions), "numbers": list(versions.values())},
            )
            # The number in the name lets a reader find the newest commit without opening the rest.
            path = self._folder / f"commit-{commit.number:010d}-{uuid.uuid4()}.parquet"
            return delta.write_file(connection, path, "FROM entry")

    def _paths(self) -> list[str]:
        return sorted(delta.open_version(self._folder).file_uris())


def _read(paths: list[str]) -> list[Commit]:
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"SELECT {columns} FROM read_parquet($paths) ORDER BY number", {"paths": paths}
            ).fetchall()
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise HubDamaged(
            f"the commit log cannot be read: {delta.first_line(error)}",
            next_step="restore the hub's `commits` folder from a backup",
        ) from error
    return [Commit.model_validate(dict(zip(_COLUMNS, row, strict=True))) for row in rows]
