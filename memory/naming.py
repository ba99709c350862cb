"""Short names of what the ledger keeps, made from what makes it one thing."""

import hashlib
from base64 import b32encode

ID_CHARACTERS = 8


def name_of(letter: str, *parts: str) -> str:
    """`C-7Q2M4KXA`: a letter, and base32 of a hash of the parts.

    Args:
        letter: what it is: C case, A action, P proposal, V effect check, K knowledge.
        *parts: what makes it one thing; the same parts have the same name.
    """
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return f"{letter}-{b32encode(digest).decode()[:ID_CHARACTERS]}"
