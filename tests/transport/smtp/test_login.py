"""STARTTLS and login of the listener, over real sockets and with a real certificate."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from patience import PATIENCE_S

from incidentmail.errors import ConfigError
from incidentmail.inbound.message import Envelope
from incidentmail.transport.greeting import greeting
from incidentmail.transport.smtp import limits
from incidentmail.transport.smtp.certificate import Certificate
from incidentmail.transport.smtp.connection_counts import LoginFailures
from incidentmail.transport.smtp.listen_address import parse_listen
from incidentmail.transport.smtp.listener import Listener
from incidentmail.transport.smtp.users_file import Users, hashed

MAIL = b"Subject: cards fail\r\n\r\nsev 1\r\n"


@dataclass
class LoginServer:
    """A listener in a separate thread, and the mail that it got."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)
    mails: list[tuple[bytes, Envelope]] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def certificate(self) -> Certificate:
        path = self.folder / "chain.pem"
        self.authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(path))
        path.chmod(0o600)
        return Certificate(path)

    def users(self) -> Users:
        path = self.folder / "users"
        path.write_text(f"# who submits\n{hashed('jayla', 'wet paint')}\n")
        path.chmod(0o600)
        return Users(path)

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    @contextmanager
    def listening(self, protocol: Any = "smtp", **more: Any) -> Iterator[tuple[str, int]]:
        async def accept(raw: bytes, envelope: Envelope) -> None:
            self.mails.append((raw, envelope))

        async def serve() -> None:
            listener = Listener(
                accept,
                parse_listen(protocol, "127.0.0.1:0"),
                hostname="mx.example.com",
                certificate=self.certificate(),
                on_event=lambda name, facts: self.events.append((name, facts)),
                **more,
            )
            await listener.start()
            bound = listener.bound
            assert not isinstance(bound, str)
            where.set_result(bound)
            await stop.wait()
            await listener.stop(1)
            assert not listener.load.held_bytes

        where: Future[tuple[str, int]] = Future()
        stop = asyncio.Event()
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        try:
            yield where.result(PATIENCE_S)
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join(PATIENCE_S)
            loop.close()


@pytest.fixture
def login_server(tmp_path: Path) -> LoginServer:
    return LoginServer(tmp_path)


def encrypted(login_server: LoginServer, where: tuple[str, int]) -> smtplib.SMTP:
    client = smtplib.SMTP("localhost", where[1], timeout=PATIENCE_S)
    client.starttls(context=login_server.context())
    client.ehlo()
    return client


def line(client: smtplib.SMTP, text: str) -> int:
    return client.docmd(text)[0]


@contextmanager
def raw_connection(where: tuple[str, int]) -> Iterator[tuple[socket.socket, Callable[[bytes], bytes]]]:
    with socket.create_connection(where, PATIENCE_S) as sock:

        def say(data: bytes) -> bytes:
            sock.sendall(data)
            return sock.recv(65536)

        sock.recv(1000)
        yield sock, say


def test_mail_over_starttls_is_the_same_mail_and_the_service_offers_it_once(login_server: LoginServer) -> None:
    with login_server.listening() as where:
        with smtplib.SMTP("localhost", where[1], timeout=PATIENCE_S) as client:
            client.ehlo()
            assert client.has_extn("starttls")
            assert client.starttls(context=login_server.context())[0] == 220
            client.ehlo()
            assert not client.has_extn("starttls")
            assert not client.has_extn("auth")
            assert line(client, "STARTTLS") == 503
            client.sendmail("mara@example.com", ["bot@example.com"], MAIL)
        assert login_server.mails[0][0] == MAIL
        assert login_server.mails[0][1].way == "smtp"


def test_tls_can_begin_with_the_first_byte(login_server: LoginServer) -> None:
    with login_server.listening(is_tls_first=True, users=login_server.users()) as where:
        with smtplib.SMTP_SSL("localhost", where[1], timeout=PATIENCE_S, context=login_server.context()) as client:
            client.ehlo()
            assert not client.has_extn("starttls")
            assert client.login("jayla", "wet paint")[0] == 235
            client.sendmail("mara@example.com", ["bot@example.com"], MAIL)
        assert login_server.mails[0][1].way == "submission"
        assert greeting(where, timeout_s=PATIENCE_S, is_tls_first=True).startswith("220 mx.example.com")


def test_who_does_not_begin_with_tls_gets_no_greeting_there(login_server: LoginServer) -> None:
    with login_server.listening(is_tls_first=True) as where:
        with socket.create_connection(where, PATIENCE_S) as sock:
            sock.sendall(b"EHLO plain.example\r\n")
            assert not sock.recv(1000).startswith(b"220")
        with smtplib.SMTP_SSL("localhost", where[1], timeout=PATIENCE_S, context=login_server.context()) as client:
            assert client.noop()[0] == 250
    assert [name for name, _ in login_server.events] == ["tls_failed"]


