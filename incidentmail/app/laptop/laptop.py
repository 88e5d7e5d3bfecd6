"""Provide what commands need on a machine without a ledger: configuration, time, and the organisation's wording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from incidentmail.config.identity import person_called
from incidentmail.config.load import Config
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.core.words import Words
from incidentmail.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Laptop:
    """A machine without a ledger. Its `[home] address` belongs to the authority, the installation with the ledger."""

    config: Config
    clock: Callable[[], datetime]
    words: Words

    @property
    def home(self) -> str:
        """The address of the authority."""
        return str(self.config.settings.home.address)

    def now(self) -> datetime:
        """Return the current time in UTC, in whole seconds."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def operator(self) -> Actor:
        """Return the user of this machine. The authority treats them as a member, not as its operator."""
        return Actor(person=self.config.me(), trust=Trust.MEMBER)

    def me(self) -> Person:
        """Return the user of this machine. Raise ConfigError if no address is configured for them."""
        found = self.config.me()
        if found.address is None:
            raise ConfigError(
                f"no address is known for {found.name}, so {self.home} could not tell who writes",
                hint='set [me] address = "Name <name@example.com>", or $EMAIL',
            )
        return found

    def person(self, text: str) -> Person:
        """Return the person with the given name or address. Raise ValueError if `text` is neither."""
        return person_called(text, self.config.settings.people)
