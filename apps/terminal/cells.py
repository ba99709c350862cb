"""Text measured in terminal cells: a Chinese character takes two, a combining mark none."""

from rich.cells import cell_len, chop_cells, set_cell_size

CUT = "…"
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


def fold(text: str, cells: int, most: int) -> list[str]:
    """The text on lines of at most so many cells, broken between words; cut after `most` lines."""
    cells = max(cells, 1)
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if wide(joined) <= cells:
            lines[-1] = joined
            continue
        pieces = chop_cells(word, cells)
        lines[-1:] = [lines[-1], *pieces] if lines[-1] else pieces
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], fit(" ".join(lines[most - 1 :]), cells).rstrip()]


def short(value: float | None) -> str:
    """A figure with up to four digits, as everywhere on the terminal."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if 1e3 <= abs(value) < MOST_WRITTEN_OUT else f"{value:.4g}"


def spanned(low: float | None, high: float | None) -> str:
    """An interval as `[2.33, 8.35]`; an end without a bound is 0 or ∞."""
    first = "0" if low is None else short(low)
    return f"[{first}, {'∞' if high is None else short(high)}]"
