"""Delivery reports in all common forms, about any of our mails."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from email.message import EmailMessage

Report = Callable[[EmailMessage, str], bytes]
REASON = "550 5.1.1 no such mailbox here"


def head_of(mail: EmailMessage, *names: str) -> str:
    """Return the header of a mail, or some of its fields, as a mail system returns it."""
    kept = [(name, value) for name, value in mail.items() if not names or name.lower() in names]
    return "".join(f"{name}: {value}\n" for name, value in kept)


def dsn(
    mail: EmailMessage, address: str, *, action: str = "failed", status: str = "5.1.1", said: str = REASON,
    returned: str | None = None, fields: str = "", original: str | None = None, text: str = "",
) -> bytes:  # fmt: skip
    """Return a report by RFC 3464 as Postfix writes it. `returned` is its third part, and `original` an alias."""
    third = returned if returned is not None else f"Content-Type: message/rfc822\n\n{head_of(mail)}\nThe text.\n"
    recipient = f"Final-Recipient: rfc822; {address}\n"
    recipient += f"Original-Recipient: rfc822;{original}\n" if original else ""
    return (
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.com>\n"
        "To: incident-bot@example.com\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f"Message-ID: <report-{abs(hash((address, action, str(mail['Message-ID']))))}@mx.example.com>\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=b"\n\n'
        "--=b\nContent-Type: text/plain; charset=utf-8\n\n"
        f"This is the mail system. {text or 'I could not deliver it.'}\n\n"
        f"--=b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n{fields}\n"
        f"{recipient}Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n\n"
        f"--=b\n{third}\n--=b--\n"
    ).encode()


def delayed(mail: EmailMessage, address: str) -> bytes:
    return dsn(
        mail, address, action="delayed", status="4.3.0", said="451 4.3.0 try again later",
        returned=f"Content-Type: text/rfc822-headers\n\n{head_of(mail)}",
        text="Your message could not be delivered for more than 1 hour. It will be retried until it is 5 days old.",
    )  # fmt: skip


def plain(
    text: str, *, subject: str, sender: str = "MAILER-DAEMON@mx.example.com", more: str = "", null: bool = True
) -> bytes:
    """Return a report that consists only of text."""
    path = "Return-Path: <>\n" if null else "Return-Path: <bounces@mx.example.com>\n"
    return (
        f"{path}From: {sender}\nTo: incident-bot@example.com\nSubject: {subject}\n"
        f"Message-ID: <plain-{abs(hash(text))}@mx.example.com>\n{more}MIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    ).encode()


def qmail(mail: EmailMessage, address: str) -> bytes:
    return plain(
        "Hi. This is the qmail-send program at mx.example.com.\nI'm afraid I wasn't able to deliver your message to "
        "the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{address}>:\n{REASON}. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
        f"Return-Path: <incident-bot@example.com>\n{head_of(mail)}\nTo: nobody@example.com\n",
        subject="failure notice",
    )


def exim(mail: EmailMessage, address: str) -> bytes:
    return plain(
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        f"delivered to one or more of its\nrecipients. The following address(es) failed:\n\n  {address}\n"
        f"    host mx.example.net [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<{address}>:\n"
        f"    {REASON}\n\n------ This is a copy of the message, including all the headers. ------\n\n{head_of(mail)}",
        subject="Mail delivery failed: returning message to sender",
        more=f"X-Failed-Recipients: {address}\nAuto-Submitted: auto-replied\n",
    )


def exchange(mail: EmailMessage, address: str) -> bytes:
    return plain(
        "Your message did not reach some or all of the intended recipients.\n\n"
        f"      Subject:\t{mail['Subject']}\n      Sent:\t20/11/2026 14:20\n\n"
        "The following recipient(s) cannot be reached:\n\n"
        f"      '{address}' on 20/11/2026 14:21\n            {REASON} #SMTP#\n\n"
        "Original message headers:\n\nReceived: from relay.example.com by mx.example.com\n"
        f"{head_of(mail, 'to', 'cc', 'subject', 'message-id')}",
        subject=f"Undeliverable: {mail['Subject']}", sender="Postmaster <postmaster@mx.example.com>", null=False,
    )  # fmt: skip


def gmail(mail: EmailMessage, address: str) -> bytes:
    return plain(
        f"Delivery to the following recipient failed permanently:\n\n     {address}\n\n"
        f"Technical details of permanent failure:\nThe error that the other server returned was:\n{REASON}\n\n"
        f"----- Original message -----\n\n{head_of(mail)}\n----- End of message -----",
        subject="Delivery Status Notification (Failure)",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        more=f"X-Failed-Recipients: {address}\nIn-Reply-To: {mail['Message-ID']}\n",
    )


def sendmail(mail: EmailMessage, address: str) -> bytes:
    return plain(
        "The original message was received at Fri, 20 Nov 2026 14:20:00 GMT\n\n"
        f"   ----- The following addresses had permanent fatal errors -----\n<{address}>\n    (reason: {REASON})\n\n"
        f"   ----- Transcript of session follows -----\n>>> RCPT To:<{address}>\n<<< {REASON}\n\n"
        f"   ----- Original message follows -----\n{head_of(mail)}",
        subject="Returned mail: see transcript for details",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>",
    )


def unmarked(mail: EmailMessage, address: str) -> bytes:
    """Return a report from an ordinary address, which only its subject and text show to be one."""
    return plain(
        f"Your mail to {address} could not be delivered: {REASON}\n\n> {head_of(mail, 'from', 'message-id')}",
        subject="Delivery failure", sender="Gateway <gateway@example.net>", null=False,
    )  # fmt: skip


def in_mixed(mail: EmailMessage, address: str) -> bytes:
    """Return a report to which a filter added text, and which lost its null reverse-path."""
    inner = dsn(mail, address).decode()
    kind = re.search(r"Content-Type: multipart/report;.*", inner)
    assert kind is not None
    body = inner.partition("\n\n")[2]
    return (
        "From: Mail gateway <gateway@example.net>\nTo: incident-bot@example.com\nSubject: Undeliverable mail\n"
        'Message-ID: <mixed@example.net>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=m"\n\n'
        "--=m\nContent-Type: text/plain\n\nThis mail comes from outside.\n\n"
        f"--=m\n{kind[0]}\n\n{body}\n--=m--\n"
    ).encode()


def headers_only(mail: EmailMessage, address: str) -> bytes:
    return dsn(mail, address, returned=f"Content-Type: text/rfc822-headers\n\n{head_of(mail, 'message-id', 'subject')}")


def encoded(mail: EmailMessage, address: str) -> bytes:
    wrapped = base64.encodebytes(f"{head_of(mail)}\nThe text.\n".encode()).decode()
    return dsn(
        mail, address, returned=f"Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n{wrapped}"
    )


def cut_off(mail: EmailMessage, address: str) -> bytes:
    """Return a report that ends in the middle of the returned header."""
    raw = dsn(mail, address)
    return raw[: raw.index(b"Message-ID: <", raw.index(b"message/rfc822")) + 80]


def field_only(mail: EmailMessage, address: str) -> bytes:
    """Return a report that returns only a field with the Message-ID."""
    return dsn(
        mail, address, returned="Content-Type: text/plain\n\n.", fields=f"X-Original-Message-ID: {mail['Message-ID']}\n"
    )


def passed_on(mail: EmailMessage, address: str) -> bytes:
    """Return a relay's report that encloses the report of another relay."""
    inner = dsn(mail, address).decode()
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@relay.example.com\nTo: incident-bot@example.com\n"
        "Subject: Fwd: Undelivered Mail Returned to Sender\nMessage-ID: <passed@relay.example.com>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="=p"\n\n--=p\nContent-Type: text/plain\n\nSee below.\n\n'
        f"--=p\nContent-Type: message/rfc822\n\n{inner}\n--=p--\n"
    ).encode()


def rejected_by_list(mail: EmailMessage, address: str, *, to: str = "incident-bot@example.com") -> bytes:
    """Return the notice by which a list manager rejects a post, under the subject of the post."""
    name, _, domain = address.partition("@")
    return (
        f"From: {name}-owner@{domain}\nTo: {to}\nSubject: {mail['Subject']}\nPrecedence: bulk\n"
        f"List-Id: <{name}.{domain}>\nMessage-ID: <rejected-{abs(hash(address))}@{domain}>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="=r"\n\n'
        "--=r\nContent-Type: text/plain\n\nThis list takes no posts from you: 550 5.1.1 no such mailbox here\n\n"
        "The list only has seven members.\n\n"
        f"--=r\nContent-Type: message/rfc822\n\n{head_of(mail)}\nThe text.\n--=r--\n"
    ).encode()


FAILURES: dict[str, Report] = {
    "dsn": dsn, "headers only": headers_only, "encoded": encoded, "cut off": cut_off, "field only": field_only,
    "in multipart/mixed": in_mixed, "passed on": passed_on, "qmail": qmail, "exim": exim, "exchange": exchange,
    "gmail": gmail, "sendmail": sendmail, "unmarked": unmarked,
}  # fmt: skip
