"""Sending to a relay that answers as the test says, over real sockets."""

from __future__ import annotations

import base64
import mailbox
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pytest
from patience import PATIENCE_S

from incidentmail.errors import ConfigError, RelayUnavailableError
from incidentmail.transport import smtp_client as smtp_out
from incidentmail.transport.relay_url import Relay, parse_relay
from incidentmail.transport.smtp_client import Delivery, Outgoing, Password, Reply, connect

RAW = b"From: incident-bot@example.com\r\nSubject: card payments fail\r\n\r\nSeverity 2.\r\n.hidden dot\r\n"
MAIL = Outgoing(reverse_path="bot@example.com", forward_paths=("a@example.com", "b@example.com"), raw=RAW)
Answer = str | Callable[[str], str] | None


class ScriptedRelay:
    """A relay that answers each verb from a table ("." is the end of DATA). None hangs up, and "" is silence."""

    TABLE: Mapping[str, Answer] = {
        "GREETING": "220 relay.example ESMTP",
        "EHLO": "250-relay.example\r\n250-SIZE 100000\r\n250-8BITMIME\r\n250 AUTH PLAIN",
        "MAIL": "250 ok",
        "RCPT": "250 ok",
        "DATA": "354 go on",
        ".": "250 2.0.0 Ok <new-id@relay.example>",
        "RSET": "250 ok",
        "QUIT": "221 bye",
        "AUTH": "235 welcome",
    }

    def __init__(self, **answers: Answer) -> None:
        self.answers = {**self.TABLE, **{("." if verb == "END" else verb): text for verb, text in answers.items()}}
        self.heard: list[str] = []
        self.mails: list[bytes] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.server.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self) -> ScriptedRelay:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.server.close()
        self.thread.join(PATIENCE_S)

    @property
    def relay(self) -> Relay:
        return parse_relay(self.url)

    def serve(self) -> None:
        self.server.settimeout(PATIENCE_S)
        client, _ = self.server.accept()
        with client, suppress(ConnectionError), client.makefile("rb") as lines:
            if not self.answer(client, "GREETING", ""):
                return
            for line in lines:
                verb, space, rest = line.decode("latin-1").rstrip("\r\n").partition(" ")
                verb = verb.upper()
                text = verb + space + rest
                self.heard.append(text)
                if not self.answer(client, verb, text):
                    return
                if verb == "DATA" and str(self.answers["DATA"]).startswith("354"):
                    data = b"".join(iter(lines.readline, b".\r\n"))
                    self.mails.append(data)
                    if not self.answer(client, ".", ""):
                        return

    def answer(self, client: socket.socket, verb: str, line: str) -> bool:
        answer = self.answers.get(verb, "500 what?")
        text = answer(line) if callable(answer) else answer
        if text:
            client.sendall(text.encode("utf-8") + b"\r\n")
        return text is not None


def no_password() -> str | None:
    return None


def send(
    relay: Relay, outgoing: Outgoing, *, password: Password, timeout_s: float, helo: str = "bot.example.com"
) -> Delivery:
    """Send one mail over a new connection."""
    with connect(relay, password=password, timeout_s=timeout_s, helo=helo) as session:
        return session.send(outgoing)


def deliver(relay: ScriptedRelay, outgoing: Outgoing = MAIL) -> Delivery:
    return send(relay.relay, outgoing, password=no_password, timeout_s=PATIENCE_S, helo="bot.example.com")


def test_a_mail_is_sent_with_its_size_and_stuffed_dots_and_the_reply_is_kept() -> None:
    with ScriptedRelay() as relay:
        delivery = deliver(relay)
    assert delivery.accepted == MAIL.forward_paths and not delivery.refused and not delivery.deferred
    assert delivery.reply == Reply(code=250, text="2.0.0 Ok <new-id@relay.example>")
    assert relay.heard[:2] == ["EHLO bot.example.com", f"MAIL FROM:<bot@example.com> SIZE={len(RAW)}"]
    assert relay.mails == [RAW.replace(b"\r\n.", b"\r\n..")]


