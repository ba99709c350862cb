"""The few words that chats say around answers, in the reader's language."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

ENGLISH = "en"


def phrase(language: str, name: str, **places: object) -> str:
    """A phrase in a language (BCP 47; its first part counts), else in English."""
    book = _all()
    own = book.get(language.replace("_", "-").split("-")[0].lower(), {})
    return own.get(name, book[ENGLISH][name]).format_map(places)


@cache
def _all() -> dict[str, dict[str, str]]:
    text = (files(__package__) / "words.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, dict[str, str]]).validate_python(yaml.safe_load(text))
