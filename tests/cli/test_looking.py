"""Commands that only look do not wait for another process that writes, and leave nothing on the disk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pytest

from incidentmail.cli.main import cli
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails, Result

JAYLA = "Jayla M. <jayla@example.com>"
LOOKS: Final = (
    ("list",), ("list", "--all", "--json"), ("show",), ("show", "--json"), ("log",), ("log", "--all", "--json"),
    ("role",), ("role", "--json"), ("brief",), ("brief", "--json"), ("timeline",),
    ("timeline", "--since", "1h", "--json"),
    ("status",), ("status", "--json"), ("inbox",), ("inbox", "--all", "--json"), ("outbox",),
    ("outbox", "list", "--all", "--json"), ("outbox", "show", "1"), ("outbox", "show", "1", "--raw"), ("proposal",),
    ("alert",), ("alert", "show", "1"), ("alert", "list", "--all", "--json"),
    ("proposal", "list", "--json"), ("ledger", "verify"), ("ledger", "verify", "--json"), ("ledger", "head"),
    ("ledger", "head", "--json"), ("ledger", "export"), ("explain",), ("search", "Cards"),
    ("search", "Cards", "--json"), ("stats",), ("stats", "--json"), ("stats", "--each", "--csv"),
    ("drill", "list"), ("drill", "list", "--runs", "--json"), ("drill", "show", "leak"), ("drill", "check", "leak"),
    ("drill", "score"), ("drill", "score", "--json"),
    ("hook", "list"), ("hook", "list", "--json"),
    ("stats", "--html", "-"), ("retro", "show"), ("retro", "show", "--json"), ("retro", "show", "--html"),
    ("template", "list"), ("template", "show", "email/follow_up.txt.j2"), ("template", "check"),
    ("template", "preview"), ("template", "preview", "cards", "--kind", "follow-up"),
    ("declare", "Search is slow", "--dry-run"), ("update", "--severity", "1", "--dry-run"),
    ("ledger", "redact", "1", "--reason", "x", "--dry-run"), ("ledger", "prune", "--older-than", "400d", "--dry-run"),
    ("handoff", "Bo K. <bo@example.com>", "--dry-run"), ("close", "--dry-run"), ("retract", "--dry-run"),
)  # fmt: skip
WRITES: Final = {
    "action", "need", "done", "assign", "assume", "evidence", "decide", "ask", "join", "leave", "roll-call",
    "break", "back", "aware", "notified", "note", "init", "publish",
    "reopen", "undo", "serve", "ingest", "fetch", "flush", "inbox assign", "outbox retry", "outbox drop",
    "merge", "restrict", "proposal accept", "proposal reject", "ledger migrate", "ledger backup", "ledger rebuild",
    "ledger import", "ledger copy", "retro plan", "retro owner", "retro held", "retro not-held", "retro not-needed",
    "retro call-off", "ledger hold", "ledger rotate-key", "ledger compact",
    "alert accept", "alert reject", "alert address",
    "promote", "drill run", "drill stop",
}  # fmt: skip
NO_LEDGER: Final = {"password", "demo", "completion", "config check", "config show", "config example"}
ASKS_SERVERS: Final = {"doctor", "hook test"}
"""Commands that only look, but also ask servers. They are tested in tests/app/doctor and tests/app/hooks."""
DRY: Final = "--dry-run"
HOLDER: Final = """
import sqlite3, sys
writer = sqlite3.connect(sys.argv[1], isolation_level=None)
writer.execute(f"BEGIN {sys.argv[2]}")
writer.execute("CREATE TABLE not_committed (name TEXT)")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(installation: Installation, how: str = "IMMEDIATE") -> Iterator[None]:
    """Let another process hold a write transaction while the block lasts."""
    line = [sys.executable, "-c", HOLDER, str(installation.ledger), how]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.kill()


def filled(installation: Installation, mails: Mails) -> Installation:
    """Fill a ledger with an incident, an alert, a drill, a mail to the list, and replies, applied and refused."""
    installation.configure('[alerts]\nfrom = ["alerts@monitoring.example.com"]\n')
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", '[list]\ndrill = "drills@example.com"\n'))
    installation.ok("drill", "run", "leak")
    installation.ok("drill", "stop")
    for of_drill in installation.private:
        installation.ingest(list_copy(bytes(of_drill), ListStyle(address="drills@example.com")))
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(list_copy(bytes(mail), ListStyle(address="incidents@example.com")))
    installation.ingest(mails.reply_to(mail, "Severity: 3", JAYLA))
    installation.ingest(mails.reply_to(mail, "Severity: 1", "Eve <eve@evil.test>"))
    installation.ingest(mails.new("", sender="alerts@monitoring.example.com", subject="Disk", to="bot@example.com"))
    installation.ok("alert", "reject", "1")
    return installation


