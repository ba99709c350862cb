"""What people approved is carried out once, as they saw it, and nothing else is."""

from typing import Any

import pytest
from sqlalchemy import text

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from graphs.actions import revise, try_again
from memory.case_rows import case_file, live_case
from memory.evidence import sha256_of
from memory.knowledge import learnt
from memory.proposals import expire_due
from tests.graphs.acting_parts import (
    APPROVERS,
    NOW,
    OLGA,
    PIT,
    STRANGER,
    House,
    later,
    letter,
    payload,
    person,
)
from tests.memory.ledgers import at_once, opened, shown_to_work

LETTERS = [kind for kind in APPROVERS if kind not in ("close_case", "block_stock")][:5]


def force(kind: str, mark: str, proposal_id: str) -> tuple[str, str] | None:
    """Kind and subject of what a proposal about `mark` puts in force."""
    block = payload("block_stock", mark)["condition"]
    return {
        "issue_scar": ("scar", f"{mark}/P-7/{proposal_id}"),
        "change_rating_band": ("rating_band", mark),
        "enter_controlled_shipping": ("controlled_shipping", f"{mark}/P-7"),
        "activate_test_recipe": ("test_recipe", f"{mark}/M1/DE"),
        "activate_vision_threshold": ("vision_threshold", f"{mark}/*"),
        "block_stock": ("stock_block", sha256_of(block)[:16]),
        "authority_notice": ("authority_notice", f"{mark}/US/CPSC"),
    }.get(kind)


@pytest.mark.parametrize("kind", [kind for kind in APPROVERS if kind != "close_case"])
def test_each_kind_does_what_it_says_and_nothing_else(house: House, mark: str, kind: str) -> None:
    if kind == "leave_controlled_shipping":
        house.carried(house.approved("enter_controlled_shipping", mark))
    one = house.approved(kind, mark)
    before = len(house.audit())
    house.delivered(house.carried(one).id)
    assert house.seen(one).state == "executed"
    put = force(kind, mark, one)
    silent = ("activate_test_recipe", "activate_vision_threshold", "authority_notice")
    sent = {"block_stock": 2, **dict.fromkeys(silent, 0)}.get(kind, 1)
    wanted = [("measure.in_force", f"{put[0]}:{put[1]}")] if put else []
    if kind == "leave_controlled_shipping":
        wanted = [("measure.ended", f"controlled_shipping:{mark}/P-7")]
    keys = [one.message.key for one in house.messages(one)]
    assert len(keys) == sent
    wanted += [("message.posted", key) for key in keys]
    wanted += [("proposal.handed_over" if sent else "proposal.done", one)]
    wanted += [("message.sent", key) for key in keys]
    wanted += [("proposal.executed", one)] if sent else []
    assert [(one.action, one.subject) for one in house.audit()[before:]] == wanted


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("issue_scar", {"lot_ids": ["L-7"], "symptom": "leak", "part_id": "P-7", "case_id": None,
                        "due": {"D3": "2026-11-23T08:00:00Z"}}),
        ("change_rating_band", {"band_before": "A", "band": "C", "reasons": ["900 ppm"]}),
        ("enter_controlled_shipping", {"level": 2, "exit_criteria": "20 days"}),
        ("activate_test_recipe", {"recipe_id": "R-2", "model_id": "M1", "country": "DE",
                                  "differences": ["hipot 1.5 kV"]}),
        ("activate_vision_threshold", {"pass_below": 0.4, "reject_from": 0.6, "missed": 0}),
        ("block_stock", {"sites": ["QDA", "WRO"], "units": {"stock": 4}}),
        ("authority_notice", {"country": "US", "authority": "CPSC", "letter": letter()}),
    ],
)  # fmt: skip
def test_what_is_put_in_force_is_what_was_approved(
    house: House, mark: str, kind: str, value: dict[str, Any]
) -> None:
    one = house.approved(kind, mark)
    house.carried(one)
    put = force(kind, mark, one)
    assert put is not None
    (measure,) = house.measures(put[0], mark)
    assert (measure.subject, measure.proposal_id, measure.since) == (put[1], one, NOW)
    assert {name: measure.value.get(name) for name in value} == value


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_goes_out_word_for_word_to_the_address_of_the_supplier_master(
    house: House, mark: str, kind: str
) -> None:
    if kind == "leave_controlled_shipping":
        house.carried(house.approved("enter_controlled_shipping", mark))
    one = house.delivered(house.carried(house.approved(kind, mark)).id)
    (sent,) = [message for message in house.files("letters") if message.key.startswith(one.id)]
    assert {name: getattr(sent, name) for name in letter()} == one.payload["letter"] == letter()
    assert (sent.to, sent.kind) == ((f"{mark}@example.com",), kind)
    kept = house.messages(one.id)[0]
    assert "@" not in f"{kept.message.to} {kept.receipt}", "the ledger keeps no address"


