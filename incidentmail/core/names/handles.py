"""Find the person whom a handle such as `@bo` names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from incidentmail.core.text import fold_case

from .person import Person

_BETWEEN = re.compile(r"[\s.,_'’-]+")


def by_handle(handle: str, people: Iterable[Person]) -> Person | None:
    """Return the one person whom `handle` names, or None if it names nobody or more than one.

    It is the first part of their address or their whole name, or else their first name.

    >>> bo = Person(name="Bo Keller", address="b.keller@example.com")
    >>> [by_handle(handle, [bo]) == bo for handle in ("bo", "b.keller", "bokeller", "keller")]
    [True, True, True, False]
    """
    wanted = _joined(handle)
    reachable = [person for person in people if person.address]
    for names in (_whole_names, _first_names):
        found = {person.address: person for person in reachable if wanted in names(person)}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            return None
    return None


def all_called(name: str, people: Iterable[Person]) -> tuple[Person, ...]:
    """Return everybody with an address whom `name` may mean, each address once.

    It is their whole name, their first name, or the first part of their address.

    >>> people = [Person.parse("Ann Lee ann@x.example"), Person.parse("Ann R a.r@x.example")]
    >>> [one.name for one in all_called("ann", people)]
    ['Ann Lee', 'Ann R']
    """
    wanted = _joined(name)
    reachable = [person for person in people if person.address]
    called = (person for person in reachable if wanted in (*_whole_names(person), *_first_names(person)))
    return tuple({person.address: person for person in called}.values())


def _whole_names(person: Person) -> tuple[str, ...]:
    return (_joined(str(person.address).partition("@")[0]), _joined(person.name))


def _first_names(person: Person) -> tuple[str, ...]:
    """Return the first word of a name. In `Last, First` that is the word after the comma."""
    _, comma, behind = person.name.partition(",")
    words = (behind if comma else person.name).split()
    return (_joined(words[0]),) if words else ()


def _joined(text: str) -> str:
    return _BETWEEN.sub("", fold_case(text))
