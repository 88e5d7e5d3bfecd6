"""Entries as bytes: canonical JSON, free text behind salted commitments, one hash chain over what is stored.

The stored bytes are hashed as they are and never made again from values, so old entries verify for ever.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue

from incidentmail.core.events import KINDS, SEALED, Event, Recorded
from incidentmail.core.facts import json_time
from incidentmail.core.model import Actor, Person

from .port import CausedBy, Entry

SALT_BYTES = 16
REDACTED = "[redacted]"
_SURROGATE = re.compile("[\ud800-\udfff]")
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
Slots = Mapping[str, tuple[bytes, str | None]]
"""slot -> (salt, canonical JSON of the value, None where redacted)"""


@dataclass(frozen=True, slots=True)
class Encoded:
    body: bytes
    sealed: tuple[tuple[str, bytes, str], ...]
    """(slot, salt, text)"""


def canonical(value: JsonValue) -> str:
    r"""One spelling for each value: sorted keys, no spaces; lone surrogates, which UTF-8 cannot hold, escaped.

    >>> canonical({"b": "ü", "a": chr(0xDCFF)})
    '{"a":"\\udcff","b":"ü"}'
    """
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", _CANONICAL.encode(value))


def genesis(origin: str) -> bytes:
    """What stands before the first entry of a ledger: no two ledgers share a chain."""
    return hashlib.sha256(b"incidentmail ledger v1\0" + origin.encode()).digest()


def chain(prev_hash: bytes, body: bytes) -> bytes:
    """SHA-256 over the previous hash and the exact stored bytes."""
    return hashlib.sha256(prev_hash + body).digest()


def commitment(salt: bytes, text: str) -> str:
    """HMAC-SHA-256 with the salt as the key: without the salt, not even a short text can be guessed."""
    return hmac.digest(salt, text.encode(), "sha256").hex()


def encode(
    recorded: Recorded, *, seq: int, actor: Actor, caused_by: CausedBy | None, salt: Callable[[], bytes]
) -> Encoded:
    """The body of an entry and the texts it commits to."""
    sealed: list[tuple[str, bytes, str]] = []

    def seal(slot: str, value: JsonValue) -> JsonValue:
        grain, text = salt(), canonical(value)
        sealed.append((slot, grain, text))
        return {"sealed": commitment(grain, text)}

    data: dict[str, JsonValue] = recorded.event.model_dump(mode="json", exclude={"kind"})
    for name in _sealed_fields(type(recorded.event)):
        if data[name] is not None:
            data[name] = seal(name, data[name])
    by: JsonValue = actor.person.model_dump(mode="json")
    body: dict[str, JsonValue] = {
        "seq": seq,
        "incident": recorded.incident,
        "version": recorded.version,
        "kind": recorded.event.kind,
        "at": json_time(recorded.at),
        "actor": seal("actor", by),
        "trust": actor.trust.value,
        "caused_by": None if caused_by is None else {"seq": caused_by.seq, "sha256": caused_by.sha256},
        "data": data,
    }
    return Encoded(canonical(body).encode("utf-8", "strict"), tuple(sealed))


def decode(body: bytes, slots: Slots, *, hash_: bytes) -> Entry:
    """The entry behind stored bytes; redacted texts read `[redacted]`. ValueError where the bytes are no entry."""
    raw: dict[str, Any] = json.loads(body)

    def unseal(slot: str, value: Any, redacted: Any) -> Any:
        if not (isinstance(value, dict) and set(value) == {"sealed"}):
            return value
        text = slots[slot][1]
        return redacted if text is None else json.loads(text)

    data = dict(raw["data"], kind=raw["kind"])
    for name in list(data):
        data[name] = unseal(name, data[name], _redacted(raw["kind"], name))
    actor = unseal("actor", raw["actor"], {"name": REDACTED})
    recorded = Recorded(
        incident=raw["incident"],
        version=raw["version"],
        at=datetime.fromisoformat(raw["at"]),
        by=Person.model_validate(actor),
        event=upcast(data),
    )
    caused_by = CausedBy(**raw["caused_by"]) if raw["caused_by"] else None
    return Entry(seq=raw["seq"], recorded=recorded, trust=raw["trust"], caused_by=caused_by, hash=hash_.hex())


def upcast(data: Mapping[str, JsonValue]) -> Event:
    """An event of any kind that was ever written. So far every kind is in its first version."""
    kind = KINDS.get(str(data.get("kind")))
    if kind is None:
        raise ValueError(f"no event is called {data.get('kind')}")
    return kind.model_validate(data)


def accepted_hash(prev_hash: bytes, raw_sha256: bytes, envelope: str, received_at: str) -> bytes:
    """The chain over accepted mail: previous hash, the mail's bytes, how and when it came."""
    return hashlib.sha256(prev_hash + raw_sha256 + canonical([envelope, received_at]).encode()).digest()


_FIELDS: dict[type, tuple[str, ...]] = {}


def _sealed_fields(kind: type[Event]) -> Sequence[str]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(name for name, field in kind.model_fields.items() if SEALED in field.metadata)
    return _FIELDS[kind]


def _redacted(kind: str, name: str) -> JsonValue:
    """What stands for a redacted value: of the right shape, so that the stream still folds."""
    if name in ("commander", "to", "owner", "told") or (kind == "command_transferred.v1" and name == "was"):
        return {"name": REDACTED}
    if name == "holders" or (kind == "role_changed.v1" and name == "was"):
        return {"people": [{"name": REDACTED}]}
    if name == "confirmers":
        return []
    return {} if name == "roles" else REDACTED
