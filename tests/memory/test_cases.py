"""Cases: one for one trouble while it lives, closed only on an effect that was shown."""

from datetime import date, timedelta

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from domain.records.case import ActionItem, CaseCause
from domain.records.policy import Scope
from memory.audit import entries
from memory.case_rows import CaseFile, case_file, case_of, cases, kin_of
from memory.cases import (
    Sign,
    Taken,
    action_name,
    add_action,
    attach,
    end_action,
    set_owner,
    set_severity,
    set_state,
    state_cause,
    take_sign,
    write_step,
)
from memory.ledger import Ledger
from tests.memory.ledgers import CASE_RUN, NOW, POLICY, at_once, opened, shown_to_work, sign

EUROPE = Scope(regions=("EU",), suppliers=("*",), classes=("public",))


def taken(ledger: Ledger, one: Sign, by: str = CASE_RUN) -> Taken:
    with ledger.change(by=by, at=NOW) as change:
        return take_sign(change, one, POLICY)


def filed(ledger: Ledger, case_id: str) -> CaseFile:
    with ledger.read() as connection:
        return case_file(connection, case_id)


def moved(ledger: Ledger, case_id: str, state: str, by: str = "olga") -> None:
    with ledger.change(by=by, at=NOW) as change:
        set_state(change, case_id, state, "…")


def closed(ledger: Ledger, key: str) -> str:
    case_id = opened(ledger, key)
    shown_to_work(ledger, case_id)
    moved(ledger, case_id, "closed")
    return case_id


def length(ledger: Ledger, case_id: str) -> int:
    with ledger.read() as connection:
        return len(entries(connection, subject=case_id))


def test_the_first_sign_opens_a_case_and_the_next_one_joins_it(ledger: Ledger, mark: str) -> None:
    first = taken(ledger, sign(mark))
    assert (first.opened, first.new) == (True, True)
    assert taken(ledger, sign(mark, "feedback:2")) == (first.case_id, False, True)
    file = filed(ledger, first.case_id)
    assert [step.step for step in file.steps] == [f"D{number}" for number in range(9)]
    assert file.signs == ({"feedback": "feedback:1"}, {"feedback": "feedback:2"})


def test_a_sign_counts_once_even_after_its_case_was_closed(ledger: Ledger, mark: str) -> None:
    case_id = closed(ledger, mark)
    before = length(ledger, case_id)
    assert taken(ledger, sign(mark)) == (case_id, False, False)
    assert length(ledger, case_id) == before


def test_signs_of_one_trouble_at_the_same_moment_open_one_case(ledger: Ledger, mark: str) -> None:
    works = [lambda name=name: taken(ledger, sign(mark, name)) for name in ("a", "b", "c", "a")]
    results = at_once(works)
    assert len({result.case_id for result in results}) == 1
    assert sum(result.opened for result in results) == 1
    assert sum(result.new for result in results) == 3


def test_a_new_sign_after_the_end_opens_a_case_that_follows(ledger: Ledger, mark: str) -> None:
    first = closed(ledger, mark)
    second = taken(ledger, sign(mark, "feedback:9"))
    assert second.opened
    assert second.case_id != first
    assert filed(ledger, second.case_id).case.follows == first
    with pytest.raises(InvalidArgument, match=second.case_id):
        moved(ledger, first, "open")


def test_a_sign_raises_and_widens_and_never_lowers(ledger: Ledger, mark: str) -> None:
    case_id = taken(ledger, sign(mark, severity=4)).case_id
    earlier = NOW - timedelta(days=3)
    taken(ledger, sign(mark, "b", severity=2, regions=("NA",), aware_at=earlier))
    case = filed(ledger, case_id).case
    assert (case.severity, case.regions, case.aware_at) == (4, ("EU", "NA"), earlier)
    taken(ledger, sign(mark, "c", severity=5, regions=("*",), aware_at=NOW))
    case = filed(ledger, case_id).case
    assert (case.severity, case.regions, case.aware_at) == (5, ("*",), earlier)


@pytest.mark.parametrize("wrong", [{"severity": 6}, {"severity": 0}, {"aware_at": "naive"}])
def test_a_sign_that_cannot_be_is_refused(ledger: Ledger, mark: str, wrong: dict) -> None:
    if "aware_at" in wrong:
        wrong = {"aware_at": NOW.replace(tzinfo=None)}
    with pytest.raises(InvalidArgument, match="cannot be a sign"):
        taken(ledger, sign(mark, **wrong))


