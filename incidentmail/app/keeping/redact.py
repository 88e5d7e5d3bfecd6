"""Redact words in the record permanently, wherever they occur, and append an entry about the redaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from incidentmail.app.context import AppContext
from incidentmail.app.mail_reader import MailReader
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.record.record_events import Redacted
from incidentmail.core.record.removed import holds
from incidentmail.core.record.streams import RECORD
from incidentmail.core.record.words_to_remove import CHARS_MIN, WordsToRemove
from incidentmail.core.subject_prefixes import is_answer
from incidentmail.errors import UsageError
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.codec import sealed_values
from incidentmail.ledger.values import Entry
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.read_mail import Reading

from .removal_plan import Marked, Progress, RemovalPlan, decoded, find, is_person, words_of

LINE_CHARS_MIN = 16
"""Shorter lines of a redacted mail, such as a greeting, are not searched for elsewhere."""


class Chosen(Frozen, kw_only=True):
    """The target of a redaction: an entry (or some of its fields), an accepted message, a person, or words."""

    entry: int | None = None
    fields: tuple[str, ...] = ()
    mail: int | None = None
    person: str | None = None
    words: str | None = None


class Redaction(Frozen, kw_only=True):
    """The items removed or to be removed. `seq` is the number of the entry about it, or None if nothing was removed."""

    plan: RemovalPlan
    seq: int | None = None


def plan_redaction(context: AppContext, chosen: Chosen, progress: Progress = lambda done, total: None) -> Redaction:
    """Return what `redact` would remove. Raise UsageError if that is not allowed, or if there is nothing to remove."""
    return Redaction(plan=_planned(context, chosen, progress)[2])


def redact(
    context: AppContext, chosen: Chosen, reason: str, progress: Progress = lambda done, total: None
) -> Redaction:
    """Remove the chosen texts and every repetition of their words, and append an entry about the redaction.

    Only `compact` removes the bytes from the file. Raise UsageError if the incident is under a hold, if there is
    nothing to remove, or if mail that repeats the words has not been parsed or sent yet.
    """
    words, marked, plan, heads = _planned(context, chosen, progress)
    with context.ledger.transaction() as tx:
        since = find(tx, MailReader(context.pool, None), words, marked, after=heads)
        plan = replace(since, texts=(*plan.texts, *since.texts), mails=(*plan.mails, *since.mails))
        _check(tx, plan)
        event = Redacted(texts=plan.texts, mails=plan.mails, reason=reason)
        seq = tx.append_record(event, actor=context.operator(), at=context.now())
        if not tx.forget_words(words, plan.mails) and _is_empty(plan):
            raise _nothing()
        tx.forget_outgoing(plan.outgoing)
    return Redaction(plan=plan, seq=seq)


def _planned(
    context: AppContext, chosen: Chosen, progress: Progress
) -> tuple[WordsToRemove, Marked, RemovalPlan, tuple[int, int]]:
    """Return the words, the explicitly chosen items, everything to remove, and the sizes of the searched chains."""
    reader = MailReader(context.pool, None)
    with context.ledger.snapshot() as view:
        texts, marked = _chosen(view, reader, chosen)
        words = WordsToRemove(texts)
        plan = find(view, reader, words, marked, progress=progress)
        _check(view, plan)
        return words, marked, plan, (view.head().size, view.accepted_head().size)


def _chosen(view: LedgerView, reader: MailReader, chosen: Chosen) -> tuple[set[str], Marked]:
    if chosen.words is not None:
        return {chosen.words}, Marked()
    if chosen.person is not None:
        return _of_person(view, chosen.person), Marked()
    if chosen.mail is not None:
        return _of_mail(view, reader, chosen.mail)
    entry = _entry(view, chosen.entry or 0)
    slots = chosen.fields or _free_texts(entry)
    _check_fields(entry, slots)
    words = words_of(entry.recorded, slots)
    # The mail that caused the entry contains its texts in some encoding, so it goes too. A name alone may come from
    # elsewhere.
    cause = (entry.caused_by.seq,) if entry.caused_by and words else ()
    return words, Marked(texts=tuple((entry.seq, slot) for slot in slots), mails=cause)


def _entry(view: LedgerView, seq: int) -> Entry:
    entry = next(view.entries(after=seq - 1), None) if seq > 0 else None
    if entry is None or entry.seq != seq:
        raise UsageError(f"there is no entry {seq}", hint="'incidentmail log --all' shows them with their numbers")
    return entry


def _free_texts(entry: Entry) -> tuple[str, ...]:
    """Return the slots of an entry whose values do not name people."""
    values = sealed_values(entry.recorded)
    return tuple(slot for slot, value in values.items() if slot != "actor" and not is_person(value) and value)


def _check_fields(entry: Entry, slots: Collection[str]) -> None:
    """Raise UsageError if the entry has no text in one of these slots."""
    values = sealed_values(entry.recorded)
    unknown = [slot for slot in slots if slot not in values]
    if not slots or unknown:
        what = f"no field {unknown[0]}" if unknown else "no free text"
        raise UsageError(
            f"entry {entry.seq} has {what}",
            hint=f"--field {' or '.join(sorted(values))} would remove that; '--person ADDRESS' removes a person",
        )


def _of_mail(view: LedgerView, reader: MailReader, seq: int) -> tuple[set[str], Marked]:
    """Return the words of an accepted message, and the items to remove with it: the message and texts of its entries.

    The words are those in the sender's own lines, and in the texts of the entries that the message caused.
    """
    accepted = view.accepted(seq)
    if accepted is None:
        raise UsageError(f"no mail has the number {seq}", hint="'incidentmail inbox --all' shows them")
    caused = [entry for entry in view.entries() if entry.caused_by is not None and entry.caused_by.seq == seq]
    words = {text for entry in caused for text in words_of(entry.recorded, _free_texts(entry))}
    texts = tuple((entry.seq, slot) for entry in caused for slot in _free_texts(entry))
    if not accepted.is_removed:
        reading = reader.read(accepted.raw, Envelope(way="pipe"))
        words |= {line for line in _own_lines(view, reader, reading) if len(line) >= LINE_CHARS_MIN}
    return words, Marked(texts=texts, mails=(seq,))


def _own_lines(view: LedgerView, reader: MailReader, reading: Reading) -> Iterator[str]:
    """Yield the subject of a message, and the lines that its sender wrote.

    If these lines cannot be identified, yield all lines that do not occur in the mails that the message answers.
    """
    message = reading.message
    if not is_answer(message.subject):
        yield message.subject  # an answer repeats the subject of another mail
    new = reading.extraction.new_text if reading.extraction else ""
    if new:
        yield from map(str.strip, new.splitlines())
        return
    answered = (*message.in_reply_to, *message.references)
    ours = [decoded(reader, mail.raw) for mail in view.outbox(message_ids=answered)]
    for line in map(str.strip, message.text.splitlines()):
        if not line.startswith(">") and not any(line in text for text in ours):
            yield line


def _of_person(view: LedgerView, who: str) -> set[str]:
    """Return the address of a person, and every name that the record gives for that address.

    Raise UsageError if no entry names the address.
    """
    found = {who.strip().lower()}
    for entry in view.entries():
        for name, address in _people(list(sealed_values(entry.recorded).values())):
            if address.lower() == who.strip().lower():
                found |= {name, address}
    for person in view.senders():
        if (person.address or "").lower() == who.strip().lower():
            found.add(person.name)
    if len(found) == 1 and not any(True for _ in _mails_by(view, who)):
        raise UsageError(f"nobody in the ledger has the address {who}", hint="give the whole address")
    return found


def _mails_by(view: LedgerView, who: str) -> Iterator[int]:
    return (outcome.seq for outcome in view.outcomes() if (outcome.header_from or "").lower() == who.strip().lower())


def _people(value: object) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of each person in a JSON value, except people without an address."""
    if isinstance(value, dict):
        name, address = value.get("name"), value.get("address")
        if isinstance(name, str) and isinstance(address, str):
            yield name, address
        for part in value.values():
            yield from _people(part)
    elif isinstance(value, list):
        for part in value:
            yield from _people(part)


