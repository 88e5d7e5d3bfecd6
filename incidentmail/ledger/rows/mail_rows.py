"""Store accepted mail: waiting messages, outcomes, threads and texts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from incidentmail.core.facts import json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import fold_case
from incidentmail.ledger.codec import accepted_hash, genesis
from incidentmail.ledger.values import RETURNED, Accepted, Deferred, Head, Outcome

from .packing import PackedMail, packed, packed_text, unpack, unpacked_text
from .statements import Statements, listed

_ACCEPTED = (
    "SELECT seq, received_at, envelope, raw, sha256,"
    " COALESCE((SELECT times FROM deferred WHERE deferred.seq = accepted.seq), 0),"
    " COALESCE((SELECT attempts FROM failures WHERE failures.seq = accepted.seq), 0)"
    " FROM accepted LEFT JOIN bodies USING (seq)"
)
_OUTCOME = (
    "SELECT o.seq, a.received_at, o.message_id, o.header_from, o.subject, o.disposition, o.rule, o.incident, o.trust,"
    " o.outcome, o.reason, o.copy_key, o.trust_rule FROM outcomes o JOIN accepted a USING (seq)"
)

_COLUMNS = (
    "seq, decided_at, message_id, header_from, subject, disposition, rule, incident, trust, outcome, reason, copy_key,"
    " trust_rule"
)
SENDERS_LOOKED_THROUGH = 2000
"""The maximum number of outcomes searched for a sender's messages, because the addresses are not indexed."""
_BELIEVED = "'member', 'verified'"
_MARKS = ", ".join("?" * 13)
UNFINISHED = "what read it ended with the whole process"
"""The reason recorded for an attempt that ended without reporting one."""


