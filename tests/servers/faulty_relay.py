"""A relay on loopback that misbehaves on request, over many connections, with TLS, STARTTLS and a login."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Self

from patience import PATIENCE_S


@dataclass
class FaultyRelay:
    """A relay whose next answers to a verb can be set with `answers`, before the usual one.

    The verb "." is the end of DATA. The answer "" means silence, and None closes the connection. `taken` holds
    recipients and bytes of the mails that were accepted and, if `keeps` is true, also of those after which the relay
    hung up. `heard` is one list of verbs for each connection.
    """

    tls: ssl.SSLContext | None = None
    from_start: bool = False
    offers: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset({"s3cret"})
    keeps: bool = False
    answers: dict[str, deque[str | None]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    heard: list[list[str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.server = _Server(("127.0.0.1", 0), _Client)
        self.server.relay, self.port = self, int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def url(self, scheme: str = "smtp", user: str = "", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{user + '@' if user else ''}{host}:{self.port}"

    def next(self, verb: str, *answers: str | None) -> Self:
        """Set the answers to the next times that `verb` arrives."""
        self.answers.setdefault(verb, deque()).extend(answers)
        return self


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    relay: FaultyRelay


class _Client(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.relay, self.verbs, self.recipients = self.server.relay, list[str](), list[str]()
        self.relay.heard.append(self.verbs)
        try:
            if self.relay.from_start:
                self._encrypt()
            self.lines = self.request.makefile("rb")
            if self._say("GREETING", "220 relay.example ESMTP"):
                while (line := self.lines.readline()) and self._obey(line.decode().strip()):
                    continue
        except OSError:
            return  # the client has gone
        finally:
            self.request.close()

    def _encrypt(self) -> None:
        assert self.relay.tls is not None
        self.request = self.relay.tls.wrap_socket(self.request, server_side=True)

    def _obey(self, line: str) -> bool:
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        self.verbs.append(verb)
        match verb:
            case "EHLO":
                said = "".join(f"\r\n250{'-' if o != self.relay.offers[-1] else ' '}{o}" for o in self.relay.offers)
                return self._say(verb, f"250{'-' if self.relay.offers else ' '}relay.example{said}")
            case "STARTTLS":
                if not self._say(verb, "220 go on"):
                    return False
                self._encrypt()
                self.lines = self.request.makefile("rb")
                return True
            case "AUTH":
                return self._log_in(rest)
            case "MAIL" | "RSET":
                self.recipients.clear()
                return self._say(verb, "250 ok")
            case "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                answer = self.relay.always.get(address, "250 ok")
                if answer.startswith("250") and not self.relay.answers.get("RCPT"):
                    self.recipients.append(address)
                return self._say(verb, answer)
            case "DATA":
                return self._take()
            case "QUIT":
                self._say(verb, "221 bye")
                return False
        return self._say(verb, "500 what?")

    def _take(self) -> bool:
        self._say("DATA", "354 go on")
        raw = b"".join(iter(self.lines.readline, b".\r\n"))
        mail = (tuple(self.recipients), raw)
        planned = bool(self.relay.answers.get("."))
        if not planned or self.relay.keeps:
            self.relay.taken.append(mail)
        return self._say(".", "250 ok")

    def _log_in(self, rest: str) -> bool:
        method, _, initial = rest.partition(" ")
        if method.upper() == "LOGIN":
            if not initial:
                self.request.sendall(b"334 VXNlcm5hbWU6\r\n")
                self.lines.readline()
            self.request.sendall(b"334 UGFzc3dvcmQ6\r\n")
            initial = self.lines.readline().decode().strip()
        if method.upper() == "XOAUTH2":
            secret = base64.b64decode(initial).decode().partition("auth=Bearer ")[2].removesuffix("\1\1")
            if secret not in self.relay.secrets:  # the reason, to which the client says nothing
                self.request.sendall(b"334 eyJzdGF0dXMiOiI0MDAifQ==\r\n")
                assert self.lines.readline() == b"\r\n"
        else:
            secret = base64.b64decode(initial).decode().rpartition("\0")[2]
        return self._say("AUTH", "235 welcome" if secret in self.relay.secrets else "535 5.7.8 not you")

    def _say(self, verb: str, usual: str) -> bool:
        planned = self.relay.answers.get(verb)
        answer = planned.popleft() if planned else usual
        if answer:
            self.request.sendall(f"{answer}\r\n".encode())
        elif answer == "":
            self.relay.released.wait(PATIENCE_S)
        return bool(answer)
