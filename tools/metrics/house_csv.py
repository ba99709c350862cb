"""A house of quality as a table that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable

from domain.qfd import RoofSign
from tools.metrics.house_records import HouseMetric, HouseNeed, RoofCell

ROOF_WORDS: dict[RoofSign, str] = {
    "++": "helps much", "+": "helps", "-": "hurts", "--": "hurts much",
}  # fmt: skip
"""Signs in words: a cell that begins with a sign would be read as a formula."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def house_csv(
    needs: Iterable[HouseNeed],
    metrics: tuple[HouseMetric, ...],
    relations: tuple[tuple[int, ...], ...],
    roof: Iterable[RoofCell],
) -> str:
    """Needs by metrics with weights and strengths, their sums below, then the roof (RFC 4180)."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")

    def write(*cells: object) -> None:
        table.writerow([guarded(cell) for cell in cells])

    write("need", "weight", *(one.metric for one in metrics))
    for need, row in zip(needs, relations, strict=True):
        write(need.need, need.weight_exact, *row)
    write("unit", "", *(one.unit or "" for one in metrics))
    write("direction", "", *(one.direction for one in metrics))
    write("technical importance", "", *(one.importance_exact for one in metrics))
    write("share (%)", "", *(f"{100 * one.share:.1f}" for one in metrics))
    write("rank", "", *(one.rank for one in metrics))
    for cell in roof:
        write("roof", ROOF_WORDS[cell.sign], cell.first, cell.second)
    return text.getvalue()


def guarded(cell: object) -> object:
    """A text that a spreadsheet would run gets an apostrophe before it; others stay as they are."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell
