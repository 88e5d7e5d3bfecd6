"""The stand-in list changes a post as a real list does, over real sockets."""

from __future__ import annotations

import asyncio
import mailbox
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from patience import PATIENCE_S

from incidentmail.demo.standin_list import StandInList
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp.listen_address import parse_listen
from incidentmail.transport.smtp.listener import Listener

Mails = list[tuple[bytes, Envelope]]

LIST = "incidents@example.com"
FOOTER = "_______________\nIncidents mailing list\n"
POST = (
    b"From: Mara Lindqvist <mara@example.com>\r\nTo: incidents@example.com\r\nSubject: card payments fail\r\n"
    b"Date: Fri, 20 Nov 2026 14:20:00 +0000\r\nMessage-ID: <k3f9qa.home.1.mac@example.com>\r\n"
    b"References: <earlier@example.com>\r\nAuto-Submitted: auto-generated\r\nIncident-Severity: 2\r\n"
    b"Reply-To: incident-bot+k3f9qa@example.com\r\n\r\nSeverity 2.\r\n"
)


@contextmanager
def listening(
    protocol: str = "smtp", port: int = 0
) -> Iterator[tuple[tuple[str, str, int], list[tuple[bytes, Envelope]]]]:
    """Run one of our listeners in a thread. Yield it with the mail that it accepted."""
    mails: Mails = []
    loop = asyncio.new_event_loop()

    async def accept(raw: bytes, envelope: Envelope) -> None:
        mails.append((raw, envelope))

    address = parse_listen("lmtp" if protocol == "lmtp" else "smtp", f"127.0.0.1:{port}")
    listener = Listener(accept, address, hostname="mx.example.com")
    loop.run_until_complete(listener.start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        assert not isinstance(listener.bound, str)
        yield (protocol, *listener.bound), mails
    finally:
        asyncio.run_coroutine_threadsafe(listener.stop(), loop).result(PATIENCE_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_S)
        loop.close()


def post(where: tuple[str, int], *recipients: str, raw: bytes = POST) -> None:
    with smtplib.SMTP(*where, local_hostname="laptop.example.com", timeout=PATIENCE_S) as client:
        assert not client.sendmail("mara@example.com", recipients, raw)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def copy_of(raw: bytes, *, prefix: str | None = None, footer: str | None = None, **habits: bool) -> Message:
    return message_from_bytes(list_copy(raw, ListStyle(address=LIST, prefix=prefix, footer=footer, **habits)))


def test_a_post_reaches_every_subscriber_and_listener_with_the_list_s_envelope(tmp_path: Path) -> None:
    subscribers = {"jayla@example.com": tmp_path / "jayla", "bo@example.com": tmp_path / "bo"}
    with listening() as (also, mails), StandInList(LIST, subscribers=subscribers, also=[also]) as standin:
        post(standin.where, LIST)
        (sent,) = standin.wait_for(1, PATIENCE_S)
        until(lambda: bool(mails))
        assert not standin.failures
    for path in subscribers.values():
        (stored,) = mailbox.Maildir(path, create=False)
        assert stored["Return-Path"] == "<incidents-bounces@example.com>"
        assert stored["Message-ID"] == "<k3f9qa.home.1.mac@example.com>"
    ((raw, envelope),) = mails
    assert raw == sent
    assert (envelope.reverse_path, envelope.forward_paths) == (
        "incidents-bounces@example.com",
        ("incident-bot@example.com",),
    )


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_a_reply_to_all_reaches_us_through_the_list_and_directly(protocol: str, tmp_path: Path) -> None:
    plus = ("incident-bot+k3f9qa.mac@example.com", "incident-bot@example.com")
    with listening(protocol) as (also, mails), StandInList(LIST, subscribers={}, also=[also]) as standin:
        post(standin.where, LIST, *plus)
        until(lambda: sum(len(envelope.forward_paths) for _, envelope in mails) == 3)
    direct = [(raw, envelope) for raw, envelope in mails if envelope.reverse_path == "mara@example.com"]
    assert len(direct) == (2 if protocol == "lmtp" else 1)
    assert {raw for raw, _ in direct} == {POST}
    assert {path for _, envelope in direct for path in envelope.forward_paths} == set(plus)


def test_private_mail_reaches_only_that_person_unchanged(tmp_path: Path) -> None:
    subscribers = {"jayla@example.com": tmp_path / "jayla", "bo@example.com": tmp_path / "bo"}
    with StandInList(LIST, subscribers=subscribers) as standin:
        post(standin.where, "Jayla@example.com")
        until(lambda: (tmp_path / "jayla" / "new").exists())
        post(standin.where, LIST)
        standin.wait_for(1, PATIENCE_S)
    (private, _) = sorted(mailbox.Maildir(tmp_path / "jayla", create=False), key=lambda mail: "List-Id" in mail)
    assert private["List-Id"] is None and private["Return-Path"] == "<mara@example.com>"
    assert len(list((tmp_path / "bo" / "new").iterdir())) == 1


@pytest.mark.parametrize("recipient", ["nobody@example.com", "incidents@elsewhere.example"])
def test_a_wrong_recipient_is_refused(recipient: str) -> None:
    with StandInList(LIST, subscribers={}, bot="incident-bot@example.com") as standin:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            post(standin.where, recipient)
        post(standin.where, "incidents-bounces@example.com")
        assert caught.value.recipients[recipient][0] == 550


def test_a_listener_that_is_down_gets_its_copy_when_it_is_up_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with StandInList(LIST, subscribers={}) as standin:
        standin.also.append(("smtp", "127.0.0.1", port))
        post(standin.where, LIST)
        standin.wait_for(1, PATIENCE_S)
        time.sleep(0.3)
        with listening(port=port) as (_, mails):
            until(lambda: len(mails) == 1)


def test_a_listener_that_stays_down_is_a_recorded_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    standin = StandInList(LIST, subscribers={}, also=[("smtp", "127.0.0.1", port)])
    post(standin.start(), LIST)
    standin.wait_for(1, PATIENCE_S)
    standin.stop()
    standin.stop()
    assert len(standin.failures) == 1 and "refused" in standin.failures[0]


def test_a_post_by_a_non_member_is_held_and_waiting_for_it_times_out() -> None:
    with StandInList(LIST, subscribers={}, members=["Bo@example.com"]) as standin:
        post(standin.where, LIST)
        post(standin.where, LIST, raw=POST.replace(b"mara@", b"bo@"))
        standin.wait_for(1, PATIENCE_S)
        assert standin.held == [POST]
        with pytest.raises(TimeoutError, match="1 posts instead of 2"):
            standin.wait_for(2, 0.05)


def test_a_copy_keeps_what_threads_need_and_gains_what_lists_add() -> None:
    copy, original = copy_of(POST, prefix="[incidents]"), message_from_bytes(POST)
    for name in ("From", "To", "Date", "Message-ID", "References", "Auto-Submitted", "Incident-Severity"):
        assert copy.get_all(name) == original.get_all(name)
    assert copy["Subject"] == "[incidents] card payments fail"
    assert copy["Reply-To"] == "incident-bot+k3f9qa@example.com, incidents@example.com"
    assert (copy["List-Id"], copy["Precedence"]) == ("<incidents.example.com>", "list")
    assert copy["List-Post"] == "<mailto:incidents@example.com>"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: AW: SV: [incidents] mail down", "[incidents] Re: mail down"),
        ("[incidents] RE[2]: mail down", "[incidents] Re: mail down"),
        ("WG: mail down", "[incidents] WG: mail down"),
        ("Regional outage", "[incidents] Regional outage"),
    ],
)
def test_reply_prefixes_are_collapsed(subject: str, expected: str) -> None:
    assert copy_of(b"Subject: " + subject.encode() + b"\r\n\r\nx\r\n", prefix="[incidents] ")["Subject"] == expected


