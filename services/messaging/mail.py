"""A message as a mail: its headers cannot be broken out of, and a repeat bears the same id."""

import hashlib
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from domain.records.message import Message
from services.messaging.target import DeliveryFailed

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")


def mail_of(message: Message, sender: str, to: tuple[str, ...], at: datetime) -> EmailMessage:
    """The mail for a message.

    Args:
        message: what to send.
        sender: address that it comes from.
        to: addresses that it goes to, at least one.
        at: the moment of sending (aware).

    Raises:
        DeliveryFailed: there is no address, one is malformed, or the subject has a line break.
    """
    if not to:
        raise DeliveryFailed(f"{message.target}: nobody to send to", retryable=False)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender)
    mail["To"] = [_address(one) for one in to]
    mail["Subject"] = _one_line(message.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(message.key, sender)
    mail["Content-Language"] = _one_line(message.language)
    mail["Auto-Submitted"] = "auto-generated"  # keeps absence notes from answering
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    return mail


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a key; the same for every try."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"


def is_address(text: str) -> bool:
    """Whether a text is one bare mail address."""
    return _ADDRESS.fullmatch(text) is not None


def _address(text: str) -> Address:
    if not is_address(text):
        raise DeliveryFailed("an address is malformed", retryable=False)
    name, _, domain = text.rpartition("@")
    return Address(username=name, domain=domain)


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise DeliveryFailed("a header would hold a line break", retryable=False)
    return text
