"""Knowledge: what a fix that was shown to work taught, and who has read it."""

from datetime import date, timedelta

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from domain.records.cause import Condition
from domain.records.knowledge import Knowledge
from memory.knowledge import add, knowledge, knowledge_name, learnt, review
from memory.ledger import Ledger
from tests.conftest import EVERYTHING
from tests.memory.ledgers import NOW, POLICY, opened, shown_to_work

EXECUTOR, EFFECT = "andon:executor", "E-EFFECT0000"


def lesson(case_id: str, symptom: str, evidence: str = EFFECT) -> Knowledge:
    return Knowledge(
        id=knowledge_name(case_id),
        case_id=case_id,
        symptom=symptom,
        mechanism="",
        cause=Condition(model_id=("M1",)),
        control="",
        part_id="P-7",
        family=None,
        evidence=(evidence,),
        author=EXECUTOR,
        review="to_review",
        reviewed_by=None,
        valid_from=date(2026, 11, 20),
        valid_to=None,
        at=NOW,
    )


def taught(ledger: Ledger, mark: str) -> Knowledge:
    case_id = opened(ledger, mark)
    shown_to_work(ledger, case_id)
    one = lesson(case_id, mark)
    with ledger.change(by=EXECUTOR, at=NOW) as change:
        assert add(change, one, POLICY)
        assert not add(change, one, POLICY)
    return one


def reviewed(ledger: Ledger, one: Knowledge, outcome: str, by: str, **words: str) -> Knowledge:
    with ledger.change(by=by, at=NOW) as change:
        return review(change, one.id, outcome, **words)


def test_a_case_teaches_once(ledger: Ledger, mark: str) -> None:
    one = taught(ledger, mark)
    with ledger.read() as connection:
        assert learnt(connection, symptom=mark) == [one]


def test_a_fix_that_was_not_shown_to_work_teaches_nothing(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    for evidence in (EFFECT, "E-OTHER00000"):
        change = ledger.change(by=EXECUTOR, at=NOW)
        with pytest.raises(InvalidArgument, match="no fix"), change as open_change:
            add(open_change, lesson(case_id, mark, evidence), POLICY)
        if evidence == EFFECT:
            shown_to_work(ledger, case_id)


def test_a_run_without_an_order_teaches_nothing(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    shown_to_work(ledger, case_id)
    with pytest.raises(NotPermitted), ledger.change(by="andon:triage", at=NOW) as change:
        add(change, lesson(case_id, mark), POLICY)


def test_a_second_person_reads_it_and_says_the_mechanism(ledger: Ledger, mark: str) -> None:
    one = taught(ledger, mark)
    read = reviewed(ledger, one, "reviewed", "olga", mechanism="resin too dry", control="")
    assert (read.review, read.reviewed_by) == ("reviewed", "olga")
    assert (read.mechanism, read.control) == ("resin too dry", "")
    read = reviewed(ledger, one, "reviewed", "pit", control="humidity alarm")
    assert (read.mechanism, read.control) == ("resin too dry", "humidity alarm")


def test_its_author_and_runs_of_the_house_do_not_review_it(ledger: Ledger, mark: str) -> None:
    one = taught(ledger, mark)
    for who in (EXECUTOR, "andon:case"):
        with pytest.raises(InvalidArgument, match="cannot review"):
            reviewed(ledger, one, "reviewed", who)


def test_what_is_retired_is_not_offered_any_more_and_stays_retired(
    ledger: Ledger, mark: str
) -> None:
    one = taught(ledger, mark)
    with ledger.read() as connection:
        assert learnt(connection, symptom=mark, on=NOW.date()) == [one]
        assert learnt(connection, symptom=mark, on=NOW.date() - timedelta(days=1)) == []
    assert reviewed(ledger, one, "retired", "olga").valid_to == NOW.date()
    with ledger.read() as connection:
        assert learnt(connection, symptom=mark, on=NOW.date()) == []
        assert len(learnt(connection, symptom=mark)) == 1
    with pytest.raises(InvalidArgument, match="retired"):
        reviewed(ledger, one, "reviewed", "pit")


def test_it_is_told_to_those_only_who_may_know_of_its_case_and_its_supplier(
    ledger: Ledger, mark: str
) -> None:
    one = taught(ledger, mark)
    outsiders = (
        {"regions": ("MOON",)},
        {"suppliers": ("S-0001",)},
        {"classes": ("public", "internal")},
    )
    with ledger.read() as connection:
        assert learnt(connection, symptom=mark, scope=EVERYTHING) == [one]
        for less in outsiders:
            narrow = EVERYTHING.model_copy(update=less)
            assert learnt(connection, symptom=mark, scope=narrow) == []


def test_unknown_knowledge_is_unknown(ledger: Ledger) -> None:
    with ledger.read() as connection, pytest.raises(UnknownName):
        knowledge(connection, "K-NOTHING")