def test_many_who_begin_with_tls_at_once_all_get_through(login_server: LoginServer) -> None:
    with login_server.listening(is_tls_first=True) as where:
        clients = [
            smtplib.SMTP_SSL("localhost", where[1], timeout=PATIENCE_S, context=login_server.context())
            for _ in range(8)
        ]
        assert {client.noop()[0] for client in clients} == {250}
        for client in clients:
            client.quit()


def test_lmtp_speaks_starttls_too(login_server: LoginServer) -> None:
    with login_server.listening("lmtp", require_starttls=False) as where:
        client = smtplib.LMTP("localhost", where[1])
        assert client.starttls(context=login_server.context())[0] == 220
        client.sendmail("mara@example.com", ["bot@example.com"], MAIL)
        client.quit()
    assert len(login_server.mails) == 1


def test_a_large_message_under_tls_arrives_whole(login_server: LoginServer) -> None:
    raw = MAIL + b"..and a line of some length to be sent\r\n" * 50_000
    with login_server.listening() as where, encrypted(login_server, where) as client:
        client.sendmail("mara@example.com", ["bot@example.com"], raw)
    assert login_server.mails[0][0] == raw


def test_plaintext_behind_starttls_is_never_executed(login_server: LoginServer) -> None:
    injected = b"MAIL FROM:<ceo@example.com>\r\nRCPT TO:<bot@example.com>\r\nDATA\r\nx\r\n.\r\n"
    with login_server.listening() as where, raw_connection(where) as (sock, say):
        say(b"EHLO x\r\n")
        assert say(b"STARTTLS\r\n" + injected).startswith(b"220")
        with suppress(OSError), login_server.context().wrap_socket(sock, server_hostname="localhost") as tls:
            tls.sendall(b"NOOP\r\n")  # answered by one reply and not by six
            assert tls.recv(65536) == b"250 OK\r\n"
            tls.sendall(b"QUIT\r\n")
            assert tls.recv(65536).startswith(b"221")
    assert not login_server.mails


def test_what_was_said_before_starttls_is_forgotten(login_server: LoginServer) -> None:
    with login_server.listening() as where, smtplib.SMTP("localhost", where[1], timeout=PATIENCE_S) as client:
        client.ehlo()
        assert line(client, "MAIL FROM:<mara@example.com>") == 250
        assert client.starttls(context=login_server.context())[0] == 220
        assert line(client, "MAIL FROM:<mara@example.com>") == 503  # not even EHLO
        client.ehlo()
        assert line(client, "RCPT TO:<bot@example.com>") == 503


def test_without_tls_nothing_is_taken_where_it_is_required(login_server: LoginServer) -> None:
    with login_server.listening(require_starttls=True) as where:
        with smtplib.SMTP("localhost", where[1], timeout=PATIENCE_S) as client:
            client.ehlo()
            assert line(client, "MAIL FROM:<mara@example.com>") == 530
        with encrypted(login_server, where) as client:
            client.sendmail("mara@example.com", ["bot@example.com"], MAIL)
    assert len(login_server.mails) == 1


def test_a_handshake_that_fails_or_breaks_off_leaves_no_connection_behind(login_server: LoginServer) -> None:
    with login_server.listening() as where:
        for garbage in (b"this is no handshake\r\n" * 10, b""):
            with raw_connection(where) as (sock, say):
                say(b"EHLO x\r\n")
                say(b"STARTTLS\r\n")
                sock.sendall(garbage)
                sock.shutdown(socket.SHUT_WR)
                with suppress(ConnectionError):
                    while sock.recv(1000):
                        pass
        with encrypted(login_server, where) as client:
            assert client.noop()[0] == 250
    assert [name for name, _ in login_server.events] == ["tls_failed", "tls_failed"]


@pytest.mark.parametrize("how", ["plain", "plain initial", "login", "login initial"])
def test_whoever_proves_a_password_submits(login_server: LoginServer, how: str) -> None:
    with login_server.listening(users=login_server.users()) as where, encrypted(login_server, where) as client:
        assert set(client.esmtp_features["auth"].split()) == {"PLAIN", "LOGIN"}
        client.user, client.password = "jayla", "wet paint"
        method: Any = client.auth_plain if "plain" in how else client.auth_login
        client.auth(how.split()[0].upper(), method, initial_response_ok="initial" in how)
        assert line(client, "AUTH PLAIN x") == 503
        client.sendmail("jayla@example.com", ["bot@example.com"], MAIL)
    assert login_server.mails[0][1].way == "submission"
    assert ("logged_in", {"peer": "127.0.0.1", "user": "jayla"}) in login_server.events


