"""Automatic mail is distinguished from people's by rules that are recorded, and no person is mistaken for a machine."""

from __future__ import annotations

import pytest

from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.inbound.screen import OUT_OF_OFFICE, RULES, Disposition, Screened, screen

PERSON = Screened(disposition=Disposition.PERSON, rule=None)


def screened(fields: str, text: str = "Now severity 1.\n", reverse_path: str | None = None) -> Screened:
    origin = "" if "From:" in fields else "From: Jayla <jayla@example.com>\n"
    envelope = Envelope(way="lmtp", peer="unix", reverse_path=reverse_path)
    return screen(parse_message(f"{origin}{fields}\n\n{text}".encode(), envelope))


def report(kind: str) -> str:
    return f"Content-Type: multipart/report; report-type={kind}; boundary=b"


LIST = (
    "List-Id: <incidents.example.com>\nList-Post: <mailto:incidents@example.com>\n"
    "List-Unsubscribe: <mailto:incidents-leave@example.com>\nMailing-List: incidents@example.com\n"
)


@pytest.mark.parametrize(
    ("fields", "disposition", "rule"),
    [
        (report("delivery-status"), Disposition.BOUNCE, "delivery-report"),
        (report('"Delivery-Status"'), Disposition.BOUNCE, "delivery-report"),
        (report("disposition-notification"), Disposition.AUTOMATIC, "read-receipt"),
        ("Content-Type: message/disposition-notification", Disposition.AUTOMATIC, "read-receipt"),
        (report("feedback-report"), Disposition.AUTOMATIC, "abuse-report"),
        ("Content-Type: multipart/report; boundary=b", Disposition.AUTOMATIC, "other-report"),
        ("X-Failed-Recipients: bo@example.com", Disposition.BOUNCE, "failed-recipients"),
        ("From: MAILER-DAEMON@mx.example.com (Mail Delivery System)", Disposition.BOUNCE, "from-mail-system"),
        ("From: MAILER-DAEMON", Disposition.BOUNCE, "from-mail-system"),
        ("From: Postmaster <postmaster@example.com>", Disposition.BOUNCE, "from-mail-system"),
        ("X-Autoreply: yes", Disposition.AUTOMATIC, "autoreply-field"),
        ("X-Autorespond:", Disposition.AUTOMATIC, "autoreply-field"),
        ("X-Auto-Reply: on", Disposition.AUTOMATIC, "autoreply-field"),
        ("X-MS-Exchange-Inbox-Rules-Loop: jayla@example.com", Disposition.AUTOMATIC, "autoreply-field"),
        ("Auto-Submitted: auto-replied (vacation)", Disposition.AUTOMATIC, "auto-submitted"),
        ("Auto-Submitted: Auto-Generated; type=x", Disposition.AUTOMATIC, "auto-submitted"),
        ("Auto-Submitted: no\nAuto-Submitted: auto-notified", Disposition.AUTOMATIC, "auto-submitted"),
        ("Return-Path: < >", Disposition.BOUNCE, "null-reverse-path"),
        ("Precedence: auto_reply", Disposition.AUTOMATIC, "precedence"),
        ("Precedence: Junk", Disposition.AUTOMATIC, "precedence"),
        ("Precedence: bulk", Disposition.AUTOMATIC, "bulk-without-list"),
        ("Precedence: bulk\nList-Id: <incidents.example.com>", Disposition.AUTOMATIC, "bulk-without-list"),
        ("From: incidents-owner@example.com\nPrecedence: bulk", Disposition.BOUNCE, "list-notice"),
        ("From: owner-incidents@example.com\nPrecedence: bulk", Disposition.BOUNCE, "list-notice"),
        (
            "From: incidents-owner@example.com\nTo: incidents-owner@example.com\nPrecedence: bulk",
            Disposition.AUTOMATIC,
            "bulk-without-list",
        ),
        (f"{LIST}From: incidents-request@example.com\nPrecedence: bulk", Disposition.AUTOMATIC, "list-robot"),
        (f"{LIST}From: Sympa <sympa@example.com>\nPrecedence: list", Disposition.AUTOMATIC, "list-robot"),
        (f"{LIST}From: incidents-confirm+4f2a@example.com", Disposition.AUTOMATIC, "list-robot"),
        (f"{LIST}Content-Type: multipart/digest; boundary=b", Disposition.AUTOMATIC, "list-robot"),
        ("X-Loop: tickets@example.com", Disposition.AUTOMATIC, "loop-mark"),
        ("From: Tickets <no-reply@example.com>", Disposition.AUTOMATIC, "no-reply-address"),
        ("From: tickets-noreply@example.com", Disposition.AUTOMATIC, "no-reply-address"),
        ("From: do_not_reply+42@example.com", Disposition.AUTOMATIC, "no-reply-address"),
        ("Subject: Out of office: Re: cards fail", Disposition.AUTOMATIC, "out-of-office-subject"),
        (f"{LIST}Subject: [incidents] Out of office: [x] cards", Disposition.AUTOMATIC, "out-of-office-subject"),
        ("Subject: Out of office Re: cards fail", Disposition.AUTOMATIC, "out-of-office-subject"),
        ("Subject: =?utf-8?q?R=C3=A9ponse_automatique?= : cards", Disposition.AUTOMATIC, "out-of-office-subject"),
        ("Subject: Undelivered Mail Returned to Sender", Disposition.BOUNCE, "failure-notice-subject"),
        ("Subject: complaint about message from 192.0.2.7", Disposition.AUTOMATIC, "complaint-subject"),
    ],
)
def test_a_machine_is_recognised_and_the_rule_recorded(fields: str, disposition: Disposition, rule: str) -> None:
    assert screened(fields) == Screened(disposition=disposition, rule=rule)