def test_the_footer_stands_behind_plain_text_and_makes_other_text_base64() -> None:
    assert copy_of(POST, footer=FOOTER).get_payload() == ("Severity 2.\n" + FOOTER).replace("\n", "\r\n")
    head = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    copy = copy_of(head + "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\nFrom here\r\n".encode(), footer=FOOTER)
    assert copy["Content-Transfer-Encoding"] == "base64"
    assert copy.get_payload(decode=True) == ("Grüße\nFrom here\n" + FOOTER).encode()
    copy = copy_of(b"Subject: x\r\n\r\nFrom here\r\n", footer=FOOTER)
    assert str(copy.get_payload()).startswith(">From here")


def test_html_and_alternatives_are_wrapped_and_mixed_gets_one_part_more() -> None:
    html = copy_of(b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>sev 1</p>\r\n", footer=FOOTER)
    assert [part.get_content_type() for part in html.walk()] == ["multipart/mixed", "text/html", "text/plain"]
    body = b'boundary="b"\r\n\r\n--b\r\n\r\nsev 1\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>sev 1</p>\r\n--b--\r\n'
    both = copy_of(b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; " + body, footer=FOOTER)
    kinds = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/plain"]
    assert [part.get_content_type() for part in both.walk()] == kinds
    mixed = copy_of(b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; " + body, footer=FOOTER)
    assert [part.get_content_type() for part in mixed.walk()] == [
        "multipart/mixed",
        *("text/plain", "text/html", "text/plain"),
    ]


def test_a_munging_list_writes_in_its_own_name_and_copies_the_author() -> None:
    copy = copy_of(POST, munge=True)
    assert copy["From"] == "Mara Lindqvist via Incidents <incidents@example.com>"
    assert copy["Cc"] == "Mara Lindqvist <mara@example.com>"
    assert copy["Message-ID"] == "<k3f9qa.home.1.mac@example.com>"


def test_a_wrapping_list_sends_a_new_message_around_the_post() -> None:
    copy = copy_of(POST, wrap=True, prefix="[incidents]", footer=FOOTER)
    assert str(copy["Message-ID"]).endswith("@localhost>") and copy["References"] == "<earlier@example.com>"
    assert copy["Incident-Severity"] is None and "via Incidents" in str(copy["From"])
    kinds = ["multipart/mixed", "message/rfc822", "text/plain", "text/plain"]
    assert [part.get_content_type() for part in copy.walk()] == kinds
    inner = list(copy.walk())[2]
    assert (inner["Message-ID"], inner["Incident-Severity"]) == ("<k3f9qa.home.1.mac@example.com>", "2")


def test_an_anonymous_list_hides_the_author_and_gives_a_new_id() -> None:
    copy = list_copy(POST, ListStyle(address=LIST, anonymous=True))
    assert b"mara" not in copy.lower() and b"k3f9qa.home.1" not in copy
