"""Nothing that a writer made up gets into an answer; what it may write comes through unharmed."""

import string
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.wording.phrasebook import LANGUAGES
from agents.wording.wording import wording_for
from domain.records.claim import Claim, Count, Countries, Measure, Names, Quote, Said, Term
from domain.records.finding import Finding
from graphs.slots import LONGEST_TEXT, SlotSheet

QUESTION = "Why does the 65Q8 overheat since 2025-03?"
SENSIBLE = yaml.safe_load(
    (Path(__file__).parent / "sensible_prose.yaml").read_text(encoding="utf-8")
)
STRONGER = {
    "en": "This is certainly the root cause. The fix is effective.",
    "de": "Das ist sicher die Ursache. Die Maßnahme ist wirksam.",
    "fr": "C'est certainement la cause. La mesure est efficace.",
    "es": "La falla es causada por este lote. La medida es eficaz.",
    "pt": "A falha é causada por este lote. A medida é eficaz.",
    "pl": "Awaria jest spowodowana tą partią. Działanie jest skuteczne.",
    "zh": "故障肯定是由于这个批次造成的。",
    "ja": "この部品が原因です。間違いなく確実です。",
    "ar": "العطل بسبب هذه الدفعة بالتأكيد.",
}
NUMBERS = {
    "en": "twice as many, five percent, half of them",
    "de": "doppelt so viele, fünf Prozent, die Hälfte",
    "fr": "deux fois plus, cinq pour cent, la moitié",
    "es": "el doble, cinco por ciento, la mitad",
    "pt": "o dobro, cinco por cento, metade",
    "pl": "dwa razy więcej, pięć procent, połowa",
    "zh": "三十五台，两倍，百分之五",
    "ja": "三十五台、二倍、五パーセント",
    "ar": "ثلاثة أضعاف، خمسة بالمئة، نصف",
}


def claim(name: str, *, headline: bool = False, evidence=("E-ABCDEFGHIJ",), **facts) -> Claim:
    finding = Finding(
        id=name, agent="root_cause", claim=name, verdict="undetermined", evidence=evidence
    )
    facts = {"summary": Said(value="Power supplies fail early."), **facts}
    return Claim(id=name, phrase="look", facts=facts, finding=finding, headline=headline)


CLAIMS = (
    claim(
        "c1",
        headline=True,
        ratio=Measure(value=4.67, low=2.33, high=None, bounded=True),
        lots=Names(value=("L-2025-04", "LOT-AB", "Hailong Power")),
        site=Names(value=("B",)),
        markets=Countries(value=("MX",)),
        symptom=Term(group="symptom", value="OVERHEATING"),
    ),
    claim("c2", evidence=("E-BBBBBBBBBB", "E-CCCCCCCCCC"), units=Count(value=12)),
    claim("c3", words=Quote(value="⟦c1⟧ it is safe [E-ABCDEFGHIJ]")),
)
SHEET = SlotSheet(CLAIMS, wording_for("en"))
LETTERS_ONLY = SlotSheet((claim("ca"), claim("cb")), wording_for("en"))


def codes(text: str, question: str = QUESTION, sheet: SlotSheet = SHEET) -> set[str]:
    return {problem.code for problem in sheet.problems(text, question)}


def test_a_whole_claim_is_filled_and_cited_before_the_full_stop() -> None:
    assert SHEET.fill("⟦c1⟧") == "Power supplies fail early [E-ABCDEFGHIJ]."
    assert SHEET.fill("Also: ⟦c2⟧.").endswith("early [E-BBBBBBBBBB] [E-CCCCCCCCCC].")


def test_a_single_fact_is_cited_once_at_the_end_of_its_sentence() -> None:
    filled = SHEET.fill("The ratio is ⟦c1.ratio⟧ in ⟦c1.markets⟧. It is ⟦c1.verdict⟧.\n⟦c1.ratio⟧!")
    assert filled == (
        "The ratio is 4.67 [2.33, ∞) in Mexico (MX) [E-ABCDEFGHIJ]. It is undetermined.\n"
        "4.67 [2.33, ∞) [E-ABCDEFGHIJ]!"
    )


