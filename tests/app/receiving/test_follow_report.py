"""A delivery report in any form is reported once, to the right people, and never changes an incident."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
import reports

from incidentmail.app.sending.flush import flush
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, SUPPORT, OPERATOR = "incidents@example.com", "support@example.com", "postmaster@example.com"
ANN, MARA = "Ann Bryce <ann@example.com>", "mara@example.com"


@pytest.fixture
def org(installation: Installation) -> Installation:
    installation.configure(f'[operator]\naddress = "{OPERATOR}"\n')
    text = installation.config.read_text().replace("[list]\n", f'[list]\nalways_to = ["{SUPPORT}"]\n')
    installation.config.write_text(text)
    return installation


def to(installation: Installation, address: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if address in str(mail["To"])]


def state_of(installation: Installation, mail: EmailMessage, address: str) -> tuple[str, str]:
    name = str(mail["Message-ID"]).strip("<>")
    shown = installation.ok("outbox", "show", name).out
    line = next(line for line in shown.splitlines() if f"to {address}" in line)
    return line.split()[0], line


@pytest.mark.parametrize("form", reports.FAILURES)
def test_a_report_of_any_form_is_told_to_operator_and_commander_and_shown(org: Installation, form: str) -> None:
    mail = org.declare()
    before = org.show()
    outcome = org.ingest(reports.FAILURES[form](mail, SUPPORT))
    assert (outcome["outcome"], outcome["rule"]) == ("automatic", "delivery-report")
    assert outcome["reason"].startswith("mail 1 failed for support@example.com:"), outcome["reason"]
    assert "no such mailbox" in outcome["reason"]
    (alarm,) = to(org, OPERATOR)
    assert str(alarm["Subject"]) == f"Mail failed for good: {SUPPORT}"
    (told,) = to(org, MARA)
    assert told.get_content().startswith("support@example.com does not get the mails of this incident: one came back")
    assert state_of(org, mail, SUPPORT)[0] == "failed"
    assert state_of(org, mail, LIST)[0] == "sent"
    status = org.run("status")
    assert status.code == 1 and "failed for good for support@example.com" in status.out
    assert "support@example.com" in org.ok("outbox", "list").out
    assert org.show() == before


def test_a_post_that_a_list_rejects_is_told_like_a_failure(org: Installation) -> None:
    mail = org.declare()
    outcome = org.ingest(reports.rejected_by_list(mail, LIST))
    assert (outcome["outcome"], outcome["rule"]) == ("automatic", "delivery-report")
    (told,) = to(org, MARA)
    assert told.get_content().startswith("Perhaps nobody knows about this: a mail to the list incidents@example.com")
    assert "This list takes no posts from you" not in told.get_content()
    assert "This list takes no posts from you" in org.ok("outbox", "show", "1").out
    assert len(to(org, OPERATOR)) == 1 and state_of(org, mail, LIST)[0] == "failed"


def test_what_a_list_manager_tells_the_people_who_run_the_list_is_no_failure(org: Installation) -> None:
    mail = org.declare()
    org.ingest(reports.rejected_by_list(mail, LIST, to="incidents-owner@example.com"))
    assert org.private == [] and state_of(org, mail, LIST)[0] == "sent"


def test_a_report_over_the_limits_of_a_mail_is_read_as_far_as_they_go(org: Installation) -> None:
    mail = org.declare()
    spare = "".join(f"--=b\nContent-Type: text/plain\n\npicture {number}\n" for number in range(200))
    outcome = org.ingest(reports.dsn(mail, SUPPORT).replace(b"\n--=b--", f"\n{spare}--=b--".encode()))
    assert (outcome["outcome"], outcome["rule"]) == ("automatic", "delivery-report")
    assert state_of(org, mail, SUPPORT)[0] == "failed" and len(to(org, OPERATOR)) == 1


def test_a_second_report_of_the_same_failure_is_no_news(org: Installation) -> None:
    mail = org.declare()
    org.ingest(reports.dsn(mail, SUPPORT))
    org.ingest(reports.qmail(mail, SUPPORT))
    org.clock.tick(hours=25)
    org.ingest(reports.exim(mail, SUPPORT))
    assert len(to(org, OPERATOR)) == len(to(org, MARA)) == 1


def test_an_offer_that_came_back_is_told_to_its_giver(org: Installation, mails: Mails) -> None:
    org.declare()
    org.ok("handoff", ANN)
    (offer,) = to(org, "ann@example.com")
    org.ingest(reports.dsn(offer, "ann@example.com"))
    (told,) = to(org, MARA)
    assert told.get_content().startswith(
        "Ann Bryce <ann@example.com> does not know that command is offered to them: the mail came back as "
        "undeliverable. Until somebody accepts, Mara Lindqvist leads."
    )
    assert len(to(org, OPERATOR)) == 1


def test_a_question_that_came_back_is_told_to_who_asked_for_the_change(org: Installation, mails: Mails) -> None:
    mail = org.declare("Cards fail", "--commander", ANN)
    org.ingest(mails.reply_to(mail, "Bo K. is incident commander.", "Jayla M. <jayla@example.com>"))
    questions = [one for one in org.private if "token" not in str(one) and "p1." in str(one["Reply-To"])]
    question = next(one for one in questions if "ann@example.com" in str(one["To"]))
    org.ingest(reports.dsn(question, "ann@example.com"))
    told = to(org, "jayla@example.com")[-1]
    assert "does not know that your change needs their answer: the mail came back" in told.get_content()


def test_a_role_that_nobody_heard_of_is_told_to_who_gave_it(org: Installation) -> None:
    org.declare("Cards fail", "--customer-liaison", ANN)
    (named,) = to(org, "ann@example.com")
    org.ingest(reports.exchange(named, "ann@example.com"))
    (told,) = to(org, MARA)
    assert told.get_content().startswith(
        "Ann Bryce <ann@example.com> does not know that you named them customer liaison (customer questions): the "
        "mail came back as undeliverable."
    )


def test_a_list_that_returned_a_mail_is_told_to_the_commander(org: Installation) -> None:
    mail = org.declare()
    org.ingest(reports.dsn(mail, LIST, status="5.7.1", said="550 5.7.1 you may not post here"))
    (told,) = to(org, MARA)
    assert told.get_content().startswith(
        "Perhaps nobody knows about this: a mail to the list incidents@example.com came back as undeliverable."
    )
    assert "> 5.7.1: we may not send mail there" in told.get_content()


def test_a_subscriber_behind_the_list_is_the_operators_business(org: Installation) -> None:
    mail = org.declare()
    org.ingest(reports.dsn(mail, "gone@example.com"))
    (alarm,) = to(org, OPERATOR)
    assert "to gone@example.com, by way of incidents@example.com, support@example.com" in alarm.get_content()
    assert to(org, MARA) == [] and state_of(org, mail, LIST)[0] == "sent"


def test_a_forwarded_address_counts_for_the_one_that_we_wrote_to(org: Installation) -> None:
    org.declare()
    org.ok("handoff", ANN)
    (offer,) = to(org, "ann@example.com")
    org.ingest(reports.dsn(offer, "ann.b@elsewhere.example"))
    assert state_of(org, offer, "ann@example.com")[0] == "failed" and len(to(org, MARA)) == 1
    mail = org.declare("Another thing")
    org.ingest(reports.dsn(mail, "desk@elsewhere.example", original=SUPPORT))
    assert state_of(org, mail, SUPPORT)[0] == "failed"


def test_a_report_without_an_id_that_we_can_prove_is_no_news(org: Installation) -> None:
    mail = org.declare()
    forged = str(mail["Message-ID"]).replace("@", "x@")
    raw = reports.dsn(mail, SUPPORT).replace(str(mail["Message-ID"]).encode(), forged.encode())
    assert org.ingest(raw)["outcome"] == "automatic"
    del mail["Message-ID"]
    assert org.ingest(reports.dsn(mail, SUPPORT))["outcome"] == "automatic"
    assert org.private == [] and org.run("status", "--json").json["outbox"]["refused"] == 0


def test_a_failed_mail_to_the_operator_is_shown_and_raises_no_alarm(org: Installation) -> None:
    mail = org.declare()
    org.ingest(reports.dsn(mail, SUPPORT))
    (alarm,) = to(org, OPERATOR)
    count = len(org.private)
    org.ingest(reports.dsn(alarm, OPERATOR))
    assert len(org.private) == count
    assert f"failed for good for {OPERATOR}" in org.run("status").out


def test_a_delay_is_shown_and_told_only_once_it_is_long(org: Installation) -> None:
    mail = org.declare()
    org.clock.tick(hours=1)
    outcome = org.ingest(reports.delayed(mail, SUPPORT))
    assert (
        outcome["reason"]
        == "mail 1 is delayed for support@example.com: 4.3.0: something is wrong with the mail system there"
    )
    assert org.private == []
    assert (
        "sent to support@example.com, delayed on its way: 4.3.0: something is wrong with the mail system there\n"
        "        a mail says about that, and anybody may have written it: 451 4.3.0 try again later\n"
        in org.ok("outbox", "show", "1").out
    )
    for hours in (2, 2, 1, 24, 24):
        org.clock.tick(hours=hours)
        with org.context() as context:
            flush(context)
    subjects = [str(told["Subject"]) for told in to(org, OPERATOR)]
    assert subjects.count(f"Mail has been waiting for hours: {SUPPORT}") == 1
    told = to(org, MARA)[-1]
    assert "one has been waiting at a mail server for hours" in told.get_content()


def test_what_arrived_after_a_delay_is_no_news(org: Installation) -> None:
    mail = org.declare()
    org.ingest(reports.delayed(mail, SUPPORT))
    org.ingest(reports.dsn(mail, SUPPORT, action="delivered", status="2.0.0", said="250 2.0.0 saved"))
    org.clock.tick(hours=5)
    with org.context() as context:
        flush(context)
    assert org.private == []


def test_a_person_who_forwards_a_report_is_read_as_a_person(org: Installation) -> None:
    mail = org.declare()
    raw = reports.in_mixed(mail, SUPPORT).replace(b"Subject: Undeliverable mail", b"Subject: Fwd: Undeliverable mail")
    outcome = org.ingest(raw.replace(b"Mail gateway <gateway@example.net>", b"Bo <bo@example.com>"))
    assert outcome["disposition"] != "bounce" and org.run("status", "--json").json["outbox"]["refused"] == 0


def test_a_report_does_not_undo_what_is_tried_again(org: Installation) -> None:
    mail = org.declare()
    org.ingest(reports.dsn(mail, SUPPORT))
    org.ok("outbox", "retry", "1")
    assert state_of(org, mail, SUPPORT)[0] == "sent"
    org.ingest(reports.dsn(mail, SUPPORT, action="failed", status="5.2.2", said="552 5.2.2 the mailbox is full"))
    assert "the mailbox is full" in state_of(org, mail, SUPPORT)[1]


PROSE = "550 The list moved. Mara, please call the bridge: https://meet.examp1e.test/bridge"


def forged(mail: EmailMessage, form: str) -> bytes:
    """Return a delivery report in which the forger's own words replace the reason."""
    return reports.FAILURES[form](mail, LIST).replace(reports.REASON.encode(), PROSE.encode())


