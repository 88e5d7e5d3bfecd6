"""Rebuild a ledger from saved mail: the archive of a list, or the mailbox of a subscriber.

Our own mail is verified with the key and processed as on a standby. Mail from people is kept as notes. Mail outside our
threads is ignored. The new ledger does not lead until it is promoted.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Final

from incidentmail.app.context import AppContext, open_context
from incidentmail.app.key_file import KEY_BYTES, read_key
from incidentmail.app.receiving.apply import accept_mails, apply_next
from incidentmail.app.sending.enqueue import LEFT_OUT
from incidentmail.config.ledger_place import LedgerPlace
from incidentmail.config.load import Config
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.ids import OurField, read_message_id
from incidentmail.core.record.keys import Key, LostKey
from incidentmail.core.record.record_events import RecordRebuilt
from incidentmail.core.record.streams import RECORD
from incidentmail.errors import ConfigError, LedgerDamagedError, UnreadableInputError, UsageError
from incidentmail.inbound.fields import read_date
from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.ledger.durable_files import sync
from incidentmail.ledger.sqlite.store import SqliteLedger

from .saved_mail import SavedMail

NOT_ANNOUNCED: Final = (
    "version", "updated_at", "proposals", "actions", "needs", "assumptions", "decisions", "about_to", "documents",
    "engaged", "roll_call", "promises", "offers", "breaks", "next_commander", "aware_at", "deadlines",
    "retro",
)  # fmt: skip
"""The keys of `show --json` that no mail to the list announces: they are internal, or few people may know them."""
Progress = Callable[[int, int], None]
"""A callback that receives the number of processed messages and the total."""


class Gap(Frozen, kw_only=True):
    """An incident, and the numbers of those of its updates that are missing.

    `skipped` are the numbers that a promotion left out. Normally, no update with these numbers has ever existed.
    """

    incident: str
    missing: tuple[int, ...]
    skipped: tuple[int, ...]


class Rebuilt(Frozen, kw_only=True):
    """The result: the number of messages read (`mails`), and the number of those in our threads (`kept`).

    `unplaced` are the files of our own mail that could not be used, because its declaration is missing or its proof is
    not valid. `not_announced` are the keys of `show --json` whose values no mail to the list contains. `head` is the
    hash of the newest entry. If `is_proven` is false, the entries were not verified with a key.
    """

    mails: int
    kept: int
    incidents: int
    updates: int
    replies: int
    gaps: tuple[Gap, ...]
    unplaced: tuple[str, ...]
    not_announced: tuple[str, ...]
    is_proven: bool
    head: str


class _Letter(Frozen, kw_only=True):
    """A message of our threads, and the timestamp by which it is sorted. `update` is a result of `_update_in`."""

    at: datetime
    mail: SavedMail
    update: tuple[str, int, int] | None


def rebuild(
    config: Config, mails: Iterable[SavedMail], *, is_proven: bool = True,
    progress: Progress = lambda done, total: None,
) -> Rebuilt:  # fmt: skip
    """Create the configured ledger from `mails`, which are processed in the order of their dates.

    If `is_proven` is false, no key is needed: mail in our form is trusted without proof, and the ledger records this
    fact.

    The entries are written to a file beside the ledger's path, which is renamed at the end. After an interruption, the
    next call continues with that file. Raise UsageError if there is a ledger, ConfigError if there is no key, and
    UnreadableInputError if there is no mail of ours.
    """
    path = config.ledger_path
    if config.ledger.database_url is not None:
        raise UsageError(
            "a ledger is rebuilt in a file",
            hint="set [ledger] url to a file (sqlite:////path/ledger.db); then move it with 'incidentmail ledger copy'",
        )
    if path.exists():
        raise UsageError(f"there is a ledger, {path}", hint="move it to another place first, with -wal and -shm")
    if is_proven and not config.key_path.exists():
        raise ConfigError(
            f"there is no key at {config.key_path}",
            hint="only the key proves our mail: put it back; if it is lost, --unproven believes all that has our form",
        )
    key = read_key(config.key_path) if is_proven else LostKey(secrets.token_bytes(KEY_BYTES))
    count, letters = _letters(key, mails)
    if not letters:
        raise UnreadableInputError(
            f"none of {count} mails is ours", hint="take the list's archive, or a subscriber's mailbox; check the key"
        )
    part = path.with_name(f"{path.name}.rebuilding")
    settings = replace(config.settings, ledger=replace(config.settings.ledger, standby=True))
    settings = replace(settings, mail=replace(settings.mail, mute=True))
    now = _Now(letters[0].at)
    rebuilding = replace(config, ledger=LedgerPlace(path=part), settings=settings)
    with closing(_opened(rebuilding, now, key)) as context:
        unplaced = _take_all(context, letters, now, progress)
        _note(context, len(letters), is_proven=is_proven)
        result = _result(context, count, letters, unplaced, is_proven=is_proven)
    sync(part)
    part.replace(path)  # no connection is open, so SQLite has no other files for it
    sync(path.parent)
    return result


def _opened(config: Config, now: _Now, key: Key) -> AppContext:
    """Open the unfinished ledger. It is synced only at the end, so it may be damaged if the machine crashes."""
    try:
        context = open_context(config, now, key=key)
        context.ledger.check()
    except LedgerDamagedError as error:
        raise LedgerDamagedError(
            f"{config.ledger_path} is damaged, because the machine stopped while it was written",
            hint="remove it, with -wal and -shm, and begin anew",
        ) from error
    assert isinstance(context.ledger, SqliteLedger)
    context.ledger.sync_later()
    return context


class _Now:
    """The clock of a rebuild: the timestamp of the message that is being processed."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def _note(context: AppContext, mails: int, *, is_proven: bool) -> None:
    """Record that this ledger was rebuilt, unless an interrupted run has already recorded it."""
    with context.ledger.transaction() as tx:
        if not any(isinstance(entry.recorded.event, RecordRebuilt) for entry in tx.entries(RECORD)):
            event = RecordRebuilt(mails=mails, is_proven=is_proven)
            tx.append_record(event, actor=context.itself(), at=context.now())


