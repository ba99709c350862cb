"""What holds for every shipped mapping."""

import json
from pathlib import Path

import pytest

from services.hub.ingest.inputs import shipped_mappings
from services.hub.ingest.mapping import load_mapping

MAPPINGS = (
    "ai4i2020", "app_reviews_icsme2015", "cpsc_recalls", "nhtsa_complaints",
    "nhtsa_field_actions", "scms", "skab", "tep",
)  # fmt: skip


def test_the_shipped_mappings_are_these_and_their_page_lists_each() -> None:
    shipped = shipped_mappings()
    assert tuple(shipped) == MAPPINGS
    page = (next(iter(shipped.values())).parent / "README.md").read_text(encoding="utf-8")
    listed = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")]
    assert tuple(listed[1:]) == MAPPINGS


@pytest.mark.parametrize("path", shipped_mappings().values(), ids=lambda path: path.stem)
def test_a_shipped_mapping_is_right_without_its_data_and_says_what_it_is_for(path: Path) -> None:
    mapping = load_mapping(path)
    assert mapping.says
    assert all(source.files for source in mapping.sources)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_every_row_read_is_accepted_duplicate_or_quarantined(taken, mapping) -> None:
    read, *fates = taken(mapping).counts
    assert read == sum(fates)
    assert not [table for (table,) in taken(mapping).rows('SELECT "table" FROM quarantine')]


@pytest.mark.parametrize(
    ("mapping", "withheld"),
    [
        ("app_reviews_icsme2015", {"class"}),
        ("cpsc_recalls", {"recall_url", "hazards"}),
        ("skab", {"anomaly", "changepoint"}),
    ],
)
def test_labels_that_answers_are_judged_by_stay_outside_the_hub(taken, mapping, withheld) -> None:
    found = taken(mapping).rows(
        "SELECT path, list(ignored_columns) FROM loads WHERE \"table\" <> '*' GROUP BY path"
    )
    for path, lists in found:
        ignored = set.intersection(*(set(json.loads(text)) for text in lists))
        has_labels = not path.startswith(("anomaly-free", "nhtsa_recalls"))
        assert withheld <= ignored or not has_labels
    assert any(not path.startswith(("anomaly-free", "nhtsa_recalls")) for path, _ in found)
