import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lexicon.coder import code_text
from services.lexicon.folding import fold, plain
from services.lexicon.language import language_of
from services.lexicon.lexicon import LANGUAGES, lexicon, policy
from services.lexicon.pattern import Script, any_phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_a_word_list_stands_in_the_policy_table(language: str) -> None:
    words = lexicon(language)
    assert words.hazards.keys() == policy().hazards.keys()
    assert words.symptoms.keys() <= policy().symptoms.keys()
    assert len(words.symptoms) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pattern_of_a_word_list_matches_nothing_at_all(language: str) -> None:
    words = lexicon(language)
    patterns = [*words.hazards.values(), *words.symptoms.values(), words.idioms, words.not_cues]
    patterns += [words.ours, *(cue.before for cue in words.cues.values())]
    assert [pattern.pattern[:40] for pattern in patterns if pattern.match("")] == []


def test_every_hazard_counts_as_a_known_symptom_and_every_severity_has_a_weight() -> None:
    table = policy()
    assert {one.symptom for one in table.hazards.values()} <= table.symptoms.keys()
    assert set(table.weights) == {1, 2, 3, 4, 5}
    assert sorted(table.weights.values()) == [table.weights[level] for level in range(1, 6)]
    assert {one.severity for one in table.hazards.values()} == {4, 5}


def test_a_phrase_finds_stems_gaps_and_whole_words_only() -> None:
    pattern = any_phrase(["tip* over", "get ~ shock", "ash"], "spaced", ["not"])
    assert pattern.search("it tipped over")
    assert pattern.search("i get an electric shock")
    assert not pattern.search("i get not a shock")
    assert not pattern.search("get out. big shock")
    assert not pattern.search("washing")


def test_a_wide_gap_reaches_twice_as_far() -> None:
    far = "the lid came up all by itself while it was spinning"
    assert not any_phrase(["lid ~ spin*"], "spaced").search(far)
    assert any_phrase(["lid ~~ spin*"], "spaced").search(far)


@pytest.mark.parametrize(
    ("phrase", "script", "found", "missed"),
    [
        ("(hot )?(plug|pin)s?", "spaced", ["plugs", "hot pin", "pin"], ["spin", "hot"]),
        ("(to|t) ~ (x|y z)", "spaced", ["to a x", "t b y z"], ["to y"]),
        ("(冒)?(黑|白)*烟|起火", "unspaced", ["烟", "冒黑白烟", "起火"], ["冒火"]),
        ("火(?!花|车)", "unspaced", ["着火了"], ["火花", "火车"]),
    ],
)
def test_sorting_by_first_letters_changes_nothing_that_is_found(
    phrase: str, script: Script, found: list[str], missed: list[str]
) -> None:
    pattern = any_phrase([phrase], script)
    assert all(pattern.search(fold(text)) for text in found)
    assert not any(pattern.search(fold(text)) for text in missed)


@given(
    st.permutations(["ax", "by", "c", "dx y", "ex", "e", "(f|g)x"]),
    st.sampled_from(["spaced", "unspaced"]),
)
def test_a_group_finds_what_its_alternatives_find_by_themselves(
    group: list[str], script: Script
) -> None:
    begun = ("ax", "bx", "ay", "c", "cx", "dx", "dx y", "ey", "e", "fx", "gx", "fy")
    ended = ("", "x", " y", " x", " a y", " a. y")
    for tail in ("", "x", " x", " ~ y", "* ~~ y"):
        whole = any_phrase([f"({'|'.join(group)}){tail}"], script)
        alone = [any_phrase([one + tail], script) for one in group]
        for text in (first + last for first in begun for last in ended):
            assert bool(whole.search(text)) == any(one.search(text) for one in alone), text


def test_a_question_mark_of_either_script_ends_what_a_phrase_may_skip() -> None:
    texts = ("is it normal? smoke everywhere", "is it normal؟ smoke everywhere")
    pattern = any_phrase(["normal ~ everywhere"], "spaced")
    assert not any(pattern.search(text) for text in texts)
    assert code_text(texts[0], "en") == code_text(texts[1], "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_phrase_begins_none_is_found(language: str) -> None:
    words = lexicon(language)
    for phrase in (
        "fire 起火 حريق",
        "the water drips on the plug",
        "Wasser tropft auf den Stecker",
    ):
        text = fold(plain(phrase))
        if any(pattern.search(text) for pattern in words.hazards.values()):
            assert words.any_hazard.search(text)


def test_arabic_clitics_belong_to_the_word() -> None:
    pattern = any_phrase(["دخان"], "arabic")
    assert pattern.search(fold("والدخان"))
    assert pattern.search(fold("بدخان"))


def test_folding_keeps_every_position() -> None:
    for text in ("Größe ÉCRAN Łódź", "煙が出た", "أإآ ى ة ٣", "İstanbul"):
        assert len(fold(plain(text))) == len(plain(text))


@pytest.mark.parametrize(
    ("text", "recorded", "language"),
    [
        ("The washer is not spinning", None, "en"),
        ("Die Maschine ist nicht mehr zu retten", None, "de"),
        ("La machine est en panne et je ne suis pas content", "und", "fr"),
        ("冰箱不制冷", "en", "zh"),
        ("冷蔵庫が冷えない", "zh", "ja"),
        ("الغسالة خربانة", None, "ar"),
        ("یخچال خراب است چه کنم", None, None),
        ("Il frigorifero non funziona più e sono deluso", None, None),
        ("smoke", "it", None),
        ("smoke", "en-GB", "en"),
        ("", None, None),
    ],
)
def test_the_language_is_told_by_script_record_and_function_words(
    text: str, recorded: str | None, language: str | None
) -> None:
    assert language_of(text, recorded) == language
