"""Accept raw messages and process them to their outcomes, in the order in which they arrived.

`accept_mails` stores messages. From then on, we are responsible for them. `apply_some` has workers parse the
lowest-numbered undecided messages outside any transaction. It then acts on the results. Each transaction is kept short,
so that other writers do not have to wait long. Signatures are checked before the transaction. Each attempt to parse a
message is counted before it begins, because the message may crash the worker or this process. A message that was tried
three times is set aside, where `incidentmail inbox` shows it, and the next one is processed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from incidentmail.app.context import AppContext
from incidentmail.app.mail_reader import NotReadYetError
from incidentmail.app.telling.alarms import tell_of_set_aside
from incidentmail.core.model import Trust
from incidentmail.core.text import printable
from incidentmail.errors import LedgerUnavailableError, UnreadMailError
from incidentmail.inbound.authentication.author import Provenance, to_examine
from incidentmail.inbound.message import Envelope
from incidentmail.isolation.worker import Failure
from incidentmail.ledger.values import Accepted, Outcome
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.read_mail import Reading

from .beginnings.earlier_mails import may_wait, waits_for_earlier
from .check_signatures import prove
from .judge import judge
from .outcomes import RAISED
from .stored_mail import envelope_json, stored_envelope

ATTEMPTS_MAX = 3
MAILS_MAX = 32
MAILS_BYTES_MAX = 8 * 1024 * 1024
"""How many messages are read ahead, and roughly how many bytes of them are in memory."""
TURN_S_MAX = 0.05
"""Roughly how many seconds one transaction may keep other writers waiting."""
GATHER_S_MAX = 0.05
"""How many seconds a parsed message waits for later ones, so that one transaction decides them together."""
READ_S_MAX = 0.5
"""How many seconds later messages wait for one that is still being parsed.

