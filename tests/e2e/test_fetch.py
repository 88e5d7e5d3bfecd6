"""Fetching from a real Dovecot that restarts, renumbers its mails, holds years of mail, and is interrupted."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S
from real_dovecot import PASSWORD, Dovecot

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla Mbeki <jayla@example.com>"
YEAR_S = 365 * 86_400
CHILD_KB_MAX = 120 * 1024


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def context(installation: Installation, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", PASSWORD)
    return installation.configure(imap(dovecot))


def imap(dovecot: Dovecot, more: str = "") -> str:
    return f'[imap]\nurl = "{dovecot.url}"\n{more}'


def start(installation: Installation, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "incidentmail", "--config", str(installation.config), *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "HOME": str(installation.path)},
    )  # fmt: skip


def end(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> str:
    process.send_signal(how)
    _, log = process.communicate(timeout=PATIENCE_S)
    return log.decode()


def until(holds: Callable[[], bool], what: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, what
        time.sleep(0.1)


def inbox(installation: Installation) -> list[dict[str, object]]:
    return installation.ok("inbox", "--all", "--json").lines


def fill(dovecot: Dovecot, count: int, mails: Mails, *, arrived_at: float | None = None, first: int = 0) -> None:
    for number in range(first, first + count):
        raw = mails.new(
            "sev 1 was long ago", sender=JAYLA, subject=f"Old {number}", message_id=f"<old{number}@mua.test>"
        )
        dovecot.deliver(raw, f"{number}.m.host", arrived_at=arrived_at)


def ids(installation: Installation) -> Counter[object]:
    return Counter(line["message_id"] for line in inbox(installation))


def test_a_reply_in_the_mailbox_counts_once_and_is_marked_as_seen(
    context: Installation, dovecot: Dovecot, mails: Mails
) -> None:
    declared = context.declare()
    dovecot.deliver(mails.reply_to(declared, "sev 1", JAYLA), "1.reply.host")
    assert context.ok("fetch").out == "1 fetched\n"
    assert context.show()["severity"] == 1
    assert len(context.mails) == 2
    assert dovecot.flags() == {1: r"\Seen"}
    assert context.ok("fetch").out == "0 fetched\n"
    assert [line["outcome"] for line in inbox(context)] == ["applied"]


@pytest.mark.parametrize(
    ("after", "left"), [("leave", {1: r"\Recent", 2: r"\Recent"}), ("move:Archive.Ours & wärmer", {})]
)
def test_what_becomes_of_a_mail_on_the_server_is_configured(
    after: str,
    left: dict[int, str],
    installation: Installation,
    dovecot: Dovecot,
    mails: Mails,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", PASSWORD)
    installation.configure(imap(dovecot, f'after = "{after}"\n'))
    fill(dovecot, 2, mails)
    assert installation.ok("fetch").out == "2 fetched\n"
    assert dovecot.flags() == left
    assert installation.ok("fetch").out == "0 fetched\n"


def test_a_mail_that_is_too_large_is_shown_by_its_header_and_blocks_nothing(
    context: Installation, dovecot: Dovecot, mails: Mails
) -> None:
    large = mails.new("x" * 79 + "\n", sender=JAYLA, subject="Core dump") + b"y" * 79 * 140_000
    dovecot.deliver(large, "1.large.host")
    fill(dovecot, 1, mails)
    assert context.ok("fetch").out == "2 fetched, 1 of them without their bodies\n"
    shown = next(line for line in inbox(context) if line["outcome"] == "quarantined")
    assert (shown["subject"], shown["rule"]) == ("Core dump", "unfetched")
    assert "more than 10485760" in str(shown["reason"])


def test_serve_hears_of_new_mail_and_outlives_a_restart_of_the_server(
    context: Installation, dovecot: Dovecot, mails: Mails
) -> None:
    declared = context.declare()
    service = start(context, "serve")
    try:
        dovecot.deliver(mails.reply_to(declared, "sev 1", JAYLA), "1.reply.host")
        until(lambda: context.show()["severity"] == 1, "the first reply was not applied")
        until(lambda: len(context.wire) == 2, "the first reply was not announced")
        dovecot.stop()
        dovecot.deliver(mails.reply_to(context.mails[-1], "sev 2", JAYLA), "2.reply.host")
        dovecot.start()
        until(lambda: context.show()["severity"] == 2, "the reply after the restart was not applied")
        dovecot.deliver(mails.reply_to(context.mails[-1], "phase 2", JAYLA), "3.reply.host")
        until(lambda: context.show()["phase"] == 2, "the reply in the second wait was not applied")
    finally:
        log = end(service)
    assert service.returncode == 0, log
    assert "answers again" in log
    assert [line["outcome"] for line in inbox(context)] == ["applied"] * 3


def test_a_folder_with_new_numbers_brings_nothing_twice_and_loses_nothing(
    context: Installation, dovecot: Dovecot, mails: Mails
) -> None:
    fill(dovecot, 120, mails)
    assert context.ok("fetch").out == "120 fetched\n"
    dovecot.stop()
    time.sleep(1.1)  # the server takes the time in seconds as its next UIDVALIDITY
    dovecot.renumber()
    fill(dovecot, 5, mails, first=120)
    dovecot.start()
    assert context.ok("fetch").out == "5 fetched, 120 known already\n"
    assert context.ok("fetch").out == "0 fetched\n"
    assert set(ids(context).values()) == {1}
    assert len(ids(context)) == 125
    assert set(dovecot.flags().values()) == {r"\Seen"}


def watch_memory(pid: int, peaks: list[int]) -> None:
    """Append the peak memory of the process, in kB, again and again until the process ends."""
    status = Path(f"/proc/{pid}/status")
    while True:
        try:
            said = status.read_text()
        except (FileNotFoundError, ProcessLookupError):
            return
        found = re.search(r"^VmHWM:\s+(\d+) kB", said, re.M)
        if found is None:  # it has ended, and nobody has asked for its exit code yet
            return
        peaks.append(int(found[1]))
        time.sleep(0.1)


def test_ten_thousand_old_mails_are_each_handled_once_and_tell_nobody_anything(
    context: Installation, dovecot: Dovecot, mails: Mails
) -> None:
    declared: EmailMessage = context.declare()
    fill(dovecot, 9_998, mails, arrived_at=time.time() - 2 * YEAR_S)
    for number, raw in enumerate(
        (
            mails.new("Severity 1.\n\nAll is lost.", sender=JAYLA, subject="From the year before last"),
            mails.new("I am away", sender=JAYLA, subject="Out of office", more="Auto-Submitted: auto-replied\n"),
        )
    ):
        dovecot.deliver(raw, f"{number}.special.host", arrived_at=time.time() - YEAR_S)
    dovecot.deliver(mails.reply_to(declared, "sev 1", JAYLA), "now.host")
    fetching = start(context, "fetch")
    peaks: list[int] = []
    watching = threading.Thread(target=watch_memory, args=(fetching.pid, peaks))
    watching.start()
    _, log = fetching.communicate(timeout=2 * PATIENCE_S)
    watching.join()
    assert fetching.returncode == 0, log
    assert 0 < max(peaks) < CHILD_KB_MAX
    lines = inbox(context)
    assert len(lines) == 10_001
    assert set(ids(context).values()) == {1}
    assert Counter(line["outcome"] for line in lines) == {"filed": 9_999, "automatic": 1, "applied": 1}
    assert len(context.ok("list", "--all", "--json").json) == 1
    assert len(context.mails) == 2
    assert context.ok("inbox").out == ""
    assert context.ok("fetch").out == "0 fetched\n"


@pytest.mark.parametrize("command", [("serve",), ("fetch", "--idle")], ids=" ".join)
def test_kill_at_any_moment_of_a_fetch_loses_nothing_and_counts_nothing_twice(
    command: tuple[str, ...], context: Installation, dovecot: Dovecot, mails: Mails
) -> None:
    chance = random.Random(5)
    kills = 0
    for first in range(0, 1200, 200):
        fill(dovecot, 200, mails, first=first)
        service = start(context, *command)
        time.sleep(0.5 + chance.random())
        end(service, signal.SIGKILL)
        kills += service.returncode == -signal.SIGKILL
    assert kills == 6
    context.ok("fetch")
    assert set(ids(context).values()) == {1}
    assert len(ids(context)) == 1200
    assert set(dovecot.flags().values()) == {r"\Seen"}
    assert json.loads(context.ok("ledger", "verify", "--json").out)["ok"]


def test_doctor_opens_the_mailbox_and_fetches_nothing(
    context: Installation, dovecot: Dovecot, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mailbox() -> dict[str, str]:
        found = context.run("doctor", "--json").json["findings"]
        return dict(next(one for one in found if one["check"] == "mailbox"))

    dovecot.deliver(mails.new("sev 1", sender=JAYLA, subject="Checkout is down"), "1")
    assert "nobody has fetched from it yet" in mailbox()["what"]
    assert context.ok("inbox", "--all", "--json").lines == []
    context.ok("fetch")
    assert mailbox()["level"] == "ok"
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", "wrong")
    assert "the login was refused" in mailbox()["what"]
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", PASSWORD)
    context.configure(f'[imap]\nurl = "{dovecot.url.rpartition("/")[0]}/NoSuchFolder"\n')
    assert "opening the folder was refused" in mailbox()["what"]