def test_a_private_answer_goes_out_with_the_null_reverse_path() -> None:
    with ScriptedRelay() as relay:
        deliver(relay, Outgoing(reverse_path="", forward_paths=("a@example.com",), raw="Grüße\n".encode()))
    assert relay.heard[1] == "MAIL FROM:<> SIZE=9 BODY=8BITMIME"
    assert relay.mails == ["Grüße\r\n".encode()]


def test_a_relay_that_is_down_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(RelayUnavailableError, match="refused") as caught:
        send(parse_relay(f"smtp://127.0.0.1:{port}"), MAIL, password=no_password, timeout_s=PATIENCE_S)
    assert caught.value.relay == f"smtp://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("verb", "answer", "complaint"),
    [
        ("GREETING", "421 4.3.2 come again", "421 4.3.2 come again"),
        ("GREETING", "554 go away", "554 go away"),
        ("GREETING", "HTTP/1.1 400 Bad Request", "does not speak SMTP"),
        ("GREETING", None, "closed"),
        ("MAIL", "421 later", "421 later"),
        ("MAIL", "nonsense", "does not speak SMTP"),
        ("RCPT", "421 closing", "421 closing"),
        ("RCPT", None, "closed"),
        ("DATA", "421 later", "421 later"),
        ("DATA", None, "closed"),
        ("END", "421 disk full", "421 disk full"),
        ("END", None, "closed"),
    ],
)
def test_what_fails_for_the_whole_connection_is_unavailable(verb: str, answer: str | None, complaint: str) -> None:
    with ScriptedRelay(**{verb: answer}) as relay, pytest.raises(RelayUnavailableError, match=complaint):
        deliver(relay)


@pytest.mark.parametrize("verb", ["GREETING", "END"])
def test_a_relay_that_says_nothing_is_unavailable_after_the_timeout(verb: str) -> None:
    with ScriptedRelay(**{verb: ""}) as relay, pytest.raises(RelayUnavailableError, match="not answer in time"):
        send(relay.relay, MAIL, password=no_password, timeout_s=0.2)


def test_one_refused_and_one_deferred_recipient_do_not_keep_the_mail_from_the_third() -> None:
    answers = {"a@": "550 5.1.1 no such user", "b@": "450 4.2.1 greylisted", "c@": "250 ok"}
    outgoing = Outgoing(reverse_path="", forward_paths=("a@x.example", "b@x.example", "c@x.example"), raw=RAW)
    with ScriptedRelay(RCPT=lambda line: next(text for key, text in answers.items() if key in line)) as relay:
        delivery = deliver(relay, outgoing)
    assert delivery.accepted == ("c@x.example",)
    assert delivery.refused == (("a@x.example", Reply(code=550, text="5.1.1 no such user")),)
    assert delivery.deferred == (("b@x.example", Reply(code=450, text="4.2.1 greylisted")),)
    assert delivery.deferred[0][1].is_transient and not delivery.refused[0][1].is_transient
    assert len(relay.mails) == 1


def test_a_mail_that_nobody_is_accepted_for_is_not_sent() -> None:
    with ScriptedRelay(RCPT="550 no") as relay:
        delivery = deliver(relay)
    assert not delivery.accepted and len(delivery.refused) == 2 and delivery.reply is None
    assert "DATA" not in relay.heard


@pytest.mark.parametrize("verb", ["MAIL", "DATA", "END"])
def test_a_permanent_refusal_of_the_mail_is_a_refusal_for_each_recipient(verb: str) -> None:
    with ScriptedRelay(**{verb: "554 5.7.1 not wanted"}) as relay:
        delivery = deliver(relay)
    reply = Reply(code=554, text="5.7.1 not wanted")
    assert not delivery.accepted
    assert delivery.refused == (("a@example.com", reply), ("b@example.com", reply))


@pytest.mark.parametrize("verb", ["MAIL", "DATA", "END"])
def test_a_mail_that_is_to_come_later_is_deferred_for_each_recipient(verb: str) -> None:
    with ScriptedRelay(**{verb: "452 4.3.1 disk full"}) as relay:
        delivery = deliver(relay)
    reply = Reply(code=452, text="4.3.1 disk full")
    assert not delivery.accepted and not delivery.refused
    assert delivery.deferred == (("a@example.com", reply), ("b@example.com", reply))


