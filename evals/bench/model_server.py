"""An honest language model as a server on loopback.

It answers at once unless it is told to pause, so that what is left of a run's time is the program's
own. It says every slot
that must be said and nothing else, changes no plan and asks for no further look. It counts no
tokens, so they are estimated as for any server that does not.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from evals.grounding.adversary import Adversary
from services.model.message import Json

MODEL = "honest"


@contextmanager
def honest_server(pause: float = 0.0) -> Iterator[str]:
    """Serve until the block ends, each request after a pause (s); gives the address up to `/v1`."""
    handler = type("Handler", (_Handler,), {"pause": pause})
    server = _Server(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _completion(body: Json) -> Json:
    said = Adversary("honest", "en", seed=0).reply(body).text
    message = {"role": "assistant", "content": said}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    shape = {"id": "c", "object": "chat.completion", "created": 0, "model": MODEL}
    return {**shape, "choices": [choice]}


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # many may come at once


class _Handler(BaseHTTPRequestHandler):
    pause: float
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # it would hold each answer back for 40 ms

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.pause)
        data = json.dumps(_completion(body), ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
