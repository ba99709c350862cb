"""The gold cases of the standards tools are many, and their scorers see what is wrong."""

from collections.abc import Iterator
from datetime import date

import pytest

from evals.standards import editions, matches, warnings
from evals.standards.plant import gold, maker
from services.standards.loading import load
from tools.tool import ToolContext


@pytest.fixture(scope="module")
def context() -> Iterator[ToolContext]:
    with maker() as made:
        yield made


def test_every_gold_case_is_right(context: ToolContext) -> None:
    wrong = {
        case["id"]: found for case in gold("matches") if (found := matches.faults(case, context))
    }
    wrong |= {
        case["id"]: found for case in gold("warnings") if (found := warnings.faults(case, context))
    }
    library = load()
    wrong |= {
        case["id"]: found
        for case in gold("editions")
        if (found := list(editions.faults(case, library)))
    }
    assert wrong == {}


def test_the_cases_cover_markets_kinds_and_names_of_the_library() -> None:
    library, cases = load(), gold("matches")
    markets = {
        library.market_of(one)
        for case in cases
        for one in case["ask"].get("markets", ())
        if len(one) < 5
    }
    assert len({one.id for one in markets if one}) >= 8
    assert len({case["ask"].get("category") for case in cases}) >= 6
    assert len(cases) + len(gold("warnings")) >= 60
    named = {
        one
        for case in cases
        for field in ("applies", "partly", "not", "open", "voluntary")
        for one in case.get(field, ())
    }
    assert named <= set(library.schemes)


def test_a_wrong_expectation_is_seen(context: ToolContext) -> None:
    ask = {"category": "tv", "features": ["wifi"], "markets": ["EU"]}
    for wrong in (
        {"applies": ["EU-LVD"]},
        {"not": {"EU-RED": "category"}},
        {"open": {"EU-RED": "wifi"}},
        {"asks": ["wifi"]},
        {"editions": {"EN_300_328": "EN 300 328 V2.1.1"}},
        {"recognised": ["MR-ASEAN"]},
        {"uncovered": ["AR"]},
        {"refused": "no_data"},
        {"warns": ["conflict"]},
    ):
        assert matches.faults({"ask": ask, **wrong}, context), wrong
    run = {"since": "2026-11-16", "as_of": "2026-11-17"}
    for wrong in (
        {"stages": {"CE04": ["due"]}},
        {"stages": {}, "only": True},
        {"reached": {"CE04": ["65Q8"]}},
        {"left": {"CE04": 3}},
    ):
        assert warnings.faults({**run, **wrong}, context), wrong
    for wrong in ({"use": "2005"}, {"accepted": ["2005"]}, {"states": {"2005": "current"}}):
        case = {"standard": "GB_4706.1", "as_of": date(2026, 11, 22), **wrong}
        assert list(editions.faults(case, load())), wrong
