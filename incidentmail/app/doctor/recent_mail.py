"""Collect facts from the newest mail: how our mail server checks mail, its clock, and what the list changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.app.receiving.stored_mail import stored_envelope
from incidentmail.core.frozen import Frozen
from incidentmail.inbound.fields import Head, read_date, read_head
from incidentmail.ledger.values import RETURNED, Accepted
from incidentmail.ledger.view import LedgerView

from .list_effects import ListEffects, effects

MAILS_MAX = 100
"""How many of the newest mails are examined."""


class RecentMail(Frozen, kw_only=True, gc=True):
    """The newest mail that our own servers handed over.

    `heads` are the headers of mail from other people. `stamps` holds two times for each mail that came through a
    listener: when the last server before us received the mail, by its own account, and when it was accepted here.
    `list_effects` says what the list changed in the newest copy of our own mail, or is None if there is no such copy.
    """

    heads: tuple[Head, ...]
    stamps: tuple[tuple[datetime, datetime], ...]
    list_effects: ListEffects | None = None


def recent_mail(view: LedgerView, own_address: str) -> RecentMail:
    """Return facts from the newest mail. Only the headers of other people's mail are read."""
    heads: list[Head] = []
    stamps: list[tuple[datetime, datetime]] = []
    copy: ListEffects | None = None
    for accepted in _newest(view):
        head = read_head(accepted.raw)
        envelope = stored_envelope(accepted)
        if envelope.way in ("lmtp", "smtp") and (at := _stamp(head)) is not None:
            stamps.append((at, accepted.received_at))
        outcome = view.outcome(accepted.seq)
        if outcome is None or outcome.disposition == "own":
            if copy is None and outcome is not None and outcome.rule == RETURNED:
                copy = _effects(view, accepted, outcome.message_id, own_address)
            continue
        heads.append(head)
    return RecentMail(heads=tuple(heads), stamps=tuple(stamps), list_effects=copy)


def _newest(view: LedgerView) -> Iterator[Accepted]:
    last = view.accepted_head().size
    for seq in range(last, max(0, last - MAILS_MAX), -1):
        if (accepted := view.accepted(seq)) is not None:
            yield accepted


def _stamp(head: Head) -> datetime | None:
    """Return the time in the topmost Received field (RFC 5321 section 4.4), written by the last server, or None."""
    return read_date(head.first("received").rpartition(";")[2].strip())


def _effects(view: LedgerView, accepted: Accepted, message_id: str | None, own_address: str) -> ListEffects | None:
    sent = view.outbox_named(message_id) if message_id else []
    return effects(sent[0].raw, accepted.raw, own_address) if sent else None
