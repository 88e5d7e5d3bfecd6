"""A real Postfix as our relay, and as the server that passes us mail, by the listener and by a pipe."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import for_everybody
import pytest
from patience import PATIENCE_S
from real_postfix import PIPE_USER, Postfix

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

LIST, BOT, JAYLA = "incidents@example.com", "incident-bot@example.com", "Jayla Mbeki <jayla@example.com>"


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    with Postfix() as server:
        yield server


def until(holds: Callable[[], Any], postfix: Postfix, what: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, f"{what}\n{postfix.log}"
        time.sleep(0.05)


def to(sink: Sink) -> str:
    return f"smtp:[127.0.0.1]:{sink.port}"


def outbox(installation: Installation) -> list[dict[str, Any]]:
    return installation.ok("outbox", "list", "--all", "--json").lines


def inbox(installation: Installation) -> list[dict[str, Any]]:
    return installation.ok("inbox", "--all", "--json").lines


def plus_address(mail: Any) -> str:
    found = re.search(r"incident-bot\+[\w.]+@example\.com", str(mail["Reply-To"]))
    assert found
    return found[0]


def test_what_postfix_takes_reaches_the_list_with_our_ids_and_our_address_on_the_envelope(
    installation: Installation, postfix: Postfix, sink: Sink
) -> None:
    postfix.start({LIST: to(sink)})
    installation.configure(relay=postfix.url)
    installation.ok("declare", "Checkout is rejecting card payments", "--severity", "2")
    installation.ok("update", "--severity", "1")
    until(lambda: len(sink.taken) == 2, postfix, "the mails did not reach the list")
    ids = [mail["Message-ID"] for mail in sink.mails]
    assert sorted(line["message_id"] for line in outbox(installation)) == sorted(ids)
    assert {line["state"] for line in outbox(installation)} == {"sent"}
    assert f"from=<{BOT}>" in postfix.log


def test_one_recipient_refused_for_good_is_shown_and_the_list_gets_its_mail(
    installation: Installation, postfix: Postfix, sink: Sink
) -> None:
    postfix.start({LIST: to(sink)}, access={"gone@example.com": "550 5.1.1 nobody of that name"})
    installation.configure(relay=postfix.url)
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nalways_to = ["gone@example.com"]\n')
    )
    installation.run("declare", "Checkout is rejecting card payments", "--severity", "2")
    until(lambda: len(sink.taken) == 1, postfix, "the list did not get its mail")
    failed = [line for line in outbox(installation) if "nobody of that name" in str(line["last_error"])]
    assert failed, outbox(installation)
    assert sink.taken[0][0] == (LIST,)


def test_a_mail_put_off_is_sent_once_when_the_relay_takes_it(
    installation: Installation, postfix: Postfix, sink: Sink
) -> None:
    postfix.start({LIST: to(sink)}, access={LIST: "450 4.7.1 come again"})
    installation.configure(relay=postfix.url)
    put_off = installation.run("declare", "Checkout is rejecting card payments", "--severity", "2")
    assert put_off.code == 75
    (waiting,) = outbox(installation)
    assert (waiting["state"], "come again" in waiting["last_error"]) == ("queued", True)
    postfix.allow({})
    installation.clock.tick(hours=1)
    until(lambda: installation.run("outbox", "retry").code == 0 and sink.taken, postfix, "it was not sent")
    assert [line["state"] for line in outbox(installation)] == ["sent"]
    assert [mail["Message-ID"] for mail in sink.mails] == [waiting["message_id"]]


def test_replies_reach_serve_by_its_unix_socket_and_wait_in_postfix_while_it_is_away(
    installation: Installation, mails: Mails, postfix: Postfix, sink: Sink
) -> None:
    at = postfix.folder / "lmtp.sock"
    postfix.start({LIST: to(sink), BOT: f"lmtp:unix:{at}", "mara@example.com": "discard:"})
    installation.configure(f'[listen]\nlmtp = "unix:{at}"\nsocket_mode = "0666"\n', relay=postfix.url)
    installation.config.write_text(
        installation.config.read_text().replace("[mail]\n", '[mail]\nfollow_up_after = "0s"\n')
    )
    installation.ok("declare", "Checkout is rejecting card payments", "--severity", "3")
    until(lambda: sink.taken, postfix, "the declaration did not reach the list")
    declared = sink.mails[0]
    postfix.post(mails.reply_to(declared, "sev 2", JAYLA), "jayla@example.com", plus_address(declared).title())
    until(lambda: "status=deferred" in postfix.log, postfix, "nothing was put off")
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve"]
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        until(lambda: installation.show()["severity"] == 2, postfix, "the reply that waited did not arrive")
        until(lambda: len(sink.taken) == 2, postfix, "the follow-up did not reach the list")
        postfix.post(mails.reply_to(sink.mails[1], "sev 1", JAYLA), "jayla@example.com", BOT)
        until(lambda: len(sink.taken) == 3, postfix, "the second follow-up did not reach the list")
    finally:
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=PATIENCE_S)
    assert service.returncode == 0, log.decode()
    assert [line["outcome"] for line in inbox(installation)] == ["applied", "applied"]
    assert [mail["Incident-Severity"] for mail in sink.mails] == ["3", "2", "1"]


@pytest.fixture
def lodge(installation: Installation, postfix: Postfix) -> Installation:
    """An installation whose files belong to the user of the pipe."""
    folder = postfix.folder / "house"
    folder.mkdir()
    lodge = type(installation)(folder)
    shutil.chown(folder, PIPE_USER)
    return lodge


def own(installation: Installation) -> None:
    who = pwd.getpwnam(PIPE_USER)
    for path in installation.path.iterdir():
        os.chown(path, who.pw_uid, who.pw_gid)


def test_a_pipe_of_postfix_declares_replies_and_keeps_what_it_could_not_hand_over(
    lodge: Installation, mails: Mails, postfix: Postfix, sink: Sink
) -> None:
    program = postfix.folder / "program"
    program.mkdir()
    pipe = [*for_everybody.command(PIPE_USER, program), "--config", str(lodge.config), "ingest"]
    postfix.start({LIST: to(sink), BOT: "incidentmail:"}, pipe=pipe)
    lodge.configure(relay=postfix.url)
    own(lodge)
    written = mails.new(
        "Severity: 3\n\nDie zweite Gateway-Lösung fällt aus 不", sender=JAYLA, subject="Checkout is down"
    )
    postfix.post(written, "jayla@example.com", BOT)
    until(lambda: sink.taken, postfix, "the declaration was not announced")
    modes = {name: (lodge.path / name).stat().st_mode & 0o777 for name in ("ledger.db", "key")}
    assert modes == {"ledger.db": 0o600, "key": 0o600}
    assert {path.owner() for path in lodge.path.iterdir()} == {PIPE_USER}

    away = lodge.config.rename(lodge.path / "away.toml")
    bare = mails.new("sev 1", sender=JAYLA, subject="Checkout is down")  # from an address book: no thread, no "Re:"
    postfix.post(bare, "jayla@example.com", plus_address(sink.mails[0]).title())
    until(lambda: "status=deferred" in postfix.log, postfix, "nothing was put off")
    assert "status=bounced" not in postfix.log
    away.rename(lodge.config)
    until(lambda: len(sink.taken) == 2, postfix, "the follow-up was not sent")
    assert [line["outcome"] for line in inbox(lodge)] == ["applied", "applied"]
    assert lodge.show()["severity"] == 1
    assert "fällt aus 不" in str(lodge.log("--all")) or "fällt aus 不" in lodge.show()["details"]


def test_a_sender_made_of_shell_is_one_word_of_the_pipes_command(
    lodge: Installation, mails: Mails, postfix: Postfix, sink: Sink
) -> None:
    program = postfix.folder / "program"
    program.mkdir()
    pipe = [*for_everybody.command(PIPE_USER, program), "--config", str(lodge.config), "ingest"]
    postfix.start({LIST: to(sink), BOT: "incidentmail:"}, pipe=pipe)
    lodge.configure(relay=postfix.url)
    own(lodge)
    for sender in ('"$(touch${IFS}owned)"@example.com', "';touch owned;'@example.com", ""):
        postfix.post(mails.new("lunch?", sender=JAYLA, subject="lunch"), sender, BOT)
    until(lambda: lodge.ledger.exists() and len(inbox(lodge)) == 3, postfix, "not all arrived")
    assert sorted(line["outcome"] for line in inbox(lodge)) == ["automatic", "filed", "filed"]
    assert not list(postfix.folder.rglob("owned"))


def test_a_bounce_of_postfix_changes_nothing_and_is_told_to_who_waits_for_that_person(
    installation: Installation, postfix: Postfix, sinks: Callable[..., Sink]
) -> None:
    listed, elsewhere = sinks(), sinks()
    at = postfix.folder / "lmtp.sock"
    elsewhere.replies["support@example.com"] = "550 5.1.1 mailbox closed"
    postfix.start({LIST: to(listed), BOT: f"lmtp:unix:{at}", "support@example.com": to(elsewhere)})
    installation.configure(f'[listen]\nlmtp = "unix:{at}"\nsocket_mode = "0666"\n', relay=postfix.url)
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nalways_to = ["support@example.com"]\n')
    )
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve"]
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    installation.clock.now = datetime.now(UTC).replace(microsecond=0)  # the service has no other clock
    try:
        installation.ok("declare", "Checkout is rejecting card payments", "--severity", "3")
        until(lambda: inbox(installation), postfix, "the bounce did not arrive")
        until(lambda: inbox(installation)[0]["outcome"], postfix, "the bounce was not read")
    finally:
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=PATIENCE_S)
    assert service.returncode == 0, log.decode()
    (bounce,) = inbox(installation)
    assert (bounce["outcome"], bounce["disposition"]) == ("automatic", "bounce")
    assert len(listed.taken) == 1
    told = outbox(installation)[1:]
    assert [(mail["to"], mail["subject"]) for mail in told] == [
        (["mara@example.com"], "Re: Checkout is rejecting card payments")
    ]
