"""The quality data hub: a folder of Delta tables, a commit log, and who may write now.

hub.json      what this folder is
lease         held by the one ingest that runs
commits/      the commit log, a Delta table
tables/NAME/  one Delta table each
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path

from domain.errors import BadArgument, HubDamaged, HubUnavailable
from domain.records.commit import Commit
from domain.records.policy import Scope
from services.hub import delta, engine
from services.hub.commits import CommitLog
from services.hub.lease import lease
from services.hub.schema import schema
from services.hub.snapshot import Snapshot, VisibleTables
from services.hub.transaction import Transaction

FORMAT = 1


class Hub:
    """An opened hub. Opening reads one small file; tables are opened when they are asked for."""

    def __init__(self, folder: Path) -> None:
        """Open an existing hub.

        Raises:
            HubUnavailable: there is no hub at that folder, or it cannot be read.
        """
        self.folder = folder
        _check_format(folder)
        self.log = CommitLog(folder / "commits")
        # A version of a Delta table never changes, so its file list is read once a process.
        self._files = lru_cache(maxsize=4096)(self._list_files)
        self._visible = lru_cache(maxsize=8)(self._make_visible)
        self._newest: tuple[int, Commit] | None = None

    @classmethod
    def create(cls, folder: Path) -> "Hub":
        """Make an empty hub with its first commit.

        Raises:
            BadArgument: the folder exists and holds something else.
            HubUnavailable: it cannot be written.
        """
        if (folder / "hub.json").exists():
            raise BadArgument(
                f"there is a hub at {folder} already",
                holds="it was left as it is",
                next_step="use it, or name another folder",
            )
        if folder.exists() and any(folder.iterdir()):
            raise BadArgument(
                f"{folder} is not empty", next_step="name a folder that is new or empty"
            )
        try:
            _make(folder)
        except OSError as error:
            raise HubUnavailable(
                f"cannot make a hub at {folder}: {error.strerror}",
                next_step="mend the folder's permissions, or name another with --hub",
            ) from error
        return cls(folder)

    def bind_keys(self, fingerprint: str) -> None:
        """Make sure that the hub is written with the one key ring that it knows.

        Raises:
            BadArgument: it was written with another; tokens and sealed texts would not match.
        """
        held = _description(self.folder).get("keys")
        if held is None:
            _describe(self.folder, {"format": FORMAT, "keys": fingerprint})
        elif held != fingerprint:
            raise BadArgument(
                "the keys are not those that this hub was written with: its customers and sealed"
                " words would not be recognised",
                holds="the hub is as it was",
                next_step="put back the hub's own keys.json, or point ANDON_STATE at its folder",
            )

    def newest(self) -> Commit:
        """The commit that readers see now."""
        version = self.log.version()
        if self._newest is None or self._newest[0] != version:
            self._newest = (version, self.log.newest())
        return self._newest[1]

    def snapshot(
        self, scope: Scope, *, commit_id: str | None = None, as_of: date | None = None
    ) -> Snapshot:
        """A read-only view for one scope, of the newest commit or of a named one."""
        commit = self.log.find(commit_id) if commit_id else self.newest()
        return Snapshot(commit, scope, as_of, self._visible(commit.commit_id, scope, as_of))

    @contextmanager
    def transaction(
        self, *, wait: float = 0.0, waiting: Callable[[str], None] | None = None
    ) -> Iterator[Transaction]:
        """Hold the lease, undo what a dead load left, and write; nothing shows before `commit`.

        Raises:
            HubBusy: another ingest holds the lease for longer than `wait` seconds.
        """
        with engine.stoppable(), lease(self.folder, wait=wait, waiting=waiting):
            transaction = Transaction(self.folder, self.log, self.newest(), self._files)
            transaction.undo_dead_load()
            try:
                yield transaction
            finally:
                transaction.close()

    def _make_visible(self, commit_id: str, scope: Scope, as_of: date | None) -> VisibleTables:
        newest = self.newest()
        commit = newest if newest.commit_id == commit_id else self.log.find(commit_id)
        return VisibleTables(commit, scope, as_of, self._files)

    def _list_files(self, table: str, version: int) -> tuple[str, ...]:
        return delta.files(self.folder / "tables" / table, version)


def _make(folder: Path) -> None:
    building = folder.with_name(f".{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    tables = building / "tables"
    tables.mkdir(parents=True)
    for name, table in schema().items():
        delta.create(tables / name, table)
    log = CommitLog(building / "commits")
    log.create()
    log.add(None, "init", dict.fromkeys(schema(), 0), None)
    (building / "hub.json").write_text(json.dumps({"format": FORMAT}), encoding="utf-8")
    if folder.exists():
        folder.rmdir()
    building.rename(folder)


def _describe(folder: Path, content: dict[str, object]) -> None:
    building = folder / "hub.json.building"
    try:
        building.write_text(json.dumps(content), encoding="utf-8")
        building.replace(folder / "hub.json")
    except OSError as error:
        raise HubUnavailable(
            f"cannot write to the hub at {folder}: {error.strerror}",
            next_step="mend the folder's permissions, or name another with --hub",
        ) from error


def _check_format(folder: Path) -> None:
    found = _description(folder)
    if found.get("format") != FORMAT:
        raise HubDamaged(
            f"the hub at {folder} has format {found.get('format')!r}; this program reads {FORMAT}",
            next_step="use the version of Andon that wrote it",
        )


def _description(folder: Path) -> dict[str, object]:
    path = folder / "hub.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except FileNotFoundError as error:
        raise HubUnavailable(
            f"there is no hub at {folder}",
            next_step="make one with `andon init`, or name another with --hub",
        ) from error
    except (OSError, ValueError) as error:
        raise HubUnavailable(
            f"the hub at {folder} cannot be read: {delta.first_line(error)}",
            next_step="mend the folder's permissions, or restore it from a backup",
        ) from error
