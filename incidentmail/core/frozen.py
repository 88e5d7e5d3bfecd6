"""Define values: immutable, compared by content, cheap to create, and convertible to JSON. See docs/adr/0009.

When code creates a value, types are not checked, since the type checker does that. When a value is parsed from JSON,
they are.
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
    """The marker of fields that the ledger stores separately, so that they can be redacted."""


SEALED = _Sealed()
"""Annotates a field of an event that is free text or names a person."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Frozen(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A value. Unknown fields are refused when it is parsed from JSON.

    It consists of values only and has no reference cycles, so the garbage collector does not track it. A value that
    holds an exception is tracked (`gc=True`), because the traceback may refer back to the value.
    """


def settle(value: Frozen, **fields: object) -> None:
    """Replace fields of `value` by their cleaned forms.

    Use this only in `__post_init__`, before other code sees the value.
    """
    for name, clean in fields.items():
        force_setattr(value, name, clean)


def default_of(kind: type[Struct], name: str) -> Any:
    """Return the default of field `name` of `kind`."""
    return dict(zip(reversed(kind.__struct_fields__), reversed(kind.__struct_defaults__), strict=False))[name]


def plain(value: object) -> Any:
    """Return `value` as JSON: mappings, lists, text, numbers. Times are RFC 3339."""
    return _lists(to_builtins(value))


def _lists(value: Any) -> Any:
    """Return `value` with lists instead of tuples, as parsing its JSON would give."""
    if isinstance(value, dict):
        return {name: _lists(part) for name, part in value.items()}
    return [_lists(part) for part in value] if isinstance(value, list | tuple) else value


def read(kind: type[V], value: JsonValue | Mapping[str, JsonValue]) -> V:
    """Return the value of `kind` that the JSON `value` describes. Raise ValueError if there is none."""
    if kind not in _DECODERS:
        prepare(kind)
    return convert(value, kind)


_DECODERS: dict[object, json.Decoder[Any]] = {}
_PREPARING = threading.Lock()


def prepare(kind: object) -> json.Decoder[Any]:
    """Return what parses values of `kind`. It has to be called once before the first value is parsed.

    The library finds out what a type consists of when it is first parsed. If two threads do that at once, one of them
    may see the type half done, and the whole process ends with a segmentation fault.
    """
    with _PREPARING:
        if kind not in _DECODERS:
            _DECODERS[kind] = json.Decoder(kind)
        return _DECODERS[kind]


def json_text(value: Frozen) -> str:
    """Return `value` as one line of JSON, with its fields in order."""
    return json.encode(value).decode()


def read_text(kind: type[V], text: str | bytes) -> V:
    """Return the value of `kind` that the JSON `text` describes. Raise ValueError if there is none."""
    decoder: json.Decoder[V] = _DECODERS.get(kind) or prepare(kind)
    return decoder.decode(text)
