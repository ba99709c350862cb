"""Complaints, recall documents, reviews and recalls: customers' and makers' words."""

import json
from collections import Counter


def test_owners_complaints_keep_their_flags_dates_and_components(taken) -> None:
    data = taken("nhtsa_complaints")
    # Its page says 100; the file holds 101 records with 101 numbers.
    assert data.counts == (101, 101, 0, 0)
    flags = Counter(
        flag
        for (held,) in data.rows("SELECT hazard_flags FROM feedback WHERE hazard_flags IS NOT NULL")
        for flag in held.split(",")
    )
    assert flags == {"crash": 9, "injury": 5, "fire": 2}
    assert data.rows(
        "SELECT count(*), count(failed_at), count(DISTINCT part_id), min(reported_at - failed_at)"
        " >= INTERVAL 0 DAY FROM claims"
    ) == [(101, 95, 51, True)]


def test_a_complaint_names_a_model_of_make_model_and_year(taken) -> None:
    rows = taken("nhtsa_complaints").rows(
        "SELECT m.name, m.family, f.country, f.channel, f.received_at::DATE::VARCHAR"
        " FROM feedback f JOIN models m USING (model_id) WHERE model_id = 'LINCOLN TOWN CAR 1994'"
    )
    assert rows == [("LINCOLN TOWN CAR", "vehicle", "US", "call_centre", "1995-01-03")]


def test_campaigns_such_as_24e012_never_become_numbers(taken) -> None:
    data = taken("nhtsa_field_actions")
    assert data.counts == (2349, 2349, 0, 0)
    assert data.rows(
        "SELECT count(DISTINCT campaign), count(*) FILTER (regexp_full_match(campaign,"
        " '\\d\\d[A-Z]\\d{2}[\\dA-Z]')), count(*) FILTER (campaign[3] = 'E'),"
        " count(DISTINCT campaign) FILTER (campaign[3] = 'E'), bool_and(contains(document,"
        " campaign)) FROM (SELECT split_part(feedback_id, '/', 1) AS campaign,"
        " split_part(feedback_id, '/', 2) AS document FROM feedback)"
    ) == [(450, 2349, 169, 28, True)]
    assert data.one("SELECT count(*) FROM feedback WHERE starts_with(feedback_id, '24E066/')") == 7


def test_every_recall_document_is_tied_to_the_products_it_is_about(taken) -> None:
    data = taken("nhtsa_field_actions")
    assert data.one("SELECT count(*) FROM models") == 368
    assert data.one("SELECT count(*) FROM feedback f ANTI JOIN models m USING (model_id)") == 0
    assert data.rows("SELECT DISTINCT channel, country FROM feedback") == [("field_action", "US")]


def test_reviews_that_a_strict_reader_loses_are_there_in_every_class(taken) -> None:
    data = taken("app_reviews_icsme2015")
    assert data.counts == (1390, 1390, 0, 0)
    lines = (data.folder / "truth_set_ICSME2015.csv").read_text(encoding="utf-8").splitlines()[1:]
    keys = {key for (key,) in data.rows("SELECT feedback_id FROM feedback WHERE text IS NOT NULL")}
    found, strict = Counter(), Counter()
    for row, line in enumerate(lines, start=1):
        number, _, rest = line.partition(",")
        review, _, label = rest.rpartition(",")
        assert f"{number}/{row}" in keys
        found[label] += 1
        strict[label] += '"' not in review[1:-1].replace('""', "")
    # Its page counts the 1,370 rows of a strict reader.
    assert strict == {
        "information giving": 596,
        "problem discovery": 488,
        "feature request": 186,
        "information seeking": 100,
    }
    assert found.total() - strict.total() == 20
    assert found == {
        "information giving": 603,
        "problem discovery": 494,
        "feature request": 192,
        "information seeking": 101,
    }


def test_recalls_of_both_agencies_are_feedback_even_the_one_without_a_description(taken) -> None:
    data = taken("cpsc_recalls")
    assert data.counts == (2649, 2649, 0, 0)
    assert data.rows(
        "SELECT split_part(feedback_id, '-', 1) AS agency, count(*), count(text),"
        " min(received_at)::DATE::VARCHAR, max(received_at)::DATE::VARCHAR"
        " FROM feedback GROUP BY agency ORDER BY agency"
    ) == [
        ("CPSC", 2599, 2598, "1973-08-21", "2011-12-29"),
        ("NHTSA", 50, 50, "2013-10-21", "2013-11-04"),
    ]


def test_the_official_hazard_of_a_recall_is_nowhere_in_the_hub(taken) -> None:
    data = taken("cpsc_recalls")
    assert data.one("SELECT count(hazard_flags) FROM feedback") == 0
    assert data.one("SELECT count(*) FROM feedback WHERE contains(text, 'cpsc.gov/en/R')") == 0


def test_a_recall_keeps_its_product_types(taken) -> None:
    data = taken("cpsc_recalls")
    path = data.folder / "cpsc_recalls_to_2011.jsonl"
    recalls = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    typed = {f"CPSC-{one['recall_number']}": one["product_types"] or [] for one in recalls}
    families = dict(
        data.rows(
            "SELECT feedback_id, family FROM feedback LEFT JOIN models USING (model_id)"
            " WHERE starts_with(feedback_id, 'CPSC')"
        )
    )
    assert families.keys() == typed.keys()
    for key, types in typed.items():
        assert all(one in (families[key] or "") for one in types)
