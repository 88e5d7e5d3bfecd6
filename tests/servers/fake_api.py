"""An HTTP API on loopback that keeps every request, and answers as a function says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from patience import PATIENCE_S


@dataclass(frozen=True)
class Call:
    """A request: its method, its path with the query, the header field with the token, and its JSON."""

    method: str
    path: str
    token: str | None
    json: Any


@dataclass
class FakeApi:
    """An API that keeps its calls in order. `answer` returns the status and the JSON of each answer."""

    answer: Callable[[Call], tuple[int, Any]] = lambda call: (200, {})
    calls: list[Call] = field(default_factory=list)
    url: str = ""

    def of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]


@contextmanager
def serving(api: FakeApi) -> Iterator[FakeApi]:
    """Run the API while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            token = self.headers.get("authorization") or self.headers.get("private-token")
            call = Call(self.command, self.path, token, json.loads(raw) if raw else None)
            api.calls.append(call)
            status, answer = api.answer(call)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_PATCH = _any

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join(PATIENCE_S)
        server.server_close()
