import numpy as np
import pytest

from domain.records.cause import Condition
from domain.scan import Gain
from evals.root_cause.figures import power_figures
from evals.root_cause.oracle import factor_p
from evals.root_cause.worlds import Outcome
from tools.causes.factor import Factor
from tools.causes.screen import Candidate, Screened

LOTS = Condition(supplier_id="S-1", part_id="P-1", received_from="2026-01-01")


def outcome(named: bool, factor_p: float) -> Outcome:
    return Outcome(
        "simpson", 2.0, "cause_found", "cause_found", (named,), True, factor_p, False, named
    )


def candidate(name: str, p: float) -> Candidate:
    codes = np.zeros(1, dtype=np.int64)
    factor = Factor(name, "lots", "window", codes, 1, lambda _, __: LOTS)
    return Candidate(LOTS, factor, Gain(0, 0, 1.0), codes == 0, p, p, 0.0)


def test_power_counts_all_that_is_named_over_all_that_the_oracle_sees() -> None:
    worlds = [outcome(True, 0.001), outcome(False, 0.03), outcome(True, 0.2), outcome(False, 0.9)]
    figures = {one.figure: one for one in power_figures("simpson", worlds)}
    whole = figures["simpson: power over that of the oracle told the factor"]
    assert (whole.value, whole.n, whole.met) == (1.0, 4, True)
    assert whole.low is not None
    assert whole.low < 1
    seen = figures["simpson: named, where the oracle told the factor sees it"]
    assert (seen.value, seen.n) == (0.5, 2)


def test_worlds_in_which_the_oracle_sees_nothing_give_no_ratio() -> None:
    figures = power_figures("simpson", [outcome(False, 0.4)])
    assert [one.skipped for one in figures if "over that of" in one.figure] == [
        "the oracle sees none"
    ]


def test_the_oracle_searches_the_planted_factor_only() -> None:
    candidates = (candidate("lot of P-1", 0.001), candidate("lots of P-1 from S-1", 0.04))
    assert factor_p(Screened(candidates, 2, ()), LOTS) == pytest.approx(0.04)
    assert factor_p(Screened(candidates, 2, ()), Condition(site_id="MTY")) == 1.0