def _check(view: LedgerView, plan: RemovalPlan) -> None:
    """Raise UsageError if `plan` removes something that may not be removed now."""
    if plan.unread:
        raise UsageError(
            f"mail {plan.unread[0]}, which repeats it, has not been read yet",
            hint="let 'incidentmail flush' or 'serve' read it first",
        )
    if plan.waiting:
        raise UsageError(
            f"mail {plan.waiting[0]} in the outbox repeats it and is not sent yet",
            hint=f"send it, or run 'incidentmail outbox drop {plan.waiting[0]}'",
        )
    held = holds(entry.recorded.event for entry in view.entries(RECORD))
    for incident in _incidents(view, plan):
        if incident in held:
            raise UsageError(
                f"{incident} is held: {held[incident].reason}",
                hint=f"nothing of it may be removed; 'incidentmail ledger hold {incident} --lift' ends that",
            )


def _is_empty(plan: RemovalPlan) -> bool:
    return not (plan.texts or plan.mails or plan.outgoing)


def _nothing() -> UsageError:
    hint = f"it is gone already, or has fewer than {CHARS_MIN} letters"
    return UsageError("there is nothing to remove", hint=hint)


def _incidents(view: LedgerView, plan: RemovalPlan) -> Iterable[str]:
    """Yield the incidents from which something would be removed."""
    for one in plan.texts:
        yield _entry(view, one.seq).recorded.incident
    for seq in plan.mails:
        outcome = view.outcome(seq)
        if outcome is not None and outcome.incident is not None:
            yield outcome.incident