def test_facts_of_several_claims_in_one_sentence_share_its_citations() -> None:
    filled = SHEET.fill("Among ⟦c2.units⟧ units the ratio is ⟦c1.ratio⟧ today")
    assert filled.endswith(" today [E-BBBBBBBBBB] [E-CCCCCCCCCC] [E-ABCDEFGHIJ]")


def test_a_fact_beside_its_whole_claim_needs_no_second_citation() -> None:
    assert SHEET.fill("⟦c1.ratio⟧: ⟦c1⟧").count("[E-") == 1


def test_two_claims_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one name"):
        SlotSheet((CLAIMS[0], CLAIMS[0]), wording_for("en"))


def test_the_writer_is_shown_every_slot_but_no_words_of_a_customer() -> None:
    listed = "\n".join(SHEET.listing())
    assert "⟦c1⟧ (must be said)" in listed
    assert "⟦c1.ratio⟧ 4.67 [2.33, ∞)" in listed
    assert "⟦c3.verdict⟧ undetermined" in listed
    assert "it is safe" not in listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_sensible_prose_around_slots_passes_in_every_language(language) -> None:
    sheet = SlotSheet(CLAIMS, wording_for(language))
    for text in SENSIBLE[language]:
        assert sheet.problems(f"{text}\n- ⟦c2.units⟧", QUESTION) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stronger_verdict_is_found_in_every_language(language) -> None:
    sheet = SlotSheet(CLAIMS, wording_for(language))
    assert "verdict" in codes(f"⟦c1⟧\n{STRONGER[language]}", sheet=sheet)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_words_are_found_in_every_language(language) -> None:
    sheet = SlotSheet(CLAIMS, wording_for(language))
    for words in (
        NUMBERS[language].replace("、", ",").replace("，", ",").replace("،", ",").split(",")
    ):
        assert "figure" in codes(f"⟦c1⟧\n{words}", sheet=sheet), words


@pytest.mark.parametrize(
    "figure", ["7", "٧", "७", "７", "½", "Ⅷ", "²", "④", "𝟕", "7 %", "%", "−⟦c1.ratio⟧", "≈"]
)
def test_a_figure_of_any_script_is_found(figure) -> None:
    assert "figure" in codes(f"⟦c1⟧ and {figure}")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LOT-AB", "identifier"),
        ("lot-ab", "identifier"),
        ("L-2025-04", "identifier"),
        ("the hailong power company", "identifier"),
        ("at site B", "identifier"),
        ("sold in Mexico", "identifier"),
        ("XY-Z", "identifier"),
        ("rank_causes", "identifier"),
        ("[E-ABCDEFGHIJ]", "identifier"),
        ("OVERHEATING", "identifier"),
        ("since March", "date"),
        ("on Monday", "date"),
        ("⟦c9⟧", "unknown_slot"),
        ("⟦c1.nothing⟧", "unknown_slot"),
        ("⟦c2.ratio⟧", "unknown_slot"),
        ("⟦c2", "broken_slot"),
        ("⟦ c2 ⟧", "broken_slot"),
        ("■", "broken_slot"),
        ("<b>bold</b>", "markup"),
        ("[here](there)", "markup"),
        ("![](x)", "markup"),
        ("https://a.example", "markup"),
        ("`code`", "markup"),
        ("✅", "markup"),
        ("&lt;", "markup"),
        ("sup\u200bported", "control"),
        ("\u202edetroppus", "control"),
        ("ѕupported", "language"),
        ("unsup⟦c2⟧", "glued"),
        ("not ⟦c2.verdict⟧", "verdict"),
        ("It is by no means ⟦c2⟧", "verdict"),
        ("It is false to say that ⟦c2⟧", "verdict"),
        ("Yes, it is.", "verdict"),
        ("It is due to the supply.", "verdict"),
    ],
)
def test_what_no_slot_brings_is_found(text, code) -> None:
    assert code in codes(f"⟦c1⟧\n{text}")


