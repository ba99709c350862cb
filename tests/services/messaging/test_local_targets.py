"""Messages that stay: a file for each key, once; a text for whoever watches."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.records.message import Message
from services.messaging.console import ConsoleTarget
from services.messaging.folder import FolderTarget, file_name
from services.messaging.target import DeliveryFailed

MESSAGE = Message(
    key="page:F-1009", kind="page", target="kept", to=(), subject="安全报告", text="请立即阅读",
    language="zh",
)  # fmt: skip


def test_a_message_is_kept_whole_and_readable(tmp_path: Path) -> None:
    receipt = FolderTarget("kept", tmp_path / "sent").send(MESSAGE)
    text = Path(receipt.reference).read_text(encoding="utf-8")
    assert Message.model_validate(json.loads(text)) == MESSAGE
    assert "安全报告" in text
    assert not receipt.repeated


def test_the_same_key_again_makes_no_second_file_and_keeps_the_first(tmp_path: Path) -> None:
    target = FolderTarget("kept", tmp_path)
    first = target.send(MESSAGE)
    second = target.send(MESSAGE.model_copy(update={"text": "something else"}))
    assert second.repeated
    assert second.reference == first.reference
    assert [path.name for path in tmp_path.iterdir()] == [file_name(MESSAGE.key)]
    assert "something else" not in Path(first.reference).read_text(encoding="utf-8")


def test_many_at_once_with_one_key_leave_one_file(tmp_path: Path) -> None:
    target = FolderTarget("kept", tmp_path)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(target.send, [MESSAGE] * 24))
    assert sum(not receipt.repeated for receipt in receipts) == 1
    assert len(list(tmp_path.iterdir())) == 1


@given(st.lists(st.text(min_size=1, max_size=200), unique=True, max_size=8))
def test_no_two_keys_share_a_file_and_no_name_leaves_the_folder(keys: list[str]) -> None:
    names = [file_name(key) for key in keys]
    assert len({name.lower() for name in names}) == len(keys)
    assert all(Path(name).name == name and len(name) < 100 for name in names)


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    in_the_way = tmp_path / "sent"
    in_the_way.write_text("a file")
    with pytest.raises(DeliveryFailed, match="sent") as caught:
        FolderTarget("kept", in_the_way).send(MESSAGE)
    assert caught.value.retryable


def test_the_console_shows_receiver_subject_and_text_and_cannot_be_steered() -> None:
    shown: list[str] = []
    message = MESSAGE.model_copy(update={"text": "a\x1b[2Jb\x07\n", "to": ("a@b.example",)})
    ConsoleTarget("watched", shown.append).send(message)
    assert shown == ["[page] 安全报告\n-> a@b.example\n\na[2Jb\n\n"]


def test_a_file_that_another_process_was_quicker_to_write_stays(
    tmp_path: Path, monkeypatch
) -> None:
    quicker = tmp_path / file_name(MESSAGE.key)

    def between(_: int) -> None:
        quicker.write_text("the first")

    monkeypatch.setattr("services.messaging.folder.os.fsync", between)
    assert FolderTarget("kept", tmp_path).send(MESSAGE).repeated
    assert quicker.read_text() == "the first"
    assert list(tmp_path.iterdir()) == [quicker]