def test_a_block_of_stock_tells_every_site_and_no_supplier(house: House, mark: str) -> None:
    one = house.approved("block_stock", mark)
    house.delivered(house.carried(one).id)
    assert [message.key for message in house.files("pages")] == [
        f"{one}/QDA/pages",
        f"{one}/WRO/pages",
    ]
    assert house.files("letters") == []


def test_a_rating_that_the_supplier_is_not_told_of_is_executed_without_a_message(
    house: House, mark: str
) -> None:
    silent = {**payload("change_rating_band", mark), "letter": None}
    one = house.carried(house.approved("change_rating_band", mark, payload=silent))
    assert (one.state, one.attempts[0].outcome) == ("executed", "done")
    assert house.messages(one.id) == []


def test_a_proposal_is_executed_when_its_message_is_delivered_and_not_before(
    house: House, mark: str
) -> None:
    one = house.carried(house.approved("message_supplier", mark))
    assert (one.state, [try_.outcome for try_ in one.attempts]) == ("approved", ["handed_over"])
    assert house.delivered(one.id).state == "executed"


def test_carrying_out_again_and_again_does_it_once(house: House, mark: str) -> None:
    one = house.approved("issue_scar", mark)
    for _ in range(3):
        house.carried(one)
        house.delivered(one)
    assert len(house.seen(one).attempts) == 1
    assert len(house.measures("scar", mark)) == len(house.messages(one)) == 1
    assert len([one for one in house.audit(f"{one}/{mark}/letters")]) == 2


def test_approving_twice_asks_for_one_execution(house: House, mark: str) -> None:
    one = house.proposed("message_supplier", mark)
    assert house.decided(one, PIT).accepted
    assert house.decided(one, PIT).accepted
    jobs = [job for job in house.jobs.listed(queue="actions") if job.payload["proposal_id"] == one]
    assert [job.key for job in jobs] == [f"execute:{one}"]


def test_a_double_click_of_many_is_one_execution(house: House, mark: str) -> None:
    one = house.proposed("issue_scar", mark)
    clicks = at_once([lambda who=who: house.decided(one, who) for who in (PIT, PIT, OLGA, OLGA)])
    assert {click.state for click in clicks} == {"approved"}
    results = at_once([lambda: house.carried(one).state] * 4)
    assert set(results) == {"approved"}, results
    at_once([lambda: house.delivered(one)] * 4)
    assert [attempt.outcome for attempt in house.seen(one).attempts] == ["handed_over"]
    assert len(house.files("letters")) == len(house.measures("scar", mark)) == 1
    assert [e.action for e in house.audit(one)].count("proposal.executed") == 1


@pytest.mark.parametrize("also", ["", ", sha256 = 'f'"])
def test_a_payload_that_was_changed_after_approval_is_not_carried_out_and_says_so(
    house: House, mark: str, also: str
) -> None:
    one = house.approved("enter_controlled_shipping", mark)
    forge(house, f"UPDATE proposals SET payload = replace(payload, '20 days', '1 day'){also}", one)
    with pytest.raises(InvalidArgument, match="is not what 2 of"):
        house.carried(one)
    failed = house.seen(one)
    assert failed.state == "failed"
    assert "is not what 2 of" in failed.attempts[-1].detail
    assert house.measures("controlled_shipping", mark) == house.messages(one) == []


def test_a_kind_that_was_changed_after_approval_is_not_carried_out(house: House, mark: str) -> None:
    house.carried(house.approved("enter_controlled_shipping", mark))
    one = house.approved("message_supplier", mark)
    forge(house, "UPDATE proposals SET kind = 'leave_controlled_shipping'", one)
    with pytest.raises(InvalidArgument, match="is not what 1 of"):
        house.carried(one)
    assert len(house.measures("controlled_shipping", mark)) == 1


def test_a_payload_of_another_version_fails_in_words(house: House, mark: str, monkeypatch) -> None:
    monkeypatch.setattr("memory.proposals.fitting", lambda kind, payload: payload)
    one = house.approved("message_supplier", mark, payload={"supplier_id": mark})
    with pytest.raises(InvalidArgument, match="this version cannot carry out"):
        house.carried(one)
    assert house.seen(one).state == "failed"


