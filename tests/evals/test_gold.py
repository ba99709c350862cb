"""The gold sets are whole, balanced, labelled by their own rules and about things that exist."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from domain.intervals import binomial_interval
from domain.records.finding import AgentName

ROOT = Path(__file__).parents[2]
LANGUAGES = {"en", "zh", "de", "fr", "es", "pt", "ja", "ar", "pl"}
HAZARDS = {
    *("fire", "smoke", "explosion", "shock", "electrical", "spark", "overheating", "burn"),
    *("injury", "gas", "leak", "tip_over", "sharp", "battery", "lock", "illegal", "none"),
}
NAMED = {
    "model_id": ("models", "model_id"),
    "country": ("markets", "country"),
    "supplier_id": ("suppliers", "supplier_id"),
    "symptom": ("symptoms", "code"),
}
WORDING = ("safety_wording", "safety_wording_second")
ROUTING = ("requests", "requests_late")
Case = dict[str, Any]


def _read(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "evals" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=WORDING)
def wording(request: pytest.FixtureRequest) -> list[Case]:
    return _read(f"user_needs/gold/{request.param}.yaml")["cases"]


@pytest.fixture(scope="module", params=ROUTING)
def requests(request: pytest.FixtureRequest) -> list[Case]:
    return _read(f"routing/gold/{request.param}.yaml")["cases"]


@pytest.fixture(scope="module")
def all_requests() -> list[Case]:
    return [case for name in ROUTING for case in _read(f"routing/gold/{name}.yaml")["cases"]]


@pytest.fixture(scope="module")
def plant() -> dict[str, list[Case]]:
    text = (ROOT / "services/hub/simulate/catalogue.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def test_every_language_has_at_least_34_texts_of_safety_wording(wording) -> None:
    counts = Counter(case["language"] for case in wording)
    assert counts.keys() == LANGUAGES
    assert len(wording) >= 330
    assert min(counts.values()) >= 34


def test_no_id_and_no_text_of_safety_wording_stands_twice(wording) -> None:
    assert len({case["id"] for case in wording}) == len(wording)
    assert len({case["text"].casefold() for case in wording}) == len(wording)


def test_no_text_stands_in_both_sets_of_safety_wording() -> None:
    read = [_read(f"user_needs/gold/{name}.yaml")["cases"] for name in WORDING]
    ids, texts = ([{case[key] for case in cases} for cases in read] for key in ("id", "text"))
    assert set.intersection(*ids) == set()
    assert set.intersection(*texts) == set()


def test_every_text_of_safety_wording_has_all_labels_and_only_known_ones(wording) -> None:
    fields = {"id", "language", "text", "severity", "safety", "hazard", "note"}
    assert [case["id"] for case in wording if case.keys() != fields] == []
    severities = {case["severity"] for case in wording}
    assert severities == {"S1", "S2", "S3", "S4", "S5", "none"}
    ways = {case["safety"] for case in wording}
    assert ways == {"asserted", "negated", "hypothetical", "idiom", "other"}
    hazards = {case["hazard"] for case in wording}
    assert len(hazards) >= 16
    assert hazards <= HAZARDS
    assert [case["id"] for case in wording if not case["note"].strip()] == []


def test_two_fifths_of_each_language_are_negated_hypothetical_or_figurative(wording) -> None:
    tempting = {"negated", "hypothetical", "idiom"}
    for language in LANGUAGES:
        ways = [case["safety"] for case in wording if case["language"] == language]
        assert sum(way in tempting for way in ways) / len(ways) >= 0.40, language
        assert tempting <= set(ways), language


def test_what_is_asserted_is_s4_or_s5_and_nothing_else_is(wording) -> None:
    wrong = [
        case["id"]
        for case in wording
        if (case["safety"] == "asserted") != (case["severity"] in {"S4", "S5"})
    ]
    assert wrong == []


def test_full_recall_over_the_asserted_texts_would_prove_99_percent(wording) -> None:
    asserted = sum(case["safety"] == "asserted" for case in wording)
    assert binomial_interval(asserted, asserted).low >= 0.99


def test_an_asserted_text_names_a_hazard(wording) -> None:
    kinds = {case["hazard"] for case in wording if case["safety"] == "asserted"}
    assert "none" not in kinds


def test_every_language_has_enough_requests() -> None:
    for name, at_least in (("requests", 12), ("requests_late", 4)):
        cases = _read(f"routing/gold/{name}.yaml")["cases"]
        counts = Counter(case["language"] for case in cases)
        assert counts.keys() == LANGUAGES
        assert min(counts.values()) >= at_least


def test_there_are_130_requests_and_40_late_ones() -> None:
    sizes = [len(_read(f"routing/gold/{name}.yaml")["cases"]) for name in ROUTING]
    assert sizes[0] >= 130
    assert sizes[1] >= 40


def test_no_request_stands_twice_in_the_same_thread(all_requests) -> None:
    assert len({case["id"] for case in all_requests}) == len(all_requests)
    keys = {(tuple(case.get("before", ())), case["text"].casefold()) for case in all_requests}
    assert len(keys) == len(all_requests)


def test_a_follow_up_has_an_earlier_request_of_its_thread_in_the_set(all_requests) -> None:
    texts = {case["text"] for case in all_requests}
    earlier = [text for case in all_requests for text in case.get("before", ())]
    assert len(earlier) >= len(LANGUAGES)
    assert [text for text in earlier if text not in texts] == []


def test_every_agent_is_asked_in_every_language_of_the_main_set() -> None:
    cases = _read("routing/gold/requests.yaml")["cases"]
    asked = {(case["language"], agent) for case in cases for agent in case["agents"]}
    assert asked == {(one, agent) for one in LANGUAGES for agent in get_args(AgentName)}


def test_agents_stand_exactly_where_a_request_is_answered(requests) -> None:
    for case in requests:
        assert case["outcome"] in {"answer", "clarify", "refuse"}, case["id"]
        assert bool(case["agents"]) == (case["outcome"] == "answer"), case["id"]
        assert case["outcome"] == case.get("outcome_any", [case["outcome"]])[0], case["id"]
        plans = case.get("agents_any", [case["agents"]])
        assert plans[0] == case["agents"], case["id"]
        assert {agent for plan in plans for agent in plan} <= set(get_args(AgentName)), case["id"]


def test_slots_name_what_the_simulated_plant_has(requests, plant) -> None:
    known = {kind: {row[column] for row in plant[table]} for kind, (table, column) in NAMED.items()}
    for case in requests:
        slots = case.get("slots", {})
        assert slots.keys() <= {*NAMED, "standard", "period"}, case["id"]
        for kind in NAMED.keys() & slots.keys():
            assert set(slots[kind]) <= known[kind], (case["id"], kind)


def test_a_standard_is_written_as_in_the_text(requests) -> None:
    for case in requests:
        for standard in case.get("slots", {}).get("standard", ()):
            assert standard in case["text"], case["id"]


def test_a_period_starts_before_it_ends_and_not_after_today(requests) -> None:
    today = date(2026, 11, 15)
    periods = [case["slots"]["period"] for case in requests if "period" in case.get("slots", {})]
    assert len(periods) >= 6
    for period in periods:
        first, last = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
        assert first <= last <= today
