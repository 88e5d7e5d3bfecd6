"""Describe the configuration once for two parsers: this module and pydantic.

`read` parses a correct file in a millisecond. For any other file, `read` only reports that there is a fault. Then
pydantic, which takes longer to load than most commands run, parses the file using the same description, and finds the
position and kind of every fault (`faults.py`). A test compares the two parsers on many files. See docs/adr/0004.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_origin

from msgspec import structs

from incidentmail.core.frozen import Frozen

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

S = TypeVar("S", bound="Section")


class Form(Frozen):
    """The written form of a value, in addition to its type: `Annotated[timedelta, Form(duration)]`.

    `read` converts the value from TOML and returns the parsed value. It raises a ValueError that says what to write
    instead.
    """

    read: Callable[[object], object]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self.read)


class Section(Frozen, kw_only=True, rename=lambda name: name.removesuffix("_")):
    """A table in the file. Its keys are the names of the fields, without any underscore at the end.

    The type of a field is one with a `Form`, a `Literal`, a section, any of these or None, a tuple of them, or a dict.
    """

    @classmethod
    def given(cls, value: object) -> object:
        """Return `value`, which comes from TOML, as a table. Sections that have a short form override this method."""
        return value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        fields = {
            field.encode_name: core_schema.typed_dict_field(
                handler.generate_schema(types_of(cls)[field.encode_name]), required=field.required
            )
            for field in structs.fields(cls)
        }
        table = core_schema.typed_dict_schema(fields, extra_behavior="forbid")
        made = core_schema.no_info_after_validator_function(cls._of, table)
        return core_schema.no_info_before_validator_function(cls.given, made)

    @classmethod
    def _of(cls: type[S], values: dict[str, Any]) -> S:
        """Return the section with `values`, which are keyed by their names in the file.

        Raise TypeError if a required value is missing.
        """
        names = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
        return cls(**{names[key]: value for key, value in values.items()})


def types_of(section: type[Section]) -> dict[str, Any]:
    """Return the type of each key of `section`."""
    return dict(zip(section.__struct_encode_fields__, section.__annotations__.values(), strict=True))


def read(section: type[S], value: object) -> S:
    """Return the section for `value`, which comes from TOML.

    Raise ValueError if anything in it differs from the description.
    """
    table = section.given(value)
    if not isinstance(table, dict):
        raise ValueError("no table")
    types = types_of(section)
    if not types.keys() >= table.keys():
        raise ValueError("an unknown key")
    values = {key: _read_value(types[key], part) for key, part in table.items()}
    try:
        return section._of(values)
    except TypeError as error:
        raise ValueError("a key is missing") from error


def _read_value(kind: Any, value: object) -> object:
    """Return the parsed form of `value`, which comes from TOML, for a field of the type `kind`.

    Raise ValueError if the value is not of that type.
    """
    if isinstance(kind, type) and issubclass(kind, Section):
        return read(kind, value)
    if forms := getattr(kind, "__metadata__", None):
        return forms[-1].read(value)
    origin, parts = get_origin(kind), kind.__args__
    if origin is tuple and isinstance(value, list):
        return tuple(_read_value(parts[0], part) for part in value)
    if origin is dict and isinstance(value, dict):
        return {_read_value(parts[0], key): _read_value(parts[1], part) for key, part in value.items()}
    if origin is Literal and value in parts:
        return value
    if parts[-1] is type(None):
        return _read_value(parts[0], value)
    raise ValueError("another kind of value")