def test_who_is_late_approves_nothing(house: House, mark: str) -> None:
    one = house.proposed("message_supplier", mark)
    late = house.decided(one, PIT, now=later(hours=72))
    assert (late.accepted, late.state) == (False, "expired")
    house.carried(one)
    assert (house.seen(one).attempts, house.messages(one)) == ((), [])


def test_what_was_approved_in_time_is_carried_out_after_its_day(house: House, mark: str) -> None:
    one = house.approved("message_supplier", mark)
    with house.ledger.change(by="andon:case", at=later(days=30)) as change:
        assert one not in expire_due(change)
    assert house.delivered(house.carried(one, later(days=30)).id).state == "executed"


def test_who_looked_before_an_edit_approves_nothing(house: House, mark: str) -> None:
    old = house.proposed("message_supplier", mark)
    shown = house.seen(old).sha256
    new = revise(house.acting, old, person("maria"), {"letter": letter("No.")}, NOW)
    assert new != old
    for one in (old, new):
        refused = house.decided(one, PIT, sha256=shown)
        assert not refused.accepted
        assert new in refused.reason or "look again" in refused.reason
        house.carried(one)
        assert house.messages(one) == []


def test_whoever_edits_does_not_approve(house: House, mark: str) -> None:
    old = house.proposed("message_supplier", mark)
    new = revise(house.acting, old, PIT, {"letter": letter("No.")}, NOW)
    assert "their own" in house.decided(new, PIT).reason
    assert house.decided(new, OLGA).state == "approved"


def test_an_edit_by_a_stranger_is_refused_and_audited(house: House, mark: str) -> None:
    one = house.proposed("message_supplier", mark)
    with pytest.raises(NotPermitted, match="may not change a case"):
        revise(house.acting, one, person("vera", "viewer"), {"letter": letter("No.")}, NOW)
    assert house.seen(one).state == "proposed"
    refused = house.audit(one)[-1]
    assert (refused.action, refused.by) == ("proposal.edit_refused", "vera")
    assert revise(house.acting, one, STRANGER, {"letter": letter("No.")}, NOW) != one


def test_who_may_not_decide_hears_why_and_it_is_audited(house: House, mark: str) -> None:
    one = house.proposed("issue_scar", mark)
    refused = house.decided(one, STRANGER)
    assert (refused.accepted, refused.state) == (False, "proposed")
    assert "only supplier_manager or quality_manager may decide" in refused.reason
    told = house.audit(one)[-1]
    assert (told.action, told.by) == ("proposal.decision_refused", "sven")
    assert told.body["refused"] == refused.reason
    house.carried(one)
    assert house.messages(one) == house.measures("scar", mark) == []


def test_one_person_of_two_sets_nothing_to_work(house: House, mark: str) -> None:
    one = house.proposed("enter_controlled_shipping", mark)
    for _ in range(2):
        assert house.decided(one, PIT).state == "proposed"
    house.carried(one)
    assert house.messages(one) == []
    assert [j for j in house.jobs.listed(queue="actions") if j.payload["proposal_id"] == one] == []
    assert house.decided(one, OLGA).state == "approved"
    assert house.delivered(house.carried(one).id).state == "executed"


def test_leaving_controlled_shipping_that_is_not_in_force_fails_and_tells_nobody(
    house: House, mark: str
) -> None:
    one = house.approved("leave_controlled_shipping", mark)
    with pytest.raises(InvalidArgument, match=f"controlled shipping of {mark}/P-7 is not in force"):
        house.carried(one)
    failed = house.seen(one)
    assert failed.state == "failed"
    assert "not in force" in failed.attempts[0].detail
    assert house.messages(one) == []


def test_what_failed_is_done_when_a_person_has_mended_it(house: House, mark: str) -> None:
    one = house.approved("leave_controlled_shipping", mark)
    with pytest.raises(InvalidArgument, match="not in force"):
        house.carried(one)
    house.carried(one)
    assert len(house.seen(one).attempts) == 1, "what failed waits for a person"
    house.carried(house.approved("enter_controlled_shipping", mark))
    try_again(house.acting, one, PIT, later(hours=1))
    jobs = [job for job in house.jobs.listed(queue="actions") if job.payload["proposal_id"] == one]
    assert [job.key for job in jobs] == [f"execute:{one}", f"execute:{one}:1"]
    assert house.delivered(house.carried(one).id).state == "executed"
    assert house.measures("controlled_shipping", mark) == []


