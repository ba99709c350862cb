"""Proposals: decided by the right people on the exact payload, carried out once."""

import multiprocessing
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from memory import proposals
from memory.audit import entries
from memory.ledger import Ledger
from memory.proposals import checked_payload, edit, expire_due, record_attempt, settle
from tests.memory.ledgers import (
    ENGINEER,
    NOW,
    OLGA,
    PIT,
    POLICY,
    STRANGER,
    approve_from_elsewhere,
    at_once,
    decided,
    ledger_at,
    person,
    proposed,
    seen,
    to_supplier,
)

SORTING = "enter_controlled_shipping"


def audited(ledger: Ledger, subject: str) -> list[str]:
    with ledger.read() as connection:
        return [one.action for one in entries(connection, subject=subject)]


def payload_of(ledger: Ledger, proposal_id: str) -> dict[str, object]:
    with ledger.change(by="andon:executor", at=NOW) as change:
        return checked_payload(change, proposal_id, POLICY)


def test_the_same_wish_is_proposed_once(ledger: Ledger, mark: str) -> None:
    assert proposed(ledger, mark) == proposed(ledger, mark)


def test_approving_twice_is_approving_once(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark)
    assert decided(ledger, one, OLGA)[:2] == ("approved", True)
    again = decided(ledger, one, OLGA)
    assert again[:2] == ("approved", True)
    assert "once" in again.reason
    assert len(seen(ledger, one).rulings) == 1
    assert audited(ledger, one) == ["proposal.made", "proposal.approved"]


def test_one_person_is_not_two(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark, SORTING)
    assert decided(ledger, one, OLGA) == ("proposed", True, "1 more must approve")
    assert decided(ledger, one, OLGA).state == "proposed"
    assert decided(ledger, one, PIT).state == "approved"


def test_facts_do_not_go_on_under_a_letter_that_was_written_for_others(
    ledger: Ledger, mark: str
) -> None:
    old = proposed(ledger, mark, SORTING)
    shown = seen(ledger, old)
    with (
        pytest.raises(InvalidArgument, match="the letter"),
        ledger.change(by="pia", at=NOW) as change,
    ):
        edit(change, old, {**shown.payload, "supplier_id": "S-2"}, POLICY)
    assert seen(ledger, old).state == "proposed"


def test_an_edit_makes_a_new_hash_without_approvals_and_takes_the_place_of_the_old(
    ledger: Ledger, mark: str
) -> None:
    old = proposed(ledger, mark, SORTING)
    shown = seen(ledger, old)
    decided(ledger, old, OLGA)
    with ledger.change(by="pia", at=NOW) as change:
        letter = {**shown.payload["letter"], "text": "level three from now on"}
        new = edit(change, old, {**shown.payload, "level": 3, "letter": letter}, POLICY)
    assert seen(ledger, old).state == "rejected"
    assert seen(ledger, old).replaced_by == new
    assert seen(ledger, new).sha256 != shown.sha256
    assert seen(ledger, new).rulings == ()
    late = decided(ledger, old, PIT)
    assert not late.accepted
    assert new in late.reason
    stale = decided(ledger, new, PIT, sha256=shown.sha256)
    assert not stale.accepted
    assert "look again" in stale.reason


def test_an_edit_that_changes_nothing_makes_nothing_new(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark)
    with ledger.change(by=ENGINEER, at=NOW) as change:
        assert edit(change, one, seen(ledger, one).payload, POLICY) == one


def test_many_edits_in_a_row_keep_their_names_short(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark)
    for turn in range(12):
        with ledger.change(by=ENGINEER, at=NOW) as change:
            one = edit(change, one, to_supplier(f"turn {turn}"), POLICY)
    assert decided(ledger, one, OLGA).state == "approved"


def test_what_was_decided_can_no_longer_be_edited(ledger: Ledger, mark: str) -> None:
    approved, late = proposed(ledger, mark), proposed(ledger, f"{mark}2")
    decided(ledger, approved, OLGA)
    for one, when in ((approved, NOW), (late, NOW + timedelta(days=30))):
        change = ledger.change(by=ENGINEER, at=when)
        with pytest.raises(InvalidArgument, match="no longer be edited"), change as open_change:
            edit(open_change, one, to_supplier("other"), POLICY)


@pytest.mark.parametrize("also", ["", ", sha256 = 'f'"])
def test_a_payload_that_was_changed_after_approval_is_not_carried_out(
    ledger: Ledger, mark: str, also: str
) -> None:
    one = proposed(ledger, mark)
    decided(ledger, one, OLGA)
    assert payload_of(ledger, one) == seen(ledger, one).payload
    with ledger.engine.begin() as connection:
        forged = (
            f"UPDATE proposals SET payload = replace(payload, 'S-1', 'S-2'){also} WHERE id = :id"
        )
        connection.execute(text(forged), {"id": one})
    with pytest.raises(InvalidArgument, match="is not what 1 of"):
        payload_of(ledger, one)


