"""Every piece of feedback is new once: late, back-dated and replaced ones too."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import UnknownName
from services.hub.coding import NO_SYMPTOM, Code, keep_codes
from services.hub.hub import Hub
from services.hub.uncoded import FeedbackPiece, Watermark, neighbours, new_claims, new_feedback
from tests.conftest import EVERYTHING, fill

MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def piece(name: str, day: int, **more: Any) -> dict[str, Any]:
    text = more.pop("text", f"words of {name}")
    return {
        "feedback_id": name,
        "received_at": MARCH + timedelta(days=day),
        "text": text,
        "model_id": "M1",
        **more,
    }


def bring(hub: Hub, load_id: str, *pieces: dict[str, Any]) -> None:
    fill(hub, {"feedback": list(pieces)}, load_id)


def found(hub: Hub, since: Watermark | None, as_of: date | None = None) -> list[FeedbackPiece]:
    with hub.snapshot(EVERYTHING, as_of=as_of) as snapshot:
        return new_feedback(snapshot, hub.log, since, "rules")


def names(hub: Hub, since: Watermark | None, as_of: date | None = None) -> list[str]:
    return [one.feedback_id for one in found(hub, since, as_of)]


def code(hub: Hub, run_id: str, *pieces: str, coder: str = "rules") -> None:
    rows = [Code(name, coder, NO_SYMPTOM, None, "en", False, False, 0.9) for name in pieces]
    keep_codes(hub, rows, [], run_id=run_id, now=MARCH + timedelta(days=100))


def mark(hub: Hub, day: int) -> Watermark:
    return Watermark(commit_id=hub.newest().commit_id, as_of=(MARCH + timedelta(days=day)).date())


@pytest.fixture
def read(hub: Hub) -> tuple[Hub, Watermark]:
    """A hub whose three pieces were read by a run, and that run's watermark."""
    bring(hub, "L-1", piece("A", 0), piece("B", 1), piece("C", 2))
    since = mark(hub, 2)
    code(hub, "R-1", "A", "B", "C")
    return hub, since


def test_at_first_everything_is_new_and_comes_oldest_first(hub: Hub) -> None:
    bring(hub, "L-1", piece("B", 5), piece("A", 1, rating=2, author_key="x"))
    first, second = found(hub, None)
    assert (first.feedback_id, first.rating, first.author_key) == ("A", 2, "x")
    assert first.received_at == MARCH + timedelta(days=1)
    assert (second.feedback_id, second.rating, second.serial) == ("B", None, None)


def test_what_is_coded_is_not_new_with_or_without_a_watermark(read) -> None:
    hub, since = read
    assert names(hub, since) == []
    assert names(hub, None) == []


def test_what_another_coder_has_read_is_new_to_this_one(hub: Hub) -> None:
    bring(hub, "L-1", piece("A", 0))
    code(hub, "R-1", "A", coder="other")
    assert names(hub, None) == ["A"]


def test_a_later_load_brings_new_pieces_late_and_back_dated_ones_too(read) -> None:
    hub, since = read
    bring(hub, "L-2", piece("late", 2), piece("old", -900), piece("next", 3))
    assert names(hub, since) == ["old", "late", "next"]


def test_a_load_that_came_between_reading_and_keeping_is_not_lost(hub: Hub) -> None:
    bring(hub, "L-1", piece("A", 0))
    since = mark(hub, 0)
    bring(hub, "L-2", piece("between", 0))
    code(hub, "R-1", "A")
    assert names(hub, since) == ["between"]


def test_what_the_as_of_day_hid_is_new_once_the_day_has_moved_on(hub: Hub) -> None:
    bring(hub, "L-1", *(piece(f"P{day}", day) for day in range(4)))
    first_day = MARCH.date()
    assert names(hub, None, first_day) == ["P0"]
    since = mark(hub, 0)
    code(hub, "R-1", "P0")
    assert names(hub, since, first_day + timedelta(days=2)) == ["P1", "P2"]


def test_a_run_that_goes_back_in_time_does_not_make_read_pieces_new(hub: Hub) -> None:
    bring(hub, "L-1", piece("A", 0), piece("B", 10))
    code(hub, "R-1", "A", "B")
    assert names(hub, mark(hub, 3)) == []