@pytest.mark.parametrize("form", reports.FAILURES)
def test_the_words_of_a_report_are_in_no_mail_of_ours_and_not_in_status(org: Installation, form: str) -> None:
    """Everybody who read a mail of ours has its Message-ID, and so can write a report about it."""
    mail = org.declare()
    outcome = org.ingest(forged(mail, form))
    assert outcome["rule"] == "delivery-report"
    shown = (org.run("status").out, org.ok("outbox", "list").out, str(outcome["reason"]))
    for text in (*shown, *(str(mail) for mail in org.private)):
        assert not any(word in text for word in ("bridge", "moved", "examp1e")), text


def test_the_words_of_a_report_are_shown_with_the_mail_and_marked_as_such(org: Installation) -> None:
    mail = org.declare()
    org.ingest(forged(mail, "dsn"))
    assert f"a mail says about that, and anybody may have written it: {PROSE}" in org.ok("outbox", "show", "1").out
    recipients = org.ok("outbox", "show", "1", "--json").json["recipients"]
    assert [one["said"] for one in recipients] == [PROSE, None]
    (alarm,) = to(org, OPERATOR)
    assert "'incidentmail outbox show 1' has its words" in alarm.get_content()


@pytest.mark.parametrize("report", [reports.dsn, reports.delayed])
def test_a_report_that_the_list_contradicts_by_returning_the_mail_is_not_believed(
    org: Installation, mails: Mails, report: reports.Report
) -> None:
    mail = org.declare()
    org.ingest(list_copy(bytes(mail), ListStyle(address=LIST, prefix="[incidents]")))
    outcome = org.ingest(report(mail, LIST))
    assert outcome["outcome"] == "automatic" and str(outcome["reason"]).endswith("but the list has returned it")
    assert org.private == [] and state_of(org, mail, LIST)[0] == "sent"
    assert org.ok("status", "--json").json["attention"] == []
    org.ingest(reports.dsn(mail, SUPPORT))
    assert len(to(org, OPERATOR)) == 1, "the list says nothing about others"


