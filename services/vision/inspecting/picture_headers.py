"""What a picture file says of itself, read without decoding, and whether all of it is there."""

import struct
import zlib
from typing import NamedTuple

from domain.errors import InvalidArgument

PNG = b"\x89PNG\r\n\x1a\n"
_OTHERS = (
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"RIFF", "WebP or another RIFF file"),
    (b"%PDF", "PDF"),
    (b"PK\3\4", "zip"),
)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that state the size."""
_END = 0xD9
_WITHOUT_LENGTH = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})


class Header(NamedTuple):
    """Format and size."""

    format: str
    """`png`, `jpeg` or `bmp`."""
    width: int
    """Columns (px)."""
    height: int
    """Rows (px)."""


def read_header(data: bytes) -> Header:
    """Format and size of a whole file.

    Raises:
        InvalidArgument: Another format, or a file that ends early or is damaged.
    """
    try:
        if data.startswith(PNG):
            return _png(data)
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"BM"):
            return _bmp(data)
    except (struct.error, IndexError) as error:
        raise _ends_early() from error
    raise InvalidArgument(
        f"not a picture that can be inspected: {_what(data)}",
        next_step="send PNG, JPEG or BMP, whatever the file is named",
    )


def _png(data: bytes) -> Header:
    """Walk the chunks; each has a checksum, and the last is IEND."""
    width, height = struct.unpack_from(">II", data, 16)
    place, name = len(PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, place)
        (checksum,) = struct.unpack_from(">I", data, place + 8 + length)
        if zlib.crc32(memoryview(data)[place + 4 : place + 8 + length]) != checksum:
            raise InvalidArgument(
                f"the PNG file is damaged: checksum of its part {name.decode('latin-1')!r}",
                next_step="fetch the picture again",
            )
        if name == b"acTL":
            raise InvalidArgument("an animated PNG", next_step="send one picture")
        place += 12 + length
    return Header("png", width, height)


def _jpeg(data: bytes) -> Header:
    """Walk the segments up to the end-of-image marker, through every scan."""
    size, place, marker = None, 2, 0
    while marker != _END:
        place = data.find(b"\xff", place) + 1
        if not place:
            raise _ends_early()
        marker = data[place]
        if marker in _WITHOUT_LENGTH or marker in (0xFF, _END):
            place += marker != 0xFF
            continue
        if marker in _FRAMES:
            if size is not None:
                raise InvalidArgument(
                    "the JPEG file states its size twice", next_step="save it as PNG"
                )
            height, width = struct.unpack_from(">HH", data, place + 4)
            size = Header("jpeg", width, height)
        place += 1 + struct.unpack_from(">H", data, place + 1)[0]
    if size is None or not size.height:
        raise InvalidArgument("the JPEG file does not state its size", next_step="save it as PNG")
    return size


def _bmp(data: bytes) -> Header:
    (length,) = struct.unpack_from("<I", data, 2)
    width, height = struct.unpack_from("<ii", data, 18)
    if len(data) < length:
        raise _ends_early()
    return Header("bmp", abs(width), abs(height))


def _ends_early() -> InvalidArgument:
    return InvalidArgument(
        "the picture file ends early",
        holds="nothing was inspected: the missing part might hold the defect",
        next_step="fetch the picture again",
    )


def _what(data: bytes) -> str:
    if not data:
        return "an empty file"
    for start, name in _OTHERS:
        if data.startswith(start):
            return name
    head = data[:64]
    return "text" if head.isascii() and b"\0" not in head else "an unknown format"
