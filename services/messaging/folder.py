"""Messages kept as files: nothing leaves, and each key is there exactly once."""

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path

from domain.records.message import Message
from services.messaging.target import DeliveryFailed, Receipt

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_OF_KEY = 60
_ENOUGH_OF_HASH = 12


class FolderTarget:
    """Writes one JSON file per key; the first one stays, whatever comes later."""

    def __init__(self, name: str, folder: Path) -> None:
        """A target that keeps files.

        Args:
            name: its name in `messaging.yaml`.
            folder: where the files go; it is made when the first one comes.
        """
        self._name = name
        self._folder = folder

    def send(self, message: Message) -> Receipt:
        """Keep a message.

        Raises:
            DeliveryFailed: the folder cannot be written; it may be tried again.
        """
        path = self._folder / file_name(message.key)
        text = json.dumps(message.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
        try:
            repeated = not _placed(path, text)
        except OSError as error:
            reason = f"{self._name}: cannot write to {self._folder}: {error.strerror}"
            raise DeliveryFailed(reason, retryable=True) from error
        return Receipt(self._name, message.key, str(path), repeated)


def file_name(key: str) -> str:
    """A file name for a key: readable, safe on every system, and no two keys share one."""
    readable = _UNSAFE.sub("-", key).strip("-.")[:_MOST_OF_KEY]
    return f"{readable}.{hashlib.sha256(key.encode()).hexdigest()[:_ENOUGH_OF_HASH]}.json"


def _placed(path: Path, text: str) -> bool:
    """Put a whole file in place at once; False if one of its name was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return False
    handle, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename, it fails where another was quicker
    except FileExistsError:
        return False
    finally:
        Path(draft).unlink()
    return True