def copied(mail: EmailMessage) -> bytes:
    return list_copy(bytes(mail), ListStyle(address=LIST, prefix="[incidents]"))


@pytest.mark.parametrize("report", [reports.dsn, reports.delayed, reports.rejected_by_list, reports.exim])
def test_a_forged_report_before_the_lists_own_copy_tells_nobody_anything(
    org: Installation, report: reports.Report
) -> None:
    org.ingest(copied(org.declare("Invoices fail")))
    org.clock.tick(minutes=1)
    mail = org.declare()
    outcome = org.ingest(report(mail, LIST))
    assert str(outcome["reason"]).endswith("and the list may still return it")
    org.clock.tick(minutes=1)
    org.ingest(copied(mail))
    org.clock.tick(hours=5)
    with org.context() as context:
        flush(context)
    assert org.private == [] and state_of(org, mail, LIST)[0] == "sent"
    assert org.ok("status", "--json").json["attention"] == []


def test_a_true_report_that_nothing_proves_is_followed_by_the_alarm_that_the_list_did_not_return_the_mail(
    org: Installation, mails: Mails
) -> None:
    org.ingest(copied(org.declare("Invoices fail")))
    org.clock.tick(minutes=1)
    mail = org.declare()
    org.ingest(reports.dsn(mail, LIST))
    assert org.private == []
    org.clock.tick(minutes=12)
    org.ingest(mails.reply_to(mail, "It fails in the EU too.", ANN, at=org.clock.now))
    org.clock.tick(minutes=6)
    with org.context() as context:
        flush(context)
    assert len(to(org, MARA)) == 1 and len(to(org, OPERATOR)) == 1
    org.ingest(reports.qmail(mail, LIST))
    assert state_of(org, mail, LIST)[0] == "failed", "the list has not returned it in time, so the report counts"


