"""Store entries and the projection. They are written together and read separately."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.events import Event, Recorded
from incidentmail.core.facts import json_time
from incidentmail.core.fold import fold
from incidentmail.core.frozen import json_text, read_text
from incidentmail.core.model import Actor, Incident
from incidentmail.errors import StaleVersionError
from incidentmail.ledger.authority import Authority
from incidentmail.ledger.codec import SALT_BYTES, chain, decode, encode, genesis
from incidentmail.ledger.values import CausedBy, Entry, Head

from .statements import Statements

SALTS_DRAWN = 16
KNOWN_CHARS_MAX = 1_000_000
"""The maximum total length of the incidents' JSON that is cached between transactions, with the parsed values."""
LAST_OPEN_PHASE = 2
"""The last phase in which an incident is open for reminders and can be "the open incident"."""


def _salts() -> Iterator[bytes]:
    """Yield new random salts. They are generated in batches, which is faster."""
    while True:
        drawn = secrets.token_bytes(SALT_BYTES * SALTS_DRAWN)
        yield from (drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES))


def projected(state: Incident) -> tuple[str, str, str, str, int, str | None]:
    """Return the columns of the projection except the state.

    These are the id, REF, time of the declaration, status, phase, and the time at which the first proposal expires.
    """
    expires_at = json_time(min((p.expires_at for p in open_proposals(state)), default=None))
    return (state.id, state.ref, str(json_time(state.declared_at)), state.status.value, state.phase, expires_at)


