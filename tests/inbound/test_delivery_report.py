"""Delivery reports in all forms are read, and no bytes break the parser."""

from __future__ import annotations

import random
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import reports
from hypothesis import given
from hypothesis import strategies as st
from steps import steps

from incidentmail.inbound.delivery_report import read_report
from incidentmail.inbound.report_text import read_text

ID = "<k3xq7d.abcdef.4.aaaabbbbcc@example.com>"
WHO = "bo@example.com"


def sent() -> EmailMessage:
    raw = (
        f"From: Incidents <incident-bot@example.com>\nTo: {WHO}\nReply-To: incidents@example.com\n"
        f"Subject: Re: Checkout is down\nMessage-ID: {ID}\n"
        "References: <k3xq7d.abcdef.0.aaaabbbbcc@example.com>\n\nText.\n"
    ).encode()
    return message_from_bytes(raw, _class=EmailMessage, policy=policy.default)


@pytest.mark.parametrize("form", reports.FAILURES)
def test_every_form_says_which_mail_failed_for_whom_and_why(form: str) -> None:
    report = read_report(reports.FAILURES[form](sent(), WHO))
    assert report is not None
    assert report.original_ids[0] == ID
    (recipient,) = report.recipients
    assert (recipient.addresses, recipient.action, recipient.status) == ((WHO,), "failed", "5.1.1")
    assert "no such mailbox here" in recipient.diagnostic


def test_a_delay_is_no_failure() -> None:
    report = read_report(reports.delayed(sent(), WHO))
    assert report is not None and report.recipients[0].action == "delayed"


@pytest.mark.parametrize(
    "text",
    [
        f"Delivery to the following recipient has been delayed:\n\n  {WHO}\n\nIt will be retried for 2 more days",
        f"THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n<{WHO}>: 451 4.4.1 not answering",
        f"Die Zustellung an {WHO} wurde verzögert: 421 4.4.2 Verbindung verloren",
    ],
)
def test_a_delay_that_is_only_text_is_no_failure(text: str) -> None:
    report = read_report(reports.plain(f"{text}\n\nMessage-ID: {ID}", subject="Warning"))
    assert report is not None and [one.action for one in report.recipients] == ["delayed"]


def test_each_recipient_of_one_report_is_told_apart() -> None:
    raw = reports.dsn(sent(), WHO).replace(
        b"Action: failed",
        b"Action: relayed\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; ann@example.com\nAction: failed",
    )
    report = read_report(raw)
    assert report is not None
    assert [(one.addresses, one.action) for one in report.recipients] == [
        ((WHO,), "relayed"),
        (("ann@example.com",), "failed"),
    ]


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("rfc822; <Bo@Example.com>", "bo@example.com"),
        ("bo@example.com", "bo@example.com"),
        ("utf-8; bo@example.com", "bo@example.com"),
        ("rfc822; bo+2Btag@example.com", "bo+tag@example.com"),
    ],
)
def test_addresses_are_read_in_the_forms_that_servers_write(value: str, address: str) -> None:
    raw = reports.dsn(sent(), WHO).replace(f"rfc822; {WHO}".encode(), value.encode())
    report = read_report(raw)
    assert report is not None and address in report.recipients[0].addresses


def test_an_address_of_the_returned_mail_itself_is_not_what_failed() -> None:
    report = read_report(reports.qmail(sent(), WHO))
    assert report is not None and [one.addresses for one in report.recipients] == [(WHO,)]


@pytest.mark.parametrize(
    "text",
    ["I am on holiday until Monday.", "Your mailbox is nearly full.", "Your post waits for the moderator's approval."],
)
def test_what_says_nothing_about_delivery_is_no_report(text: str) -> None:
    assert read_report(reports.plain(text, subject="Hello")) is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("This list takes no posts from you.\n\nIt has seven members.", "This list takes no posts from you."),
        ("Rejected for these reasons:\n\nYou are not on the list.\n\nBye.", "reasons: You are not on the list."),
    ],
)
def test_why_a_list_rejects_a_post_is_what_it_says_first(said: str, reason: str) -> None:
    raw = reports.rejected_by_list(sent(), "incidents@example.com").decode()
    old = raw[raw.index("This list takes") : raw.index("\n\n--=r\nContent-Type: message")]
    report = read_report(raw.replace(old, said).encode(), by_list="incidents@example.com")
    assert report is not None
    assert report.recipients[0].diagnostic.endswith(reason)


def test_of_a_report_with_too_many_parts_those_within_the_bounds_are_read() -> None:
    spare = "".join(f"--=b\nContent-Type: text/plain\n\npicture {number}\n" for number in range(200))
    raw = reports.dsn(sent(), WHO).replace(b"\n--=b--", f"\n{spare}--=b--".encode())
    report = read_report(raw)
    assert report is not None and report.original_ids[0] == ID
    assert [one.addresses for one in report.recipients] == [(WHO,)]


def test_a_report_about_many_recipients_names_the_first_of_them_and_the_mail() -> None:
    blocks = "".join(
        f"Final-Recipient: rfc822; p{number}@example.com\nAction: failed\nStatus: 5.1.1\n\n" for number in range(500)
    )
    raw = reports.dsn(sent(), WHO).replace(b"Final-Recipient", f"{blocks}Final-Recipient".encode(), 1)
    report = read_report(raw)
    assert report is not None and report.original_ids[0] == ID
    assert len(report.recipients) == 100 and report.recipients[0].addresses == ("p0@example.com",)


def test_parts_deep_inside_others_end_the_reading_and_break_nothing() -> None:
    raw = "From: MAILER-DAEMON@mx.example.com\n"
    for depth in range(2000):
        raw += f'Content-Type: multipart/mixed; boundary="{depth}"\n\n--{depth}\n'
    assert read_report(raw.encode()) is None


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(sorted(reports.FAILURES)))
def test_no_damage_breaks_the_reading(seed: int, form: str) -> None:
    chance, raw = random.Random(seed), bytearray(reports.FAILURES[form](sent(), WHO))
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(len(raw))
        raw[at : at + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
    read_report(bytes(raw))


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw: bytes) -> None:
    read_report(raw)
    read_report(b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n" + raw)


@pytest.mark.parametrize(
    "line", ["a" * 300 + "\n", "@" * 300 + "\n", "x@" * 150 + "\n", "<x@y.example> 550 5.1.1\n", "\n"]
)
def test_the_work_grows_no_faster_than_the_text(line: str) -> None:
    few, many = line * 50, line * 200
    least = steps(lambda: read_text(few, subject="failed permanently"))
    assert steps(lambda: read_text(many, subject="failed permanently")) < 6 * least
