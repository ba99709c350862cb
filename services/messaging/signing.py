"""The signature by which the receiver of a webhook knows who sent it, and that it is fresh.

Scheme: HMAC-SHA256 over `v1:{timestamp}:{body}`, as chat services sign what they send. A receiver
should refuse a timestamp more than five minutes off, and compare in constant time.
"""

import hashlib
import hmac

VERSION = "v1"
TIMESTAMP_HEADER = "X-Andon-Timestamp"
SIGNATURE_HEADER = "X-Andon-Signature"


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the signature (hex) of a body sent at a Unix time (s)."""
    signed = f"{VERSION}:{timestamp}:".encode() + body
    return f"{VERSION}={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
