"""Letters say the same in nine languages, whole or not at all, and no value can act in them."""

import re
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from pydantic import ValidationError

from services.messaging import filling
from services.messaging.contents import CONTENTS, Content, Kind
from services.messaging.neutral import LONGEST, neutral
from services.messaging.rendering import render
from services.messaging.settings import LANGUAGES
from services.messaging.supplier_contents import SupplierMessage
from tests.services.messaging.content_samples import SAMPLES

EVERY = [(kind, language) for kind in SAMPLES for language in LANGUAGES]
ISOLATES = re.compile("[\u2068\u2069]")
FACT = re.compile(r"[A-Z]+-[A-Z0-9][A-Z0-9-]*|[A-Z]+_[A-Z]+|\d{4}-\d{2}-\d{2}|\d+(?:[.,]\d+)?")


def _facts(text: str) -> list[str]:
    plain = re.sub(r"8D[\w-]*", "", ISOLATES.sub("", text))
    return sorted(one.replace(",", ".") for one in FACT.findall(plain))


def test_there_is_a_sample_and_a_template_of_every_kind_in_every_language() -> None:
    assert set(SAMPLES) == set(CONTENTS) == set(get_args(Kind))
    found = {path.relative_to(filling.FOLDER).as_posix() for path in filling.FOLDER.rglob("*/*.j2")}
    assert found == {f"{kind}/{language}.j2" for kind, language in EVERY}


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_language_names_the_same_figures_dates_and_ids(kind: Kind) -> None:
    english = render(kind, "en", SAMPLES[kind])
    assert _facts(english.text)
    for language in LANGUAGES:
        other = render(kind, language, SAMPLES[kind])
        assert _facts(other.subject) == _facts(english.subject), language
        assert _facts(other.text) == _facts(english.text), language


VARIANTS = [
    *(("controlled_shipping_entry", {"level": level}) for level in (1, 2, 3)),
    ("supplier_message", {"reason": "reminder", "words": None}),
    ("supplier_message", {"reason": "reply"}),
    ("scar", {"lot_ids": (), "in_stock": None}),
    ("authority_draft", {"affected": (), "injuries": None, "due_at": None}),
    ("page", {"duties": ()}),
    ("handover", {"actions": (), "note": None, "judge_on": None}),
]


@pytest.mark.parametrize(("kind", "change"), VARIANTS)
def test_every_variant_of_a_letter_says_the_same_in_every_language(kind: Kind, change) -> None:
    content = SAMPLES[kind].model_copy(update=change)
    english = render(kind, "en", content)
    for language in LANGUAGES:
        other = render(kind, language, content)
        assert _facts(f"{other.subject}\n{other.text}") == _facts(
            f"{english.subject}\n{english.text}"
        ), language
        assert len(other.text.split("\n\n")) == len(english.text.split("\n\n")), language
        assert other.text.count("\n- ") == english.text.count("\n- "), language


def test_the_three_levels_of_controlled_shipping_ask_for_different_things() -> None:
    for language in LANGUAGES:
        texts = {
            render(kind, language, SAMPLES[kind].model_copy(update=change)).text
            for kind, change in VARIANTS[:3]
        }
        shapes = {re.sub(r"\d", "", text) for text in texts}
        assert len(shapes) == 3, language


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_value_of_a_letter_is_said_and_a_missing_one_is_an_error(
    kind: Kind, language: str
) -> None:
    letter = SAMPLES[kind]
    values = {name: getattr(letter, name) for name in type(letter).model_fields}
    for name in values:
        rest = {one: value for one, value in values.items() if one != name}
        with pytest.raises(UndefinedError, match=name):
            filling.fill(kind, language, rest)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_letter_is_whole_without_what_may_be_unknown(kind: Kind, language: str) -> None:
    letter = _with_nothing_that_may_be_left_out(SAMPLES[kind])
    rendered = render(kind, language, letter)
    assert "None" not in rendered.text
    assert "\n\n\n" not in rendered.text
    assert rendered.subject


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_page_says_what_the_text_says(kind: Kind, language: str) -> None:
    rendered = render(kind, language, SAMPLES[kind])
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in rendered.html
    body = rendered.html.split("</h1>")[1]
    shown = re.sub(r"<[^>]+>", "\n", body)
    for entity, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&amp;", "&")):
        shown = shown.replace(entity, sign)
    lines = [line.removeprefix("- ") for line in rendered.text.splitlines() if line]
    assert [line for line in map(str.strip, shown.splitlines()) if line] == lines


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_value_stands_apart_from_the_direction_of_an_arabic_line(kind: Kind) -> None:
    rendered = render(kind, "ar", SAMPLES[kind])
    text = rendered.subject + rendered.text
    assert text.count("\u2068") == text.count("\u2069") > 0
    outside = re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)
    outside = re.sub(r"\bD\d\b|8D|UTC", "", outside)
    assert not re.search(r"[A-Za-z0-9]", outside)
    assert not ISOLATES.search(render(kind, "de", SAMPLES[kind]).text)


