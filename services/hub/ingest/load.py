"""One ingest from end to end: every row read is accepted, a duplicate, or in quarantine.

Parents are loaded before the tables that refer to them; all tables become visible in one hub
commit; a load that dies leaves nothing behind.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from domain.records.load import FileReport, LoadReport
from services.hub.hub import Hub
from services.hub.ingest import keys, ledger
from services.hub.ingest.filling import Filling, Work
from services.hub.ingest.inputs import Input, Inputs, find_inputs
from services.hub.ingest.ledger import WHOLE_FILE, Line
from services.hub.ingest.mapping import compile_target, identity_mapping
from services.hub.ingest.mapping.model import Target
from services.hub.ingest.protect import FEEDBACK
from services.hub.ingest.reading import ReadOptions, Source, open_source
from services.hub.ingest.rejects import Quarantine
from services.hub.ingest.updating import Updates
from services.hub.schema import canonical, schema
from services.hub.transaction import Transaction
from services.policy.vault import Vault

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


class Opened(NamedTuple):
    """An opened file and the tables that it fills."""

    source: Source
    """The file."""
    targets: tuple[Target, ...]
    """The tables."""

    @property
    def alone(self) -> bool:
        """Whether each record becomes one row of one table."""
        return len(self.targets) == 1 and self.targets[0].mapping.unpivot is None

    @property
    def holds_words(self) -> bool:
        """Whether customers' words stand in it, so that no value may be told in a reason."""
        return any(target.table == FEEDBACK for target in self.targets)


def ingest(
    hub: Hub,
    path: Path,
    vault: Vault,
    *,
    now: datetime,
    mapping: str | None = None,
    update: bool = False,
    wait: float = 60.0,
    progress: Progress = lambda _what, _done, _total: None,
) -> LoadReport:
    """Take a file or folder into the hub.

    Args:
        hub: where to.
        path: the file or folder.
        vault: keys for tokens and sealed texts.
        now: dates after it lie in the future.
        mapping: a mapping file or the name of a shipped one; not needed for files that bear the
            tables' names.
        update: a row whose key is held with other values takes its place; otherwise it is
            rejected. Columns that the file does not have keep their values.
        wait: how long to wait for another ingest (s).
        progress: told how far it is.

    Returns:
        What became of every row.

    Raises:
        DataRejected: a file cannot be read at all; the hub is as it was.
        BadArgument: the mapping is wrong.
        HubBusy: another ingest ran for longer than `wait`.
    """
    inputs = find_inputs(path, mapping)
    hub.bind_keys(vault.fingerprint)
    with hub.transaction(
        wait=wait, waiting=lambda holder: progress(f"waiting for {holder}", 0, 0)
    ) as transaction:
        opened = _open(transaction, inputs, progress)
        how = f"{inputs.mapping}{'update' if update else ''}"
        name = ledger.load_name([one.source for one in opened], how)
        load_id, done = ledger.attempt(transaction, name)
        if done:
            commit_id = transaction.parent.commit_id
            earlier = ledger.earlier_report(transaction.connection, load_id, commit_id)
            return earlier.model_copy(update={"not_taken": inputs.left})
        updates = Updates(transaction) if update else None
        filling = Filling(transaction, vault, now, load_id, updates)
        return _Load(transaction, vault, now, filling, progress).run(opened, inputs)


def _open(transaction: Transaction, inputs: Inputs, progress: Progress) -> list[Opened]:
    opened = []
    for done, file in enumerate(inputs.files):
        progress(f"opening {file.shown}", done, len(inputs.files))
        workspace = transaction.workspace / str(done)
        workspace.mkdir()
        options = file.source.read if file.source else ReadOptions()
        source = open_source(transaction.connection, file.path, options, workspace, inputs.root)
        opened.append(Opened(source, _targets(file, source)))
    return opened


def _targets(file: Input, source: Source) -> tuple[Target, ...]:
    if file.source is not None:
        return file.source.targets
    assert file.table is not None
    return identity_mapping(file.table, source.columns).sources[0].targets


