"""An IMAP server with a few commands (RFC 3501, 2177, 6851), on loopback, that can be told to misbehave."""

from __future__ import annotations

import base64
import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

CAPABILITIES = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 IDLE MOVE UIDPLUS"


@dataclass
class Stored:
    raw: bytes
    arrived_at: datetime
    flags: set[str] = field(default_factory=set)
    folder: str = "INBOX"
    size: int | None = None


class ScriptedImap:
    """A server with one folder, and its mails by UID. `wire` holds the clients' lines; other fields configure it."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.mails: dict[int, Stored] = {}
        self.uidvalidity, self.uid_next, self.port, self.tls = 7, 1, 0, tls
        self.capabilities, self.secrets = CAPABILITIES, {"secret"}
        self.wire: list[bytes] = []
        self.refused: set[int] = set()  # UIDs whose bodies are answered with NO
        self.withheld: set[int] = set()  # UIDs whose bodies are left out of the answer
        self.answers: dict[str, str] = {}  # a command, and what is said to it: NO, BAD, drop or silence
        self.is_read_only = False
        self.is_mute = False  # nothing that is said arrives, as on a line that went dead
        self.connections = 0  # how many there have been
        self.storm = 0  # how many times new mail is told of at the start of each wait
        self.commands: list[str] = []
        self._lock = threading.RLock()
        self._clients: set[_Client] = set()
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _Client)
        self._server.imap, self.port = self, self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """End the server with every connection. The mails stay."""
        if self._server is not None:
            self._server.shutdown()
            with self._lock:
                for client in self._clients:
                    client.hang_up()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        return f"{'imaps' if self.tls else 'imap'}://bot%40example.com@127.0.0.1:{self.port}/INBOX"

    def deliver(self, raw: bytes, *, arrived_at: datetime | None = None, size: int | None = None) -> int:
        """Add a new mail, notify waiting clients, and return its UID."""
        with self._lock:
            uid, self.uid_next = self.uid_next, self.uid_next + 1
            self.mails[uid] = Stored(raw, arrived_at or datetime.now(UTC), size=size)
            for client in self._clients:
                if client.is_idle:
                    client.say(f"* {len(self.inbox)} EXISTS")
            return uid

    def renumber(self) -> None:
        """Give all mails new UIDs, under a new UIDVALIDITY."""
        with self._lock:
            self.uidvalidity += 1
            self.mails = dict(enumerate(self.mails.values(), start=self.uid_next))
            self.uid_next += len(self.mails)

    @property
    def inbox(self) -> dict[int, Stored]:
        return {uid: mail for uid, mail in self.mails.items() if mail.folder == "INBOX"}

    @property
    def idlers(self) -> int:
        with self._lock:
            return sum(client.is_idle for client in self._clients)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False
    imap: ScriptedImap


class _Client(socketserver.StreamRequestHandler):
    server: _Server

    def setup(self) -> None:
        if self.server.imap.tls:
            self.request = self.server.imap.tls.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False
            )
        super().setup()

    def handle(self) -> None:
        self.imap, self.is_idle = self.server.imap, False
        with self.imap._lock:
            self.imap._clients.add(self)
            self.imap.connections += 1
        try:
            if isinstance(self.request, ssl.SSLSocket):
                self.request.do_handshake()
            self.say(f"* OK [CAPABILITY {self.imap.capabilities}] ready")
            while line := self._read():
                tag, _, command = line.decode().partition(" ")
                if not self._obey(tag, command):
                    return
        except OSError:
            return  # the client has gone
        finally:
            with self.imap._lock:
                self.imap._clients.discard(self)
            self.request.close()

    def _read(self) -> bytes:
        line = self.rfile.readline()
        self.imap.wire.append(line)
        return line.rstrip(b"\r\n")

    def say(self, line: str) -> None:
        if self.imap.is_mute:
            return
        self.wfile.write(f"{line}\r\n".encode())

    def hang_up(self) -> None:
        try:
            self.request.shutdown(2)
        except OSError:
            return  # it has gone already

    def _obey(self, tag: str, command: str) -> bool:
        words = command.split(" ")
        name = " ".join(words[:2]) if words[0] == "UID" else words[0]
        self.imap.commands.append(name)
        match self.imap.answers.get(name):
            case "drop":
                return False
            case "silence":
                return bool(self.rfile.read(1))
            case "NO" | "BAD" as answer:
                self.say(f"{tag} {answer} {name} is not liked here")
                return True
        with self.imap._lock:
            method = getattr(self, f"_{name.lower().replace(' ', '_')}")
            said = method(words[2:] if words[0] == "UID" else words[1:])
        if name == "IDLE":
            said = self._wait()
        self.say(f"{tag} {said or 'OK done'}")
        return name != "LOGOUT"

    def _capability(self, words: list[str]) -> None:
        self.say(f"* CAPABILITY {self.imap.capabilities}")

    def _authenticate(self, words: list[str]) -> str:
        self.say("+ ")
        secret = base64.b64decode(self._read()).decode()
        return self._judge(re.split("\0|\1auth=Bearer ", secret.rstrip("\1"))[-1])

    def _login(self, words: list[str]) -> str:
        return self._judge(words[-1].strip('"'))

    def _judge(self, secret: str) -> str:
        return "OK in" if secret in self.imap.secrets else "NO [AUTHENTICATIONFAILED] not you"

    def _logout(self, words: list[str]) -> None:
        self.say("* BYE")

    def _select(self, words: list[str]) -> None:
        self.say(f"* {len(self.imap.inbox)} EXISTS\r\n* OK [UIDVALIDITY {self.imap.uidvalidity}]")
        self.say(f"* OK [UIDNEXT {self.imap.uid_next}]")
        self.known = self.imap.uid_next

        if self.imap.is_read_only:
            self.say("* OK [READ-ONLY] look only")

    _examine = _select

    def _uid_search(self, words: list[str]) -> None:
        if words[0] == "HEADER":
            name = words[1].strip('"').encode()
            found = [str(uid) for uid, mail in self.imap.inbox.items() if b"\n" + name + b":" in mail.raw]
        else:
            first, last = map(int, words[1].split(":"))
            found = [str(uid) for uid in self.imap.inbox if first <= uid <= last]
        self.say(" ".join(["* SEARCH", *found]))

    def _uid_fetch(self, words: list[str]) -> str | None:
        inbox = self.imap.inbox
        wanted = [int(uid) for uid in words[0].split(",") if int(uid) in inbox]
        what = " ".join(words[1:])
        if "BODY" in what and self.imap.refused.intersection(wanted):
            return "NO one of them is broken"
        for number, uid in enumerate(inbox, start=1):
            if uid not in wanted or ("BODY" in what and uid in self.imap.withheld):
                continue
            mail = inbox[uid]
            if "RFC822.SIZE" in what:
                at = mail.arrived_at.strftime("%d-%b-%Y %H:%M:%S +0000")
                size = len(mail.raw) if mail.size is None else mail.size
                self.say(f'* {number} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{at}")')
                continue
            header = "[HEADER]" in what
            raw = mail.raw.partition(b"\n\n")[0] + b"\n\n" if header else mail.raw
            self.say(f"* {number} FETCH (UID {uid} BODY[{'HEADER]<0>' if header else ']'} {{{len(raw)}}}")
            self.wfile.write(raw + b")\r\n")
        return None

    def _uid_store(self, words: list[str]) -> None:
        for uid in map(int, words[0].split(",")):
            if uid in self.imap.mails:
                self.imap.mails[uid].flags |= set(re.findall(r"\\\w+", " ".join(words[2:])))

    def _list(self, words: list[str]) -> None:
        return None

    _create = _list

    def _uid_move(self, words: list[str]) -> None:
        for uid in map(int, words[0].split(",")):
            self.imap.mails[uid].folder = words[1].strip('"')

    def _uid_copy(self, words: list[str]) -> None:
        return None

    def _uid_expunge(self, words: list[str]) -> None:
        for uid in map(int, words[0].split(",")):
            if r"\Deleted" in self.imap.mails[uid].flags:
                self.imap.mails[uid].folder = "gone"

    def _idle(self, words: list[str]) -> None:
        news = self.imap.storm or int(self.imap.uid_next > self.known)  # what came since SELECT is told now
        self.say("+ idling" + f"\r\n* {len(self.imap.inbox)} EXISTS" * news)
        self.is_idle = True

    def _wait(self) -> str:
        line = self._read()
        self.is_idle = False
        return "OK idle done" if line == b"DONE" else "BAD only DONE"
