"""What people say, by language: the phrase files of `phrases/`, and invented personal strings."""

import string
from functools import cache
from importlib.resources import files
from random import Random
from typing import Literal, get_args

import yaml

from domain.contract import Contract

PersonalKind = Literal["mail", "phone", "card", "iban", "order", "name"]
PERSONAL_KINDS: tuple[PersonalKind, ...] = get_args(PersonalKind)


class Lexicon(Contract):
    """Phrases of one language; `{model}`, `{months}`, `{symptom}` and `{value}` are filled in."""

    language: str
    joiner: str
    names: tuple[str, ...]
    openers: tuple[str, ...]
    closers: tuple[str, ...]
    praise: tuple[str, ...]
    wishes: tuple[str, ...]
    symptoms: dict[str, tuple[str, ...]]
    negated: tuple[str, ...]
    hypothetical: tuple[str, ...]
    personal: dict[PersonalKind, tuple[str, ...]]
    injections: tuple[str, ...]


@cache
def lexicons() -> dict[str, Lexicon]:
    """Every language of the package, by its code."""
    found = {}
    for file in (files(__package__) / "phrases").iterdir():
        if file.name.endswith(".yaml"):
            lexicon = Lexicon.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
            found[lexicon.language] = lexicon
    return dict(sorted(found.items()))


def personal_string(kind: PersonalKind, lexicon: Lexicon, random: Random) -> str:
    """An invented string of that kind; cards and IBANs have right check digits."""
    if kind == "name":
        return random.choice(lexicon.names)
    if kind == "mail":
        word = "".join(random.choices(string.ascii_lowercase, k=7))
        return (
            f"{word}.{random.randrange(10, 99)}@{random.choice(('post', 'mail', 'inbox'))}.example"
        )
    if kind == "phone":
        return f"+{random.randrange(20, 98)} {random.randrange(100, 999)} {_digits(random, 7)}"
    if kind == "order":
        return f"{_digits(random, 3)}-{_digits(random, 7)}-{_digits(random, 7)}"
    return _card(random) if kind == "card" else _iban(random)


def _digits(random: Random, count: int) -> str:
    return "".join(random.choices(string.digits, k=count))


def _card(random: Random) -> str:
    """A number of 16 digits that passes the Luhn check."""
    body = "4" + _digits(random, 14)
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    number = body + str(-total % 10)
    return " ".join(number[start : start + 4] for start in range(0, 16, 4))


def _iban(random: Random) -> str:
    """A German account number that passes the check of ISO 7064 (mod 97-10)."""
    account = _digits(random, 18)
    check = 98 - int(f"{account}131400") % 97
    return f"DE{check:02d}{account}"
