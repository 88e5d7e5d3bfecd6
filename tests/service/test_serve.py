"""The service as an operator runs it: a separate process, real sockets, a stand-in list, and real signals."""

from __future__ import annotations

import json
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import pytest
from patience import PATIENCE_S

from incidentmail.app.context import now_utc
from incidentmail.demo.standin_list import StandInList
from incidentmail.inbound.message import Envelope, Message, parse_message

LIST = "incidents@example.com"
BOT = "incident-bot@example.com"
MARA = "Mara Lindqvist <mara@example.com>"
JAYLA = "Jayla Mbeki <jayla@example.com>"


@dataclass
class Site:
    """A configuration in a folder, commands that use it, and the services that were started with it."""

    folder: Path
    relay: str
    window: str = "0s"
    services: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def configure(self) -> None:
        (self.folder / "config.toml").write_text(
            f'[me]\naddress = "{MARA}"\n[list]\naddress = "{LIST}"\n'
            f'[mail]\nfrom = "Incidents <{BOT}>"\nrelay = ["{self.relay}"]\nkey_file = "{self.folder}/key"\n'
            f'follow_up_after = "{self.window}"\n[ledger]\nurl = "sqlite:///{self.folder}/ledger.db"\n'
            '[listen]\nlmtp = "127.0.0.1:0"\nsmtp = "127.0.0.1:0"\n',
            encoding="utf-8",
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "incidentmail", "--config", str(self.folder / "config.toml"), *words]

    def run(self, *words: str, ok: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run(self.command(*words), capture_output=True, timeout=PATIENCE_S, check=False)
        assert done.returncode in ok, done.stderr.decode()
        return done.stdout.decode()

    def show(self) -> dict[str, object]:
        state: dict[str, object] = json.loads(self.run("show", "--json"))
        return state

    def inbox(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.run("inbox", "--all", "--json").splitlines()]

    def serve(self, *words: str) -> dict[str, tuple[str, int]]:
        """Start the service. Return where it listens, by protocol."""
        service = subprocess.Popen(
            self.command("serve", "--json", *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.services.append(service)
        assert service.stdout is not None
        listening = json.loads(service.stdout.readline())["listening"]
        return {one["protocol"]: _host_port(one["address"]) for one in listening}

    def end(self, how: signal.Signals = signal.SIGTERM) -> str:
        """End the newest service. Return its log."""
        service = self.services.pop()
        service.send_signal(how)
        _, log = service.communicate(timeout=PATIENCE_S)
        assert service.returncode == (0 if how is signal.SIGTERM else -how)
        return log.decode()


@pytest.fixture
def post_office(tmp_path: Path) -> Iterator[StandInList]:
    with StandInList(LIST, subscribers={"mara@example.com": tmp_path / "mara"}, prefix="[incidents]", bot=BOT) as one:
        yield one


@pytest.fixture
def site(tmp_path: Path, post_office: StandInList) -> Iterator[Site]:
    one = Site(tmp_path, f"smtp://{post_office.where[0]}:{post_office.where[1]}")
    one.configure()
    with ExitStack() as stack:
        stack.callback(lambda: [one.end(signal.SIGKILL) for _ in list(one.services)])
        yield one


def _host_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def _until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.05)


def _reply(to: Message, text: str, sender: str = JAYLA) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, LIST, f"Re: {to.subject}"
    mail["Date"], mail["Message-ID"] = format_datetime(now_utc()), make_msgid(domain="example.com")
    mail["In-Reply-To"] = mail["References"] = to.message_id
    mail.set_content(text)
    return mail


def _hand_in(where: tuple[str, int], mail: EmailMessage, protocol: str) -> None:
    client: smtplib.SMTP = smtplib.LMTP(*where) if protocol == "lmtp" else smtplib.SMTP(*where, timeout=PATIENCE_S)
    with client:
        client.send_message(mail, "jayla@example.com", [BOT])


def _posts(post_office: StandInList, count: int) -> list[Message]:
    posts = post_office.wait_for(count, PATIENCE_S)
    return [parse_message(raw, Envelope(way="pipe")) for raw in posts]


@pytest.mark.parametrize("protocol", ["lmtp", "smtp"])
def test_a_reply_over_the_listener_brings_exactly_one_follow_up(
    site: Site, post_office: StandInList, protocol: str
) -> None:
    site.run("declare", "Checkout is down", "--severity", "3")
    (declared,) = _posts(post_office, 1)
    where = site.serve()
    _hand_in(where[protocol], _reply(declared, "Severity: 1\n\nAll regions now.\n"), protocol)
    follow_up = _posts(post_office, 2)[1]
    assert follow_up.text.startswith(
        "Severity 1 (critical; was 3), phase 1 (stopping the damage; not confirmed). "
        "Mara Lindqvist is incident commander (not confirmed)."
    )
    assert "Jayla Mbeki raised the severity from 3 to 1, " in follow_up.text
    assert "All regions now." in follow_up.text
    site.end()
    assert len(post_office.posts) == 2
    assert site.show()["severity"] == 1


def test_what_the_list_sends_back_changes_nothing_and_is_not_answered(site: Site, post_office: StandInList) -> None:
    where = site.serve()
    post_office.also.append(("lmtp", *where["lmtp"]))
    site.run("declare", "Checkout is down", "--severity", "2")
    _until(lambda: len(site.inbox()) == 1)
    site.run("update", "--severity", "1")
    _until(lambda: len(site.inbox()) == 2)
    assert {(line["disposition"], line["outcome"]) for line in site.inbox()} == {("own", "duplicate")}
    site.end()
    assert len(post_office.posts) == 2


def test_two_changes_within_the_window_make_one_follow_up(site: Site, post_office: StandInList) -> None:
    site.window = "10s"
    site.configure()
    site.run("declare", "Checkout is down", "--severity", "2")
    (declared,) = _posts(post_office, 1)
    where = site.serve()
    _hand_in(where["lmtp"], _reply(declared, "phase 2"), "lmtp")
    _hand_in(where["lmtp"], _reply(declared, "severity 3"), "lmtp")
    follow_up = _posts(post_office, 2)[1]
    site.end()
    assert "Severity 3 (moderate; was 2), phase 2 (resolving; was 1)." in follow_up.text
    assert len(post_office.posts) == 2


def test_a_worse_severity_waits_for_nothing(site: Site, post_office: StandInList) -> None:
    site.window = "1h"
    site.configure()
    site.run("declare", "Checkout is down", "--severity", "2")
    (declared,) = _posts(post_office, 1)
    where = site.serve()
    _hand_in(where["lmtp"], _reply(declared, "sev 1"), "lmtp")
    assert "critical; was 2" in _posts(post_office, 2)[1].text


def test_sigterm_announces_what_waits_for_its_window(site: Site, post_office: StandInList) -> None:
    site.window = "1h"
    site.configure()
    site.run("declare", "Checkout is down", "--severity", "2")
    (declared,) = _posts(post_office, 1)
    where = site.serve()
    _hand_in(where["lmtp"], _reply(declared, "phase 2"), "lmtp")
    site.end()
    assert "phase 2 (resolving; was 1)" in _posts(post_office, 2)[1].text


def test_what_was_answered_250_survives_kill_and_counts_once(site: Site, post_office: StandInList) -> None:
    site.run("declare", "Checkout is down", "--severity", "2")
    (declared,) = _posts(post_office, 1)
    where = site.serve()
    mail = _reply(declared, "sev 1")
    _hand_in(where["lmtp"], mail, "lmtp")
    site.end(signal.SIGKILL)
    where = site.serve()
    _hand_in(where["lmtp"], mail, "lmtp")
    _until(lambda: len(site.inbox()) == 2)
    assert [line["outcome"] for line in site.inbox()] == ["applied", "duplicate"]
    _posts(post_office, 2)
    site.end()
    kinds = [json.loads(line)["kind"] for line in site.run("log", "--json").splitlines()]
    assert kinds.count("severity_changed.v1") == 1
    assert len(post_office.posts) == 2


def test_while_the_ledger_is_locked_the_client_hears_one_generic_451(site: Site, post_office: StandInList) -> None:
    import sqlite3

    site.run("declare", "Checkout is down", "--severity", "2")
    (declared,) = _posts(post_office, 1)
    where = site.serve()
    lock = sqlite3.connect(site.folder / "ledger.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        _hand_in(where["smtp"], _reply(declared, "sev 1"), "smtp")
    lock.execute("ROLLBACK")
    lock.close()
    assert refusal.value.smtp_code == 451
    assert str(refusal.value.smtp_error).count("Temporary failure, try again later") == 1
    assert "ledger" not in str(refusal.value.smtp_error)
    assert "busy" in site.end()
    assert site.inbox() == []


def test_a_ledger_that_is_replaced_meanwhile_takes_no_mail_and_status_says_so(
    site: Site, post_office: StandInList
) -> None:
    site.run("declare", "Checkout is down", "--severity", "2")
    (declared,) = _posts(post_office, 1)
    where, ledger, aside = site.serve(), site.folder / "ledger.db", site.folder / "aside.db"
    ledger.rename(aside)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        _hand_in(where["smtp"], _reply(declared, "sev 1"), "smtp")
    assert refusal.value.smtp_code == 451
    assert "the ledger is gone while 'serve' runs" in site.run("status", ok=(1,))
    site.run("note", "A new ledger?", ok=(75,))
    assert not ledger.exists()
    ledger.write_bytes(aside.read_bytes())
    assert "the ledger was replaced while 'serve' runs" in site.run("status", ok=(1,))
    aside.replace(ledger)
    _hand_in(where["smtp"], _reply(declared, "sev 1"), "smtp")
    _until(lambda: site.show()["severity"] == 1)
    assert "no longer the ledger that was opened: the file is gone" in site.end()
    site.run("ledger", "verify")


def test_mail_that_waited_for_the_relay_goes_out_once_when_it_is_back(site: Site, post_office: StandInList) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    site.relay, working = f"smtp://127.0.0.1:{port}", site.relay
    site.configure()
    site.run("declare", "Checkout is down", ok=(75,))
    site.relay = working
    site.configure()
    with_retry = site.run("outbox", "list", "--json")
    assert json.loads(with_retry)["state"] == "queued"
    site.run("outbox", "retry")
    site.serve()
    _posts(post_office, 1)
    site.end()
    assert len(post_office.posts) == 1


def test_mute_records_everything_and_sends_nothing(site: Site, post_office: StandInList) -> None:
    site.run("declare", "Checkout is down", "--severity", "2")
    (declared,) = _posts(post_office, 1)
    where = site.serve("--mute")
    _hand_in(where["lmtp"], _reply(declared, "sev 1"), "lmtp")
    _until(lambda: site.show()["severity"] == 1)
    assert "muted, nothing is sent by itself: 'serve' was started muted" in site.run("status", ok=(1,))
    assert "nothing is sent by itself" in site.end()
    assert len(post_office.posts) == 1
    site.serve()
    assert json.loads(site.run("status", "--json", ok=(0, 1)))["muted"] is False
    _posts(post_office, 2)


def test_a_listener_that_anybody_can_reach_needs_to_be_asked_for(site: Site) -> None:
    config = site.folder / "config.toml"
    config.write_text(config.read_text().replace('smtp = "127.0.0.1:0"', 'smtp = "0.0.0.0:0"'))
    done = subprocess.run(site.command("serve"), capture_output=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 78
    assert b"allow_public" in done.stderr


def test_serve_without_a_listener_says_what_to_configure(site: Site) -> None:
    config = site.folder / "config.toml"
    config.write_text(config.read_text().partition("[listen]")[0])
    done = subprocess.run(site.command("serve"), capture_output=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 78
    assert b'hint: [listen] lmtp = "127.0.0.1:8024", or [imap] url' in done.stderr


def test_the_demo_runs_and_leaves_a_ledger_that_holds(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "incidentmail", "demo"],
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr.decode()
    told = done.stdout.decode()
    assert "Severity 1 (critical; was 2)" in told
    assert "Alícia Soler is incident commander (was Mara Lindqvist)" in told
    assert "It is still severity 1, and Alícia Soler is still commander" in told
    assert "the ledger holds" in told
    assert "filed" not in told
