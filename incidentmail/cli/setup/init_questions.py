"""Complete the answers for `init` by asking the person at the terminal, or by using what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

import click

from incidentmail.app.setup import suggestions
from incidentmail.app.setup.answers import Answers, Replies, stated_person
from incidentmail.cli.common import say
from incidentmail.config.network_types import PUBLIC_DOMAINS
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Person
from incidentmail.errors import IncidentMailError, UsageError
from incidentmail.transport.mailbox_url import parse_mailbox
from incidentmail.transport.relay_url import parse_relay
from incidentmail.transport.server_address import is_loopback
from incidentmail.transport.smtp.listen_address import parse_listen

GREETING_S_MAX, DNS_S_MAX = 2.0, 3.0
LISTEN = "127.0.0.1:8024"


class Given(Frozen, kw_only=True):
    """The values of the options. Each is None if the option was not given."""

    me: Person | None
    list_address: str | None
    own: Person | None
    relay: str | None
    replies: Replies | None
    listen: str | None
    mailbox: str | None
    password_command: str | None
    operator: str | None
    folder: Path | None
    home: str | None
    is_system: bool


class Way(NamedTuple):
    """How mail is sent and received."""

    relay: str
    replies: Replies
    mailbox: str | None
    listen: str


def complete(given: Given, *, asks: bool) -> Answers:
    """Return all answers. If one is missing or wrong, raise a UsageError or ConfigError that names its option."""
    me = given.me or (None if given.is_system else suggestions.me())
    if asks and given.me is None and not given.is_system:
        me = _person("Who are you? Name <address>", default=str(me) if me else None)
    list_address = given.list_address
    if asks and list_address is None:
        list_address = _address("Which mailing list is told of incidents?", default=suggestions.list_of(me))
    if list_address is None:
        raise UsageError("which list?", hint="--list incidents@example.com")
    domain = list_address.rpartition("@")[2]
    if given.home is not None:
        return _on_laptop(given, me, list_address, given.home, asks=asks)
    usual = None if domain in PUBLIC_DOMAINS else Person(name="Incidents", address=f"incident-bot@{domain}")
    own = given.own or usual
    if asks and given.own is None:
        question = "Which address is the tool's own? It has to be subscribed to the list."
        own = _person(question, default=str(usual) if usual else None)
    if own is None:
        raise UsageError(
            f"incidentmail needs an address of its own, and one at {domain} may be anybody's",
            hint='--from "Incidents <ADDRESS>", an address whose mail it gets',
        )
    way = _way(given, str(own.address), asks=asks)
    return Answers(
        me=me,
        list_address=list_address,
        own=own if own.name != own.address else Person(name="Incidents", address=own.address),
        relay=way.relay,
        password_command=_password_command(given, way, asks=asks),
        replies=way.replies,
        listen=way.listen,
        mailbox=way.mailbox,
        operator=given.operator or (me.address if me else None),
        zones=suggestions.zone(),
        ledger=given.folder / "ledger.db" if given.folder else None,
        key=given.folder / "key" if given.folder else None,
    )


def _on_laptop(given: Given, me: Person | None, list_address: str, home: str, *, asks: bool) -> Answers:
    """Return the answers for a machine without a ledger, which sends mail in the name of the person using it."""
    if me is None:
        raise UsageError("who are you? The mails are yours", hint='--me "Mara Lindqvist <mara@example.com>"')
    way = _way(replace(given, replies="none"), str(me.address), asks=asks)
    return Answers(
        me=me,
        list_address=list_address,
        own=stated_person(home),
        relay=way.relay,
        mailbox=given.mailbox,
        password_command=_password_command(given, way, asks=asks),
        replies="none",
        zones=suggestions.zone(),
        home=stated_person(home).address,
    )


def _password_command(given: Given, way: Way, *, asks: bool) -> str | None:
    wants_password = way.mailbox is not None or parse_relay(way.relay).user is not None
    if given.password_command is not None or not asks or not wants_password:
        return given.password_command
    variables = "$INCIDENTMAIL_PASSWORD" + (" and $INCIDENTMAIL_IMAP_PASSWORD" if way.mailbox else "")
    question = f"A command that prints the password (Enter: it is in {variables})"
    return click.prompt(question, default="", show_default=False, err=True) or None


def _way(given: Given, own_address: str, *, asks: bool) -> Way:
    """Return how mail is sent and received. Only values that are not given as options are searched for."""
    replies = given.replies or ("imap" if given.mailbox else "lmtp" if given.listen else None)
    found = None
    if given.relay is None or (replies == "imap" and given.mailbox is None) or (asks and replies is None):
        found = _look(own_address)
        if asks or found.relay:  # otherwise the error below says this
            say(f"found: {found.why}", err=True)
    relay = _checked_relay(given.relay) or (found.relay if found else None)
    if asks and given.relay is None:
        relay = _url("How does mail go out? A relay as a URL", relay, parse_relay)
    if relay is None:
        raise UsageError(
            f"how does mail go out? {found.why if found else ''}".rstrip(),
            hint="--relay smtp://127.0.0.1:25, or smtps://user@host:465, or smtp+starttls://user@host:587",
        )
    mailbox = given.mailbox or (found.mailbox if found else None)
    if replies is None:
        replies = "imap" if mailbox else "lmtp" if parse_relay(relay).user is None else "none"
        if asks:
            replies = _replies(replies)
    if replies == "imap":
        if asks and given.mailbox is None:
            mailbox = _url("Which mailbox? imaps://user@host/INBOX", mailbox, parse_mailbox)
        if mailbox is None:
            raise UsageError("which mailbox do replies come in to?", hint="--imap imaps://user@host/INBOX")
    listen = _checked_listen(given.listen) or LISTEN
    if replies in ("lmtp", "smtp") and asks and given.listen is None:
        say("At which address does 'incidentmail serve' wait for the mail server? HOST:PORT, or unix:/PATH", err=True)
        listen = _url("Listen", listen, local_address)
    return Way(relay, replies, mailbox if replies == "imap" else None, listen)


def local_address(text: str) -> str:
    """Return `text` if `serve` can listen on it. Raise ValueError if it is invalid or other machines can reach it."""
    found = parse_listen("lmtp", text)
    if found.host is not None and not is_loopback(found.host):
        raise ValueError(
            f"{text!r} can be reached from other machines, and nothing there checks who sends; write {LISTEN!r}, or "
            "read docs/mail-servers.md and set it in the file"
        )
    return text


def _checked_listen(text: str | None) -> str | None:
    try:
        return local_address(text) if text else None
    except ValueError as error:
        raise UsageError(f"--listen: {error}", hint=f"--listen {LISTEN}") from error


def _checked_relay(url: str | None) -> str | None:
    """Return the URL. If it cannot be parsed, raise UsageError without repeating it: it may contain a password."""
    try:
        if url:
            parse_relay(url)
    except ValueError as error:
        raise UsageError(f"--relay: {error}", hint="--relay smtps://bot%40example.com@smtp.example.com:465") from error
    return url


def _look(own_address: str) -> suggestions.Found:
    from incidentmail.transport.greeting import greeting
    from incidentmail.transport.resolver import Resolver

    def answers(place: tuple[str, int]) -> bool:
        try:
            return greeting(place, timeout_s=GREETING_S_MAX).startswith("220")
        except OSError:
            return False

    return suggestions.mail_way(own_address, Resolver(None, DNS_S_MAX), answers)


def _replies(default: Replies) -> Replies:
    for line in (
        "How do replies come in?",
        "  lmtp  a mail server on this machine (Postfix, Exim, ...) hands them to 'incidentmail serve'",
        "  smtp  the same, from a server or a program that speaks no LMTP",
        "  imap  'incidentmail serve' fetches them from a mailbox; with a provider's mailbox, take this",
        "  pipe  a mail server pipes each mail into 'incidentmail ingest'",
        "  none  not yet",
    ):
        say(line, err=True)
    kinds = click.Choice(("lmtp", "smtp", "imap", "pipe", "none"))
    return cast(Replies, click.prompt("Replies", type=kinds, default=default, show_choices=False, err=True))


def _person(question: str, *, default: str | None) -> Person:
    while True:
        try:
            return stated_person(click.prompt(question, default=default, err=True))
        except IncidentMailError as error:
            say(f"  {error}: {error.hint}", err=True)


def _address(question: str, *, default: str | None) -> str:
    return str(_person(question, default=default).address)


def _url(question: str, default: str | None, parse: Callable[[str], object]) -> str:
    """Ask for a URL until `parse` accepts it."""
    while True:
        text = str(click.prompt(question, default=default, err=True))
        try:
            parse(text)
        except ValueError as error:
            say(f"  {error}", err=True)
        else:
            return text
