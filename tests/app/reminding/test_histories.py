"""In generated histories, nothing is told twice or after the end, and restarts change nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from examples import histories
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.app.actions import RefusedError, change
from incidentmail.app.context import AppContext
from incidentmail.app.sending.flush import flush
from incidentmail.core.commands import Command, GiveUpdate, OfferCommand, SetPhase, SetSeverity, SetStatus, TakeCommand
from incidentmail.core.model import Status
from incidentmail.core.names.person import Person

if TYPE_CHECKING:
    from conftest import Installation

ANN, DI = Person(name="Ann Lee", address="ann@example.com"), "Di <di@example.com>"
INCIDENT = "2026-11-20-cards-fail"
COMMANDS: dict[str, tuple[Command, ...]] = {
    "news": (GiveUpdate("The bank is on the phone."),),
    "no change": (GiveUpdate(),),
    "offer": (OfferCommand(ANN),),
    "take": (TakeCommand(),),
    "sev 1": (SetSeverity(1),),
    "sev 3": (SetSeverity(3),),
    "phase 2": (SetPhase(2),),
    "phase 3": (SetPhase(3),),
    "close": (SetStatus(Status.CLOSED),),
    "reopen": (SetStatus(Status.OPEN),),
}
STEPS = st.lists(st.sampled_from([*COMMANDS]) | st.sampled_from([1, 4, 11, 26, 33, 61, 600]), max_size=12)
BOUNDED = histories(15)
DATED = re.compile(r"update (?:by|that was due by) \d|asks you to be|You have led for")
OTHER = re.compile(r"To take command, reply|^You are incident commander")
AGAIN = re.compile(r"Is the incident still open|asks you to be|has not answered")


def left(installation: Installation, seen: set[str], like: EmailMessage) -> list[tuple[str, str]]:
    """Return recipient and text of each private mail sent since `seen`, without the random parts of the text."""
    new = [file for file in sorted((installation.path / "out" / "new").glob("*")) if file.name not in seen]
    seen.update(file.name for file in new)
    mails = (
        message_from_bytes(b"\n".join(file.read_bytes().split(b"\n")[2:]), _class=type(like), policy=policy.default)
        for file in new
    )
    return [(str(mail["To"]), _text(mail)) for mail in mails if "Incident-Update" not in mail]


def _text(mail: EmailMessage) -> str:
    return re.sub(r"Ref \S+", "", mail.get_content())


def played(
    installation: Installation, steps: list[str | int], *, restarts: bool
) -> list[tuple[str | int, list[tuple[str, str]]]]:
    """Return each step with the private mails that it caused. If `restarts` is true, reopen the ledger each time."""
    installation.configure('[duty]\ncommanders = ["ann@example.com"]\n')
    declared = installation.declare("Cards fail", "--severity", "1", "--business-liaison", DI)
    done: list[tuple[str | int, list[tuple[str, str]]]] = []
    seen = set[str]()
    left(installation, seen, declared)

    def take(context: AppContext, step: str | int) -> None:
        if isinstance(step, int):
            installation.clock.tick(minutes=step)
        else:
            with suppress(RefusedError):  # such as news of a closed incident
                change(context, INCIDENT, COMMANDS[step])
        flush(context, reminds=True, early=True)
        done.append((step, left(installation, seen, declared)))

    if restarts:
        for step in steps:
            with installation.context() as context:
                take(context, step)
    else:
        with installation.context() as context:
            for step in steps:
                take(context, step)
    return done


@BOUNDED
@given(steps=STEPS)
def test_a_restart_before_each_step_changes_nothing(
    installations: Callable[[], Installation], steps: list[str | int]
) -> None:
    assert played(installations(), steps, restarts=True) == played(installations(), steps, restarts=False)


@BOUNDED
@given(steps=STEPS)
def test_nobody_is_reminded_twice_or_after_the_end_and_time_alone_causes_one_mail_for_each_person(
    installations: Callable[[], Installation], steps: list[str | int]
) -> None:
    done = played(installations(), steps, restarts=False)
    is_open = True
    leads: Counter[tuple[str, str]] = Counter()
    for step, mails in done:
        is_open = {"close": False, "reopen": True}.get(str(step), is_open)
        if isinstance(step, int):
            assert is_open or not mails
            assert max(Counter(to for to, _ in mails).values(), default=0) <= 1
        clock = [(to, text) for to, text in mails if not OTHER.search(text)]
        leads.update((to, line) for to, text in clock for line in text.split("\n\n") if DATED.search(line))
    assert {lead: count for lead, count in leads.items() if count > 1 and not AGAIN.search(lead[1])} == {}
