"""Reading a server's greeting never takes longer than allowed, whatever the server does."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_S

from incidentmail.transport.greeting import GREETING_BYTES_MAX, greeting


class Talker(socketserver.ThreadingTCPServer):
    """A server that sends its parts, and keeps the connection open."""

    daemon_threads = True
    parts: tuple[bytes, ...] = ()
    closes = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.over = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def place(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.server_address[1])


class _Talk(socketserver.BaseRequestHandler):
    server: Talker

    def handle(self) -> None:
        for part in self.server.parts:
            self.request.sendall(part)
        if not self.server.closes:
            self.server.over.wait(PATIENCE_S)


@pytest.fixture
def talker() -> Iterator[Talker]:
    with Talker() as server:
        yield server
        server.over.set()
        server.shutdown()


def test_the_first_line_is_told(talker: Talker) -> None:
    talker.parts = (b"220-mx.exa", b"mple.com ESMTP\r\n220 welcome\r\n")
    assert greeting(talker.place, timeout_s=PATIENCE_S) == "220-mx.example.com ESMTP"


def test_what_a_terminal_would_obey_is_taken_out(talker: Talker) -> None:
    talker.parts = (b"220 \x1b[31mred\r\n",)
    assert greeting(talker.place, timeout_s=PATIENCE_S) == "220 [31mred"


def test_a_server_that_says_nothing_is_given_up(talker: Talker) -> None:
    with pytest.raises(TimeoutError):
        greeting(talker.place, timeout_s=0.05)


def test_a_server_that_never_ends_its_line_is_cut(talker: Talker) -> None:
    talker.parts = (b"x" * 100_000,)
    assert len(greeting(talker.place, timeout_s=PATIENCE_S)) <= 2 * GREETING_BYTES_MAX


def test_a_server_that_closes_says_an_empty_line(talker: Talker) -> None:
    talker.closes = True
    assert greeting(talker.place, timeout_s=PATIENCE_S) == ""


def test_a_unix_socket_is_asked_as_well(tmp_path: Path) -> None:
    path = str(tmp_path / "lmtp.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.sendall(b"220 here LMTP\r\n")
                client.recv(100)

        threading.Thread(target=answer, daemon=True).start()
        assert greeting(path, timeout_s=PATIENCE_S) == "220 here LMTP"


def test_a_path_that_is_no_socket_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        greeting(str(tmp_path / "nothing"), timeout_s=PATIENCE_S)
