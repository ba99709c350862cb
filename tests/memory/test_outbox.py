"""The outbox: what was decided leaves once, and what cannot leave is seen."""

import pytest

from domain.errors import InvalidArgument, NotPermitted, UnknownName
from memory.audit import entries
from memory.ledger import Ledger
from memory.outbox import keys_of_run, mark_failed, mark_sent, messages_of, post, posted, send_again
from memory.proposals import record_attempt
from services.jobs.jobs import Jobs
from tests.memory.ledgers import CASE_RUN, NOW, OLGA, at_once, decided, message, proposed, seen

COURIER, EXECUTOR = "andon:courier", "andon:executor"


def page(ledger: Ledger, jobs: Jobs, key: str, by: str = CASE_RUN, kind: str = "page") -> bool:
    with ledger.change(by=by, at=NOW, run_id=f"R-{key}"[:60]) as change:
        return post(change, jobs, message(key, kind))


def carried_out(ledger: Ledger, jobs: Jobs, mark: str, *places: str) -> tuple[str, list[str]]:
    """An approved proposal with a message to each place."""
    proposal_id = proposed(ledger, mark)
    decided(ledger, proposal_id, OLGA)
    keys = [f"{mark}/{place}" for place in places]
    with ledger.change(by=EXECUTOR, at=NOW) as change:
        for key in keys:
            post(change, jobs, message(key, "message_supplier"), proposal_id=proposal_id)
        record_attempt(change, proposal_id, "handed_over", "…")
    return proposal_id, keys


def sent(ledger: Ledger, key: str) -> bool:
    with ledger.change(by=COURIER, at=NOW) as change:
        return mark_sent(change, key, "250 taken")


def failed(ledger: Ledger, key: str, *, for_good: bool = False) -> None:
    with ledger.change(by=COURIER, at=NOW) as change:
        mark_failed(change, key, "refused\0by \ud800 them", for_good=for_good)


def job_states(jobs: Jobs, key: str) -> list[str]:
    return [one.state for one in jobs.listed(most=100_000) if one.payload == {"key": key}]


def test_a_message_is_posted_once_with_the_job_that_delivers_it(
    ledger: Ledger, jobs: Jobs, mark: str
) -> None:
    assert page(ledger, jobs, mark)
    assert not page(ledger, jobs, mark)
    assert job_states(jobs, mark) == ["waiting"]


def test_a_change_that_is_undone_leaves_neither_message_nor_job(
    ledger: Ledger, jobs: Jobs, mark: str
) -> None:
    def dies() -> None:
        with ledger.change(by=CASE_RUN, at=NOW) as change:
            post(change, jobs, message(mark))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dies()
    with ledger.read() as connection:
        assert posted(connection, mark) is None
    assert job_states(jobs, mark) == []


def test_two_who_post_the_same_message_at_once_post_it_once(
    ledger: Ledger, jobs: Jobs, mark: str
) -> None:
    assert sorted(at_once([lambda: page(ledger, jobs, mark)] * 3)) == [False, False, True]
    assert job_states(jobs, mark) == ["waiting"]


def test_a_message_is_taken_once(ledger: Ledger, jobs: Jobs, mark: str) -> None:
    page(ledger, jobs, mark)
    assert sorted(at_once([lambda: sent(ledger, mark)] * 2)) == [False, True]
    failed(ledger, mark, for_good=True)
    with ledger.read() as connection:
        held = posted(connection, mark)
        assert [one.action for one in entries(connection, subject=mark)] == [
            "message.page",
            "message.sent",
        ]
    assert held is not None
    assert (held.state, held.tries, held.receipt) == ("sent", 1, "250 taken")
    assert held.message == message(mark)


def test_a_try_that_failed_is_counted_and_its_reason_kept(
    ledger: Ledger, jobs: Jobs, mark: str
) -> None:
    page(ledger, jobs, mark)
    failed(ledger, mark)
    with ledger.read() as connection:
        held = posted(connection, mark)
    assert held is not None
    assert (held.state, held.tries, held.error) == ("waiting", 1, "refused�by ? them")


def test_a_proposal_is_executed_by_its_last_message(ledger: Ledger, jobs: Jobs, mark: str) -> None:
    proposal_id, (one, two) = carried_out(ledger, jobs, mark, "site-1", "site-2")
    sent(ledger, one)
    assert seen(ledger, proposal_id).state == "approved"
    sent(ledger, two)
    assert seen(ledger, proposal_id).state == "executed"
    with ledger.read() as connection:
        assert {one.state for one in messages_of(connection, proposal_id)} == {"sent"}


def test_a_message_that_is_given_up_fails_its_proposal_until_it_is_sent_again(
    ledger: Ledger, jobs: Jobs, mark: str
) -> None:
    proposal_id, (one, two, three) = carried_out(ledger, jobs, mark, "a", "b", "c")
    failed(ledger, one, for_good=True)
    failed(ledger, two, for_good=True)
    sent(ledger, three)
    assert seen(ledger, proposal_id).state == "failed"
    with ledger.change(by="olga", at=NOW) as change:
        send_again(change, jobs, one)
    assert seen(ledger, proposal_id).state == "failed"
    with ledger.change(by="olga", at=NOW) as change:
        send_again(change, jobs, two)
    assert seen(ledger, proposal_id).state == "approved"
    assert job_states(jobs, one) == ["waiting", "waiting"]
    sent(ledger, one)
    sent(ledger, two)
    assert seen(ledger, proposal_id).state == "executed"


def test_only_what_was_given_up_is_sent_again(ledger: Ledger, jobs: Jobs, mark: str) -> None:
    page(ledger, jobs, mark)
    for key in (mark, f"{mark}-unknown"):
        with pytest.raises(UnknownName), ledger.change(by="olga", at=NOW) as change:
            send_again(change, jobs, key)


@pytest.mark.parametrize("by", [CASE_RUN, "olga"])
def test_what_leaves_the_company_needs_a_proposal_whoever_posts_it(
    ledger: Ledger, jobs: Jobs, mark: str, by: str
) -> None:
    with pytest.raises(NotPermitted, match="approved proposal"):
        page(ledger, jobs, mark, by, "issue_scar")


def test_a_page_needs_a_standing_order(ledger: Ledger, jobs: Jobs, mark: str) -> None:
    with pytest.raises(NotPermitted, match="no standing order"):
        page(ledger, jobs, mark, EXECUTOR)
    assert job_states(jobs, mark) == []


def test_nothing_is_sent_for_a_proposal_that_is_not_approved(
    ledger: Ledger, jobs: Jobs, mark: str
) -> None:
    waiting = proposed(ledger, mark)
    change, letter = ledger.change(by=EXECUTOR, at=NOW), message(mark, "message_supplier")
    with pytest.raises(InvalidArgument, match="is proposed"), change as open_change:
        post(open_change, jobs, letter, proposal_id=waiting)


def test_a_run_knows_what_it_posted(ledger: Ledger, jobs: Jobs, mark: str) -> None:
    page(ledger, jobs, mark, kind="digest")
    with ledger.read() as connection:
        assert keys_of_run(connection, f"R-{mark}", "digest") == (mark,)
        assert keys_of_run(connection, f"R-{mark}", "page") == ()
