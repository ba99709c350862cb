from datetime import date

import pytest

from graphs.planning.understanding import understand


def named(found, kind: str) -> list[tuple[str, ...]]:
    return [one.ids for one in found.mentions if one.kind == kind]


@pytest.mark.parametrize("spelling", ["RF-440", "rf440", "RF 440", "ＲＦ－４４０", "Fresh 440"])
def test_a_model_is_known_in_any_spelling(asked, spelling: str) -> None:
    assert asked(f"claim rate of the {spelling} in Brazil").slots.model_id == ("RF-440",)


@pytest.mark.parametrize(
    "word", ["fridges", "Kühlschränke", "réfrigérateurs", "geladeiras", "lodówek", "冰箱", "冷蔵庫"]
)
def test_a_word_for_a_family_stands_for_its_models(asked, word: str) -> None:
    assert asked(f"{word}: Q2 2026?").slots.model_id == ("RF-330U", "RF-440")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("complaints in Germany", "DE"),
        ("Beschwerden der deutschen Kunden", "DE"),
        ("skargi w Niemczech", "DE"),
        ("ドイツの苦情", "DE"),
        ("شكاوى العملاء في مصر", "EG"),
        ("والإمارات؟", "AE"),
        ("投诉在沙特", "SA"),
        ("normy w RPA", "ZA"),
        ("claims in the UK", "GB"),
        ("plaintes aux États-Unis", "US"),
    ],
)
def test_a_country_is_known_by_its_names_in_many_languages(asked, text: str, code: str) -> None:
    assert asked(text).slots.country == (code,)


@pytest.mark.parametrize(
    "text", ["la cuba gotea", "polish the panel", "tell us why", "タイプ別の苦情"]
)
def test_an_ordinary_word_is_no_country(asked, text: str) -> None:
    assert asked(text).slots.country == ()


def test_a_country_that_is_taken_back_is_left_out(asked) -> None:
    found = asked("Plaintes au Maroc... enfin, en Égypte")
    assert found.slots.country == ("EG",)


def test_a_region_stands_for_its_markets_unless_a_country_is_named(asked) -> None:
    assert asked("complaints in Europe").slots.country == ("DE", "FR")
    assert asked("complaints in Europe, mainly France").slots.country == ("FR",)


def test_a_country_without_a_market_is_kept_and_said(asked) -> None:
    found = asked("complaints in Kuwait")
    assert found.slots.country == ("KW",)
    assert any("KW" in note for note in found.notes)


@pytest.mark.parametrize(
    "name",
    ["S-0102", "s-0102", "Nordwerk Elektronik", "Nordwerk", "Nordwerk Electronik", "诺德沃克"],
)
def test_a_supplier_is_known_by_identifier_name_alias_and_misspelling(asked, name: str) -> None:
    assert asked(f"PPM of {name}?").slots.supplier_id == ("S-0102",)


def test_accents_that_a_name_lost_in_the_hub_do_not_matter(asked) -> None:
    assert asked("Czy Śląskie Napędy ma zaległe 8D?").slots.supplier_id == ("S-0110",)


@pytest.mark.parametrize(
    "text",
    ["too loud at night", "zu laut, welche Ursache", "trop bruyant", "噪音太大", "異音の原因",
     "hałas w pralkach", "مشكلة الضوضاء"],
)  # fmt: skip
def test_a_symptom_is_coded_by_words_of_a_language(asked, text: str) -> None:
    assert asked(text).slots.symptom == ("NOISE",)


def test_a_symptom_that_the_hub_does_not_have_is_no_slot(asked) -> None:
    assert asked("why does the picture of the 65Q8 flicker?").slots.symptom == ()


def test_standards_are_taken_as_written_without_their_year(asked) -> None:
    found = asked("gap between EN 60335-2-24:2022 and UL 60335-2-24, and GB 4706.1-2005")
    assert found.slots.standard == ("EN 60335-2-24", "UL 60335-2-24", "GB 4706.1")


def test_a_one_letter_model_counts_only_after_the_word_model(asked) -> None:
    assert asked("why does model L fail?").slots.model_id == ("L",)
    assert asked("why does L fail?").slots.model_id == ()


def test_lots_serials_changes_parts_and_sites_are_mentioned(asked) -> None:
    found = asked("LT-00042 in WRO00000001 after ECN-2231: compressor from 青岛")
    assert named(found, "lot") == [("LT-00042",)]
    assert named(found, "serial") == [("WRO00000001",)]
    assert named(found, "change") == [("ECN-2231",)]
    assert named(found, "part") == [("P-COMP",)]
    assert named(found, "site") == [("QDA",)]


@pytest.mark.parametrize("spelling", ["QDA-L1", "qda l1"])
def test_a_line_is_mentioned_and_is_no_site(asked, spelling: str) -> None:
    found = asked(f"Is line {spelling} capable?")
    assert named(found, "line") == [("QDA-L1",)]
    assert named(found, "site") == []


def test_a_station_is_mentioned_and_is_no_line(asked) -> None:
    found = asked("QDA-L1-VIS rejects a lot: camera or product?")
    assert named(found, "station") == [("QDA-L1-VIS",)]
    assert named(found, "line") == []


def test_a_mention_keeps_the_words_of_the_asker(asked) -> None:
    text = "Was melden Kunden in Österreich zur WM 900?"
    assert [text[one.start : one.end] for one in asked(text).mentions] == ["Österreich", "WM 900"]


def test_an_unknown_model_is_asked_back_with_near_ones(asked) -> None:
    found = asked("Claim rate of the WM-950 in Germany")
    assert found.outcome == "clarify"
    assert found.tasks == ()
    assert "WM-950" in found.questions[0].text
    assert "WM-900" in found.questions[0].options


def test_without_a_hub_names_stay_as_they_are_written() -> None:
    found = understand("claim rate of the WM-950 from S-0199", as_of=date(2026, 11, 15))
    assert found.outcome == "answer"
    assert found.slots.model_id == ("WM-950",)
    assert found.slots.supplier_id == ("S-0199",)


def test_a_hub_without_any_name_links_nothing_and_fails_nothing(hub) -> None:
    from tests.conftest import EVERYTHING

    found = understand(
        "claim rate of the 65Q8", as_of=date(2026, 11, 15), snapshot=hub.snapshot(EVERYTHING)
    )
    assert found.outcome == "answer"
    assert found.slots.model_id == ()


def test_a_symptoms_code_is_known_as_it_is_typed(asked) -> None:
    assert asked("why SMOKE_BURN on the 65Q8?").slots.symptom == ("SMOKE_BURN",)


def test_an_unknown_symptom_code_or_line_is_asked_back_with_near_ones(asked) -> None:
    code = asked("why SMOKE_BRUN on the 65Q8?")
    assert code.outcome == "clarify"
    assert "SMOKE_BURN" in code.questions[0].options
    line = asked("Ist QDA-L9 fähig?")
    assert line.language == "de"
    assert "QDA-L1" in line.questions[0].options


@pytest.mark.parametrize(
    "text",
    [
        "Why does model XQ99 leak?",
        "Warum tropft das Modell XQ-99?",
        "型号XQ99为什么漏水？",
        "¿Por qué gotea el modelo XQ99?",
    ],
)
def test_a_model_that_is_announced_and_unknown_is_asked_back(asked, text: str) -> None:
    found = asked(text)
    assert found.outcome == "clarify"
    assert () in named(found, "model")
