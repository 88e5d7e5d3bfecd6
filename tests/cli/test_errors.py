"""Errors are one line on stderr, followed by what to do, with the exit codes that the README lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
ERROR = re.compile(r"incidentmail: error: [^\n]+[^.\n]\n(?:hint: [^\n]+\n){1,3}")


@pytest.mark.parametrize(
    ("code", "args"),
    [
        (1, ["update", "cards", "--severity", "9"]),
        (1, ["declare", "Odd", "--severity", "9"]),
        (1, ["declare", "Odd", "--phase", "9"]),
        (1, ["update", "cards", "--venue", " "]),
        (2, ["declare"]),
        (2, ["declare", ""]),
        (2, ["declare", "Odd", "--severity", "two"]),
        (2, ["declare", "Odd", "--commander", "a@b@c"]),
        (2, ["declare", "Odd", "--role", "king=Bo"]),
        (2, ["declare", "Odd", "--next-update", "soon"]),
        (2, ["declare", "Odd", "-m", "a", "-F", "b"]),
        (2, ["update", "cards"]),
        (2, ["show", "nothing-like-that"]),
        (2, ["show", ""]),
        (2, ["undo", "cards", "7"]),
        (2, ["undo", "cards", "seven"]),
        (2, ["note", "one", "two", "three"]),
        (2, ["note", ""]),
        (2, ["note", "cards", " \u200b\n"]),
        (2, ["update", "-m", "\u200b"]),
        (2, ["close", "-m", ""]),
        (2, ["retract", "-m", " "]),
        (2, ["reopen", "cards", "-m", "\u2060"]),
        (2, ["template", "show", "email/nothing.j2"]),
        (2, ["template", "show", "../email/offer.txt.j2"]),
        (2, ["inbox", "assign", "x", "cards"]),
        (2, ["inbox", "assign", "-1", "cards"]),
        (2, ["inbox", "assign", "7", "cards"]),
        (2, ["proposal", "accept", "x"]),
        (2, ["proposal", "reject", "9" * 30]),
        (2, ["undo", "cards", "9" * 30]),
        (2, ["handoff", "cards", "Bo K."]),
        (2, ["outbox", "show", "nothing"]),
        (2, ["outbox", "drop", "nothing"]),
        (2, ["decalre", "Odd"]),
        (2, ["declare", "--bogus"]),
        (65, ["declare", "Odd", "-F", "/nowhere/details"]),
        (65, ["explain", "/nowhere/mail"]),
        (78, ["--config", "/nowhere/config.toml", "list"]),
    ],
)
def test_each_error_has_its_code_one_line_and_few_hints(installation: Installation, code: int, args: list[str]) -> None:
    installation.declare("Cards fail")
    result = installation.run(*args)
    assert (result.code, result.out) == (code, ""), result
    said = "".join(line for line in result.err.splitlines(keepends=True) if not line.startswith("also open: "))
    assert ERROR.fullmatch(said), result.err
    assert len(installation.mails) == 1


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("", ["declare", "Odd"]),
        ("", ["update", "-m", "Odd"]),
        (None, ["declare", "Odd", "--severity", "9"]),
        (None, ["declare", "Odd", "--severity", "two"]),
        (None, ["declare", "--bogus"]),
        (None, ["declare", "the key is AKIAIOSFODNN7EXAMPLE"]),
    ],
)
def test_whoever_meant_to_tell_everybody_reads_that_nobody_has_been_told(
    installation: Installation, text: str | None, args: list[str]
) -> None:
    if text is not None:
        installation.config.write_text(text)
    assert installation.run(*args).err.startswith("incidentmail: error: NOBODY HAS BEEN TOLD YET: ")
    assert "NOBODY" not in installation.run(*args, "--dry-run").err
    assert installation.mails == []


def test_a_refusal_at_a_terminal_names_options_and_not_replies(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert "hint: --severity and a number: 1 (critical)" in installation.run("update", "--severity", "9").err
    assert "hint: --phase and a number: 0 (discovery)" in installation.run("update", "--phase", "9").err
    installation.ok("close")
    assert "hint: 'incidentmail reopen' to open it again" in installation.run("update", "cards", "--phase", "2").err
    assert "hint: name it, if you mean 2026-11-20-cards-fail, which is closed" in installation.run("close").err


def test_a_misspelled_command_is_told_the_right_one(installation: Installation) -> None:
    assert "did you mean this? incidentmail declare Odd\n" in installation.run("decalre", "Odd").err


@pytest.mark.parametrize(
    "text", ["", "[list]\n", '[list]\naddress = "x"\n', '[lsit]\naddress = "incidents@example.com"\n', "no toml"]
)
def test_a_configuration_that_cannot_work_exits_78_and_says_what_to_write(
    installation: Installation, text: str
) -> None:
    installation.config.write_text(text)
    result = installation.run("declare", "Cards fail")
    assert result.code == 78
    assert ERROR.fullmatch(result.err), result.err


def test_without_any_configuration_declare_says_what_is_missing(installation: Installation) -> None:
    done = installation.process("unset INCIDENTMAIL_CONFIG; incidentmail declare Odd")
    if not Path("/etc/incidentmail/config.toml").exists():
        assert done.returncode == 78
        assert b"no mailing list is configured" in done.stderr
        assert b"incidentmail init" in done.stderr


def test_a_relay_that_cannot_be_read_is_told_before_anything_is_declared(installation: Installation) -> None:
    installation.configure(relay="carrier-pigeon://roof")
    assert installation.run("declare", "Cards fail").code == 78
    installation.configure()
    assert installation.ok("list", "--all", "--json").json == []


def test_a_folder_that_may_not_be_written_exits_77(installation: Installation) -> None:
    (installation.path / "file").write_text("")
    text = installation.config.read_text().replace(
        f"{installation.path}/ledger.db", f"{installation.path}/file/ledger.db"
    )
    installation.config.write_text(text)
    assert installation.run("declare", "Cards fail").code == 77


def test_ingest_exits_0_for_whatever_it_could_store(installation: Installation, mails: Mails) -> None:
    for raw in (b"x", mails.new("Hm", sender="Eve <eve@evil.test>", subject="Hm"), b"\0" * 10):
        assert installation.run("ingest", stdin=raw).code == 0


def test_ingest_exits_75_for_all_that_it_could_not_store(installation: Installation) -> None:
    assert installation.run("ingest", stdin=b"").code == 75
    assert installation.run("ingest", "/nowhere/mail").code == 75
    assert installation.run("ingest", "--bogus", stdin=b"x").code == 75
    assert installation.run("--config", "/nowhere/config.toml", "ingest", stdin=b"x").code == 75
    (installation.path / "file").write_text("")
    text = installation.config.read_text().replace(
        f"{installation.path}/ledger.db", f"{installation.path}/file/ledger.db"
    )
    installation.config.write_text(text)
    result = installation.run("ingest", stdin=b"x")
    assert (result.code, "not stored, give it in again" in result.err) == (75, True)
    installation.config.write_text("no toml")
    assert installation.run("ingest", stdin=b"x").code == 75


def test_ingest_exits_0_when_only_the_announcement_fails(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    from incidentmail.cli.mail import ingest as mail

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("disk full \x1b[2J")

    monkeypatch.setattr(mail, "flush", fails)
    result = installation.run("ingest", stdin=mails.new("Severity 2.", sender=JAYLA, subject="Cards fail"))
    assert (result.code, "the mail is stored" in result.err, "\x1b" in result.err) == (0, True, False)
    assert installation.show()["severity"] == 2


def test_ingest_exits_0_with_the_relay_down_and_the_mail_waits(installation: Installation, mails: Mails) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.ok("ingest", stdin=mails.new("Severity 2.", sender=JAYLA, subject="Cards fail"))
    assert [line["state"] for line in installation.ok("outbox", "list", "--json").lines] == ["queued"]


def test_a_reader_that_leaves_early_does_no_harm(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    for number in range(30):
        installation.ok("note", f"{number} " + "x" * 9000)
    done = installation.process("incidentmail log --json | head -c 100; incidentmail log | head -n 1; true")
    assert (done.returncode, done.stderr) == (0, b"")
    raw = mails.reply_to(installation.mails[0], "sev 1", JAYLA)
    done = installation.process("incidentmail ingest > /dev/full", raw)
    assert done.returncode == 0
    assert installation.process("incidentmail list > /dev/full").returncode == 70
    assert installation.show()["severity"] == 1
    assert len(installation.mails) == 2


def test_a_relay_that_hangs_up_in_the_middle_does_not_kill_the_command(installation: Installation) -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            connection.sendall(b"220 hello\r\n")
            connection.recv(10)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        installation.configure(relay=f"smtp://127.0.0.1:{server.getsockname()[1]}")
        done = installation.process("incidentmail declare 'Cards fail'")
    assert done.returncode == 75
    assert b"NOBODY HAS BEEN TOLD YET" in done.stderr


def test_escape_sequences_from_mail_never_reach_the_terminal(installation: Installation, mails: Mails) -> None:
    evil = "\x1b]0;owned\x07 \x9b31m \u202e \x1b[2J"
    raw = mails.new(
        f"Severity 2.\nVenue: #a {evil}\nCustomer liaison: Bo {evil}\n\nDetails {evil}",
        sender=f'"Jayla {evil}" <jayla@example.com>',
        subject=f"Cards {evil} fail",
    )
    installation.ingest(raw)
    installation.ingest(mails.reply_to(installation.mails[0], f"Note {evil}\n\nmore", JAYLA))
    shown = [
        installation.run(*args, stdin=raw)
        for args in (
            ["show"], ["list"], ["log"], ["inbox", "--all"], ["outbox", "list", "--all"], ["explain"], ["ingest"],
            ["show", "--json"], ["log", "--json"], ["explain", "--json"], ["undo", evil], ["show", evil],
            ["update", "--severity", "1", "--dry-run"], ["update", "--severity", "1"], ["declare", f"x {evil}"],
        )
    ]  # fmt: skip
    for result in shown:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", result.out + result.err), result
    assert len(shown) == 15


def test_output_has_no_colour_where_nobody_looks(installation: Installation) -> None:
    installation.declare("Cards fail")
    done = installation.process("incidentmail show; incidentmail list; printf 'sev 1' | incidentmail explain --text")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout


def test_files_are_for_their_owner_only(installation: Installation) -> None:
    installation.declare("Cards fail")
    modes = {name: (installation.path / name).stat().st_mode & 0o777 for name in ("ledger.db", "key")}
    assert modes == {"ledger.db": 0o600, "key": 0o600}


def test_where_nothing_can_be_recorded_the_text_to_tell_people_is_printed(installation: Installation) -> None:
    installation.ledger.mkdir()
    result = installation.run("declare", "Cards fail", "-m", "Since 14:07 UTC.")
    assert result.code == 77
    assert "NOBODY HAS BEEN TOLD" in result.err
    assert "    Cards fail\n\n    Since 14:07 UTC." in result.err
    installation.ledger.rmdir()
