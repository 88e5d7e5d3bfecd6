"""Only the mail of a listed sender can propose an incident, and none of its automatic answers or reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.inbound.alerts.standing import Standing, is_alert_form, standing
from incidentmail.inbound.authentication.author import Provenance, Roster
from incidentmail.inbound.authentication.results import Server
from incidentmail.inbound.message import Envelope, Message, parse_message

LISTED = "alerts@monitoring.example.com"
ROSTER = Roster(
    members=("*@example.com",), relays=("pipe", "unix"), list_address="incidents@example.com",
    own_address="incident-bot@example.com", alert_senders=(LISTED, "*@grafana.example.com"),
)  # fmt: skip
SERVER = Server(authserv_id="mx.example.com", profile="rfc8601", domains=("example.com",))
VERIFIED = Roster(
    members=ROSTER.members, relays=ROSTER.relays, list_address=ROSTER.list_address, own_address=ROSTER.own_address,
    alert_senders=ROSTER.alert_senders, verify="authentication-results", server=SERVER,
)  # fmt: skip
MACHINE = (
    "Auto-Submitted: auto-generated", "Auto-Submitted: auto-notified", "Auto-Submitted: auto-replied",
    "Precedence: bulk", "Precedence: junk", "Precedence: auto_reply", "X-Loop: x@example.com", "Return-Path: <>",
    "X-Autoreply: yes", "List-Id: <alerts.example.com>", "X-Failed-Recipients: bo@example.com",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "Content-Type: text/calendar",
    "X-Auto-Response-Suppress: All", "X-MS-Exchange-Inbox-Rules-Loop: a@example.com", "Feedback-ID: x",
)  # fmt: skip
SUBJECTS = (
    "[FIRING:1] Checkout", "** PROBLEM Host Alert: web1 is DOWN **", 'ALARM: "x" in EU (Ireland)', "DOWN | backup",
    "Problem: x", "Out of office", "Undelivered Mail Returned to Sender", "Delivery Status Notification (Failure)",
    "Recall: x", "Read: x", "Accepted: meeting", "Ticket 12 was opened", "Weekly report", "Build failed", "Re: hello",
)  # fmt: skip
FROMS = (
    "From: {0} <eve@evil.example>", 'From: "{0}" <eve@evil.example>', "From: {0}, eve@evil.example",
    "From: {0}\nFrom: eve@evil.example", "From: eve@evil.example\nSender: {0}", "From: eve@evil.example\nReply-To: {0}",
    "From: alerts@evil-monitoring.example.com", "From: alerts@monitoring.example.com.evil.example",
    "From: alerts@sub.monitoring.example.com", "From: group: {0};", "From: =?utf-8?q?alerts?=@monitoring.example.com",
    "From: alerts+x@monitoring.example.com", "From: a@x.grafana.example.com", "From: ", "From: <>",
    "From: incidents@example.com\nList-Post: <mailto:incidents@example.com>\nReply-To: {0}",
    "From: MAILER-DAEMON", "From: root@web1", "From: jayla@example.com", "From: aIerts@monitoring.example.com",
)  # fmt: skip


def mail(fields: str, text: str = "x", envelope: Envelope | None = None) -> Message:
    return parse_message(f"{fields}\n\n{text}\n".encode(), envelope or Envelope(way="pipe"))


def standing_of(message: Message, roster: Roster = ROSTER, *, is_secret: bool = False) -> Standing | None:
    return standing(Provenance(message=message, roster=roster), is_secret=is_secret)


@given(st.sampled_from(FROMS), st.lists(st.sampled_from(MACHINE), max_size=5), st.sampled_from(SUBJECTS), st.booleans())
def test_the_mail_of_a_sender_that_is_not_listed_never_counts(
    sender: str, fields: list[str], subject: str, is_secret: bool
) -> None:
    head = "\n".join((sender.format(LISTED), *fields, f"Subject: {subject}"))
    for roster in (ROSTER, VERIFIED):
        assert standing_of(mail(head), roster, is_secret=is_secret) is None


@given(st.lists(st.sampled_from(MACHINE), max_size=5), st.sampled_from(SUBJECTS))
def test_an_answer_or_a_report_of_a_listed_sender_has_not_the_form_of_an_alert(fields: list[str], subject: str) -> None:
    message = mail("\n".join((f"From: {LISTED}", *fields, f"Subject: {subject}")))
    never = ("auto-replied", "auto_reply", "X-Autoreply", "X-Failed", "multipart/report", "calendar", "X-MS-Exchange")
    if any(mark in field for field in fields for mark in never):
        assert not is_alert_form(message)


@pytest.mark.parametrize(
    "fields",
    ["", "Auto-Submitted: auto-generated\n", "Precedence: bulk\n", "Return-Path: <>\n", "List-Id: <x.example.com>\n"],
)
@pytest.mark.parametrize("sender", [LISTED, "Grafana <no-reply@grafana.example.com>", "ALERTS@Monitoring.Example.com"])
def test_whatever_machines_write_into_the_header_a_listed_sender_s_alert_is_one(fields: str, sender: str) -> None:
    message = mail(f"{fields}From: {sender}\nSubject: [FIRING:1] Checkout")
    found = standing_of(message)
    assert found is not None and found.counts and not found.is_proven
    assert is_alert_form(message)


def test_an_alert_that_mail_cannot_be_delivered_is_no_delivery_report() -> None:
    fields = f"From: {LISTED}\nSubject: Mail delivery failed"
    text = "mx1 answers 550 User unknown to the test mail"
    assert is_alert_form(mail(fields, text, Envelope(way="pipe", reverse_path=LISTED)))
    assert not is_alert_form(mail(fields, text, Envelope(way="pipe", reverse_path="")))


@pytest.mark.parametrize(
    ("word", "is_secret", "rule", "counts", "is_proven"),
    [
        ("pass", False, "proven", True, True),
        ("fail", False, "disproved", False, False),
        ("fail", True, "disproved", False, False),
        ("none", False, "unproven", False, False),
        ("none", True, "secret-address", True, True),
    ],
)
def test_where_senders_are_verified_only_a_proven_one_counts(
    word: str, is_secret: bool, rule: str, counts: bool, is_proven: bool
) -> None:
    results = f"Authentication-Results: mx.example.com; dmarc={word} header.from=monitoring.example.com"
    found = standing_of(mail(f"{results}\nFrom: {LISTED}"), VERIFIED, is_secret=is_secret)
    assert found is not None
    assert (found.rule, found.counts, found.is_proven) == (rule, counts, is_proven)


def test_what_none_of_our_servers_handed_over_never_counts() -> None:
    outside = Envelope(way="smtp", peer="203.0.113.9", reverse_path=LISTED)
    found = standing_of(mail(f"From: {LISTED}", envelope=outside), is_secret=True)
    assert found is not None and (found.rule, found.counts) == ("untrusted-way", False)
