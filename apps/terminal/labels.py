"""The few words that stand around an answer, in the reader's language."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter

from domain.contract import Contract

ENGLISH = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
"""Languages whose text may not share a line with columns: a terminal would turn the line around."""


class Labels(Contract):
    """The words of one language."""

    cause: dict[str, str]
    """What a verdict on causes means, by verdict."""
    fix: dict[str, str]
    """What a verdict on a fix means, by verdict."""
    outcome: dict[str, str]
    """What an outcome means."""
    figures: str
    """Heading of the figures that the text leaves out."""
    candidates: str
    """Heading of the plot of candidates."""
    stands: str
    """Of a candidate that was not ruled out."""
    ruled_out: str
    """Of a candidate that was."""
    ledger: str
    """Heading of the hypotheses."""
    limits: str
    """Heading of what the answer does not cover."""
    proposals: str
    """Heading of what waits for approval."""
    choose: str
    """How to answer a question that is asked back."""
    instead: str
    """What to do when nothing is answered."""
    of: str
    """Between a part and its whole."""
    as_of: str
    """Before the day that "now" stands for."""
    decided: str
    """Before who decided."""
    looks: str
    """Before the number of tool calls."""
    requests: str
    """Before the number of requests to a model."""
    more: str
    """After the number of lines that are left out."""
    plan: str
    """Heading of the plan."""
    hub: str
    """Before the version of the data."""
    thread: str
    """Before the name of the conversation."""


def labels_for(language: str) -> Labels:
    """The words of a language (BCP 47; its first part counts), else English."""
    found = _all()
    return found.get(language.replace("_", "-").split("-")[0].lower(), found[ENGLISH])


@cache
def _all() -> dict[str, Labels]:
    text = (files(__package__) / "labels.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Labels]).validate_python(yaml.safe_load(text))
