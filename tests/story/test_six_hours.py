"""Generated incidents of severity 1, six hours and eight people: how much private mail anybody gets.

Answers to a person's own mail do not count, since that person has caused them.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from examples import seeds
from transcript import Played

if TYPE_CHECKING:
    from conftest import Installation, Mails

NAMES = (
    "Mara Lindqvist", "Bo Keller", "Jayla Moreno", "Ingrid Solberg", "Tomas Ribeiro", "Chidi Okafor", "Yuki Tanaka",
    "Dana Weiss",
)  # fmt: skip
PEOPLE = {name.split()[0].lower(): f"{name} <{name.split()[0].lower()}@example.com>" for name in NAMES}
SIX_HOURS, MAILS_MIN = timedelta(hours=6), 60
COMMANDER_MAX, OTHERS_MAX = 20, 6
GIVES_A_ROLE = (
    "Deputy: {name}", "Scribe: {name}", "Business liaison: {name}", "Next commander: {name} at {soon}",
)  # fmt: skip
BY_COMMANDER = GIVES_A_ROLE + 3 * (
    "News: the bank is still looking", "no change", "Decision: no deployments today", "phase 2", "sev 1", "roll call",
    "Action: call the bank @{other} by {soon}", "Need: a database expert from @{other} by {soon}", "ask 1",
    "next {soon}", "Assign: 2 @{other}", "Aware: 14:07", "About to: restart the gateway",
)  # fmt: skip
"""A commander assigns two or three roles and five or six actions in six hours."""
BY_ANYBODY = (
    "I see it in Lisbon too.", "joining as SME", "joining", "I am the customer liaison.", "I am the business liaison.",
    "Assumption: the second gateway is healthy", "Evidence: no error since 14:00 (for 1)", "Ruled out: 1", "done 2",
    "cannot 2", "Action: look at the log @{other} by {soon}", "Customers may be told: some payments fail", "catch up",
    "status?", "break 30m", "back", "leaving", "Need: somebody who knows the bank", "sev 2?", "taking command",
    "is this resolved?", "Note: the shops keep a list", "Deputy: {name}", "accept", "decline",
)  # fmt: skip


def played(installation: Installation, mails: Mails, seed: int) -> tuple[Played, set[str]]:
    """Play a generated incident. Return it with the first names of everybody who led it at any time."""
    draw = random.Random(seed)
    names = "".join(f'"{name.split()[0].lower()}@example.com" = "{name}"\n' for name in NAMES)
    pool = '[duty]\ncommanders = ["chidi@example.com", "yuki@example.com"]\n'
    installation.configure(f"[people]\n{names}{pool}")
    installation.clock.now = datetime(2026, 11, 20, 14, 7, tzinfo=UTC)
    play = Played(installation, mails, PEOPLE)
    play.types(
        "declare", "Checkout is rejecting card payments", "--severity", "1", "--business-liaison", "Ingrid Solberg"
    )
    leads = "mara"
    led = {leads}
    end = play.now + SIX_HOURS
    while play.now < end:
        play.until(f"{min(end, play.now + timedelta(minutes=draw.randint(2, 9))):%H:%M}")
        who = leads if draw.random() < 0.4 else draw.choice([*PEOPLE])
        other = draw.choice([one for one in PEOPLE if one != who])
        said = draw.choice(BY_COMMANDER if who == leads else BY_ANYBODY)
        soon = play.now + timedelta(minutes=draw.randint(10, 90))
        play.writes(
            who, said.format(other=other, name=PEOPLE[other].partition(" <")[0], soon=f"{soon:%H:%M}"), outcome=""
        )
        commander = installation.show("checkout")["commander"]["address"]
        leads = str(commander).partition("@")[0]
        led.add(leads)
    return play, led


@pytest.mark.parametrize("seed", seeds(4))
def test_a_severe_incident_of_six_hours_fills_nobodys_mailbox(
    installation: Installation, mails: Mails, seed: int
) -> None:
    """However much others ask of a person by name."""
    play, led = played(installation, mails, seed)
    assert play.asked >= MAILS_MIN
    too_much = {}
    for who in PEOPLE:
        got = play.unasked(who)
        if len(got) > (COMMANDER_MAX if who in led else OTHERS_MAX):
            too_much[who] = [f"{mail['Date'].datetime:%H:%M} {mail.get_content()[:60]}" for mail in got]
    assert too_much == {}
