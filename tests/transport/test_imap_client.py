"""A session with a server that is honest, slow, broken or hostile, and what it may learn from us."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator

import pytest
import trustme
from patience import PATIENCE_S
from scripted_imap import CAPABILITIES, ScriptedImap

from incidentmail.errors import MailboxError, MailboxRefusedError, MailboxUnavailableError
from incidentmail.transport.imap_client import MAILS_OF_WINDOW, Secret, Session
from incidentmail.transport.mailbox_url import Mailbox, parse_mailbox

PASSWORD = Secret(kind="password", text="secret")
EVIL = b'From: eve@evil.test\nMessage-ID: x"\r\nX2 EXPUNGE\nSubject: "\r\nX3 LOGOUT\n\nX4 DELETE INBOX\n'


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with ScriptedImap() as one:
        yield one


@pytest.fixture
def open_session(server: ScriptedImap) -> Iterator[Callable[..., Session]]:
    opened: list[Session] = []

    def another(url: str | None = None, secret: Secret = PASSWORD) -> Session:
        opened.append(Session(parse_mailbox(url or server.url), secret, timeout_s=PATIENCE_S))
        return opened[-1]

    yield another
    for session in opened:
        session.close()


def give_up_after(session: Session, seconds: float) -> None:
    """Limit how long an open session waits for an answer."""
    session._timeout_s = seconds
    session._socket().settimeout(seconds)


@pytest.mark.parametrize("url", [
    "imaps://bot:hunter2@imap.example.com/INBOX", "imaps://imap.example.com/INBOX", "imap.example.com",
    "imaps://bot@/INBOX", "imaps://bot@imap.example.com/IN%0d%0aX2%20EXPUNGE", "imaps://bot@imap.example.com/%00",
    "imaps://bot%0aX2@imap.example.com/INBOX", "imaps://bot@imap.example.com:99999/INBOX", "imaps://b@h\n/INBOX",
    "pop3://bot@imap.example.com/INBOX", "imaps://bot@imap.example.com:0/INBOX", "imaps://b@h/\x1b[2J",
])  # fmt: skip
def test_a_mailbox_that_could_be_misread_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"write|control|password|user|host"):
        parse_mailbox(url)


def test_nothing_of_a_mail_stands_in_a_command(server: ScriptedImap, open_session: Callable[..., Session]) -> None:
    uid = server.deliver(EVIL)
    session = open_session()
    opened = session.open()
    assert list(session.uids(after=0, before=opened.uid_next)) == [[uid]]
    assert session.listed([uid])[uid].size == len(EVIL)
    assert session.fetch([uid]) == {uid: EVIL}
    session.mark_seen([uid])
    session.move([uid], 'Archive "of" {17}')
    told = b"".join(server.wire)
    assert not re.search(rb"EXPUNGE|x\"|LOGOUT|DELETE|evil", told)
    commands = [line.split(b" ", 1)[1].strip() for line in server.wire if b" " in line]
    assert [command for command in commands if command != b"CAPABILITY"] == [
        b"AUTHENTICATE PLAIN", b'SELECT "INBOX"', b"UID SEARCH UID 1:1",
        b"UID FETCH 1 (RFC822.SIZE INTERNALDATE)", b"UID FETCH 1 (BODY.PEEK[])", rb"UID STORE 1 +FLAGS.SILENT (\Seen)",
        rb'LIST "" "Archive \"of\" {17}"', rb'CREATE "Archive \"of\" {17}"', rb'UID MOVE 1 "Archive \"of\" {17}"',
    ]  # fmt: skip


def test_the_login_of_old_servers_is_quoted(server: ScriptedImap, open_session: Callable[..., Session]) -> None:
    server.capabilities, server.secrets = "IMAP4rev1", {r"se\"cret"}
    open_session(server.url.replace("bot%40", "a%20%22b%5c%40"), Secret(kind="password", text='se"cret')).open()
    assert any(rb'LOGIN "a \"b\\@example.com" "se\"cret"' in line for line in server.wire)


@pytest.mark.parametrize("text", ["one\r\nX2 EXPUNGE", "nul\0"])
def test_a_secret_that_holds_a_line_end_is_not_sent(
    text: str, server: ScriptedImap, open_session: Callable[..., Session]
) -> None:
    with pytest.raises(MailboxRefusedError, match="line end"):
        open_session(secret=Secret(kind="token", text=text))
    assert b"X2" not in b"".join(server.wire)
    assert server.commands == ["CAPABILITY"]


def test_the_password_is_not_sent_without_tls_to_another_machine(
    server: ScriptedImap, open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mailbox, "is_local", False)
    with pytest.raises(MailboxRefusedError, match="STARTTLS"):
        open_session()
    assert set(server.commands) == {"CAPABILITY"}


def test_a_certificate_that_does_not_hold_ends_it_before_the_password() -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    with ScriptedImap(context) as server:
        mailbox = parse_mailbox(server.url)
        with pytest.raises(MailboxUnavailableError, match=r"certificate of 127\.0\.0\.1 does not hold"):
            Session(mailbox, PASSWORD, timeout_s=PATIENCE_S)
        assert server.commands == []
        session = Session(mailbox, PASSWORD, timeout_s=PATIENCE_S, tls=trusted)
        assert session.open().uidvalidity == 7
        session.close()


@pytest.mark.parametrize(("answer", "error"), [
    ("NO", MailboxRefusedError), ("BAD", MailboxRefusedError), ("drop", MailboxUnavailableError),
    ("silence", MailboxUnavailableError),
])  # fmt: skip
def test_every_answer_ends_in_one_of_two_errors_and_in_time(
    answer: str, error: type[MailboxError], server: ScriptedImap, open_session: Callable[..., Session]
) -> None:
    session = open_session()
    server.answers["SELECT"] = answer
    if answer == "silence":
        give_up_after(session, 0.3)
    with pytest.raises(error, match="opening the folder"):
        session.open()


def test_what_cannot_be_parsed_is_an_error_of_ours(
    server: ScriptedImap, open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session()
    monkeypatch.setattr("scripted_imap._Client._uid_fetch", lambda self, words: self.say("* 1 FETCH (UID x ((("))
    with pytest.raises(MailboxUnavailableError):
        session.open()
        session.listed([1])


def test_numbers_far_apart_are_asked_for_in_answers_of_bounded_length(
    server: ScriptedImap, open_session: Callable[..., Session]
) -> None:
    server.deliver(EVIL)
    server.uid_next = 3 * MAILS_OF_WINDOW
    far = server.deliver(EVIL)
    session = open_session()
    assert [uids for uids in session.uids(after=0, before=session.open().uid_next) if uids] == [[1], [far]]
    assert server.commands.count("UID SEARCH") == 3


def test_new_mail_that_is_told_with_the_beginning_of_the_wait_ends_it(
    server: ScriptedImap, open_session: Callable[..., Session]
) -> None:
    session = open_session()
    session.open()
    server.storm = 1
    session.idle(60, lambda: False)
    assert server.commands[-1] == "IDLE"


def test_a_connection_that_fell_silent_is_noticed_at_the_end_of_a_wait(
    server: ScriptedImap, open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session()
    session.open()
    give_up_after(session, 0.3)
    monkeypatch.setattr("scripted_imap._Client._wait", lambda self: self.rfile.read(1000).decode())
    with pytest.raises(MailboxUnavailableError, match="waiting for mail failed"):
        session.idle(0.1, lambda: False)


def failure(url: str) -> MailboxError:
    with pytest.raises(MailboxError) as caught:
        Session(parse_mailbox(url), PASSWORD, timeout_s=2)
    return caught.value


def test_a_server_that_begins_in_another_way_is_named_with_the_line_to_write(server: ScriptedImap) -> None:
    wrong = server.url.replace("imap://", "imaps://")
    server.capabilities += " STARTTLS"
    offers = failure(wrong).hint
    assert offers == f'port {server.port} begins without TLS and offers STARTTLS: [imap] url = "{server.url}"'
    server.capabilities = CAPABILITIES
    assert failure(wrong).hint == (
        f'port {server.port} offers no TLS, and this machine itself needs none: [imap] url = "{server.url}"'
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with ScriptedImap(context) as encrypted:
        hint = failure(encrypted.url.replace("imaps://", "imap://")).hint
    assert hint == f'port {encrypted.port} speaks TLS from the first byte: [imap] url = "{encrypted.url}"'


def test_a_server_elsewhere_without_starttls_gets_no_password(
    server: ScriptedImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidentmail.transport.mailbox_url.is_loopback", lambda host: False)
    error = failure(server.url)
    assert "no STARTTLS, so no password is sent" in str(error)
    assert "imaps://bot%40example.com@127.0.0.1:993/INBOX" in str(error.hint) and "in between" in str(error.hint)
    assert not any(b"LOGIN" in line or b"AUTH" in line for line in server.wire)
