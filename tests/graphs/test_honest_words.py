"""The check of a model's words lets an honest writer through, in every language."""

from pathlib import Path

import pytest
import yaml

from graphs.grounding import Known, ungrounded

HONEST: dict[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("honest_words.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("language", HONEST)
def test_words_that_only_join_slots_pass_at_the_first_try(language: str) -> None:
    known = Known(language, frozenset({"S-0109", "P-HOSE"}), question="")
    refused = {text: list(ungrounded(text.strip(), known)) for text in HONEST[language]}
    assert not {text: found for text, found in refused.items() if found}
