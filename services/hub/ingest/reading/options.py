"""How a mapping says that a file is to be read; whatever it leaves out is detected."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.contract import Contract

FileFormat = Literal["csv", "jsonl", "parquet", "excel", "whitespace"]
"""Shapes of file that can be taken in."""


class ReadOptions(Contract):
    """The `read:` part of a mapping."""

    format: FileFormat | None = None
    """Shape of the file; by default told by its name and first bytes."""
    encoding: str | None = None
    """Character encoding, for example `utf-8`, `gb18030`, `cp1252`; by default detected."""
    delimiter: Annotated[str, Field(pattern=r"^[\t\x1c-\x1f!#-~]$")] | None = None
    """The single ASCII character between two fields, no blank; by default detected."""
    quote: Annotated[str, Field(pattern=r"^[!-~]?$")] | None = None
    """The ASCII character around a field; `""` means that nothing is quoted. Default: `"`."""
    header: bool | None = None
    """Whether the first record holds the column names. Default: yes, unless `columns` are given."""
    columns: tuple[str, ...] = ()
    """Names of the columns, in file order: for files without a header, or in place of it."""
    sheet: str | None = None
    """Sheet of a workbook; may be left out when there is one only."""
    skip_lines: Annotated[int, Field(ge=0)] = 0
    """Physical lines (sheet rows) above the header that are not part of the table."""
    null_values: tuple[str, ...] = ()
    """Texts that stand for "not recorded", compared after trimming; empty text always does."""

    @model_validator(mode="after")
    def _signs_differ(self) -> Self:
        if self.delimiter is not None and self.delimiter == self.quote_char:
            raise ValueError("`delimiter` and `quote` are the same character")
        return self

    @property
    def quote_char(self) -> str:
        """The quote character in force, or `""`."""
        return '"' if self.quote is None else self.quote

    @property
    def has_header(self) -> bool:
        """Whether the first record is to be taken as column names."""
        return not self.columns if self.header is None else self.header
