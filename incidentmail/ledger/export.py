"""Write the record for other programs: as JSON with one object on each line, or as an mbox of all accepted mail."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from incidentmail.core.frozen import JsonValue

from .stored_rows import AcceptedRow, TextsInOrder
from .verify import Rows

EXPORT_FORMAT: Final = 1


def exported(rows: Rows) -> Iterator[dict[str, JsonValue]]:
    """Yield one object about the whole record, then the accepted messages, then the entries, each in their order.

    The `body` of an entry is the exact text that its hash covers. `texts` are the texts that are stored separately,
    with the salts of their commitments. The `raw` of a message is in base64, and hashes are in hex. docs/json.md
    describes all keys.
    """
    head, accepted = rows.head(), rows.accepted_head()
    yield {
        "type": "ledger", "export": EXPORT_FORMAT, "origin": head.origin, "entries": head.size, "head": head.hash,
        "accepted": accepted.size, "accepted_head": accepted.hash,
    }  # fmt: skip
    for mail in rows.accepted_rows():
        yield {
            "type": "mail", "seq": mail.seq, "received_at": mail.received_at, "envelope": mail.envelope,
            "raw": base64.b64encode(mail.raw).decode() if mail.raw is not None else None, "sha256": mail.sha256.hex(),
            "hash": mail.hash.hex(),
        }  # fmt: skip
    texts = TextsInOrder(rows.text_rows())
    for entry in rows.entry_rows():
        yield {
            "type": "entry", "seq": entry.seq, "incident": entry.incident, "version": entry.version,
            "kind": entry.kind, "body": entry.body.decode(), "hash": entry.hash.hex(),
            "texts": {slot: {"salt": salt.hex(), "text": text} for slot, (salt, text) in texts.of(entry.seq).items()},
        }  # fmt: skip


def mbox_of(mail: AcceptedRow) -> bytes:
    r"""Return an accepted message as it is written to an mbox (RFC 4155, with the quoting of mboxrd).

    >>> row = AcceptedRow(1, "2026-11-20T14:07:00Z", "{}", b"Subject: x\r\n\r\nFrom us\r\n", b"", b"")
    >>> mbox_of(row)
    b'From MAILER-DAEMON Fri Nov 20 14:07:00 2026\nSubject: x\n\n>From us\n\n'
    """
    received = datetime.fromisoformat(mail.received_at).ctime()
    lines = (mail.raw or b"").replace(b"\r\n", b"\n").split(b"\n")
    quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
    ended = b"\n".join(quoted).rstrip(b"\n") + b"\n\n"
    return f"From MAILER-DAEMON {received}\n".encode() + ended
