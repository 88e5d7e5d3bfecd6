"""Encode entries as canonical JSON in one hash chain, with free text replaced by salted commitments.

Hashes cover the stored bytes. Old entries always verify, because these bytes are never re-encoded from values.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any, get_type_hints

import msgspec

from incidentmail.core.events import KINDS, SEALED, Event, Recorded
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import Frozen, JsonValue, plain, read
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.model import Actor, Person

from .values import CausedBy, Entry

SALT_BYTES = 16
REDACTED = "[redacted]"
PEOPLE_KEPT = 1000
"""The maximum number of people cached as values and as JSON. Most entries are caused by the same few people."""
_SURROGATE = lazy_pattern("[\ud800-\udfff]")
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_DECODER = json.JSONDecoder()
_FAST = msgspec.json.Decoder()
Slots = Mapping[str, tuple[bytes, str | None]]
"""A mapping from each slot to its salt and the canonical JSON of its value, or to None if redacted."""


class Body(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A stored entry. In `data` and `actor`, sealed values are still commitments."""

    actor: Any
    at: datetime
    caused_by: CausedBy | None
    data: dict[str, Any]
    incident: str
    kind: str
    seq: int
    trust: str
    version: int


_BODIES = msgspec.json.Decoder(Body)


class Encoded(Frozen):
    """The body of an entry, and the texts to which it commits."""

    body: bytes
    sealed: tuple[tuple[str, bytes, str], ...]
    """A tuple of (slot, salt, text) for each text."""


def canonical(value: JsonValue) -> str:
    r"""Return the canonical JSON of a value: sorted keys, no spaces, lone surrogates (invalid in UTF-8) escaped.

    >>> canonical({"b": "ü", "a": chr(0xDCFF)})
    '{"a":"\\udcff","b":"ü"}'
    """
    match value:
        case str():
            text = encode_basestring(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case _:
            text = _ENCODER.encode(value)
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def parsed(text: str) -> Any:
    """Return the value of canonical JSON. Raise ValueError if `text` is not exactly one value."""
    try:
        return _FAST.decode(text)
    except ValueError:  # msgspec refuses lone surrogates
        value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("there is more than one value")
    return value


def genesis(origin: str) -> bytes:
    """Return the hash that precedes a ledger's first entry. It depends on the origin, so that chains always differ."""
    return hashlib.sha256(b"incidentmail ledger v1\0" + origin.encode()).digest()


def chain(prev_hash: bytes, body: bytes) -> bytes:
    """Return the SHA-256 digest of the previous hash followed by the exact stored bytes."""
    return hashlib.sha256(prev_hash + body).digest()


def commitment(salt: bytes, text: str) -> str:
    """Return the HMAC-SHA-256 of a text, keyed with the salt, in hex.

    Without the salt, even a short text cannot be guessed.
    """
    return hmac.digest(salt, text.encode(), "sha256").hex()


def encode(
    recorded: Recorded, *, seq: int, actor: Actor, caused_by: CausedBy | None, salt: Callable[[], bytes]
) -> Encoded:
    """Return the body of an entry and the texts to which it commits. `salt` returns a new random salt on each call."""
    sealed: list[tuple[str, bytes, str]] = []

    def seal(slot: str, text: str) -> str:
        fresh_salt = salt()
        sealed.append((slot, fresh_salt, text))
        return f'{{"sealed":"{commitment(fresh_salt, text)}"}}'

    values, data = msgspec.to_builtins(recorded.event), []
    for name, is_free in _fields(type(recorded.event)):
        text = canonical(values[name])
        data.append(f'"{name}":{seal(name, text) if is_free and values[name] is not None else text}')
    cause = f'{{"seq":{caused_by.seq},"sha256":{canonical(caused_by.sha256)}}}' if caused_by else "null"
    body = (  # in the form of canonical(), with names in order
        f'{{"actor":{seal("actor", _person_json(actor.person))},"at":"{_time(recorded.at)}","caused_by":{cause},'
        f'"data":{{{",".join(data)}}},"incident":{canonical(recorded.incident)},"kind":"{recorded.event.kind}",'
        f'"seq":{seq},"trust":"{actor.trust.value}","version":{recorded.version}}}'
    )
    return Encoded(body.encode("utf-8", "strict"), tuple(sealed))


def decode(body: bytes, slots: Slots, *, hash_: bytes) -> Entry:
    """Return the entry encoded by the stored bytes, with each redacted text replaced by `[redacted]`.

    Raise ValueError if the bytes are not an entry.
    """
    return entry_of(body_of(body), slots, hash_=hash_)


def body_of(stored: bytes) -> Body:
    """Return the fields of an entry. Raise ValueError if the bytes are not an entry."""
    try:
        return _BODIES.decode(stored)
    except ValueError:
        return msgspec.convert(parsed(stored.decode()), Body)


def entry_of(body: Body, slots: Slots, *, hash_: bytes) -> Entry:
    """Return the entry in `body`, with the sealed texts restored. This changes `body`, so call it only once per body.

    Raise ValueError or KeyError if the texts do not match the commitments in the body.
    """
    kind, data = body.kind, body.data
    for slot, (_, text) in slots.items():
        if slot == "actor":
            continue
        if not is_sealed(data[slot]):
            raise ValueError(f"{slot} is not sealed")
        data[slot] = _redacted(kind, slot) if text is None else parsed(text)
    data["kind"] = kind
    actor = slots["actor"][1] if is_sealed(body.actor) else canonical(body.actor)
    by = Person(name=REDACTED) if actor is None else _person(actor)
    recorded = Recorded(incident=body.incident, version=body.version, at=body.at, by=by, event=upcast(data))
    return Entry(seq=body.seq, recorded=recorded, trust=body.trust, caused_by=body.caused_by, hash=hash_.hex())


def sealed_values(recorded: Recorded) -> dict[str, JsonValue]:
    """Return a mapping from slots to the sealed values of an entry (as JSON), which are stored separately.

    >>> from incidentmail.core.events import NoteAdded
    >>> note = Recorded(incident="i", version=1, at=None, by=Person(name="Bo"), event=NoteAdded(text="It rains."))
    >>> sealed_values(note)
    {'actor': {'name': 'Bo', 'address': None}, 'text': 'It rains.'}
    """
    values = plain(recorded.event)
    slots = [name for name, is_free in _fields(type(recorded.event)) if is_free and values[name] is not None]
    return {"actor": json_person(recorded.by), **{slot: values[slot] for slot in slots}}


def is_sealed(value: object) -> bool:
    """Return whether `value` is a commitment instead of the value itself."""
    return type(value) is dict and len(value) == 1 and "sealed" in value


def upcast(data: Mapping[str, JsonValue]) -> Event:
    """Return the event in `data`, of any kind and version. So far, every kind is in its first version.

    Raise ValueError if the kind is unknown or a field is wrong.
    """
    name = data.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"no event is called {name}")
    return read(kind, data)