def test_a_moment_is_said_in_local_time_and_in_utc() -> None:
    text = render("scar", "zh", SAMPLES["scar"]).text
    assert "2026-11-22 21:05 Asia/Shanghai (2026-11-22 13:05 UTC)" in text


def test_a_share_is_written_as_the_language_writes_it() -> None:
    assert "3.25 %" in render("rating_change", "en", SAMPLES["rating_change"]).text
    assert "3,25 %" in render("rating_change", "pl", SAMPLES["rating_change"]).text


@pytest.mark.parametrize(
    ("asked", "written", "known"),
    [("de-AT", "de", True), ("PT_br", "pt", True), ("ko", "en", False), ("", "en", False)],
)
def test_a_language_without_templates_is_answered_in_english_and_says_so(
    asked: str, written: str, known: bool
) -> None:
    rendered = render("reminder", asked, SAMPLES["reminder"])
    assert (rendered.language, rendered.language_known) == (written, known)
    assert rendered.text == render("reminder", written, SAMPLES["reminder"]).text


def test_a_letter_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="Scar"):
        render("scar", "en", SAMPLES["page"])


def test_a_question_without_words_and_a_reminder_with_words_are_no_letters() -> None:
    asked = SAMPLES["supplier_message"].model_dump()
    for change in ({"words": None}, {"reason": "reminder"}):
        with pytest.raises(ValidationError, match="has words"):
            SupplierMessage.model_validate(asked | change)


def test_what_a_person_wrote_is_shown_whole_or_refused() -> None:
    asked = SAMPLES["supplier_message"].model_dump()
    longest = "w" * LONGEST
    letter = SupplierMessage.model_validate(asked | {"words": longest})
    assert longest in render("supplier_message", "en", letter).text
    with pytest.raises(ValidationError):
        SupplierMessage.model_validate(asked | {"words": longest + "w"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_strangers_stay_words(language: str) -> None:
    attack = (
        "{{ 7 * 7 }} {% raw %} <script>alert(1)</script> @channel <!here> [pay](https://evil.example)"
        "\r\n\r\n- Case: C-FALSE\u202e\u2066\x1b[31m"
    )
    page = SAMPLES["page"].model_copy(update={"quote": attack, "model_id": attack})
    rendered = render("page", language, page)
    usual = render("page", language, SAMPLES["page"])
    assert "{{ 7 * 7 }}" in rendered.text
    assert len(rendered.text.splitlines()) == len(usual.text.splitlines())
    for sting in ("<script", "@channel", "<!here", "](", "://", "\u202e", "\u2066", "\x1b"):
        assert sting not in rendered.text + rendered.subject + rendered.html.split("</h1>")[1]


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_a_neutral_text_is_one_line_and_stays_as_it_is_when_made_neutral_again(text: str) -> None:
    once = neutral(text)
    assert neutral(once) == once
    assert len(once.splitlines()) <= 1
    assert not re.search(r"[<>\[\]\x00-\x1f]|(?<![A-Za-z0-9])@\w|://", once)


@given(st.from_regex(r"[A-Z0-9]{1,6}(?:[-_/.][A-Z0-9]{1,6}){0,3}(?:@[A-Z]{2})?", fullmatch=True))
def test_an_identifier_is_never_changed(name: str) -> None:
    assert neutral(name) == name


def _with_nothing_that_may_be_left_out(letter: Content) -> Content:
    values = letter.model_dump()
    for name, field in type(letter).model_fields.items():
        if type(None) in get_args(field.annotation):
            values[name] = None
    if isinstance(letter, SupplierMessage):
        values["reason"] = "reminder"
    for name, field in type(letter).model_fields.items():
        if isinstance(values[name], tuple) and not field.metadata:  # no shortest length
            values[name] = ()
    return type(letter).model_validate(values)
