"""Fixtures for one organisation: its configuration, its clock, its ledger, and the mail that it sends.

`installation` is one organisation; `installations` makes more, for standbys and generated tests. After each test the
ledger of every installation must verify, unless the test has set `broken`.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import os
import re
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import dkim
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from envelopes import bounces_of
from hypothesis import HealthCheck, settings
from patience import PATIENCE_S
from received import Received
from stores import database as database
from stores import open_again as open_again
from stores import postgresql as postgresql

from incidentmail.app.context import AppContext, open_context
from incidentmail.cli.main import run
from incidentmail.config.load import load

# Where a change is judged, the same examples are tried each time; everywhere else new ones are looked for. However long
# an example takes, nothing fails for it.
UNHURRIED = [HealthCheck.too_slow]
settings.register_profile("local", deadline=None, suppress_health_check=UNHURRIED)
settings.register_profile("ci", deadline=None, suppress_health_check=UNHURRIED, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
START = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
LIST, BOT, MARA = "incidents@example.com", "incident-bot@example.com", "Mara Lindqvist <mara@example.com>"
COVERED = "from:to:cc:subject:date:message-id:in-reply-to:references"
_serial = itertools.count(1)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Installation:
    """One organisation. `broken` is true if a test damaged its ledger on purpose."""

    path: Path
    clock: Clock = field(default_factory=Clock)
    broken: bool = False

    def __post_init__(self) -> None:
        self.config, self.ledger = self.path / "config.toml", self.path / "ledger.db"

    def configure(self, more: str = "", *, relay: str | list[str] | None = None) -> Installation:
        """Write the configuration. `more` is TOML with further sections."""
        relays = [relay] if isinstance(relay, str) else relay or [f"maildir://{self.path}/out"]
        self.config.write_text(
            f'[me]\naddress = "{MARA}"\n'
            + f'[list]\naddress = "{LIST}"\n'
            + f'[mail]\nfrom = "Incidents <{BOT}>"\nrelay = {json.dumps(relays)}\nkey_file = "{self.path}/key"\n'
            + f'[ledger]\nurl = "sqlite:///{self.path}/ledger.db"\n'
            + more
        )
        return self

    def run(self, *args: str, stdin: bytes = b"") -> Result:
        """Run a command in this process, at the time of this installation's clock.

        Hints repeat the option --config. It is taken out of them, because its path differs from run to run.
        """
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        before = sys.stdin
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = run(["--config", str(self.config), *args], clock=self.clock)
        finally:
            sys.stdin = before
        said = [bytes(stream.buffer.getvalue()).decode() for stream in (out, err)]
        shown = re.compile(
            rf"^((?:hint:|wrong\?|to mail it now:).*?incidentmail) --config {re.escape(str(self.config))}", re.M
        )
        return Result(code, *(shown.sub(r"\1", text) for text in said))

    def ok(self, *args: str, stdin: bytes = b"") -> Result:
        """Run a command that must succeed."""
        result = self.run(*args, stdin=stdin)
        assert result.code == 0, result
        return result

    def process(self, command: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a line of shell, in which `incidentmail` is this version with this configuration."""
        script = f'set -o pipefail; incidentmail() {{ "{sys.executable}" -m incidentmail "$@"; }}; {command}'
        env = {**os.environ, "INCIDENTMAIL_CONFIG": str(self.config), "HOME": str(self.path)}
        return subprocess.run(
            ["bash", "-c", script], input=stdin, capture_output=True, env=env, timeout=PATIENCE_S, check=False
        )

    def declare(self, description: str = "Checkout is rejecting card payments", *args: str) -> EmailMessage:
        self.ok("declare", description, *args)
        return self.mails[-1]

    def ingest(self, raw: bytes, *args: str) -> dict[str, Any]:
        """Ingest a mail, by default with its list's envelope sender if it is a list's copy, and return its outcome."""
        sender = bounces_of(raw)
        more = ("--sender", sender) if sender and "--sender" not in args else ()
        return dict(self.ok("ingest", "--json", *more, *args, stdin=raw).json)

    def show(self, *which: str) -> dict[str, Any]:
        return dict(self.ok("show", *which, "--json").json)

    def log(self, *args: str) -> list[dict[str, Any]]:
        return self.ok("log", *args, "--json").lines

    @property
    def wire(self) -> list[bytes]:
        """The mails sent to the list, in order, as a subscriber gets them."""
        return [raw for raw in self._left() if b"\nIncident-Update: " in raw]

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, _class=Received, policy=policy.default) for raw in self.wire]

    @property
    def private(self) -> list[EmailMessage]:
        """The mails sent to single people, in order."""
        left = [raw for raw in self._left() if b"\nIncident-Update: " not in raw]
        return [message_from_bytes(raw, _class=Received, policy=policy.default) for raw in left]

    def _left(self) -> list[bytes]:
        files = sorted((self.path / "out" / "new").glob("*"), key=lambda file: file.name)
        return [_without_trace(file.read_bytes()) for file in files]

    @contextmanager
    def context(self) -> Iterator[AppContext]:
        context = open_context(load(str(self.config)), self.clock)
        try:
            yield context
        finally:
            context.close()


