"""Render the answer to a `help` mail: what a member can do by mail, on one screen. Pure."""

from __future__ import annotations

from incidentmail.core.words import NOBODY_ELSE, Words
from incidentmail.outbound.private_pages import Paragraph, Sheet
from incidentmail.outbound.reply_links import Answer

from .severities import meanings_of_replies

STATUS, LINK_OPEN = "status", "Which incidents are open?"


def guide(words: Words, *, list_address: str, own_address: str, answer: Answer) -> Sheet:
    """Return the guide. If somebody quotes it without quotation marks, none of its lines is parsed as a command."""
    policy = words.policy
    scale = ", ".join(f"{step.level} {step.name}" for step in policy.severities)
    phases = [step.number for step in policy.phases if step.number > policy.default_phase] or [policy.default_phase]
    worse = min(step.level for step in policy.severities)
    declare = (
        f"Something is broken: write a new mail to {list_address}. Its subject says what is broken, and its first line "
        f'how bad it is, such as "Severity: {policy.default_severity}" ({scale}). If you are not sure, declare: nobody '
        "minds a false alarm."
    )
    replies = [
        ("It got worse", f"sev {worse}"),
        ("The work moved on", f"phase {phases[0]}"),
        ("You lead it now", "taking command"),
        ("People meet at a place", "Venue: PLACE"),
        *((f"Somebody takes {role.takes}", f"{role.title}: NAME") for role in policy.roles[:1] if role.takes),
        ("You promise the next update", "next 15:00"),
        ("Nothing changed", "no change"),
        ("Update 7 was wrong", "undo 7"),
        ("It is over", "close"),
        ("It was a false alarm", "retract"),
        ("You want to know everything so far", "catch up"),
    ]
    lines = "\n".join(f"{when}. Reply with: {line}" for when, line in replies)
    return Sheet(
        lead="This is what you can do by mail.",
        paragraphs=[
            Paragraph(text=declare),
            Paragraph(text="An incident is open: reply to any of its mails, and begin with one of these lines:"),
            Paragraph(text=lines),
            Paragraph(text="Any other reply is kept on record as a note."),
            Paragraph(text=f"Which incidents are open? Send the one word {STATUS} to {own_address}."),
        ],
        links=[answer.link(LINK_OPEN, f"{STATUS}\n", is_first=True)],
        closing=NOBODY_ELSE,
        notes=[meaning for meaning in meanings_of_replies(words).values() if meaning],
    )