def test_a_forged_approval_without_enough_people_is_not_carried_out(
    ledger: Ledger, mark: str
) -> None:
    one = proposed(ledger, mark, SORTING)
    decided(ledger, one, OLGA)
    with ledger.engine.begin() as connection:
        connection.execute(
            text("UPDATE proposals SET state = 'approved' WHERE id = :id"), {"id": one}
        )
    with pytest.raises(InvalidArgument, match="is not what 2 of"):
        payload_of(ledger, one)


def test_the_hash_is_the_same_for_any_script_and_number_in_both_databases(
    ledger: Ledger, mark: str
) -> None:
    words = "Lot 7 – 漏水，ß, ñ, عطل, 0.1 + 1e-7, \u0000, 👩‍🔧"
    one = proposed(ledger, mark, payload=to_supplier(words))
    decided(ledger, one, OLGA)
    assert payload_of(ledger, one) == to_supplier(words)


def test_two_approvers_at_once_where_one_suffices_approve_once(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark)
    results = at_once([lambda: decided(ledger, one, OLGA), lambda: decided(ledger, one, PIT)])
    assert sorted(one.accepted for one in results) == [False, True]
    assert [one.state for one in results] == ["approved", "approved"]
    assert len(seen(ledger, one).rulings) == 1


def test_two_approvers_at_once_where_two_are_needed_approve_together(
    ledger: Ledger, mark: str
) -> None:
    one = proposed(ledger, mark, SORTING)
    results = at_once([lambda: decided(ledger, one, OLGA), lambda: decided(ledger, one, PIT)])
    assert sorted(one.state for one in results) == ["approved", "proposed"]
    assert audited(ledger, one).count("proposal.approved") == 2
    assert seen(ledger, one).state == "approved"


def test_one_who_approves_while_another_rejects_does_not_win_half(
    ledger: Ledger, mark: str
) -> None:
    one = proposed(ledger, mark)
    results = at_once(
        [lambda: decided(ledger, one, OLGA), lambda: decided(ledger, one, PIT, "reject")]
    )
    first = next(result for result in results if result.accepted)
    assert seen(ledger, one).state == first.state
    assert sum(result.accepted for result in results) == 1


def test_approvers_in_two_processes_are_counted_one_after_the_other(
    database_url: str, named_path: Path
) -> None:
    ledger = ledger_at(database_url)
    one = proposed(ledger, "two-processes", "activate_test_recipe", payload=RECIPE)
    context = multiprocessing.get_context("spawn")
    people = ("olga", "ute")
    workers = [
        context.Process(
            target=approve_from_elsewhere, args=(database_url, one, who, str(named_path))
        )
        for who in people
    ]
    for worker in workers:
        worker.start()
    while not all(Path(f"{named_path}.{who}").exists() for who in people):
        assert all(worker.is_alive() for worker in workers)
        time.sleep(0.01)
    named_path.touch()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert seen(ledger, one).state == "approved"
    assert {ruling.by for ruling in seen(ledger, one).rulings} == set(people)
    ledger.engine.dispose()


RECIPE = {
    "recipe_id": "R-1",
    "model_id": "M1",
    "country": "DE",
    "line_id": "L1",
    "differences": ["limit 5 to 6"],
}


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (STRANGER, "only supplier_engineer or supplier_manager or quality_manager may decide"),
        (person(ENGINEER, "quality_manager"), "of their own"),
        (person("andon:case", "quality_manager"), "only supplier_engineer"),
    ],
)
def test_who_may_not_decide_is_told_why_and_the_audit_keeps_it(
    ledger: Ledger, mark: str, who: object, reason: str
) -> None:
    one = proposed(ledger, mark)
    if who.id.startswith("andon:"):  # not even with the role in the users file
        with pytest.raises(NotPermitted):
            decided(ledger, one, who)
        assert seen(ledger, one).rulings == ()
        return
    refused = decided(ledger, one, who)
    assert not refused.accepted
    assert reason in refused.reason
    assert seen(ledger, one).state == "proposed"
    assert audited(ledger, one) == ["proposal.made", "proposal.decision_refused"]


def test_nobody_decides_in_the_name_of_another(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark)
    change, sha256 = ledger.change(by="sven", at=NOW), seen(ledger, one).sha256
    with pytest.raises(ValueError, match="in the name of"), change as open_change:
        proposals.decide(open_change, one, OLGA, "approve", sha256=sha256, policy=POLICY)


