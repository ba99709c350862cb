"""A question's way through the supervisor, on a plant whose cause is known."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from agents.roster import AGENTS
from graphs.run import Run
from graphs.supervisor import supervisor
from services.model.errors import ModelUnreachable
from services.model.message import ToolCall
from services.model.scripted import ScriptedReply, ScriptedWire
from tests.graphs.conftest import (
    Told,
    conversations_in,
    must_be_said,
    putting,
    runs_on,
    says,
    worded,
)

CITATION = re.compile(r"\[(E-[A-Z2-7]{10})\]")
SURVEY = "What do customers complain about most?"


class Explained(NamedTuple):
    """The plant's why-question, asked once without a model, and the house that answered it."""

    told: Told
    new_run: Callable[..., Run]
    put: Callable[..., Told]


@pytest.fixture(scope="module")
def explained(plant, why, tmp_path_factory) -> Explained:
    """One answer for all tests that only read it: to find a cause takes long."""
    folder = tmp_path_factory.mktemp("explained")
    new_run = runs_on(plant, folder)
    put = putting(new_run, conversations_in(folder))
    return Explained(put(why), new_run, put)


@pytest.fixture(scope="module")
def why(plant) -> str:
    words = {"WATER_LEAK": "water leaks", "NO_POWER": "no power", "NOT_COOLING": "no cooling"}
    return f"Why do customers report {words.get(plant.symptom, plant.symptom)}?"


def test_the_picture_in_the_readme_is_the_compiled_graph() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```mermaid\n(.*?)```", readme, re.S)
    assert shown is not None
    drawn = supervisor().get_graph().draw_mermaid(with_styles=False)
    assert shown[1].split() == drawn.split()


def test_a_why_question_ends_in_the_planted_cause_with_citations(explained, plant) -> None:
    answer = explained.told.answer
    assert answer["outcome"] == "answered"
    assert answer["cause"]["verdict"] == "cause_found"
    best = answer["cause"]["ranked_causes"][0]["condition"]
    assert (best["supplier_id"], best["part_id"]) == (plant.supplier, plant.part)
    assert plant.supplier in answer["text"]
    assert set(CITATION.findall(answer["text"]))


def test_every_citation_leads_to_kept_evidence(explained) -> None:
    answer = explained.told.answer
    context = explained.new_run().tools
    cited = set(CITATION.findall(answer["text"]))
    cited |= {one for finding in answer["findings"] for one in finding["evidence"]}
    for name in cited:
        assert context.memory.evidence.get(name, context.snapshot.scope).summary


def test_no_hypothesis_is_supported_without_a_test_that_could_refute_it(explained) -> None:
    ledger = explained.told.answer["hypotheses"]
    supported = [line for line in ledger if line["status"] == "supported"]
    assert supported
    assert all(line["predicts"] and len(line["evidence"]) > 1 for line in supported)
    assert any(line["status"] == "refuted" for line in ledger)


def test_the_supplier_as_a_whole_is_ruled_out_in_words(explained, plant) -> None:
    answer = explained.told.answer
    blame = {"supplier_id": plant.supplier, "part_id": plant.part}
    rows = [r for r in answer["cause"]["ranked_causes"] if r["condition"] == blame]
    assert all(row["ruled_out"] for row in rows)
    assert "as a whole" in answer["text"]


def test_without_a_model_every_decision_is_the_rules_and_costs_no_request(explained) -> None:
    answer = explained.told.answer
    assert answer["decided_by"] == {"plan": "rules", "step": "rules", "write": "rules"}
    assert answer["cost"]["model_requests"] == 0
    assert answer["cost"]["tool_calls"] > 2


def test_the_answer_says_for_which_day_it_holds(explained) -> None:
    assert "the newest day in the data" in explained.told.answer["text"]


def test_two_specialists_work_in_waves_and_answer_as_one(put) -> None:
    told = put("What do customers complain about most, and why?")
    agents = [task["agent"] for task in told.answer["plan"]["tasks"]]
    assert agents == ["user_needs", "root_cause"]
    done = [(e["agent"], e["data"]["state"]) for e in told.events if e["kind"] == "task"]
    assert done.index(("user_needs", "done")) < done.index(("root_cause", "started"))
    ids = [finding["id"] for finding in told.answer["findings"]]
    assert ids == [f"c{number}" for number in range(1, len(ids) + 1)]
    assert {finding["agent"] for finding in told.answer["findings"]} == set(agents)