def test_a_stranger_has_nothing_tried_again_and_it_is_audited(house: House, mark: str) -> None:
    one = house.approved("leave_controlled_shipping", mark)
    with pytest.raises(InvalidArgument, match="not in force"):
        house.carried(one)
    with pytest.raises(NotPermitted, match="may try it again"):
        try_again(house.acting, one, STRANGER, NOW)
    assert house.seen(one).state == "failed"
    assert house.audit(one)[-1].action == "proposal.retry_refused"


def test_only_what_failed_is_tried_again(house: House, mark: str) -> None:
    one = house.approved("message_supplier", mark)
    with pytest.raises(InvalidArgument, match="only what failed"):
        try_again(house.acting, one, PIT, NOW)


def test_a_case_closes_on_the_effect_that_was_shown_and_teaches_it(house: House, mark: str) -> None:
    case_id = opened(house.ledger, mark)
    state_the_cause(house, case_id)
    check = shown_to_work(house.ledger, case_id)
    one = house.carried(house.approved("close_case", mark, payload=closing(case_id, check)))
    assert one.state == "executed"
    with house.ledger.read() as connection:
        file = case_file(connection, case_id)
        taught = [one for one in learnt(connection) if one.case_id == case_id]
    assert file.case.state == "closed"
    d8 = file.steps[-1]
    assert (d8.step, d8.state, d8.evidence) == ("D8", "done", ("E-EFFECT0000",))
    assert [(one.review, one.evidence) for one in taught] == [
        ("to_review", ("E-EFFECT0000", "E-CAUSE00000"))
    ]


@pytest.mark.parametrize("wrong", ["V-UNKNOWN0", "E-OTHER00000", "not judged"])
def test_a_case_without_an_effect_that_was_shown_stays_open(
    house: House, mark: str, wrong: str
) -> None:
    case_id = opened(house.ledger, mark)
    check = "V-NONE0000" if wrong == "not judged" else shown_to_work(house.ledger, case_id)
    asked = closing(case_id, check)
    asked |= {"check_id": wrong} if wrong.startswith("V") else {}
    asked |= {"evidence_id": wrong} if wrong.startswith("E") else {}
    one = house.approved("close_case", mark, payload=asked)
    with pytest.raises(InvalidArgument, match="has no effective check"):
        house.carried(one)
    assert house.seen(one).state == "failed"
    with house.ledger.read() as connection:
        held = live_case(connection, mark)
        file = case_file(connection, case_id)
    assert held is not None
    assert held.state == ("open" if wrong == "not judged" else "verifying")
    assert file.steps[-1].state == "open", "D8 is undone with the rest"


def test_an_unknown_case_is_not_closed(house: House, mark: str) -> None:
    one = house.approved("close_case", mark, payload=closing("C-UNKNOWN", "V-1"))
    with pytest.raises(UnknownName):
        house.carried(one)
    assert house.seen(one).state == "failed"


def test_without_a_standing_order_nothing_is_carried_out(house: House, mark: str) -> None:
    one = house.approved("issue_scar", mark)
    with pytest.raises(NotPermitted, match="no standing order"):
        house.carried(one, later(days=2000))
    assert (house.seen(one).state, house.messages(one)) == ("approved", [])
    assert house.measures("scar", mark) == []
    assert house.delivered(house.carried(one).id).state == "executed"


def forge(house: House, statement: str, proposal_id: str) -> None:
    with house.ledger.engine.begin() as connection:
        connection.execute(text(f"{statement} WHERE id = :id"), {"id": proposal_id})


def closing(case_id: str, check_id: str) -> dict[str, str]:
    return {"case_id": case_id, "check_id": check_id, "evidence_id": "E-EFFECT0000"}


def state_the_cause(house: House, case_id: str) -> None:
    from domain.records.case import CaseCause
    from domain.records.cause import Condition
    from memory.cases import state_cause

    cause = CaseCause(
        case_id=case_id,
        kind="occurrence",
        statement="a wet glue",
        condition=Condition(supplier_id="S-1", part_id="P-7"),
        status="supported",
        evidence=("E-CAUSE00000",),
        by="maria",
        at=NOW,
    )
    with house.ledger.change(by="maria", at=NOW) as change:
        state_cause(change, cause)