@dataclass
class Mails:
    """A writer of mails as people send them."""

    def new(
        self, text: str, *, sender: str, subject: str, to: str = LIST, message_id: str | None = None,
        html: bool = False, at: datetime = START, more: str = "",
    ) -> bytes:  # fmt: skip
        """Return a mail that begins a thread."""
        id_ = message_id or f"<m{next(_serial)}@mua.example>"
        return (
            f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: {id_}\nDate: {format_datetime(at)}\n{more}"
            f"MIME-Version: 1.0\nContent-Type: text/{'html' if html else 'plain'}; charset=utf-8\n"
            f"Content-Transfer-Encoding: 8bit\n\n{text}\n"
        ).encode()

    def reply_to(
        self, mail: EmailMessage, text: str, sender: str, style: str = "top", *, message_id: str | None = None,
        at: datetime = START, to: str | None = None, more: str = "",
    ) -> bytes:  # fmt: skip
        """Return a reply in the style of a mail program: top, bottom, outlook, naked (quoted without `>`) or bare."""
        quoted = quote(mail, style)
        body = f"{quoted}\n\n{text}" if style == "bottom" else f"{text}\n\n{quoted}" if quoted else text
        subject = str(mail["Subject"]).removeprefix("Re: ")
        thread = f"In-Reply-To: {mail['Message-ID']}\nReferences: {mail['References'] or ''} {mail['Message-ID']}\n"
        return self.new(
            body, sender=sender, subject=f"Re: {subject}", to=to or str(mail["Reply-To"]), message_id=message_id, at=at,
            more=thread + more,
        )  # fmt: skip


def quote(mail: EmailMessage, style: str) -> str:
    """Return the quotation of `mail` in the style of a mail program."""
    body = mail.get_content()
    marked = "\n".join(f"> {line}".rstrip() for line in body.splitlines())
    match style:
        case "bare":
            return ""
        case "naked":
            return str(body)
        case "outlook":
            head = (
                f"From: Incidents <{BOT}>\nSent: Friday, 20 November 2026 14:21\nTo: {LIST}\nSubject: {mail['Subject']}"
            )
            return f"{'_' * 32}\n{head}\n\n{body}"
        case _:
            return f"On Fri, 20 Nov 2026 at 14:21, Incidents <{BOT}> wrote:\n\n{marked}"


