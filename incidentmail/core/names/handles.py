"""Find a person by a handle such as `@bo`."""

from __future__ import annotations

from collections.abc import Iterable

from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import composed, fold_case

from .person import Person

_BETWEEN = lazy_pattern(r"[\s.,_'’-]+")


def by_handle(handle: str, people: Iterable[Person]) -> Person | None:
    """Return the only person whose handle is `handle`, or None if there is none or more than one.

    A handle is the local part of an address or a whole name. If nobody matches, first names are tried.

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
    """Return everybody with an address whom `name` may refer to, each address once.

    `name` can be a whole name, a first name, or the local part of an address.

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
    """Return the first name in comparison form, or () if there is none. In `Last, First`, it follows the comma."""
    _, comma, behind = person.name.partition(",")
    words = (behind if comma else person.name).split()
    return (_joined(words[0]),) if words else ()


def _joined(text: str) -> str:
    return _BETWEEN.sub("", fold_case(composed(text)))
