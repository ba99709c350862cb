from datetime import UTC, date, datetime

import numpy as np
import pytest

from domain.records.proposal import ResponseTerms
from services.policy.suppliers import supplier_policy
from tools.suppliers.delivery_rows import Deliveries, Window, day_number
from tools.suppliers.lot_readings import LotReadings
from tools.suppliers.open_scars import Book, OpenScar
from tools.suppliers.supplier_cards import Material, SupplierCard, cards

WINDOW = Window(date(2026, 8, 18), date(2026, 11, 15))
ISSUED = datetime(2026, 11, 1, tzinfo=UTC)
NOTHING = np.array([], dtype=object)


def card(severity: int | None, bands: dict[str, dict[str, str]]) -> SupplierCard:
    """The card of a faultless supplier with a SCAR of that severity in force."""
    day = np.arange(day_number(WINDOW.last_on) - 540, day_number(WINDOW.last_on), 5)
    name = np.full(len(day), "S-1", dtype=object)
    rows = Deliveries(name, name, day, day, np.full(len(day), 5_000), np.zeros(len(day), int))
    terms = (
        ResponseTerms(policy="house", severity=severity, started_at=ISSUED) if severity else None
    )
    scar = OpenScar("PR-1", None, "S-1", "P-1", (), "SMOKE", {}, terms, ISSUED)
    book = Book((scar,), {}, {}, bands)
    readings = LotReadings(NOTHING, NOTHING, NOTHING, np.array([]), np.array([]))
    made_from = Material(rows, readings, {}, book, {"S-1": "One"})
    return cards(["S-1"], made_from, WINDOW, supplier_policy())[0]


def test_a_scar_for_a_danger_caps_the_band_at_once() -> None:
    rating = card(5, {}).rating
    assert rating.score is not None
    assert rating.score.band == "A"
    assert (rating.band, rating.band_before, rating.capped) == ("D", "A", True)


@pytest.mark.parametrize("severity", [4, None])
def test_another_scar_is_counted_and_caps_nothing(severity: int | None) -> None:
    found = card(severity, {})
    assert found.open_scars == 1
    assert (found.rating.band, found.rating.capped) == ("A", False)


def test_the_band_that_a_person_approved_stands_beside_the_one_by_the_rules() -> None:
    assert card(None, {"S-1": {"band": "C"}}).rating.band_in_force == "C"
    assert card(None, {"S-1": {"band": "Preferred"}}).rating.band_in_force is None


def test_a_supplier_alone_has_no_rank() -> None:
    assert card(None, {}).rank is None
