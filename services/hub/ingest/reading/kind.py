"""What shape of file this is: by what the mapping says, else by its name and first bytes."""

from pathlib import Path

from services.hub.ingest.reading.options import FileFormat, ReadOptions
from services.hub.ingest.reading.record import LINE_END
from services.hub.ingest.reading.refusal import refuse
from services.hub.ingest.reading.whitespace import is_numeric

_HEAD = 1 << 16
_SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
}
_SIGNATURES = (
    (b"PK\x03\x04", "a zip container, such as a workbook"),
    (b"PK\x05\x06", "an empty zip container"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "gzip data"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
_GZIP = b"\x1f\x8b"
_CONTROL = bytes(sign for sign in range(32) if sign not in b"\t\n\v\f\r\x1a\x1c\x1d\x1e\x1f")
_MOST_CONTROL = 0.02


def is_gzip(path: Path) -> bool:
    """True if the file is gzip data under a name that says so."""
    with path.open("rb") as file:
        return path.suffix.lower() == ".gz" and file.read(2) == _GZIP


def find_format(path: Path, name: str, options: ReadOptions) -> FileFormat:
    """The format of the file at `path`, whose own name is `name`.

    Text without a telling name is JSON lines if it begins with a brace, whitespace-separated if
    its first line is numbers between blanks, and delimited otherwise.
    """
    by_name = options.format or _SUFFIXES.get(Path(name).suffix.lower())
    if by_name is not None:
        return by_name
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b'{"'):
        return "jsonl"
    first = next((line for line in LINE_END.split(head) if line.strip()), b"")
    return "whitespace" if b"\t" not in first.strip() and is_numeric(first) else "csv"


def refuse_binary(path: Path, known_text: bool, shown: str) -> None:
    """Stop at a file that is no text.

    Args:
        path: the file.
        known_text: whether its encoding is given or marked, so that control signs are its own.
        shown: its name for people.

    Raises:
        DataRejected: it begins like a known binary format, or is full of control bytes.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            advice = "give it its proper name, or set `format` in the mapping's `read`"
            raise refuse(shown, f"this is {what}, not text", advice)
    controls = len(head) - len(head.translate(None, _CONTROL))
    if not known_text and controls > _MOST_CONTROL * len(head):
        advice = "export it as CSV; if it is text, set `encoding` in the mapping's `read`"
        raise refuse(shown, "this is binary data, not text", advice)
