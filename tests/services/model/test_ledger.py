"""No order of requests, side by side or one after another, spends more than a budget."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.errors import BudgetSpent
from services.model.ledger import Budget, Charge, CostLedger, Price, Usage
from services.model.scripted import ScriptedReply, ScriptedWire, scripted_model
from tests.services.model.conftest import QUESTION


def charge(prompt: int, completion: int = 0, money: float | None = None) -> Charge:
    return Charge(Usage(prompt_tokens=prompt, completion_tokens=completion), money)


@given(
    st.integers(0, 300),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 60), st.integers(0, 60)), max_size=12),
    st.integers(1, 4),
)
def test_tokens_never_exceed_the_budget_if_answers_keep_to_their_length(
    limit, requests, side_by_side
) -> None:
    ledger, under_way = CostLedger(Budget(tokens=limit)), []
    for prompt, longest, answered in requests:
        request = ledger.request(charge(prompt, longest))
        try:
            booking = request.__enter__()
        except BudgetSpent:
            continue
        booking.begin()
        booking.spent = charge(prompt, min(answered, longest))
        under_way.append(request)
        if len(under_way) == side_by_side:
            under_way.pop(0).__exit__(None, None, None)
    for request in under_way:
        request.__exit__(None, None, None)
    assert ledger.spent.prompt_tokens + ledger.spent.completion_tokens <= limit


def test_requests_side_by_side_cannot_exceed_a_budget_together() -> None:
    ledger = CostLedger(Budget(requests=1))
    with ledger.request(charge(1)), pytest.raises(BudgetSpent), ledger.request(charge(1)):
        pass


def test_a_request_that_was_never_sent_costs_nothing() -> None:
    ledger = CostLedger(Budget(requests=1))
    with ledger.request(charge(10)):
        pass
    assert (ledger.spent.requests, ledger.spent.prompt_tokens) == (0, 0)


def test_a_branch_keeps_its_own_budget_and_that_of_the_run() -> None:
    run = CostLedger(Budget(requests=3))
    one, other = run.branch(Budget(requests=2)), run.branch(Budget(requests=2))
    for ledger in (one, one, other):
        with ledger.request(charge(5)) as booking:
            booking.begin()
    for ledger in (one, other):
        with pytest.raises(BudgetSpent), ledger.request(charge(5)):
            pass
    assert [ledger.spent.requests for ledger in (run, one, other)] == [3, 2, 1]
    assert run.spent.prompt_tokens == 15


def test_branches_of_a_wave_count_as_one_chain_however_their_requests_fall() -> None:
    run = CostLedger()

    def sent(ledger: CostLedger) -> None:
        with ledger.request(charge(1)) as booking:
            booking.begin()

    sent(run)  # the plan
    needs, cause = run.branch(), run.branch()
    sent(needs)
    sent(cause)
    sent(cause)
    sent(run)  # the answer
    assert (run.spent.requests, run.spent.serial_requests) == (5, 4)
    assert (needs.spent.serial_requests, cause.spent.serial_requests) == (1, 2)


def test_requests_under_way_together_are_not_a_chain() -> None:
    wire = ScriptedWire(lambda _: ScriptedReply("Lot 7."))
    model, ledger = scripted_model(wire), CostLedger()

    async def both() -> None:
        asked = (model.complete(QUESTION, ledger=ledger) for _ in range(2))
        await asyncio.gather(*asked)
        await model.complete(QUESTION, ledger=ledger)

    asyncio.run(both())
    assert (ledger.spent.requests, ledger.spent.serial_requests) == (3, 2)


def test_money_is_price_times_tokens_and_unknown_without_a_price() -> None:
    priced = scripted_model(
        ScriptedWire([ScriptedReply("Lot 7.")]), price=Price(prompt=3, completion=15)
    )
    free = scripted_model(ScriptedWire([ScriptedReply("Lot 7.")]))
    ledger = CostLedger()
    usage = asyncio.run(priced.complete(QUESTION, ledger=ledger)).usage
    expected = (3 * usage.prompt_tokens + 15 * usage.completion_tokens) / 1e6
    assert ledger.spent.money == pytest.approx(expected)
    asyncio.run(free.complete(QUESTION, ledger=ledger))
    assert ledger.spent.money is None, "no price is not free of charge"
