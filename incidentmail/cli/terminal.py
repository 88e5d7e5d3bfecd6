"""Define the context for parsing a command line, with a ledger or on a laptop without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from incidentmail.config.load import Config
from incidentmail.core.model import Actor, Person
from incidentmail.core.words import Words


class Terminal(Protocol):
    """The configuration, clock and lexicon for parsing what people type. AppContext and Laptop provide them."""

    @property
    def config(self) -> Config: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...

    @property
    def words(self) -> Words: ...

    def now(self) -> datetime: ...

    def operator(self) -> Actor: ...

    def person(self, text: str) -> Person: ...
