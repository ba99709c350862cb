"""Measures: one of a kind for one subject, each by an approved proposal."""

from datetime import timedelta

import pytest

from domain.errors import InvalidArgument
from memory.ledger import Ledger
from memory.measures import end, in_force, put_in_force
from tests.memory.ledgers import NOW, OLGA, decided, proposed

EXECUTOR = "andon:executor"


def approved(ledger: Ledger, key: str) -> str:
    proposal_id = proposed(ledger, key)
    decided(ledger, proposal_id, OLGA)
    return proposal_id


def forced(ledger: Ledger, proposal_id: str, subject: str, level: int, days: int = 0) -> None:
    with ledger.change(by=EXECUTOR, at=NOW + timedelta(days=days)) as change:
        put_in_force(change, "sorting", subject, {"level": level}, proposal_id=proposal_id)


def test_a_new_measure_takes_the_place_of_the_old_one(ledger: Ledger, mark: str) -> None:
    one, two = approved(ledger, mark), approved(ledger, f"{mark}2")
    forced(ledger, one, mark, 1)
    forced(ledger, two, mark, 2, days=1)
    with ledger.read() as connection:
        held = in_force(connection, "sorting", mark)
    assert [(one.value, one.proposal_id) for one in held] == [({"level": 2}, two)]
    assert held[0].since == NOW + timedelta(days=1)


def test_what_is_ended_is_in_force_no_more_and_cannot_end_twice(ledger: Ledger, mark: str) -> None:
    forced(ledger, approved(ledger, mark), mark, 1)
    with ledger.change(by=EXECUTOR, at=NOW) as change:
        assert end(change, "sorting", mark)
        assert not end(change, "sorting", mark)
    with ledger.read() as connection:
        assert in_force(connection, "sorting", mark) == []


def test_a_proposal_that_is_not_approved_puts_nothing_in_force(ledger: Ledger, mark: str) -> None:
    with pytest.raises(InvalidArgument, match="is proposed"):
        forced(ledger, proposed(ledger, mark), mark, 1)


def test_measures_of_all_subjects_are_listed_in_order(ledger: Ledger, mark: str) -> None:
    one = approved(ledger, mark)
    for subject in ("b", "a"):
        forced(ledger, one, f"{mark}{subject}", 1)
    with ledger.read() as connection:
        found = [held.subject for held in in_force(connection, "sorting")]
    assert [name for name in found if name.startswith(mark)] == [f"{mark}b", f"{mark}a"]


def test_a_long_subject_fits_in_both_databases(ledger: Ledger, mark: str) -> None:
    forced(ledger, approved(ledger, mark), mark.ljust(200, "x"), 1)
    with ledger.read() as connection:
        assert len(in_force(connection, "sorting", mark.ljust(200, "x"))) == 1
