"""Render several names on one line, and parse such lines as people write them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.model import Person
from incidentmail.core.text import one_line

# The separators of names in a line without semicolons. A name in such a line cannot contain them.
_BETWEEN = lazy_pattern(r",|\s+and\s+|\s+&\s+")
_SEPARATOR = lazy_pattern(r"[,;]|(?:^|\s)(?:and|&)(?:\s|$)")


def join_names(people: Iterable[Person], *, with_address: Collection[str] = ()) -> str:
    """Return names on one line, separated by commas, or by semicolons if a name contains a comma or an "and".

    Quotes enclose a name that contains a semicolon, or a single name that contains a separator. If a person's address
    is in `with_address`, it follows their name.

    >>> join_names([Person(name="Bo K."), Person(name="Yusuf A.")])
    'Bo K., Yusuf A.'
    >>> join_names([Person(name="Smith, John"), Person(name="Bo K.")])
    'Smith, John; Bo K.'
    >>> join_names([Person(name="Research and Development")])
    '"Research and Development"'
    >>> join_names([Person(name="Bo K.", address="bo@example.com")], with_address=["bo@example.com"])
    'Bo K. <bo@example.com>'
    """
    held = tuple(people)
    names, separator = [person.name for person in held], ", "
    if any(_SEPARATOR.search(name) for name in names):
        names = [f'"{name}"' if ";" in name or len(names) == 1 else name for name in names]
        separator = "; "
    return separator.join(
        f"{name}{shown_address(person, with_address)}" for name, person in zip(names, held, strict=True)
    )


def shown_address(person: Person, with_address: Collection[str]) -> str:
    """Return ` <bo@example.com>` to follow a name, or "" if the address is not to be shown or is the name itself."""
    is_shown = person.address in with_address and person.address != person.name
    return f" <{person.address}>" if is_shown else ""


def split_names(text: str) -> list[str]:
    """Return the names in a line written by `join_names` or by a person.

    >>> split_names('Bo K., Yusuf A. and Alícia S.'), split_names('Smith, John; Bo K.'), split_names('"Smith, John"')
    (['Bo K.', 'Yusuf A.', 'Alícia S.'], ['Smith, John', 'Bo K.'], ['Smith, John'])
    """
    quoted = re.findall(r'"[^"]*"(?:\s*<[^<>]*>)?|[^";]+|;', text) if '"' in text else None
    if quoted is not None or ";" in text:
        pieces = quoted if quoted is not None else text.split(";")
        return [name for piece in pieces if (name := one_line(piece.replace('"', "")).strip(" ,;"))]
    return [name for piece in _BETWEEN.split(text) if (name := one_line(piece))]
