"""Sending with TLS and a login: which relays get the mail and the password, and which do not."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from faulty_relay import FaultyRelay
from patience import PATIENCE_S

from incidentmail.errors import RelayUnavailableError
from incidentmail.transport import smtp_client
from incidentmail.transport.relay_url import parse_relay
from incidentmail.transport.smtp_client import Delivery, Outgoing, connect

MAIL = Outgoing(
    reverse_path="bot@example.com", forward_paths=("a@example.com",), raw=b"Subject: x\r\n\r\nSeverity 2.\r\n"
)
Start = Callable[..., FaultyRelay]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """A function that starts relays with a certificate for `name`, by an authority that this machine trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    running: list[FaultyRelay] = []

    def make(*, name: str = "127.0.0.1", by: trustme.CA = authority, **manners: object) -> FaultyRelay:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        by.issue_cert(name).configure_cert(context)
        relay = FaultyRelay(tls=context)
        for key, value in manners.items():
            setattr(relay, key, value)
        running.append(relay.__enter__())
        return relay

    yield make
    for relay in running:
        relay.__exit__()


def give(url: str, password: str | None = "s3cret") -> Delivery:
    with connect(parse_relay(url), password=lambda: password, timeout_s=PATIENCE_S, helo="bot.example.com") as session:
        return session.send(MAIL)


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN"])
def test_mail_is_given_over_tls_from_the_start_after_a_login(start: Start, method: str) -> None:
    relay = start(from_start=True, offers=(f"AUTH {method}",))
    assert give(relay.url("smtps", "bot%40example.com")).accepted == MAIL.forward_paths
    assert len(relay.taken) == 1


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN"])
def test_mail_is_given_over_starttls_after_a_login(start: Start, method: str) -> None:
    relay = start(offers=("STARTTLS", f"AUTH {method}"))
    assert give(relay.url("smtp+starttls", "bot")).accepted == MAIL.forward_paths
    assert relay.heard[0][:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_certificate_for_another_name_gets_neither_password_nor_mail(start: Start, scheme: str) -> None:
    relay = start(name="mx.elsewhere.example", from_start=scheme == "smtps", offers=("STARTTLS", "AUTH PLAIN"))
    with pytest.raises(RelayUnavailableError) as told:
        give(relay.url(scheme, "bot"))
    assert "certificate" in str(told.value) and "host name in its URL" in str(told.value.hint)
    assert not relay.taken and not any("AUTH" in verbs for verbs in relay.heard)


def test_a_certificate_that_nobody_here_vouches_for_gets_nothing(start: Start) -> None:
    relay = start(by=trustme.CA(), from_start=True)
    with pytest.raises(RelayUnavailableError, match="certificate"):
        give(relay.url("smtps"))
    assert not relay.taken


def test_a_relay_that_no_longer_offers_starttls_gets_neither_password_nor_mail(start: Start) -> None:
    relay = start(offers=("AUTH PLAIN LOGIN",))
    with pytest.raises(RelayUnavailableError) as told:
        give(relay.url("smtp+starttls", "bot"))
    assert "STARTTLS" in str(told.value.hint)
    assert relay.heard == [["EHLO", "QUIT"]] or relay.heard == [["EHLO"]]


def test_a_relay_that_refuses_starttls_gets_nothing(start: Start) -> None:
    relay = start(offers=("STARTTLS", "AUTH PLAIN")).next("STARTTLS", "454 4.7.0 not now")
    with pytest.raises(RelayUnavailableError, match="454"):
        give(relay.url("smtp+starttls", "bot"))
    assert not relay.taken and "AUTH" not in relay.heard[0]


@pytest.mark.parametrize("answer", ["535 5.7.8 not you", "454 4.7.0 try later"])
def test_a_refused_login_is_never_the_mails_fault(start: Start, answer: str) -> None:
    """The mail waits, whatever the code: it was not looked at, and the password can be mended."""
    relay = start(from_start=True, offers=("AUTH PLAIN",)).next("AUTH", answer)
    with pytest.raises(RelayUnavailableError, match=answer[:3]) as told:
        give(relay.url("smtps", "bot"), "wr0ng")
    assert "password" in str(told.value.hint) and "wr0ng" not in f"{told.value} {told.value.hint}"
    assert not relay.taken


def test_an_access_token_logs_in_and_no_password_is_asked_for(start: Start) -> None:
    relay = start(from_start=True, offers=("AUTH PLAIN LOGIN XOAUTH2",))

    def no_password() -> str:
        raise AssertionError("a password was asked for")

    url = parse_relay(relay.url("smtps", "bot"))
    with connect(
        url, password=no_password, token=lambda: "s3cret", timeout_s=PATIENCE_S, helo="bot.example.com"
    ) as session:
        assert session.send(MAIL).accepted == MAIL.forward_paths


def test_a_refused_token_ends_with_the_relays_reply_and_is_not_shown(start: Start) -> None:
    relay = start(from_start=True, offers=("AUTH XOAUTH2",))
    url = parse_relay(relay.url("smtps", "bot"))
    with pytest.raises(RelayUnavailableError, match=r"535 5\.7\.8 not you") as caught:
        connect(url, password=lambda: None, token=lambda: "0ld-token", timeout_s=PATIENCE_S, helo="bot.example.com")
    assert "0ld" not in str(caught.value)


def test_a_relay_without_xoauth2_gets_no_token(start: Start) -> None:
    relay = start(from_start=True, offers=("AUTH PLAIN LOGIN",))
    url = parse_relay(relay.url("smtps", "bot"))
    with pytest.raises(RelayUnavailableError, match="no access tokens"):
        connect(url, password=lambda: None, token=lambda: "s3cret", timeout_s=PATIENCE_S, helo="bot.example.com")
    assert "AUTH" not in relay.heard[0]


def told(url: str) -> RelayUnavailableError:
    with pytest.raises(RelayUnavailableError) as caught:
        connect(parse_relay(url), password=lambda: "s3cret", timeout_s=2, helo="bot.example.com")
    return caught.value


@pytest.mark.parametrize(("wrong", "right", "manners"), [
    ("smtps", "smtp+starttls", {"offers": ("STARTTLS", "AUTH PLAIN")}),
    ("smtp+starttls", "smtps", {"from_start": True}),
    ("smtp", "smtps", {"from_start": True}),
])  # fmt: skip
def test_a_relay_that_begins_in_another_way_is_named_with_the_url_to_write(
    start: Start, monkeypatch: pytest.MonkeyPatch, wrong: str, right: str, manners: dict[str, object]
) -> None:
    relay = start(**manners)
    monkeypatch.setattr(smtp_client, "SMTPS_PORT", relay.port)  # on others, a relay without TLS that hangs just hangs
    error = told(relay.url(wrong, "bot%40example.com"))
    assert str(error.hint).endswith(f"write {relay.url(right, 'bot%40example.com')}")
    seen = "speaks TLS from the first byte" if right == "smtps" else "begins without TLS and offers STARTTLS"
    assert f"port {relay.port} {seen}" in str(error.hint)
    assert not any("AUTH" in verbs for verbs in relay.heard)


@pytest.mark.parametrize("wrong", ["smtps", "smtp+starttls"])
def test_a_relay_without_tls_is_said_to_have_none(start: Start, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    relay = start(offers=("AUTH PLAIN",))
    here = told(relay.url(wrong, "bot")).hint
    assert here == f"port {relay.port} offers no STARTTLS, and this machine itself needs no TLS: write {relay.url()}"
    monkeypatch.setattr("incidentmail.transport.relay_replies.is_loopback", lambda host: False)
    elsewhere = str(told(relay.url(wrong, "bot")).hint)
    assert "smtps://bot@127.0.0.1:465 or smtp+starttls://bot@127.0.0.1:587" in elsewhere
    assert "somebody may be in between" in elsewhere and "smtp://" not in elsewhere
    assert not any("AUTH" in verbs for verbs in relay.heard)


def test_a_relay_that_wants_starttls_or_a_login_first_keeps_the_mail_waiting(start: Start) -> None:
    """RFC 3207 section 4, RFC 4954 section 6: 530 is about the session, so no mail fails for good."""
    relay = start().next("MAIL", "530 5.7.0 Must issue a STARTTLS command first", "530 5.7.0 Authentication required")
    for hint in (
        f"it wants STARTTLS: write {relay.url('smtp+starttls')}",
        "it wants a login: write smtp+starttls://USER@",
    ):
        with pytest.raises(RelayUnavailableError, match="answers 530") as caught:
            give(relay.url())
        assert str(caught.value.hint).startswith(hint)
    assert give(relay.url()).accepted == MAIL.forward_paths


def test_a_relay_that_never_answers_is_not_said_to_speak_in_another_way(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidentmail.transport.port_speech.LOOK_S_MAX", 0.2)
    relay = start().next("GREETING", "", "", "")
    error = told(relay.url("smtp+starttls"))
    assert "does not answer in time" in str(error) and error.hint is None
