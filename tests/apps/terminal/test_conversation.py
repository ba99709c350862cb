"""A conversation: follow-ups keep their thread, commands look back, only /quit ends it."""

import io
from collections.abc import Callable

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from apps.settings import Settings
from apps.terminal import reading
from apps.terminal.conversation import Conversation
from apps.terminal.reading import reader
from apps.wiring import Wiring
from domain.errors import HubUnavailable, NotPermitted


@pytest.fixture
def talk(ready, place, supervisor, answer) -> Callable[..., Conversation]:
    """Holds a conversation of these lines over these answers."""

    def hold(*lines: str, answers=None, thread=None) -> Conversation:
        supervisor.answers = answers or [answer() for _ in lines]
        conversation = Conversation(Wiring(Settings.from_environment()), supervisor.ask, thread)
        left = list(lines)
        conversation.hold(lambda _: left.pop(0) if left else None)
        return conversation

    return hold


@pytest.fixture
def choice(answer):
    """A question asked back."""
    question = {"id": "q1", "text": "Which model?", "options": ["65Q8", "55Q7"]}
    return answer(outcome="clarify", questions=[question], text="Which model?", findings=())


def test_a_follow_up_stays_on_the_thread_of_the_first_answer(talk, supervisor) -> None:
    talk("Why do they fail?", "and in Brazil?")
    assert [one.thread_id for one in supervisor.asked] == [None, "T-1"]


def test_an_earlier_conversation_can_be_continued(talk, supervisor) -> None:
    talk("and in Brazil?", thread="T-9")
    assert supervisor.asked[0].thread_id == "T-9"


def test_new_begins_another_conversation(talk, supervisor) -> None:
    talk("Why?", "/new", "Why?")
    assert [one.thread_id for one in supervisor.asked] == [None, None]


def test_language_and_day_hold_for_what_follows(talk, supervisor) -> None:
    talk("/lang de", "/as-of 2026-09-30", "Why?", "/lang", "/as-of", "Why?")
    first, second = supervisor.asked
    assert (first.language, str(first.as_of)) == ("de", "2026-09-30")
    assert (second.language, second.as_of) == (None, None)


@pytest.mark.parametrize("line", ["/lang xx", "/as-of soon", "/nonsense", "/evidence", "/why"])
def test_a_command_that_cannot_be_followed_says_what_can(talk, capfd, line) -> None:
    talk(line, "/help")
    out, err = capfd.readouterr()
    assert "error:" in err
    assert "next:" in err
    assert "/evidence" in out


def test_a_number_chooses_an_option_of_the_question_asked_back(
    talk, supervisor, choice, answer
) -> None:
    talk("Why?", "2", answers=[choice, answer()])
    assert supervisor.asked[1].text == "55Q7"


def test_a_number_beyond_the_options_is_not_sent(talk, supervisor, choice, capfd) -> None:
    talk("Why?", "3", answers=[choice])
    assert len(supervisor.asked) == 1
    assert "choose 1 to 2" in capfd.readouterr().err


def test_words_answer_a_question_too_and_a_number_is_a_word_without_options(
    talk, supervisor, choice, answer
) -> None:
    talk("Why?", "the big one", "65", answers=[choice, answer(), answer()])
    assert [one.text for one in supervisor.asked] == ["Why?", "the big one", "65"]


def test_why_tells_plan_looks_rule_outs_and_versions(talk, answer, cause, capfd) -> None:
    ledger = [
        {"statement": "the lots fail", "branch": "material", "status": "supported",
         "predicts": "others do not", "evidence": ["E-BBBBBBBBBB"]}
    ]  # fmt: skip
    talk("Why?", "/why", answers=[answer(cause=cause, hypotheses=ledger)])
    text = " ".join(capfd.readouterr().out.split("plan decided by rules")[1].split())
    assert "t1 root_cause: Find why." in text
    assert "root_cause · rank_causes · E-AAAAAAAAAA cause found" in text
    assert "root_cause · trace_lot · nothing recorded" in text
    assert "shift B: it is ordinary" in text
    assert "supported: the lots fail. Test: others do not. E-BBBBBBBBBB" in text
    assert "hub_commit: C-1" in text


def test_evidence_lists_what_was_looked_up_and_shows_one(talk, ready, capfd) -> None:
    made = ready("tool", "describe_hub", "--json").json["id"]
    talk("Why?", "/evidence", f"/evidence {made.lower()}")
    out = capfd.readouterr().out
    assert "E-AAAAAAAAAA not for you to see" in out
    assert made in out


def test_ctrl_c_ends_the_question_and_not_the_conversation(talk, supervisor, answer, capfd) -> None:
    ended = talk("Why?", "And why?", answers=[KeyboardInterrupt(), answer()])
    assert len(supervisor.asked) == 2
    assert ended.thread_id == "T-1"
    assert "the conversation goes on" in capfd.readouterr().err


def test_an_error_is_told_and_the_conversation_goes_on(talk, supervisor, answer, capfd) -> None:
    talk("Why?", "Why?", answers=[NotPermitted("not your thread"), answer()])
    assert len(supervisor.asked) == 2
    assert "not your thread" in capfd.readouterr().err


def test_quit_ends_it_and_empty_lines_ask_nothing(talk, supervisor) -> None:
    talk("", "   ", "/quit", "Why?")
    assert supervisor.asked == []


def test_lines_of_a_file_are_read_in_order_and_repeated(place, monkeypatch, capfd) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("one\n[red]two[/red]"))
    read = reader(place / "state", ())
    assert [read("> "), read("> "), read("> ")] == ["one", "[red]two[/red]", None]
    assert capfd.readouterr().out.splitlines() == ["> one", "> [red]two[/red]"]


def test_a_person_types_lines_drops_one_with_ctrl_c_and_leaves_with_ctrl_d(place) -> None:
    history = reading._history(place / "state")
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        read = reading._prompting(history, ("/why",))
        keys.send_text("Why?\n")
        assert read("> ") == "Why?"
        keys.send_text("half a line\x03whole\n")
        assert read("> ") == "whole"
        keys.send_text("\x04")
        assert read("> ") is None
    assert "Why?" in history.read_text()
    assert history.stat().st_mode & 0o077 == 0


def test_a_history_that_cannot_be_kept_is_said(place) -> None:
    (place / "state").write_text("a file where the folder should be")
    with pytest.raises(HubUnavailable, match="cannot write"):
        reading._history(place / "state")