def accepted_hash(prev_hash: bytes, raw_sha256: bytes, envelope: str, received_at: str) -> bytes:
    """Return the SHA-256 digest that chains an accepted message.

    It covers the previous hash, the hash of the message's bytes, the envelope, and the time of arrival.
    """
    return hashlib.sha256(prev_hash + raw_sha256 + canonical([envelope, received_at]).encode()).digest()


@cache
def _fields(kind: type[Event]) -> tuple[tuple[str, bool], ...]:
    """Return the names of an event's fields in order, each with a flag that is true if the field is sealed."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple((name, SEALED in getattr(hints[name], "__metadata__", ())) for name in sorted(hints) if name != "kind")


@lru_cache(1)
def _time(at: datetime) -> str | None:
    """Return a time as JSON text. The last result is cached, because all entries of a transaction share a time."""
    return json_time(at)


@lru_cache(PEOPLE_KEPT)
def _person_json(person: Person) -> str:
    return canonical(json_person(person))


@lru_cache(PEOPLE_KEPT)
def _person(text: str) -> Person:
    return read(Person, parsed(text))


def _redacted(kind: str, name: str) -> JsonValue:
    """Return the replacement for a redacted value. It has the right type, so that the stream can still be folded."""
    if name in ("commander", "to", "owner", "told", "person") or (kind == "command_transferred.v1" and name == "was"):
        return {"name": REDACTED}
    if name == "holders" or (kind == "role_changed.v1" and name == "was"):
        return {"people": [{"name": REDACTED}]}
    if name in ("confirmers", "people", "items", "invited"):
        return []
    if name == "scenario":
        return {"title": REDACTED}
    if name == "approval":
        return None
    return {} if name == "roles" else REDACTED