def test_a_specialist_that_is_not_there_is_named_not_played(put) -> None:
    few = {name: agent for name, agent in AGENTS.items() if name != "standard_match"}
    answer = put("Which standards apply to the 65Q8 in Brazil?", agents=few).answer
    assert answer["outcome"] == "partial"
    assert answer["findings"] == []
    assert "does not work yet" in answer["text"]


def test_a_standards_answer_names_the_version_of_the_library_it_rests_on(put, explained) -> None:
    answer = put("Which standards apply to the 65Q8 in Brazil?").answer
    assert answer["outcome"] == "answered"
    assert len(answer["versions"]["library"]) == 12
    assert put(SURVEY).answer["versions"]["library"] is None
    assert explained.told.answer["versions"]["library"] is None


def test_a_product_that_nobody_named_is_asked_back_and_nothing_is_claimed(put) -> None:
    answer = put("Which conformity marks do we need in Brazil?").answer
    assert answer["outcome"] == "clarify"
    assert answer["questions"]
    assert answer["findings"] == []


def test_what_must_not_be_done_is_refused_and_no_tool_runs(put, plant) -> None:
    told = put(f"Send an e-mail to supplier {plant.supplier} now")
    assert told.answer["outcome"] == "refused"
    assert told.answer["refusal"]["code"]
    assert "tool_call" not in told.kinds()


def test_an_unknown_model_is_asked_back_with_near_names(put, plant) -> None:
    told = put("Why does the 65Q9 have no power?")
    assert told.answer["outcome"] == "clarify"
    assert "65Q8" in told.answer["questions"][0]["options"]


def test_a_reply_to_a_question_goes_on_with_the_request(put) -> None:
    assert put("Why does the 65Q9 have no power?").answer["outcome"] == "clarify"
    answer = put("65Q8").answer
    assert answer["outcome"] == "answered"
    assert answer["plan"]["tasks"][0]["slots"]["model_id"] == ["65Q8"]
    assert answer["plan"]["tasks"][0]["slots"]["symptom"] == ["NO_POWER"]


def test_a_new_question_lets_an_open_one_go(put) -> None:
    assert put("Why does the 65Q9 have no power?").answer["outcome"] == "clarify"
    answer = put("What do customers complain about most?").answer
    assert [task["agent"] for task in answer["plan"]["tasks"]] == ["user_needs"]


def test_a_follow_up_keeps_what_was_said_before(put) -> None:
    first = put("What do customers complain about most in Germany?").answer
    assert first["plan"]["tasks"][0]["slots"]["country"] == ["DE"]
    second = put("and in Brazil?").answer
    assert second["plan"]["tasks"][0]["agent"] == "user_needs"
    assert second["plan"]["tasks"][0]["slots"]["country"] == ["BR"]


def test_another_thread_knows_nothing_of_it(put) -> None:
    put("What do customers complain about most in Germany?", thread_id="T-1")
    assert put("and in Brazil?", thread_id="T-2").answer["outcome"] == "clarify"


def test_the_answer_is_in_the_language_that_was_asked_for(explained, why) -> None:
    english, german = explained.told.answer, explained.put(why, language="de").answer
    assert german["language"] == "de"
    assert german["text"] != english["text"]
    assert set(CITATION.findall(german["text"])) == set(CITATION.findall(english["text"]))


def test_a_model_words_one_report_in_one_request(put, why) -> None:
    told = put(why, wire=worded("The answer is this."))
    answer = told.answer
    assert answer["text"].startswith("The answer is this."), told.warned()
    assert answer["decided_by"] == {"plan": "rules", "step": "model", "write": "model"}
    assert answer["cost"]["model_requests"] == 1


def test_two_specialists_take_four_requests_when_the_playbooks_suffice(put) -> None:
    def reply(body: dict) -> ScriptedReply:
        system = body["messages"][0]["content"]
        if "which specialists" in system:
            return ScriptedReply(json.dumps({"agents": [], "in_english": ""}))
        if "You write the answer" in system:
            return ScriptedReply(json.dumps({"text": f"Here. {must_be_said(body)}"}))
        return ScriptedReply(json.dumps({"text": ""}))

    told = put("What do customers complain about most, and why?", wire=ScriptedWire(reply))
    assert told.answer["cost"]["model_requests"] == 4, told.warned()
    assert told.answer["decided_by"] == {"plan": "model", "step": "model", "write": "model"}


