"""The service under attack: one process for all tests of this file, strangers on TCP, our own relay on a unix socket.

After each attack, three things are checked: others were served meanwhile, memory stayed under twice the limit, and no
answer revealed internal details.
"""

from __future__ import annotations

import json
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from patience import PATIENCE_S

from incidentmail.transport.smtp import limits

INTERNAL = re.compile(rb"Traceback|Error: \(|sqlite|ledger|python|aiosmtpd|/tmp|\.py", re.IGNORECASE)
ENVELOPE = (b"EHLO x", b"MAIL FROM:<mallory@example.net>", b"RCPT TO:<incident-bot@example.com>", b"DATA")


@dataclass
class GuardedService:
    """A running `serve`, with methods to connect to it."""

    folder: Path
    process: subprocess.Popen[bytes]
    where: tuple[str, int]
    heard: bytearray = field(default_factory=bytearray)

    def connect(self, host: str = "127.0.0.9") -> Stranger:
        """Return a stranger's connection from this address of loopback. Each address is counted separately."""
        return Stranger(socket.create_connection(self.where, PATIENCE_S, (host, 0)), self.heard)

    def relay(self) -> Stranger:
        """Return a connection of our own relay."""
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(PATIENCE_S)
        sock.connect(str(self.folder / "lmtp.sock"))
        return Stranger(sock, self.heard)

    def serves_others(self) -> None:
        """Assert that our relay, and a stranger from elsewhere, can each deliver a mail."""
        with closing(self.relay()) as relay:
            assert relay.deliver(b"Subject: from our relay\r\n\r\nhello\r\n", hello=b"LHLO x")[:3] == b"250"
        with closing(self.connect("127.0.0.77")) as other:
            assert other.deliver(b"Subject: from elsewhere\r\n\r\nhello\r\n")[:3] == b"250"

    def holds(self) -> None:
        """Check the three things after an attack."""
        self.serves_others()
        assert peak_bytes(self.process.pid) < 2 * limits.IN_FLIGHT_BYTES_MAX
        assert not INTERNAL.search(self.heard)

    def run(self, *words: str) -> str:
        done = subprocess.run(command(self.folder, *words), capture_output=True, timeout=PATIENCE_S, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def accepted(self) -> int:
        return self._count("SELECT COUNT(*) FROM accepted")

    def unread(self) -> int:
        return self._count("SELECT COUNT(*) FROM pending")

    def _count(self, query: str) -> int:
        with closing(sqlite3.connect(self.folder / "ledger.db")) as ledger:
            (count,) = ledger.execute(query).fetchone()
        return int(count)


class Stranger:
    def __init__(self, sock: socket.socket, heard: bytearray) -> None:
        self.sock, self.heard = sock, heard
        self._file = sock.makefile("rb")
        self.greeting = self.reply()

    def reply(self) -> bytes:
        """Return the last line of the next reply, or b"" if the connection was closed."""
        while True:
            try:
                line = self._file.readline()
            except ConnectionError:
                return b""
            self.heard += line
            if line[3:4] != b"-":
                return line

    def say(self, line: bytes) -> bytes:
        try:
            self.sock.sendall(line + b"\r\n")
        except ConnectionError:
            return self.reply()
        return self.reply()

    def begin(self, hello: bytes = ENVELOPE[0]) -> None:
        for line in (hello, *ENVELOPE[1:]):
            assert self.say(line)[:1] in b"23", line

    def deliver(self, raw: bytes, hello: bytes = ENVELOPE[0]) -> bytes:
        self.begin(hello)
        return self.say(raw + b".")

    def flood(self, block: bytes, count: int) -> int:
        """Return how many bytes were sent until the connection was closed."""
        for number in range(count):
            try:
                self.sock.sendall(block)
            except ConnectionError:
                return number * len(block)
        return count * len(block)

    def close(self) -> None:
        self._file.close()
        self.sock.close()


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "incidentmail", "--config", str(folder / "config.toml"), *words]


