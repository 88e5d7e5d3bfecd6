"""Create a new key, and add it to the record."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from incidentmail.app.context import Clock, open_context
from incidentmail.app.key_file import rotate, with_earlier
from incidentmail.config.load import Config
from incidentmail.core.record.keys import fingerprint
from incidentmail.core.record.record_events import KeyRotated
from incidentmail.core.record.streams import RECORD
from incidentmail.ledger.view import LedgerView


def rotate_key(config: Config, clock: Clock) -> Path:
    """Create a new key at the configured path. Return the file that holds the old key.

    If there is a ledger, append an entry with the new key's fingerprint. Raise ConfigError if there is no key, and
    NotPermittedError if the files cannot be written.
    """
    if not config.ledger.exists():
        return rotate(config.key_path)
    with closing(open_context(config, clock)) as context, context.ledger.transaction():
        actor = context.operator()  # if this fails, it must fail before there is a new key
    old = rotate(config.key_path)
    key = with_earlier(config.key_path)
    with closing(open_context(config, clock)) as context, context.ledger.transaction() as tx:
        event = KeyRotated(fingerprint=fingerprint(key), earlier=len(key.earlier))
        tx.append_record(event, actor=actor, at=context.now())
    return old


def newest_fingerprint(view: LedgerView) -> str | None:
    """Return the fingerprint of the newest key in the record, or None if the key was never rotated."""
    events = (entry.recorded.event for entry in view.entries(RECORD))
    found = [event.fingerprint for event in events if isinstance(event, KeyRotated)]
    return found[-1] if found else None
