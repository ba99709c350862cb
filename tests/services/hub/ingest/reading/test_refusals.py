"""Files that cannot be taken in at all: each says why, what holds and what to do."""

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import BadArgument, DataRejected, HubUnavailable
from services.hub.ingest.reading import ReadOptions

Read = Callable[..., Any]
Opener = Callable[..., Any]


def refusal(caught: pytest.ExceptionInfo[DataRejected]) -> DataRejected:
    error = caught.value
    assert error.holds == "the hub is as it was"
    assert error.next_step
    assert error.where is not None
    return error


@pytest.mark.parametrize("content", [b"\n \n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_a_file_without_a_record_is_refused(read: Read, content: bytes) -> None:
    with pytest.raises(DataRejected, match="no record") as caught:
        read(content)
    refusal(caught)


def test_an_empty_file_is_refused(read: Read) -> None:
    with pytest.raises(DataRejected, match="the file is empty") as caught:
        read(b"")
    refusal(caught)


def test_a_column_twice_is_refused_with_both_places(read: Read) -> None:
    with pytest.raises(DataRejected, match=r"'Id' occurs twice \(columns 1 and 3\)") as caught:
        read("id,b,Id\n1,2,3\n")
    refusal(caught)


def test_a_wrong_delimiter_is_refused_with_the_right_one(read: Read) -> None:
    with pytest.raises(DataRejected, match="';' cuts the records into 3") as caught:
        read("a;b;c\n1;2;3\n4;5;6\n", delimiter=",")
    assert "delimiter" in refusal(caught).next_step


def test_a_wrong_number_of_names_is_refused(read: Read) -> None:
    with pytest.raises(DataRejected, match="2 columns, but the mapping names 3"):
        read("1,2\n3,4\n", columns=["a", "b", "c"])


def test_an_unknown_encoding_is_a_wrong_argument(read: Read) -> None:
    with pytest.raises(BadArgument, match="unknown encoding 'utf-9'"):
        read("a,b\n", encoding="utf-9")
    with pytest.raises(BadArgument, match="unknown encoding 'rot13'"):
        read("a,b\n", encoding="rot13")


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"PK\x03\x04", "a zip container"),
        (b"PAR1", "a Parquet file"),
        (b"\x1f\x8b", "gzip data"),
    ],
)
def test_a_known_binary_file_under_a_text_name_is_refused(
    read: Read, signature: bytes, message: str
) -> None:
    with pytest.raises(DataRejected, match=message) as caught:
        read(signature + bytes(range(256)))
    refusal(caught)


def test_unknown_binary_data_under_a_text_name_is_refused(read: Read) -> None:
    with pytest.raises(DataRejected, match="binary data"):
        read(bytes(n * 37 % 251 for n in range(5000)))


def test_a_line_of_two_gigabytes_is_refused_in_bounded_memory(folder: Path, open_: Opener) -> None:
    with (folder / "long.csv").open("wb") as file:
        file.write(b"a,b\n1,")
        for _ in range(20):
            file.write(b"x" * (1 << 20))
        file.truncate(2 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataRejected, match="line 2 is longer than 16 MiB") as caught:
        open_("long.csv")
    assert refusal(caught).where == ("long.csv", 2)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.dat"])
def test_a_file_that_is_one_endless_line_is_refused(folder: Path, open_: Opener, name: str) -> None:
    with (folder / name).open("wb") as file:
        file.write(b'{"a": "' + b"1 2 " * (5 << 20))
    with pytest.raises(DataRejected, match="line 1 is longer"):
        open_(name)


@pytest.mark.parametrize("name", ["../outside.csv", "link.csv", "/etc/hostname"])
def test_a_path_out_of_the_folder_is_refused(folder: Path, open_: Opener, name: str) -> None:
    (folder.parent / "outside.csv").write_text("a,b\n1,2\n")
    (folder / "link.csv").symlink_to(folder.parent / "outside.csv")
    with pytest.raises(DataRejected, match="outside the ingested folder") as caught:
        open_(name)
    refusal(caught)


def test_a_link_within_the_folder_is_followed(folder: Path, open_: Opener) -> None:
    (folder / "real.csv").write_text("a,b\n1,2\n")
    (folder / "link.csv").symlink_to(folder / "real.csv")
    assert open_("link.csv").records == 1


def test_a_folder_a_pipe_and_a_missing_file_are_refused(folder: Path, open_: Opener) -> None:
    (folder / "deep").mkdir()
    os.mkfifo(folder / "pipe.csv")
    for name, message in [
        ("deep", "this is a folder"),
        ("pipe.csv", "not a plain file"),
        ("none.csv", "No such file"),
    ]:
        with pytest.raises(DataRejected, match=message):
            open_(name)


def test_a_ring_of_links_is_refused(folder: Path, open_: Opener) -> None:
    (folder / "a.csv").symlink_to(folder / "b.csv")
    (folder / "b.csv").symlink_to(folder / "a.csv")
    with pytest.raises(DataRejected, match="cannot be read"):
        open_("a.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(folder: Path, open_: Opener) -> None:
    (folder / "x.csv").write_text("a,b\n1,2\n")
    (folder / "x.csv").chmod(0)
    with pytest.raises(DataRejected, match="Permission denied"):
        open_("x.csv")


def test_a_disk_without_room_for_the_copy_is_said_so(folder: Path, open_: Opener) -> None:
    (folder / "x.csv").write_text("a,b\r" + "1,2\r" * 100_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(HubUnavailable, match="cannot be prepared") as caught:
            open_("x.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "room for a copy" in caught.value.next_step


def test_a_file_in_which_most_records_are_no_rows_is_refused(read: Read) -> None:
    with pytest.raises(DataRejected, match="most records are no rows of 2 columns"):
        read("a;b\n" + "1;2\n" * 300 + "1;2;3\n" * 100_301)


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": "''"},
        {"delimiter": '"'},
        {"delimiter": "，"},
        {"quote": "|", "delimiter": "|"},
    ],
)
def test_signs_that_cannot_separate_are_wrong_options(options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ReadOptions.model_validate(options)


def test_a_json_record_beyond_the_limit_is_refused(folder: Path, open_: Opener) -> None:
    (folder / "x.json").write_text('[{"a": "' + "x" * (33 << 20) + '"}]')
    with pytest.raises(DataRejected, match="line 1 is longer"):
        open_("x.json")