class _Load:
    """One load while it runs."""

    def __init__(
        self,
        transaction: Transaction,
        vault: Vault,
        now: datetime,
        filling: Filling,
        progress: Progress,
    ) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._now = now
        self._load_id = filling.load_id
        self._progress = progress
        self._filling = filling
        self._quarantine = Quarantine(transaction.connection, filling.load_id, vault)
        self._lines: list[Line] = []
        self._outcomes: dict[str, list[str]] = {}

    def run(self, opened: list[Opened], inputs: Inputs) -> LoadReport:
        """Fill every table, keep the books, and commit."""
        for number, target in enumerate(inputs.inline):
            self._filling.fill_inline(number, target)
        plan = _plan(opened)
        for done, (work, one) in enumerate(plan):
            self._progress(f"{work.source.path} → {work.table.name}", done, len(plan))
            self._lines.append(self._filling.fill(done, work))
            self._note(done, work, one)
        self._filling.finish()
        files = tuple(self._file_report(one) for one in opened)
        self._progress("commit", len(plan), len(plan))
        self._keep_books(opened)
        commit = self._transaction.commit(self._load_id, self._filling.newest)
        made = ledger.report(self._load_id, commit.commit_id, files, already_loaded=False)
        return made.model_copy(update={"not_taken": inputs.left})

    def _note(self, number: int, work: Work, one: Opened) -> None:
        """Remember what became of each record, and put the rejected ones into quarantine."""
        name = f"outcome_{number}"
        self._outcomes.setdefault(work.source.path, []).append(name)
        rejected = f"SELECT * FROM {name} WHERE label <> '{keys.DUPLICATE}'"
        if self._connection.execute(f"{rejected} LIMIT 1").fetchone() is not None:
            self._quarantine.add_staged(
                work.source, work.table.name, rejected, withhold=one.holds_words
            )

    def _file_report(self, one: Opened) -> FileReport:
        """Count a file's rows: a row that feeds several tables counts once."""
        source = one.source
        self._quarantine.add_malformed(source, one.targets[0].table)
        kept, bad, accepted = self._count(one)
        malformed = len(source.malformed)
        warnings = [*source.notes]
        for line in self._lines:
            if line.path == source.path:
                warnings += line.warnings
        if source.records > kept:
            warnings.append(f"{source.records - kept} rows were left out by the mapping's filter")
        whole = Line(
            path=source.path,
            table=WHOLE_FILE,
            read=kept + malformed,
            accepted=accepted,
            duplicate=kept - bad - accepted,
            quarantined=bad + malformed,
            warnings=tuple(warnings),
        )
        self._lines.append(whole)
        return ledger.file_report(whole, source, self._quarantine.rules(source.path))

    def _count(self, one: Opened) -> tuple[int, int, int]:
        """Records that the mapping kept, those with a rejected piece, and those accepted."""
        if one.alone:
            (line,) = (line for line in self._lines if line.path == one.source.path)
            return line.read, line.quarantined, line.accepted
        names = self._outcomes[one.source.path]
        pieces = " UNION ALL ".join(f"SELECT * FROM {name}" for name in names)
        row = self._connection.execute(
            "SELECT count(*), count(*) FILTER (bad), count(*) FILTER (new AND NOT bad) FROM"
            f" (SELECT coalesce(bool_or(label <> '{keys.DUPLICATE}'), false) AS bad,"
            f" bool_or(label IS NULL) AS new FROM ({pieces}) GROUP BY record)"
        ).fetchone()
        assert row is not None
        kept, bad, accepted = (int(value) for value in row)
        return kept, bad, accepted

    def _keep_books(self, opened: list[Opened]) -> None:
        sources = {one.source.path: one.source for one in opened}
        books = ledger.write_lines(self._connection, self._lines, sources, self._load_id, self._now)
        self._transaction.write("loads", books)
        self._transaction.write("quarantine", "SELECT * FROM rejected")


def _plan(opened: list[Opened]) -> list[tuple[Work, Opened]]:
    """What to do: parents first, and within a table in the order of the files."""
    order = {name: place for place, name in enumerate(canonical())}
    work = []
    for one in opened:
        for target in one.targets:
            table = schema()[target.table]
            compiled = compile_target(target, one.source, table)
            work.append((Work(one.source, table, compiled, one.alone), one))
    return sorted(work, key=lambda pair: order[pair[0].table.name])
