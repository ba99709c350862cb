import pytest

from graphs.planning.language import language_of, supported_languages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("and in Brazil?", "en"),
        ("Und in Polen?", "de"),
        ("et au Mexique ?", "fr"),
        ("¿y el mes pasado?", "es"),
        ("e na Argentina?", "pt"),
        ("a w Niemczech?", "pl"),
        ("那日本呢？", "zh"),
        ("インドではどうですか？", "ja"),
        ("والإمارات؟", "ar"),
        ("65Q8 上个月在中国的索赔率是多少", "zh"),
        ("UL 62368-1 ed. 4とIEC 60335-2-24の差分", "ja"),
        ("先月苦情件数", "ja"),
    ],
)
def test_a_short_request_gives_its_language_away(text: str, code: str) -> None:
    assert language_of(text).code == code


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("tasso di reclami del 55Q7 in Germania il mese scorso", "it"),
        ("지난달 55Q7 클레임률은?", "ko"),
        ("какие жалобы в Польше?", "ru"),
        ("Kaç şikayet var geçen ay?", "tr"),
        ("شکایت‌های ماه گذشته چه بود؟", "fa"),
    ],
)
def test_a_language_without_rules_is_undetermined_but_recognised(text: str, likely: str) -> None:
    assert language_of(text) == ("und", likely)


def test_a_request_without_any_word_keeps_the_language_of_the_thread() -> None:
    assert language_of("65Q8 ECN-2231", before="pl").code == "pl"
    assert language_of("65Q8").code == "en"


def test_nine_languages_have_rules() -> None:
    assert set(supported_languages()) == {"en", "de", "fr", "es", "pt", "pl", "zh", "ja", "ar"}


@pytest.mark.parametrize(
    "text", ["Is line QDA-L1 capable?", "65Q8 trace QDA-L2", "is S-0102 late?", "show L1-DE-A4"]
)
def test_the_letters_of_an_identifier_tell_no_language(text: str) -> None:
    assert language_of(text).code == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [("Cpk Anzugsmoment", "de"), ("reklamacje WM-900 Niemcy", "pl"), ("quejas 55Q7", "es"),
     ("reclamações 55Q7", "pt"), ("43E5各国索赔件数", "zh"), ("noise complaints AC-120X", "en")],
)  # fmt: skip
def test_words_of_the_trade_tell_the_language_of_a_telegram(text: str, code: str) -> None:
    assert language_of(text).code == code
