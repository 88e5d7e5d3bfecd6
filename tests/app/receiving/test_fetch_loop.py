"""Each mail in a mailbox is fetched exactly once, whatever the server does; nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S
from scripted_imap import ScriptedImap

from incidentmail.app.receiving.fetch_loop import Fetcher

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla Mbeki <jayla@example.com>"


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with ScriptedImap() as one:
        yield one


@pytest.fixture
def context(installation: Installation, server: ScriptedImap, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", "secret")
    return installation.configure(f'[imap]\nurl = "{server.url}"\n')


@pytest.fixture
def some(server: ScriptedImap, mails: Mails) -> Callable[[int], list[int]]:
    def deliver(count: int) -> list[int]:
        return [server.deliver(mails.new(f"mail {n}", sender=JAYLA, subject=f"Mail {n}")) for n in range(count)]

    return deliver


def outcomes(installation: Installation) -> list[str]:
    return [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines]


def until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def watching(installation: Installation, *, timeout_s: float = PATIENCE_S) -> Iterator[Callable[[], int]]:
    """Run a fetcher while the block lasts. Yield a function that returns how many mails there are by now."""

    def count() -> int:
        with own.ledger.snapshot() as view:
            return view.pending()

    with installation.context() as own:
        fetcher = Fetcher(own, timeout_s=timeout_s, retry_s_min=0.01)
        thread = threading.Thread(target=fetcher.run, args=(lambda _: None,))
        thread.start()
        try:
            yield count
        finally:
            fetcher.stop()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def test_a_reply_is_applied_and_the_list_is_told(context: Installation, server: ScriptedImap, mails: Mails) -> None:
    uid = server.deliver(mails.reply_to(context.declare(), "sev 1", JAYLA))
    (line,) = context.ok("fetch", "--json").lines
    assert (line["outcome"], line["trust"]) == ("applied", "member")
    assert len(context.mails) == 2
    assert server.mails[uid].flags == {r"\Seen"}
    assert context.ok("fetch", "--json").out == ""


def test_without_a_mailbox_or_a_password_it_says_what_to_configure(
    context: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INCIDENTMAIL_IMAP_PASSWORD")
    assert "hint: set $INCIDENTMAIL_IMAP_PASSWORD" in (told := context.run("fetch")).err
    assert told.code == 78
    context.configure()
    assert "hint: [imap] url" in (told := context.run("fetch")).err
    assert told.code == 78


def test_a_refused_login_is_told_and_tried_again_by_the_operator(context: Installation, server: ScriptedImap) -> None:
    server.secrets = {"another"}
    told = context.run("fetch")
    assert told.code == 75
    assert "the login was refused" in told.err
    assert "secret" not in told.err


def test_an_access_token_that_was_refused_is_asked_for_again(
    installation: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    tokens = installation.path / "tokens"
    tokens.write_text("first\nsecond\n")
    command = f"head -n 1 {tokens}; sed -i 1d {tokens}"
    installation.configure(f'[imap]\nurl = "{server.url}"\noauth2_command = "{command}"\n')
    server.secrets = {"first"}
    with watching(installation) as count:
        some(1)
        until(lambda: count() == 1)
        server.secrets = {"second"}
        server.stop()
        server.start()
        some(1)
        until(lambda: count() == 2)
    assert tokens.read_text() == ""
    assert not [line for line in server.wire if b"LOGIN" in line]


def test_old_mail_is_on_record_and_changes_nothing(context: Installation, server: ScriptedImap, mails: Mails) -> None:
    declared = context.declare()
    long_ago = datetime(2026, 11, 1, tzinfo=UTC)
    server.deliver(mails.new("Severity 1.", sender=JAYLA, subject="Last year's"), arrived_at=long_ago)
    server.deliver(mails.reply_to(declared, "sev 1", JAYLA), arrived_at=long_ago)
    server.deliver(mails.reply_to(declared, "phase 2", JAYLA), arrived_at=context.clock.now - timedelta(hours=2))
    assert context.ok("fetch").out == "3 fetched\n"
    assert outcomes(context) == ["filed", "filed", "applied"]
    assert (context.show()["severity"], context.show()["phase"]) == (3, 2)
    assert len(context.ok("list", "--all", "--json").json) == 1
    assert context.ok("inbox").out == ""


def test_the_null_return_path_of_the_server_is_a_machine_s(
    context: Installation, server: ScriptedImap, mails: Mails
) -> None:
    server.deliver(b"Return-Path: <>\n" + mails.reply_to(context.declare(), "sev 1", JAYLA))
    context.ok("fetch")
    assert outcomes(context) == ["automatic"]


@pytest.mark.parametrize("says", [None, 10], ids=["told", "untold"])
def test_a_mail_over_the_limit_is_shown_by_what_of_it_may_be_had(
    says: int | None, context: Installation, server: ScriptedImap, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidentmail.app.receiving.fetch_folder.MESSAGE_BYTES_MAX", 2_000)
    server.deliver(mails.new("x" * 3_000, sender=JAYLA, subject="Core dump"), size=says)
    server.deliver(mails.reply_to(context.declare(), "sev 1", JAYLA))
    assert context.ok("fetch").out == "2 fetched, 1 of them without their bodies\n"
    assert outcomes(context) == ["quarantined", "applied"]
    assert "Core dump" in context.ok("inbox").out
    assert ("UID FETCH 1 (BODY.PEEK[])" in b"".join(server.wire).decode()) is False
    assert context.ok("fetch").out == "0 fetched\n"


def test_a_mail_that_the_server_never_gives_blocks_no_other_and_is_shown_in_the_end(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    uids = some(5)
    server.refused, server.withheld = {uids[1]}, {uids[3]}
    assert context.ok("fetch").out.startswith("3 fetched, 2 not given by the server")
    for _ in range(3):
        some(1)
        assert context.ok("fetch").out.startswith("1 fetched, 2 not given by the server")
    some(1)
    assert context.ok("fetch").out == "3 fetched, 2 of them without their bodies\n"
    assert outcomes(context).count("quarantined") == 2
    some(1)
    assert context.ok("fetch").out == "1 fetched\n"


def test_a_mail_that_was_withheld_for_a_while_comes_later(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    uids = some(3)
    server.withheld = {uids[0]}
    context.ok("fetch")
    server.withheld = set()
    assert context.ok("fetch").out == "1 fetched\n"
    assert context.ok("fetch").out == "0 fetched\n"


def test_a_server_that_gives_nothing_at_all_is_not_believed(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    server.refused = set(some(3))
    for _ in range(6):
        assert context.run("fetch").code == 75
    server.refused = set()
    assert context.ok("fetch").out == "3 fetched\n"


@pytest.mark.parametrize("command", ["SELECT", "UID SEARCH", "UID FETCH", "UID STORE"])
def test_a_connection_that_breaks_anywhere_loses_nothing_and_brings_nothing_twice(
    command: str, context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    some(60)
    server.answers[command] = "drop"
    assert context.run("fetch").code == 75
    server.answers.clear()
    context.ok("fetch")
    assert len(outcomes(context)) == 60
    assert {frozenset(mail.flags) for mail in server.mails.values()} == {frozenset({r"\Seen"})}


def test_new_numbers_bring_nothing_twice(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    some(60)
    context.ok("fetch")
    server.renumber()
    some(2)
    assert context.ok("fetch").out == "2 fetched, 60 known already\n"
    assert context.ok("fetch").out == "0 fetched\n"


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS"])
def test_a_mail_is_moved_once_it_is_stored(
    capabilities: str, context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    context.configure(f'[imap]\nurl = "{server.url}"\nafter = "move:Archive"\n')
    server.capabilities = capabilities
    some(3)
    assert context.ok("fetch").out == "3 fetched\n"
    assert server.inbox == {}


def test_a_folder_that_takes_no_marks_is_read_all_the_same(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    some(3)
    server.answers["UID STORE"] = "NO"
    assert context.ok("fetch").out == "3 fetched\n"
    server.answers.clear()
    assert context.ok("fetch").out == "0 fetched\n"
    assert all(mail.flags == {r"\Seen"} for mail in server.mails.values())


def test_a_folder_that_may_only_be_read_wants_to_be_left_alone(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    some(3)
    server.is_read_only = True
    told = context.run("fetch")
    assert (told.code, 'hint: [imap] after = "leave"' in told.err) == (75, True)
    context.configure(f'[imap]\nurl = "{server.url}"\nafter = "leave"\n')
    assert context.ok("fetch").out == "3 fetched\n"
    assert {mail.folder for mail in server.mails.values() if not mail.flags} == {"INBOX"}
    assert not {"SELECT", "UID STORE", "UID MOVE"}.intersection(server.commands[server.commands.index("EXAMINE") :])


def test_two_fetchers_of_one_mailbox_bring_each_mail_once(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    some(120)
    with watching(context), watching(context) as count:
        until(lambda: count() == 120)
        some(30)
        until(lambda: count() == 150)
        until(lambda: all(mail.flags for mail in server.mails.values()))
        assert count() == 150


def test_new_mail_is_heard_of_at_once_and_after_a_restart(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    with watching(context) as count:
        until(lambda: server.idlers == 1)
        some(1)
        until(lambda: count() == 1)
        server.stop()
        some(1)
        server.start()
        until(lambda: count() == 2)
        until(lambda: server.idlers == 1)


def test_a_server_that_cannot_tell_is_asked_again(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    server.capabilities = "IMAP4rev1"
    context.configure(f'[imap]\nurl = "{server.url}"\npoll_every = "1s"\n')
    with watching(context) as count:
        until(lambda: "SELECT" in server.commands)
        some(1)
        until(lambda: count() == 1)
    assert "IDLE" not in server.commands


def test_a_wait_in_which_the_line_went_dead_is_noticed(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    context.configure(f'[imap]\nurl = "{server.url}"\nidle_for = "1s"\n')
    with watching(context, timeout_s=5) as count:
        until(lambda: server.idlers == 1)
        server.is_mute, before = True, server.connections
        some(1)
        until(lambda: server.connections > before)
        server.is_mute = False
        until(lambda: count() == 1)


def test_a_storm_of_news_is_answered_by_few_looks(
    context: Installation, server: ScriptedImap, some: Callable[[int], list[int]]
) -> None:
    server.storm = 5_000
    with watching(context) as count:
        some(1)
        until(lambda: count() == 1)
        time.sleep(1.5)
    assert server.commands.count("SELECT") <= 5


def test_serve_fetches_without_a_listener_and_ends_at_once(
    context: Installation, server: ScriptedImap, mails: Mails
) -> None:
    command = [sys.executable, "-m", "incidentmail", "--config", str(context.config), "serve"]
    declared = context.declare()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as service:
        until(lambda: server.idlers == 1)
        server.deliver(mails.reply_to(declared, "sev 1", JAYLA))
        until(lambda: len(context.wire) == 2)
        service.terminate()
        _, log = service.communicate(timeout=PATIENCE_S)
    assert service.returncode == 0, log.decode()
    assert b"1 fetched" in log
    assert b"next try" not in log