def test_the_null_reverse_path_of_the_envelope_is_a_machines() -> None:
    assert screened("Subject: hello", reverse_path="").rule == "null-reverse-path"
    assert screened("Subject: hello", reverse_path="jayla@example.com") == PERSON


@pytest.mark.parametrize("phrase", OUT_OF_OFFICE)
def test_an_absence_notice_is_known_in_every_listed_language(phrase: str) -> None:
    assert screened(f"Subject: {phrase.capitalize()}: cards fail").rule == "out-of-office-subject"
    assert screened(f"Subject: {phrase}").rule == "out-of-office-subject"
    assert screened(f"Subject: Re: {phrase}") == PERSON


@pytest.mark.parametrize(
    "fields",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No (a person)",
        f"{LIST}Precedence: list",
        f"{LIST}Precedence: bulk",
        "Precedence: bulk\nSender: owner-incidents@example.com",
        f"{LIST}X-Loop: incidents@example.com",
        f"{LIST}From: bo-owner@example.com\nX-Loop: incidents@example.com",
        f"{LIST}From: Samira Sympa <samira.sympa@example.com>",
        "X-Mailman-Version: 3.3.8\nFrom: bo@example.com",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: multipart/digest; boundary=b",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply\nX-MS-Has-Attach:\nThread-Index: Ad15Cno",
        "Return-Path: <jayla@example.com>",
        "Subject: Re: Out of memory",
        "Subject: Out of memory on the payment hosts",
        "Subject: Out of office hours nobody is paged",
        "Subject: Re: Out of office: cards fail",
        "Subject: Away team cannot log in",
        "Subject: Mail delivery failed: nothing leaves the building",
        "Subject: Delivery failure in the Leeds depot",
        "Subject: Re: Undeliverable: cards fail",
        "Subject: Undeliverable parcels pile up",
        "Subject: Automatic reply bot posts twice",
        "From: Postmaster Pat <pat@example.com>",
        "From: noreplyton@example.com",
        "From: a@example.com, b@example.com",
        "X-Original-From: jayla@example.com\nX-BeenThere: incidents@example.com",
    ],
)
def test_no_person_is_taken_for_a_machine(fields: str) -> None:
    assert screened(fields) == PERSON


def test_a_failure_subject_counts_where_the_text_names_a_status() -> None:
    text = "<bo@example.com>: host mx.example.com said: 550 5.1.1 unknown\n"
    assert screened("Subject: Delivery failure", text).disposition is Disposition.BOUNCE
    assert screened("Subject: failure notice", "Delivery failed for good.\n") == PERSON


def test_a_failure_subject_counts_where_the_header_of_the_returned_mail_follows() -> None:
    text = "Your message was not delivered to:\n  bo@example.com\n\n--- Header:\nMessage-ID: <a1@mx.example.com>\n"
    assert screened("Subject: Delivery failure: user bo is not listed", text).disposition is Disposition.BOUNCE
    assert screened("Subject: Delivery failure: user bo is not listed", "He cannot order.\n") == PERSON


def test_a_damaged_header_block_is_unreadable_but_a_marked_machine_stays_one() -> None:
    assert screened("X-A: b\x00c") == Screened(disposition=Disposition.UNREADABLE, rule="damaged")
    assert screened("Auto-Submitted: auto-replied\nX-A: b\x00c").rule == "auto-submitted"


def test_every_rule_has_its_own_name() -> None:
    assert len({name for name, _, _ in RULES}) == len(RULES)