class _Session(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        """Speak as much of RFC 5321 as a client needs."""
        self._say("220 sink.example ESMTP")
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb, address = line[:4].upper(), line.partition("<")[2].partition(">")[0]
            reply = self.server.replies.get(address, "250 ok") if verb == "RCPT" else "250 sink.example"
            if verb == "RCPT" and reply.startswith("250"):
                recipients.append(address)
            elif verb == "DATA":
                self._say("354 go on")
                lines = [line.removesuffix(b"\r\n") for line in iter(self.rfile.readline, b".\r\n")]
                raw = b"\n".join(line.removeprefix(b".") if line.startswith(b"..") else line for line in lines) + b"\n"
                self.server.taken.append((tuple(recipients), raw))
                reply = self.server.after_data
            self._say(reply)
            if verb in ("MAIL", "RSET"):
                recipients.clear()

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    """A relay on loopback that keeps the recipients and bytes of each mail in `taken`.

    `replies` are its answers to RCPT by address, and `after_data` is its answer to a mail.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self.replies: dict[str, str] = {}
        self.taken: list[tuple[tuple[str, ...], bytes]] = []
        self.after_data = "250 sink.example"
        super().__init__(("127.0.0.1", port), _Session)
        self.port = int(self.server_address[1])
        self.url = f"smtp://127.0.0.1:{self.port}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, _class=Received, policy=policy.default) for _, raw in self.taken]


@pytest.fixture
def installations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Installation]]:
    made: list[Installation] = []

    def make() -> Installation:
        made.append(Installation(tmp_path_factory.mktemp("house")).configure())
        return made[-1]

    yield make
    for installation in made:
        if installation.ledger.exists() and not installation.broken:
            verdict = installation.run("ledger", "verify", "--json")
            assert verdict.code == 0, verdict.out + verdict.err


@pytest.fixture
def installation(installations: Callable[[], Installation], monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = installations()
    for name in ("INCIDENTMAIL_CONFIG", "EMAIL", "NAME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(installation.path))
    return installation


@pytest.fixture(scope="module")
def shared_installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One organisation for all tests of a module that change nothing."""
    return Installation(tmp_path_factory.mktemp("shared")).configure()


@pytest.fixture
def mails() -> Mails:
    return Mails()


def _without_trace(raw: bytes) -> bytes:
    """Return a mail without the envelope that a Maildir puts before its header."""
    lines = raw.split(b"\n")
    while lines[0].startswith((b"Return-Path:", b"Delivered-To:")):
        lines.pop(0)
    return b"\n".join(lines)


@pytest.fixture
def sinks() -> Iterator[Callable[..., Sink]]:
    made: list[Sink] = []

    def make(port: int = 0) -> Sink:
        made.append(Sink(port))
        return made[-1]

    yield make
    for sink in made:
        sink.stop()


@pytest.fixture
def sink(sinks: Callable[..., Sink]) -> Sink:
    return sinks()


class Signer:
    """A key that signs mails of any domain. `record` is its record in DNS."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = serialization.PrivateFormat.TraditionalOpenSSL
        self._pem = key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
        public = serialization.PublicFormat.SubjectPublicKeyInfo
        der = key.public_key().public_bytes(serialization.Encoding.DER, public)
        self.record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)

    def sign(
        self, raw: bytes, *, domain: str = "example.com", covers: str = COVERED, length: bool = False, more: str = ""
    ) -> bytes:
        """Return the signed mail as it goes over the wire. `more` holds additional tags, such as `x=1`."""
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        present = [part.partition(b":")[0].lower() for part in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")]
        names = [name.encode() for name in covers.split(":") if name.encode() in present]
        signer = dkim.DKIM(raw)
        make = signer.gen_header
        signer.gen_header = lambda tags, *rest: make([*tags[:-1], *_tags(more), tags[-1]], *rest)
        signature: bytes = signer.sign(
            b"k",
            domain.encode(),
            self._pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=names,
            length=length,
        )
        return signature + raw

    def seal(self, raw: bytes, *, domain: str, found: str) -> bytes:
        """Return the mail with ARC fields, in which `domain` seals that it found the results `found`."""
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        server = f"mx.{domain}"
        heard = f"Authentication-Results: {server}; {found}\r\n".encode() + raw
        names = [name.encode() for name in COVERED.split(":")]
        fields = dkim.arc_sign(heard, b"k", domain.encode(), self._pem, server.encode(), include_headers=names)
        return b"".join(fields) + raw


def _tags(more: str) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, _, value in (tag.partition("=") for tag in more.split()) if name]


class Names(socketserver.ThreadingUDPServer):
    """A name server on loopback. `records` holds TXT records by name: None means no answer, and "" means SERVFAIL.

    A list holds several records. `others` holds records of other kinds, by name and kind, such as "10 mx.example.com.".
    """

    daemon_threads = True

    def __init__(self) -> None:
        self.records: dict[str, bytes | str | list[bytes] | None] = {}
        self.others: dict[tuple[str, str], list[str]] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Question)
        self.address = f"127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


class _Question(socketserver.DatagramRequestHandler):
    server: Names

    def handle(self) -> None:
        query = dns.message.from_wire(self.rfile.read())
        name = query.question[0].name
        text = name.to_text(omit_final_dot=True).lower()
        self.server.asked.append(text)
        record = self.server.records.get(text, b"")
        if record is None:
            return
        answer = dns.message.make_response(query)
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        if isinstance(record, str):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif others := self.server.others.get((text, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *others))
        elif not record:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif kind == "TXT":
            texts = [_strings(one) for one in (record if isinstance(record, list) else [record])]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        self.wfile.write(answer.to_wire())


def _strings(record: bytes) -> str:
    """Return a TXT record as strings of at most 200 characters."""
    return " ".join(f'"{record[at : at + 200].decode()}"' for at in range(0, len(record), 200))


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer()


@pytest.fixture
def names() -> Iterator[Names]:
    server = Names()
    yield server
    server.shutdown()
    server.server_close()