def files(installation: Installation) -> dict[str, bytes]:
    return {
        str(path.relative_to(installation.path)): path.read_bytes()
        for path in installation.path.rglob("*")
        if path.is_file()
    }


def looked(installation: Installation, *, stdin: bytes = b"") -> dict[tuple[str, ...], Result]:
    """Return the result of each command that only looks, by its command line."""
    return {line: installation.run(*line, stdin=stdin) for line in LOOKS}


def leaves(command: click.Command, *names: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from leaves(found, *names, name)
        if not command.invoke_without_command:
            return
    if names:
        yield " ".join(names)


def test_every_command_is_known_to_look_or_to_write() -> None:
    looks = {" ".join(word for word in line[:2] if word.isalpha() and word.islower()) for line in LOOKS}
    assert {name for name in leaves(cli) if name not in WRITES | NO_LEDGER | ASKS_SERVERS} == looks


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_who_looks_waits_for_no_writer_and_sees_what_was_committed(
    installation: Installation, mails: Mails, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = mails.reply_to(filled(installation, mails).mails[0], "Severity: 1", JAYLA)
    monkeypatch.setattr("secrets.token_bytes", bytes)  # made-up incidents have chance in their names
    before = looked(installation, stdin=reply)
    assert {line: result for line, result in before.items() if result.code != 0} == {}
    with held(installation, how):
        assert looked(installation, stdin=reply) == before


def test_so_it_is_in_a_process_of_its_own(installation: Installation, mails: Mails) -> None:
    shown = filled(installation, mails).show()
    with held(installation):
        done = installation.process(
            "incidentmail show --json && incidentmail ledger verify && incidentmail status >/dev/null"
        )
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert done.stdout.decode().startswith(f'{{"id": "{shown["id"]}"')


def test_who_looks_makes_no_file(installation: Installation) -> None:
    before = files(installation)
    said = looked(installation, stdin=b"From: Mara <mara@example.com>\n\nsev 1\n")
    assert files(installation) == before
    assert said["list",].err == f"no open incident; there is no ledger yet, {installation.ledger}\n"
    assert said["ledger", "verify"].err.startswith("incidentmail: error: there is no ledger ")
    assert said["show",].err.startswith("incidentmail: error: there is no open incident\n")
    assert "Search is slow" in said["declare", "Search is slow", DRY].out
    assert {line for line, result in said.items() if result.code not in (0, 2)} == {
        ("ledger", "verify"),
        ("ledger", "verify", "--json"),
        ("ledger", "head"),
        ("ledger", "head", "--json"),
        ("ledger", "export"),
    }
    installation.declare("Cards fail")
    assert installation.ok("list").out.count("Cards fail") == 1


def test_who_looks_changes_no_file(installation: Installation, mails: Mails) -> None:
    before = files(filled(installation, mails))
    looked(installation)
    after = files(installation)
    of_sqlite = {f"{installation.ledger.relative_to(installation.path)}{suffix}" for suffix in ("-wal", "-shm")}
    assert {name: raw for name, raw in after.items() if name not in of_sqlite} == before
    assert installation.ok("note", "The bank was called.")


@pytest.mark.parametrize("line", [("list",), ("ledger", "verify"), ("status",)])
def test_an_empty_file_is_refused_and_left_as_it_is(installation: Installation, line: tuple[str, ...]) -> None:
    installation.broken = True
    installation.ledger.parent.mkdir(parents=True, exist_ok=True)
    installation.ledger.write_bytes(b"")
    result = installation.run(*line)
    assert (result.code, result.out) == (70, "")
    assert "is not a ledger: it is empty\nhint: " in result.err
    assert files(installation)[str(installation.ledger.relative_to(installation.path))] == b""


def test_a_ledger_on_a_medium_that_cannot_be_written_is_read(installation: Installation, mails: Mails) -> None:
    """A folder in the place of a file that SQLite would make keeps it from making one, whoever runs this."""
    shown = filled(installation, mails).show()
    Path(f"{installation.ledger}-wal").unlink(missing_ok=True)
    Path(f"{installation.ledger}-shm").unlink(missing_ok=True)
    Path(f"{installation.ledger}-shm").mkdir()
    before = files(installation)
    assert installation.show() == shown
    assert installation.ok("ledger", "verify").out.startswith("the ledger holds: ")
    assert files(installation) == {**before, "ledger.db-wal": b""}  # SQLite began to
    Path(f"{installation.ledger}-shm").rmdir()