def test_what_waited_too_long_is_expired_at_the_moment_of_decision(
    ledger: Ledger, mark: str
) -> None:
    one = proposed(ledger, mark)
    end = seen(ledger, one).expires_at
    assert end == NOW + timedelta(hours=72)
    refused = decided(ledger, one, OLGA, at=end)
    assert (refused.state, refused.accepted) == ("expired", False)
    assert decided(ledger, one, OLGA, at=NOW).accepted is False
    assert audited(ledger, one)[1] == "proposal.expired"


def test_an_approval_does_not_outlive_the_proposal_that_expired(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark, SORTING)
    decided(ledger, one, OLGA)
    late = NOW + timedelta(days=5)
    assert decided(ledger, one, PIT, at=late).state == "expired"
    assert not decided(ledger, one, OLGA, at=late).accepted


def test_all_that_waited_too_long_expires_by_itself(ledger: Ledger, mark: str) -> None:
    late = proposed(ledger, mark)
    with ledger.change(by="andon:case", at=NOW + timedelta(days=4)) as change:
        assert late in expire_due(change)
        assert late not in expire_due(change)
    assert seen(ledger, late).state == "expired"


def test_a_rejection_ends_it_and_cannot_be_taken_back(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark)
    assert decided(ledger, one, OLGA, "reject", reason="wrong lot").state == "rejected"
    assert decided(ledger, one, OLGA, "reject").accepted
    assert not decided(ledger, one, OLGA).accepted
    assert not decided(ledger, one, PIT).accepted


def test_whoever_approved_cannot_reject_the_same_proposal(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark, SORTING)
    decided(ledger, one, OLGA)
    assert "otherwise before" in decided(ledger, one, OLGA, "reject").reason


def test_carried_out_is_kept_apart_from_approved_and_happens_once(
    ledger: Ledger, mark: str
) -> None:
    one = proposed(ledger, mark)
    with pytest.raises(InvalidArgument, match="is proposed"):
        _attempt(ledger, one, "done")
    decided(ledger, one, OLGA)
    assert _attempt(ledger, one, "failed") == "approved"
    assert _attempt(ledger, one, "done") == "executed"
    with pytest.raises(InvalidArgument, match="is executed"):
        _attempt(ledger, one, "done")
    assert [try_.outcome for try_ in seen(ledger, one).attempts] == ["failed", "done"]


def test_of_two_who_carry_out_at_once_one_is_refused(ledger: Ledger, mark: str) -> None:
    one = proposed(ledger, mark)
    decided(ledger, one, OLGA)
    results = at_once([lambda: _attempt(ledger, one, "handed_over")] * 2)
    assert sum(result == "approved" for result in results) == 1
    assert sum(isinstance(result, InvalidArgument) for result in results) == 1


def test_what_fails_again_and_again_is_failed_until_a_person_has_it_tried_again(
    ledger: Ledger, mark: str
) -> None:
    one = proposed(ledger, mark)
    decided(ledger, one, OLGA)
    states = [_attempt(ledger, one, "failed") for _ in range(proposals.MOST_ATTEMPTS)]
    assert states == ["approved"] * 4 + ["failed"]
    with ledger.change(by="olga", at=NOW) as change:
        settle(change, one, "approved", "the supplier has an address now")
    assert _attempt(ledger, one, "done") == "executed"
    with ledger.change(by="olga", at=NOW) as change, pytest.raises(InvalidArgument):
        settle(change, one, "approved", "once more")


@pytest.mark.parametrize(
    ("kind", "payload", "match"),
    [
        ("buy_lunch", {}, "unknown kind"),
        ("message_supplier", {"supplier_id": "S-1"}, "reason"),
        ("message_supplier", {**to_supplier(), "to": "me@evil.example"}, "to"),
    ],
)
def test_what_does_not_fit_its_kind_is_not_proposed(
    ledger: Ledger, mark: str, kind: str, payload: dict[str, object], match: str
) -> None:
    with pytest.raises(InvalidArgument, match=match):
        proposed(ledger, mark, kind, payload=payload)


def test_a_due_moment_needs_its_time_zone(ledger: Ledger, mark: str) -> None:
    scar = {"supplier_id": "S-1", "part_id": "P-7", "symptom": "leak"}
    due = {"D3": "2026-11-21T08:00:00"}
    words = to_supplier()["letter"]
    with pytest.raises(InvalidArgument, match="timezone"):
        proposed(ledger, mark, "issue_scar", payload={**scar, "due": due, "letter": words})


def test_an_unknown_proposal_is_unknown(ledger: Ledger) -> None:
    with pytest.raises(UnknownName, match="P-NOTHING"):
        decided(ledger, "P-NOTHING", OLGA, sha256="0")


def _attempt(ledger: Ledger, proposal_id: str, outcome: str) -> object:
    with ledger.change(by="andon:executor", at=NOW) as change:
        return record_attempt(change, proposal_id, outcome, "…")