After that it counts as late, and is decided once it is parsed.
"""
NEVER_READ = f"its reading began {ATTEMPTS_MAX} times and never ended"


def accept_mails(context: AppContext, mails: Sequence[tuple[bytes, Envelope]]) -> list[int]:
    """Store messages durably, and return their sequence numbers. Nothing is parsed yet."""
    return context.ledger.store_mails([(raw, envelope_json(envelope)) for raw, envelope in mails], at=context.now())


def apply_next(context: AppContext) -> Outcome | None:
    """Decide the next waiting message, however long it takes to parse. Return None if none is waiting."""
    while True:
        if done := apply_some(context, mails_max=1):
            return done[0]
        if not context.reader.late:
            return None
        context.reader.reading(min(context.reader.late), None)


def apply_waiting(context: AppContext, *, within_s: float) -> list[Outcome]:
    """Decide waiting messages until no further one can be parsed now, or until `within_s` seconds have passed.

    If another process is parsing mail, leave the messages to that process.
    """
    done, until = list[Outcome](), time.monotonic() + within_s
    while time.monotonic() < until and _waits(context) and context.reading_turn.take_at_once():
        done += filter(None, [apply_next(context)])
    return done


def _waits(context: AppContext) -> bool:
    with context.ledger.snapshot() as view:
        return view.next_pending(now=context.now()) is not None


def apply_some(context: AppContext, *, mails_max: int = MAILS_MAX, until: float | None = None) -> list[Outcome]:
    """Decide messages that are waiting, and return their outcomes.

    After the time `until` (`time.monotonic`), no further message is started. A message that is not parsed in time is
    late: it is decided by a later call, once it is parsed. Until then, no other process parses mail.
    """
    done: list[Outcome] = []
    context.reading_turn.take()
    try:
        waiting = _begin(context, mails_max)
        while waiting and (until is None or time.monotonic() < until):
            done += _decide_first(context, waiting)
    except LedgerUnavailableError:  # this is the fault of the store, so it must not count as an attempt
        context.memories.forget()
        if not done:
            raise
    finally:
        if not context.reader.late:
            context.reading_turn.leave()
    return done


def _begin(context: AppContext, mails_max: int) -> deque[Accepted]:
    """Start parsing messages, and return them in the order in which they have to be decided."""
    reader = context.reader
    with context.ledger.snapshot() as view:
        late = [view.accepted(seq) for seq in sorted(reader.late) if reader.reading(seq) is not None]
        waiting = deque(one for one in late[:mails_max] if one) or deque(_waiting(context, view, mails_max))
        for seq in reader.begun - reader.late - {one.seq for one in waiting}:
            if view.outcome(seq) is not None:  # another process has decided it meanwhile
                reader.forget(seq)
    fresh = [one for one in waiting if not reader.has(one.seq) and one.attempts < ATTEMPTS_MAX]
    if fresh:
        with context.ledger.transaction() as tx:
            tx.count_attempts([one.seq for one in fresh])
    for one in fresh:
        reader.begin(one, stored_envelope(one))
    return waiting


def _waiting(context: AppContext, view: LedgerView, mails_max: int) -> list[Accepted]:
    """Return the next messages without an outcome.

    A message that was tried before is processed alone, because it may crash this process and must not affect others.
    """
    found: list[Accepted] = []
    if context.reader.late and context.reader.is_full:
        return found
    size, after, now = 0, 0, context.now()
    while len(found) < mails_max:
        one = view.next_pending(now=now, after=after)
        if one is None:
            break
        after = one.seq
        if one.seq in context.reader.late:
            continue
        size += len(one.raw)
        was_tried = one.attempts > 0 and not context.reader.has(one.seq)
        if found and (was_tried or size > MAILS_BYTES_MAX):
            break
        found.append(one)
        if was_tried:
            break
    return found


def _decide_first(context: AppContext, waiting: deque[Accepted]) -> list[Outcome]:
    """Decide the parsed messages at the start of `waiting`, as far as time allows, and remove them from `waiting`.

    If one of them raises an exception, none of them is decided: they are tried again later, and the failure is counted.
    """
    reader, current = context.reader, waiting[0]
    try:
        if not reader.has(current.seq):
            return _set_aside(context, waiting, current, None, NEVER_READ)
        found = reader.reading(current.seq, READ_S_MAX)
        if found is None:
            _park(context, waiting)
            return []
        if current.seq in reader.given_up:
            return _set_aside(context, waiting, current, found, reader.given_up[current.seq])
        if isinstance(found, Failure):
            raise UnreadMailError(str(found))
        proven = None if waits_for_earlier(context, current, found) else prove(context, current, found)
        if proven is None:  # deferred: DNS does not answer, or an earlier mail is missing, so later messages go first
            reader.forget(waiting.popleft().seq)
            return []
        _await_others(context, waiting)
        done, count, give_way_at = list[Outcome](), 0, time.monotonic() + TURN_S_MAX
        with context.ledger.transaction() as tx:
            following: tuple[Accepted, Reading] | None = (current, proven)
            while following is not None:
                current, read = following
                if tx.outcome(current.seq) is None:  # otherwise another process was faster
                    outcome = judge(context, tx, current, read)
                    tx.record_outcome(outcome, at=context.now())
                    done.append(outcome)
                count += 1
                following = _read_already(context, waiting, count) if time.monotonic() < give_way_at else None
    except LedgerUnavailableError:
        raise
    except NotReadYetError as error:
        context.memories.forget()
        try:
            reader.read_earlier(error.accepted, stored_envelope(error.accepted))
        except UnreadMailError as unread:
            return _failed(context, waiting, current, f"mail {error.accepted.seq}, which it answers: {unread}")
        return []
    except Exception as error:  # a message that raises must not stop the next one; the failure is counted and shown
        context.memories.forget()
        reason = str(error) if isinstance(error, UnreadMailError) else f"{type(error).__name__}: {error}"
        return _failed(context, waiting, current, printable(reason)[:500])
    for _ in range(count):
        reader.forget(waiting.popleft().seq)
    return done


def _await_others(context: AppContext, waiting: deque[Accepted]) -> None:
    """Wait a moment for more parsed messages, because one transaction for many is cheaper than many transactions."""
    until = time.monotonic() + GATHER_S_MAX
    for one in list(waiting)[1:]:
        left = until - time.monotonic()
        if left <= 0 or not context.reader.has(one.seq) or context.reader.reading(one.seq, left) is None:
            return


def _read_already(context: AppContext, waiting: deque[Accepted], index: int) -> tuple[Accepted, Reading] | None:
    """Return the message at `index` if it can be decided now, because it is parsed and needs no DNS query."""
    reader, seq = context.reader, waiting[index].seq if index < len(waiting) else None
    if seq is None or not reader.has(seq) or seq in reader.given_up:
        return None
    read = reader.reading(seq)
    if not isinstance(read, Reading) or may_wait(read) or to_examine(read.message, context.roster) is not None:
        return None
    return waiting[index], read


def _park(context: AppContext, waiting: deque[Accepted]) -> None:
    """Remove all messages that have not been parsed yet from `waiting`, and mark them as late."""
    slow = [one for one in waiting if context.reader.has(one.seq) and context.reader.reading(one.seq) is None]
    for one in slow:
        waiting.remove(one)
        context.reader.late.add(one.seq)


def _failed(context: AppContext, waiting: deque[Accepted], accepted: Accepted, reason: str) -> list[Outcome]:
    """Record a failure. Try the message again or, after the last attempt, set it aside."""
    with context.ledger.transaction() as tx:
        is_over = tx.record_failure(accepted.seq, reason) >= ATTEMPTS_MAX
        if not is_over:
            tx.count_attempts([accepted.seq])
    read, reader = context.reader.reading(accepted.seq), context.reader
    if is_over and isinstance(read, Reading):
        return _set_aside(context, waiting, accepted, read, reason)
    if is_over:
        reader.give_up(accepted, stored_envelope(accepted), reason)
    elif not isinstance(read, Reading):
        reader.begin(accepted, stored_envelope(accepted))
    return []


def _set_aside(
    context: AppContext, waiting: deque[Accepted], accepted: Accepted, read: Reading | Failure | None, reason: str
) -> list[Outcome]:
    """Put a message into quarantine, and tell the operator.

    A message that may have crashed a process is not parsed again.
    """
    message = read.message if isinstance(read, Reading) else None
    strangeness = Provenance(message=message, roster=context.roster).strangeness if message else None
    outcome = Outcome(
        seq=accepted.seq,
        received_at=accepted.received_at,
        message_id=message.message_id if message else None,
        header_from=message.header_from.address if message and message.header_from else None,
        subject=message.subject if message else "",
        disposition="unreadable",
        rule=RAISED,
        incident=None,
        trust=Trust.STRANGER if strangeness else None,
        trust_rule=strangeness,
        outcome="quarantined",
        reason=reason,
    )
    with context.ledger.transaction() as tx:
        is_ours = tx.outcome(accepted.seq) is None
        if is_ours:
            tx.record_outcome(outcome, at=context.now())
    context.reader.forget(accepted.seq)
    waiting.remove(accepted)
    if not is_ours:
        return []
    tell_of_set_aside(context, outcome)
    return [outcome]
