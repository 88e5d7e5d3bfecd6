"""Check for `status` and `doctor` whether the web pages are up to date with the record."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from incidentmail.app.context import AppContext
from incidentmail.app.doctor.finding import Finding, failure, ok, warning
from incidentmail.core.times import show_duration
from incidentmail.ledger.view import LedgerView
from incidentmail.report.site.index_pages import VALID_FOR

from .folder import fault_of
from .kept import read_state

CHECK = "web pages"
BEHIND = timedelta(minutes=3)
"""How far pages may lag behind. `serve` writes them seconds after a change, and `flush` usually runs each minute."""
KEEP = "'incidentmail serve', or 'incidentmail flush' each minute, keeps them up to date"


def pages_attention(context: AppContext, view: LedgerView, now: datetime) -> Iterator[str]:
    """Yield a line for each problem with the web pages, or nothing if no pages are configured."""
    if not context.config.settings.publish.folders:
        return
    state = read_state(context.config.ledger_path)
    if state.fault is not None:
        since = f" for {show_duration(now - state.failed_at)}" if state.failed_at else ""
        yield f"the web pages have not been up to date{since}: {state.fault}"
    elif state.checked_at is None:
        yield f"the web pages were never written; {KEEP}"
    elif now - state.checked_at > VALID_FOR:
        ago = show_duration(now - state.checked_at)
        yield f"the web pages were last compared with the record {ago} ago, and say that they are out of date; {KEEP}"
    else:
        oldest = next((entry.recorded.at for entry in view.entries(after=state.size)), None)
        if oldest is not None and now - oldest > BEHIND:
            yield f"the web pages lack what was recorded {show_duration(now - oldest)} ago; {KEEP}"


def pages_findings(context: AppContext, view: LedgerView, now: datetime) -> Iterator[Finding]:
    """Yield findings on whether the folders are readable and writable, and whether the pages are up to date."""
    folders = context.config.settings.publish.folders
    faults = [(path, fault) for path in folders if (fault := fault_of(path)) is not None]
    for path, fault in faults:
        yield failure(CHECK, f"pages cannot be written into {path}: {fault}", _cure(path))
    closed = [path for path in folders if path.is_dir() and not path.stat().st_mode & stat.S_IXOTH]
    for path in closed:
        yield warning(
            CHECK, f"{path} is closed to other users, so a web server may not read it",
            f"'chmod 755 {path}', or give the folder to the group of the web server",
        )  # fmt: skip
    wrong = [] if faults else list(pages_attention(context, view, now))
    for line in wrong:
        yield warning(CHECK, line, "'incidentmail publish' writes them now")
    if folders and not faults and not closed and not wrong:
        yield ok(CHECK, f"up to date in {' and '.join(map(str, folders))}")


def _cure(path: Path) -> str:
    return f"make {path} an empty folder that belongs to whoever runs 'serve', and run 'incidentmail publish'"
