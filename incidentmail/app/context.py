"""Everything an action needs, opened once: configuration, ledger, key, clock, chance."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from incidentmail.config.load import Config
from incidentmail.core.ids import base32
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.words import Words
from incidentmail.errors import ConfigError, NotPermittedError, RenderError
from incidentmail.ledger.port import Ledger
from incidentmail.ledger.sqlite.read_only import SqliteReader
from incidentmail.ledger.sqlite.store import SqliteLedger
from incidentmail.templating import Templates

from .remembered_words import Memories
from .serve_lock import runs_muted

if TYPE_CHECKING:
    from incidentmail.inbound.authentication.author import Roster
    from incidentmail.outbound.draft import Sender
    from incidentmail.transport.resolver import Resolver

KEY_BYTES = 32
Clock = Callable[[], datetime]


def now_utc() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class AppContext:
    """One organisation's incidents, ready for work."""

    config: Config
    ledger: Ledger
    key: bytes
    clock: Clock
    words: Words
    templates: Templates
    memories: Memories = field(default_factory=Memories)

    @cached_property
    def resolver(self) -> Resolver:
        """The DNS resolver for keys; made on first use, since most installations need none."""
        from incidentmail.transport.resolver import Resolver

        trust = self.config.settings.trust
        return Resolver(trust.resolver, trust.resolver_timeout.total_seconds())

    def now(self) -> datetime:
        """UTC, whole seconds."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def new_ref(self) -> str:
        return base32(secrets.token_bytes(5), 6)

    def operator(self) -> Actor:
        """Return the person at this command line."""
        return Actor(person=self.config.me(), trust=Trust.OPERATOR)

    def itself(self) -> Actor:
        """Return the tool, as the actor of what it does by itself."""
        return Actor(person=self.config.bot, trust=Trust.OPERATOR)

    @cached_property
    def roster(self) -> Roster:
        """Who is believed how far; only who reads mail asks, so nobody else waits for what it needs."""
        from incidentmail.inbound.authentication.author import Roster
        from incidentmail.inbound.authentication.results import Server

        trust, own_address = self.config.settings.trust, str(self.config.bot.address)
        domains = tuple(address.rpartition("@")[2] for address in (own_address, *self.config.lists))
        writes = trust.verify == "authentication-results"
        return Roster(
            members=self.config.members,
            relays=trust.relays,
            list_address=self.config.list_address,
            other_lists=self.config.lists[1:],
            own_address=own_address,
            verify=trust.verify,
            sealers=trust.arc_sealers,
            server=Server(authserv_id=trust.authserv_id, profile=trust.profile, domains=domains) if writes else None,
        )

    def sender(self, incident: Incident | None) -> Sender:
        """Us as the sender of a mail about `incident`; its severity decides who else gets it.

        What is restricted goes to the restricted list and to nobody else. RenderError if there is no such list.
        """
        if incident is not None and incident.restricted:
            restricted = self.config.settings.list.restricted
            if restricted is None:
                raise RenderError(
                    f"{incident.id} is restricted, and there is no restricted list", hint="set [list] restricted"
                )
            return self._sender(restricted, ())
        severity = self.words.policy.severity(incident.severity) if incident else None
        also_to = severity.also_to if severity else ()
        return self._sender(self.config.list_address, (*self.config.settings.list.always_to, *also_to))

    def public_sender(self) -> Sender:
        """Us as the sender of what everybody may know of a restricted incident."""
        return self._sender(self.config.list_address, self.config.settings.list.always_to)

    def _sender(self, list_address: str, always_to: tuple[str, ...]) -> Sender:
        from incidentmail.outbound.draft import Sender  # who only looks must not wait for what writes mail
        from incidentmail.outbound.wording import Wording

        return Sender(
            bot=self.config.bot,
            list_address=list_address,
            always_to=always_to,
            key=self.key,
            wording=Wording(words=self.words, zones=self.config.settings.timezones),
            templates=self.templates,
        )

    def person(self, text: str) -> Person:
        """Somebody by name or address, with what [people] knows of them. ValueError if it is neither."""
        person = Person.parse(text)
        people = self.config.settings.people
        if person.address and person.name == person.address and person.address in people:
            return Person(name=people[person.address], address=person.address)
        if person.address is None:
            named = [address for address, name in people.items() if name.casefold() == person.name.casefold()]
            if len(named) == 1:
                return Person(name=people[named[0]], address=named[0])
        return person

    @property
    def is_muted(self) -> bool:
        """Whether the stop switch is on: in the configuration, or because `serve` was started with it."""
        return self.config.settings.mail.mute or runs_muted(self.config.ledger_path)

    def muted(self) -> AppContext:
        """Return the same with the stop switch on: it records everything and sends nothing by itself."""
        settings = self.config.settings
        mail = settings.mail.model_copy(update={"mute": True})
        config = replace(self.config, settings=settings.model_copy(update={"mail": mail}))
        return replace(self, config=config)

    def close(self) -> None:
        self.ledger.close()


def open_context(config: Config, clock: Clock = now_utc, *, looks_only: bool = False) -> AppContext:
    """Open the ledger and the key, and make them on first use. Raise NotPermittedError, LedgerError, ConfigError.

    `looks_only`: nothing is made or written, and no writer is waited for.
    """
    templates = config.settings.templates
    if templates is not None and not templates.is_dir():
        raise ConfigError(f'templates = "{templates}" is no folder', hint="make it, or take the line out")
    return AppContext(
        config=config,
        ledger=SqliteReader(config.ledger_path) if looks_only else SqliteLedger(config.ledger_path),
        key=_key_or_another(config.key_path) if looks_only else read_key(config.key_path),
        clock=clock,
        words=Words(config.policy),
        templates=Templates(templates, strict=False),
    )


def read_key(path: Path) -> bytes:
    """Return the key that proves our mail: made on first use, 0600. Losing it means that old mails are no longer
    ours.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = path.read_bytes()
        else:
            with os.fdopen(handle, "wb") as file:
                file.write(key := secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise _closed_to_us(path, error) from error
    return _checked(path, key)


def _key_or_another(path: Path) -> bytes:
    """Return the key; if there is none yet, one that is kept nowhere, since nothing was ever proved by it."""
    try:
        return _checked(path, path.read_bytes())
    except FileNotFoundError:
        return secrets.token_bytes(KEY_BYTES)
    except OSError as error:
        raise _closed_to_us(path, error) from error


def _closed_to_us(path: Path, error: OSError) -> NotPermittedError:
    return NotPermittedError(
        f"cannot open the key {path}: {error.strerror}", hint="check its owner, or [mail] key_file"
    )


def _checked(path: Path, key: bytes) -> bytes:
    if len(key) < KEY_BYTES:
        raise ConfigError(
            f"the key {path} has {len(key)} bytes, fewer than {KEY_BYTES}",
            hint="restore it from a back-up; a new key makes all earlier mail a stranger's",
        )
    return key
