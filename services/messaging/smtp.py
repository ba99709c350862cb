"""Messages sent by mail.

A connection that is lost after the text went over leaves in doubt whether it was taken; the next
try bears the same Message-ID, by which mail systems know a repeat.
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, NamedTuple

from domain.records.message import Message
from services.messaging.mail import mail_of, message_id
from services.messaging.target import DeliveryFailed, Receipt

Security = Literal["tls", "starttls", "none"]
"""tls: encrypted from the start; starttls: from the greeting on, never without."""


class MailServer(NamedTuple):
    """The server that takes mails from us."""

    host: str
    """Name or address."""
    port: int
    """Port."""
    security: Security
    """How the connection is encrypted."""
    timeout_s: float
    """Longest wait for one answer (s)."""
    ca_file: Path | None = None
    """Certificates to trust in place of the system's (PEM)."""
    user: str | None = None
    """Who logs in; nobody: no log-in."""
    password: str = ""
    """The password; never in a log or an error."""


class SmtpTarget:
    """Sends each message as one mail."""

    def __init__(
        self,
        name: str,
        server: MailServer,
        *,
        sender: str,
        to: tuple[str, ...],
        now: Callable[[], datetime],
    ) -> None:
        """A target that mails.

        Args:
            name: its name in `messaging.yaml`.
            server: takes the mails.
            sender: address that mails come from.
            to: receivers of messages that name none.
            now: the clock, for the mail's date.
        """
        self._name = name
        self._server = server
        self._sender = sender
        self._to = to
        self._now = now

    def send(self, message: Message) -> Receipt:
        """Send a message.

        Raises:
            DeliveryFailed: the mail is malformed, or the server cannot be reached or refuses it.
        """
        mail = mail_of(message, self._sender, message.to or self._to, self._now())
        try:
            refused = self._sent(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(
                f"{self._name}: {_reason(error)}", retryable=_may_pass(error)
            ) from error
        reference = message_id(message.key, self._sender)
        return Receipt(self._name, message.key, reference, refused=tuple(sorted(refused)))

    def _sent(self, mail: EmailMessage) -> dict[str, tuple[int, bytes]]:
        connection = self._connected()
        try:
            if self._server.user is not None:
                connection.login(self._server.user, self._server.password)
            return connection.send_message(mail)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()  # the mail was taken or not before; this changes nothing
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_s, context=self._trust()
            )
        connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
        if server.security == "starttls":
            try:
                connection.starttls(context=self._trust())
            except (OSError, smtplib.SMTPException):
                connection.close()
                raise
        return connection

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)


def _may_pass(error: Exception) -> bool:
    """Whether the same mail may be taken later: a lost connection or an answer of 4xx."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return any(400 <= code < 500 for code, _ in error.recipients.values())
        case smtplib.SMTPResponseException():
            return 400 <= error.smtp_code < 500
        case ssl.SSLCertVerificationError() | smtplib.SMTPNotSupportedError():
            return False
    return True


def _reason(error: Exception) -> str:
    """What went wrong, without any word that the server or the mail may hold."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = sorted({code for code, _ in error.recipients.values()})
            return f"every receiver was refused ({', '.join(map(str, codes))})"
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refuses the log-in ({error.smtp_code})"
        case smtplib.SMTPResponseException():
            return f"the mail server answered {error.smtp_code}"
        case ssl.SSLCertVerificationError():
            return "the mail server's certificate is not trusted"
        case smtplib.SMTPNotSupportedError():
            return "the mail server lacks what the settings or the addresses need"
    return f"the mail server cannot be reached ({type(error).__name__})"
