"""Generate replies from parts, as people and programs combine them, with the commands that each means.

A part adds words around a command, but none changes what the command means. The combinations depend on a seed, so that
a failure can be reproduced.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo Keller", address="bo@example.com"),
    severity=2,
    phase=1,
    updates=7,
)
"""The context of the replies: their incident and their writer."""

GREETINGS = (
    "", "", "", "Hi all,\n\n", "Hi\n", "Hello Mara,\n\n", "Team,\n\n", "Hey folks -\n\n", "@Mara Lindqvist\n\n",
    "Hallo zusammen,\n\n",
    "Bonjour,\n\n", "Hola,\n\n", "Good morning everyone,\n\n", "FYI\n\n", "Hi, ", "Mara,\n\n", "Olá,\n\n", "Cześć,\n\n",
)  # fmt: skip
COMMANDS: tuple[tuple[str, tuple[tuple[str, object], ...]], ...] = (
    ("sev 1", (("severity", 1),)),
    ("Sev 1!", (("severity", 1),)),
    ("SEV-1", (("severity", 1),)),
    ("severity one", (("severity", 1),)),
    ("Severity: 1", (("severity", 1),)),
    ("raising this to sev 1", (("severity", 1),)),
    ("Now severity 1.", (("severity", 1),)),
    ("please set severity to 1", (("severity", 1),)),
    ("sev 2 -> sev 1", (("severity", 1),)),
    ("lowering to sev 3", (("severity", 3),)),
    ("*sev 1*", (("severity", 1),)),
    ("phase 2", (("phase", 2),)),
    ("moving to phase 2", (("phase", 2),)),
    ("Phase: 2", (("phase", 2),)),
    ("we're in phase 2 now", (("phase", 2),)),
    ("taking command", (("commander", None),)),
    ("I am incident commander.", (("commander", None),)),
    ("I'm IC", (("commander", None),)),
    ("I'll take command", (("commander", None),)),
    ("Commander: me", (("commander", None),)),
    ("sev 1, phase 2", (("severity", 1), ("phase", 2))),
    ("taking command, sev 1", (("commander", None), ("severity", 1))),
    ("no change", (("update", None),)),
    ("next 16:00", (("next_update_at", None),)),
    ("next update in 30 minutes", (("next_update_at", None),)),
    ("+30m", (("next_update_at", None),)),
    ("Venue: #checkout on Slack", (("venue", "#checkout on Slack"),)),
    ("SME: +Yusuf A.", (("roles.subject_matter_experts", None),)),
)
WHOLE: tuple[tuple[str, tuple[tuple[str, object], ...]], ...] = (
    ("close", (("status", "closed"),)),
    ("Close.", (("status", "closed"),)),
    ("please close", (("status", "closed"),)),
    ("closing", (("status", "closed"),)),
    ("retract", (("status", "retracted"),)),
    ("reopen", (("status", "open"),)),
    ("undo 7", (("undo", 7),)),
    ("decline", (("decline", None),)),
)
REASONS = (
    "", "", "", ", customers cannot pay", ": refunds fail too", " - failover didn't work",
    ", gateway was down since 14:00",
    ", can someone call the bank?", "; nobody can log in", ". Second gateway does not answer.",
    ", because the queue is full",
    " — the bank confirms",
)  # fmt: skip
ENDING_REASONS = (
    "",
    "",
    ": all payments work",
    ", no further errors since 15:00",
    " - the fix is out",
    ". All tests pass.",
)
THANKS = (
    "", "", "\n\nThanks", "\n\nThanks!", "\n\nthx all", "\n\nDanke", "\n\nMerci", "\n\nGracias", "\n\nObrigado",
    "\n\nBedankt", "\n\nDzięki", "\n\nCheers",
)  # fmt: skip
SIGNATURES = (
    "", "", "\n\nBo", "\nBo", "\n\n- Bo", "\n\n--\nBo Keller", "\n\n-- \nBo Keller\nHead of Platform", "\n\nBR Bo",
    "\n\nBest,\nBo",
    "\n\nKind regards\nBo Keller", "\n\nBo Keller\nHead of Platform\nExample GmbH\nM: +49 170 5550100",
    "\n\nViele Grüße\nBo",
    "\n\nCordialement,\nBo Keller", "\n\nMet vriendelijke groet,\nBo", "\n\nPozdrawiam\nBo", "\n\nUn saludo,\nBo",
    "\n\nAbraços\nBo",
)  # fmt: skip
APP_LINES = (
    "", "", "", "\n\nSent from my iPhone", "\n\nSent from Outlook for Android",
    "\n\nGet Outlook for iOS<https://aka.ms/o0ukef>",
    "\n\nVon meinem iPhone gesendet", "\n\nEnvoyé de mon iPhone", "\n\nEnviado desde mi iPhone",
    "\n\nEnviado do meu iPhone",
    "\n\nVerstuurd vanaf mijn iPhone", "\n\nWysłane z iPhone'a", "\n\nSent with Proton Mail secure email.",
    "\n\nSent from my Galaxy", "\n\nSent from Yahoo Mail on Android", "\n\nSent from Mail for Windows",
)  # fmt: skip
FOOTERS = (
    "", "", "", "\n\nPlease consider the environment before printing this email.",
    "\n\nThis e-mail and any attachments are confidential and intended solely for the addressee.",
    "\n\n________________________________\nThis email has been scanned by the gateway.",
    "\n\n_______________________________________________\nIncidents mailing list -- incidents@example.com\n"
    "To unsubscribe send an email to incidents-leave@example.com",
)  # fmt: skip
LABELS = (
    "", "", "", "Internal\n\n", "Classification: Internal\n\n", "[EXTERNAL]\n\n",
    "CAUTION: This email originated from outside of the organization.\n\n",
)  # fmt: skip
QUOTED = "Severity 2 (serious), phase 1 (stopping the damage). Mara Lindqvist is incident commander."
QUOTES = (
    "",
    "",
    f"\n\nOn Fri, 20 Nov 2026 at 14:20, Mara Lindqvist <mara@example.com> wrote:\n> {QUOTED}",
    f"\n\nAm 20.11.2026 um 14:20 schrieb Mara Lindqvist <mara@example.com>:\n\n> {QUOTED}\n> close",
    f"\n\nLe ven. 20 nov. 2026 à 14:20, Mara Lindqvist <mara@example.com> a écrit :\n> {QUOTED}",
    f"\n\nEl vie, 20 nov 2026 a las 14:20, Mara Lindqvist (<mara@example.com>) escribió:\n> {QUOTED}",
    f"\n\nOp vr 20 nov 2026 om 14:20 schreef Mara Lindqvist <mara@example.com>:\n> {QUOTED}",
    f"\n\nW dniu 20.11.2026 o 14:20, Mara Lindqvist pisze:\n> {QUOTED}",
    "\n\n-----Original Message-----\nFrom: Mara Lindqvist <mara@example.com>\nSent: Friday, November 20, 2026 2:20 PM\n"
    f"To: incidents@example.com\nSubject: Checkout is rejecting card payments\n\n{QUOTED}",
    "\n\n________________________________\nVon: Mara Lindqvist <mara@example.com>"
    "\nGesendet: Freitag, 20. November 2026 14:20\n"
    f"An: incidents@example.com\nBetreff: Checkout is rejecting card payments\n\n{QUOTED}",
    f"\n\n\nFrom: Mara Lindqvist <mara@example.com>\nDate: Friday, 20 November 2026 at 14:20"
    f"\nTo: incidents@example.com\n"
    f"Subject: Checkout is rejecting card payments\n\n{QUOTED}",
)


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of a reply, and the commands that its writer means: their names, and their values if these matter."""

    text: str
    means: tuple[tuple[str, object], ...]


def replies(count: int, *, seed: int) -> Iterator[Reply]:
    """Yield `count` replies, which are the same for the same seed."""
    draw = random.Random(seed)
    for _ in range(count):
        is_whole = draw.random() < 0.3
        command, means = draw.choice(WHOLE if is_whole else COMMANDS)
        reasons: tuple[str, ...] = ENDING_REASONS if command.lower().startswith(("clos", "retr", "reop")) else ("",)
        if not is_whole:
            reasons = REASONS if "\n" not in command and ":" not in command and command[-1] not in "!.*" else ("",)
            if command.startswith(("next", "+", "no")):
                reasons = ("",)
        if command.endswith("."):
            reasons = ("",)
        greeting = draw.choice(GREETINGS)
        if ":" in command and not greeting.endswith("\n"):
            greeting = ""
        text = (
            draw.choice(LABELS) + greeting + command + draw.choice(reasons) + draw.choice(THANKS)
            + draw.choice(SIGNATURES)
            + draw.choice(APP_LINES) + draw.choice(FOOTERS) + draw.choice(QUOTES)
        )  # fmt: skip
        yield Reply(text, means)
