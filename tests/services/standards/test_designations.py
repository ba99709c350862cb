"""Many spellings are one name; what is not in the library stays unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.designations import beside, parse
from services.standards.finding import find
from services.standards.loading import load

SPELT = {
    "EN 60335-2-40": [
        "EN60335-2-40", "EN IEC 60335-2-40", "DIN EN 60335-2-40", "BS EN IEC 60335-2-40",
        "ÖNORM EN 60335-2-40", "en 60335 - 2 - 40", "EN 60335\u20132\u201340",
        "ＥＮ　６０３３５－２－４０",
    ],
    "IEC 60335-2-40:2022": ["iec 60335-2-40:2022", "IEC60335-2-40 : 2022", "IEC 60335-2-40 (2022)"],
    "EN 60335-2-40:2003+A13:2012": ["EN 60335-2-40:2003+A13:2012", "EN 60335-2-40:2003 + A13:2012"],
    "GB 4706-1:2024": ["GB/T 4706.1-2024", "GB 4706.1-2024", "gb4706.1—2024", "GBT4706.1-2024"],
    "UL 60335-2-40": ["UL60335-2-40", "ANSI/UL 60335-2-40"],
    "CSA 60335-1:2016": ["CSA C22.2 No. 60335-1:16", "CAN/CSA-C22.2 No. 60335-1:16"],
    "AS/NZS 60335-1": ["AS/NZS 60335.1", "AS 60335.1"],
    "IS 302-2-24": ["IS 302 (Part 2/Sec 24)", "is 302-2-24"],
    "EN 300328:2.2.2": ["EN 300 328 V2.2.2", "ETSI EN 300 328 v2.2.2"],
    "IEC 62368-1:4": ["IEC 62368-1 4th edition", "IEC 62368-1 Ed. 4", "IEC 62368-1 第4版"],
    "UN R 10:06": ["UN R10.06", "ECE R10.06"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(k, one) for k, many in SPELT.items() for one in many])
def test_spellings_of_a_designation_are_one(name: str, text: str) -> None:
    assert [str(one) for one in parse(text)] == [name]


def test_two_bodies_before_a_number_are_two_designations() -> None:
    assert [str(one) for one in parse("IEC/EN 62368-1")] == ["IEC 62368-1", "EN 62368-1"]
    assert [str(one) for one in parse("UL/CSA 60335-2-40")] == ["UL 60335-2-40", "CSA 60335-2-40"]


@pytest.mark.parametrize("text", ["what is 60335 about", "as 3820 units failed", "J2 and K 5", ""])
def test_words_that_look_like_a_body_are_no_designation(text: str) -> None:
    assert parse(text) == ()


def test_what_stands_beside_a_designation_is_kept_apart() -> None:
    assert beside("EN IEC 60335-2-24:2022 refrigerator noise") == "refrigerator noise"
    assert beside("EN 60335-2-40:2003+A13:2012") == ""


BODIES = st.sampled_from(["IEC", "EN", "ISO", "UL", "GB", "CISPR", "CSA", "SANS", "JIS C", "KC"])
NUMBERS = st.lists(st.integers(1, 99), max_size=3).flatmap(
    lambda parts: st.integers(100, 99_999).map(lambda n: "-".join(map(str, [n, *parts])))
)
YEARS = st.one_of(st.just(""), st.integers(1950, 2049).map(lambda year: f":{year}"))


@given(body=BODIES, number=NUMBERS, year=YEARS)
def test_normalising_twice_is_normalising_once(body: str, number: str, year: str) -> None:
    once = parse(f"{body} {number}{year}")
    assert len(once) == 1
    assert parse(str(once[0])) == once


@given(
    body=BODIES,
    number=NUMBERS,
    year=YEARS,
    gap=st.sampled_from(["", " ", "  ", "\u00a0", "\u3000"]),
    dash=st.sampled_from(["-", "\u2010", "\u2013", "\u2014", "\u2212", " - ", "\uff0d"]),
    lower=st.booleans(),
)
def test_space_case_and_dash_do_not_matter(
    body: str, number: str, year: str, gap: str, dash: str, lower: bool
) -> None:
    plain = f"{body} {number}{year}"
    other = f"{body}{gap}{number.replace('-', dash)}{year}"
    assert parse(other.lower() if lower else other) == parse(plain)


@given(st.text(max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    for found in find(load(), text):
        assert set(found.standards) <= set(load().standards)


def test_every_standard_is_found_by_its_own_designation() -> None:
    library = load()
    lost = [
        one.id
        for one in library.standards.values()
        if not any(one.id in found.standards for found in find(library, one.designation))
    ]
    assert lost == []


def test_an_edition_that_there_is_is_known() -> None:
    (found,) = find(load(), "IEC 60335-1:2010+A1:2013")
    assert found.editions == ("IEC 60335-1:2010+A1:2013",)
    assert found.edition_known is True


@pytest.mark.parametrize("text", ["IEC 60335-1:2011", "EN 60335-2-40:2003+A99:2012"])
def test_an_edition_that_never_was_is_not_an_unknown_standard(text: str) -> None:
    (found,) = find(load(), text)
    assert found.standards
    assert found.edition_known is False
    assert found.editions == ()


@pytest.mark.parametrize("text", ["CISPR 32-5", "IEC 99999", "GOST 60335-2-40", "EN 60335-2-999"])
def test_an_unknown_designation_is_not_in_the_library(text: str) -> None:
    (found,) = find(load(), text)
    assert found.standards == ()
    assert found.edition_known is None


def test_the_same_number_of_another_body_is_offered_as_near() -> None:
    (found,) = find(load(), "GOST 60335-2-40")
    assert "IEC 60335-2-40" in found.near


def test_a_part_of_a_series_is_the_series() -> None:
    assert find(load(), "EN 62552-3:2020")[0].standards == ("EN_62552",)
    assert find(load(), "ISO 16750-2")[0].standards == ("ISO_16750",)
