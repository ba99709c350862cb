"""A queue of jobs on each kind of database."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from services.database import make_tables
from services.jobs.jobs import Jobs
from services.jobs.tables import METADATA

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def morning() -> datetime:
    """A Monday morning."""
    return MORNING


@pytest.fixture
def jobs(database: Engine) -> Jobs:
    """An empty queue."""
    make_tables(database, METADATA)
    return Jobs(database)


@pytest.fixture
def put(jobs: Jobs) -> Callable[..., bool]:
    """Enqueues a job of which a test says only what matters to it."""

    def enqueue(key: str, at: datetime = MORNING, **payload: Any) -> bool:
        return jobs.enqueue(key, at, "mail", payload)

    return enqueue


@pytest.fixture
def states(jobs: Jobs) -> Callable[[], dict[str, str]]:
    """The state of every job by its key."""
    return lambda: {job.key: job.state for job in jobs.listed()}
