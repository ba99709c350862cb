"""Reading a picture that nobody vouches for: refused with a reason, or read with a word."""

import hashlib
import struct
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest

from domain.errors import InvalidArgument
from services.vision.inspecting import pictures
from services.vision.inspecting.pictures import read_picture

RNG = np.random.default_rng(1)
GREY = cv2.GaussianBlur(RNG.integers(0, 256, (60, 80), dtype=np.uint8), (5, 5), 0)
COLOUR = np.dstack([GREY, GREY // 2, 255 - GREY])


def encoded(pixels, ending=".png", *options):
    return cv2.imencode(ending, pixels, list(options))[1].tobytes()


def png_header(width, height):
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    end = b"IEND"
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0) + end + struct.pack(">I", zlib.crc32(end))
    )  # fmt: skip


@pytest.mark.parametrize("ending", [".png", ".bmp"])
def test_a_grey_picture_is_read_pixel_for_pixel(ending) -> None:
    found = read_picture(encoded(GREY, ending))
    assert np.array_equal(found.grey, GREY)
    assert found.format == ending[1:]
    assert found.said == ()


@pytest.mark.parametrize("progressive", [0, 1])
def test_a_whole_jpeg_is_read_in_either_order_of_its_scans(progressive) -> None:
    data = encoded(COLOUR, ".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, progressive)
    found = read_picture(data)
    assert found.grey.shape == GREY.shape
    assert found.said == ("colour read as brightness",)


@pytest.mark.parametrize("progressive", [0, 1])
@pytest.mark.parametrize("left", [3, 100, 0.5, -2, -1])
def test_a_jpeg_that_stops_half_way_is_refused_wherever_it_stops(progressive, left) -> None:
    data = encoded(GREY, ".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, progressive)
    end = int(len(data) * left) if isinstance(left, float) else left
    with pytest.raises(InvalidArgument, match="ends early"):
        read_picture(data[:end])


@pytest.mark.parametrize("ending", [".png", ".bmp"])
def test_other_files_that_stop_half_way_are_refused(ending) -> None:
    data = encoded(GREY, ending)
    for end in (20, len(data) // 2, len(data) - 1):
        with pytest.raises(InvalidArgument, match="ends early"):
            read_picture(data[:end])


def test_a_changed_byte_in_a_png_is_noticed() -> None:
    data = bytearray(encoded(GREY))
    data[len(data) // 2] ^= 1
    with pytest.raises(InvalidArgument, match="damaged"):
        read_picture(bytes(data))


def test_a_picture_of_one_pixel_is_too_small_and_the_least_is_said() -> None:
    with pytest.raises(InvalidArgument, match="at least 16 px a side"):
        read_picture(encoded(GREY[:1, :1]))


def test_twenty_thousand_squared_is_refused_before_decoding(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "_decode", lambda *_: pytest.fail("was decoded"))
    with pytest.raises(InvalidArgument, match="20,000 × 20,000 px; the limit is 50 megapixels"):
        read_picture(png_header(20_000, 20_000))


def test_a_file_beyond_the_limit_of_bytes_is_not_even_hashed(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    with pytest.raises(InvalidArgument, match="limit"):
        read_picture(encoded(GREY), sha256="0" * 64)


def test_a_header_without_a_picture_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="cannot be decoded"):
        read_picture(png_header(100, 100))


def test_sixteen_bits_are_scaled_by_the_full_range_and_it_is_said() -> None:
    wide = GREY.astype(np.uint16) * 257
    found = read_picture(encoded(wide))
    assert np.array_equal(found.grey, GREY)
    assert found.said == ("16-bit samples of range 0 to 65535 scaled to 0 to 255",)


def test_twelve_bits_in_sixteen_are_scaled_by_the_stated_range() -> None:
    wide = (GREY.astype(np.uint16) << 4) | (GREY >> 4)
    assert np.array_equal(read_picture(encoded(wide), bits=12).grey, GREY)


def test_samples_outside_the_stated_range_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="outside the stated range 0 to 4095"):
        read_picture(encoded(np.full((32, 32), 5000, np.uint16)), bits=12)


@pytest.mark.parametrize("bits", [0, 8, 17])
def test_a_range_that_no_camera_fills_is_refused(bits) -> None:
    with pytest.raises(InvalidArgument, match=f"{bits} bits in 16-bit samples"):
        read_picture(encoded(GREY.astype(np.uint16)), bits=bits)


def test_transparency_is_dropped_and_it_is_said() -> None:
    rgba = np.dstack([COLOUR, RNG.integers(0, 256, GREY.shape, dtype=np.uint8)])
    found = read_picture(encoded(rgba))
    assert np.array_equal(found.grey, read_picture(encoded(COLOUR)).grey)
    assert found.said == ("transparency dropped", "colour read as brightness")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"serial,verdict\nA1,OK\n", "text"),
        (b"<html><body>Sign in</body></html>", "text"),
        (b"", "an empty file"),
        (b"GIF89a" + bytes(100), "GIF"),
        (b"II*\0" + bytes(100), "TIFF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (bytes(range(256)), "an unknown format"),
    ],
)
def test_what_is_no_picture_is_named_for_what_it_is(data, what) -> None:
    with pytest.raises(InvalidArgument, match=what) as refused:
        read_picture(data)
    assert "PNG, JPEG or BMP" in refused.value.next_step


def test_a_moving_picture_is_refused() -> None:
    data = encoded(GREY)
    chunk = b"acTL" + struct.pack(">II", 2, 0)
    moving = data[:33] + struct.pack(">I", 8) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(InvalidArgument, match="animated"):
        read_picture(moving + data[33:])


def test_other_bytes_than_announced_are_refused() -> None:
    data = encoded(GREY)
    digest = hashlib.sha256(data).hexdigest()
    assert read_picture(data, sha256=digest.upper()).sha256 == digest
    with pytest.raises(InvalidArgument, match="not the announced picture"):
        read_picture(data, sha256="0" * 64)


def test_a_jpeg_that_states_two_sizes_is_not_decoded_by_the_larger(monkeypatch) -> None:
    data = encoded(GREY, ".jpg")
    start = data.find(b"\xff\xc0")
    frame = data[start : start + 2 + struct.unpack_from(">H", data, start + 2)[0]]
    huge = frame[:5] + struct.pack(">HH", 30_000, 30_000) + frame[9:]
    monkeypatch.setattr(pictures, "_decode", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(InvalidArgument, match="twice"):
        read_picture(data.replace(frame, huge)[:-2] + frame + data[-2:])


def test_16_bits_are_scaled_without_a_copy_of_the_picture_in_fractions() -> None:
    samples = RNG.integers(0, 2**16, (1000, 800), dtype=np.uint16)
    data = encoded(samples)
    tracemalloc.start()
    found = read_picture(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(found.grey, np.rint(samples * (255 / 65535)))
    assert most < 4 * samples.nbytes
