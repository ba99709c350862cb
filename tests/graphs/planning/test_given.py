"""Figures and quoted texts of a request."""

import pytest

from graphs.planning.given import designations, given, quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lot 1200, AQL 1.0, 3 rejects of 80 - accept?",
         {"lot_size": "1200", "aql": "1.0", "nonconforming": "3"}),
        ("Losgröße 3.200, Prüfniveau II, AQL 0,65",
         {"lot_size": "3200", "aql": "0.65", "level": "II"}),
        ("批量1200，AQL 1.0，水平II", {"lot_size": "1200", "aql": "1.0", "level": "II"}),
        ("ロットサイズ500、AQL 0.65、水準II", {"lot_size": "500", "aql": "0.65", "level": "II"}),
        ("Lote de 800, AQL 2,5, inspección rigurosa",
         {"lot_size": "800", "aql": "2.5", "severity": "tightened"}),
        ("Lot de 500, NQA 0,4, niveau II", {"lot_size": "500", "aql": "0.4", "level": "II"}),
        ("Partia 1000 sztuk, AQL 0,65", {"lot_size": "1000", "aql": "0.65"}),
        ("حجم الدفعة 1200 و AQL 1.0", {"lot_size": "1200", "aql": "1.0"}),
        ("FMEA: S=9, O=3, D=6",
         {"severity_rating": "9", "occurrence_rating": "3", "detection_rating": "6"}),
    ],
)  # fmt: skip
def test_figures_are_read_from_the_words_around_them(text: str, expected: dict[str, str]) -> None:
    assert given(text) == expected


@pytest.mark.parametrize("text", ["Which lot of S-0102 is bad?", "S=9 and O=3", "complaints 2026"])
def test_nothing_is_given_where_nothing_is_said(text: str) -> None:
    assert given(text) == {}


def test_a_report_is_quoted_by_marks_or_by_a_colon_before_a_new_line() -> None:
    assert quoted('Score this 8D: "D4: operator error."') == "D4: operator error."
    assert quoted("Score this 8D:\nD4: operator error.\nD5: training.").startswith("D4: operator")
    assert quoted("Score the 8D of S-0102") == ""


def test_the_edition_behind_a_standard_stays_with_it(asked) -> None:
    text = "gap between EN 60335-2-24:2022 and GB 4706.1-2005 and UL 484"
    named = designations(text, asked(text).mentions)
    assert named == ("EN 60335-2-24:2022", "GB 4706.1:2005", "UL 484")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Set the threshold to miss at most 2 % scratches; I have 48 images",
         {"most_missed": "0.02", "defects": "48"}),
        ("höchstens 0,5 % Schlupf mit 95 % Sicherheit, 1.200 Bilder",
         {"most_missed": "0.005", "confidence": "0.95", "defects": "1200"}),
        ("mit 95 % Sicherheit unter 2 % Schlupf", {"most_missed": "0.02", "confidence": "0.95"}),
        ("漏检不超过0.5%、置信度95%，我有48张图片",
         {"most_missed": "0.005", "confidence": "0.95", "defects": "48"}),
        ("見逃し率1%未満を信頼度95%で、画像は48枚",
         {"most_missed": "0.01", "confidence": "0.95", "defects": "48"}),
        ("لا يفوتنا أكثر من 2 % من الخدوش؛ لدي 48 صورة",
         {"most_missed": "0.02", "defects": "48"}),
    ],
)  # fmt: skip
def test_what_a_threshold_may_miss_is_read_beside_how_surely(
    text: str, expected: dict[str, str]
) -> None:
    assert given(text) == expected


def test_a_share_of_rejects_is_no_share_of_missed_defects() -> None:
    assert given("Station QDA-L1-VIS rejects 8 % today: camera or product?") == {}