def test_a_case_is_not_closed_without_an_effect_that_was_shown(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    for state in ("closed", "verifying"):
        with pytest.raises(InvalidArgument, match="effect check"):
            moved(ledger, case_id, state)
    assert filed(ledger, case_id).case.state == "open"


def test_a_closed_case_that_is_opened_again_needs_a_new_effect(ledger: Ledger, mark: str) -> None:
    case_id = closed(ledger, mark)
    assert filed(ledger, case_id).case.closed_at == NOW
    moved(ledger, case_id, "open")
    case = filed(ledger, case_id).case
    assert (case.state, case.closed_at, case.times_reopened) == ("open", None, 1)
    with pytest.raises(InvalidArgument, match="effect check"):
        moved(ledger, case_id, "closed")


def test_to_write_what_stands_there_leaves_no_trace(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    action = action_of(case_id)
    cause = cause_of(case_id)

    def work() -> None:
        with ledger.change(by=CASE_RUN, at=NOW) as change:
            write_step(change, case_id, "D2", {"n": 0.1, "词": "漏水"}, evidence=("E-1",))
            attach(change, case_id, "E-1", "alarm")
            add_action(change, action)
            state_cause(change, cause)
            set_owner(change, case_id, "olga")
            set_severity(change, case_id, 4, "two burns")

    work()
    before, file = length(ledger, case_id), filed(ledger, case_id)
    work()
    assert length(ledger, case_id) == before == 2 + 6
    assert filed(ledger, case_id) == file


def test_what_a_step_said_before_is_in_the_audit(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    for text in ("old", "new"):
        with ledger.change(by="olga", at=NOW) as change:
            write_step(change, case_id, "D4", {"why": text}, state="done")
    step = filed(ledger, case_id).step("D4")
    assert (step.content, step.state, step.by) == ({"why": "new"}, "done", "olga")
    with ledger.read() as connection:
        said = [one.body for one in entries(connection, subject=case_id)]
    assert [one["content"] for one in said if one.get("step")] == [{"why": "old"}, {"why": "new"}]


def test_a_run_of_the_house_raises_a_severity_and_only_a_person_lowers_it(
    ledger: Ledger, mark: str
) -> None:
    case_id = opened(ledger, mark)
    with ledger.change(by=CASE_RUN, at=NOW) as change:
        set_severity(change, case_id, 5, "a burn")
    refused = ledger.change(by=CASE_RUN, at=NOW)
    with pytest.raises(InvalidArgument, match="cannot follow"), refused as change:
        set_severity(change, case_id, 3, "it is fine")
    with ledger.change(by="olga", at=NOW) as change:
        set_severity(change, case_id, 3, "it was a coffee stain")
    assert filed(ledger, case_id).case.severity == 3


def test_without_a_standing_order_a_run_changes_nothing(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    before = filed(ledger, case_id)
    refused = [
        lambda change: take_sign(change, sign(f"{mark}2"), POLICY),
        lambda change: write_step(change, case_id, "D2", {"a": 1}),
        lambda change: attach(change, case_id, "E-1", "alarm"),
        lambda change: add_action(change, action_of(case_id)),
        lambda change: state_cause(change, cause_of(case_id)),
        lambda change: set_owner(change, case_id, "olga"),
        lambda change: set_severity(change, case_id, 5, "…"),
    ]
    for work in refused:
        stranger = ledger.change(by="andon:stranger", at=NOW)
        with pytest.raises(NotPermitted, match="no standing order"), stranger as change:
            work(change)
    assert filed(ledger, case_id) == before


def test_an_action_is_done_once_or_dropped(ledger: Ledger, mark: str) -> None:
    case_id = opened(ledger, mark)
    action = action_of(case_id)
    with ledger.change(by="olga", at=NOW) as change:
        assert add_action(change, action)
        assert not add_action(change, action)
        end_action(change, action.id, "400 units sorted")
    held = filed(ledger, case_id).actions[0]
    assert (held.state, held.done_at, held.result) == ("done", NOW, "400 units sorted")
    with pytest.raises(UnknownName), ledger.change(by="olga", at=NOW) as change:
        end_action(change, action.id, "again", dropped=True)


def test_nobody_learns_of_a_case_of_another_region(ledger: Ledger, mark: str) -> None:
    case_id = taken(ledger, sign(mark, regions=("NA",))).case_id
    everywhere = taken(ledger, sign(f"{mark}2", regions=("*",))).case_id
    with ledger.read() as connection:
        mine = {one.id for one in cases(connection, scope=EUROPE)}
        assert case_id not in mine
        assert everywhere in mine
        with pytest.raises(UnknownName):
            case_of(connection, case_id, EUROPE)


def test_what_is_written_for_an_unknown_case_is_refused(ledger: Ledger) -> None:
    works = [
        lambda change: write_step(change, "C-NOTHING", "D2", {}),
        lambda change: attach(change, "C-NOTHING", "E-1", "alarm"),
        lambda change: set_owner(change, "C-NOTHING", "olga"),
        lambda change: set_state(change, "C-NOTHING", "closed", "…"),
        lambda change: state_cause(change, cause_of("C-NOTHING")),
    ]
    for work in works:
        with pytest.raises(UnknownName), ledger.change(by="olga", at=NOW) as change:
            work(change)


def action_of(case_id: str) -> ActionItem:
    return ActionItem(
        id=action_name(case_id, "D3", "containment", "sort"),
        case_id=case_id,
        step="D3",
        kind="containment",
        text="sort",
        owner="pit",
        due_on=date(2026, 11, 25),
    )


def cause_of(case_id: str) -> CaseCause:
    words = {"statement": "resin of lot 7", "condition": None, "status": "supported"}
    return CaseCause(
        case_id=case_id, kind="occurrence", **words, evidence=("E-1",), by="maria", at=NOW
    )


@pytest.mark.parametrize(
    ("key", "live", "taken"),
    [
        ("field/NO_POWER/TV", ["field/NO_POWER/TV"], "field/NO_POWER/TV"),
        ("field/NO_POWER/TV/65Q8", ["field/NO_POWER/TV"], "field/NO_POWER/TV"),
        ("field/NO_POWER/TV", ["field/NO_POWER/TV/65Q8/BR"], "field/NO_POWER/TV/65Q8/BR"),
        ("field/NO_POWER/TV", ["field/NO_POWER/TVX", "field/NOISE/TV"], "field/NO_POWER/TV"),
        ("a/b/c/d", ["a/b", "a/b/c", "a/b/c/d/e"], "a/b/c"),
    ],
)
def test_a_cell_within_or_around_that_of_a_live_case_is_the_same_trouble(
    key: str, live: list[str], taken: str
) -> None:
    assert kin_of(key, live) == taken
