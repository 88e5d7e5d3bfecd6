"""Each mail to the list is a witness of the ledger: it carries the newest hash of each of its two chains."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"


def test_a_mail_to_the_list_carries_the_heads_of_both_chains(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(declared, "It began at noon.", JAYLA))
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    fields = [mail["Incident-Ledger"].split("; ") for mail in installation.mails if mail["Incident-Update"]]
    with closing(sqlite3.connect(installation.ledger)) as connection:
        ((origin,),) = connection.execute("SELECT value FROM meta WHERE name = 'origin'").fetchall()
        ((genesis,),) = connection.execute("SELECT value FROM meta WHERE name = 'genesis'").fetchall()
        entries = dict(connection.execute("SELECT seq, hash FROM entries"))
        accepted = dict(connection.execute("SELECT seq, hash FROM accepted"))
    assert fields[0] == [origin, "1", entries[1].hex(), "0", genesis.hex()]
    assert fields[1] == [origin, fields[1][1], entries[int(fields[1][1])].hex(), "2", accepted[2].hex()]
