"""Compressed input, opened only as far as it is plausible: a few kilobytes can hold a terabyte."""

import gzip
import zipfile
import zlib
from pathlib import Path

from services.hub.ingest.reading.refusal import refuse

_CHUNK = 1 << 20
_MOST_BYTES = 2 * 1024**3
_MOST_RATIO = 200
_RATIO_MATTERS = 64 * 1024**2
_MOST_ENTRIES = 10_000
_ADVICE = "do not trust this file; ask its sender for the data as CSV"


def check_zip(path: Path, shown: str) -> None:
    """Check a zip container by its directory, then that its directory tells the truth.

    Raises:
        DataRejected: corrupt, encrypted, too large or too dense when unpacked, zips within it.
    """
    try:
        with zipfile.ZipFile(path) as container:
            entries = container.infolist()
            _check_directory(entries, path.stat().st_size, shown)
            # Reading stops at the size that the directory states; a longer entry fails its sum.
            damaged = container.testzip()
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as failure:
        message = f"a damaged workbook: {failure}"
        raise refuse(shown, message, "export it again") from failure
    except (RuntimeError, NotImplementedError) as failure:
        message = f"a workbook that cannot be unpacked: {failure}"
        raise refuse(shown, message, "save it without a password") from failure
    if damaged is not None:
        raise refuse(shown, f"a damaged workbook: {damaged!r} is not intact", "export it again")


def _check_directory(entries: list[zipfile.ZipInfo], size: int, shown: str) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES:
        raise refuse(shown, f"a container of {len(entries)} files, not a workbook", _ADVICE)
    if total > _MOST_BYTES or total > max(_RATIO_MATTERS, _MOST_RATIO * size):
        raise refuse(shown, f"{size} bytes that unpack to {total}: a zip bomb", _ADVICE)
    nested = [entry.filename for entry in entries if entry.filename.lower().endswith(".zip")]
    if nested:
        raise refuse(shown, f"a container within the container: {nested[0]!r}", _ADVICE)


def unpack_gzip(path: Path, workspace: Path, shown: str) -> Path:
    """The unpacked file, named as before without `.gz`, in `workspace`.

    Raises:
        DataRejected: corrupt, cut off, or too dense.
    """
    target = workspace / "unpacked"
    bound = max(_RATIO_MATTERS, _MOST_RATIO * path.stat().st_size)
    written = 0
    try:
        with gzip.open(path) as packed, target.open("wb") as plain:
            while chunk := packed.read(_CHUNK):
                written += len(chunk)
                if written > bound:
                    raise refuse(shown, f"unpacks to more than {bound} bytes: a bomb", _ADVICE)
                plain.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as failure:
        raise refuse(shown, f"damaged gzip data: {failure}", "send it again") from failure
    return target
