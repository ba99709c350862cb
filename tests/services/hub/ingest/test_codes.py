"""Code lists are complete, and countries are recognised by many names."""

import pytest

from services.hub.ingest.codes import (
    country_codes,
    country_names,
    country_of,
    currency_codes,
    language_codes,
)


def test_the_lists_hold_the_codes_that_the_standards_list():
    assert len(country_codes()) == 249
    assert {"DE", "VN", "NO", "XK"} - country_codes() == {"XK"}
    assert {"EUR", "USD", "CNY", "JPY"} <= currency_codes()
    assert {"de", "zh", "ar"} <= language_codes()


def test_every_country_has_names_and_every_name_a_country():
    assert set(country_names().values()) == country_codes()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Vietnam", "VN"), ("VIET NAM", "VN"), ("Côte d’Ivoire", "CI"), ("Cote d'Ivoire", "CI"),
        ("CÃ´te d'Ivoire", "CI"), ("Congo, DRC", "CD"), ("德国", "DE"), ("ドイツ", "DE"),
        ("Allemagne", "DE"), ("de", "DE"), (" Österreich ", "AT"), ("Россия", "RU"), ("مصر", "EG"),
        ("Atlantis", None), ("", None), ("XX", None),
    ],
)  # fmt: skip
def test_a_country_is_recognised_by_name_or_code(name, code):
    assert country_of(name) == code
