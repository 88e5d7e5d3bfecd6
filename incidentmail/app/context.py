"""Provide the context in which actions run: configuration, ledger, key, clock and random numbers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from incidentmail.config.identity import person_called
from incidentmail.config.load import Config
from incidentmail.core.frozen import Frozen, field, replace
from incidentmail.core.ids import base32
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.record.keys import Key
from incidentmail.core.words import Words
from incidentmail.errors import ConfigError, LedgerUnavailableError, RenderError
from incidentmail.ledger.port import Ledger
from incidentmail.ledger.sharing import Turn
from incidentmail.templating import Templates

from .keeping.open_ledger import open_ledger, open_reader
from .key_file import key_or_another, read_key
from .remembered_words import Memories
from .serve_lock import ReadingTurn, is_running, runs_muted

if TYPE_CHECKING:
    from incidentmail.inbound.authentication.author import Roster
    from incidentmail.isolation.limits import Limits
    from incidentmail.isolation.pool import Pool
    from incidentmail.isolation.process import Process
    from incidentmail.outbound.draft import Sender
    from incidentmail.transport.resolver import Resolver

    from .mail_reader import MailReader

Clock = Callable[[], datetime]


def now_utc() -> datetime:
    """Return the current time."""
    return datetime.now(UTC)


class AppContext(Frozen, kw_only=True, dict=True, gc=True):
    """Everything that actions need to handle the incidents of one organisation."""

    config: Config
    ledger: Ledger
    key: bytes
    clock: Clock
    words: Words
    templates: Templates
    given_pool: Pool | None = None
    memories: Memories = field(default_factory=Memories)

    @cached_property
    def pool(self) -> Pool:
        """The workers that parse mail: the given pool, or a new one with one worker if none was given."""
        return self.given_pool or one_worker()

    @cached_property
    def resolver(self) -> Resolver:
        """The DNS resolver for looking up keys. It is created on first use, because most installations need none."""
        from incidentmail.transport.resolver import Resolver

        trust = self.config.settings.trust
        return Resolver(trust.resolver, trust.resolver_timeout.total_seconds())

    @cached_property
    def reader(self) -> MailReader:
        """The mail reader, which parses mail in worker processes. Use it from one thread only."""
        from .mail_reader import MailReader  # imported here because most commands read no mail

        return MailReader(self.pool, self.roster)

    @cached_property
    def reading_turn(self) -> Turn:
        """The lock for parsing mail. Of the processes that share the ledger, only one can hold it at a time."""
        return self.ledger.reading_turn() or ReadingTurn(self.config.ledger_path)

    def now(self) -> datetime:
        """Return the current time in UTC, in whole seconds."""
        return self.clock().astimezone(UTC).replace(microsecond=0)

    def new_ref(self) -> str:
        return base32(secrets.token_bytes(5), 6)

    def operator(self) -> Actor:
        """Return the user at this command line as an actor."""
        return Actor(person=self.config.me(), trust=Trust.OPERATOR)

    def itself(self) -> Actor:
        """Return the program itself as the actor of its automatic changes."""
        return Actor(person=self.config.bot, trust=Trust.OPERATOR)

    @cached_property
    def roster(self) -> Roster:
        """The roster of members and trusted relays, which determines how far authors are trusted.

        It is built on first use, because only the parsing of mail needs it.
        """
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
            bounce_from=self.config.settings.list.bounce_from,
            alert_senders=self.config.settings.alerts.from_,
            server=Server(authserv_id=trust.authserv_id, profile=trust.profile, domains=domains) if writes else None,
        )

    def sender(self, incident: Incident | None) -> Sender:
        """Return the sender of our mail about `incident`. The incident's severity decides who else gets the mail.

        Mail about a restricted incident goes only to the restricted list. Mail about a drill goes only to the drill
        list or, if there is none, to the main list. Raise RenderError if there is no restricted list.
        """
        if incident is not None and (incident.restricted or incident.drill):
            its_list = self.config.list_of(drill=incident.drill, restricted=incident.restricted)
            if its_list is None:
                raise RenderError(
                    f"{incident.id} is restricted, and there is no restricted list", hint="set [list] restricted"
                )
            return self._sender(its_list, ())
        severity = self.words.policy.severity(incident.severity) if incident else None
        also_to = severity.also_to if severity and severity.also_template is None else ()
        return self._sender(self.config.list_address, (*self.config.settings.list.always_to, *also_to))

    def public_sender(self) -> Sender:
        """Return the sender of the public notices about a restricted incident."""
        return self._sender(self.config.list_address, self.config.settings.list.always_to)

    def drill_sender(self) -> Sender:
        """Return the sender of drill mail. Raise RenderError if there is no drill list."""
        address = self.config.settings.list.drill
        if address is None:
            raise RenderError("there is no list of drills", hint="set [list] drill, or 'incidentmail drill stop'")
        return self._sender(address, ())

    def _sender(self, list_address: str, always_to: tuple[str, ...]) -> Sender:
        # Imported here so that commands that only show something start faster.
        from incidentmail.outbound.draft import Sender
        from incidentmail.outbound.explaining.abbreviations import Glossary
        from incidentmail.outbound.wording import Wording

        settings = self.config.settings
        return Sender(
            bot=self.config.bot,
            list_address=list_address,
            always_to=always_to,
            key=self.key,
            wording=Wording(words=self.words, zones=settings.timezones, glossary=Glossary(settings.glossary)),
            templates=self.templates,
            from_person=settings.mail.from_person,
            # A restricted list has few readers, who usually talk to each other directly.
            replies_to_list=settings.list.replies == "list" or list_address != self.config.list_address,
        )

    def person(self, text: str) -> Person:
        """Return the person with the given name or address, completed from [people] in the configuration.

        Raise ValueError if `text` is neither a name nor an address.
        """
        found, me = person_called(text, self.config.settings.people), self.config.settings.me.address
        is_me = me is not None and found.address is None and found.name.casefold() == me.name.casefold()
        return me if is_me and me is not None else found

    @property
    def is_muted(self) -> bool:
        """Whether the stop switch is on, either in the configuration or because `serve` was started with it."""
        return self.config.settings.mail.mute or runs_muted(self.config.ledger_path)

    def muted(self) -> AppContext:
        """Return a copy of the context with the stop switch on: it records everything but sends nothing by itself."""
        settings = self.config.settings
        settings = replace(settings, mail=replace(settings.mail, mute=True))
        return replace(self, config=replace(self.config, settings=settings))

    def close(self) -> None:
        if self.given_pool is not None or "pool" in self.__dict__:
            self.pool.close()
        self.reading_turn.leave()
        self.ledger.close()


def one_worker() -> Pool:
    """Return a pool for a short-lived command: one worker, forked when the first message is parsed."""
    from incidentmail.isolation.pool import Pool  # imported here because most commands read no mail

    def start(limits: Limits) -> Process:
        from incidentmail.isolation.process import forked
        from incidentmail.reply.read_mail import answer

        return forked(answer)(limits)

    return Pool(start)


def open_context(
    config: Config,
    clock: Clock = now_utc,
    *,
    looks_only: bool = False,
    pool: Pool | None = None,
    key: Key | None = None,
) -> AppContext:
    """Open the ledger and the key, creating both on first use.

    A ledger that has disappeared while a service uses it is not created again. If `looks_only` is true, nothing is
    created or written, and this call never waits for another writer. `pool` provides the workers that parse mail; the
    default is `one_worker`. If `key` is given, the configured key is neither read nor created. Raise NotPermittedError,
    LedgerError or ConfigError.
    """
    templates = config.settings.templates
    if templates is not None and not templates.is_dir():
        raise ConfigError(f'templates = "{templates}" is no folder', hint="make it, or take the line out")
    if not looks_only and not config.ledger.exists() and is_running(config.ledger_path):
        raise LedgerUnavailableError(
            f"the ledger {config.ledger_path} is gone while 'incidentmail serve' runs on it",
            hint="nothing was written; put the file back, or restore a back-up and restart 'serve'",
        )
    return AppContext(
        config=config,
        ledger=open_reader(config) if looks_only else open_ledger(config),
        key=key or (key_or_another(config.key_path) if looks_only else read_key(config.key_path)),
        clock=clock,
        words=Words(config.policy),
        templates=Templates(templates, strict=False),
        given_pool=pool,
    )
