"""Asking from the command line: the real supervisor on a real hub, without a language model."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import apps.ask  # noqa: F401  replaced in a test
from apps.cli import main

WHY = "Why do so many TV customers report lines on the screen?"
KEYS = {
    "schema", "run_id", "thread_id", "as_of", "language", "outcome", "plan", "text", "findings",
    "cause", "hypotheses", "effect", "suppliers", "questions", "refusal", "proposals", "limits",
    "decided_by", "cost", "versions",
}  # fmt: skip
"""What programs were promised."""


def test_a_plan_needs_no_hub(andon) -> None:
    ran = andon("ask", WHY, "--plan-only", "--json")
    assert ran.code == 0, ran.out
    assert ran.json["plan"]["tasks"][0]["agent"] == "root_cause"
    assert {"plan", "questions", "refusal", "outcome"} <= ran.json.keys()


def test_a_plan_is_shown_with_the_names_that_were_recognised(andon) -> None:
    shown = andon("ask", "Warum melden Kunden in Mexiko Streifen im Bild?", "--plan-only").out
    assert shown.startswith("Plan (rules)")
    assert "root_cause" in shown
    assert "MX" in shown


def test_a_question_may_come_from_standard_input(andon, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{WHY}\n"))
    assert andon("ask", "-", "--plan-only", "--json").json["plan"]["tasks"]


@pytest.mark.parametrize("question", ["", "  \n "])
def test_an_empty_question_is_a_bad_argument(andon, question) -> None:
    assert andon("ask", question, "--json").code == 2


def test_without_a_hub_a_question_fails_with_the_next_step(andon) -> None:
    ran = andon("ask", WHY, "--json")
    assert ran.code in (2, 5)
    assert ran.json["schema"] == "andon.error/1"
    assert ran.json["next_step"]


def test_an_unknown_user_is_not_answered(ready) -> None:
    assert ready("ask", WHY, "--as", "nobody", "--json").code == 4


def test_an_empty_hub_is_answered_with_no_data_and_exit_0(ready) -> None:
    ran = ready("ask", WHY, "--json")
    assert ran.code == 0, ran.out
    assert ran.json.keys() >= KEYS
    assert ran.json["cause"] is None
    assert ran.json["limits"]


def test_what_is_refused_is_exit_4_and_says_what_to_do_instead(ready) -> None:
    ran = ready("ask", "Delete all claims of last month.", "--json")
    assert (ran.code, ran.json["outcome"]) == (4, "refused")
    assert ran.json["refusal"]["request_route"]


def test_what_is_unclear_is_exit_6_and_can_be_answered_on_its_thread(ready) -> None:
    asked = ready("ask", "Check it.", "--json")
    assert (asked.code, asked.json["outcome"]) == (6, "clarify")
    assert asked.json["questions"][0]["options"]
    shown = ready("ask", "Check it.")
    assert "--thread T-" in shown.err
    reply = asked.json["questions"][0]["options"][0]
    again = ready("ask", reply, "--thread", asked.json["thread_id"], "--json")
    assert again.json["thread_id"] == asked.json["thread_id"]


def test_progress_goes_to_standard_error_and_quiet_keeps_it_silent(ready) -> None:
    loud, quiet = ready("ask", WHY, "--json"), ready("ask", WHY, "--json", "--quiet")
    assert "plan (rules)" in loud.err
    assert quiet.err == ""
    assert loud.json["text"] == quiet.json["text"]


def test_the_answer_comes_in_the_language_that_is_asked_for(ready) -> None:
    assert ready("ask", WHY, "--lang", "de", "--json").json["language"] == "de"


def test_chat_reads_lines_of_a_file_and_says_how_to_go_on(ready, monkeypatch) -> None:
    lines = f"{WHY}\n/evidence\n/nonsense\n/quit\nnever asked\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    ran = ready("chat", "--quiet")
    assert ran.code == 0
    assert f"andon> {WHY}" in ran.out
    assert "never asked" not in ran.out
    assert "there is no command /nonsense" in ran.err
    assert "andon chat --thread T-" in ran.err


def test_the_demo_finds_the_planted_cause_opens_its_case_and_does_so_once(andon, place) -> None:
    shown = andon("demo", "plant")
    assert shown.code == 0, shown.err
    truth = json.loads((place / "plant/exports/truth.json").read_text())
    condition = truth["causes"][0]["condition"]
    first = shown.out.split("✓")[2]  # the first line says that there is a cause, the second which
    assert condition["supplier_id"] in first
    assert condition["part_id"] in first
    assert "E-" in first
    assert "○" in shown.out
    assert "refuted" in shown.out
    assert "where to look next" in shown.out
    again = andon("demo", "plant", "--json").json
    assert (again["schema"], again["answer"]["schema"]) == ("andon.demo/1", "andon.answer/1")
    assert again["ingest"]["already_loaded"]
    assert again["case"] in shown.out
    assert len(again["proposals"]) == 2


def test_the_demo_leaves_a_folder_of_somebody_else_alone(andon, place) -> None:
    (place / "mine").mkdir()
    (place / "mine/notes.txt").write_text("keep")
    assert andon("demo", "mine", "--json").code == 2
    assert (place / "mine/notes.txt").read_text() == "keep"


def test_ctrl_c_ends_a_question_with_exit_130_and_says_so(ready, monkeypatch) -> None:
    async def stopped(asked, parts):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(sys.modules["apps.ask"], "ask", stopped)
    ran = ready("ask", WHY, "--json")
    assert (ran.code, ran.json["code"]) == (130, "interrupted")


def test_a_terminal_that_cannot_show_a_character_is_no_failure(place, monkeypatch) -> None:
    def ran(*options: str) -> str:
        written = io.BytesIO()
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="ascii"))
        monkeypatch.setattr("sys.argv", ["andon", "ask", "为什么?", "--plan-only", *options])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code in (0, 6)
        sys.stdout.flush()
        return written.getvalue().decode("ascii")

    assert "?" in ran()
    assert json.loads(ran("--json"))["language"] == "zh"


def test_a_plan_does_not_wait_for_the_import_of_the_graph_library(place) -> None:
    code = f"""
import sys
from apps.cli import run
assert run(["ask", {WHY!r}, "--plan-only", "--json"]) == 0
assert not {{"langgraph", "openai", "scipy"}} & sys.modules.keys()
"""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ran = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
