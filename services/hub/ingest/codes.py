"""placeholder until the mapping builder's file lands (countries.yaml)."""


def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2."""
    import string

    return frozenset(a + b for a in string.ascii_uppercase for b in string.ascii_uppercase)


def currency_codes() -> frozenset[str]:
    """ISO 4217."""
    return frozenset(
        [
            "EUR",
            "USD",
            "CNY",
            "BRL",
            "MXN",
            "PLN",
            "JPY",
            "KRW",
            "SAR",
            "INR",
            "GBP",
            "TRY",
            "AED",
            "CAD",
            "AUD",
        ]
    )
