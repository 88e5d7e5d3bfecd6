"""With `ledger verify --witness`, any subscriber's mailbox proves that nothing was changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from saved_boxes import as_files, as_maildir, as_mbox
from scripted_imap import ScriptedImap

from incidentmail.ledger.codec import accepted_hash, chain
from incidentmail.ledger.sqlite.checksums import register

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
Saved = Callable[[Path, list[bytes]], None]


def run_incident(installation: Installation, mails: Mails) -> list[bytes]:
    """Play an incident with six mails to the list, and return a subscriber's mailbox, with other mail in it."""
    declared = installation.declare("Cards fail", "--severity", "3")
    for text in ("sev 2", "It began at noon.", "sev 1", "phase 2", "Impact: no payments", "sev 2", "sev 3"):
        installation.ingest(mails.reply_to(declared, text, JAYLA))
    announced = [bytes(mail) for mail in installation.mails if mail["Incident-Update"]]
    assert len(announced) >= 5
    return [*announced, mails.new("Lunch?", sender=JAYLA, subject="Lunch")]


@pytest.mark.parametrize("save", [as_maildir, as_mbox, as_files])
def test_a_mailbox_in_any_form_agrees_with_the_ledger_that_wrote_to_it(
    installation: Installation, mails: Mails, save: Saved
) -> None:
    saved = run_incident(installation, mails)
    save(installation.path / "mine", saved)
    said = installation.ok("ledger", "verify", "--witness", str(installation.path / "mine"))
    assert f"{len(saved)} mails, {len(saved) - 1} of them say what the record was then; all of these agree" in said.out
    counts = installation.ok("ledger", "verify", "--witness", str(installation.path / "mine"), "--json").json
    assert counts["witnesses"] == {"mails": len(saved), "proven": len(saved) - 1, "unproven": 0}


def rewrite_entries(connection: sqlite3.Connection, first: int) -> None:
    """Change entry `first`, and compute all hashes anew, as somebody with all rights could."""
    (prev,) = connection.execute("SELECT prev_hash FROM entries WHERE seq = ?", (first,)).fetchone()
    for seq, body in connection.execute(
        "SELECT seq, body FROM entries WHERE seq >= ? ORDER BY seq", (first,)
    ).fetchall():
        changed = body.replace(b"2026-11-20T14", b"2026-11-20T13") if seq == first else body
        assert seq != first or changed != body
        new = chain(prev, changed)
        connection.execute(
            "UPDATE entries SET body = ?, prev_hash = ?, hash = ? WHERE seq = ?", (changed, prev, new, seq)
        )
        prev = new


def rewrite_mail(connection: sqlite3.Connection, first: int) -> None:
    """Change the time of arrival of accepted mail `first`, and compute all hashes anew."""
    query = "SELECT seq, sha256, envelope, received_at, hash FROM accepted WHERE seq >= ? ORDER BY seq"
    (prev,) = connection.execute("SELECT hash FROM accepted WHERE seq = ?", (first - 1,)).fetchone()
    for seq, sha256, envelope, received_at, _ in connection.execute(query, (first,)).fetchall():
        at = "2026-11-20T01:00:00Z" if seq == first else received_at
        prev = accepted_hash(prev, sha256, envelope, at)
        connection.execute("UPDATE accepted SET received_at = ?, hash = ? WHERE seq = ?", (at, prev, seq))


def cut_entries(connection: sqlite3.Connection, first: int) -> None:
    connection.execute("DELETE FROM entries WHERE seq >= ?", (first,))


def alter(installation: Installation, change: Callable[[sqlite3.Connection, int], None], first: int) -> None:
    """Change the ledger from number `first` on, without its guards, which are put up again afterwards."""
    installation.broken = True
    with sqlite3.connect(installation.ledger) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        register(connection)
        connection.execute("PRAGMA foreign_keys = OFF")
        change(connection, first)
        for _, guard in guards:
            connection.execute(guard)
    connection.close()