def _letters(key: Key, mails: Iterable[SavedMail]) -> tuple[int, list[_Letter]]:
    """Return the number of messages, and those of our threads in the order in which they are to be processed."""
    count = 0
    found: list[tuple[SavedMail, Message]] = []
    for mail in mails:
        count += 1
        message = parse_message(mail.raw, Envelope(way="pipe"), with_body=False)
        if _may_be_ours(message, key):
            found.append((mail, message))
    times = _times([message for _, message in found])
    order = sorted(range(len(found)), key=lambda index: (times[index], len(found[index][1].references)))
    return count, [
        _Letter(at=times[index], mail=found[index][0], update=_update_in(found[index][1])) for index in order
    ]


def _times(messages: Sequence[Message]) -> list[datetime]:
    """Return the timestamp to use for each message: its date, but never earlier than that of a message it answers.

    A date may be too early because the writer's clock was wrong.
    """
    times = [_date(message) for message in messages]
    positions = {message.message_id: index for index, message in enumerate(messages) if message.message_id}
    is_settled = False
    while not is_settled:  # each round only moves messages later, and none beyond the latest date
        is_settled = True
        for index, message in enumerate(messages):
            answered = (positions[one] for one in (*message.in_reply_to, *message.references) if one in positions)
            latest = max((times[one] for one in answered), default=times[index])
            if latest > times[index]:
                times[index], is_settled = latest, False
    return times


def _may_be_ours(message: Message, key: bytes) -> bool:
    """Return whether a message has our header fields, or refers to a Message-ID that only we can have created."""
    if message.field(OurField.PROOF) is not None:
        return True
    named = (message.message_id or "", *message.in_reply_to, *message.references)
    return any(read_message_id(key, one) is not None for one in named)


def _date(message: Message) -> datetime:
    """Return when a message was written, in UTC and whole seconds. A message without a date is sorted first."""
    found = read_date(message.field("Date") or "")
    return (found or datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _take_all(context: AppContext, letters: list[_Letter], now: _Now, progress: Progress) -> list[str]:
    """Accept and process each message that is not in the ledger yet. Return the files that could not be used."""
    with context.ledger.snapshot() as view:
        outcomes = {outcome.seq: outcome for outcome in view.outcomes()}
        known = {found.sha256: seq for seq in outcomes if (found := view.accepted(seq))}
    unplaced: list[str] = []
    for number, letter in enumerate(letters, 1):
        seq = known.get(hashlib.sha256(letter.mail.raw).hexdigest())
        if seq is None:
            now.at = letter.at
            accept_mails(context, [(letter.mail.raw, Envelope(way="pipe"))])
            outcome = apply_next(context)
        else:
            outcome = outcomes[seq]
        if outcome is not None and outcome.disposition == "own" and outcome.outcome == "filed":
            unplaced.append(f"{letter.mail.file}: {outcome.reason}")
        progress(number, len(letters))
    return unplaced


def _result(
    context: AppContext, count: int, letters: list[_Letter], unplaced: list[str], *, is_proven: bool
) -> Rebuilt:
    with context.ledger.snapshot() as view:
        incidents = view.incidents(everything=True)
        numbers = {one.id: {update.number for update in one.announced} for one in incidents}
        skipped = _skipped(letters, numbers)
        replies = sum(outcome.outcome == "note" for outcome in view.outcomes())
        head = view.head().hash
    gaps = [
        Gap(
            incident=name,
            missing=tuple(number for number in absent if number not in skipped.get(name, ())),
            skipped=tuple(number for number in absent if number in skipped.get(name, ())),
        )
        for name, known in numbers.items()
        if (absent := [number for number in range(1, max(known, default=0)) if number not in known])
    ]
    return Rebuilt(
        mails=count,
        kept=len(letters),
        incidents=len(incidents),
        updates=sum(map(len, numbers.values())),
        replies=replies,
        gaps=tuple(gaps),
        unplaced=tuple(unplaced),
        not_announced=NOT_ANNOUNCED,
        is_proven=is_proven,
        head=head,
    )


def _skipped(letters: Iterable[_Letter], numbers: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
    """Return, for each incident, the update numbers that promotions left out.

    These are the numbers just below the first update after each promotion. The messages show the promotions, because
    they state how often their ledger had been promoted. After a back-up was restored, nothing else shows them.
    """
    epochs: dict[str, dict[int, int]] = {}
    for letter in letters:
        if letter.update is not None:
            name, number, epoch = letter.update
            epochs.setdefault(name, {})[number] = epoch
    found: dict[str, set[int]] = {}
    for name, of in epochs.items():
        last = 0
        for number in sorted(of.keys() & numbers.get(name, ())):
            if of[number] > last:
                found.setdefault(name, set()).update(range(number - LEFT_OUT, number))
                last = of[number]
    return found


def _update_in(message: Message) -> tuple[str, int, int] | None:
    """Return the incident, update number and number of promotions that our header fields state, or None."""
    name, number = message.field(OurField.ID), message.field(OurField.UPDATE) or ""
    epoch = message.field(OurField.EPOCH) or "0"
    if name is None or not all(re.fullmatch("[0-9]{1,9}", text) for text in (number, epoch)):
        return None
    return name, int(number), int(epoch)
