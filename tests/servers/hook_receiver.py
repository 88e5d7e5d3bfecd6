"""A receiver of hooks on loopback that answers as its script says, and keeps what it was sent."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from patience import PATIENCE_S


@dataclass(frozen=True)
class Answer:
    """An answer: status, header fields, body. `hangs_up` closes the connection instead; `waits` holds it open."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hangs_up: bool = False
    waits: bool = False


@dataclass(frozen=True)
class Request:
    """A request, and the port of the client's end of its connection."""

    path: str
    headers: dict[str, str]
    body: bytes
    client_port: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """A receiver that keeps its requests in order. `script` gives the answer to each; the last one is repeated."""

    script: list[Answer] = field(default_factory=lambda: [Answer()])
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def events(self) -> list[str]:
        return [request.json["event"] for request in self.requests]

    def wait_for(self, enough: Callable[[list[Request]], bool]) -> None:
        """Wait until `enough` returns true for the requests so far."""
        with self.came:
            assert self.came.wait_for(lambda: enough(self.requests), PATIENCE_S), self.requests

    def take(self, request: Request) -> Answer:
        with self.came:
            self.requests.append(request)
            answer = self.script[min(len(self.requests), len(self.script)) - 1]
            self.came.notify_all()
        return answer


@contextmanager
def receiving(receiver: Receiver, tls: ssl.SSLContext | None = None, port: int = 0) -> Iterator[Receiver]:
    """Run the receiver while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = receiver.take(Request(self.path, headers, body, self.client_address[1]))
            self.close_connection = True
            if answer.waits:
                receiver.released.wait(PATIENCE_S)
            if answer.hangs_up:
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "content-length" not in {name.lower() for name in answer.headers}:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            try:
                self.wfile.write(answer.body)
            except OSError:
                return  # the client read as much as it wanted

        def log_message(self, format: str, *args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            return  # a client that refuses a certificate ends the handshake

    server = Server(("127.0.0.1", port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "https" if tls else "http"
    receiver.url = f"{scheme}://127.0.0.1:{server.server_port}/incidents"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        thread.join(PATIENCE_S)
        server.server_close()