def test_a_relay_that_hangs_up_after_its_refusal_has_still_refused() -> None:
    with ScriptedRelay(END="554 5.7.1 spam", QUIT=None, RSET=None) as relay:
        assert len(deliver(relay).refused) == 2


def test_a_reply_is_one_printable_line_of_at_most_500_characters() -> None:
    with ScriptedRelay(END="550-5.7.1 \x1b]0;evil\x07 \u202e\r\n550 " + "x" * 900) as relay:
        delivery = deliver(relay)
    assert delivery.reply is not None
    assert delivery.reply.text.startswith("5.7.1 ]0;evil xxx") and len(delivery.reply.text) == 500


def test_a_session_takes_several_mails_and_resets_after_a_refusal() -> None:
    replies = iter(["550 no", "250 ok", "250 ok"])
    one = Outgoing(reverse_path="bot@example.com", forward_paths=("a@example.com",), raw=RAW)
    with ScriptedRelay(RCPT=lambda _: next(replies)) as relay:
        with connect(relay.relay, password=no_password, timeout_s=PATIENCE_S, helo="bot.example.com") as session:
            assert [bool(session.send(one).accepted) for _ in range(3)] == [False, True, True]
        relay.thread.join(PATIENCE_S)
    assert [line.partition(" ")[0] for line in relay.heard] == [
        *("EHLO", "MAIL", "RCPT", "RSET"),
        *("MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"),
    ]


@pytest.mark.parametrize(
    "address",
    ["a@x\r\nRCPT TO:<evil@x.example>", "boss@corp.example <evil@x.example>", "j\u00f6rg@example.com", "a,b@x.example"],
)
def test_an_address_that_is_not_plain_ascii_never_reaches_the_wire(address: str) -> None:
    with ScriptedRelay() as relay:
        delivery = deliver(relay, Outgoing(reverse_path="", forward_paths=(address, "b@example.com"), raw=RAW))
        assert delivery.accepted == ("b@example.com",)
        ((refused, reply),) = delivery.refused
        assert refused == address and reply.code == 553 and reply.text.isprintable()
    with ScriptedRelay() as relay:
        assert not deliver(relay, Outgoing(reverse_path=address, forward_paths=("b@x.example",), raw=RAW)).accepted
    assert not any("evil" in line or "MAIL" in line for line in relay.heard)


def test_starttls_that_is_not_offered_is_a_failure_and_nothing_is_sent() -> None:
    with ScriptedRelay() as relay, pytest.raises(RelayUnavailableError) as caught:
        url = relay.url.replace("smtp://", "smtp+starttls://")
        send(parse_relay(url), MAIL, password=no_password, timeout_s=PATIENCE_S)
    assert "STARTTLS" in str(caught.value.hint)
    assert not any(line.startswith("MAIL") for line in relay.heard)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_relay_that_cannot_do_tls_gets_no_mail(scheme: str) -> None:
    with (
        ScriptedRelay(EHLO="250-x\r\n250 STARTTLS", STARTTLS="220 go\r\nnot a handshake") as relay,
        pytest.raises(RelayUnavailableError),
    ):
        send(parse_relay(relay.url.replace("smtp:", f"{scheme}:")), MAIL, password=no_password, timeout_s=PATIENCE_S)
    assert not relay.mails


def test_the_password_is_asked_for_where_the_url_names_a_user() -> None:
    with ScriptedRelay() as relay:
        user = parse_relay(relay.url.replace("//", "//mara%40example.com@"))
        assert send(user, MAIL, password=lambda: "s3cret", timeout_s=PATIENCE_S).accepted
    auth = next(line for line in relay.heard if line.startswith("AUTH PLAIN"))
    assert base64.b64decode(auth.split()[2]) == b"\0mara@example.com\0s3cret"
    with pytest.raises(ConfigError, match="no password") as caught:
        send(user, MAIL, password=no_password, timeout_s=PATIENCE_S)
    assert "password_command" in str(caught.value.hint)


