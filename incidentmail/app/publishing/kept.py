"""Record the state of publication beside the ledger, so that a change regenerates only the affected pages."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from incidentmail.core.frozen import Frozen, json_text, read_text
from incidentmail.report.site.record import Listed

V = TypeVar("V", bound=Frozen)
KEPT, STATE = "pages", "pages-state"
"""The suffixes of the files beside the ledger."""


class Kept(Frozen, kw_only=True):
    """The state of publication: the head of the ledger, and the short form of each incident.

    `made_by` is a digest of everything else that affects how pages look.
    """

    made_by: str
    origin: str
    size: int
    hash: str
    listed: dict[str, Listed]


class PagesState(Frozen, kw_only=True):
    """The result of the last attempt: the newest entry in the pages, and when they were compared with the record.

    If the attempt failed, `fault` is the reason and `failed_at` the time of the first failure. If `stopped` is true,
    the pages say that they are no longer kept up to date.
    """

    size: int = 0
    made_by: str = ""
    checked_at: datetime | None = None
    stopped: bool = False
    fault: str | None = None
    failed_at: datetime | None = None


def read_kept(ledger: Path) -> Kept | None:
    """Return the state of publication, or None if no usable file is found. In that case, all pages are regenerated."""
    return _read(Kept, beside(ledger, KEPT))


def write_kept(ledger: Path, kept: Kept) -> None:
    _write(beside(ledger, KEPT), json_text(kept))


def read_state(ledger: Path) -> PagesState:
    """Return the result of the last attempt to publish, or an empty state if there was none."""
    return _read(PagesState, beside(ledger, STATE)) or PagesState()


def write_state(ledger: Path, state: PagesState) -> None:
    _write(beside(ledger, STATE), json_text(state))


def beside(ledger: Path, suffix: str) -> Path:
    return ledger.with_name(f"{ledger.name}.{suffix}")


def _read(kind: type[V], path: Path) -> V | None:
    try:
        return read_text(kind, path.read_bytes())
    except (OSError, ValueError):
        return None


def _write(path: Path, text: str) -> None:
    """Replace a file that only we may read. The file is not synced, because all pages can be regenerated without it."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)