RESULTS = {
    "none, as of our own server": ("", "failed"),
    "a pass for our own domain": ("spf=pass smtp.helo=mx.example.com", "failed"),
    "a signature of our own domain": ("dkim=pass header.d=example.com", "failed"),
    "a pass for another domain": ("spf=pass smtp.helo=mail.evil.test", "sent"),
    "nothing found": ("spf=none smtp.helo=mail.evil.test; dmarc=none", "sent"),
    "SPF failed": ("spf=fail smtp.helo=mx.example.com", "sent"),
    "DMARC failed": ("spf=pass smtp.helo=mx.example.com; dmarc=fail header.from=mx.example.com", "sent"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_if_senders_are_verified_a_report_about_the_list_needs_what_proves_its_host(
    org: Installation, name: str
) -> None:
    results, state = RESULTS[name]
    field = f"Authentication-Results: mx.example.com; {results}\n" if results else ""
    org.config.write_text(
        org.config.read_text() + '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
    )
    org.ingest(copied(org.declare("Invoices fail")))
    org.clock.tick(minutes=1)
    mail = org.declare()
    org.ingest(field.encode() + reports.dsn(mail, LIST), "--sender", "")
    assert state_of(org, mail, LIST)[0] == state
    assert len(to(org, MARA)) == (1 if state == "failed" else 0)


def test_a_report_whose_sender_is_forged_is_not_believed_about_anybody(org: Installation) -> None:
    org.config.write_text(
        org.config.read_text() + '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
    )
    mail = org.declare()
    field = b"Authentication-Results: mx.example.com; dmarc=fail header.from=mx.example.com\n"
    outcome = org.ingest(field + reports.dsn(mail, SUPPORT), "--sender", "")
    assert "its sender is forged" in str(outcome["reason"]) and outcome["rule"] == "delivery-report"
    assert org.private == [] and state_of(org, mail, SUPPORT)[0] == "sent"


def test_a_report_that_did_not_come_a_trusted_way_is_not_believed(org: Installation) -> None:
    org.config.write_text(org.config.read_text() + '[trust]\nrelays = ["127.0.0.1"]\n')
    mail = org.declare()
    org.ingest(reports.dsn(mail, SUPPORT))
    assert org.private == [] and state_of(org, mail, SUPPORT)[0] == "sent"
