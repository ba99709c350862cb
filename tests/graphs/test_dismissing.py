"""A case without trouble ends by people's word; a danger only by two, told as a danger."""

import pytest

from domain.errors import InvalidArgument
from domain.records.case import Case
from domain.records.policy import Principal
from memory.case_rows import case_of
from memory.cases import take_sign
from memory.effect_checks import register
from memory.knowledge import learnt
from tests.graphs.acting_parts import NOW, OLGA, POLICY, SAFETY, House
from tests.memory.ledgers import check_of, sign


def opened(house: House, mark: str, severity: int = 3) -> str:
    with house.ledger.change(by="andon:case", at=NOW) as change:
        return take_sign(change, sign(mark, severity=severity), POLICY).case_id


def dismissal(house: House, kind: str, case_id: str, *who: Principal) -> str:
    body = {"case_id": case_id, "reason": "noise of a test stand"}
    one = house.proposed(kind, case_id, payload=body)
    for person in who:
        assert house.decided(one, person).accepted
    return one


def held(house: House, case_id: str) -> Case:
    with house.ledger.read() as connection:
        return case_of(connection, case_id)


def test_a_dismissed_case_has_ended_and_teaches_nothing(house: House, mark: str) -> None:
    case_id = opened(house, mark)
    one = house.carried(dismissal(house, "dismiss_case", case_id, OLGA))
    assert (one.state, one.attempts[0].outcome) == ("executed", "done")
    assert held(house, case_id).state == "dismissed"
    with house.ledger.read() as connection:
        assert [what for what in learnt(connection) if what.case_id == case_id] == []


def test_a_danger_is_not_dismissed_as_a_common_case(house: House, mark: str) -> None:
    case_id = opened(house, mark, severity=5)
    one = dismissal(house, "dismiss_case", case_id, OLGA)
    with pytest.raises(InvalidArgument, match="two people must dismiss"):
        house.carried(one)
    assert (house.seen(one).state, held(house, case_id).state) == ("failed", "open")


def test_a_danger_is_dismissed_by_two(house: House, mark: str) -> None:
    case_id = opened(house, mark, severity=5)
    one = dismissal(house, "dismiss_danger", case_id, SAFETY)
    house.carried(one)
    assert held(house, case_id).state == "open"
    assert house.decided(one, OLGA).state == "approved"
    house.carried(one)
    assert held(house, case_id).state == "dismissed"


def test_a_case_whose_fix_is_still_to_be_judged_is_not_dismissed(house: House, mark: str) -> None:
    case_id = opened(house, mark)
    with house.ledger.change(by="andon:case", at=NOW) as change:
        register(change, check_of(case_id))
    one = dismissal(house, "dismiss_case", case_id, OLGA)
    with pytest.raises(InvalidArgument, match="only an open case is dismissed"):
        house.carried(one)
    assert (house.seen(one).state, held(house, case_id).state) == ("failed", "verifying")
