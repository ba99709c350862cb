"""How the rows of a case are written: in the place of the one before, and only if it differs."""

from typing import Any

from sqlalchemy import Table, insert, select, update

from domain.errors import UnknownName
from memory.ledger import Change
from memory.tables import CASES


def put(change: Change, table: Table, key: dict[str, str], row: dict[str, Any]) -> bool:
    """Write a row of a case in the place of the one before; false if it stands there already.

    Raises:
        UnknownName: there is no such case.
    """
    same = [table.c[name] == value for name, value in key.items()]
    held = change.connection.execute(select(table).where(*same)).mappings().one_or_none()
    if held is not None and all(held[name] == value for name, value in row.items()):
        return False
    touch(change, key["case_id"])
    row = {**row, "by": change.by, "at": change.at}
    if held is None:
        change.connection.execute(insert(table).values(**key, **row))
    else:
        change.connection.execute(update(table).where(*same).values(row))
    return True


def touch(change: Change, case_id: str, **values: Any) -> None:  # noqa: ANN401  columns
    """Change columns of a case; that it was changed is kept with it.

    Raises:
        UnknownName: there is no such case.
    """
    touched = update(CASES).where(CASES.c.id == case_id).values(**values, updated_at=change.at)
    if not change.connection.execute(touched).rowcount:
        raise UnknownName("case", case_id, (), "andon cases")
