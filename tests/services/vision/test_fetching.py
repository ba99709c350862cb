"""Pictures come from allowed folders and hosts, whole, and from nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import respx

from domain.errors import InvalidArgument, NotPermitted, ServiceUnavailable
from services.vision import fetching
from services.vision.fetching import Fetched, fetch
from services.vision.settings import Pictures

HOST = "images.example.com"


@pytest.fixture
def allowed(tmp_path: Path) -> Pictures:
    folder = tmp_path / "pictures"
    (folder / "line1").mkdir(parents=True)
    (folder / "line1" / "a b.png").write_bytes(b"picture")
    (tmp_path / "secret.png").write_bytes(b"secret")
    return Pictures(folders=(folder,), hosts=(HOST, "127.0.0.1:9"), most_bytes=1000)


def get(uri: str, allowed: Pictures) -> Fetched:
    return asyncio.run(fetch(uri, allowed))


@pytest.mark.parametrize("uri", ["line1/a b.png", "file:line1/a%20b.png"])
def test_a_picture_in_an_allowed_folder_is_read(uri: str, allowed: Pictures) -> None:
    assert get(uri, allowed).content == b"picture"


def test_a_whole_path_within_an_allowed_folder_is_read(allowed: Pictures) -> None:
    path = allowed.folders[0] / "line1" / "a b.png"
    assert get(str(path), allowed).content == b"picture"
    assert get(path.as_uri(), allowed).content == b"picture"


@pytest.mark.parametrize(
    "uri",
    [
        "../secret.png",
        "line1/../../secret.png",
        "file:../secret.png",
        "file:%2e%2e/secret.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "line1/\0.png",
        "file://other.example.com/a.png",
        "ftp://images.example.com/a.png",
        "data:image/png;base64,AAAA",
    ],
)
def test_a_path_that_leads_out_is_refused(uri: str, allowed: Pictures) -> None:
    with pytest.raises(NotPermitted) as told:
        get(uri, allowed)
    assert told.value.holds == "nothing was opened and nothing asked for"


def test_a_link_that_leads_out_is_refused(allowed: Pictures) -> None:
    (allowed.folders[0] / "out.png").symlink_to(allowed.folders[0].parent / "secret.png")
    with pytest.raises(NotPermitted):
        get("out.png", allowed)


def test_a_picture_that_is_not_there_is_told(allowed: Pictures) -> None:
    with pytest.raises(InvalidArgument, match=r"no picture 'line1/b\.png'"):
        get("line1/b.png", allowed)


def test_a_folder_is_no_picture(allowed: Pictures) -> None:
    with pytest.raises(InvalidArgument):
        get("line1", allowed)


def test_a_file_that_is_too_large_is_not_read_to_its_end(allowed: Pictures) -> None:
    (allowed.folders[0] / "big.png").write_bytes(bytes(1001))
    with pytest.raises(InvalidArgument, match="larger than 1,000 bytes"):
        get("big.png", allowed)


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example.com/a.png",
        "https://images.example.com.evil.example/a.png",
        "https://images.example.com:8443/a.png",
        "https://images.example.com@evil.example/a.png",
        "https://user:pw@images.example.com/a.png",
        "http://images.example.com/a.png",
        "http://169.254.169.254/latest/meta-data",
        "https://images.example.com:x/a.png",
    ],
)
def test_a_host_that_is_not_named_is_not_asked(uri: str, allowed: Pictures) -> None:
    with respx.mock(assert_all_called=False) as mocked:
        route = mocked.route().respond(content=b"x")
        with pytest.raises(NotPermitted):
            get(uri, allowed)
    assert route.call_count == 0


def test_a_picture_of_an_allowed_host_is_fetched(allowed: Pictures) -> None:
    with respx.mock:
        respx.get(f"https://{HOST}/a.png").respond(content=b"picture")
        assert get(f"https://{HOST}/a.png", allowed).content == b"picture"


def test_an_allowed_host_leads_nowhere_else(allowed: Pictures) -> None:
    with respx.mock(assert_all_called=False) as mocked:
        mocked.get(f"https://{HOST}/a.png").respond(
            302, headers={"Location": "http://169.254.169.254/"}
        )
        inner = mocked.get("http://169.254.169.254/").respond(content=b"key")
        with pytest.raises(NotPermitted, match="another address"):
            get(f"https://{HOST}/a.png", allowed)
    assert inner.call_count == 0


def test_a_host_that_sends_too_much_is_cut_off(allowed: Pictures) -> None:
    with respx.mock:
        respx.get(f"https://{HOST}/a.png").respond(content=bytes(1001))
        with pytest.raises(InvalidArgument, match="larger"):
            get(f"https://{HOST}/a.png", allowed)


@pytest.mark.parametrize("trouble", [httpx.Response(404), httpx.ConnectTimeout("slow")])
def test_a_host_that_gives_no_picture_is_told(trouble: object, allowed: Pictures) -> None:
    with respx.mock:
        respx.get(f"https://{HOST}/a.png").mock(side_effect=[trouble])
        with pytest.raises(ServiceUnavailable, match=HOST):
            get(f"https://{HOST}/a.png", allowed)


def test_an_address_in_a_message_lacks_what_follows_its_question_mark(allowed: Pictures) -> None:
    with pytest.raises(NotPermitted) as told:
        get("https://evil.example.com/a.png?signature=hush", allowed)
    assert "hush" not in told.value.message


def test_fetched_bytes_are_not_shown(allowed: Pictures) -> None:
    assert "picture'" not in repr(get("line1/a b.png", allowed))
    assert "7 bytes" in repr(get("line1/a b.png", allowed))


@pytest.mark.parametrize(
    "uri", ["https://[::1/a.png", "https://images.example.com/\n", "loop.png", "x" * 1999]
)
def test_an_address_that_no_system_takes_is_refused_and_no_defect(
    uri: str, allowed: Pictures
) -> None:
    (allowed.folders[0] / "loop.png").symlink_to("loop.png")
    with pytest.raises((NotPermitted, InvalidArgument)):
        get(uri, allowed)


def test_a_host_that_drips_is_given_up(allowed: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.01)
            yield b""

    monkeypatch.setattr(fetching, "_LONGEST_SECONDS", 0.05)
    with respx.mock:
        respx.get(f"https://{HOST}/a.png").respond(stream=Dripping(drip()))
        with pytest.raises(ServiceUnavailable, match="TimeoutError"):
            get(f"https://{HOST}/a.png", allowed)


class Dripping(httpx.AsyncByteStream):
    """A body that never ends."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces
