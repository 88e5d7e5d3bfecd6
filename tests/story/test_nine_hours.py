"""An incident of nine hours with seven people, played through the command line and the mails that people write.

The transcript is a golden file for people to read. To write it again: INCIDENTMAIL_WRITE_GOLDEN=1 pytest tests/story
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from calendar_answers import SHAPES, invited
from transcript import Played

if TYPE_CHECKING:
    from conftest import Installation, Mails

GOLDEN = Path(__file__).parents[1] / "data" / "story" / "nine-hours.txt"
RETRO = GOLDEN.with_name("nine-hours-retro.md")
AFTER = GOLDEN.with_name("nine-hours-afterwards.txt")
WRITE = bool(os.environ.get("INCIDENTMAIL_WRITE_GOLDEN"))
PEOPLE = {
    name.split()[0].lower().replace("á", "a"): f"{name} <{name.split()[0].lower().replace('á', 'a')}@example.com>"
    for name in (
        "Mara Lindqvist", "Bo Keller", "Jayla Moreno", "Ingrid Solberg", "Tomás Ribeiro", "Chidi Okafor", "Yuki Tanaka",
    )
}  # fmt: skip
SCALE = """
[[severity]]
level = 1
name = "critical"
meaning = "the future of the company is at stake; drop other work if called"
requires = ["customer_liaison", "business_liaison"]
also_to = ["board@example.com"]
also_template = "executives"
[[severity]]
level = 2
name = "serious"
meaning = "many customers or much money are affected"
requires = ["customer_liaison", "business_liaison"]
[[severity]]
level = 3
name = "moderate"
meaning = "some customers notice, or soon will"
[[deadline]]
name = "Bank supervisor"
after = "6h"
warn = ["1h"]
"""
SIX_HOURS, COMMANDERS = timedelta(hours=6), ("mara", "chidi", "yuki", "ingrid")
CALENDARS = (("chidi", "outlook", "ACCEPTED"), ("bo", "gmail", "TENTATIVE"), ("jayla", "apple", "DECLINED"))
COMMANDER_MAX, OTHERS_MAX, MAILS_MIN = 20, 6, 40
CHECKOUT, CARDS = "2026-11-20-checkout-is-rejecting-card-payments", "2026-11-20-cards-declined-in-the-shop"


def set_up(installation: Installation) -> None:
    """Configure names, a scale with a template for the board, one deadline, and an on-call command."""
    on_call = installation.path / "on-call"
    on_call.write_text(
        "#!/bin/sh\ncase $1 in\n"
        f"business_liaison) echo '{PEOPLE['ingrid']}'; echo '{PEOPLE['tomas']}';;\n"
        f"commander) echo '{PEOPLE['chidi']}';;\nesac\n"
    )
    on_call.chmod(0o700)
    names = "".join(
        f'"{mailbox.partition("<")[2][:-1]}" = "{mailbox.partition(" <")[0]}"\n' for mailbox in PEOPLE.values()
    )
    installation.configure(
        f'[operator]\naddress = "operator@example.com"\n[people]\n{names}[duty]\noncall_command = "{on_call}"\n{SCALE}'
    )
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", '[list]\nrestricted = "security@example.com"\n'))
    installation.clock.now = datetime(2026, 11, 20, 14, 7, tzinfo=UTC)


def first_hour(play: Played) -> None:
    """Play two declarations of one outage, roles, the first numbered lines, and a rising severity."""
    play.types("declare", "Checkout is rejecting card payments", "--severity", "2", "-m",
               "Since 14:05 UTC one in five card payments is declined.", "--venue", "#checkout on Slack")  # fmt: skip
    play.until("14:09")
    play.begins("jayla", "Cards declined in the shop", "Severity: 3\n\nThree shops in Lisbon called.")
    play.until("14:11")
    play.writes("bo", "joining as SME", answers="Checkout")
    play.answers("jayla", f"Duplicate of: {CHECKOUT}", to="Is it the same as yours?")
    play.until("14:14")
    play.writes("bo", "Assumption: the second gateway is healthy", answers="Checkout")
    play.writes("bo", "Action: restart the gateway @bo by 14:40", answers="Checkout")
    play.writes("jayla", "I am the customer liaison.", answers="Checkout")
    play.until("14:20")
    play.writes("ingrid", "sev 1, refunds fail too", answers="Checkout")
    play.until("14:25")
    play.answers("chidi", "accept", to="To take command")
    play.until("14:31")
    play.answers("tomas", "accept", to="Can you do it?")
    play.until("14:40")
    play.writes("bo", "done 2", answers="Checkout")
    play.writes("bo", "Evidence: no error in its log since 14:00 (for 1)", answers="Checkout")
    play.writes("chidi", "Deputy: Yuki Tanaka", answers="Checkout")
    play.until("14:46")
    play.answers("chidi", "News: the bank is looking into it", to="The next update is due")


def until_four(play: Played) -> None:
    """Play words for customers, needs, a roll call, and a missed promise."""
    play.writes("tomas", "Customers may be told: some card payments fail, please pay by invoice", outcome="held")
    play.until("14:52")
    play.answers("jayla", "accept", to="Is it right?")
    play.writes("chidi", "Need: somebody who knows the bank's gateway, from @ingrid by 15:30")
    play.writes("chidi", "Decision: no deployments today\nAction: call the bank every half hour (Tomás Ribeiro)")
    play.until("15:05")
    play.writes("tomas", "Aware: 14:07")
    play.writes("mara", "catch up")
    play.until("15:15")
    play.writes("yuki", "roll call")
    play.until("15:20")
    play.answers(
        "bo", "Affected: yes\nSeeing: errors from one data centre\nDoing: draining it\nNeeding: nothing", to="Roll call"
    )
    play.until("15:45")
    play.answers("yuki", "no change; next +30m", to="was not sent")
    play.types("brief")


def until_six(play: Played) -> None:
    """Play a refuted assumption, a reassigned action, stopped words, and a second incident that is restricted."""
    play.writes("chidi", "ask 1")
    play.until("15:55")
    play.answers("bo", "refuted", to="holds")
    play.writes("bo", "Ruled out: the firewall\nAbout to: fail over to the second data centre")
    play.until("16:00")
    play.answers("ingrid", "done", to="Need")
    play.writes("chidi", "Assign: 6 @yuki")
    play.writes("jayla", "Customers may be told: all payments work again")
    play.until("16:05")
    play.answers("chidi", "stop", to="may be told")
    play.until("16:14")
    play.answers(
        "chidi", "News: we fail over to the second data centre at 16:30; next 17:00", to="The next update is due"
    )
    play.until("16:30")
    play.types("declare", "Somebody reads the gateway's log", "--severity", "2", "--commander", "Ingrid Solberg")
    play.until("16:33")
    play.writes("ingrid", "Restricted: yes", answers="gateway's log")
    play.types("show", "checkout")
    play.until("16:50")
    play.writes("bo", "break 30m", answers="Checkout")
    play.until("17:20")
    play.writes("bo", "back", answers="Checkout")
    play.writes("yuki", "no change; next 18:30", answers="Checkout")


def until_eleven(play: Played) -> None:
    """Play a relieved commander, a milder severity, and closing with one action still open."""
    play.until("18:00")
    play.writes("chidi", "Next commander: Yuki Tanaka at 19:00", answers="Checkout")
    play.until("18:20")
    play.writes("chidi", "News: half of the payments work again; next 19:30", answers="Checkout")
    play.until("19:04")
    play.answers("yuki", "accept", to="To take command")
    play.until("19:10")
    play.writes("yuki", "Scribe: Mara Lindqvist\nDeputy: Ingrid Solberg", answers="Checkout")
    play.until("19:26")
    play.writes("yuki", "sev 2, phase 2, all but refunds works; next 20:30", answers="Checkout")
    play.writes("ingrid", "catch up since 18:00", answers="Checkout")
    play.answers("tomas", "Notified: Bank supervisor", to="Bank supervisor")
    play.until("19:50")
    play.writes("tomas", "leaving", answers="Checkout")
    play.until("20:05")
    play.answers("ingrid", "decline", to="Can you do it?")
    play.writes("yuki", "Business liaison: not needed", answers="Checkout")
    play.until("20:26")
    play.writes("yuki", "Action: write to the customers who waited for refunds (Jayla Moreno)", answers="Checkout")
    play.answers("yuki", "no change; next +1h", to="The next update is due")
    play.until("21:05")
    play.types("handoff", "checkout", "Chidi Okafor")
    play.until("21:16")
    play.answers("chidi", "decline", to="Mara Lindqvist asks you to be incident commander of this incident, and waits")
    play.until("21:20")
    play.writes("bo", "close: refunds work again", answers="Checkout", outcome="held")
    play.until("21:30")
    play.answers("yuki", "accept", to="refunds work again")
    play.until("23:07")
    play.types("timeline", CHECKOUT)
    play.types("show", CHECKOUT)
    kinds = [entry["kind"] for entry in play.installation.log(CHECKOUT)]
    play.lines.append("\nThe ledger: " + ", ".join(f"{kind} {count}" for kind, count in sorted(Counter(kinds).items())))


def afterwards(play: Played) -> None:
    """Play the question to the owner after a day, a new owner, invitations, and answers of calendars."""
    later(play, days=1)
    play.answers("yuki", "Retro owner: Mara Lindqvist", to="no retrospective is planned")
    later(play, minutes=1)
    play.answers("mara", "Retro: Tuesday 14:00", to="Yuki Tanaka has named you")
    for who, shape, partstat in CALENDARS:
        asked = [
            mail for mail in play.inbox if f"{who}@" in str(mail["To"]) and "Retrospective" in str(mail["Subject"])
        ]
        raw = SHAPES[shape](invited(asked[-1]), PEOPLE[who], partstat, play.now, comment="Severity: 1")
        play.ingests(who, f"answers with their calendar ({shape}): {partstat.lower()}", raw)
    play.types("show", CHECKOUT)
    later(play, days=4)
    play.types("retro", "held", CHECKOUT, "2026-11-24")
    play.types("stats")


def later(play: Played, **delta: float) -> None:
    """Let time pass at once, then flush twice, because a digest collects its lines for five minutes."""
    play.installation.clock.tick(**delta)
    play.until(f"{play.now:%H:%M}")
    play.until(f"{play.now + timedelta(minutes=10):%H:%M}")


STORY = (first_hour, until_four, until_six, until_eleven)


def test_an_incident_of_nine_hours_reads_well(installation: Installation, mails: Mails) -> None:
    set_up(installation)
    play = Played(installation, mails, PEOPLE)
    try:
        for part in STORY:
            part(play)
    finally:
        if WRITE:
            GOLDEN.write_text(play.transcript, encoding="utf-8")
    assert play.transcript == GOLDEN.read_text(encoding="utf-8")
    retro = installation.ok("retro", CHECKOUT).out
    if WRITE:
        RETRO.write_text(retro, encoding="utf-8")
    assert retro == RETRO.read_text(encoding="utf-8")
    assert play.asked >= MAILS_MIN
    told = len(play.lines)
    afterwards(play)
    after = play.transcript_from(told)
    if WRITE:
        AFTER.write_text(after, encoding="utf-8")
    assert after == AFTER.read_text(encoding="utf-8")
    assert play.now - play.inbox[0]["Date"].datetime >= timedelta(hours=9)
    assert {who: busiest(play, who) for who in PEOPLE if busiest(play, who) > allowed(who)} == {}


def busiest(play: Played, who: str) -> int:
    """Return how many private mails a person got in their busiest six hours, without answers to their own mail."""
    times = [mail["Date"].datetime for mail in play.unasked(who)]
    return max((sum(begin <= time < begin + SIX_HOURS for time in times) for begin in times), default=0)


def allowed(who: str) -> int:
    return COMMANDER_MAX if who in COMMANDERS else OTHERS_MAX
