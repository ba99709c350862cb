"""A hub commit: the one moment at which all tables of the hub are read together."""

from datetime import date, datetime

from domain.contract import Contract


class Commit(Contract):
    """One row of the commit log. A snapshot opens a commit, never "the newest of each table"."""

    number: int
    """Position in the commit log, from 1."""
    commit_id: str
    """`C-` and 10 characters, derived from the parent commit and the load."""
    at: datetime
    """When the commit was made (UTC)."""
    load_id: str
    """The load that it made visible."""
    versions: dict[str, int]
    """Table name to version of its Delta table."""
    newest_on: date | None = None
    """Newest date on which anything was recorded: what "now" means to a question without a date."""