class KnownStates:
    """A cache of incident states with their exact JSON in the ledger, so that unchanged JSON is not parsed again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, Incident]] = OrderedDict()
        self._chars = 0
        self._lock = threading.Lock()

    def read(self, incident_id: str, text: str) -> Incident:
        """Return the incident whose JSON is `text`. Raise ValueError if it is not an incident."""
        with self._lock:
            kept = self._kept.get(incident_id)
        if kept is not None and kept[0] == text:
            return kept[1]
        state = read_text(Incident, text)
        self.keep(text, state)
        return state

    def keep(self, text: str, state: Incident) -> None:
        """Cache a state and its JSON, and drop the oldest states if the cache is too large.

        It does not matter if `text` is never committed, because the same JSON always means the same state.
        """
        with self._lock:
            before, _ = self._kept.pop(state.id, ("", None))
            self._kept[state.id] = (text, state)
            self._chars += len(text) - len(before)
            while self._chars > KNOWN_CHARS_MAX:
                _, (gone, _) = self._kept.popitem(last=False)
                self._chars -= len(gone)


class RecordRows(Statements):
    """The methods of the store's interface (port.py, view.py) for entries and incidents."""

    origin: str
    known: KnownStates
    states: dict[str, Incident]
    """The incidents read or written in this transaction, keyed by id.

    No other transaction can change them in the meantime.
    """

    def head(self) -> Head:
        """Return the newest entry or, for an empty ledger, size 0 and the genesis hash."""
        row = self.connection.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        size, last = row or (0, genesis(self.origin))
        return Head(origin=self.origin, size=size, hash=last.hex())

    def head_at(self, size: int) -> Head | None:
        return self._head_at("entries", size)

    def accepted_head_at(self, size: int) -> Head | None:
        return self._head_at("accepted", size)

    def size_of(self, head: str) -> int | None:
        for table in ("entries", "accepted"):
            row = self.connection.execute(f"SELECT seq FROM {table} WHERE hash = ?", (bytes.fromhex(head),)).fetchone()
            if row:
                return int(row[0])
        return None

    def _head_at(self, table: str, size: int) -> Head | None:
        if size == 0:
            return Head(origin=self.origin, size=0, hash=genesis(self.origin).hex())
        row = self.connection.execute(f"SELECT hash FROM {table} WHERE seq = ?", (size,)).fetchone()
        return Head(origin=self.origin, size=size, hash=row[0].hex()) if row else None

    def append(
        self,
        incident_id: str,
        events: Sequence[Event],
        *,
        actor: Actor,
        at: datetime,
        expected_version: int,
        caused_by: CausedBy | None,
    ) -> Incident:
        before = self.incident(incident_id)
        actual = before.version if before else 0
        if actual != expected_version:
            raise StaleVersionError(incident=incident_id, expected=expected_version, actual=actual)
        happened = [
            Recorded(incident=incident_id, version=version, at=at, by=actor.person, event=event)
            for version, event in enumerate(events, actual + 1)
        ]
        state = fold(happened, before)
        if state is None:
            raise ValueError("nothing to append")
        self._write(happened, actor, caused_by)
        self.project(state)
        return state

    def _write(self, happened: Sequence[Recorded], actor: Actor, caused_by: CausedBy | None) -> None:
        """Insert each entry after the head, and its texts before the next entry, as the triggers require."""
        head, execute, new_salt = self.head(), self.connection.execute, _salts().__next__
        prev = bytes.fromhex(head.hash)
        for seq, recorded in enumerate(happened, head.size + 1):
            encoded = encode(recorded, seq=seq, actor=actor, caused_by=caused_by, salt=new_salt)
            last = chain(prev, encoded.body)
            execute(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
                (seq, recorded.incident, recorded.version, recorded.event.kind, encoded.body, prev, last),
            )
            for slot, salt, text in encoded.sealed:
                execute("INSERT INTO sealed VALUES (?, ?, ?, ?)", (seq, slot, salt, text))
            prev = last

    def incident(self, incident_id: str) -> Incident | None:
        if incident_id not in self.states:
            row = self.connection.execute("SELECT state FROM incidents WHERE id = ?", (incident_id,)).fetchone()
            if row is None:
                return None
            self.states[incident_id] = self.known.read(incident_id, row[0])
        return self.states[incident_id]

    def incident_by_ref(self, ref: str) -> Incident | None:
        row = self.connection.execute("SELECT id FROM incidents WHERE ref = ?", (ref,)).fetchone()
        return self.incident(row[0]) if row else None

    def incidents(self, *, everything: bool) -> list[Incident]:
        newest = "ORDER BY declared_at DESC, rowid DESC"
        if everything:
            rows = self.connection.execute(f"SELECT state FROM incidents {newest}")
        else:
            chosen = "status = 'open' AND phase <= ?"
            rows = self.connection.execute(f"SELECT state FROM incidents WHERE {chosen} {newest}", (LAST_OPEN_PHASE,))
        return [read_text(Incident, state) for (state,) in rows]

    def authority(self) -> Authority:
        newest = (
            "SELECT json_extract(state, '$.epoch') AS epoch, json_extract(state, '$.leader') FROM incidents"
            " WHERE epoch > 0 ORDER BY epoch DESC, 2 LIMIT 1"
        )
        epoch, leader = self.connection.execute(newest).fetchone() or (0, None)
        query = "SELECT EXISTS (SELECT 1 FROM incidents WHERE json_extract(state, '$.origin') {} ?)"
        (own,) = self.connection.execute(query.format("="), (self.origin,)).fetchone()
        (others,) = self.connection.execute(query.format("!="), (self.origin,)).fetchone()
        return Authority(epoch=epoch, leader=leader, has_own=bool(own), has_others=bool(others))

    def next_updates(self) -> dict[str, datetime | None]:
        rows = self.connection.execute(
            "SELECT id, json_extract(state, '$.next_update_at') FROM incidents WHERE status = 'open' AND phase <= ?"
            " ORDER BY declared_at DESC, rowid DESC",
            (LAST_OPEN_PHASE,),
        )
        return {name: datetime.fromisoformat(due).astimezone(UTC) if due else None for name, due in rows}

    def declared_since(self, at: datetime) -> list[Incident]:
        rows = self.connection.execute(
            "SELECT state FROM incidents WHERE declared_at >= ? ORDER BY declared_at DESC, rowid DESC", (json_time(at),)
        )
        return [read_text(Incident, state) for (state,) in rows]

    def silent_sizes(self) -> tuple[int, int]:
        silent = "FROM incidents WHERE json_extract(state, '$.silent')"
        entries = f"SELECT coalesce(sum(json_extract(state, '$.version')), 0) {silent}"
        mails = f"SELECT count(*) FROM outcomes WHERE incident IN (SELECT id {silent})"
        first, second = (self.connection.execute(query).fetchone()[0] for query in (entries, mails))
        return first, second

    def ids_with(self, part: str) -> list[str]:
        rows = self.connection.execute(
            "SELECT id FROM incidents WHERE instr(id, ?) > 0 ORDER BY declared_at DESC, rowid DESC", (part,)
        )
        return [name for (name,) in rows]

    def with_proposals(self, *, expired_at: datetime | None = None) -> list[str]:
        rows = self.connection.execute(
            "SELECT id FROM incidents WHERE expires_at IS NOT NULL AND (? IS NULL OR expires_at <= ?)"
            " ORDER BY expires_at",
            (json_time(expired_at), json_time(expired_at)),
        )
        return [name for (name,) in rows]

    def entries(self, incident_id: str | None = None, *, after: int = 0) -> Iterator[Entry]:
        """Yield entries in the order of `seq`. For a single incident, the index on its versions is used."""
        values: tuple[str | int, ...] = (after,) if incident_id is None else (incident_id, after)
        chosen = "" if incident_id is None else "e.incident = ? AND"
        return self._entries(f"{chosen} e.seq > ? ORDER BY {'e.seq' if incident_id is None else 'e.version'}", values)

    def newest_entries(self, incident_id: str, *, limit: int) -> list[Entry]:
        (version,) = self.connection.execute(
            "SELECT max(version) FROM entries WHERE incident = ?", (incident_id,)
        ).fetchone()
        which = "e.incident = ? AND e.version > ? ORDER BY e.version"
        return list(self._entries(which, (incident_id, (version or 0) - limit)))

    def _entries(self, which: str, values: tuple[str | int, ...]) -> Iterator[Entry]:
        rows = self.stream(f"SELECT e.seq, e.body, e.hash FROM entries e WHERE {which}", values)
        texts = self.stream(
            f"SELECT s.seq, s.slot, s.salt, s.text FROM entries e CROSS JOIN sealed s WHERE s.seq = e.seq AND {which}",
            values,
        )
        sealed = next(texts, None)  # Both queries have the same order, so no entry needs a separate query.
        for seq, body, hash_ in rows:
            slots: dict[str, tuple[bytes, str | None]] = {}
            while sealed is not None and sealed[0] == seq:
                slots[sealed[1]] = sealed[2:]
                sealed = next(texts, None)
            yield decode(body, slots, hash_=hash_)

    def project_again(self, incident_id: str) -> None:
        """Recompute the state of an incident from its entries. Raise ValueError if they cannot be parsed."""
        state = fold(entry.recorded for entry in self.entries(incident_id))
        if state is not None:
            self.project(state)

    def project(self, state: Incident) -> None:
        """Store the state of an incident."""
        text = json_text(state)
        self.connection.execute(
            "INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " status = excluded.status, phase = excluded.phase,"
            " expires_at = excluded.expires_at, state = excluded.state",
            (*projected(state), text),
        )
        self.known.keep(text, state)
        self.states[state.id] = state
