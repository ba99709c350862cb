"""Writing to the hub: files are staged, logged table by table, and shown by one commit row.

A process may die at any point. Until the commit row is there, readers see the commit before; the
next transaction puts every table back to it.
"""

import shutil
import tempfile
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path

from deltalake import DeltaTable

from domain.records.commit import Commit
from services.hub import delta, engine, views
from services.hub.commits import CommitLog
from services.hub.delta import WrittenFile
from services.hub.schema import schema

SMALL_FILES = 64
"""A table of more files than this is rewritten as one by the next load that adds to it."""


class Transaction:
    """The one writer of the hub while it holds the lease."""

    def __init__(
        self,
        folder: Path,
        log: CommitLog,
        parent: Commit,
        files: Callable[[str, int], tuple[str, ...]],
    ) -> None:
        self.parent = parent
        """The commit that this transaction builds on."""
        self._folder = folder
        self._log = log
        self._files = files
        self._written: dict[str, list[WrittenFile]] = {}
        self._replaced: set[str] = set()
        self._notes = folder / "staged.txt"
        self.workspace = Path(tempfile.mkdtemp(prefix="work-", dir=folder))
        """A folder for temporary files on the hub's own disk, removed at the end."""
        self.connection = engine.connect(str(self.workspace / "spill"))
        """DuckDB for staging; `stored.TABLE` shows what the parent commit holds."""
        self._open_stored()

    def undo_dead_load(self) -> list[str]:
        """Put back every table that a load changed without living to commit; returns their names.

        Files that the dead load had staged are removed.
        """
        undone = []
        for name, version in self.parent.versions.items():
            folder = self._table(name)
            newest = delta.open_version(folder)
            if newest.version() != version and not _same(
                newest, delta.open_version(folder, version)
            ):
                delta.restore(folder, version)
                undone.append(name)
        self._remove_noted()
        return undone

    def write(self, table: str, select: str) -> int:
        """Stage a query's rows for a table, in the table's column order; returns how many."""
        columns = ", ".join(f'"{c.name}"' for c in delta.stored_columns(schema()[table]))
        path = self._table(table) / f"part-{uuid.uuid4()}.parquet"
        with self._notes.open("a", encoding="utf-8") as notes:
            notes.write(f"{table}/{path.name}\n")  # noted first: a crash leaves no unknown file
        written = delta.write_file(self.connection, path, f"SELECT {columns} FROM ({select})")
        if written.rows:
            self._written.setdefault(table, []).append(written)
        else:
            written.path.unlink(missing_ok=True)
        return written.rows

    def replace(self, table: str, select: str) -> int:
        """Stage a query's rows as the table's whole new content."""
        self._replaced.add(table)
        return self.write(table, select)

    def staged(self, table: str) -> list[str]:
        """Paths of the files staged so far for a table."""
        return [str(file.path) for file in self._written.get(table, ())]

    def commit(self, load_id: str, newest_on: date | None) -> Commit:
        """Log every staged file and make all of them visible at once."""
        self._compact()
        self.parent = self._log.add(self.parent, load_id, self._log_files(), newest_on)
        self._written = {}
        self._notes.unlink(missing_ok=True)
        return self.parent

    def commits(self) -> list[Commit]:
        """Every commit so far, oldest first."""
        return self._log.all()

    def close(self) -> None:
        """Release the connection and remove staged files that were not committed."""
        self.connection.close()
        for written in self._written.values():
            for file in written:
                file.path.unlink(missing_ok=True)
        if self._notes.exists() and not any(path.exists() for path in self._noted().values()):
            self._notes.unlink()  # a file that was half written is left to the next transaction
        shutil.rmtree(self.workspace, ignore_errors=True)

    def _remove_noted(self) -> None:
        if self._notes.exists():
            for line, path in self._noted().items():
                if str(path) not in self._stored_files(line.partition("/")[0]):
                    path.unlink(missing_ok=True)
            self._notes.unlink()
        for left in self._folder.glob("work-*"):
            if left != self.workspace:
                shutil.rmtree(left, ignore_errors=True)

    def _noted(self) -> dict[str, Path]:
        """Files that were begun, by their line in the notes."""
        lines = self._notes.read_text(encoding="utf-8").splitlines()
        return {
            line: self._table(line.partition("/")[0]) / line.partition("/")[2] for line in lines
        }

    def _log_files(self) -> dict[str, int]:
        """Name the staged files in their tables' logs; returns the versions that show them."""
        versions = dict(self.parent.versions)
        for table, written in self._written.items():
            versions[table] = delta.append(
                self._table(table), written, replace=table in self._replaced
            )
        return versions

    def _compact(self) -> None:
        for table, written in list(self._written.items()):
            if table in self._replaced or len(self._stored_files(table)) < SMALL_FILES:
                continue
            paths = ", ".join(views.quote(str(file.path)) for file in written)
            self._written[table] = []
            self.replace(
                table,
                f'SELECT * FROM stored."{table}" UNION ALL BY NAME'
                f" SELECT * FROM read_parquet([{paths}])",
            )
            for file in written:
                file.path.unlink(missing_ok=True)

    def _open_stored(self) -> None:
        self.connection.execute("CREATE SCHEMA stored")
        for name, table in schema().items():
            columns = delta.stored_columns(table)
            self.connection.execute(views.stored_view(table, self._stored_files(name), columns))

    def _stored_files(self, table: str) -> tuple[str, ...]:
        return self._files(table, self.parent.versions[table])

    def _table(self, name: str) -> Path:
        return self._folder / "tables" / name


def _same(one: DeltaTable, other: DeltaTable) -> bool:
    return set(one.file_uris()) == set(other.file_uris())
