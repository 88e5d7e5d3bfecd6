"""Remove texts and mail permanently, along with everything derived from them, and record the removal in an entry."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from incidentmail.core.drills.drill_events import DrillEvent
from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Actor
from incidentmail.core.record.record_events import Pruned, RecordEvent, Redacted
from incidentmail.core.record.streams import APART, DRILLS, RECORD
from incidentmail.core.record.words_to_remove import REMOVED, WordsToRemove, left_of_mail
from incidentmail.ledger.values import CausedBy

from .alert_rows import AlertRows
from .mail_rows import MailRows
from .packing import pack, packed_text, unpack, unpacked_text
from .record_rows import RecordRows


class _Wordy(Frozen):
    """A table derived from the record, with its key columns and the columns that may contain people's words."""

    table: str
    key: tuple[str, ...]
    texts: tuple[str, ...]


WORDY: Final = (
    _Wordy("outcomes", ("seq",), ("subject", "reason", "header_from")),
    _Wordy("failures", ("seq",), ("error",)),
    _Wordy("deferred", ("seq",), ("reason",)),
    _Wordy("outbox", ("id",), ("subject", "last_error")),
    _Wordy("outbox_recipients", ("mail", "address"), ("reply", "said")),
    _Wordy("private_mails", ("id",), ("content",)),
    _Wordy("deliveries", ("id",), ("last_error",)),
    _Wordy("alerts", ("number",), ("content",)),
    _Wordy("alert_parts", ("alert", "key"), ("title",)),
)
"""The tables in which words are replaced. Others contain compressed texts, or only numbers, ids, times and states."""


class RemovalRows(RecordRows, MailRows, AlertRows):
    """The methods of the store's interface (port.py) that remove something or record a hold."""

    def append_record(self, event: RecordEvent, *, actor: Actor, at: datetime) -> int:
        self._append_apart(RECORD, event, actor, at, None)
        if isinstance(event, Redacted):
            self._redact(event)
        elif isinstance(event, Pruned):
            self.remove_bodies(event.mails)
        return self.head().size

    def append_drill(self, event: DrillEvent, *, actor: Actor, at: datetime, caused_by: CausedBy | None) -> None:
        self._append_apart(DRILLS, event, actor, at, caused_by)

    def _append_apart(
        self, stream: str, event: RecordEvent | DrillEvent, actor: Actor, at: datetime, caused_by: CausedBy | None
    ) -> None:
        """Append an event to a stream that does not belong to an incident."""
        last = self.connection.execute("SELECT MAX(version) FROM entries WHERE incident = ?", (stream,)).fetchone()[0]
        recorded = Recorded(incident=stream, version=(last or 0) + 1, at=at, by=actor.person, event=event)
        self._write([recorded], actor, caused_by)

    def remove_texts(self, texts: Sequence[tuple[int, str]]) -> None:
        """Remove texts, each identified by entry number and field name. The newest entry must name them."""
        self.connection.executemany("UPDATE sealed SET text = NULL, salt = x'' WHERE seq = ? AND slot = ?", texts)

    def remove_bodies(self, mails: Sequence[tuple[int, int]]) -> None:
        """Remove bodies of accepted messages.

        Each pair is the first and last number of a range. The newest entry must name these messages.
        """
        self.connection.executemany("DELETE FROM bodies WHERE seq BETWEEN ? AND ?", mails)

    def _redact(self, event: Redacted) -> None:
        """Remove the texts and bodies that `event`, the newest entry, names. Recompute their incidents' states."""
        changed = set[str]()
        for one in event.texts:
            self.remove_texts([(one.seq, slot) for slot in one.slots])
            row = self.connection.execute("SELECT incident FROM entries WHERE seq = ?", (one.seq,)).fetchone()
            changed.add(row[0])
        for incident in sorted(changed - APART):
            self.project_again(incident)
        self.remove_bodies([(seq, seq) for seq in event.mails])

    def forget_words(self, words: WordsToRemove, mails: Collection[int]) -> int:
        for seq in mails:
            self.connection.execute("UPDATE outcomes SET subject = ?, reason = NULL WHERE seq = ?", (REMOVED, seq))
        self.forget_alerts_of(mails)
        count = sum(self._replace(one, words) for one in WORDY) + self._forget_texts(words) + self._forget_calls(words)
        gone = [
            (folded, address)
            for folded, address, name in self.connection.execute("SELECT folded, address, name FROM senders").fetchall()
            if words.are_in(name) or words.are_in(address)
        ]
        self.connection.executemany("DELETE FROM senders WHERE folded = ? AND address = ?", gone)
        return count + len(gone)

    def forget_outgoing(self, ids: Collection[int]) -> None:
        for number in ids:
            (message_id,) = self.connection.execute("SELECT message_id FROM outbox WHERE id = ?", (number,)).fetchone()
            left = left_of_mail(message_id)
            self.connection.execute(
                "UPDATE outbox SET raw = ?, subject = ? WHERE id = ?", (pack(left), REMOVED, number)
            )

    def _forget_texts(self, words: WordsToRemove) -> int:
        """Replace the words in the stored texts of earlier messages. Return the number of texts that contained them."""
        count = 0
        for number, stored in self.connection.execute("SELECT id, text FROM earlier_texts").fetchall():
            text = unpacked_text(stored)
            if words.are_in(text):
                after = packed_text(words.without(text))
                self.connection.execute("UPDATE earlier_texts SET text = ? WHERE id = ?", (after, number))
                count += 1
        return count

    def _forget_calls(self, words: WordsToRemove) -> int:
        """Replace the words in the payloads of waiting hook calls. Return the number of payloads changed."""
        count = 0
        rows = self.connection.execute("SELECT id, payload FROM deliveries WHERE payload IS NOT NULL").fetchall()
        for number, stored in rows:
            text = unpack(stored, "a call to a hook").decode()
            after = _without(words, text)
            if after != text:
                packed = pack((after or "").encode())
                self.connection.execute("UPDATE deliveries SET payload = ? WHERE id = ?", (packed, number))
                count += 1
        return count

    def _replace(self, wordy: _Wordy, words: WordsToRemove) -> int:
        """Replace the words in the text columns of a table. Return the number of values that contained them."""
        count = 0
        columns, keys = ", ".join((*wordy.key, *wordy.texts)), " AND ".join(f"{name} = ?" for name in wordy.key)
        for row in self.connection.execute(f"SELECT {columns} FROM {wordy.table}").fetchall():
            key, texts = row[: len(wordy.key)], row[len(wordy.key) :]
            for name, text in zip(wordy.texts, texts, strict=True):
                after = _without(words, text)
                if after != text:
                    self.connection.execute(f"UPDATE {wordy.table} SET {name} = ? WHERE {keys}", (after, *key))
                    count += 1
        return count


def _without(words: WordsToRemove, text: str | None) -> str | None:
    """Return a stored text without the words. In JSON, they are replaced within each string."""
    if text is None:
        return None
    if text[:1] in ("{", "["):
        try:
            value = json.loads(text)
        except ValueError:
            return words.without(text)
        after = _mapped(value, words)
        return text if after == value else json.dumps(after, ensure_ascii=False, separators=(",", ":"))
    return words.without(text)


def _mapped(value: Any, words: WordsToRemove) -> Any:
    if isinstance(value, str):
        return words.without(value)
    if isinstance(value, list):
        return [_mapped(part, words) for part in value]
    return {name: _mapped(part, words) for name, part in value.items()} if isinstance(value, dict) else value
