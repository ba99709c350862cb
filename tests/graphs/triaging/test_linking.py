"""What tells one event twice is linked, later to older, and nobody loses a voice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.triaging.linking import COMPARED, Told, links_between, plain_words
from services.hub.simulate import Plan, simulate
from tests.graphs.triaging.conftest import MARCH, as_known, piece

LONG = "The door seal came loose after two weeks and now water runs over the kitchen floor"


def linked(batch) -> list[tuple[str, str, str]]:
    return [(link.feedback_id, link.other_id, link.kind) for link in batch.links]


def test_the_same_words_of_one_writer_are_one_report(read) -> None:
    batch = read(
        piece("B", LONG.upper() + "!!!", 3, author_key="x"), piece("A", LONG, author_key="x")
    )
    assert linked(batch) == [("B", "A", "exact")]
    assert batch.links[0].similarity == 1.0
    assert batch.counts == (2, 1, 1, 0)


def test_two_people_who_say_the_same_are_two_voices(read) -> None:
    batch = read(piece("A", LONG, author_key="x"), piece("B", LONG, 1, author_key="y"))
    assert batch.links == ()


def test_a_copy_by_nobody_known_is_linked_to_the_one_that_is_known(read) -> None:
    batch = read(piece("A", LONG, author_key="x"), piece("B", LONG, 1, author_key=None))
    assert linked(batch) == [("B", "A", "exact")]


def test_few_words_of_unknown_people_prove_nothing(read) -> None:
    batch = read(piece("A", "Too loud!", author_key=None), piece("B", "too loud", author_key=None))
    assert batch.links == ()


@pytest.mark.parametrize("other", [{"model_id": "M2"}, {"day": 31}])
def test_another_model_or_a_month_later_is_another_report(read, other) -> None:
    batch = read(piece("A", LONG, author_key="x"), piece("B", LONG, **{"author_key": "x", **other}))
    assert batch.links == ()


def test_a_question_is_no_copy_of_a_statement(read) -> None:
    batch = read(
        piece("A", "Smoke from the back of this machine", author_key="x"),
        piece("B", "Smoke from the back of this machine?", 1, author_key="x"),
    )
    assert [link.kind for link in batch.links] != ["exact"]


def test_words_that_differ_a_little_are_near_copies(read) -> None:
    batch = read(
        piece("A", LONG, author_key=None),
        piece("B", LONG.replace("kitchen", "kichen") + " again", 2, author_key=None),
        piece("C", "The motor hums and the picture flickers since we moved house", 3),
    )
    assert linked(batch) == [("B", "A", "near")]
    assert batch.links[0].similarity is not None
    assert 0.9 <= batch.links[0].similarity < 1


def test_one_unit_with_one_symptom_within_a_month_is_one_event(read) -> None:
    batch = read(
        piece("A", "Smoke came out of it.", serial="S1"),
        piece("B", "It burns! Black smoke everywhere now.", 9, serial="S1"),
        piece("C", "Smoke came out.", 10, serial="S2"),
        piece("D", "Smoke came out.", 60, serial="S1"),
    )
    assert linked(batch) == [("B", "A", "same_event")]


def test_a_denied_symptom_is_no_event(read) -> None:
    batch = read(
        piece("A", "There was no smoke.", serial="S1"),
        piece("B", "Smoke came out of the back.", 2, serial="S1"),
    )
    assert batch.links == ()


def test_a_new_piece_is_linked_to_one_that_was_read_before(read) -> None:
    older = as_known(piece("A", LONG, author_key="x"))
    batch = read(piece("B", LONG, 5, author_key="x"), known=[older])
    assert linked(batch) == [("B", "A", "exact")]


def test_a_known_event_of_a_unit_is_known_by_its_codes(read) -> None:
    older = as_known(piece("A", "Rauch!", author_key="x", serial="S1"), "SMOKE_BURN")
    batch = read(piece("B", "Black smoke came out.", 5, serial="S1"), known=[older])
    assert linked(batch) == [("B", "A", "same_event")]


def test_a_late_piece_becomes_the_original_of_what_was_read_before_it(read) -> None:
    later = as_known(piece("B", LONG, 5, author_key="x"))
    batch = read(piece("A", LONG, author_key="x"), known=[later])
    assert linked(batch) == [("B", "A", "exact")]
    assert batch.counts == (1, 1, 0, 0)


def test_a_known_link_is_left_as_it_is(read) -> None:
    known = as_known(piece("C", LONG, 5, author_key="x"), linked=True)
    batch = read(piece("A", LONG, author_key="x"), known=[known])
    assert batch.links == ()


def test_stock_phrases_do_not_make_the_search_square(monkeypatch) -> None:
    from rapidfuzz import fuzz

    compared = []
    ratio = fuzz.ratio
    monkeypatch.setattr(fuzz, "ratio", lambda *a, **k: compared.append(1) or ratio(*a, **k))
    many = [
        told(f"P{n}", f"Hello, I bought this machine, my number is {n * 7919}") for n in range(300)
    ]
    links_between(many, [])
    assert len(compared) < len(many) * COMPARED * 4


def told(name: str, text: str) -> Told:
    return Told(name, MARCH, "M1", None, None, text, (), "new")


def test_planted_copies_are_all_found_and_nearly_nothing_else(tmp_path, names) -> None:
    import csv

    from graphs.triaging.coding import code_pieces

    plant = tmp_path / "plant"
    truth = simulate(Plan(units=3_000, seed=5), plant).feedback
    with (plant / "feedback.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pieces = [_from_export(row) for row in rows]
    batch = code_pieces(pieces, [], names)
    planted = {copy for copy, _ in (*truth.exact_duplicates, *truth.near_duplicates)}
    copies = {link.feedback_id for link in batch.links if link.kind != "same_event"}
    assert len(planted) > 20
    assert planted - {link.feedback_id for link in batch.links} == set()
    assert len(copies - planted) <= 0.01 * len(pieces)


def _from_export(row):
    from datetime import datetime

    found = piece(row["feedback_id"], row["text"], language=row["language"] or None)
    return found._replace(
        received_at=datetime.fromisoformat(row["received_at"]),
        model_id=row["model_id"],
        serial=row["serial"] or None,
        author_key=row["author_key"] or None,
    )


TOLD = st.lists(
    st.builds(
        Told,
        feedback_id=st.uuids().map(str),
        received_at=st.datetimes(
            min_value=MARCH.replace(tzinfo=None), max_value=MARCH.replace(month=8, tzinfo=None)
        ),
        model_id=st.sampled_from([None, "M1"]),
        serial=st.sampled_from([None, "S1"]),
        author_key=st.sampled_from([None, "a", "b"]),
        text=st.sampled_from([None, "", LONG, LONG + "!", LONG[:-3], "short"]),
        symptoms=st.sampled_from([(), ("NOISE",), ("NOISE", "SMOKE_BURN")]),
        state=st.sampled_from(["new", "known", "linked"]),
    ),
    max_size=30,
    unique_by=lambda one: one.feedback_id,
)


@given(pieces=TOLD)
@settings(max_examples=150, deadline=None)
def test_links_lead_from_later_to_older_within_a_month_and_never_in_circles(pieces) -> None:
    by_name = {one.feedback_id: one for one in pieces}
    new = [one for one in pieces if one.state == "new"]
    known = [one for one in pieces if one.state != "new"]
    links = links_between(new, known)
    assert links == links_between(new[::-1], known[::-1])
    assert len({link.feedback_id for link in links}) == len(links)
    for link in links:
        later, older = by_name[link.feedback_id], by_name[link.other_id]
        assert (older.received_at, older.feedback_id) < (later.received_at, later.feedback_id)
        assert (later.received_at - older.received_at).days <= 30
        assert "new" in (later.state, older.state)
        assert later.state != "linked"
        if link.kind != "same_event":
            assert len({later.author_key, older.author_key} - {None}) <= 1
            assert plain_words(later.text)
        else:
            assert later.serial == older.serial is not None
