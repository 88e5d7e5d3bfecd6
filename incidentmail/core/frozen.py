"""Define the base class of all values: immutable, compared by content, and convertible to JSON. See docs/adr/0009.

Types are checked at runtime only when a value is parsed from JSON. Everywhere else, the type checker checks them
beforehand.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

from msgspec import Struct, convert, field, json, to_builtins
from msgspec.structs import force_setattr, replace

__all__ = [
    "SEALED",
    "Frozen",
    "JsonValue",
    "default_of",
    "field",
    "json_text",
    "plain",
    "prepare",
    "read",
    "read_text",
    "replace",
    "settle",
]

if TYPE_CHECKING:
    JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
else:
    JsonValue = Any

V = TypeVar("V")


class _Sealed:
    """The type of the `SEALED` marker."""


SEALED = _Sealed()
"""Marks a field of an event that is free text or names a person. The ledger stores it separately."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The base class of values. Unknown fields are rejected when a value is parsed from JSON.

    Values have no reference cycles, so the garbage collector does not track them. Declare `gc=True` for a value that
    holds an exception, because its traceback may refer back to the value.
    """


def settle(value: Frozen, **fields: object) -> None:
    """Replace fields of `value` with cleaned forms. Only for `__post_init__`, before other code sees the value."""
    for name, clean in fields.items():
        force_setattr(value, name, clean)


def default_of(kind: type[Struct], name: str) -> Any:
    """Return the default of field `name` of `kind`."""
    return dict(zip(reversed(kind.__struct_fields__), reversed(kind.__struct_defaults__), strict=False))[name]


def plain(value: object) -> Any:
    """Return `value` as JSON: mappings, lists, text and numbers. Times become text in RFC 3339 format."""
    return _lists(to_builtins(value))


def _lists(value: Any) -> Any:
    """Return `value` with tuples turned into lists, as if parsed from JSON."""
    if isinstance(value, dict):
        return {name: _lists(part) for name, part in value.items()}
    return [_lists(part) for part in value] if isinstance(value, list | tuple) else value


def read(kind: type[V], value: JsonValue | Mapping[str, JsonValue]) -> V:
    """Return the value of `kind` represented by the JSON `value`. Raise ValueError if it does not fit."""
    if kind not in _DECODERS:
        prepare(kind)
    return convert(value, kind)


_DECODERS: dict[object, json.Decoder[Any]] = {}
_PREPARING = threading.Lock()


def prepare(kind: object) -> json.Decoder[Any]:
    """Return the decoder for values of `kind`. Call this once before the first value is parsed.

    The library inspects a type when it is first parsed. If two threads do that at the same time, one of them may see an
    incomplete type, and the process dies with a segmentation fault.
    """
    with _PREPARING:
        if kind not in _DECODERS:
            _DECODERS[kind] = json.Decoder(kind)
        return _DECODERS[kind]


def json_text(value: Frozen) -> str:
    """Return `value` as single-line JSON, with its fields in the order of declaration."""
    return json.encode(value).decode()


def read_text(kind: type[V], text: str | bytes) -> V:
    """Return the value of `kind` represented by the JSON `text`. Raise ValueError if it does not fit."""
    decoder: json.Decoder[V] = _DECODERS.get(kind) or prepare(kind)
    return decoder.decode(text)