def test_a_wrong_password_is_unavailable_with_a_hint_and_is_not_shown() -> None:
    with ScriptedRelay(AUTH="535 5.7.8 no") as relay, pytest.raises(RelayUnavailableError, match="535") as caught:
        send(parse_relay(relay.url.replace("//", "//mara@")), MAIL, password=lambda: "s3cret", timeout_s=PATIENCE_S)
    with ScriptedRelay() as relay, pytest.raises(RelayUnavailableError, match="plain ASCII") as second:
        send(parse_relay(relay.url.replace("//", "//mara@")), MAIL, password=lambda: "s3crét", timeout_s=PATIENCE_S)
    assert "s3cr" not in str(second.value)
    assert "password" in str(caught.value.hint) and "s3cr" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1", ("smtp", "127.0.0.1", 25, None, "smtp://127.0.0.1:25")),
        ("smtp://[::1]:2525", ("smtp", "::1", 2525, None, "smtp://[::1]:2525")),
        ("smtps://bot@mx.example.com", ("smtps", "mx.example.com", 465, "bot", "smtps://bot@mx.example.com:465")),
        ("smtp+starttls://b%40x@mx", ("smtp+starttls", "mx", 587, "b@x", "smtp+starttls://b%40x@mx:587")),
        ("maildir:///var/mail/x", ("maildir", "", 0, None, "maildir:///var/mail/x")),
    ],
)
def test_a_relay_is_read_from_its_url(url: str, expected: tuple[object, ...]) -> None:
    relay = parse_relay(url)
    assert (relay.scheme, relay.host, relay.port, relay.user, relay.url) == expected


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mx.example.com:25", "a relay is smtp://"),
        ("https://mx.example.com", "a relay is smtp://"),
        ("smtps://bot:s3cret@mx.example.com", "must not hold a password"),
        ("smtps://bot:s3/cr@et@mx.example.com", "must not hold a password"),
        ("smtp://bot@mx.example.com", "in the clear"),
        ("smtp://", "needs a host"),
        ("smtp://mx.example.com:0", "needs a host"),
        ("smtp://mx.example.com/path?x=1", "nothing behind"),
        ("smtp://mx.example.com:smtp", "cannot be read"),
        ("maildir://relative", "absolute path"),
    ],
)
def test_a_relay_url_that_cannot_be_meant_says_what_is_wrong_without_the_password(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        parse_relay(url)
    assert "s3" not in str(caught.value)


def test_a_maildir_relay_stores_what_mailbox_can_read(tmp_path: Path) -> None:
    relay = parse_relay(f"maildir://{tmp_path}/out")
    for _ in range(2):
        assert send(relay, MAIL, password=no_password, timeout_s=PATIENCE_S).accepted == MAIL.forward_paths
    stored = list(mailbox.Maildir(tmp_path / "out", create=False))
    assert len(stored) == 2
    assert stored[0]["Return-Path"] == "<bot@example.com>"
    assert stored[0].get_all("Delivered-To") == ["a@example.com", "b@example.com"]
    files = list((tmp_path / "out" / "new").iterdir())
    assert files[0].read_bytes().endswith(RAW.replace(b"\r\n", b"\n"))
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {(tmp_path / "out" / name).stat().st_mode & 0o777 for name in ("cur", "new", "tmp")} == {0o700}
    assert not list((tmp_path / "out" / "tmp").iterdir())


def test_a_maildir_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RelayUnavailableError, match="cannot write to the maildir"):
        send(parse_relay(f"maildir://{tmp_path}/file"), MAIL, password=no_password, timeout_s=PATIENCE_S)


def test_a_relay_that_trickles_for_ever_is_left_after_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_out, "STEP_S_MAX", 0.5)
    cut_off = threading.Event()

    def trickle(server: socket.socket) -> None:
        client, _ = server.accept()
        with client, suppress(OSError):
            client.sendall(b"220 slow\r\n")
            for _ in range(int(PATIENCE_S / 0.05)):
                try:
                    client.sendall(b"250-still talking\r\n")
                except OSError:
                    cut_off.set()
                    return
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=trickle, args=(server,), daemon=True)
        thread.start()
        with pytest.raises(RelayUnavailableError):
            url = f"smtp://127.0.0.1:{server.getsockname()[1]}"
            send(parse_relay(url), MAIL, password=no_password, timeout_s=PATIENCE_S)
        thread.join(PATIENCE_S)
    assert cut_off.is_set()
