"""Reports of danger are listed however few they are; feared ones are for a person to read."""

from graphs.triaging.signs import feared_dangers, safety_signs
from tests.graphs.triaging.conftest import piece


def ids(signs) -> list[str]:
    return [sign.feedback_id for sign in signs]


def test_credible_dangers_are_listed_gravest_first(read) -> None:
    batch = read(
        piece("spark", "There were sparks at the plug.", country="FR"),
        piece("shock", "I got an electric shock from the door.", 1, serial="S1"),
        piece("noise", "Very noisy.", 2),
    )
    signs = safety_signs(batch.pieces)
    assert [(sign.feedback_id, sign.severity) for sign in signs] == [("shock", 5), ("spark", 4)]
    assert (signs[0].symptom, signs[0].serial, signs[0].model_id) == ("ELECTRIC_SHOCK", "S1", "M1")
    assert (signs[1].country, signs[1].language) == ("FR", "en")
    assert signs[1].quote == "There were sparks at the plug."


def test_a_denied_danger_is_no_sign_and_a_feared_one_is_to_be_read(read) -> None:
    batch = read(
        piece("denied", "There was no smoke and no fire."),
        piece("feared", "I am afraid it might catch fire one day."),
        piece("told", "It caught fire.", 1),
    )
    assert ids(safety_signs(batch.pieces)) == ["told"]
    (feared,) = feared_dangers(batch.pieces)
    assert (feared.feedback_id, feared.severity, feared.symptom) == ("feared", 5, "SMOKE_BURN")


def test_a_copy_of_a_report_is_no_second_sign_but_a_second_telling_is(read) -> None:
    batch = read(
        piece("A", "Smoke came out of the back.", author_key="x", serial="S1"),
        piece("copy", "Smoke came out of the back!", 1, author_key="x"),
        piece("again", "It burned down now, flames everywhere.", 2, serial="S1"),
        piece("other", "Smoke came out of the back.", 3, author_key="y"),
    )
    assert sorted(ids(safety_signs(batch.pieces))) == ["A", "again", "other"]


def test_a_ticked_danger_is_a_sign_even_in_a_language_nobody_reads(read) -> None:
    batch = read(piece("A", "Brucia tutto, aiuto", language="it", hazard_flags="fire"))
    (sign,) = safety_signs(batch.pieces)
    assert (sign.severity, sign.language) == (5, "it")


def test_a_long_text_is_quoted_in_part(read) -> None:
    batch = read(piece("A", "Smoke came out. " + "word " * 500))
    assert len(safety_signs(batch.pieces)[0].quote) == 400