def test_a_row_that_an_ingest_has_replaced_is_read_again_once(read) -> None:
    hub, since = read
    with hub.transaction() as transaction:
        transaction.replace(
            "feedback",
            "SELECT * REPLACE (CASE feedback_id WHEN 'B' THEN 'other words' ELSE text END AS text,"
            " CASE feedback_id WHEN 'B' THEN 'L-2' ELSE load_id END AS load_id)"
            " FROM stored.feedback",
        )
        transaction.commit("L-2", None)
    assert [one.text for one in found(hub, since)] == ["other words"]
    assert names(hub, None) == ["B"]
    rows = [Code("B", "rules", "NOISE", 2, "en", False, False, 0.9)]
    keep_codes(hub, rows, [], run_id="R-2", now=MARCH + timedelta(days=101))
    assert names(hub, since) == []


def test_a_watermark_of_another_hub_is_named(read) -> None:
    hub, since = read
    with pytest.raises(UnknownName, match="C-OTHER"):
        found(hub, since.model_copy(update={"commit_id": "C-OTHER"}))


def test_new_claims_are_counted_by_the_same_rules(hub: Hub) -> None:
    def claim(name: str, day: int) -> dict[str, Any]:
        return {"claim_id": name, "reported_at": MARCH + timedelta(days=day)}

    fill(hub, {"claims": [claim("K1", 0), claim("K2", 5)]}, "L-1")
    since = mark(hub, 2)
    fill(hub, {"claims": [claim("K3", -50)]}, "L-2")
    with hub.snapshot(EVERYTHING) as snapshot:
        assert new_claims(snapshot, hub.log, None) == 3
        assert new_claims(snapshot, hub.log, since) == 2


def near(hub: Hub, *pieces: FeedbackPiece) -> set[str]:
    with hub.snapshot(EVERYTHING) as snapshot:
        return {one.feedback_id for one in neighbours(snapshot, pieces)}


def test_neighbours_share_author_unit_or_model_and_lie_within_thirty_days(hub: Hub) -> None:
    bring(
        hub,
        "L-1",
        piece("author", 0, author_key="a", model_id="M9"),
        piece("unit", 1, author_key="b", serial="S1", model_id="M9"),
        piece("silent", 2),
        piece("stranger", 3, author_key="c"),
        piece("long ago", -40, author_key="a"),
        piece("new", 10, author_key="a", serial="S1"),
    )
    new = next(one for one in found(hub, None) if one.feedback_id == "new")
    assert near(hub, new) == {"author", "unit", "silent"}
    silent = new._replace(author_key=None, serial=None)
    assert near(hub, silent) == {"silent", "stranger"}


def test_a_neighbour_tells_its_facts_and_whether_it_is_linked(hub: Hub) -> None:
    bring(hub, "L-1", piece("A", 0, author_key="a"), piece("new", 1, author_key="a"))
    rows = [
        Code("A", "rules", "NOISE", 2, "en", False, False, 0.9),
        Code("A", "rules", "FLICKER", 2, "en", True, False, 0.9),
        Code("A", "rules", "SMOKE_BURN", 1, "en", False, True, 0.9),
    ]
    keep_codes(hub, rows, [], run_id="R-1", now=MARCH + timedelta(days=1))
    new = next(one for one in found(hub, None) if one.feedback_id == "new")
    with hub.snapshot(EVERYTHING) as snapshot:
        (known,) = neighbours(snapshot, [new])
    assert (known.symptoms, known.linked) == (("NOISE",), False)


def test_one_piece_of_long_ago_does_not_open_the_years_between(hub: Hub) -> None:
    bring(
        hub,
        "L-1",
        *(piece(f"P{day}", day, author_key="a") for day in (-1000, -500, 0)),
        piece("old", -990, author_key="a"),
        piece("new", 5, author_key="a"),
    )
    new = [one for one in found(hub, None) if one.feedback_id in ("old", "new")]
    assert near(hub, *new) == {"P-1000", "P0"}
