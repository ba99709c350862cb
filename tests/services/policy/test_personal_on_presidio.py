"""How much is found in 1,500 sentences with known spans that others wrote."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from services.policy.personal import find_personal

ROOT = Path(__file__).parents[3]
DATA = ROOT / os.environ.get("ANDON_TEST_DATA", "../shared/data") / "pii_presidio"
KINDS = {
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "card",
    "EMAIL_ADDRESS": "mail",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip",
    "DOMAIN_NAME": "url",
    "US_SSN": "national_id",
    "US_DRIVER_LICENSE": "national_id",
}
RECALL = {"PHONE_NUMBER": 0.88}
PRECISION = 0.98


@pytest.mark.skipif(not DATA.exists(), reason="the folder pii_presidio is absent")
def test_numbers_and_addresses_of_the_net_are_found_and_little_else() -> None:
    rows = json.loads((DATA / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    total: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    found: Counter[bool] = Counter()
    for row in rows:
        spans = find_personal(row["full_text"])
        truth = [
            (s["entity_type"], s["start_position"], s["end_position"])
            for s in row["spans"]
            if s["entity_type"] in KINDS
        ]
        for kind, start, end in truth:
            total[kind] += 1
            whole[kind] += any(s.start <= start and end <= s.end for s in spans)
        for span in spans:
            if span.kind in KINDS.values():
                found[any(a < span.end and span.start < b for _, a, b in truth)] += 1
    recall = {kind: whole[kind] / total[kind] for kind in total}
    assert all(recall[kind] >= RECALL.get(kind, 1.0) for kind in KINDS), recall
    assert found[True] / found.total() >= PRECISION
