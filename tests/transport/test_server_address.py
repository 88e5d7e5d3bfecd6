"""The URLs of relays and mailboxes are parsed by the same rules: user, host, port, and whether it is this machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from incidentmail.transport.mailbox_url import Mailbox, parse_mailbox
from incidentmail.transport.relay_url import Relay, parse_relay

BOTH = pytest.mark.parametrize(("parse", "scheme"), [(parse_relay, "smtps"), (parse_mailbox, "imaps")])
Parse = Callable[[str], Relay | Mailbox]


@BOTH
@pytest.mark.parametrize(
    "rest",
    [
        "bot:hunter2@host", "bot:hun@ter2@host", "bot%0a@host", "bot%1b@host", "b%C2%9B@host", "b%E2%80%AE@host",
        "x" * 501 + "@host", "bot@", "bot@host:0", "bot@host:99999", "bot@host:hunter2", "bot@ho st", "bot@host?a=b",
        "bot:hun/ter2@host",
    ],
)  # fmt: skip
def test_what_one_refuses_the_other_refuses_and_neither_repeats_a_password(
    parse: Parse, scheme: str, rest: str
) -> None:
    with pytest.raises(ValueError, match=r"password|control|host") as caught:
        parse(f"{scheme}://{rest}")
    assert "hun" not in str(caught.value) and "ter2" not in str(caught.value)


@BOTH
@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("bot%40example.com@mx.example.com", ("bot@example.com", "mx.example.com")),
        ("d%C3%A9j%C3%A0%20vu@[::1]:1025", ("déjà vu", "::1")),
        ("bot@127.0.0.2:1025", ("bot", "127.0.0.2")),
        ("bot@LOCALHOST", ("bot", "localhost")),
    ],
)
def test_what_one_reads_the_other_reads(parse: Parse, scheme: str, rest: str, expected: tuple[str, str]) -> None:
    found = parse(f"{scheme}://{rest}")
    assert (found.user, found.host) == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "[::1]", "localhost", "LocalHost"])
def test_this_machine_is_the_same_for_both(host: str) -> None:
    assert parse_relay(f"smtp://bot@{host}").user == "bot"
    assert parse_mailbox(f"imap://bot@{host}").is_local


@pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]", "localhost.example.com"])
def test_another_machine_is_the_same_for_both(host: str) -> None:
    with pytest.raises(ValueError, match="in the clear") as caught:
        parse_relay(f"smtp://bot@{host}")
    assert f"smtp+starttls://bot@{host}:587" in str(caught.value)
    assert not parse_mailbox(f"imap://bot@{host}").is_local
