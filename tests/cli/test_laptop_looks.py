"""On a machine without a ledger, `list` and `show` say what to do, whatever is wrong with the mailbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from scripted_imap import ScriptedImap

from incidentmail.transport import imap_client

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, BOT, MARA = "incidents@example.com", "incident-bot@example.com", "Mara Lindqvist <mara@example.com>"
ELSEWHERE = f"until then, look in your mail program for the newest mails to {LIST}"
COMMANDS = pytest.mark.parametrize("command", ["list", "show"])


@pytest.fixture
def mailbox() -> Iterator[ScriptedImap]:
    with ScriptedImap() as server:
        yield server


@pytest.fixture
def laptop(
    installations: Callable[[], Installation], installation: Installation, mailbox: ScriptedImap
) -> Installation:
    """A machine with `[home]` and a mailbox, but without a ledger or a key."""
    machine = installations()
    machine.clock = installation.clock
    machine.config.write_text(
        f'me.address = "{MARA}"\nlist.address = "{LIST}"\nhome.address = "{BOT}"\n'
        f'mail.key_file = "{machine.path}/key"\n'
        f'[imap]\nurl = "{mailbox.url}"\npassword_command = "echo secret"\n'
    )
    machine.broken = True  # it has no ledger that could be verified
    return machine


def told(laptop: Installation, command: str) -> tuple[int, str, str]:
    """Return the exit code, the error and the hint, after asserting that nothing else was printed."""
    result = laptop.run(command)
    error, hint = result.err.rstrip("\n").split("\n")
    assert result.out == "" and error.startswith("incidentmail: error: ") and hint.startswith("hint: ")
    return result.code, error, hint


@COMMANDS
def test_a_server_that_cannot_be_reached(laptop: Installation, mailbox: ScriptedImap, command: str) -> None:
    mailbox.stop()
    code, error, hint = told(laptop, command)
    assert code == 75 and error.endswith("connecting failed: Connection refused")
    assert hint == f"hint: {ELSEWHERE}; 'incidentmail doctor' tries the mailbox"


@COMMANDS
def test_a_host_that_does_not_exist(laptop: Installation, command: str) -> None:
    text = laptop.config.read_text()
    laptop.config.write_text(text.replace("imap://bot%40example.com@127.0.0.1", "imaps://bot@no-such-host.invalid"))
    code, error, hint = told(laptop, command)
    assert code == 75 and "no-such-host.invalid" in error and "Errno" not in error and ELSEWHERE in hint


@COMMANDS
def test_a_password_that_is_refused(laptop: Installation, mailbox: ScriptedImap, command: str) -> None:
    mailbox.secrets = {"another"}
    code, error, hint = told(laptop, command)
    assert code == 75 and "the login was refused" in error
    assert "check the user in [imap] url, and the password" in hint and ELSEWHERE in hint


@COMMANDS
def test_a_password_command_that_fails(laptop: Installation, command: str) -> None:
    laptop.config.write_text(laptop.config.read_text().replace("echo secret", "false"))
    code, error, hint = told(laptop, command)
    assert code == 78 and error.endswith("[imap] password_command ended with 1") and "in a shell" in hint


@COMMANDS
@pytest.mark.parametrize(("verb", "manner"), [
    ("EXAMINE", "NO"), ("EXAMINE", "drop"), ("UID SEARCH", "BAD"), ("UID SEARCH", "drop"), ("UID SEARCH", "silence"),
    ("UID FETCH", "drop"), ("UID FETCH", "NO"),
])  # fmt: skip
def test_a_server_that_fails_in_the_middle(
    laptop: Installation, installation: Installation, mailbox: ScriptedImap, monkeypatch: pytest.MonkeyPatch,
    command: str, verb: str, manner: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(imap_client.Session.__init__, "__kwdefaults__", {"timeout_s": 1.0, "tls": None})
    installation.declare()
    mailbox.deliver(installation.wire[-1])
    mailbox.answers[verb] = manner
    code, error, hint = told(laptop, command)
    assert code == 75 and "example.com@127.0.0.1/INBOX: " in error and ELSEWHERE in hint


@COMMANDS
def test_a_mailbox_without_a_mail_of_ours(
    laptop: Installation, mailbox: ScriptedImap, mails: Mails, command: str
) -> None:
    mailbox.deliver(mails.new("Lunch?", sender=MARA, subject="Lunch"))
    code, error, hint = told(laptop, command)
    assert code == 75 and "no mail of incidentmail is here, so nothing is known of any incident" in error
    assert f"is this account subscribed to {LIST}?" in hint and "name that folder in [imap] url" in hint


def test_mails_about_ended_incidents_only_say_so(
    laptop: Installation, installation: Installation, mailbox: ScriptedImap
) -> None:
    installation.declare("Cards fail")
    installation.ok("close", "-m", "They work.")
    for raw in installation.wire:
        mailbox.deliver(raw)
    listed = laptop.ok("list")
    assert listed.out == "" and "no mail in this mailbox is about an open incident" in listed.err
    assert json.loads(laptop.ok("list", "--json").out) == []
    shown = laptop.run("show")
    assert shown.code == 2 and "no mail here is about an open incident" in shown.err and "one of: " in shown.err


def test_a_mail_whose_fields_are_damaged_is_left_out(
    laptop: Installation, installation: Installation, mailbox: ScriptedImap
) -> None:
    installation.declare("Cards fail")
    whole = installation.wire[-1]
    for old, new in (
        (b"Incident-Severity: 3", b"Incident-Severity: very"), (b"Incident-Status: open", b"Incident-Status: \xff\xfe"),
        (b"\nDate: ", b"\nDate: never "), (b"Incident-Commander: ", b"Incident-Commander: <<<"),
        (b"Incident-Update: 0", b"Incident-Update: " + b"9" * 500),
    ):  # fmt: skip
        assert old in whole
        mailbox.deliver(whole.replace(old, new))
    mailbox.deliver(b"Incident-Update: 1\r\n" * 3000)
    mailbox.deliver(whole)
    (found,) = laptop.ok("list", "--json").json
    assert found["description"] == "Cards fail"


@pytest.mark.parametrize(("content", "exit_code", "said"), [
    (b"", 78, "/key"), (b"short", 78, "/key"), (b"x" * 32, 75, "the key of this machine proves none of the mails"),
])  # fmt: skip
def test_a_key_that_cannot_be_used_is_named(
    laptop: Installation, installation: Installation, mailbox: ScriptedImap, content: bytes, exit_code: int, said: str
) -> None:
    installation.declare("Cards fail")
    mailbox.deliver(installation.wire[-1])
    (laptop.path / "key").write_bytes(content)
    (laptop.path / "key").chmod(0o600)
    code, error, hint = told(laptop, "list")
    assert (code, said in error) == (exit_code, True) and f"{laptop.path}/key" in f"{error} {hint}"
