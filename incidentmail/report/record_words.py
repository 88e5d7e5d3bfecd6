"""Describe an event about the record itself, in a few words that follow a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from incidentmail.core.record.record_events import (
    HoldLifted,
    HoldPlaced,
    KeyRotated,
    Pruned,
    RecordEvent,
    RecordRebuilt,
    Redacted,
)
from incidentmail.core.text import counted
from incidentmail.core.times import show_time


def record_words(event: RecordEvent, zones: Sequence[str], on: date) -> str:
    """Return a description of a change to the record, in the past tense and without the person's name.

    >>> record_words(Redacted(mails=(7,), reason="a password"), (), date(2026, 11, 20))
    'redacted mail 7: a password'
    """
    match event:
        case Redacted(texts=texts, mails=mails, reason=reason):
            parts = [f"entry {one.seq} ({', '.join(one.slots)})" for one in texts]
            parts += [f"mail {seq}" for seq in mails]
            return f"redacted {', '.join(parts)}: {reason}"
        case Pruned(before=before, mails=mails):
            count = sum(last - first + 1 for first, last in mails)
            return f"removed the bodies of {counted(count, 'mail')} accepted before {show_time(before, zones, on)}"
        case HoldPlaced(incident=incident, reason=reason):
            return f"placed a hold on {incident}: {reason}"
        case HoldLifted(incident=incident, reason=reason):
            return f"lifted the hold on {incident}: {reason}"
        case KeyRotated(fingerprint=fingerprint):
            return f"made a new key for our mail, {fingerprint}"
        case RecordRebuilt(mails=number, is_proven=is_proven):
            how = "" if is_proven else ", which no key proves"
            return f"rebuilt the ledger from {counted(number, 'mail')}{how}"
        case _:
            assert_never(event)
