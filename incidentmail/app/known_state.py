"""Determine what the author of a reply had read, using the messages that the reply refers to. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incidentmail.core.decision.knowledge import CLOCK_SLACK, Knowledge, Named, knowledge, with_later_words, written_at
from incidentmail.core.frozen import JsonValue
from incidentmail.core.ids import read_message_id
from incidentmail.core.model import Incident, Person
from incidentmail.inbound.fields import read_date, read_head
from incidentmail.inbound.message import Message
from incidentmail.inbound.named_mails import named_mails, quoted_update
from incidentmail.ledger.view import LedgerView
from incidentmail.transport.relay_message_ids import id_in_reply


def known_state(
    view: LedgerView, message: Message, incident: Incident, writer: Person, *, key: bytes, received_at: datetime,
    quoted: Iterable[str] = (), stated: tuple[tuple[str, JsonValue], ...] = (),
) -> Knowledge:  # fmt: skip
    """Return what `writer` knew about `incident` when they wrote `message`.

    `quoted` holds the quoted lines of the message, and `stated` the facts and values in its own lines. The message that
    this one answers shows what the writer had read; quoted text counts only if that message is unknown.
    """
    first = next(iter(incident.thread), None)
    mails = named_mails(message, key=key, ref=incident.ref, first=first)
    at = written_at(message.date, received_at=received_at, declared_at=incident.declared_at)
    update = mails.update
    if update is None and mails.others:
        update = _renamed(view, incident, mails.others, key)
    if update is None:
        newest = max((one.number for one in incident.announced if one.at <= at + CLOCK_SLACK), default=0)
        update = quoted_update(quoted, key=key, ref=incident.ref, newest=newest)
    named = Named(update=update, read_at=_read_at(view, mails.private), written_at=at)
    return knowledge(incident, named, writer, stated)


def with_history(view: LedgerView, known: Knowledge, incident: Incident, writer: Person) -> Knowledge:
    """Return `known` without the changes that `writer` had already read when they last wrote in the incident.

    This reads every entry of the incident. Call it only if a command would otherwise be held because of such a change.
    """
    entries = view.entries(incident.id)
    history = ((entry.caused_by.seq if entry.caused_by else None, entry.recorded) for entry in entries)
    return with_later_words(known, incident, writer, history)


def _read_at(view: LedgerView, private: tuple[str, ...]) -> datetime | None:
    """Return when the newest of our private messages with these Message-IDs was written, or None."""
    mails = view.outbox(message_ids=private) if private else ()
    dates = (read_date(read_head(mail.raw).first("date")) for mail in mails)
    return max((date for date in dates if date is not None), default=None)


def _renamed(view: LedgerView, incident: Incident, ids: tuple[str, ...], key: bytes) -> int | None:
    """Return the number of our newest message whose Message-ID a relay replaced by one of `ids`, or None.

    Some relays report the new id in their reply, at least one of them without the domain.
    """
    wanted = set(ids) | {f"{text.rpartition('@')[0]}@>" for text in ids}
    found: list[int] = []
    for mail in view.outbox(message_ids=incident.thread):
        replies = (recipient.reply or "" for recipient in mail.recipients)
        given = {id_in_reply(reply.partition(" ")[2]) for reply in replies}
        name = read_message_id(key, mail.message_id)
        if name and name.number.isdecimal() and given & wanted:
            found.append(int(name.number))
    return max(found, default=None)
