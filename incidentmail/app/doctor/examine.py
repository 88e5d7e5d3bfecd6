"""Run all checks, each after the checks that it depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from incidentmail.app.alerting.examined import alerting
from incidentmail.app.context import AppContext, open_context
from incidentmail.app.hooks.examine import hooks
from incidentmail.app.publishing.health import pages_findings
from incidentmail.app.serve_lock import is_running
from incidentmail.app.telling.silent_list import awaits_copies, silent_lists
from incidentmail.config.check import Checked
from incidentmail.config.load import Config
from incidentmail.core.ids import plus_address
from incidentmail.errors import IncidentMailError
from incidentmail.ledger.values import Figures
from incidentmail.transport.resolver import Resolver

from .configuration import CHECK, configuration
from .database import database
from .finding import REST, Finding, failed, warning
from .key import key, key_of_record
from .laptop import laptop
from .ledger_file import ledger_file
from .listener import listener
from .machine import clock, zones
from .mail_templates import mail_templates
from .mailbox import mailbox
from .published import published
from .recent_mail import RecentMail, recent_mail
from .relays import CHECK as RELAY
from .relays import relays
from .round_trip import round_trip
from .senders import senders
from .the_list import CHECK as LIST
from .the_list import the_list

DNS_S_MAX = 5.0
SAMPLE_REF = "trials"


def examine(checked: Checked, now: Callable[[], datetime], *, round_trip_s: float | None) -> Iterator[Finding]:
    """Yield each finding as soon as it is known.

    `round_trip_s` is how many seconds to wait for a test mail to come back from the list. If it is None, no test mail
    is sent. Waiting for another machine always has a time limit.
    """
    yield from configuration(checked)
    config = checked.config
    if config is None:
        return
    at = now().astimezone(UTC).replace(microsecond=0)
    if config.settings.home.address is not None:
        yield from laptop(config, at, is_posting=round_trip_s is not None)
        return
    ledger = ledger_file(config.ledger_path, at) if config.ledger.database_url is None else database(config)
    files = [*key(config.key_path, config.ledger_path), *ledger]
    yield from files
    yield from zones(at, config.settings.timezones)
    out: list[Finding] = []
    for finding in _relays(config):
        out.append(finding)
        yield finding
    is_posting = round_trip_s is not None and any(one.check == RELAY and one.level != "failure" for one in out)
    if any(one.level == "failure" for one in files):
        return  # the findings above name the checks that are left out
    try:
        context = open_context(config, now, looks_only=True)
    except IncidentMailError as error:
        yield failed(CHECK, error, cure="'incidentmail config check'", without=REST)
        return
    try:
        yield from _with_ledger(context, at, is_posting=round_trip_s is not None)
    finally:
        context.close()
    if round_trip_s is not None and not is_posting:
        yield warning(LIST, "no test mail was posted, because no relay takes our mail", "see the lines about the relay")
    elif round_trip_s is not None:
        context = open_context(config, now)
        try:
            yield from round_trip(context, wait_s=round_trip_s)
        finally:
            context.close()


def _relays(config: Config) -> Iterator[Finding]:
    """Yield findings on whether the relays would accept our mail."""
    own = str(config.bot.address)
    return relays(
        config.settings.mail.relay,
        password=config.password,
        token=config.relay_token,
        helo=config.helo,
        sender=own,
        plus=plus_address(b"", own, SAMPLE_REF),
        recipients=config.every_list,
    )


def _with_ledger(context: AppContext, now: datetime, *, is_posting: bool) -> Iterator[Finding]:
    config = context.config
    settings, running = config.settings, is_running(config.ledger_path)
    with context.ledger.snapshot() as view:
        figures = view.figures(now=now, failed_since=now, quarantined_since=now)
        comes_in = awaits_copies(context, view)
        silent = silent_lists(context, view)
        recent = recent_mail(view, str(config.bot.address))
        posted = view.outbox_numbered(1) is not None
        pages = list(pages_findings(context, view, now))
        keys = list(key_of_record(view, config.key_path))
        newest = next((entry.recorded.at for entry in view.entries(after=view.head().size - 1)), None)
    yield from keys
    yield from clock(now, newest, recent.stamps)
    yield from _incoming(config, figures, running=running, now=now)
    yield from senders(settings.trust, recent.heads)
    awaited = bool(settings.list.returns_within)
    if not is_posting and (comes_in or not awaited):  # otherwise the listener check reports it
        yield from the_list(
            config.list_address, silent=silent, awaited=awaited, posted=posted, seen=recent.list_effects
        )  # fmt: skip
    yield from alerting(context)
    yield from _published(config, recent)
    yield from mail_templates(context)
    yield from hooks(context)
    yield from pages


def _incoming(config: Config, figures: Figures, *, running: bool, now: datetime) -> Iterator[Finding]:
    fetches = config.settings.imap.url is not None
    yield from listener(
        config.settings.listen, fetches=fetches, running=running, last_accepted_at=figures.accepted_at, now=now
    )
    yield from mailbox(config, running=running, looked_at=figures.looked_at, now=now)


def _published(config: Config, recent: RecentMail) -> Iterator[Finding]:
    domain = str(config.bot.address).rpartition("@")[2]
    dns = Resolver(config.settings.trust.resolver, DNS_S_MAX)
    return published(domain, dns, recent.list_effects)