def peak_bytes(pid: int) -> int:
    """Return the largest resident memory that the process has had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@contextmanager
def standing(folder: Path) -> Iterator[GuardedService]:
    (folder / "config.toml").write_text(
        '[list]\naddress = "incidents@example.com"\n[me]\naddress = "Mara <mara@example.com>"\n'
        f'[mail]\nrelay = ["maildir://{folder}/out"]\nkey_file = "{folder}/key"\n'
        f'[ledger]\nurl = "sqlite:///{folder}/ledger.db"\n[trust]\nrelays = ["unix", "pipe"]\n'
        f'[listen]\nsmtp = "127.0.0.1:0"\nlmtp = "unix:{folder}/lmtp.sock"\n'
    )
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command(folder, "serve", "--json"), stdout=subprocess.PIPE, stderr=log)
    assert process.stdout is not None
    try:
        listening = json.loads(process.stdout.readline())["listening"]
        host, _, port = next(one["address"] for one in listening if one["protocol"] == "smtp").rpartition(":")
        yield GuardedService(folder, process, (host, int(port)))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedService]:
    with standing(tmp_path_factory.mktemp("fort")) as one:
        yield one


def test_nine_hundred_idle_connections_keep_nobody_out(guarded: GuardedService) -> None:
    with ExitStack() as stack:
        for number in range(900):
            idle = stack.enter_context(closing(guarded.connect(f"127.0.1.{1 + number // 10}")))
            assert idle.greeting[:3] in (b"220", b"421")
        eleventh = stack.enter_context(closing(guarded.connect("127.0.1.90")))
        assert eleventh.greeting[:3] == b"421"
        guarded.holds()


def test_ten_thousand_recipients_keep_nobody_waiting(guarded: GuardedService) -> None:
    with closing(guarded.connect()) as stranger:
        for line in ENVELOPE[:2]:
            stranger.say(line)
        stranger.flood(b"".join(b"RCPT TO:<r%d@example.com>\r\n" % n for n in range(10_000)), 1)
        codes = [stranger.reply()[:3] for _ in range(limits.RECIPIENTS_MAX + 1)]
        assert set(codes[:-1]) <= {b"250", b""}
    guarded.holds()


def test_two_hundred_megabytes_without_a_line_end_take_no_room(guarded: GuardedService) -> None:
    sent = 0
    while sent < 200_000_000:
        with closing(guarded.connect()) as stranger:
            stranger.begin()
            sent += stranger.flood(b"x" * 1_000_000, 200)
    guarded.holds()


def test_a_million_empty_lines_are_a_mail_like_any_other(guarded: GuardedService) -> None:
    with closing(guarded.connect()) as stranger:
        assert stranger.deliver(b"\r\n" * 1_000_000)[:3] == b"250"
    guarded.holds()


def test_ten_large_mails_at_once_stay_within_the_bound(guarded: GuardedService) -> None:
    raw = b"Subject: a screenshot\r\n\r\n" + (b"QUJD" * 18 + b"\r\n") * 135_000
    replies = []

    def send(number: int) -> None:
        with closing(guarded.connect(f"127.0.2.{number}")) as stranger:
            for line in ENVELOPE:
                stranger.say(line)
            replies.append(stranger.say(raw + b".")[:3])

    for _ in range(2):
        senders = [threading.Thread(target=send, args=(number,)) for number in range(1, 11)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(PATIENCE_S)
    assert set(replies) <= {b"250", b"421", b"452", b""}
    assert b"250" in replies
    guarded.holds()


def test_slow_clients_that_send_a_byte_at_a_time_hold_up_nobody(guarded: GuardedService) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(guarded.connect(f"127.0.3.{n}"))) for n in range(1, 61)]
        for stranger in slow:
            stranger.begin()
        for _ in range(5):
            for stranger in slow:
                stranger.flood(b"x", 1)
            guarded.serves_others()
    guarded.holds()


def test_a_client_that_asks_and_never_reads_is_cut_off(guarded: GuardedService) -> None:
    with closing(guarded.connect()) as stranger:
        stranger.sock.settimeout(1)
        with suppress(TimeoutError):
            stranger.flood(b"HELP\r\n" * 1000, 200)
        guarded.holds()


def test_bytes_that_are_no_command_are_answered_and_the_session_goes_on(guarded: GuardedService) -> None:
    for line in (
        b"MAIL FROM:<=?utf-8?q?a=0D=0ARCPT?=@example.net>", b"MAIL FROM:<a\x00b@example.net>", b"\x00", b"\xff\xfe",
        b"MAIL FROM:<\x1b]0;x\x07@example.net>", b"EHLO \x00\x1b[2J", b"HELP MAIL", b"VRFY <a\x08@b>", b"EXPN x",
        b"MAIL FROM:<a@b> SIZE=99999999999999999999", b"BDAT 10 LAST", b"STARTTLS", b"AUTH LOGIN", b"RSET now",
    ):  # fmt: skip
        with closing(guarded.connect()) as stranger:
            stranger.say(b"EHLO x")
            assert stranger.say(line)[:1] in (b"2", b"5", b"4")
            assert stranger.deliver(b"Subject: a\x00b\r\n\r\n\x00\r\n")[:3] == b"250"
    guarded.holds()


def test_a_note_from_the_command_line_gets_through_while_the_listener_is_saturated(guarded: GuardedService) -> None:
    guarded.run("declare", "Checkout is down")
    is_over = threading.Event()

    def send(number: int) -> None:
        with closing(guarded.connect(f"127.0.4.{number}")) as stranger:
            while not is_over.is_set():
                assert stranger.deliver(b"Subject: busy\r\n\r\nbusy\r\n")[:3] == b"250"

    senders = [threading.Thread(target=send, args=(number,)) for number in range(1, 9)]
    for sender in senders:
        sender.start()
    try:
        before = guarded.accepted()
        guarded.run("note", "payment provider is called")
        assert guarded.accepted() > before
    finally:
        is_over.set()
        for sender in senders:
            sender.join(PATIENCE_S)
    guarded.holds()


def test_a_client_that_leaves_at_each_byte_leaves_no_half_mail_and_counts_once_when_it_comes_again(
    guarded: GuardedService,
) -> None:
    declaration = b"From: mara@example.com\r\nTo: incident-bot@example.com\r\nMessage-ID: <cut@example.com>\r\n"
    declaration += b"Subject: Search is down\r\n\r\nSeverity: 2\r\n"
    steps = [b"LHLO x\r\n", *(line + b"\r\n" for line in ENVELOPE[1:]), declaration + b".\r\n"]
    before = guarded.accepted()
    for number, step in enumerate(steps):
        for end in range(len(step)):
            with closing(guarded.relay()) as relay:
                for done in steps[:number]:
                    relay.say(done.removesuffix(b"\r\n"))
                relay.flood(step[:end], 1)
    guarded.serves_others()
    assert guarded.accepted() == before + 2  # none but those of the others
    for _ in range(3):  # the last byte too, but nobody waits for the answer
        with closing(guarded.relay()) as relay:
            relay.begin(steps[0].strip())
            relay.flood(steps[-1], 1)
    with closing(guarded.relay()) as relay:
        assert relay.deliver(declaration, hello=b"LHLO x")[:3] == b"250"
    guarded.holds()
    wait_for(lambda: not guarded.unread())
    assert guarded.run("list").count("Search is down") == 1


def test_what_was_acknowledged_while_the_service_was_told_to_end_is_in_the_ledger(tmp_path: Path) -> None:
    with standing(tmp_path) as guarded, ExitStack() as stack:
        clients = [stack.enter_context(closing(guarded.connect())) for _ in range(5)]
        for client in clients:
            client.begin()
        lock = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")  # so that the commit has begun and cannot end
        for client in clients:
            client.flood(b"Subject: x\r\n\r\nx\r\n.\r\n", 1)
        with closing(guarded.connect()) as other:  # one loop serves all: it has read the mails once it answers this
            assert [other.say(b"NOOP")[:3] for _ in range(3)] == [b"250"] * 3
        guarded.process.send_signal(signal.SIGTERM)
        assert select.select([client.sock for client in clients], [], [], 0.3)[0] == []
        lock.execute("ROLLBACK")
        lock.close()
        assert [client.reply()[:3] for client in clients] == [b"250"] * 5
        assert guarded.process.wait(PATIENCE_S) == 0
        assert guarded.accepted() == 5


def wait_for(holds: Any) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.05)