@pytest.mark.parametrize("first", range(2, 9))
@pytest.mark.parametrize("change", [rewrite_entries, rewrite_mail, cut_entries])
def test_what_was_rewritten_with_every_right_is_found_between_two_mails(
    installation: Installation, mails: Mails, change: Callable[[sqlite3.Connection, int], None], first: int
) -> None:
    saved = run_incident(installation, mails)
    as_mbox(installation.path / "mine", saved)
    fields = [message_from_bytes(raw, policy=policy.default)["Incident-Ledger"] for raw in saved]
    heads = [str(field).split("; ") for field in fields if field]
    seen = sorted(int(head[3 if change is rewrite_mail else 1]) for head in heads)
    if first > seen[-1]:
        assert change is rewrite_mail  # no mail was sent after it, so no mail can show it
        return
    alter(installation, change, first)
    result = installation.run("ledger", "verify", "--witness", str(installation.path / "mine"), "--json")
    assert (result.code, result.json["ok"]) == (1, False)
    last_agreed = max((size for size in seen if size < first), default=0)
    assert last_agreed + 1 <= result.json["first_bad"] <= first


def test_the_mails_that_show_it_are_named(installation: Installation, mails: Mails) -> None:
    saved = run_incident(installation, mails)
    as_files(installation.path / "mine", saved[:2])
    older = installation.ledger.read_bytes()
    installation.run("update", "--severity", "1")
    newest = installation.path / "mine" / "newest.eml"
    newest.write_bytes(bytes(installation.mails[-1]))
    installation.ledger.write_bytes(older)
    said = installation.run("ledger", "verify", "--witness", str(installation.path / "mine"))
    assert said.code == 1
    assert f"{newest} says otherwise: there was entry" in said.err
    assert "1.eml says" in said.err and "the first difference is at" in said.err


def test_a_forged_mail_in_the_mailbox_accuses_nobody(installation: Installation, mails: Mails) -> None:
    saved = run_incident(installation, mails)
    forged = saved[0].replace(b"Incident-Ledger: ", b"Incident-Ledger: aa")
    as_maildir(installation.path / "mine", [forged, *saved])
    result = installation.ok("ledger", "verify", "--witness", str(installation.path / "mine"))
    assert "nothing proves that we wrote it so" in result.err


def test_what_is_no_mailbox_is_refused(installation: Installation) -> None:
    installation.declare()
    (installation.path / "empty").mkdir()
    for name in ("empty", "missing"):
        result = installation.run("ledger", "verify", "--witness", str(installation.path / name))
        assert (result.code, "name a mail saved as a file" in result.err) == (65, True)


def test_the_head_is_a_line_that_shows_a_later_change(installation: Installation, mails: Mails) -> None:
    run_incident(installation, mails)
    note = installation.path / "pasted.txt"
    note.write_text(installation.ok("ledger", "head").out)
    installation.run("update", "--severity", "1")
    assert installation.ok("ledger", "verify", "--witness", str(note))
    shown = installation.ok("ledger", "head", "--json").json
    assert shown["note"].startswith(f"Incident-Ledger: {shown['origin']}; {shown['size']}; {shown['head']}; ")


def test_an_imap_folder_is_a_witness_and_is_only_read(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = run_incident(installation, mails)
    with ScriptedImap() as server:
        for raw in saved:
            server.deliver(raw)
        monkeypatch.setenv("INCIDENTMAIL_WITNESS_PASSWORD", "secret")
        done = installation.ok("ledger", "verify", "--witness", server.url, "--json").json
        assert done["witnesses"] == {"mails": len(saved) - 1, "proven": len(saved) - 1, "unproven": 0}
        assert all(not stored.flags for stored in server.mails.values())
        sent = b"\n".join(server.wire).upper()
        assert b"EXAMINE" in sent and b" SELECT" not in sent and b"STORE" not in sent
        alter(installation, rewrite_entries, 2)
        found = installation.run("ledger", "verify", "--witness", server.url)
        assert found.code == 1 and "/INBOX, mail 2 says otherwise" in found.err, found


def test_the_password_of_the_configured_mailbox_goes_to_no_other_server(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_incident(installation, mails)
    monkeypatch.delenv("INCIDENTMAIL_WITNESS_PASSWORD", raising=False)
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", "secret")
    with ScriptedImap() as server:
        refused = installation.run("ledger", "verify", "--witness", server.url)
        assert refused.code == 78 and "set $INCIDENTMAIL_WITNESS_PASSWORD" in refused.err
        assert server.connections == 0
        installation.configure(f'[imap]\nurl = "{server.url}"\n')
        nothing = installation.run("ledger", "verify", "--witness", server.url)
        assert nothing.code == 65 and "no mail in" in nothing.err and server.connections == 1
    gone = installation.run("ledger", "verify", "--witness", "imaps://example.com")
    assert gone.code == 65 and "imaps://user@host" in gone.err
