"""The audit gives every lie away: what was changed, removed, put in or cut off."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from memory.audit import Verdict, entries, verify
from memory.ledger import BEFORE_ALL, Ledger, entry_hash
from memory.tables import AUDIT
from tests.memory.ledgers import NOW

DROP = {
    "sqlite": ("DROP TRIGGER keep_audit_update", "DROP TRIGGER keep_audit_delete"),
    "postgresql": ("DROP TRIGGER keep_audit ON audit",),
}


@pytest.fixture(scope="module")
def heads(own_ledger: Ledger) -> list[str]:
    """The head after each of six entries."""
    heads = []
    for number in range(6):
        with own_ledger.change(by="maria", at=NOW + timedelta(seconds=number)) as change:
            change.audit("case.noted", f"C-{number}", {"n": number / 10, "words": "漏水 ß 👩‍🔧"})
            heads.append(change.sha256)
    return heads


@contextlib.contextmanager
def lied(ledger: Ledger, *statements: str) -> Iterator[Connection]:
    """What a reader sees after somebody with power over the database was there; undone again."""
    with ledger.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        for statement in (*DROP[connection.dialect.name], *statements):
            connection.execute(text(statement))
        yield connection
        connection.rollback()


def test_an_audit_that_nobody_touched_is_whole(own_ledger: Ledger, heads: list[str]) -> None:
    with own_ledger.read() as connection:
        for expected in (None, BEFORE_ALL, heads[2], heads[-1]):
            found = verify(connection, expected=expected)
            assert found == Verdict(whole=True, entries=6, head=heads[-1])


@pytest.mark.parametrize(
    ("statement", "broken_at", "reason"),
    [
        ("UPDATE audit SET body = '{}' WHERE number = 3", 3, "was changed"),
        ("UPDATE audit SET \"by\" = 'olga' WHERE number = 1", 1, "was changed"),
        ("UPDATE audit SET run_id = 'R-1' WHERE number = 6", 6, "was changed"),
        ("UPDATE audit SET \"at\" = '2026-11-20 09:00:00' WHERE number = 2", 2, "was changed"),
        ("DELETE FROM audit WHERE number = 3", 3, "is missing"),
        ("DELETE FROM audit WHERE number = 1", 1, "is missing"),
        ("DELETE FROM audit WHERE number > 4", 5, "entry 6 was written"),
        ("DELETE FROM audit", 1, "entry 6 was written"),
        ("UPDATE audit_head SET sha256 = 'f'", 7, "not the one"),
        ("DELETE FROM audit_head", 7, "does not know its newest"),
    ],
)
def test_a_lie_is_found_where_it_stands(
    own_ledger: Ledger, heads: list[str], statement: str, broken_at: int, reason: str
) -> None:
    with lied(own_ledger, statement) as connection:
        found = verify(connection)
    assert (found.whole, found.broken_at) == (False, broken_at)
    assert reason in found.reason
    assert found.head == ([BEFORE_ALL, *heads])[broken_at - 1]


def test_a_removed_entry_is_found_even_when_the_others_move_up(
    own_ledger: Ledger, heads: list[str]
) -> None:
    moves = [f"UPDATE audit SET number = {n - 1} WHERE number = {n}" for n in (4, 5, 6)]
    with lied(own_ledger, "DELETE FROM audit WHERE number = 3", *moves) as connection:
        found = verify(connection)
    assert found.broken_at == 3
    assert found.reason == "entry 3 does not follow entry 2"


def test_an_entry_that_was_put_in_is_found(own_ledger: Ledger, heads: list[str]) -> None:
    row = {"number": 7, "at": NOW, "by": "olga", "action": "case.noted", "subject": "C-1"}
    row |= {"run_id": None, "body": "{}", "previous": heads[-1]}
    with lied(own_ledger) as connection:
        connection.execute(AUDIT.insert().values(**row, sha256=entry_hash(row)))
        found = verify(connection)
    assert not found.whole
    assert "goes on to entry 7" in found.reason


@pytest.mark.parametrize("left", [0, 3])
def test_a_tail_that_was_cut_off_together_with_the_head_is_found_by_a_noted_head(
    own_ledger: Ledger, heads: list[str], left: int
) -> None:
    head = ([BEFORE_ALL, *heads])[left]
    cut = f"UPDATE audit_head SET number = {left}, sha256 = '{head}'"
    with lied(own_ledger, f"DELETE FROM audit WHERE number > {left}", cut) as connection:
        assert verify(connection).whole
        found = verify(connection, expected=heads[4])
    assert (found.whole, found.reason) == (False, "the head that was noted down is not in it")


def test_entries_are_listed_by_subject_and_the_newest_of_them(
    own_ledger: Ledger, heads: list[str]
) -> None:
    with own_ledger.read() as connection:
        assert [one.number for one in entries(connection, most=2)] == [5, 6]
        found = entries(connection, subject="C-2")
    assert [(one.number, one.by, one.sha256) for one in found] == [(3, "maria", heads[2])]
    assert found[0].body == {"n": 0.2, "words": "漏水 ß 👩‍🔧"}


def test_ten_thousand_entries_are_verified(own_ledger: Ledger) -> None:
    rows, previous = [], BEFORE_ALL
    for number in range(1, 10_001):
        row = {"number": number, "at": NOW, "by": "maria", "action": "case.noted"}
        row |= {"subject": "C-1", "run_id": None, "body": "{}", "previous": previous}
        previous = entry_hash(row)
        rows.append({**row, "sha256": previous})
    head = f"UPDATE audit_head SET number = 10000, sha256 = '{previous}'"
    with lied(own_ledger, "DELETE FROM audit", head) as connection:
        connection.execute(AUDIT.insert(), rows)
        assert verify(connection) == Verdict(whole=True, entries=10_000, head=previous)


def test_one_who_verifies_while_another_writes_sees_no_damage(ledger: Ledger) -> None:
    with ledger.read() as connection:
        before = verify(connection)
        with ledger.change(by="maria", at=NOW) as change:
            change.audit("case.noted", "C-1")
        assert before.whole
        assert verify(connection) == before
    with ledger.read() as connection:
        assert verify(connection).entries == before.entries + 1
