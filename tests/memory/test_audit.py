"""The audit gives every lie away: what was changed, removed, put in or cut off."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from memory import audit
from memory.audit import Verdict, entries, verify
from memory.ledger import BEFORE_ALL, Ledger, entry_hash
from memory.tables import AUDIT
from tests.memory.ledgers import NOW

DROP = {
    "sqlite": ("DROP TRIGGER keep_audit_update", "DROP TRIGGER keep_audit_delete"),
    "postgresql": ("DROP TRIGGER keep_audit ON audit",),
}


def written(ledger: Ledger, count: int = 6) -> str:
    """Write entries; returns the head after the third of them."""
    heads = []
    for number in range(count):
        with ledger.change(by="maria", at=NOW + timedelta(seconds=number)) as change:
            change.audit("case.noted", f"C-{number}", {"n": number / 10, "words": "漏水 ß 👩‍🔧"})
            heads.append(change.sha256)
    return heads[2]


def tamper(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in (*DROP[engine.dialect.name], *statements):
            connection.execute(text(statement))


def verdict(ledger: Ledger, expected: str | None = None) -> Verdict:
    with ledger.read() as connection:
        return verify(connection, expected=expected)


def test_an_audit_that_nobody_touched_is_whole(own_ledger: Ledger) -> None:
    assert verdict(own_ledger) == Verdict(whole=True, entries=0, head=BEFORE_ALL)
    third = written(own_ledger)
    found = verdict(own_ledger, third)
    assert (found.whole, found.entries) == (True, 6)
    assert verdict(own_ledger, found.head).whole


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
    own_ledger: Ledger, statement: str, broken_at: int, reason: str
) -> None:
    written(own_ledger)
    tamper(own_ledger.engine, statement)
    found = verdict(own_ledger)
    assert (found.whole, found.broken_at) == (False, broken_at)
    assert reason in found.reason


def test_a_removed_entry_is_found_even_when_the_others_move_up(own_ledger: Ledger) -> None:
    written(own_ledger)
    moves = [f"UPDATE audit SET number = {n - 1} WHERE number = {n}" for n in (4, 5, 6)]
    tamper(own_ledger.engine, "DELETE FROM audit WHERE number = 3", *moves)
    found = verdict(own_ledger)
    assert (found.whole, found.broken_at, found.reason) == (
        False,
        3,
        "entry 3 does not follow entry 2",
    )


def test_an_entry_that_was_put_in_is_found(own_ledger: Ledger) -> None:
    written(own_ledger)
    with own_ledger.read() as connection:
        last = entries(connection)[-1]
    row = last.model_dump(exclude={"sha256", "body"})
    row |= {"number": 7, "by": "olga", "body": "{}", "previous": last.sha256}
    with own_ledger.engine.begin() as connection:
        connection.execute(AUDIT.insert().values(**row, sha256=entry_hash(row)))
    found = verdict(own_ledger)
    assert not found.whole
    assert "goes on to entry 7" in found.reason


def test_a_whole_new_chain_is_found_by_a_head_that_was_noted_down(own_ledger: Ledger) -> None:
    noted = written(own_ledger)
    tamper(
        own_ledger.engine,
        "DELETE FROM audit",
        f"UPDATE audit_head SET number = 0, sha256 = '{BEFORE_ALL}'",
    )
    written(own_ledger, 2)
    assert verdict(own_ledger).whole
    found = verdict(own_ledger, noted)
    assert (found.whole, found.reason) == (False, "the head that was noted down is not in it")


def test_a_tail_that_was_cut_off_together_with_the_head_is_found_by_a_noted_head(
    own_ledger: Ledger,
) -> None:
    third = written(own_ledger)
    whole = verdict(own_ledger).head
    cut = f"UPDATE audit_head SET number = 3, sha256 = '{third}'"
    tamper(own_ledger.engine, "DELETE FROM audit WHERE number > 3", cut)
    assert verdict(own_ledger).whole
    assert not verdict(own_ledger, whole).whole


def test_one_who_verifies_while_another_writes_sees_no_damage(own_ledger: Ledger) -> None:
    written(own_ledger)
    with own_ledger.read() as connection:
        assert verify(connection).entries == 6
        written(own_ledger, 2)
        assert verify(connection).whole
        assert verify(connection).entries == 6


def test_ten_thousand_entries_are_verified(own_ledger: Ledger) -> None:
    rows, previous = [], BEFORE_ALL
    for number in range(1, 10_001):
        row = {"number": number, "at": NOW, "by": "maria", "action": "case.noted"}
        row |= {"subject": "C-1", "run_id": None, "body": "{}", "previous": previous}
        previous = entry_hash(row)
        rows.append({**row, "sha256": previous})
    with own_ledger.engine.begin() as connection:
        connection.execute(AUDIT.insert(), rows)
        head = f"UPDATE audit_head SET number = 10000, sha256 = '{previous}'"
        connection.execute(text(head))
    assert verdict(own_ledger) == Verdict(whole=True, entries=10_000, head=previous)


def test_entries_are_listed_by_subject_and_the_newest_of_them(own_ledger: Ledger) -> None:
    written(own_ledger)
    with own_ledger.read() as connection:
        assert [one.number for one in entries(connection, most=2)] == [5, 6]
        found = entries(connection, subject="C-2")
    assert [(one.number, one.by, one.body["n"]) for one in found] == [(3, "maria", 0.2)]
    assert isinstance(found[0], audit.Entry)
