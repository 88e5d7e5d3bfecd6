"""Export the record for other programs: as JSON Lines, or as an mbox of all accepted mail."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from .export_lines import EndLine, EntryLine, ExportedText, LedgerLine, Line, MailLine, RowLine, encode
from .kept_tables import KeptTable
from .stored_rows import AcceptedRow, TextsInOrder
from .verify import Rows


class AllRows(Rows, Protocol):
    """The rows of a ledger: those of both chains, and those of the other tables."""

    def kept_rows(self) -> Iterator[tuple[KeptTable, dict[str, str | int | bytes | None]]]:
        """Yield each row of the tables in `KEPT`, in that order. Byte values are not compressed."""
        ...


def exported(rows: AllRows) -> Iterator[bytes]:
    """Yield the lines of an export, from which a new ledger can be created (docs/json.md).

    The first line describes the ledger. Accepted messages, entries and rows of the other tables follow, each in order.
    The last line contains the SHA-256 digest of all the lines before it.
    """
    count, digest = 0, hashlib.sha256()
    for line in _lines(rows):
        written = encode(line) + b"\n"
        count += 1
        digest.update(written)
        yield written
    yield encode(EndLine(lines=count, sha256=digest.hexdigest())) + b"\n"


def _lines(rows: AllRows) -> Iterator[Line]:
    head, accepted = rows.head(), rows.accepted_head()
    yield LedgerLine(
        origin=head.origin, entries=head.size, head=head.hash, accepted=accepted.size, accepted_head=accepted.hash
    )
    for mail in rows.accepted_rows():
        yield MailLine(
            seq=mail.seq, received_at=mail.received_at, envelope=mail.envelope, raw=mail.raw, sha256=mail.sha256.hex(),
            hash=mail.hash.hex(),
        )  # fmt: skip
    texts = TextsInOrder(rows.text_rows())
    for entry in rows.entry_rows():
        slots = texts.of(entry.seq)
        yield EntryLine(
            seq=entry.seq, incident=entry.incident, version=entry.version, kind=entry.kind, body=entry.body.decode(),
            hash=entry.hash.hex(),
            texts={slot: ExportedText(salt=salt.hex(), text=text) for slot, (salt, text) in slots.items()},
        )  # fmt: skip
    for table, values in rows.kept_rows():
        yield RowLine(table=table.name, values={name: _written(value) for name, value in values.items()})


def _written(value: str | int | bytes | None) -> str | int | None:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def mbox_of(mail: AcceptedRow) -> bytes:
    r"""Return an accepted message in mbox format (RFC 4155, with mboxrd quoting).

    >>> row = AcceptedRow(1, "2026-11-20T14:07:00Z", "{}", b"Subject: x\r\n\r\nFrom us\r\n", b"", b"")
    >>> mbox_of(row)
    b'From MAILER-DAEMON Fri Nov 20 14:07:00 2026\nSubject: x\n\n>From us\n\n'
    """
    received = datetime.fromisoformat(mail.received_at).ctime()
    lines = (mail.raw or b"").replace(b"\r\n", b"\n").split(b"\n")
    quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
    ended = b"\n".join(quoted).rstrip(b"\n") + b"\n\n"
    return f"From MAILER-DAEMON {received}\n".encode() + ended
