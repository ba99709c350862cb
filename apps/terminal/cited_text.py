"""An answer's text with the figures that belong to each line of it.

The text is made of claims, and a claim is also a finding with figures. A line that holds a claim
word by word gets the claim's mark, and beneath it whatever figures the words do not give.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from domain.records.claim import Count, Day, Measure

if TYPE_CHECKING:
    from agents.wording.wording import Wording
    from apps.terminal.labels import Labels
    from domain.records.answer import Answer
    from domain.records.finding import Finding

MARKS = {"supported": "✓", "not_supported": "✗", "undetermined": "?"}
_ENDS = " .。!！?？"


class Cited(NamedTuple):
    """One line of the text."""

    text: str
    """Its words."""
    claims: tuple[str, ...]
    """Ids of the findings that it holds."""
    verdict: str
    """Verdict of the one finding; empty for none or several."""
    figures: str
    """Figures that the words do not give; may be empty."""

    @property
    def mark(self) -> str:
        """`✓`, `✗` or `?`; empty where no single verdict fits."""
        return MARKS.get(self.verdict, "")


def cited_lines(answer: "Answer", wording: "Wording", labels: "Labels") -> Iterator[Cited]:
    """The text line by line."""
    for line in answer.text.splitlines():
        held = [one for one in answer.findings if _held(one, line)]
        figures = "; ".join(filter(None, (figures_of(one, line, wording, labels) for one in held)))
        verdict = held[0].verdict if len(held) == 1 else ""
        yield Cited(line.strip(), tuple(one.id for one in held), verdict, figures)


def figures_of(finding: "Finding", line: str, wording: "Wording", labels: "Labels") -> str:
    """Value, counts, window and evidence of a finding, without what the line says already."""
    parts = [
        _value(finding, line, wording),
        _counts(finding, line, wording, labels),
        _window(finding, line, wording),
        " ".join(finding.evidence),
    ]
    return " · ".join(part for part in parts if part and part not in line)


def _held(finding: "Finding", line: str) -> bool:
    words = finding.claim.strip(_ENDS)
    return bool(words) and words in line


def _value(finding: "Finding", line: str, wording: "Wording") -> str:
    if finding.value is None:
        return ""
    low, high = finding.interval or (None, None)
    bounded = finding.interval is not None
    figure = wording.fact(Measure(value=finding.value, low=low, high=high, bounded=bounded))
    return "" if figure in line else f"{figure} {finding.unit or ''}".strip()


def _counts(finding: "Finding", line: str, wording: "Wording", labels: "Labels") -> str:
    if finding.numerator is None or finding.denominator is None:
        return ""
    part, whole = (
        wording.fact(Count(value=count)) for count in (finding.numerator, finding.denominator)
    )
    return "" if part in line and whole in line else f"{part} {labels.of} {whole}"


def _window(finding: "Finding", line: str, wording: "Wording") -> str:
    if finding.window is None:
        return ""
    first, last = (wording.fact(Day(value=day)) for day in finding.window)
    return "" if first in line and last in line else f"{first} – {last}"
