"""The tables of memory in the database, brought to the newest shape before anybody uses them.

Alembic takes a moment to import, so the shape is compared with one small query first.
"""

import threading
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select, text

from domain.errors import HubUnavailable

HEAD = "0005"
"""The newest migration in `migrations/versions`."""
MIGRATIONS = Path(__file__).parent / "migrations"
_MAKING_READY = 4_270_932  # any number, as long as all processes take the same
_LOCK = threading.Lock()


def make_ready(engine: Engine) -> None:
    """Bring the database to the newest shape; safe while other processes do the same.

    Raises:
        HubUnavailable: the database was written by a newer version of this program.
    """
    with _LOCK, engine.connect() as connection:
        if _version(connection) != HEAD:
            _migrate(connection)


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":  # there, two that make one table at once collide
        connection.execute(select(func.pg_advisory_xact_lock(_MAKING_READY)))
    else:
        connection.rollback()
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    found = _version(connection)
    if found is not None and found not in _known():
        raise HubUnavailable(
            f"the database has shape {found}, which this program does not know",
            holds="it is as it was",
            next_step="use the version of Andon that wrote it, or a newer one",
        )
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


@cache
def _known() -> frozenset[str]:
    return frozenset(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))
