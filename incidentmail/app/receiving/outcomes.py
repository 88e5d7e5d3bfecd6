"""Build the outcome of a message, record the parts of the message to keep, and describe its commands."""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.core.command_text import describe
from incidentmail.core.facts import TIME_FACTS
from incidentmail.core.ids import without_codes
from incidentmail.core.text import TEXT_CHARS_MAX
from incidentmail.core.times import show_time
from incidentmail.inbound.authentication.sent_again import signature_ids
from incidentmail.inbound.message import Message
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted, CausedBy, Outcome, OutcomeName
from incidentmail.reply.parsed import Read, ReadCommand
from incidentmail.reply.understand import Understood

from .recognise import Recognised
from .shortfall import Judgement, Shortfall

RAISED = "raised"
"""The rule of a message that was set aside because reading or deciding it failed each time."""


def only(accepted: Accepted, mail: Recognised, name: OutcomeName, reason: str | None) -> Judgement:
    """Return a judgement that consists only of an outcome."""
    return Judgement(outcome=outcome_of(accepted, mail, name, reason), incident=mail.incident)


def refused(accepted: Accepted, mail: Recognised, why: Shortfall) -> Judgement:
    """Return the judgement of a message that changes nothing. `why` is the reason that the sender is told."""
    return Judgement(outcome=outcome_of(accepted, mail, "refused", why.reason), shortfalls=(why,))


def outcome_of(accepted: Accepted, mail: Recognised, name: OutcomeName, reason: str | None = None) -> Outcome:
    """Return the outcome `name` of a message, with everything that is known about it.

    A message that was only filed gets no copy key, because it may arrive again together with its thread.
    """
    header_from = mail.message.header_from
    return Outcome(
        seq=accepted.seq,
        received_at=accepted.received_at,
        message_id=mail.message.message_id,
        header_from=(mail.who.address if mail.who else None) or (header_from.address if header_from else None),
        subject=mail.message.subject,
        disposition=mail.disposition,
        rule=mail.rule,
        incident=mail.incident.id if mail.incident else None,
        trust=mail.trust.value if mail.trust else None,
        trust_rule=mail.belief.rule if mail.belief and mail.trust else None,
        outcome=name,
        reason=reason,
        copy_key=None if name == "filed" or not mail.copies else mail.copies.key,
    )


def follow(tx: Transaction, incident: str, message: Message) -> None:
    """Record that replies to this message belong to the incident.

    Signatures that do not cover the Message-ID are recorded as well, because the message could be sent again with
    another Message-ID.
    """
    for name in (message.message_id, *signature_ids(message)):
        if name:
            tx.follow_thread(incident, name)


def why_unmatched(mail: Recognised) -> str:
    """Return the reason why a message belongs to no incident and declares none."""
    if mail.beside is not None:
        return f"it names {mail.beside.id} under another subject, and does not declare for certain"
    what = "our question" if mail.filed else "no known mail"
    beginning = mail.beginning
    stated = next(filter(None, (beginning.subject, beginning.text)), None) if beginning else None
    if stated is None:
        return f"it answers {what}, and states neither severity nor commander"
    return f"it answers {what}, and does not declare for certain: {stated.line}"


def remember(tx: Transaction, incident: str, message: Message, understood: Understood | None = None) -> None:
    """Record that replies to this message belong to the incident, and that its words count as quoted from now on.

    The words are kept up to the length limit of a note. Codes of incidents are removed from what people write, so that
    a code still distinguishes our own texts from theirs.
    """
    follow(tx, incident, message)
    for text in (understood.extraction.new_text, understood.between) if understood else ():
        tx.remember_words(incident, without_codes(text[:TEXT_CHARS_MAX]))


def to_repeat(read: Read) -> str:
    """Return the prose to announce, without refused lines, which would look as if they had been accepted."""
    refused = {problem.text.strip() for problem in read.problems}
    return "\n".join(line for line in read.prose.split("\n") if line.strip() not in refused).strip()


def cause(accepted: Accepted) -> CausedBy:
    """Return the message in the form in which ledger entries name it as their cause."""
    return CausedBy(seq=accepted.seq, sha256=accepted.sha256)


def lines_of(understood: Understood) -> dict[int, str]:
    """Return the sender's lines, keyed by line number."""
    return {kept.line.number: kept.line.text.strip() for kept in understood.extraction.lines}


def described(context: AppContext, asked: ReadCommand, at: datetime) -> str:
    """Return a description of a command as understood: `severity 1`, `customer liaison Tomás R.`, `undo 7`."""
    value = asked.value
    if asked.name in ("cannot", "verdict", "ask", "done", "assign", "join", "leave", "roll_call"):
        return describe(asked.command, context.words)
    if asked.name in ("undo", "decline"):
        return f"{asked.name} {value or ''}".strip()
    if asked.name == "update":
        return f"told the list: {value}" if value else "no change"
    if asked.name in ("break", "back"):
        return asked.name
    if asked.name == "proposal":
        return f"your answer to proposal {value}"
    key = context.words.key(asked.name)
    key = f"{key[:1].lower()}{key[1:]}" if key[1:2].islower() else key
    if asked.name in TIME_FACTS and isinstance(value, str):
        return f"{key} {show_time(datetime.fromisoformat(value), context.config.settings.timezones, at.date())}"
    return f"{key} {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        if "name" in value:
            return str(value["name"])
        return "; ".join(f"{'+' if how == 'add' else '-'} {_shown(people)}" for how, people in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    return str(value)


def conflict_in(mail: Recognised) -> str | None:
    """Return the remark for the inbox that other mail has the same Message-ID, or None."""
    conflict = mail.copies.conflict if mail.copies else None
    return f"mail {conflict.seq} bears the same Message-ID and another author or text" if conflict else None
