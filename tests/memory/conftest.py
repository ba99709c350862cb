"""A ledger of each kind of database, shared by tests that use names of their own."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from memory.ledger import Ledger
from services.database import open_database
from services.jobs.jobs import Jobs


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def shared_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database for all tests of a worker: making and migrating one takes most of a second."""
    if request.param == "sqlite":
        engine = open_database(tmp_path_factory.mktemp("ledger") / "database.sqlite")
    else:
        server = make_url(request.getfixturevalue("postgres"))
        name = f"shared_{uuid.uuid4().hex[:12]}"
        outside = create_engine(server, isolation_level="AUTOCOMMIT")
        with outside.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        outside.dispose()
        engine = create_engine(server.set(database=name))
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(shared_database: Engine) -> Ledger:
    """A ledger in which others write too."""
    return Ledger(shared_database)


@pytest.fixture
def own_ledger(database: Engine) -> Ledger:
    """An empty ledger of the test's own."""
    return Ledger(database)


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
