"""What is said in a chat rings nobody, breaks no limit, and loses nothing silently."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.wording.phrasebook import LANGUAGES
from apps.chats.asking import thread_id
from apps.chats.commands import COMMANDS, parsed
from apps.chats.mattermost import written
from apps.chats.port import Place, Said, Words
from apps.chats.slack.blocks import LONGEST_SECTION, MOST_BLOCKS, escaped, fitted, inert
from apps.chats.slack.double import _beyond_limits, shown
from apps.chats.slack.reading import words_of
from apps.chats.wording import _all

KINDS = st.sampled_from(["text", "heading", "quiet", "exact"])
PARTS = st.lists(st.builds(Words, st.text(max_size=9000), KINDS), max_size=80)


@given(PARTS)
@settings(max_examples=60, deadline=None)
def test_any_message_is_one_that_slack_takes(parts) -> None:
    found = fitted(Said(tuple(parts), rest="andon evidence E-1"))
    body = {"blocks": found.blocks, "text": found.text}
    assert _beyond_limits(body) is None
    if not found.whole:
        assert "do not fit here: andon evidence E-1" in shown(body)


def test_what_does_not_fit_is_counted_and_says_where_to_read_it() -> None:
    parts = tuple(Words(f"heading {n}", "heading") for n in range(120))
    found = fitted(Said(parts, rest="andon chat --thread T-1"))
    assert len(found.blocks) == MOST_BLOCKS
    assert shown({"blocks": found.blocks[-1:]}) == (
        "… 71 more parts do not fit here: andon chat --thread T-1"
    )


def test_long_words_are_continued_not_cut() -> None:
    text = "x" * (2 * LONGEST_SECTION + 5)
    for kind in ("text", "exact"):
        found = fitted(Said((Words(text, kind),)))
        assert shown({"blocks": found.blocks}).replace("\n", "") == text


@pytest.mark.parametrize(
    "bad", ["@here", "@channel now", "@everyone", "<!channel>", "<@U123>", "<!subteam^S1>", "@jo"]
)
def test_nobody_is_rung_by_the_words_of_data(bad) -> None:
    said = Said((Words(f"a {bad} b"), Words(bad, "heading"), Words(bad, "quiet")))
    found = fitted(said)
    assert not any(
        mark in found.text for mark in ("<!", "<@", "@here", "@channel", "@everyone", "@jo")
    )
    kinds = {text["type"] for text in _text_objects(found.blocks)}
    assert kinds <= {"plain_text", "text"}, "something is read as markup"
    assert "@" not in shown({"blocks": found.blocks}).replace("<@", "").replace("@U123", "")


def test_a_notification_holds_no_markup() -> None:
    assert escaped("<b> & *x* _y_ ~z~ `c`") == "&lt;b&gt; &amp; ∗x∗ ˍyˍ ∼z∼ 'c'"


def test_names_keep_their_order_among_letters_from_right_to_left() -> None:
    assert inert("الدفعة S-0104 معيبة", "ar") == "الدفعة \u2068S-0104\u2069 معيبة"
    assert inert("lot S-0104", "en") == "lot S-0104"
    assert "\u202e" not in inert("S-01\u202e04")


def test_words_come_in_without_the_marks_of_slack() -> None:
    text = "<@U1> why &lt;5 <https://a.example|the page> in <#C1|quality> <!here>?"
    assert words_of(text) == "why <5 the page in quality ?"


def test_markdown_of_data_is_not_markdown() -> None:
    said = Said((Words("**bold** @all [x](http://a.example) `c`"), Words("head", "heading")))
    text = written(said)
    assert r"\*\*bold\*\*" in text
    assert "@all" not in text
    assert "http://" not in text
    assert "**head**" in text


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", ("help", "")),
        ("ask Why?", ("ask", "Why?")),
        ("Why do seals leak?", ("ask", "Why do seals leak?")),
        ("why", ("why", "")),
        ("why R-0123456789ab", ("why", "R-0123456789ab")),
        ("why is it red", ("ask", "why is it red")),
        ("case", ("case", "")),
        ("case C-ABCDEFGH", ("case", "C-ABCDEFGH")),
        ("case studies of leaks", ("ask", "case studies of leaks")),
        ("trace SN-1", ("trace", "SN-1")),
        ("trace", ("ask", "trace")),
        ("lang de", ("lang", "de")),
        ("approve P-ABCDEFGH", ("approve", "P-ABCDEFGH")),
    ],
)
def test_words_that_are_no_command_are_a_question(text, meant) -> None:
    assert parsed(text) == meant


@given(st.text(max_size=100), st.text(string.printable, max_size=90))
def test_any_thread_of_a_chat_names_one_conversation(channel, thread) -> None:
    place = Place(surface="slack", channel=channel, thread=thread)
    one = thread_id(place, "maria")
    assert 0 < len(one) <= 80
    assert one.isascii()
    assert " " not in one
    assert one == thread_id(place, "maria") != thread_id(place, "engineer")


def test_every_language_says_everything_with_the_same_places() -> None:
    books = _all()
    assert books.keys() == {*LANGUAGES}
    english = books["en"]
    for language, book in books.items():
        assert book.keys() <= english.keys()
        missing = english.keys() - book.keys()
        assert missing <= {"decided"}, language
        for name, text in book.items():
            assert _places(text) == _places(english[name]), (language, name)
        for name in COMMANDS:
            assert f"/andon {name}" in book["help"], language


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _text_objects(value):
    if isinstance(value, list):
        return [one for part in value for one in _text_objects(part)]
    if isinstance(value, dict):
        own = [value] if isinstance(value.get("text"), str) else []
        return own + [one for part in value.values() for one in _text_objects(part)]
    return []
