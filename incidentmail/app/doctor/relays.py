"""Examine each relay: can it be reached, is its certificate valid, can we log in, and would it take our mail?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from incidentmail.errors import ConfigError, RelayUnavailableError
from incidentmail.transport.relay_replies import Reply
from incidentmail.transport.relay_url import Relay, parse_relay
from incidentmail.transport.server_address import is_loopback
from incidentmail.transport.smtp_client import Session, connect

from .finding import Finding, failed, failure, ok, warning

CHECK, PLUS = "relay", "plus-address"
TIMEOUT_S = 10.0
"""How long to wait for each reply. The greeting, and the queries after it, are limited to a minute each."""
NOT_TRIED = "whether it takes our mail was not tried"
NO_DOMAIN = (".local", ".localdomain", ".internal", ".lan", ".home")
"""Endings of local host names, which mean nothing outside the local network."""


def relays(
    urls: Sequence[str],
    *,
    password: Callable[[], str | None],
    token: Callable[[], str | None],
    helo: str,
    sender: str,
    plus: str | None,
    recipients: Sequence[str],
) -> Iterator[Finding]:
    """Yield findings on whether each relay would take mail from `sender` to each of `recipients`. Nothing is sent.

    `plus` is `sender` with an extension, as in the Reply-To of our mail. It is None on a machine that gets no replies.
    """
    for url in urls:
        relay = parse_relay(url)
        if relay.scheme == "maildir":
            yield _folder(relay)
            continue
        try:
            with connect(relay, password=password, timeout_s=TIMEOUT_S, helo=helo, token=token) as session:
                yield from _asked(session, helo, sender, plus, tuple(recipients))
        except ConfigError as error:
            yield failed(CHECK, error, cure="set [mail] password_command", without=NOT_TRIED)
        except RelayUnavailableError as error:
            cure = f"is a mail server running there? [mail] relay names it; {relay.host} port {relay.port}"
            yield failed(CHECK, error, cure=cure, without=NOT_TRIED)


def _folder(relay: Relay) -> Finding:
    path = Path(relay.path or "")
    if path.exists() and not os.access(path, os.W_OK):
        return failure(CHECK, f"{relay.url} cannot be written", "check its owner and mode")
    return warning(CHECK, f"{relay.url} is a folder: mail is written there, and nobody gets it", "[mail] relay")


def _asked(
    session: Session, helo: str, sender: str, plus: str | None, recipients: tuple[str, ...]
) -> Iterator[Finding]:
    relay = session.relay
    reply, verdicts = session.would_take(sender, (*recipients, *((sender, plus) if plus else ())))
    if reply.code >= 400:
        yield _refused(
            relay, reply, f"mail from {sender}",
            "let the account send as this address, or set [mail] from to the account's own",
        )  # fmt: skip
        return
    refused = {address: answer for address, answer in verdicts if answer.code >= 400}
    if plus is not None and plus in refused and sender not in refused:
        answer = refused.pop(plus)
        yield failure(
            PLUS, f"{relay.url} takes mail to {sender}, but not to {plus}: {answer.code} {answer.text}",
            "let the mail server deliver addresses with a + (in Postfix: recipient_delimiter = +)",
        )  # fmt: skip
    elif plus is not None and plus not in refused:
        yield ok(PLUS, f"{relay.url} takes mail to {plus}")
    refused.pop(plus or "", None)
    for address, answer in refused.items():
        yield _refused(
            relay, answer, f"mail to {address}",
            "is the address right? If so, let this machine relay (in Postfix: mynetworks), or use a relay with a login",
        )  # fmt: skip
    if refused:
        return
    if relay.user is None and not is_loopback(relay.host) and ("." not in helo or helo.endswith(NO_DOMAIN)):
        yield warning(
            CHECK, f"{relay.url} takes our mail, but other servers may not like that we greet as {helo!r}",
            '[mail] helo = "NAME", a name of this machine that DNS knows',
        )  # fmt: skip
        return
    if session.tls is None and session.offers_tls and not is_loopback(relay.host):
        yield warning(
            CHECK, f"{relay.url} takes our mail, but anybody on the way there can read it",
            f'[mail] relay = ["smtp+starttls://{relay.host}:{relay.port}"]; the relay offers STARTTLS',
        )  # fmt: skip
        return
    how = ", ".join(
        part for part in (session.tls or "", f"logged in as {relay.user}" if relay.user else "") if part
    )  # fmt: skip
    yield ok(CHECK, f"{relay.url} would take our mail{f' ({how})' if how else ''}")


def _refused(relay: Relay, reply: Reply, what: str, cure: str) -> Finding:
    said = f"{relay.url} does not take {what}: {reply.code} {reply.text}"
    if reply.is_transient:
        return warning(CHECK, f"{said} (this may pass)", f"try again in some minutes; {cure}")
    return failure(CHECK, said, cure)