class MailRows(Statements):
    """The methods of the store's interface (port.py, view.py) for accepted mail."""

    origin: str

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Store raw messages and envelopes. Return their numbers, in the same order."""
        return self.store_packed(packed(mails), at=at)

    def store_packed(self, mails: Iterable[PackedMail], *, at: datetime) -> list[int]:
        """Store messages that were compressed before the transaction. Return their numbers, in the same order."""
        received_at = json_time(at)
        head, seqs = self.accepted_head(), []
        seq, last = head.size, bytes.fromhex(head.hash)
        for mail in mails:
            seq += 1
            last = accepted_hash(last, mail.sha256, mail.envelope, str(received_at))
            self.connection.execute(
                "INSERT INTO accepted VALUES (?, ?, ?, ?, ?)", (seq, received_at, mail.envelope, mail.sha256, last)
            )
            self.connection.execute("INSERT INTO bodies VALUES (?, ?)", (seq, mail.raw))
            self.connection.execute("INSERT INTO pending VALUES (?)", (seq,))
            seqs.append(seq)
        return seqs

    def accepted_head(self) -> Head:
        row = self.connection.execute("SELECT seq, hash FROM accepted ORDER BY seq DESC LIMIT 1").fetchone()
        size, last = row or (0, genesis(self.origin))
        return Head(origin=self.origin, size=size, hash=last.hex())

    def next_pending(self, *, now: datetime | None = None, after: int = 0) -> Accepted | None:
        later = "" if now is None else " AND seq NOT IN (SELECT seq FROM deferred WHERE until > ?)"
        query = f"{_ACCEPTED} WHERE seq = (SELECT MIN(seq) FROM pending WHERE seq > ?{later})"
        return self._accepted(query, after, *(() if now is None else (str(json_time(now)),)))

    def accepted(self, seq: int) -> Accepted | None:
        return self._accepted(f"{_ACCEPTED} WHERE seq = ?", seq)

    def _accepted(self, query: str, *values: int | str) -> Accepted | None:
        row = self.connection.execute(query, values).fetchone()
        if not row:
            return None
        seq, received_at, envelope, raw, sha256, deferrals, attempts = row
        at = datetime.fromisoformat(received_at).astimezone(UTC)
        return Accepted(
            seq=seq, received_at=at, envelope=json.loads(envelope),
            raw=b"" if raw is None else unpack(raw, f"accepted mail {seq}"), sha256=sha256.hex(), deferrals=deferrals,
            attempts=attempts, is_removed=raw is None,
        )  # fmt: skip

    def newest_accepted_at(self, *, before: datetime) -> datetime | None:
        row = self.connection.execute(
            "SELECT received_at FROM accepted WHERE received_at < ? ORDER BY seq DESC LIMIT 1", (json_time(before),)
        ).fetchone()
        return datetime.fromisoformat(row[0]).astimezone(UTC) if row else None

    def raw_mails_from(self, address: str, *, since: datetime, most: int) -> list[bytes]:
        rows = self.connection.execute(
            "SELECT o.seq, b.raw FROM"
            " (SELECT seq, header_from, trust, outcome FROM outcomes ORDER BY seq DESC LIMIT ?) o"
            " JOIN accepted a USING (seq) JOIN bodies b USING (seq)"
            " WHERE o.header_from = ? AND o.trust IN ('member', 'verified') AND o.outcome <> 'refused'"
            " AND a.received_at >= ? ORDER BY o.seq DESC LIMIT ?",
            (SENDERS_LOOKED_THROUGH, address, json_time(since), most),
        )
        return [unpack(raw, f"accepted mail {seq}") for seq, raw in rows]

    def wrote_before(self, address: str, seq: int) -> bool:
        row = self.connection.execute(
            "SELECT 1 FROM (SELECT seq, header_from, message_id, trust FROM outcomes WHERE seq < ?1"
            " ORDER BY seq DESC LIMIT ?2) WHERE header_from = ?3 AND trust IN ('member', 'verified')"
            " AND COALESCE(message_id, '') <> COALESCE((SELECT message_id FROM outcomes WHERE seq = ?1), '') LIMIT 1",
            (seq, SENDERS_LOOKED_THROUGH, address),
        ).fetchone()
        return row is not None

    def returned_ids(self, incident_id: str) -> list[str]:
        rows = self.connection.execute(
            "SELECT o.message_id FROM outcomes o JOIN threads t ON t.message_id = lower(o.message_id)"
            f" WHERE o.rule = '{RETURNED}' AND o.incident = ?1 AND t.incident = ?1 ORDER BY o.seq",
            (incident_id,),
        )
        return list(dict.fromkeys(message_id for (message_id,) in rows))

    def pending(self) -> int:
        (count,) = self.connection.execute("SELECT COUNT(*) FROM pending").fetchone()
        return int(count)

    def deferred(self) -> list[Deferred]:
        rows = self.connection.execute(
            "SELECT seq, until, times, reason FROM deferred JOIN pending USING (seq) ORDER BY seq"
        )
        return [
            Deferred(seq=seq, until=datetime.fromisoformat(until).astimezone(UTC), times=times, reason=reason)
            for seq, until, times, reason in rows
        ]

    def defer(self, seq: int, *, until: datetime, reason: str) -> None:
        self.connection.execute(
            "INSERT INTO deferred VALUES (?, ?, 1, ?) ON CONFLICT (seq) DO UPDATE SET"
            " until = excluded.until, times = deferred.times + 1, reason = excluded.reason",
            (seq, json_time(until), reason),
        )

    def record_outcome(self, outcome: Outcome, *, at: datetime) -> None:
        self.connection.execute(f"INSERT INTO outcomes VALUES ({_MARKS})", _values(outcome, at))
        self.connection.execute("DELETE FROM pending WHERE seq = ?", (outcome.seq,))
        self.forget_attempts(outcome.seq)

    def revise_outcome(self, outcome: Outcome, *, at: datetime) -> None:
        self.connection.execute(
            f"UPDATE outcomes SET ({_COLUMNS}) = ({_MARKS}) WHERE seq = ?", (*_values(outcome, at), outcome.seq)
        )

    def count_attempts(self, seqs: Sequence[int]) -> None:
        self.connection.executemany(
            "INSERT INTO failures VALUES (?, 1, ?) ON CONFLICT (seq) DO UPDATE SET attempts = failures.attempts + 1",
            [(seq, UNFINISHED) for seq in seqs],
        )

    def record_failure(self, seq: int, error: str) -> int:
        row = self.connection.execute(
            "UPDATE failures SET error = ? WHERE seq = ? RETURNING attempts", (error, seq)
        ).fetchone()
        return int(row[0]) if row else 0

    def forget_attempts(self, seq: int) -> None:
        self.connection.execute("DELETE FROM failures WHERE seq = ?", (seq,))

    def outcomes(self, *, after: int = 0) -> Iterator[Outcome]:
        for row in self.stream(f"{_OUTCOME} WHERE o.seq > ? ORDER BY o.seq", (after,)):
            yield _outcome(row)

    def outcome(self, seq: int) -> Outcome | None:
        row = self.connection.execute(f"{_OUTCOME} WHERE o.seq = ?", (seq,)).fetchone()
        return _outcome(row) if row else None

    def seen(self, copy_key: str) -> Outcome | None:
        row = self.connection.execute(
            f"{_OUTCOME} WHERE o.copy_key = ? ORDER BY o.seq DESC LIMIT 1", (copy_key,)
        ).fetchone()
        return _outcome(row) if row else None

    def first_bearing(self, message_id: str) -> Outcome | None:
        row = self.connection.execute(
            f"{_OUTCOME} WHERE o.message_id = ? AND o.copy_key IS NOT NULL ORDER BY o.seq LIMIT 1", (message_id,)
        ).fetchone()
        return _outcome(row) if row else None

    def is_believed_mail(self, message_id: str) -> bool:
        (found,) = self.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM outcomes WHERE message_id = ? AND disposition <> 'own'"
            " AND trust IN ('member', 'verified'))",
            (message_id,),
        ).fetchone()
        return bool(found)

    def has_verified_mail(self, address: str) -> bool:
        (found,) = self.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM (SELECT header_from, trust FROM outcomes ORDER BY seq DESC LIMIT ?)"
            " WHERE header_from = ? AND trust = 'verified')",
            (SENDERS_LOOKED_THROUGH, address),
        ).fetchone()
        return bool(found)

    def newest_bearing(self, message_id: str, header_from: str) -> Outcome | None:
        row = self.connection.execute(
            f"{_OUTCOME} WHERE o.message_id = ? AND o.header_from = ? AND o.copy_key IS NOT NULL"
            " ORDER BY o.seq DESC LIMIT 1",
            (message_id, header_from),
        ).fetchone()
        return _outcome(row) if row else None

    def bearing_by_others(self, message_id: str, header_from: str | None) -> Outcome | None:
        row = self.connection.execute(
            f"{_OUTCOME} WHERE o.message_id = ? AND COALESCE(o.header_from, '') <> COALESCE(?, '')"
            f" AND o.trust IN ({_BELIEVED}) ORDER BY o.seq LIMIT 1",
            (message_id, header_from),
        ).fetchone()
        return _outcome(row) if row else None

    def is_claimed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        row = self.connection.execute(
            f"SELECT 1 FROM outcomes WHERE message_id = ?1 AND COALESCE(incident, '') <> ?2 AND trust IN ({_BELIEVED})"
            " AND header_from NOT IN (SELECT header_from FROM outcomes"
            " WHERE message_id = ?1 AND incident = ?2 AND header_from IS NOT NULL) LIMIT 1",
            (message_id, incident_id),
        ).fetchone()
        return row is not None

    def is_filed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        row = self.connection.execute(
            "SELECT COUNT(*), COUNT(CASE WHEN incident = ? THEN 1 END) FROM outcomes WHERE message_id = ?",
            (incident_id, message_id),
        ).fetchone()
        return bool(row[0] > 0 and row[1] == 0)

    def message_ids(self, seqs: Iterable[int]) -> dict[int, str]:
        rows = self.connection.execute(
            f"SELECT seq, message_id FROM outcomes WHERE message_id IS NOT NULL AND seq IN {self.in_numbers}",
            (listed(set(seqs)),),
        )
        return dict(rows)

    def incident_of(self, message_id: str) -> str | None:
        row = self.connection.execute(
            "SELECT incident FROM threads WHERE message_id = ?", (fold_case(message_id),)
        ).fetchone()
        return row[0] if row else None

    def follow_thread(self, incident_id: str, message_id: str) -> None:
        self.connection.execute(
            "INSERT INTO threads VALUES (?, ?) ON CONFLICT DO NOTHING", (fold_case(message_id), incident_id)
        )

    def words(self, incident_id: str) -> list[str]:
        rows = self.connection.execute("SELECT text FROM earlier_texts WHERE incident = ? ORDER BY id", (incident_id,))
        return [unpacked_text(stored) for (stored,) in rows]

    def words_after(
        self, incident_id: str, number: int, *, chars_max: int | None = None
    ) -> tuple[int, int, list[tuple[int, str]]]:
        counting = "SELECT COUNT(*) FROM earlier_texts WHERE incident = ?1 AND id"  # faster than a sum over the rows
        known, later = self.connection.execute(
            f"SELECT ({counting} <= ?2), ({counting} > ?2)", (incident_id, number)
        ).fetchone()
        rows = self.connection.execute(
            "SELECT id, text FROM earlier_texts WHERE incident = ? AND id > ? ORDER BY id DESC", (incident_id, number)
        )
        found, chars = list[tuple[int, str]](), 0
        for id_, stored in rows:
            text = unpacked_text(stored)
            chars += len(text)
            if found and chars_max is not None and chars > chars_max:
                break
            found.append((id_, text))
        return int(known), int(known) + int(later), found[::-1]

    def remember_words(self, incident_id: str, text: str) -> None:
        if text.strip():
            self.connection.execute(
                "INSERT INTO earlier_texts (incident, text) VALUES (?, ?)", (incident_id, packed_text(text))
            )


def _values(outcome: Outcome, at: datetime) -> tuple[int | str | None, ...]:
    return (
        outcome.seq, json_time(at), outcome.message_id, outcome.header_from, outcome.subject, outcome.disposition,
        outcome.rule, outcome.incident, outcome.trust, outcome.outcome, outcome.reason, outcome.copy_key,
        outcome.trust_rule,
    )  # fmt: skip


def _outcome(row: tuple[Any, ...]) -> Outcome:
    return Outcome(
        seq=row[0], received_at=datetime.fromisoformat(row[1]).astimezone(UTC), message_id=row[2], header_from=row[3],
        subject=row[4], disposition=row[5], rule=row[6], incident=row[7], trust=row[8], outcome=row[9],
        reason=row[10], copy_key=row[11], trust_rule=row[12],
    )  # fmt: skip
