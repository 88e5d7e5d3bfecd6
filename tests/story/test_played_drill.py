"""A drill as a team plays it: an included scenario, the mails of invented people, the answers, and the score.

The transcript is a golden file for people to read. To write it again: INCIDENTMAIL_WRITE_GOLDEN=1 pytest tests/story
"""

from __future__ import annotations

import os
from email.utils import getaddresses
from pathlib import Path
from typing import TYPE_CHECKING

from transcript import Played

if TYPE_CHECKING:
    from conftest import Installation, Mails

GOLDEN = Path(__file__).parents[1] / "data" / "story" / "drill.txt"
WRITE = bool(os.environ.get("INCIDENTMAIL_WRITE_GOLDEN"))
PEOPLE = {
    "mara": "Mara Lindqvist <mara@example.com>", "bo": "Bo Keller <bo@example.com>",
    "jayla": "Jayla Moreno <jayla@example.com>",
}  # fmt: skip
DRILLS = "incident-drills@example.com"


def test_a_drill_reads_well_from_its_first_mail_to_its_score(installation: Installation, mails: Mails) -> None:
    names = "".join(f'"{one}@example.com" = "{PEOPLE[one].partition(" <")[0]}"\n' for one in PEOPLE)
    installation.configure(f"[people]\n{names}")
    text = installation.config.read_text()
    installation.config.write_text(
        'timezones = ["Europe/Berlin"]\n' + text.replace("[list]\n", f'[list]\ndrill = "{DRILLS}"\n')
    )
    play = Played(installation, mails, PEOPLE, flush_minutes=1)
    play.types("drill", "run", "supplier")
    play.until("14:23")
    play.answers_invented(
        "bo", "Severity: 2\nI am incident commander.\n\nNo codes arrive in the south.", person="Marta Kowalska"
    )
    play.until("14:26")
    play.answers_invented("bo", "Assumption: it is the supplier, not us", person="Sam Whitfield")
    play.writes("bo", "Customer liaison: Jayla Moreno\nNext update: 14:40 UTC")
    play.until("14:31")
    play.answers_invented(
        "jayla", "Customers may be told: codes by text message are late, please call us", person="Marta Kowalska"
    )
    play.until("14:36")
    play.answers_invented(
        "bo", "Decision: codes by e-mail until tonight\nAction: switch it on @jayla", person="Sam Whitfield"
    )
    play.until("14:49")
    play.writes("bo", "phase 2, people can sign in by e-mail")
    play.types("drill", "score")
    play.until("14:52")
    transcript = play.transcript
    if WRITE:
        GOLDEN.write_text(transcript, encoding="utf-8")
    assert transcript == GOLDEN.read_text(encoding="utf-8")
    reached = {address for mail in play.inbox for _, address in getaddresses([str(mail["To"]), str(mail["Cc"] or "")])}
    assert reached - {""} <= {DRILLS, "bo@example.com", "jayla@example.com", "mara@example.com"}
