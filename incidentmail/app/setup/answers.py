"""Hold the answers from which a configuration is made, and write them to a file with comments."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from incidentmail.config.description import read
from incidentmail.config.load import Config, resolve
from incidentmail.config.network_types import PUBLIC_DOMAINS
from incidentmail.config.sections import Settings
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Person
from incidentmail.errors import ConfigError
from incidentmail.transport.relay_url import parse_relay

Replies = Literal["lmtp", "smtp", "imap", "pipe", "none"]
"""How replies arrive: over LMTP or SMTP, fetched from a mailbox, piped into `ingest`, or not at all."""


class Answers(Frozen, kw_only=True):
    """Everything that `init` has to know. If `ledger` or `key` is None, the user's default location is used.

    If `home` is given, this machine has no ledger and sends mail to that address instead.
    """

    me: Person | None
    list_address: str
    own: Person
    relay: str
    password_command: str | None = None
    replies: Replies
    listen: str = "127.0.0.1:8024"
    mailbox: str | None = None
    operator: str | None = None
    zones: tuple[str, ...] = ()
    home: str | None = None
    ledger: Path | None = None
    key: Path | None = None

    @property
    def logs_in(self) -> bool:
        """Whether the relay requires a login. Such relays usually accept only the account's own address in From."""
        return parse_relay(self.relay).user is not None


def configuration(answers: Answers, on: date) -> str:
    """Return the text of a configuration file that contains these answers, with a comment for each."""
    return "\n".join(_lines(answers, on)) + "\n"


def config_of(text: str, path: Path) -> Config:
    """Return the configuration in `text`, which will be written to `path`. Raise ConfigError if it has a fault."""
    raw = tomllib.loads(text)
    try:
        return resolve(read(Settings, raw), path)
    except ValueError:
        from incidentmail.config.faults import checked

        return resolve(checked(raw, "what you answered"), path)


def _lines(answers: Answers, on: date) -> Iterator[str]:
    yield f"# Written by 'incidentmail init' on {on.isoformat()}. 'incidentmail config example' shows every key."
    yield "# After a change: 'incidentmail config check', then 'incidentmail doctor'."
    if answers.zones:
        yield ""
        yield "# Shown beside UTC in every message."
        yield f"timezones = {_toml(list(answers.zones))}"
    yield from ("", "[list]", "# Every incident is announced here.", f"address = {_toml(answers.list_address)}")
    if answers.me:
        yield from ("", "[me]", "# Who declares at this terminal.", f"address = {_toml(str(answers.me))}")
    if answers.home:
        yield from ("", "[home]", "# The machine that has the ledger reads mail to this address (docs/laptop.md).")
        yield f"address = {_toml(answers.home)}"
        yield from ("", "[mail]", *_relay(answers))
        if answers.mailbox:
            yield from ("", "[imap]", "# 'list' and 'show' read the mail of the list here.")
            yield f"url = {_toml(answers.mailbox)}"
            yield _command(answers.password_command)
        return
    yield from _mail(answers)
    if answers.ledger:
        yield from ("", "[ledger]", "# The record. Include this file and the key in the back-up.")
        yield f"url = {_toml(f'sqlite:///{answers.ledger}')}"
    yield from _incoming(answers)
    if answers.operator:
        yield from ("", "[operator]", "# Who is told if mail fails or the list returns none of ours.")
        yield f"address = {_toml(answers.operator)}"
    own = str(answers.own.address)
    if own.rpartition("@")[2] in PUBLIC_DOMAINS and answers.me and answers.me.address:
        yield from ("", "[trust]", "# Whose replies count. Add everybody who may change an incident.")
        yield f"members = {_toml([answers.me.address])}"


def _mail(answers: Answers) -> Iterator[str]:
    yield from ("", "[mail]", "# The tool's own address. Subscribe it to the list, so that replies reach the tool.")
    yield f"from = {_toml(str(answers.own))}"
    yield from _relay(answers)
    if answers.logs_in:
        yield "# Relays with a login mostly accept no other From than the account's own address."
        yield "from_person = false"
    if answers.key:
        yield "# The key that proves our own mail. Nobody else may read it."
        yield f"key_file = {_toml(str(answers.key))}"


def _relay(answers: Answers) -> Iterator[str]:
    yield "# How mail goes out."
    yield f"relay = {_toml([answers.relay])}"
    if answers.logs_in:
        yield "# The first line that this command prints is the password. $INCIDENTMAIL_PASSWORD takes precedence."
        yield _command(answers.password_command)


def _incoming(answers: Answers) -> Iterator[str]:
    match answers.replies:
        case "lmtp" | "smtp":
            yield from ("", "[listen]", "# The mail server hands over mail to our address here (docs/mail-servers.md).")
            yield f"{answers.replies} = {_toml(answers.listen)}"
            if answers.listen.startswith("unix:"):
                yield "# The group of the mail server, which may connect; the service's user has to be in it."
                yield '# socket_group = "postfix"'
        case "imap":
            yield from ("", "[imap]", "# Replies are fetched from here.", f"url = {_toml(answers.mailbox)}")
            yield "# The first line that this command prints is the password. $INCIDENTMAIL_IMAP_PASSWORD goes first."
            yield _command(answers.password_command)
        case "pipe":
            yield from ("", "# The mail server pipes each mail to our address into 'incidentmail ingest'.")
        case "none":
            yield from (
                "",
                "# Replies do not come in yet: set [listen] lmtp or smtp, or [imap] url, or pipe them into 'ingest'.",
            )


def _command(command: str | None) -> str:
    return f"password_command = {_toml(command)}" if command else '# password_command = "pass show mail/incident-bot"'


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def stated_person(text: str) -> Person:
    """Return the person in a text such as `Name <address>`. Raise ConfigError if it contains no address."""
    try:
        found = Person.parse(text)
    except ValueError as error:
        raise ConfigError(f"'{text}': {error}", hint='write it as "Mara Lindqvist <mara@example.com>"') from error
    if found.address is None:
        raise ConfigError(f"'{text}' has no address", hint=f'write it as "{found.name} <name@example.com>"')
    return found
