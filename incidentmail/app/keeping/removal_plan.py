"""Find every occurrence of the words to remove, in entries, accepted mail and our own mail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from incidentmail.app.mail_reader import MailReader
from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen, JsonValue
from incidentmail.core.record.record_events import TextsOf
from incidentmail.core.record.removed import Removed
from incidentmail.core.record.streams import RECORD
from incidentmail.core.record.words_to_remove import WordsToRemove
from incidentmail.errors import UnreadMailError
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.codec import sealed_values
from incidentmail.ledger.values import Accepted, Entry
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.read_mail import Reading

Progress = Callable[[int, int], None]
"""A callback that receives the number of processed messages and the total."""


class RemovalPlan(Frozen, kw_only=True):
    """What will be removed: texts of entries, accepted messages, and outgoing mails by outbox number.

    `waiting` lists the outgoing mails that have not been sent yet, and `unread` the accepted messages without an
    outcome.
    """

    texts: tuple[TextsOf, ...] = ()
    mails: tuple[int, ...] = ()
    outgoing: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()


class Marked(Frozen, kw_only=True):
    """Items that are removed whatever words they contain: texts by entry and slot, and accepted messages."""

    texts: tuple[tuple[int, str], ...] = ()
    mails: tuple[int, ...] = ()


def strings_in(value: JsonValue) -> Iterator[str]:
    """Yield every text in a JSON value.

    >>> list(strings_in({"people": [{"name": "Bo"}], "n": 1}))
    ['Bo']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings_in(part)


def words_of(recorded: Recorded, slots: Collection[str]) -> set[str]:
    """Return the words in the given texts of an entry. In structured texts, only strings that contain a space count."""
    values = sealed_values(recorded)
    return {
        text
        for slot in slots
        if not is_person(values[slot])
        for text in strings_in(values[slot])
        if isinstance(values[slot], str) or " " in text
    }


def is_person(value: Any) -> bool:
    """Return whether a sealed value names people. People's names are not searched for in other entries."""
    if isinstance(value, dict):
        return "name" in value or "people" in value
    return isinstance(value, list) and bool(value) and all(map(is_person, value))


def find(
    view: LedgerView, reader: MailReader, words: WordsToRemove, marked: Marked, *, after: tuple[int, int] = (0, 0),
    progress: Progress = lambda done, total: None,
) -> RemovalPlan:  # fmt: skip
    """Return everything that is marked or contains `words`, unless it has already been removed.

    Of the entries and accepted messages, only those beyond the two numbers in `after` are searched. Outgoing mail is
    always searched.
    """
    gone = Removed(entry.recorded.event for entry in view.entries(RECORD))
    texts = [one for entry in view.entries(after=after[0]) if (one := _texts(entry, words, marked, gone)) is not None]
    mails, unread = list[int](), list[int]()
    last = view.accepted_head().size
    for seq in range(after[1] + 1, last + 1):
        accepted = view.accepted(seq)
        if accepted is None or accepted.is_removed:
            continue
        if seq in marked.mails or _holds(reader, accepted, words):
            mails.append(seq)
            unread += [] if view.outcome(seq) else [seq]
        progress(seq - after[1], last - after[1])
    ours = [mail for mail in view.outbox() if words.are_in(decoded(reader, mail.raw))]
    return RemovalPlan(
        texts=tuple(texts),
        mails=tuple(mails),
        outgoing=tuple(mail.id for mail in ours),
        waiting=tuple(mail.id for mail in ours if mail.state == "queued"),
        unread=tuple(unread),
    )


def _texts(entry: Entry, words: WordsToRemove, marked: Marked, gone: Removed) -> TextsOf | None:
    """Return the texts of an entry that have to be removed, or None if there are none."""
    slots = [
        slot
        for slot, value in sealed_values(entry.recorded).items()
        if not gone.has_text(entry.seq, slot)
        and ((entry.seq, slot) in marked.texts or any(words.are_in(text) for text in strings_in(value)))
    ]
    return TextsOf(seq=entry.seq, slots=tuple(slots)) if slots else None


def _holds(reader: MailReader, accepted: Accepted, words: WordsToRemove) -> bool:
    return bool(words.texts) and words.are_in(decoded(reader, accepted.raw))


def decoded(reader: MailReader, raw: bytes) -> str:
    """Return the text of a message to be searched: raw bytes, decoded header and decoded body. A worker parses it."""
    plain = raw.decode("utf-8", "replace")
    try:
        reading = reader.read(raw, Envelope(way="pipe"))
    except UnreadMailError:
        return plain
    return "\n".join((plain, *_parts(reading)))


def _parts(reading: Reading) -> Iterator[str]:
    message = reading.message
    boxes = (message.header_from, *message.reply_to, *message.to, *message.cc)
    yield from (message.subject, message.text)
    yield from (f"{box.name} {box.address}" for box in boxes if box is not None)
    yield from (value for _, value in message.fields)
