"""The key ring file: secrets that live outside the hub, so that a copied hub tells nobody anything.

`keys.json` holds one or more key versions; the current one writes, all of them read. Losing the
file loses the sealed words for good, so it is created once, synced to disk, and never overwritten
except by `rotate_keys`, which only adds a version.
"""

import base64
import binascii
import json
import os
import secrets
import stat
from pathlib import Path
from typing import NamedTuple

from domain.errors import BadArgument

KEY_FILE = "keys.json"
KEY_BYTES = 32


class KeyRing(NamedTuple):
    """Key versions by name, and the one that writes."""

    current: str
    """Version that new tokens and sealed texts use, for example `k1`."""
    keys: dict[str, bytes]
    """Master keys of 32 bytes by version."""


def open_keys(folder: Path) -> KeyRing:
    """Read the key ring of `folder`, or create it with one fresh key (folder 0700, file 0600).

    Raises:
        BadArgument: the folder cannot be made or read, the file is open to other accounts, or its
            content is not a key ring.
    """
    path = folder / KEY_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _write(path, KeyRing("k1", {"k1": secrets.token_bytes(KEY_BYTES)}), replace=False)
        _refuse_open_access(path)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, f"the key file cannot be used: {error}") from error
    return _parsed(path, text)


def rotate_keys(folder: Path) -> KeyRing:
    """Add a fresh key to the ring of `folder` and make it current; the old ones still read.

    Raises:
        BadArgument: as `open_keys`.
    """
    ring = open_keys(folder)
    version = f"k{1 + max(int(name[1:]) for name in ring.keys)}"
    grown = KeyRing(version, {**ring.keys, version: secrets.token_bytes(KEY_BYTES)})
    try:
        _write(folder / KEY_FILE, grown, replace=True)
    except OSError as error:
        raise _unusable(folder / KEY_FILE, f"the new key cannot be written: {error}") from error
    return grown


def _write(path: Path, ring: KeyRing, *, replace: bool) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    body = {
        "schema": "andon.keys/1",
        "current": ring.current,
        "keys": {name: base64.b64encode(key).decode() for name, key in ring.keys.items()},
    }
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(body, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            draft.replace(path)
        else:
            _link_once(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _link_once(draft: Path, path: Path) -> None:
    # A hard link fails if the name is taken: of two processes that start together, one ring wins.
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return


def _refuse_open_access(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise BadArgument(
            f"the key file {path} can be read by other accounts",
            holds="nothing was sealed or unsealed",
            next_step=f"run `chmod 600 {path}`; if others may have read it, rotate the keys",
            where=(path, None),
        )
    if stat.S_IMODE(path.parent.stat().st_mode) & 0o022:
        raise BadArgument(
            f"other accounts can replace files in the key folder {path.parent}",
            holds="nothing was sealed or unsealed",
            next_step=f"run `chmod 700 {path.parent}`",
            where=(path.parent, None),
        )


def _parsed(path: Path, text: str) -> KeyRing:
    try:
        body = json.loads(text)
        keys = {
            str(name): base64.b64decode(value, validate=True)
            for name, value in body["keys"].items()
        }
        ring = KeyRing(str(body["current"]), keys)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise _unusable(path, f"the key file {path} is damaged") from error
    versions_fit = all(name[:1] == "k" and name[1:].isdecimal() for name in keys)
    if ring.current not in keys or not versions_fit or {len(key) for key in keys.values()} != {32}:
        raise _unusable(path, f"the key file {path} lacks a whole current key")
    return ring


def _unusable(path: Path, message: str) -> BadArgument:
    return BadArgument(
        message,
        holds="the hub and its de-identified text are as they were",
        next_step="restore the key file from its backup; without it, sealed words stay unreadable",
        where=(path, None),
    )
