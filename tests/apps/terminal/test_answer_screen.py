"""An answer on one screen: nothing that matters is missing, and nothing needs colour."""

from typing import get_args

import pytest

from agents.wording.phrasebook import LANGUAGES
from apps import render
from apps.terminal.answer_screen import show_answer
from apps.terminal.cells import wide
from apps.terminal.labels import _all, labels_for
from domain.records.answer import Outcome
from domain.records.cause import CauseVerdict
from domain.records.evidence import Evidence
from domain.records.finding import FixVerdict

BARS = {
    "data": {"values": [{"group": "NO_POWER", "rate": 2.0}]},
    "mark": "bar",
    "encoding": {"y": {"field": "group"}, "x": {"field": "rate", "title": "per 1,000"}},
}


@pytest.fixture
def screen(capfd, monkeypatch):
    """The lines that an answer makes at a width."""

    def show(answer, width=100, evidence=lambda _: None) -> list[str]:
        monkeypatch.setattr(render.OUT, "_width", width)
        capfd.readouterr()
        show_answer(answer, evidence)
        return capfd.readouterr().out.splitlines()

    return show


def test_the_verdict_stands_first_in_plain_words(screen, answer, cause) -> None:
    assert screen(answer(cause=cause))[0] == (
        " CAUSE FOUND  A cause is supported by tests that could have refuted it."
    )


def test_a_claim_bears_its_verdict_and_is_not_said_twice(screen, answer) -> None:
    text = "\n".join(screen(answer()))
    assert text.startswith("✓ Units with part P-PANEL")
    assert text.count("4.14") == 1
    assert text.count("E-AAAAAAAAAA") == 1


def test_figures_that_a_model_left_out_of_its_words_stand_below(screen, answer) -> None:
    text = "\n".join(screen(answer(text="The panel lots are to blame.")))
    below = text.split("figures behind the answer")[1]
    assert "✓ Units with part P-PANEL" in below
    assert "E-AAAAAAAAAA" in below


def test_a_rival_is_shown_as_ruled_out_with_the_reason(screen, answer, cause) -> None:
    lines = screen(answer(cause=cause))
    rival = next(n for n, line in enumerate(lines) if "shift B" in line and "○" in line)
    assert "it is ordinary" in lines[rival + 1]
    assert any(line == "● stands   ○ ruled out" for line in lines)


def test_the_ledger_shows_status_and_branch_of_each_hypothesis(screen, answer) -> None:
    lines = screen(
        answer(
            hypotheses=[
                {"statement": "the lots", "branch": "material", "status": "supported"},
                {"statement": "the shift", "branch": "man", "status": "refuted"},
                {"statement": "the heat", "branch": "environment", "status": "untested"},
            ]
        )
    )
    assert "✓ supported · material · the lots" in lines
    assert "✗ refuted · people · the shift" in lines
    assert "· not tested · environment · the heat" in lines


def test_without_causes_the_first_cited_chart_is_drawn(screen, answer) -> None:
    found = Evidence.model_construct(id="E-AAAAAAAAAA", chart=BARS)
    assert any("NO_POWER  ████" in line for line in screen(answer(), evidence=lambda _: found))


def test_questions_come_with_numbered_options_across_questions(screen, answer) -> None:
    questions = [
        {"id": "q1", "text": "Which model?", "options": ["65Q8", "55Q7"]},
        {"id": "q2", "text": "Which market?", "options": ["BR"]},
        {"id": "q3", "text": "Since when?"},
    ]
    text = "Which model?\nWhich market?\nSince when?"
    lines = screen(answer(outcome="clarify", questions=questions, text=text, findings=()))
    assert [line.strip() for line in lines if line.startswith("  ")] == [
        "1  65Q8",
        "2  55Q7",
        "3  BR",
    ]
    assert lines.count("Which model?") == 1
    assert "Since when?" in lines


def test_a_refusal_says_why_and_what_to_do_instead(screen, answer) -> None:
    refusal = {"code": "personal", "reason": "Personal data.", "request_route": "Ask privacy."}
    text = "\n".join(screen(answer(outcome="refused", refusal=refusal, text="", findings=())))
    assert "This is not answered." in text
    assert "Personal data." in text
    assert "instead: Ask privacy." in text


def test_the_foot_says_when_by_whom_and_at_what_cost(screen, answer) -> None:
    lines = screen(
        answer(
            decided_by={"plan": "rules", "step": "rules", "write": "model"},
            cost={"model_requests": 1, "tool_calls": 7, "seconds": 2.34},
        )
    )
    assert lines[-2] == (
        "as of 2026-11-15 · decided by rules, language model · tool calls 7"
        " · model requests 1 · 2.3 s"
    )
    assert lines[-1] == "hub C-1 · conversation T-1"


def test_long_lists_are_cut_and_say_so(screen, answer) -> None:
    lines = screen(answer(limits=[f"limit {n}" for n in range(9)]))
    assert "– limit 3" in lines
    assert "– limit 4" not in lines
    assert "  … 5 more" in lines


def test_markup_and_commands_to_the_terminal_in_an_answer_are_not_obeyed(screen, answer) -> None:
    claim = "[red]\x1b[2Jall fine\u202e[/red]"
    finding = {**answer().findings[0].model_dump(), "claim": claim}
    text = "\n".join(screen(answer(text=claim, findings=[finding], limits=[claim])))
    assert "\x1b[2J" not in text
    assert "\u202e" not in text
    assert "[red]" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_terminal_in_any_language(
    screen, answer, cause, width, language
) -> None:
    text = "缺陷率在第三季度明显升高，" * 12 + "\n" + "شاشة فيها خطوط " * 20
    lines = screen(answer(cause=cause, language=language, text=text, limits=[text]), width)
    assert [line for line in lines if wide(line) > width] == []


def test_text_from_right_to_left_shares_no_line_with_the_plot(screen, answer, cause) -> None:
    lines = screen(answer(cause=cause, language="ar"))
    strokes = [line for line in lines if "┊" in line]
    assert strokes
    assert all("P-PANEL" not in line for line in strokes)


def test_every_language_of_the_answers_has_every_label() -> None:
    assert set(_all()) == set(LANGUAGES)
    english = labels_for("en").model_dump()
    for language in LANGUAGES:
        words = labels_for(language).model_dump()
        for name, value in english.items():
            if isinstance(value, dict):
                assert words[name].keys() == value.keys(), (language, name)


def test_an_unknown_language_gets_english_labels() -> None:
    assert labels_for("sw") == labels_for("en-GB") == labels_for("EN")


def test_every_verdict_and_outcome_has_words() -> None:
    words = labels_for("en")
    assert words.cause.keys() == set(get_args(CauseVerdict))
    assert words.fix.keys() == set(get_args(FixVerdict))
    assert words.outcome.keys() == set(get_args(Outcome))
