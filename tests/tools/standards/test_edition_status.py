"""Which edition to use on a day, and what is said where the library does not know."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.errors import InvalidArgument
from domain.records.evidence import Evidence
from tools.registry import named
from tools.runner import run_tool

Asks = Callable[..., Evidence]


@pytest.fixture
def status(ask: Callable[..., Any]) -> Asks:
    """Asks for editions on a day."""

    def asked(*designations: str, on: str = "2026-11-22", **more: Any) -> Evidence:
        question = {"designations": list(designations), "as_of": on, **more}
        return run_tool(named("edition_status"), question, ask())

    return asked


def family(evidence: Evidence) -> dict[str, Any]:
    (found,) = evidence.result["families"]
    return found


def edition(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["editions"] if one["ed"] == name)


def codes(evidence: Evidence) -> set[str]:
    return {note.code for note in evidence.warnings}


def test_the_edition_to_use_is_the_one_in_force_on_the_day(status: Asks) -> None:
    before = family(status("GB 4706.1", on="2026-07-31"))
    after = family(status("GB 4706.1", on="2026-08-01"))
    assert (before["use"], after["use"]) == ("2005", "2024")
    assert edition(before, "2024")["effective"] == "2026-08-01"


def test_the_day_is_that_of_the_snapshot_if_none_is_named(ask: Callable[..., Any]) -> None:
    context = ask(as_of=date(2026, 7, 31))
    evidence = run_tool(named("edition_status"), {"designations": ["GB 4706.1"]}, context)
    assert evidence.result["as_of"] == "2026-07-31"
    assert family(evidence)["use"] == "2005"


def test_evidence_names_the_version_of_the_library(status: Asks, library: Any) -> None:
    assert status("ISO 9001").versions.library == library.version


def test_a_publication_that_nobody_official_confirms_is_only_reported(status: Asks) -> None:
    evidence = status("ISO 9001:2026")
    found = family(evidence)
    assert edition(found, "6")["publication"] == "reported"
    assert found["source_kind"] not in ("official", "lab")
    assert "publication_reported" in codes(evidence)
    assert "not confirmed" in evidence.summary


def test_a_publication_that_a_laboratory_announced_is_official(status: Asks) -> None:
    found = family(status("IEC 62368-1"))
    assert edition(found, "4")["publication"] == "official"


def test_an_edition_that_is_not_out_by_the_day_is_not_yet_published(status: Asks) -> None:
    found = family(status("ISO 9001:2026", on="2026-09-15"))
    assert edition(found, "6")["publication"] == "not_yet"
    assert edition(found, "6")["state"] == "upcoming"
    assert found["use"] == "5"


def test_a_publication_without_a_date_is_not_recorded(status: Asks) -> None:
    found = family(status("SASO 2892"))
    assert {one["publication"] for one in found["editions"]} == {"not_recorded"}


def test_an_edition_that_never_was_is_said_with_those_that_are(status: Asks) -> None:
    evidence = status("IEC 60335-1:2011")
    found = family(evidence)
    assert found["edition_known"] is False
    assert found["asked_editions"] == []
    assert len(found["editions"]) == 5
    assert "edition_unknown" in codes(evidence)


def test_an_unknown_standard_is_not_in_the_library_and_stays_so(status: Asks) -> None:
    evidence = status("GOST 60335-2-40", "IEC 99999")
    assert evidence.result["families"] == []
    asked = [one["asked"] for one in evidence.result["not_in_library"]]
    assert asked == ["GOST 60335-2-40", "IEC 99999"]
    assert "IEC 60335-2-40" in evidence.result["not_in_library"][0]["near"]
    assert "not_in_library" in codes(evidence)


def test_two_standards_in_one_name_are_both_answered(status: Asks) -> None:
    found = status("IEC/EN 62368-1").result["families"]
    assert [one["standard"] for one in found] == ["IEC_62368-1", "EN_62368-1"]


def test_what_to_use_depends_on_the_market(status: Asks) -> None:
    found = family(status("IEC 62368-1", markets=["DE", "US"]))
    use = {one["market"]: one["use"] for one in found["in_markets"]}
    assert set(use) == {"EU", "US"}
    assert use["EU"].startswith("EN 62368-1:2014")
    assert "4th ed." in use["US"]


def test_a_published_edition_that_is_not_cited_is_not_the_one_to_use(status: Asks) -> None:
    found = family(status("EN 62368-1", markets=["EU"]))
    assert found["use"] == "2014"
    (place,) = [one for one in found["in_markets"] if one["standard"] == "EN_62368-1"]
    assert len(place["listed_only"]) == 2


def test_a_country_that_is_not_covered_is_said(status: Asks) -> None:
    evidence = status("IEC 62368-1", markets=["CL"])
    assert evidence.result["markets_not_covered"] == ["CL"]
    assert "market_not_covered" in codes(evidence)


def test_changes_to_come_have_days_and_leave_out_what_is_past(status: Asks) -> None:
    found = family(status("ISO 9001", on="2026-11-22"))
    coming = {one["id"]: one["days_left"] for one in found["coming"]}
    assert coming["CE93"] == (date(2028, 3, 31) - date(2026, 11, 22)).days
    assert "CE92" not in coming
    assert "CE92" in {one["id"] for one in found["lately"]}


def test_what_dates_mean_differs_between_markets(status: Asks) -> None:
    european = {one["id"] for one in family(status("EN 62368-1", markets=["DE"]))["dates"]}
    american = {one["id"] for one in family(status("UL 62368-1", markets=["US"]))["dates"]}
    assert {"DR-DOW", "DR-DOC"} <= european
    assert "DR-UL-EFF" in american
    assert not {"DR-DOW", "DR-DOC"} & american


def test_a_day_after_the_review_is_answered_with_a_warning(status: Asks) -> None:
    evidence = status("ISO 9001", on="2027-02-01")
    assert evidence.result["after_review"] is True
    assert "reviewed_until" in codes(evidence)
    assert "reviewed_until" not in codes(status("ISO 9001", on="2026-11-22"))


def test_a_day_before_the_library_begins_has_no_edition_to_use(status: Asks) -> None:
    evidence = status("IEC 60335-1", on="1999-01-01")
    found = family(evidence)
    assert (found["before_first"], found["use"]) == (True, None)
    assert "before_first" in codes(evidence)


def test_a_standard_that_was_replaced_names_its_successor(status: Asks) -> None:
    found = family(status("UL 250"))
    assert found["use"] is None
    assert any("60335-2-24" in one for one in found["replaced_by"])


def test_an_empty_designation_is_refused(status: Asks) -> None:
    with pytest.raises(InvalidArgument, match="empty"):
        status("  ")


def test_every_standard_of_the_library_can_be_asked(status: Asks, library: Any) -> None:
    asked = [one.designation for one in library.standards.values()]
    answered = set()
    for start in range(0, len(asked), 12):
        evidence = status(*asked[start : start + 12])
        answered |= {one["standard"] for one in evidence.result["families"]}
    assert answered == set(library.standards)
