"""A grey picture as PNG, without a library: the simulator must not need one.

Source: Portable Network Graphics Specification, third edition (W3C, 2025).
"""

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(pixels: "Pixels") -> bytes:
    """The file of a picture, height × width (0 to 255); equal pixels give equal bytes."""
    height, width = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    unfiltered = np.zeros((height, 1), dtype=np.uint8)
    rows = np.hstack([unfiltered, pixels]).tobytes()
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(rows, 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))
