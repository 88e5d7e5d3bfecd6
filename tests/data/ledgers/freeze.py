"""Write a ledger with rows of every kind, made by the present code. README.md says when and how to use this.

The rows are one organisation's afternoon, played by invented people through the command line and a few mails.
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
from reports import delayed
from scripted_imap import ScriptedImap

from incidentmail.app.held_commands import expire_due
from incidentmail.app.receiving.apply import accept_mails, apply_next
from incidentmail.inbound.message import Envelope

BO, ALICIA, JAYLA = (f"{name.title()} <{name}@example.com>" for name in ("bo", "alicia", "jayla"))
LIST = "incidents@example.com"
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


class Afternoon:
    """One organisation in `folder`, its relay, and its mail."""

    def __init__(self, folder: Path) -> None:
        self.installation, self.mails, self.relay = Installation(folder, Clock()), Mails(), Sink()
        (folder / "key").write_bytes(KEY)
        (folder / "key").chmod(0o600)
        self.configure()

    def configure(self, more: str = "") -> None:
        config = self.installation.configure(MORE + more, relay=self.relay.url).config
        config.write_text(config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n'))

    def flush(self) -> None:
        self.installation.clock.tick(minutes=1)
        self.installation.run("outbox", "retry")

    def announced(self) -> EmailMessage:
        """Return the newest mail to the list."""
        return [mail for mail in self.relay.mails if mail["Incident-Update"]][-1]

    def asked(self, address: str) -> EmailMessage:
        """Return the newest private mail to `address`."""
        self.flush()
        return [mail for mail in self.relay.mails if address in str(mail["To"]) and not mail["Incident-Update"]][-1]

    def reply(self, text: str, sender: str, style: str = "top", to: EmailMessage | None = None) -> bytes:
        self.installation.clock.tick(minutes=1)
        return self.mails.reply_to(to or self.announced(), text, sender, style)

    def answer(self, text: str, sender: str, style: str = "top", to: EmailMessage | None = None) -> None:
        self.installation.ingest(self.reply(text, sender, style, to))

    def mails_of_every_outcome(self) -> None:
        ok, ingest, new = self.installation.ok, self.installation.ingest, self.mails.new
        ok("declare", "Checkout is rejecting card payments", "--severity", "2", "-m", "Since 14:07 UTC.")
        first = self.reply("sev 1\nphase 2\nImpact: nobody can pay\nNext update: 15:00 UTC", BO)
        ingest(first)
        ingest(first)  # a duplicate
        self.answer("Action: call the bank (Alícia S.)\nNeed: a list of refused cards", ALICIA, "outlook")
        self.answer("Done: #1", ALICIA, "bottom")
        self.answer("The gateway answers again, it seems.", JAYLA, "naked")  # a note
        self.answer("severity nine hundred\nseverity: 900", JAYLA)  # refused
        ingest(new("Lunch at noon?", sender=JAYLA, subject="Lunch"))  # filed
        ingest(new("I am away.", sender=JAYLA, subject="Away", more="Auto-Submitted: auto-replied\n"))
        ingest(self.reply("sev 3", JAYLA).replace(b"Subject:", b"X-A: 1\rFrom: x@example.com\nSubject:", 1))
        self.flush()

    def commands_of_every_kind(self) -> None:
        ok = self.installation.ok
        ok("update", "--venue", "the bridge", "--description", "Cards fail", "--customer-liaison", JAYLA)
        ok("update", "-m", "We look at the certificate.", "--severity", "3")
        ok("undo", str(self.announced()["Incident-Update"]))
        ok("note", "The certificate ran out.")
        ok("handoff", BO)
        self.answer("decline", BO, to=self.asked("bo@example.com"))
        ok("handoff", "--spoken", JAYLA)

    def people_at_work(self) -> None:
        ok = self.installation.ok
        ok("join", "--as", "scribe")
        ok("role", "deputy", ALICIA)
        ok("assume", "the second gateway is healthy")
        ok("assign", "2", BO)
        ok("ask", "3", "--answer", "refuted")
        ok("decide", "We fail over at 15:30.")
        ok("evidence", "no error in its log since 14:00")
        ok("roll-call")
        self.answer("I see nothing new.", BO, to=self.asked("bo@example.com"))
        ok("aware", "14:07")
        ok("break", "30m")
        ok("back")
        ok("leave")

    def proposals_of_every_end(self) -> None:
        self.answer("Alícia S. is incident commander.", BO)
        self.answer("accept", ALICIA, to=self.asked("alicia@example.com"))
        self.answer("Jayla is incident commander.", BO)
        self.installation.ok("proposal", "reject", "2")
        self.answer("Jayla is incident commander.", BO)  # this one expires
        self.installation.clock.tick(hours=3)
        with self.installation.context() as context:
            expire_due(context)
        self.flush()
        self.answer("Jayla is incident commander.", BO)  # this one waits
        self.flush()

    def other_incidents(self) -> None:
        ok = self.installation.ok
        ok("declare", "Search is slow", "--drill")
        ok("close", "search", "-m", "Over.")
        self.installation.ingest(bytes(self.announced()))  # the list's copy of our own mail
        ok("declare", "A laptop was stolen", "--restricted")
        for name in ("The shop is slow", "The shop answers nothing"):
            ok("declare", name, "--drill")
        ok("merge", "answers-nothing", "shop-is-slow")
        ok("restrict", "shop-is-slow")

    def mail_of_every_state(self) -> None:
        update = ("update", "checkout")
        self.installation.ingest(delayed(self.relay.mails[0], LIST))
        self.relay.replies[LIST] = "451 later"
        self.installation.run(*update, "--phase", "1")
        self.relay.replies[LIST] = "550 no such list"
        self.installation.run(*update, "--phase", "2")
        self.relay.replies[LIST] = "451 later"
        self.installation.run(*update, "-m", "We are still at it.")

    def a_mailbox(self) -> None:
        """Fetch three mails, one of which the server withholds."""
        os.environ["INCIDENTMAIL_IMAP_PASSWORD"] = "secret"
        with ScriptedImap() as imap:
            self.configure(f'[imap]\nurl = "{imap.url}"\n')
            for number in range(3):
                raw = self.reply(f"mail {number}", JAYLA)
                imap.deliver(raw, arrived_at=self.installation.clock.now)
            imap.withheld = {2}
            self.installation.run("fetch")
        self.configure()

    def what_waits(self) -> None:
        """Leave a follow-up and a question due, and three mails unprocessed: one is deferred, one has failed once."""
        with self.installation.context() as context:
            for text in ("Venue: #payments", "Mara is incident commander."):
                raw = self.reply(text, BO, to=self.relay.mails[0])
                accept_mails(context, [(raw, Envelope(way="pipe"))])
                apply_next(context)
            raws = [self.reply(text, JAYLA, "bare") for text in ("sev 2", "phase 2", "Thanks.")]
            accept_mails(context, [(raw, Envelope(way="pipe")) for raw in raws])
            with context.ledger.transaction() as tx:
                now, waiting = context.now(), tx.next_pending()
                assert waiting is not None
                tx.mark_missed(tx.outbox(["sent"])[-1].id, at=now)
                tx.lease(now=now, until=now + timedelta(minutes=5), by="nobody", early=True)
                tx.defer(waiting.seq, until=now + timedelta(minutes=5), reason="no name server answers")
                tx.count_attempts([waiting.seq + 1])
                tx.record_failure(waiting.seq + 1, "RuntimeError: invented")


def freeze(folder: Path) -> Path:
    """Play the afternoon in `folder`, and return the ledger's path."""
    afternoon = Afternoon(folder)
    afternoon.mails_of_every_outcome()
    afternoon.commands_of_every_kind()
    afternoon.people_at_work()
    afternoon.proposals_of_every_end()
    afternoon.other_incidents()
    afternoon.mail_of_every_state()
    afternoon.a_mailbox()
    afternoon.what_waits()
    afternoon.relay.stop()
    return afternoon.installation.ledger


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = freeze(Path(folder))
        with closing(sqlite3.connect(made)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
        Path(sys.argv[1]).write_bytes(gzip.compress(made.read_bytes(), mtime=0))