def test_no_password_is_heard_without_tls(login_server: LoginServer) -> None:
    with (
        login_server.listening(users=login_server.users()) as where,
        smtplib.SMTP("localhost", where[1], timeout=PATIENCE_S) as client,
    ):
        client.ehlo()
        assert not client.has_extn("auth")
        assert line(client, "AUTH PLAIN AGpheWxhAHdldCBwYWludA==") == 538


def test_wrong_passwords_are_counted_by_connection_and_by_address(
    login_server: LoginServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOGIN_FAILURES_PER_PEER_MAX", 4)
    wrong = "AUTH PLAIN " + b64encode(b"\0jayla\0dry paint").decode()
    right = "AUTH PLAIN " + b64encode(b"\0jayla\0wet paint").decode()
    with login_server.listening(users=login_server.users()) as where:
        with encrypted(login_server, where) as client:
            assert [line(client, wrong) for _ in range(3)] == [535, 535, 421]
            client.close()
        with encrypted(login_server, where) as client:
            assert line(client, "AUTH PLAIN " + b64encode(b"\0nobody\0x").decode()) == 535
            assert line(client, right) == 454
    assert [facts["user"] for name, facts in login_server.events if name == "login_failed"] == ["jayla"] * 3 + [
        "nobody"
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("AUTH", 504),
        ("AUTH CRAM-MD5", 504),
        ("AUTH PLAIN !!", 501),
        ("AUTH PLAIN eA==", 501),
        ("AUTH PLAIN =", 501),
        ("AUTH PLAIN " + b64encode(b"mara\0jayla\0wet paint").decode(), 501),
        ("AUTH PLAIN x y", 501),
        ("AUTH LOGIN \u0141".encode().decode("latin-1"), 500),
    ],
)
def test_a_login_that_cannot_be_read_is_refused_and_the_session_goes_on(
    login_server: LoginServer, said: str, code: int
) -> None:
    with login_server.listening(users=login_server.users()) as where, encrypted(login_server, where) as client:
        client.command_encoding = "latin-1"
        assert line(client, said) == code
        assert client.noop()[0] == 250


def test_a_login_can_be_broken_off(login_server: LoginServer) -> None:
    with login_server.listening(users=login_server.users()) as where, encrypted(login_server, where) as client:
        assert line(client, "AUTH LOGIN") == 334
        assert line(client, "*") == 501
        assert line(client, "AUTH PLAIN") == 334
        assert line(client, "no base64!") == 501
        assert client.noop()[0] == 250


def test_a_renewed_certificate_is_used_for_the_next_client_and_a_broken_one_is_not(tmp_path: Path) -> None:
    login_server = LoginServer(tmp_path)
    certificate = login_server.certificate()
    before = certificate.context
    (tmp_path / "chain.pem").write_text("no certificate")
    with pytest.raises(ConfigError, match="cannot be used"):
        certificate.reload()
    assert certificate.context is before
    login_server.certificate()
    certificate.reload()
    assert certificate.context is not before


def test_a_certificate_s_key_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    certificate = LoginServer(tmp_path).certificate()
    (tmp_path / "chain.pem").chmod(0o644)
    with pytest.raises(ConfigError, match="everybody can read or change") as caught:
        certificate.reload()
    assert "chmod 0640" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "mode", "complaint"),
    [
        ("jayla:wet paint\n", 0o600, "something else in line 1"),
        ("", 0o604, "read by everybody"),
        (None, 0o600, "cannot be read"),
    ],
)
def test_a_users_file_that_cannot_be_meant_is_an_error(
    tmp_path: Path, text: str | None, mode: int, complaint: str
) -> None:
    path = tmp_path / "users"
    if text is not None:
        path.write_text(text)
        path.chmod(mode)
    with pytest.raises(ConfigError, match=complaint):
        Users(path)


def test_a_password_is_kept_as_a_hash_with_a_salt_of_its_own() -> None:
    first, second = hashed("jayla", "wet paint"), hashed("jayla", "wet paint")
    assert first != second
    assert "wet paint" not in first
    with pytest.raises(ValueError, match="no colon"):
        hashed("jay:la", "x")


def test_wrong_passwords_are_forgotten_an_hour_after_the_first_without_another_one() -> None:
    failures, begun = LoginFailures(), 5_000.0
    for number in range(limits.LOGIN_FAILURES_PER_PEER_MAX):
        assert not failures.are_too_many("192.0.2.7", begun + number)
        failures.count("192.0.2.7", begun + number)
    assert failures.are_too_many("192.0.2.7", begun + limits.LOGIN_FAILURES_S)
    assert not failures.are_too_many("192.0.2.9", begun + limits.LOGIN_FAILURES_S)
    assert not failures.are_too_many("192.0.2.7", begun + limits.LOGIN_FAILURES_S + 1)
