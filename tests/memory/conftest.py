"""A ledger of each kind of database, shared by tests that use names of their own."""

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from memory.ledger import Ledger
from services.database import open_database
from services.jobs.jobs import Jobs


@contextlib.contextmanager
def fresh(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """An empty database of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        engine = open_database(folder / "database.sqlite")
    else:
        server = make_url(request.getfixturevalue("postgres"))
        name = f"fresh_{uuid.uuid4().hex[:12]}"
        outside = create_engine(server, isolation_level="AUTOCOMMIT")
        with outside.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        outside.dispose()
        engine = create_engine(server.set(database=name))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database for all tests of a worker: making and migrating one takes most of a second."""
    with fresh(request, tmp_path_factory.mktemp("shared")) as engine:
        yield engine


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def own_ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger of a module's own, empty at first."""
    with fresh(request, tmp_path_factory.mktemp("own")) as engine:
        yield Ledger(engine)


@pytest.fixture
def ledger(shared_database: Engine) -> Ledger:
    """A ledger in which others write too."""
    return Ledger(shared_database)


@pytest.fixture
def jobs(ledger: Ledger) -> Jobs:
    """The queue in the same database."""
    return Jobs(ledger.engine)


@pytest.fixture
def mark() -> str:
    """What the names of one test begin with."""
    return uuid.uuid4().hex[:10]


@pytest.fixture
def named_path(tmp_path: Path) -> Path:
    """A file for a sign between processes."""
    return tmp_path / "sign"
