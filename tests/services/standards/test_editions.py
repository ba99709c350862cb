"""How editions stood on a day, by dates alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.editions import FamilyState, edition_states, reached
from services.standards.loading import load


def on(standard: str, day: str) -> FamilyState:
    library = load()
    return edition_states(library, library.standards[standard], date.fromisoformat(day))


def states(standard: str, day: str) -> dict[str, str]:
    return {one.ed: one.state for one in on(standard, day).editions}


@pytest.mark.parametrize(
    ("standard", "day", "expected", "use"),
    [
        ("GB_4706.1", "2024-07-23", {"2005": "current", "2024": "upcoming"}, "2005"),
        ("GB_4706.1", "2026-07-31", {"2005": "current", "2024": "upcoming"}, "2005"),
        ("GB_4706.1", "2026-08-01", {"2005": "superseded", "2024": "current"}, "2024"),
        ("ISO_9001", "2026-09-15", {"5": "current", "6": "upcoming"}, "5"),
        ("ISO_9001", "2026-09-16", {"5": "valid_transition", "6": "current"}, "6"),
        ("EN_55032", "2018-01-01", {"2012": "valid_transition", "2015": "current"}, "2015"),
        ("EN_55032", "2022-05-04", {"2012": "withdrawn", "2015": "current"}, "2015"),
        ("UL_250", "2016-12-31", {"10": "current"}, "10"),
        ("UL_250", "2020-01-01", {"10": "superseded"}, None),
        ("GB_26572", "2027-07-31", {"2011": "valid_transition", "2025": "upcoming"}, None),
        ("GB_26572", "2027-08-01", {"2011": "superseded", "2025": "current"}, "2025"),
        (
            "EN_62368-1",
            "2026-11-22",
            {"2014": "current", "2020": "published_not_cited", "2024": "published_not_cited"},
            "2014",
        ),
    ],
)
def test_states_follow_from_dates(
    standard: str, day: str, expected: dict[str, str], use: str | None
) -> None:
    assert states(standard, day) == expected
    assert on(standard, day).use == use


def test_inside_a_year_that_is_all_one_knows_nothing_is_decided() -> None:
    family = on("IEC_62368-1", "2018-03-01")
    assert [one.state for one in family.editions] == ["unknown", "unknown", "upcoming"]
    assert {one.basis for one in family.editions[:2]} == {"not_exact"}
    assert family.use is None


def test_before_the_first_edition_that_is_known_nothing_is_said() -> None:
    family = on("IEC_60335-1", "1999-01-01")
    assert family.before_first
    assert family.use is None


def test_an_undated_publication_is_known_from_the_review_on_only() -> None:
    assert set(states("SASO_2892", "2026-11-21").values()) == {"unknown"}
    assert set(states("SASO_2892", "2026-11-22").values()) == {"current"}


def test_a_day_after_the_review_is_marked() -> None:
    assert on("ISO_9001", "2026-11-23").stale
    assert not on("ISO_9001", "2026-11-22").stale


def test_on_the_day_of_review_states_are_those_on_record() -> None:
    library = load()
    day = date.fromisoformat(library.reviewed_on)
    moved = [
        (standard.id, edition.ed, edition.state, edition.recorded)
        for standard in library.standards.values()
        for edition in edition_states(library, standard, day).editions
        if edition.state != edition.recorded
    ]
    assert moved == []


@given(
    standard=st.sampled_from(sorted(load().standards)),
    day=st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    later=st.integers(1, 3000),
)
def test_an_edition_that_is_gone_never_comes_back(standard: str, day: date, later: int) -> None:
    library = load()
    row = library.standards[standard]
    before = edition_states(library, row, day).editions
    after = edition_states(library, row, day + timedelta(days=later)).editions
    for early, late in zip(before, after, strict=True):
        if early.state == "withdrawn":
            assert late.state == "withdrawn"
        if early.state == "superseded":
            assert late.state in ("superseded", "withdrawn", "unknown")
        if late.state == "upcoming":
            assert early.state in ("upcoming", "unknown")


@given(day=st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_a_year_is_reached_when_it_is_over_and_open_while_it_lasts(day: date) -> None:
    text = day.isoformat()
    assert reached(str(day.year), text) is None
    assert reached(str(day.year - 1), text) is True
    assert reached(str(day.year + 1), text) is False
    assert reached(text, text) is True
