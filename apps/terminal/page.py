"""The page that an answer is printed on: its width, its words, and how a line is set."""

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from apps.render import OUT, clean
from apps.terminal.cells import cut, fold
from apps.terminal.labels import RIGHT_TO_LEFT, Labels, labels_for

if TYPE_CHECKING:
    from agents.wording.wording import Wording
    from domain.records.answer import Answer

LEAST_WIDE, WIDEST = 40, 110
COLOURS = {r"^✓": "green", r"^✗": "red", r"^\?": "yellow", r"\[E-[A-Z2-7]{10}\]": "dim"}


class Page(NamedTuple):
    """What every part of the screen needs."""

    answer: "Answer"
    """The answer."""
    labels: Labels
    """Words around it."""
    wording: "Wording"
    """Terms and formats in its language."""
    width: int
    """Cells of a line."""

    @property
    def turned(self) -> bool:
        """Whether the language is written from right to left."""
        return self.answer.language.split("-")[0] in RIGHT_TO_LEFT


def page_of(answer: "Answer") -> Page:
    """A page for an answer, as wide as the terminal within reason."""
    from agents.wording.wording import wording_for

    width = max(min(OUT.width, WIDEST), LEAST_WIDE)
    return Page(answer, labels_for(answer.language), wording_for(answer.language), width)


def prose(text: str, page: Page, style: str = "") -> None:
    """Words, folded to the page."""
    for piece in fold(text, page.width, most=99):
        row(piece, style)


def more(count: int, page: Page) -> None:
    """How many lines are left out, if any are."""
    if count > 0:
        row(f"  … {count:,} {page.labels.more}", "dim")


def heading(text: str, page: Page) -> None:
    """A heading, with air above it."""
    OUT.print()
    prose(text, page, "bold")


def plain(line: str, page: Page) -> None:
    """A line as it is, cut at the edge of the page."""
    row(cut(line, page.width))


def row(text: str, style: str = "") -> None:
    """A line with its marks and citations set off; colour adds nothing that the words lack."""
    shown = Text(clean(text), style=style)
    for pattern, colour in COLOURS.items():
        shown.highlight_regex(pattern, colour)
    OUT.print(shown, soft_wrap=True)
