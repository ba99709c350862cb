"""Text measured in terminal cells: a Chinese character takes two, a combining mark none."""

import re

from rich.cells import cell_len, chop_cells, set_cell_size

CUT = "…"
_HELD = "\ue000"  # one cell wide, and in no text
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_TOGETHER = re.compile(r"\[\S+ \S+[\])]|\bp [<=] \S+")
_UNSPACED = "\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60"
_CLOSING = "、。，．：；！？）］｝」』】》〉ー"
_PIECE = re.compile(rf" ?[{_UNSPACED}][{_CLOSING}]*| ?[^ {_UNSPACED}]+| ")
MOST_WRITTEN_OUT = 1e12


def wide(text: str) -> int:
    """Cells that a text takes."""
    return cell_len(text)


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """The text in exactly so many cells: padded, or cut with an ellipsis."""
    missing = cells - wide(text)
    if missing < 0:
        return set_cell_size(text, max(cells - 1, 0)) + CUT[:cells]
    return " " * missing + text if right else text + " " * missing


def cut(text: str, cells: int) -> str:
    """The text, cut with an ellipsis if it takes more cells."""
    return text if wide(text) <= cells else fit(text, cells)


def fold(text: str, cells: int, most: int) -> list[str]:
    """The text on lines of at most so many cells; cut after `most` lines.

    Lines break between words, never within an interval, and anywhere between Chinese or Japanese
    characters but not before their closing marks.
    """
    cells = max(cells, 2)
    lines = [""]
    for piece in _pieces(text):
        word = piece.lstrip(" ") if not lines[-1] else piece
        if wide(lines[-1]) + wide(word) <= cells:
            lines[-1] += word
            continue
        chopped = chop_cells(piece.lstrip(" "), cells)
        lines = [*lines, *chopped] if lines[-1] else chopped
    lines = [line.replace(_HELD, " ") for line in lines]
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(lines[most - 1] + CUT, cells)]


def _pieces(text: str) -> list[str]:
    """Words with the space before them, the characters of scripts without spaces one by one."""
    held = _TOGETHER.sub(lambda found: found[0].replace(" ", _HELD), " ".join(_SPACES.split(text)))
    return _PIECE.findall(held.strip(" "))


def short(value: float | None) -> str:
    """A figure with up to four digits, as everywhere on the terminal."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if 1e3 <= abs(value) < MOST_WRITTEN_OUT else f"{value:.4g}"


def spanned(low: float | None, high: float | None) -> str:
    """An interval as `[2.33, 8.35]`; an end without a bound is 0 or ∞."""
    first = "0" if low is None else short(low)
    return f"[{first}, {'∞' if high is None else short(high)}]"
