"""The outcome of one mail, and what is kept of it whatever becomes of it."""

from __future__ import annotations

from incidentmail.core.text import TEXT_CHARS_MAX
from incidentmail.inbound.message import Message
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted, CausedBy, Outcome, OutcomeName
from incidentmail.reply.understand import Understood

from .recognise import Recognised
from .shortfall import Judgement


def only(accepted: Accepted, mail: Recognised, name: OutcomeName, reason: str | None) -> Judgement:
    """Return a judgement that is no more than its outcome."""
    return Judgement(outcome=outcome_of(accepted, mail, name, reason), incident=mail.incident)


def outcome_of(accepted: Accepted, mail: Recognised, name: OutcomeName, reason: str | None = None) -> Outcome:
    """Return the outcome `name` of a mail, with all that was found out about it. What was only filed has no copy key:
    it may come again with its thread."""
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


def remember(tx: Transaction, incident: str, message: Message, new_text: str) -> None:
    """Replies to this mail belong to the incident, and its words count as quoted from now on, as far as notes go."""
    if message.message_id:
        tx.follow_thread(incident, message.message_id)
    tx.remember_words(incident, new_text[:TEXT_CHARS_MAX])


def cause(accepted: Accepted) -> CausedBy:
    """Return the mail as the cause of entries."""
    return CausedBy(seq=accepted.seq, sha256=accepted.sha256)


def lines_of(understood: Understood) -> dict[int, str]:
    """Return the sender's lines by their number."""
    return {kept.line.number: kept.line.text.strip() for kept in understood.extraction.lines}
