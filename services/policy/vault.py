"""Keyed tokens and sealed fields: what stands in the hub in place of a person's words and numbers.

A token lets two records be linked without saying to whom; a sealed text can be opened again by an
authorised person. Both are made from keys that lie outside the hub (`keys.py`).

Sealing is AES-256-GCM whose nonce is an HMAC of the place and the text, under a key of its own
(the synthetic-IV idea of RFC 5297). An ingest that is repeated therefore writes the same bytes,
and a nonce can only recur for the same text in the same place, where the cipher text is the same
as well: all that an onlooker learns is that one field did not change. Different texts share a
96-bit nonce by accident with a chance of about n^2 / 2^97, under 10^-11 for a thousand million.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.errors import BadArgument
from services.policy.folding import fold
from services.policy.keys import KeyRing, open_keys

NONCE_BYTES = 12
TOKEN_CHARACTERS = 8
AUTHOR_CHARACTERS = 16
PHONE_DIGITS = 9
NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
WRITTEN_AT = re.compile(r"\s*(?:[(\[{<]\s*(?:at|a|ät|arroba)\s*[)\]}>]|&#64;|\bat\b)\s*")
WRITTEN_DOT = re.compile(r"\s*(?:[(\[{<]\s*(?:dot|punkt|punto|point)\s*[)\]}>]|\bdot\b)\s*")


class _Keys(NamedTuple):
    tokens: bytes
    nonces: bytes
    fields: AESGCM


class Vault:
    """Makes tokens and seals texts with one key ring; `Vault.open` reads or creates the ring."""

    def __init__(self, ring: KeyRing) -> None:
        self.version = ring.current
        """Key version that new tokens and sealed texts use."""
        self._keys = {version: _derived(master) for version, master in ring.keys.items()}
        # Tokens stay with the first key: a rotation must not turn one customer into two.
        self._first = next(iter(self._keys.values()))

    @property
    def fingerprint(self) -> str:
        """Tells this key ring from others without telling anything of the keys."""
        return self._code("fingerprint", "andon", AUTHOR_CHARACTERS)

    @classmethod
    def open(cls, folder: Path) -> "Vault":
        """The vault whose key ring lies in `folder`; a fresh ring is made if there is none.

        Raises:
            BadArgument: the key file is unreadable, damaged, or open to other accounts.
        """
        return cls(open_keys(folder))

    def token(self, kind: str, value: str) -> str:
        """Stand-in for a personal string, for example `[MAIL:7Q2KX9F4]`.

        The same value of the same kind gives the same token, before and after a rotation, however
        it was spelled (see `normalised`). 40 bits: enough to link records, not to name a person
        for sure.
        """
        return f"[{kind.upper()}:{self._code(kind, value, TOKEN_CHARACTERS)}]"

    def author_token(self, value: str) -> str:
        """Stand-in for the author of a feedback record: 16 base32 characters (80 bits)."""
        return self._code("author", value, AUTHOR_CHARACTERS)

    def seal(self, text: str, bound_to: str) -> str:
        """Encrypt a text for one place.

        Args:
            text: what to hide.
            bound_to: the place it belongs to, such as table, column and row key; the sealed text
                opens nowhere else.

        Returns:
            Key version, a dot, and URL-safe base64 of nonce, cipher text and tag. The same
            arguments give the same bytes.
        """
        return self._sealed(self._keys[self.version], text, bound_to)

    def seal_all(self, texts: Sequence[str | None], bound_to: Sequence[str]) -> list[str | None]:
        """`seal` for a column: one place for each text; None stays None."""
        keys = self._keys[self.version]
        return [
            None if text is None else self._sealed(keys, text, place)
            for text, place in zip(texts, bound_to, strict=True)
        ]

    def unseal(self, sealed: str, bound_to: str) -> str:
        """The text that `seal` hid in this place.

        Raises:
            BadArgument: the key that sealed it is not in the ring, or key, place or bytes differ.
        """
        version, _, body = sealed.partition(".")
        keys = self._keys.get(version)
        if keys is None:
            raise _wrong_key(f"the key ring has no key {version[:12]!r}, which sealed {bound_to}")
        place = bound_to.encode()
        try:
            raw = base64.urlsafe_b64decode(body)
            return keys.fields.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place).decode(
                "utf-8", "surrogatepass"
            )
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise _wrong_key(f"{bound_to} does not open with key {version!r}") from error

    def _sealed(self, keys: _Keys, text: str, bound_to: str) -> str:
        place, plain = bound_to.encode(), text.encode("utf-8", "surrogatepass")
        mark = len(place).to_bytes(8, "big") + place + plain
        nonce = hmac.digest(keys.nonces, mark, "sha256")[:NONCE_BYTES]
        body = base64.urlsafe_b64encode(nonce + keys.fields.encrypt(nonce, plain, place))
        return f"{self.version}.{body.decode()}"

    def _code(self, kind: str, value: str, characters: int) -> str:
        message = f"{kind}\0{normalised(kind, value)}".encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._first.tokens, message, "sha256")
        return base64.b32encode(digest).decode()[:characters]


def normalised(kind: str, value: str) -> str:
    """The form of a value that its token is made from, so that spellings of one thing agree.

    Phones keep their last nine digits: country code and trunk zero come and go with the caller.
    """
    text = fold(value).text.casefold()
    if kind == "phone":
        return "".join(filter(str.isdigit, text))[-PHONE_DIGITS:]
    if kind == "mail":
        return "".join(WRITTEN_DOT.sub(".", WRITTEN_AT.sub("@", text)).split())
    if kind in ("name", "address"):
        return " ".join(NOT_ALPHANUMERIC.sub(" ", text).split())
    if kind in ("url", "ip", "author"):
        return text.strip()
    return NOT_ALPHANUMERIC.sub("", text)


def _derived(master: bytes) -> _Keys:
    def key(purpose: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=None, info=b"andon/" + purpose).derive(master)

    return _Keys(key(b"tokens"), key(b"nonces"), AESGCM(key(b"fields")))


def _wrong_key(message: str) -> BadArgument:
    return BadArgument(
        message,
        holds="the hub is as it was, and no text was shown",
        next_step="open the hub with the key file that it was filled with",
    )
