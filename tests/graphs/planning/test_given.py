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
