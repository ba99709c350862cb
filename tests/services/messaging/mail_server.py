"""A mail server on loopback: takes mails over SMTP, with TLS and log-in, or refuses as told."""

import base64
import datetime
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class MailServer:
    """What it took, and what it is to say."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.receivers: list[list[str]] = []
        self.encrypted: list[bool] = []
        self.logins: list[str] = []
        self.says: dict[str, str] = {}
        self.refuses: dict[str, str] = {}
        self.hangs_up_after_data = False
        self.tls: ssl.SSLContext | None = None
        self.implicit = False
        self.port = 0


class _Handler(socketserver.StreamRequestHandler):
    double: MailServer

    def setup(self) -> None:
        if self.double.implicit:
            self.request = self.double.tls.wrap_socket(self.request, server_side=True)
        self.secure = self.double.implicit
        super().setup()

    def handle(self) -> None:
        self._say("220 loopback")
        self.to: list[str] = []
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper().decode()
            told = self.double.says.get(word)
            if word == "QUIT":
                self._say(told or "221 bye")
                return
            if told and word != "DATA":
                self._say(told)
            elif not self._answered(word, line):
                return

    def _answered(self, word: str, line: bytes) -> bool:
        if word == "EHLO":
            self._hello()
        elif word == "STARTTLS":
            self._say("220 go on")
            self.request = self.double.tls.wrap_socket(self.request, server_side=True)
            self.secure = True
            super().setup()
        elif word == "AUTH":
            self.double.logins.append(base64.b64decode(line.split()[2]).decode())
            self._say("235 welcome")
        elif word == "RCPT":
            self._receiver(line)
        elif word == "DATA":
            return self._data()
        else:
            self._say("250 fine")
        return True

    def _hello(self) -> None:
        offers = ["loopback", "AUTH PLAIN"]
        if self.double.tls and not self.secure:
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        self._say(f"250 {offers[-1]}")

    def _receiver(self, line: bytes) -> None:
        address = line.decode().split("<")[1].split(">")[0]
        refusal = self.double.refuses.get(address)
        if refusal is None:
            self.to.append(address)
        self._say(refusal or "250 fine")

    def _data(self) -> bool:
        if told := self.double.says.get("DATA"):
            self._say(told)
            return True
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        self.double.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.double.receivers.append(self.to)
        self.double.encrypted.append(self.secure)
        if self.double.hangs_up_after_data:
            return False
        self._say("250 taken")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that breaks off is what some tests are about."""


@contextmanager
def serving(double: MailServer) -> Iterator[MailServer]:
    """The server runs while the context is open."""
    handler = type("Handler", (_Handler,), {"double": double})
    with _Server(("127.0.0.1", 0), handler) as server:
        double.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield double
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for loopback: the file to trust, and what the server shows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    today = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