def test_three_specialists_take_five_requests_of_which_three_wait_for_each_other(put) -> None:
    def reply(body: dict) -> ScriptedReply:
        system = body["messages"][0]["content"]
        if "which specialists" in system:
            return ScriptedReply(json.dumps({"agents": [], "in_english": ""}))
        if "You write the answer" in system:
            return ScriptedReply(json.dumps({"text": f"Here. {must_be_said(body)}"}))
        return ScriptedReply(json.dumps({"text": ""}))

    question = (
        "What do customers complain about most with the 65Q8 in Germany, which metrics show"
        " it, and which standards apply?"
    )
    told = put(question, wire=ScriptedWire(reply))
    agents = [task["agent"] for task in told.answer["plan"]["tasks"]]
    assert agents == ["user_needs", "requirement_metrics", "standard_match"]
    assert {one["agent"] for one in told.answer["findings"]} >= {"user_needs", "standard_match"}
    assert told.answer["cost"]["model_requests"] == 5, told.warned()
    assert told.answer["cost"]["serial_requests"] == 3


def test_a_figure_of_the_model_never_leaves(put, why) -> None:
    wrong = json.dumps({"text": "Exactly 99 percent of them failed. ⟦c1⟧ ⟦c2⟧"})
    told = put(why, wire=says(wrong, wrong))
    assert "99" not in told.answer["text"]
    assert told.answer["decided_by"]["write"] == "rules"
    assert "figure" in told.warned()


def test_a_mended_text_is_taken(put, why) -> None:
    wrong = json.dumps({"text": "Exactly 99 percent failed. ⟦c1⟧ ⟦c2⟧"})

    def reply(body: dict) -> ScriptedReply:
        if "cannot be shown" not in body["messages"][-1]["content"]:
            return ScriptedReply(wrong)
        return ScriptedReply(json.dumps({"text": f"This is what was found. {must_be_said(body)}"}))

    answer = put(why, wire=ScriptedWire(reply)).answer
    assert answer["text"].startswith("This is what was found.")
    assert answer["decided_by"]["write"] == "model"


def test_the_answer_comes_by_rules_when_the_model_is_down(put, why) -> None:
    wire = ScriptedWire(
        lambda _: ScriptedReply(failure=ModelUnreachable("the server does not answer"))
    )
    answer = put(why, wire=wire).answer
    assert answer["cause"]["verdict"] == "cause_found"
    assert answer["decided_by"] == {"plan": "rules", "step": "rules", "write": "rules"}
    assert any("language model" in limit for limit in answer["limits"])


def test_a_model_may_look_further_within_the_agents_tools(put, why, plant) -> None:
    look = ToolCall(
        id="1", name="compare_rates",
        arguments={"symptom": plant.symptom, "condition": {"supplier_id": plant.supplier}},
    )  # fmt: skip
    foreign = ToolCall(id="2", name="delete_everything", arguments={})

    def reply(body: dict) -> ScriptedReply:
        if all(message["role"] != "tool" for message in body["messages"]):
            return ScriptedReply(calls=(look, foreign))
        return ScriptedReply(json.dumps({"text": f"Here it is. {must_be_said(body)}"}))

    wire = ScriptedWire(reply)
    told = put(why, wire=wire)
    assert told.answer["cost"]["model_requests"] == 2, told.warned()
    told_back = [m for m in wire.requests[1]["messages"] if m["role"] == "tool"]
    assert told_back[0]["content"].startswith("E-")
    assert "there is no tool delete_everything" in told_back[1]["content"]


def test_endless_calls_of_a_model_end_in_the_answer_by_rules(put, why, plant) -> None:
    calls = iter(range(1000))

    def again(_: object) -> ScriptedReply:
        number = next(calls)
        query = {"symptom": plant.symptom, "condition": {"site_id": f"S{number}"}}
        return ScriptedReply(calls=(ToolCall(id="1", name="compare_rates", arguments=query),))

    answer = put(why, wire=ScriptedWire(again)).answer
    assert answer["cause"]["verdict"] == "cause_found"
    assert answer["decided_by"]["write"] == "rules"
    assert answer["cost"]["model_requests"] <= 5


def test_a_system_prompt_is_the_same_for_every_request(put) -> None:
    first, second = worded("Here."), worded("Hier.")
    put("What do customers complain about most in Germany?", wire=first)
    put(SURVEY, wire=second, language="de", thread_id="T-2")
    one, other = (wire.requests[0]["messages"][0] for wire in (first, second))
    assert one == other
    assert not re.search(r"\d{4}", one["content"])
