"""Examine the key that authenticates our own mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from incidentmail.app.keeping.new_key import newest_fingerprint
from incidentmail.app.key_file import earlier_files, key_or_another
from incidentmail.core.record.keys import fingerprint
from incidentmail.core.record.record_events import RecordRebuilt
from incidentmail.core.record.streams import RECORD
from incidentmail.core.text import counted
from incidentmail.errors import IncidentMailError
from incidentmail.ledger.view import LedgerView

from .finding import REST, Finding, failed, failure, ok, warning

CHECK = "key"


def key_of_record(view: LedgerView, path: Path) -> Iterator[Finding]:
    """Yield findings if the key at `path` is not the newest one in the record, or if a rebuild ran without a key."""
    named = newest_fingerprint(view)
    if named is not None and path.exists() and named != fingerprint(key_or_another(path)):
        yield failure(
            CHECK, f"{path} is not the newest key: the ledger names {named}, so our newest mail is not recognised",
            "restore the newest key from its back-up, or from the other machine",
        )  # fmt: skip
    for entry in view.entries(RECORD):
        event = entry.recorded.event
        if isinstance(event, RecordRebuilt) and not event.is_proven:
            yield warning(
                CHECK, f"the ledger was rebuilt without the key: nothing proves the entries before {entry.seq}",
                "compare them with the list's archive; this line stays",
            )  # fmt: skip


def key(path: Path, ledger: Path) -> Iterator[Finding]:
    """Yield findings on whether the key at `path` is usable, or missing although there is a ledger."""
    if not path.exists():
        if ledger.exists():
            yield failure(
                CHECK, f"there is a ledger, and its key {path} is gone: replies to our mail find no incident; {REST}",
                "restore it from the back-up; without one, the next command makes a new key",
            )  # fmt: skip
        else:
            yield warning(CHECK, f"there is no key yet at {path}", "'incidentmail init' or the first command makes it")
        return
    try:
        key_or_another(path)
        mode = path.stat().st_mode & 0o777
    except IncidentMailError as error:
        yield failed(CHECK, error, cure=f"chmod 0600 {path}", without=REST)
        return
    if mode & 0o070:
        yield warning(CHECK, f"the group of {path} can use it, and so write mail in our name", f"chmod 0600 {path}")
        return
    count = len(earlier_files(path))
    beside = f", with {counted(count, 'earlier key')} beside it" if count else ""
    yield ok(CHECK, f"{path}{beside}; include {'them' if count else 'it'} in the back-up")
