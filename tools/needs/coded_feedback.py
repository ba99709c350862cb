"""Feedback read from the hub and coded by rules, with one author counted as one voice."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from services.lexicon.coder import code_text
from services.lexicon.lexicon import policy
from services.lexicon.reading import CodedText
from tools.tool import ToolContext

PAGE = 10_000
"""Most rows to read at once (count)."""


class CodedPiece(NamedTuple):
    """One piece of feedback and its coding."""

    feedback_id: str
    """Its identifier."""
    received_on: date
    """Day of receipt (UTC)."""
    country: str | None
    """Country (ISO 3166-1 alpha-2)."""
    recorded_language: str | None
    """Language that came with it (BCP 47)."""
    model_id: str | None
    """Model it speaks of."""
    voice: str
    """Who speaks: the author's key, or the piece itself where the author is not known."""
    text: str
    """De-identified words: untrusted."""
    coded: CodedText
    """What the rules make of them."""


class CodedFeedback(NamedTuple):
    """All that fits."""

    pieces: tuple[CodedPiece, ...]
    """Coded pieces, newest first."""
    fitting: int
    """Pieces that fit the filters, with or without text (count)."""
    without_text: int
    """Pieces without text (count)."""


def read_and_code(
    context: ToolContext,
    most: int,
    **filters: Any,  # noqa: ANN401  bound values
) -> CodedFeedback:
    """Code the newest pieces of feedback that fit; equal words are coded once.

    Args:
        context: who asks.
        most: most pieces to read (count).
        **filters: bound values of `feedback_to_code`; `last` is needed.
    """
    rows = [row for page in _pages(context, most, filters) for row in page]
    known: dict[tuple[str, str | None], CodedText] = {}
    pieces = []
    for row in rows:
        if row["text"] is None:
            continue
        words = (row["text"], row["language"])
        coded = known.get(words) or known.setdefault(words, code_text(*words))
        pieces.append(_piece(row, coded))
    fitting, silent = (rows[0]["fitting"], rows[0]["without_text"]) if rows else (0, 0)
    return CodedFeedback(tuple(pieces), fitting, silent)


class SymptomCodes:
    """From families of symptoms to the hub's own codes."""

    def __init__(self, context: ToolContext) -> None:
        rows = context.snapshot.query("symptom_codes").dicts()
        self._critical = {row["code"]: row["safety_critical"] for row in rows}
        self._by_name = {code.upper(): code for code in self._critical}
        self._families = {
            alias.upper(): family
            for family, known in policy().symptoms.items()
            for alias in known.codes
        }

    def code_of(self, family: str) -> str:
        """The hub's code of a family; the family's usual code where the hub has none."""
        aliases = policy().symptoms[family].codes
        return next((self._by_name[a.upper()] for a in aliases if a.upper() in self._by_name),
                    aliases[0])  # fmt: skip

    def is_known(self, code: str) -> bool:
        """Whether the hub lists the code."""
        return code in self._critical

    def grave(self, least: int) -> list[str]:
        """Codes of the hub whose severity is at least so much, sorted."""
        return sorted(code for code in self._critical if (self.severity_of(code) or 0) >= least)

    def severity_of(self, code: str) -> int | None:
        """Severity by the policy table; of other codes 4 if safety-critical, else null."""
        family = self._families.get(code.upper())
        if family:
            return policy().symptoms[family].severity
        return 4 if self._critical.get(code) else None


def _pages(
    context: ToolContext, most: int, filters: dict[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Rows in pages that the asker's row limit allows."""
    size = min(PAGE, context.snapshot.scope.row_limit)
    for skipped in range(0, most, size):
        page = context.snapshot.query(
            "feedback_to_code", skipped=skipped, most=min(size, most - skipped), **filters
        ).dicts()
        yield page
        if len(page) < size:
            return


def _piece(row: dict[str, Any], coded: CodedText) -> CodedPiece:
    return CodedPiece(
        feedback_id=row["feedback_id"],
        received_on=row["received_at"].date(),
        country=row["country"],
        recorded_language=row["language"],
        model_id=row["model_id"],
        voice=row["author_key"] or row["feedback_id"],
        text=row["text"],
        coded=coded,
    )
