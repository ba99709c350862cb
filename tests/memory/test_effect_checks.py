"""Effect checks: written down first, judged once on their day."""

from datetime import date, timedelta

import pytest

from domain.errors import InvalidArgument, UnknownName
from memory.case_rows import case_of
from memory.cases import set_state
from memory.effect_checks import check, checks, judge, register, withdraw
from memory.ledger import Ledger
from tests.memory.ledgers import CASE_RUN, NOW, check_of, opened, shown_to_work

LATER = NOW + timedelta(days=90)


def state_of(ledger: Ledger, case_id: str) -> str:
    with ledger.read() as connection:
        return case_of(connection, case_id).state


def registered(ledger: Ledger, case_id: str, question: str = "cut-in 1", **more: date) -> str:
    one = check_of(case_id, question, **more)
    with ledger.change(by=CASE_RUN, at=NOW) as change:
        register(change, one)
    return one.id


def judged(ledger: Ledger, check_id: str, verdict: str, evidence: str = "E-2", **more: date) -> str:
    with ledger.change(by=CASE_RUN, at=NOW) as change:
        return judge(change, check_id, verdict, evidence, **more).state


def test_a_case_waits_for_its_check_and_the_same_check_is_registered_once(
    ledger: Ledger, mark: str
) -> None:
    case_id = opened(ledger, mark)
    one = check_of(case_id)
    with ledger.change(by=CASE_RUN, at=NOW) as change:
        assert register(change, one)
        assert not register(change, one)
    assert state_of(ledger, case_id) == "verifying"


def test_a_check_cannot_be_registered_with_its_verdict(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    told = {"state": "effective", "verdict": "effective", "evidence": "E-1", "by": "nobody"}
    with ledger.change(by=CASE_RUN, at=NOW) as change:
        register(change, check_of(case_id).model_copy(update=told))
    with ledger.read() as connection:
        held = checks(connection, case_id)[0]
    assert (held.state, held.verdict, held.evidence) == ("registered", None, None)
    assert held.by == CASE_RUN
    with pytest.raises(InvalidArgument), ledger.change(by="olga", at=NOW) as change:
        set_state(change, case_id, "closed", "…")


def test_an_effective_check_opens_the_door_to_closing(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    shown_to_work(ledger, case_id)
    assert state_of(ledger, case_id) == "verifying"
    with ledger.change(by="olga", at=NOW) as change:
        set_state(change, case_id, "closed", "…")
    assert state_of(ledger, case_id) == "closed"
    with pytest.raises(InvalidArgument, match="is closed"):
        registered(ledger, case_id, "cut-in 2")


def test_a_check_that_fails_opens_the_case_again(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    judged(ledger, registered(ledger, case_id), "not_effective")
    with ledger.read() as connection:
        case = case_of(connection, case_id)
    assert (case.state, case.times_reopened) == ("open", 1)


def test_an_old_effect_does_not_close_a_case_whose_last_fix_failed(
    ledger: Ledger, mark: str
) -> None:
    case_id = opened(ledger, mark)
    shown_to_work(ledger, case_id)
    judged(ledger, registered(ledger, case_id, "cut-in 2"), "not_effective")
    with pytest.raises(InvalidArgument), ledger.change(by="olga", at=NOW) as change:
        set_state(change, case_id, "closed", "…")


def test_an_old_effect_does_not_close_a_case_whose_next_check_waits(
    ledger: Ledger, mark: str
) -> None:
    case_id = opened(ledger, mark)
    shown_to_work(ledger, case_id)
    registered(ledger, case_id, "cut-in 2")
    with pytest.raises(InvalidArgument), ledger.change(by="olga", at=NOW) as change:
        set_state(change, case_id, "closed", "…")


def test_an_undetermined_check_waits_for_its_next_day(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    one = registered(ledger, case_id)
    assert judged(ledger, one, "undetermined", judge_on=LATER.date()) == "undetermined"
    assert state_of(ledger, case_id) == "verifying"
    with pytest.raises(InvalidArgument, match="to be judged on"):
        judged(ledger, one, "effective", "E-3")
    with ledger.change(by=CASE_RUN, at=LATER) as change:
        assert judge(change, one, "effective", "E-3").state == "effective"


def test_a_check_is_not_judged_before_its_day(ledger: Ledger, mark: str) -> None:
    one = registered(ledger, opened(ledger, mark), judge_on=LATER.date())
    for verdict in ("effective", "not_effective"):
        with pytest.raises(InvalidArgument, match="to be judged on"):
            judged(ledger, one, verdict)


def test_a_verdict_stands_and_the_same_look_again_changes_nothing(
    ledger: Ledger, mark: str
) -> None:
    one = registered(ledger, opened(ledger, mark))
    assert judged(ledger, one, "not_effective") == "not_effective"
    assert judged(ledger, one, "not_effective") == "not_effective"
    with pytest.raises(InvalidArgument, match="is not_effective"):
        judged(ledger, one, "effective", "E-9")


def test_a_check_is_not_swapped_while_it_waits(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    one = registered(ledger, case_id)
    with pytest.raises(InvalidArgument, match=one):
        registered(ledger, case_id, "an easier question")
    change = ledger.change(by="olga", at=NOW)
    with pytest.raises(InvalidArgument, match="still to be judged"), change as open_change:
        set_state(open_change, case_id, "open", "…")


def test_a_check_is_taken_back_with_a_reason_and_not_asked_again(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    one = registered(ledger, case_id)
    for reason, match in ((" ", "reason"), ("the cut-in moved", "")):
        change = ledger.change(by="olga", at=NOW)
        if match:
            with pytest.raises(InvalidArgument), change as open_change:
                withdraw(open_change, one, reason)
        else:
            with change as open_change:
                withdraw(open_change, one, reason)
    assert state_of(ledger, case_id) == "open"
    with ledger.read() as connection:
        assert check(connection, one).state == "withdrawn"
    with pytest.raises(InvalidArgument, match="withdrawn"):
        registered(ledger, case_id)
    registered(ledger, case_id, "cut-in 2")


def test_an_unknown_check_is_unknown(ledger: Ledger) -> None:
    with pytest.raises(UnknownName):
        judged(ledger, "V-NOTHING", "effective")
