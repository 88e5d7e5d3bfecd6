"""`ingest` as mail servers call it: with hardly any environment, closed streams, any sender, and exit code 0 or 75."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

import incidentmail

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla Mbeki <jayla@example.com>"
ROOT = str(Path(incidentmail.__file__).resolve().parent.parent)


def pipe(installation: Installation, raw: bytes, *words: str, around: str = '"$@"', code: int = 0) -> str:
    """Run `ingest` with only two environment variables. Return its stderr. `around` is the shell command around it."""
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "ingest", *words]
    done = subprocess.run(
        ["/bin/sh", "-c", around, "sh", *command],
        input=raw, capture_output=True, env={"LANG": "C", "PYTHONPATH": ROOT}, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr.decode()
    return done.stderr.decode()


def outcomes(installation: Installation) -> list[str]:
    return [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines]


@pytest.mark.parametrize("around", [
    'umask 077; LC_ALL=C PYTHONUTF8=0 exec "$@" >&-', 'exec "$@" >&- 2>&-', 'exec "$@" >/dev/full 2>/dev/full',
    'mkdir gone; cd gone; rmdir ../gone; ulimit -n 32; exec "$@"', '"$@" | true',
])  # fmt: skip
def test_a_reply_counts_whatever_the_mail_server_leaves_of_the_surroundings(
    around: str, installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1, die zweite Gateway-Lösung fällt aus 不", JAYLA)
    monkeypatch.chdir(installation.path)
    pipe(installation, raw, around=around)
    assert outcomes(installation) == ["applied"]
    assert installation.show()["severity"] == 1
    modes = {path.name: path.stat().st_mode & 0o777 for path in (installation.ledger, installation.path / "key")}
    assert modes == {"ledger.db": 0o600, "key": 0o600}


def test_the_address_that_names_the_incident_may_stand_in_X_Original_To_and_in_no_process_list(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    plus, subject = str(declared["Reply-To"]).rpartition(", ")[2], f"Re: {declared['Subject']}"
    to, more = "undisclosed-recipients:;", "In-Reply-To: <x@y.test>\n"
    raw = mails.new("sev 1", sender=JAYLA, subject=subject, to=to, more=more)
    assert installation.ingest(raw)["outcome"] == "filed"
    trace = f"Return-Path: <jayla@example.com>\nX-Original-To: {plus}\n".encode()
    outcome = installation.ingest(trace + raw.replace(b"Message-ID: <", b"Message-ID: <2"))
    assert (outcome["outcome"], installation.show()["severity"]) == ("applied", 1)


@pytest.mark.parametrize("around", ['exec "$@" <&- >&- 2>&-', 'exec "$@" </dev/null'])
def test_without_a_mail_the_mail_server_keeps_it(around: str, installation: Installation) -> None:
    pipe(installation, b"", around=around, code=75)
    installation.configure()
    assert outcomes(installation) == []


@pytest.mark.parametrize("words", [("--no-such",), ("--sender",), ("one", "two"), ("/nowhere/mail",)], ids=" ".join)
def test_a_wrong_call_is_a_temporary_failure(words: tuple[str, ...], installation: Installation) -> None:
    assert installation.run("ingest", *words, stdin=b"Subject: x\n\nx\n").code == 75


def test_a_broken_installation_is_a_temporary_failure(installation: Installation, tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "msgspec"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('half an upgrade')\n")
    around = f'PYTHONPATH={shlex.quote(str(broken.parent))}:"$PYTHONPATH" exec "$@"'
    assert "half an upgrade" in pipe(installation, b"Subject: x\n\nx\n", around=around, code=75)


def test_a_mail_for_a_damaged_ledger_stays_with_the_mail_server(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.reply_to(installation.declare("Cards fail"), "It began at noon.", JAYLA))
    installation.broken = True
    raw = installation.ledger.read_bytes()
    at = raw.index(b"It began at noon") if b"It began at noon" in raw else raw.index(b"note_added.v1")
    installation.ledger.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
    said = pipe(installation, mails.new("sev 1", sender=JAYLA, subject="Cards"), code=75)
    assert "not stored, give it in again" in said and "it is damaged: " in said
    result = installation.run("ledger", "verify")
    assert result.code == 1
    assert "the ledger does not hold" in result.err


@pytest.mark.parametrize("sender", ["$(touch hacked)@x", "--help", "-", "a b\n--recipient=x", "x" * 5_000])
def test_what_the_sender_is_called_is_one_word_and_nothing_more(
    sender: str, installation: Installation, mails: Mails
) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1", JAYLA)
    assert installation.ingest(raw, f"--sender={sender}", f"--recipient={sender}")["outcome"] == "applied"
    with installation.context() as context, context.ledger.snapshot() as view:
        accepted = view.accepted(1)
    assert accepted is not None
    assert accepted.envelope["reverse_path"] == sender


def test_no_shell_reads_the_sender(installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(installation.path)
    raw = mails.reply_to(installation.declare(), "sev 1", JAYLA)
    pipe(installation, raw, "--sender", ";id>hacked|@x", "--recipient", "`touch hacked`@x")
    assert outcomes(installation) == ["applied"]
    assert not (installation.path / "hacked").exists()


def test_a_sender_in_no_alphabet_is_taken(installation: Installation, mails: Mails) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1", JAYLA)
    pipe(installation, raw, os.fsdecode(b"--sender=\xff\xfe@x"))
    assert outcomes(installation) == ["applied"]


@pytest.mark.parametrize("first", [
    b"", b"From jayla@example.com  Fri Nov 20 14:25:00 2026\n", b">From jayla@example.com Fri Nov 20 14:25:00 2026\n",
    b"Return-Path: <jayla@example.com>\nDelivered-To: incident-bot@example.com\n",
])  # fmt: skip
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_the_forms_of_procmail_fetchmail_and_exim_are_one_mail(
    first: bytes, ending: bytes, installation: Installation, mails: Mails
) -> None:
    raw = first + mails.reply_to(installation.declare(), "sev 1", JAYLA)
    assert installation.ingest(raw.replace(b"\n", ending))["outcome"] == "applied"


@pytest.mark.parametrize("path", ["--sender=", None], ids=["envelope", "field"])
def test_a_report_with_the_null_sender_is_a_machine_s(
    path: str | None, installation: Installation, mails: Mails
) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1", JAYLA)
    outcome = installation.ingest(raw, path) if path else installation.ingest(b"Return-Path: <>\n" + raw)
    assert outcome["outcome"] == "automatic"


def test_of_a_mail_over_the_limit_only_the_header_is_stored_and_the_operator_sees_it(
    installation: Installation, mails: Mails
) -> None:
    """With an exit code of 75, it would stay in the mail server's queue for days, and nobody would see it."""
    raw = mails.reply_to(installation.declare(), "sev 1\n" + "y" * 12_000_000, JAYLA)
    result = installation.run("ingest", stdin=raw)
    assert result.code == 0
    assert f"only the header is stored: it has {len(raw)} bytes, more than 10485760" in result.err
    (shown,) = installation.ok("inbox", "--json").lines
    assert (shown["outcome"], shown["rule"], shown["from"]) == ("quarantined", "unfetched", "jayla@example.com")
    assert shown["reason"] == f"it has {len(raw)} bytes, more than 10485760"
    assert "set aside within a week" in installation.run("status").out
    assert installation.show()["severity"] == 3
    assert installation.ledger.stat().st_size < 1_000_000


def test_a_large_file_is_taken_in_the_same_way(installation: Installation) -> None:
    file = installation.path / "mail.eml"
    file.write_bytes(b"From: jayla@example.com\nSubject: x\n\n" + b"y" * 12_000_000)
    assert installation.ok("ingest", str(file))
    assert [one["outcome"] for one in installation.ok("inbox", "--all", "--json").lines] == ["quarantined"]
