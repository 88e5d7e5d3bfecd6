"""Examine how mail arrives: through the listener of `serve` (and its certificate), or through a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.app.setup.service_unit import unit_is_installed
from incidentmail.config.sections import ListenSection
from incidentmail.core.times import show_duration
from incidentmail.errors import ConfigError
from incidentmail.transport.greeting import greeting
from incidentmail.transport.smtp.listen_address import ListenAddress, parse_listen

from .finding import Finding, failed, failure, ok, warning

CHECK, TLS = "listener", "certificate"
TIMEOUT_S = 5.0
EXPIRES_WITHIN = timedelta(days=14)


def listener(
    listen: ListenSection, *, fetches: bool, running: bool, last_accepted_at: datetime | None, now: datetime
) -> Iterator[Finding]:
    """Yield a finding for each address of [listen]: does a server answer there?

    If there are none, yield a finding on how else mail arrives. `fetches` is true if a mailbox is configured; `running`
    is true if `serve` runs on this ledger.
    """
    addresses = [
        (key, parse_listen("lmtp" if key == "lmtp" else "smtp", text)) for key, text in listen.addresses.items()
    ]
    if not addresses and not fetches:
        yield _pipe(last_accepted_at, now)
    for name, address in addresses:
        yield _answers(name, address, running=running)
    if listen.tls_certificate is not None:
        yield from _certificate(listen, now)
    elif listen.require_starttls or listen.users or listen.smtps:
        key = "require_starttls" if listen.require_starttls else "users" if listen.users else "smtps"
        yield failure(TLS, f"[listen] {key} needs a certificate, so 'serve' does not start", "[listen] tls_certificate")


def _pipe(last_accepted_at: datetime | None, now: datetime) -> Finding:
    if last_accepted_at is None:
        return warning(
            CHECK, "no mail has come in yet: replies have no effect, and whether the list returns mail is not known",
            "set [listen] lmtp or [imap] url, or let the mail server pipe mail into 'incidentmail ingest'",
        )  # fmt: skip
    return ok(
        CHECK, f"mail comes in through 'incidentmail ingest', the last {show_duration(now - last_accepted_at)} ago"
    )


def _answers(name: str, address: ListenAddress, *, running: bool) -> Finding:
    key = f"[listen] {name} = {str(address)!r}"
    start = "systemctl start incidentmail" if unit_is_installed() else "incidentmail serve"
    if not running:
        return failure(CHECK, f"{key}: 'serve' does not run on this ledger, so no reply is read", start)
    if address.systemd is not None or address.port == 0:
        return ok(CHECK, f"{key}: 'serve' runs, on a socket that the system chose")
    place = address.path if address.path is not None else (str(address.host), int(address.port or 0))
    try:
        said = greeting(place, timeout_s=TIMEOUT_S, is_tls_first=name == "smtps")
    except PermissionError:
        return warning(
            CHECK, f"{key} was not asked: this user may not connect to it", "run this as the user of 'serve'"
        )
    except OSError as error:
        why = error.strerror or "no answer in time"
        return failure(CHECK, f"{key}: 'serve' runs, but does not answer there: {why}", "restart 'serve'")
    if not said.startswith("220"):
        return failure(CHECK, f"{key}: the answer is no greeting of a mail server: {said[:80]!r}", "restart 'serve'")
    return ok(CHECK, f"{key} answers")


def _certificate(listen: ListenSection, now: datetime) -> Iterator[Finding]:
    from incidentmail.transport.smtp.certificate import Certificate

    assert listen.tls_certificate is not None
    try:
        at = Certificate(listen.tls_certificate, listen.tls_key).expires_at()
    except ConfigError as error:
        yield failed(TLS, error, cure="set [listen] tls_certificate and tls_key")
        return
    if at <= now:
        yield failure(TLS, f"{listen.tls_certificate} expired on {at:%Y-%m-%d}", "renew it, then reload 'serve'")
    elif at - now < EXPIRES_WITHIN:
        left = show_duration(at - now)
        yield warning(TLS, f"{listen.tls_certificate} expires in {left}", "renew it, then reload 'serve'")
    else:
        yield ok(TLS, f"{listen.tls_certificate} is valid until {at:%Y-%m-%d}")