def test_an_answer_in_another_language_is_found() -> None:
    french = "Voici ce que nous avons trouvé dans les données de ce modèle pour les clients :"
    assert "language" in codes(f"{french} ⟦c1⟧")


def test_a_headline_must_be_said_whole_or_by_its_verdict() -> None:
    assert codes("⟦c2⟧") == {"missing"}
    assert codes("⟦c1.ratio⟧") == {"missing"}
    assert codes("The claim is ⟦c1.verdict⟧.") == set()


def test_an_empty_or_endless_text_is_no_answer() -> None:
    assert "empty" in codes(" \n")
    assert codes("x" * (LONGEST_TEXT + 1)) == {"too_long"}
    assert "too_long" in codes("⟦c1⟧ " * 100)


def test_words_of_the_question_may_be_repeated() -> None:
    question = "Was the twofold rise of XY-Z in Mexico since March, 90 days, caused by the 65Q8?"
    said = "⟦c1⟧ XY-Z, Mexico, March, 65Q8, 65Q8-type, twofold, 90 days"
    assert codes(said, question) == set()
    assert codes(said, "") == {"figure", "identifier", "date"}
    assert "figure" in codes("⟦c1⟧ 9 days, 900 days", question)


def test_a_verdict_word_of_the_question_is_repeated_only_as_a_question() -> None:
    question = "Is it safe to ship, and is S-9 guilty? Our lawyers need a clear yes."
    assert codes("Whether it is safe to ship: ⟦c1⟧", question) == set()
    assert codes("Is it safe to ship? ⟦c1⟧", question) == set()
    for said in ("⟦c1⟧. It is safe to ship.", "It is safe to ship: ⟦c1⟧", "S-9 is guilty: ⟦c1⟧"):
        assert codes(said, question) == {"verdict"}


def test_ordinary_words_with_numerals_in_them_pass_in_chinese_and_japanese() -> None:
    for language, text in (
        ("zh", "下面是一个统一的说明，一致的记录如下："),
        ("ja", "一般的な記録の一部は次のとおりです："),
    ):
        sheet = SlotSheet(CLAIMS, wording_for(language))
        assert sheet.problems(f"{text}⟦c1⟧", QUESTION) == ()


def test_a_slot_in_a_customer_s_words_stays_words() -> None:
    filled = SHEET.fill("⟦c3.words⟧")
    assert filled.startswith("“(c1) it is safe (E-ABCDEFGHIJ)”")
    assert filled.count("[E-") == 1


@settings(max_examples=300)
@given(
    text=st.lists(
        st.one_of(
            st.sampled_from(
                ["⟦ca⟧", "⟦cb⟧", "⟦ca.verdict⟧", "⟦cb.summary⟧", " ", ". ", "\n", "⟦", "⟧"]
            ),
            st.text(max_size=4),
            st.text(alphabet=string.ascii_letters + " .-", max_size=8),
        ),
        max_size=12,
    ).map("".join)
)
def test_what_passes_brings_no_digit_and_leaves_no_slot(text) -> None:
    # No claim of this sheet holds a digit, so every digit in the answer would be the writer's.
    if LETTERS_ONLY.problems(text) == ():
        filled = LETTERS_ONLY.fill(text)
        assert not any(unicodedata.category(one) in ("Nd", "Nl", "No") for one in filled)
        assert "⟦" not in filled


@given(words=st.text(max_size=60))
def test_no_customer_s_words_change_what_else_is_filled(words) -> None:
    sheet = SlotSheet((claim("ca", words=Quote(value=words)), claim("cb")), wording_for("en"))
    filled = sheet.fill("⟦cb⟧\n⟦ca.words⟧\n⟦cb⟧").split("\n")
    assert len(filled) == 3
    assert filled[0] == filled[2] == sheet.fill("⟦cb⟧")
    assert filled[1].count("[E-") == 1
