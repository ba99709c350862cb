"""A picture from bytes that nobody vouches for: refused before it is decoded, or read with a word.

A decoder is asked last. The header says how large the picture would become, and the segments say
whether all of it is there: some decoders fill up a JPEG that stops half-way without a word.
"""

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from domain.errors import InvalidArgument
from services.vision.inspecting.picture_headers import Header, read_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MOST_BYTES = 64 * 2**20
MOST_PIXELS = 50_000_000
_ROWS = 64
LEAST_SIDE = 16
"""Smallest side (px) in which anything can be compared."""


class Picture(NamedTuple):
    """A decoded picture."""

    grey: "Pixels"
    """Brightness, height × width (0 to 255)."""
    format: str
    """`png`, `jpeg` or `bmp`."""
    sha256: str
    """Digest of the bytes (hex)."""
    said: tuple[str, ...]
    """What was changed in reading."""


def read_picture(data: bytes, *, sha256: str | None = None, bits: int = 16) -> Picture:
    """The picture in these bytes, as brightness.

    Args:
        data: A whole PNG, JPEG or BMP file.
        sha256: The digest (hex) that was announced, if one was.
        bits: Bits that the camera fills in 16-bit samples (9 to 16).

    Raises:
        InvalidArgument: Other bytes than announced, another format, damaged, too large or small.
    """
    digest = _checked_digest(data, sha256)
    header = read_header(data)
    _check_size(header)
    pixels = _decode(data, header)
    said = []
    if pixels.dtype.itemsize == 2:
        pixels = _to_8_bits(pixels, bits)
        said.append(f"16-bit samples of range 0 to {2**bits - 1} scaled to 0 to 255")
    grey, words = _to_grey(pixels)
    return Picture(grey, header.format, digest, (*said, *words))


def _checked_digest(data: bytes, announced: str | None) -> str:
    if len(data) > MOST_BYTES:
        raise InvalidArgument(
            f"a picture of {len(data) / 2**20:.0f} MiB; the limit is {MOST_BYTES // 2**20} MiB",
            holds="nothing was decoded",
            next_step="send the part of the picture that is to be inspected",
        )
    digest = hashlib.sha256(data).hexdigest()
    if announced is not None and digest != announced.lower():
        raise InvalidArgument(
            f"not the announced picture: sha256 {digest[:12]}…, announced {announced[:12]}…",
            holds="nothing was decoded",
            next_step="fetch the picture again, or correct its sha256",
        )
    return digest


def _check_size(header: Header) -> None:
    size = f"{header.width:,} × {header.height:,} px"
    if header.width * header.height > MOST_PIXELS:
        raise InvalidArgument(
            f"a picture of {size}; the limit is {MOST_PIXELS // 10**6} megapixels",
            holds="nothing was decoded",
            next_step="send the part of the picture that is to be inspected",
        )
    if min(header.width, header.height) < LEAST_SIDE:
        raise InvalidArgument(
            f"a picture of {size} is too small to inspect; at least {LEAST_SIDE} px a side",
            next_step="send the camera's full picture, not a thumbnail",
        )


def _decode(data: bytes, header: Header) -> "NDArray[Any]":
    import cv2
    import numpy as np

    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        found = None
    if found is None or found.shape[:2] != (header.height, header.width):
        raise InvalidArgument(
            f"the {header.format} file cannot be decoded", next_step="save it again as PNG"
        )
    if found.dtype not in (np.uint8, np.uint16):
        raise InvalidArgument(
            f"samples of type {found.dtype}", next_step="save it with 8 or 16 bits a sample"
        )
    return found


def _to_8_bits(samples: "NDArray[Any]", bits: int) -> "Pixels":
    import numpy as np

    if not 9 <= bits <= 16:
        raise InvalidArgument(f"{bits} bits in 16-bit samples", next_step="state 9 to 16 bits")
    full = 2**bits - 1
    largest = int(samples.max())
    if largest > full:
        raise InvalidArgument(
            f"a sample of {largest} is outside the stated range 0 to {full} ({bits} bits)",
            next_step="state how many bits the camera fills",
        )
    eight = np.empty(samples.shape, np.uint8)
    for top in range(0, len(samples), _ROWS):  # the fractions of a whole picture take gigabytes
        rows = slice(top, top + _ROWS)
        eight[rows] = np.rint(samples[rows] * (255 / full))
    return eight


def _to_grey(samples: "Pixels") -> tuple["Pixels", tuple[str, ...]]:
    import cv2
    import numpy as np

    channels = samples.shape[2] if samples.ndim == 3 else 1
    said = ("transparency dropped",) if channels in (2, 4) else ()
    if channels < 3:
        grey = samples.reshape(*samples.shape[:2], channels)[:, :, 0]
        return np.ascontiguousarray(grey), said
    grey = np.asarray(cv2.cvtColor(samples[:, :, :3], cv2.COLOR_BGR2GRAY), np.uint8)
    return grey, (*said, "colour read as brightness")
