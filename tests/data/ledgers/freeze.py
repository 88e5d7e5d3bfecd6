"""Write a ledger that has rows of every kind, made by the code as it is now; README.md says when and how.

It is one organisation's afternoon, played through the command line and a few mails by invented people.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from conftest import Clock, Installation, Mails, Sink
from scripted_imap import ScriptedImap

from incidentmail.app.held_commands import expire_due
from incidentmail.app.receiving.apply import accept_mails, apply_next
from incidentmail.inbound.message import Envelope

BO, ALICIA, JAYLA = (f"{name.title()} <{name}@example.com>" for name in ("bo", "alicia", "jayla"))
KEY = b"a key of nobody, for this ledger"
MORE = """
[people]
"bo@example.com" = "Bo K."
"alicia@example.com" = "Alícia S."
[operator]
address = "operator@example.com"
[incident]
proposals_expire_after = "2h"
"""


def freeze(folder: Path) -> Path:
    """Play the afternoon in `folder`; return the ledger."""
    installation, mails, relay = Installation(folder, Clock()), Mails(), Sink()
    (folder / "key").write_bytes(KEY)
    (folder / "key").chmod(0o600)

    def configure(more: str = "") -> None:
        installation.configure(MORE + more, relay=relay.url)
        text = installation.config.read_text()
        installation.config.write_text(text.replace("[list]\n", '[list]\nrestricted = "security@example.com"\n'))

    def last() -> EmailMessage:
        installation.clock.tick(minutes=1)
        installation.run("outbox", "retry")
        return relay.mails[-1]

    def announced() -> EmailMessage:
        return [mail for mail in relay.mails if mail["Incident-Update"]][-1]

    def reply(text: str, sender: str, style: str = "top", to: EmailMessage | None = None) -> bytes:
        installation.clock.tick(minutes=1)
        return mails.reply_to(to or announced(), text, sender, style)

    def asked(address: str) -> EmailMessage:
        return [mail for mail in relay.mails if address in str(mail["To"]) and not mail["Incident-Update"]][-1]

    configure()
    installation.ok("declare", "Checkout is rejecting card payments", "--severity", "2", "-m", "Since 14:07 UTC.")
    first = reply("sev 1\nphase 2\nImpact: nobody can pay\nNext update: 15:00 UTC", BO)
    installation.ingest(first)
    installation.ingest(first)  # a duplicate
    installation.ingest(reply("Action: call the bank (Alícia S.)\nNeed: a list of refused cards", ALICIA, "outlook"))
    installation.ingest(reply("Done: #1", ALICIA, "bottom"))
    installation.ingest(reply("The gateway answers again, it seems.", JAYLA, "naked"))  # a note
    installation.ingest(reply("severity nine hundred\nseverity: 900", JAYLA))  # refused
    installation.ingest(mails.new("Lunch at noon?", sender=JAYLA, subject="Lunch"))  # filed
    installation.ingest(mails.new("I am away.", sender=JAYLA, subject="Away", more="Auto-Submitted: auto-replied\n"))
    installation.ingest(reply("sev 3", JAYLA).replace(b"Subject:", b"X-A: 1\rFrom: x@example.com\nSubject:", 1))
    last()
    installation.ok("update", "--venue", "the bridge", "--description", "Cards fail", "--customer-liaison", JAYLA)
    installation.ok("update", "-m", "We look at the certificate.", "--severity", "3")
    installation.ok("undo", str(announced()["Incident-Update"]))
    installation.ok("note", "The certificate ran out.")
    installation.ok("handoff", BO)
    last()
    installation.ingest(reply("decline", BO, to=asked("bo@example.com")))
    installation.ok("handoff", "--spoken", JAYLA)
    installation.ingest(reply("Alícia S. is incident commander.", BO))  # held, and accepted by the one named
    last()
    installation.ingest(reply("accept", ALICIA, to=asked("alicia@example.com")))
    installation.ingest(reply("Jayla is incident commander.", BO))
    installation.ok("proposal", "reject", "2")
    installation.ingest(reply("Jayla is incident commander.", BO))  # this one expires
    installation.clock.tick(hours=3)
    with installation.context() as context:
        expire_due(context)
    last()
    installation.ingest(reply("Jayla is incident commander.", BO))  # this one waits
    last()
    installation.ok("declare", "Search is slow", "--drill")
    installation.ok("close", "search", "-m", "Over.")
    installation.ingest(bytes(announced()))  # the list's copy of our own mail
    installation.ok("declare", "A laptop was stolen", "--restricted")
    relay.replies["incidents@example.com"] = "451 later"
    installation.run("update", "checkout", "--phase", "1")
    relay.replies["incidents@example.com"] = "550 no such list"
    installation.run("update", "checkout", "--phase", "2")
    relay.replies["incidents@example.com"] = "451 later"
    installation.run("update", "checkout", "-m", "We are still at it.")
    with ScriptedImap() as imap:
        os.environ["INCIDENTMAIL_IMAP_PASSWORD"] = "secret"
        configure(f'[imap]\nurl = "{imap.url}"\n')
        for n in range(3):
            imap.deliver(reply(f"mail {n}", JAYLA), arrived_at=installation.clock.now)
        imap.withheld = {2}
        installation.run("fetch")
    configure()
    with installation.context() as context:  # three that nobody has read: one is put off, one has failed once
        checkout = relay.mails[0]
        for text in ("sev 4", "Mara is incident commander."):  # one leaves a follow-up due, the other a question
            accept_mails(context, [(reply(text, BO, to=checkout), Envelope(way="pipe"))])
            apply_next(context)
        raws = [reply(text, JAYLA, "bare") for text in ("sev 2", "phase 2", "Thanks.")]
        accept_mails(context, [(raw, Envelope(way="pipe")) for raw in raws])
        with context.ledger.transaction() as tx:
            now = context.now()
            sent = tx.outbox(["sent"])[-1]
            tx.mark_missed(sent.id, at=now)
            tx.lease(now=now, until=now + timedelta(minutes=5), by="nobody", early=True)
            waiting = tx.next_pending()
            assert waiting is not None
            tx.defer(waiting.seq, until=now + timedelta(minutes=5), reason="no name server answers")
            tx.record_failure(waiting.seq + 1, "RuntimeError: invented")
    relay.stop()
    return installation.ledger


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = freeze(Path(folder))
        with closing(sqlite3.connect(made)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
        Path(sys.argv[1]).write_bytes(gzip.compress(made.read_bytes(), mtime=0))
