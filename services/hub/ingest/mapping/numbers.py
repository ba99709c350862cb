"""Numbers written as text: separators, strictness, and the DOUBLE that they become."""

import re
from typing import NamedTuple

from services.hub.ingest.mapping.quoting import literal

WHOLE = r"\s*[+-]?\d+(\.0*)?\s*"
"""Texts that an integer column takes; DuckDB alone would also read 1e9, 0x1F, 1_000 and 1.5."""
_SPACES = "\u00a0\u202f\u2009"
"""Spaces that group digits in exports beside the plain one."""


class NumberFormat(NamedTuple):
    """How numbers are written in a column."""

    decimal: str = "."
    """Decimal separator."""
    thousands: str | None = None
    """Grouping separator, which must then stand at groups of three (or two, as in India)."""

    @property
    def is_plain(self) -> bool:
        """True if DuckDB reads the numbers as they stand."""
        return self == NumberFormat()

    def plain_text(self, text: str) -> str:
        """SQL of the number with a decimal point and no grouping; NULL if it is written otherwise.

        Args:
            text: SQL of the number as text.
        """
        if self.is_plain:
            return text
        if self.thousands == " ":
            text = f"translate({text}, '{_SPACES}', '{' ' * len(_SPACES)}')"
        point = re.escape(self.decimal)
        whole = r"\d*"
        bare = text
        if self.thousands is not None:
            group = re.escape(self.thousands)
            whole = rf"(\d{{1,3}}({group}\d{{2,3}})*{group}\d{{3}}|\d*)"
            bare = f"replace({text}, {literal(self.thousands)}, '')"
        pattern = literal(rf"[+-]?{whole}({point}\d*)?([eE][+-]?\d+)?")
        digits = f"replace({bare}, {literal(self.decimal)}, '.')"
        return f"CASE WHEN regexp_full_match({text}, {pattern}) THEN {digits} END"

    def double(self, text: str) -> str:
        """SQL of the number as DOUBLE, NULL if it is none."""
        return f"TRY_CAST({self.plain_text(text)} AS DOUBLE)"


PLAIN_NUMBERS = NumberFormat()
"""Decimal point, no grouping."""
