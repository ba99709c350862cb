from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.switching import LotResult, Switching, after, resumed, switched

GOOD = LotResult(accepted=True, acceptance_number=1)
BAD = LotResult(accepted=False, acceptance_number=1)


def test_two_of_five_rejected_tighten() -> None:
    assert switched([BAD, GOOD, GOOD, GOOD, BAD]).state == "tightened"
    assert switched([BAD, GOOD, GOOD, GOOD, GOOD, BAD]).state == "normal"


def test_lots_presented_again_do_not_count() -> None:
    again = BAD._replace(original=False)
    assert switched([BAD, again, again]) == switched([BAD])


def test_five_accepted_in_a_row_lead_back_to_normal() -> None:
    tightened = [BAD, BAD]
    assert switched([*tightened, *[GOOD] * 4, BAD, *[GOOD] * 4]).state == "tightened"
    assert switched([*tightened, *[GOOD] * 5]) == Switching()


def test_five_rejected_in_all_on_tightened_stop_inspection_until_it_is_resumed() -> None:
    lots = [BAD, BAD, *[BAD, GOOD] * 4, BAD]
    stopped = switched(lots)
    assert stopped.state == "stopped"
    assert after(stopped, GOOD) == stopped
    assert after(resumed(), GOOD).accepted_in_row == 1


def test_ten_lots_that_pass_one_step_tighter_reach_the_score() -> None:
    strict = LotResult(accepted=True, acceptance_number=2, passes_tighter=True)
    assert not switched([strict] * 9).may_reduce
    assert switched([strict] * 10).may_reduce
    assert switched([strict] * 10, reduce=True).state == "reduced"


def test_fifteen_lots_reach_the_score_with_small_acceptance_numbers() -> None:
    assert not switched([GOOD] * 14).may_reduce
    assert switched([GOOD] * 15).may_reduce


def test_a_lot_that_passes_only_at_its_own_aql_sets_the_score_to_zero() -> None:
    strict = LotResult(accepted=True, acceptance_number=2, passes_tighter=True)
    assert switched([*[strict] * 9, strict._replace(passes_tighter=False)]).score == 0


def test_reduced_inspection_ends_with_a_rejected_lot_or_with_more_than_the_acceptance_number() -> (
    None
):
    reduced = Switching("reduced")
    assert after(reduced, GOOD) == reduced
    assert after(reduced, BAD).state == "normal"
    assert after(reduced, GOOD._replace(reinstate_normal=True)).state == "normal"


class Lots(RuleBasedStateMachine):
    """Any lots in any order, against rules that are counted anew from the whole history."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Switching()
        self.since: list[LotResult] = []

    @rule(
        accepted=st.booleans(),
        number=st.integers(0, 3),
        tighter=st.booleans(),
        steady=st.booleans(),
    )
    def inspect(self, accepted: bool, number: int, tighter: bool, steady: bool) -> None:
        lot = LotResult(accepted, number, accepted and tighter)
        before = self.now
        self.now = after(before, lot, reduce=steady)
        self.since = [lot] if self.now.state != before.state else [*self.since, lot]
        if before.state == "reduced" and not accepted:
            assert self.now == Switching()
        if self.now.state == "reduced" and before.state == "normal":
            assert steady
        if before.state == "normal" and not accepted and False in before.recent:
            assert self.now.state == "tightened"
        if self.now.state != before.state:
            self.since = []

    @rule()
    def act(self) -> None:
        if self.now.state == "stopped":
            self.now, self.since = resumed(), []

    @invariant()
    def counters_are_those_of_the_lots_since_the_switch(self) -> None:
        accepted = [lot.accepted for lot in self.since]
        if self.now.state == "normal":
            assert accepted[-5:].count(False) < 2
            assert self.now.recent == tuple(accepted[-4:])
        if self.now.state == "tightened":
            assert self.now.rejected_on_tightened == accepted.count(False) < 5
            run = accepted[::-1].index(False) if False in accepted else len(accepted)
            assert self.now.accepted_in_row == run < 5
        assert self.now.score == 0 or self.now.state == "normal"


TestAnyLots = Lots.TestCase
TestAnyLots.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
