"""From when until when a test item holds, where it is bound to dates.

The library says these dates in words beside the item; a plan for a day has to decide by them.
"""

from typing import NamedTuple


class Span(NamedTuple):
    """First day, and first day on which it holds no more (ISO 8601; null: open)."""

    starts: str | None
    ends: str | None = None


SPANS: dict[str, Span] = {
    "N-TV-EEI-HD": Span("2023-03-01"),
    "N-TV-EEI-UHD": Span("2023-03-01"),
    "N-TV-EEI-8K": Span("2023-03-01"),
    "N-REF-EEI-2021": Span("2021-03-01", "2024-03-01"),
    "N-REF-EEI-2024": Span("2024-03-01"),
    "N-REF-EEI-WINE": Span("2024-03-01"),
    "N-REF-US-2014": Span("2014-09-15"),
    "N-REF-US-2029": Span("2029-01-31"),
    "N-REF-CN": Span("2026-06-01"),
    "N-AC-EU-SEER-S": Span("2014-01-01"),
    "N-AC-US-CAC": Span("2023-01-01"),
    "N-AC-US-RAC": Span("2026-05-26"),
    "N-AC-KR": Span("2025-11-01"),
    "N-AC-IN": Span("2026-01-01"),
    "N-AC-SG": Span("2025-04-01"),
    "N-AC-AU": Span("2020-04-01"),
    "N-AC-BR": Span("2025-12-31"),
    "N-FGAS-PORT": Span("2020-01-01"),
    "N-FGAS-SPLIT": Span("2025-01-01"),
    "N-FGAS-SPLIT-2029": Span("2029-01-01"),
    "N-FGAS-SELF-2027": Span("2027-01-01"),
    "N-FGAS-REF": Span("2026-01-01"),
    "N-AIM-AC": Span("2025-01-01"),
    "N-AIM-REF": Span("2025-01-01"),
    "N-WM-EEI": Span("2024-03-01"),
    "N-WM-EEIWD": Span("2024-03-01"),
    "N-STBY-2025": Span("2025-05-09"),
}
"""By test item; an item that is not named holds without limit of time."""
ALWAYS = Span(None)


def span_of(item_id: str) -> Span:
    """When an item holds; one without dates always does."""
    return SPANS.get(item_id, ALWAYS)
