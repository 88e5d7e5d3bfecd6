"""Remove from text what must not appear on pages: addresses, secrets, and codes that identify an incident in mail."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import without_codes
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.leaks.leaked_secrets import masked
from incidentmail.core.model import Incident, Person

ADDRESS_MASK = "[address]"
_LOCAL = r"\w!#$%&'*+/=?^`{|}~.\-"
_ADDRESS = lazy_pattern(rf"(?<![{_LOCAL}])[{_LOCAL}]+[@＠﹫](?=[^\W_])[\w.\-]*\w")
"""Anything like an address, in letters of any script. A match begins at the first character of a local part, so that
the time needed is proportional to the length of the text.
"""
_CODE = lazy_pattern(r"\b[a-z2-7]{6}-[a-z2-7]{10}\b", 2)
"""A REF with its hash, as in our plus-addresses and code lines (core/ids.py), in lower or upper case."""
TEXTS_KEPT = 4000


class Masks(Frozen):
    """The masks for the text of one incident. People without a name are shown as the local part of their address."""

    known: frozenset[str] = frozenset()

    @classmethod
    def of(cls, state: Incident, recorded: Iterable[Recorded]) -> Masks:
        """Return the masks for an incident. `known` holds the addresses of people without a name."""
        holders = (person for held in state.roles.values() for person in held.people)
        owners = (item.owner for item in state.items)
        people: Iterable[Person | None] = (
            state.commander, state.declared_by, *holders, *owners, *(one.person for one in state.engaged),
            *(one.by for one in recorded),
        )  # fmt: skip
        return cls(frozenset(one.address for one in people if one and one.address and "@" in one.name))

    def shown(self, text: str) -> str:
        """Return `text` as shown on pages, without addresses and secrets.

        >>> Masks(frozenset({"bo@example.com"})).shown("bo@example.com wrote to jo@example.org: password: hunter2")
        'bo wrote to [address]: password: ****'
        """
        return self._without_addresses(_without_secrets(text))

    def name(self, person: Person) -> str:
        """Return a person's name as shown on pages."""
        return self._without_addresses(person.name)

    def _without_addresses(self, text: str) -> str:
        if not any(sign in text for sign in "@＠﹫"):
            return text
        return _ADDRESS.sub(lambda found: self._called(found[0]), text)

    def _called(self, address: str) -> str:
        return address.partition("@")[0] if address.lower() in self.known else ADDRESS_MASK


@lru_cache(TEXTS_KEPT)
def _without_secrets(text: str) -> str:
    return _CODE.sub("****", masked(without_codes(text))[0])
