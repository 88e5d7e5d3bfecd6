"""Invitations, reactions, recalls and reports are distinguished from letters by structure, not by single words."""

from __future__ import annotations

import pytest

from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.inbound.no_letter import no_letter
from incidentmail.inbound.screen import Disposition, screen


def mail(fields: str, body: str) -> Message:
    raw = f"From: Jayla <jayla@example.com>\nMIME-Version: 1.0\n{fields}\n\n{body}"
    return parse_message(raw.encode(), Envelope(way="lmtp", peer="unix", reverse_path="jayla@example.com"))


def parts(kind: str, *of: str) -> Message:
    body = "".join(f"--b\n{part}\n" for part in of) + "--b--\n"
    return mail(f'Subject: Bridge\nContent-Type: {kind}; boundary="b"', body)


TEXT = "Content-Type: text/plain\n\nSeverity: 1\nI am incident commander.\n"
ENTRY = "\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n"


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "REPLY", "COUNTER", "PUBLISH"])
def test_an_entry_of_any_method_beside_the_text_makes_it_calendar_mail(method: str) -> None:
    entry = f"Content-Type: text/calendar; method={method}{ENTRY}"
    assert screen(parts("multipart/alternative", TEXT, entry)).rule == "calendar"
    attached = f"Content-Type: text/calendar; method={method}\nContent-Disposition: attachment{ENTRY}"
    assert screen(parts("multipart/mixed", TEXT, attached)).rule == "calendar"


def test_an_entry_alone_or_without_a_method_is_calendar_mail_too() -> None:
    assert screen(mail("Content-Type: text/calendar", "BEGIN:VCALENDAR\n")).rule == "calendar"
    assert screen(parts("multipart/alternative", TEXT, f"Content-Type: text/calendar{ENTRY}")).rule == "calendar"
    outlook = mail("Content-Class: urn:content-classes:calendarmessage\nContent-Type: text/plain", "When: noon\n")
    assert screen(outlook).rule == "calendar"


def test_a_letter_with_an_entry_attached_or_with_a_forwarded_invitation_is_a_letter() -> None:
    entry = f'Content-Type: text/calendar; name="a.ics"\nContent-Disposition: attachment; filename="a.ics"{ENTRY}'
    assert screen(parts("multipart/mixed", TEXT, entry)).disposition is Disposition.PERSON
    inner = f"Content-Type: message/rfc822\n\nSubject: x\nContent-Type: text/calendar; method=REQUEST{ENTRY}"
    assert screen(parts("multipart/mixed", TEXT, inner)).disposition is Disposition.PERSON


def test_the_reaction_of_gmail_is_known_by_its_part() -> None:
    reaction = 'Content-Type: text/vnd.google.email-reaction+json\n\n{"emoji": "x"}'
    assert screen(parts("multipart/alternative", TEXT, reaction)).rule == "reaction"


@pytest.mark.parametrize(
    "text",
    [
        "Ann Other reacted to your message:\n\n👍\n\nFrom: Bo\nSent: today\n",
        "👍\nAnn Other reacted to your message:\n",
        "Ann Other hat auf Ihre Nachricht reagiert:\n❤️",
        "Ann Other a réagi à votre message :\n🎉",
        "Ann reaccionó a su mensaje:\n👏",
        "Ann ha reagito al tuo messaggio:\n😂",
        "Ann reagiu à sua mensagem:\n👍",
        "Ann heeft gereageerd op uw bericht:\n👍",
        "👍\n\nAnn reacted via Gmail\n<https://mail.example.com/about>\n",
        "❤️\n\nAnn hat über Gmail reagiert\n",
        "Liked “Severity 2, phase 1.”",
    ],
)
def test_a_reaction_in_words_is_no_letter(text: str) -> None:
    assert no_letter(mail("Subject: Re: x", text), text) == "reaction"


@pytest.mark.parametrize("text", ["👍", "We reacted to your message by turning the gateway off.", "sev 1", "Liked it!"])
def test_what_somebody_wrote_is_no_reaction(text: str) -> None:
    assert no_letter(mail("Subject: Re: x", text), text) is None


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Recall: lunch", 'Ann Other would like to recall the message, "lunch".'),
        ("Recall: Re: Checkout is down", 'Ann Other would like to recall the message, "Re: Checkout".'),
        ("Rückruf: AW: Kasse", "Ann Other möchte die Nachricht „AW: Kasse“ zurückrufen."),
        ("Rappel : Caisse en panne", "Ann Other souhaite rappeler le message « Caisse en panne »."),
        ("Recuperar: Caja", 'Ann Other desea recuperar el mensaje "Caja".'),
        ("Richiamo: Cassa", 'Ann Other desidera richiamare il messaggio "Cassa".'),
        ("Intrekken: Kassa", "Ann Other wil het bericht 'Kassa' intrekken."),
        ("Odwołanie: Kasa", "Ann Other chce odwołać wiadomość „Kasa”."),
        ("回収: 決済", "Ann Other さんがメッセージ「決済」の回収を希望しています。"),
    ],
)
def test_a_recall_quotes_the_subject_that_it_recalls(subject: str, text: str) -> None:
    assert no_letter(mail(f"Subject: {subject}", text), text) == "recall"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Recall: batteries catch fire", "Severity: 1\nI am incident commander.\n\nWe must recall all of them."),
        ("Recall: batteries catch fire", 'The press calls them "bombs".'),
        ("Rappel : réunion à 15 h", "On se retrouve sur le pont."),
        ("Read: nobody can write to the share", "Severity: 2"),
        ("Lu : panne", "Gravité forte"),
    ],
)
def test_a_person_who_writes_such_a_word_in_the_subject_writes_a_letter(subject: str, text: str) -> None:
    assert no_letter(mail(f"Subject: {subject}", text), text) is None


def test_a_read_receipt_in_words_is_no_letter() -> None:
    text = "Your message\n\n   To:      Mara\n   Subject: x\n\nwas read on Friday, 20 November 2026 15:10."
    assert no_letter(mail("Subject: Read: x", text), text) == "read-receipt"
    text = "Ihre Nachricht\n\n   An: Mara\n\nwurde am Freitag, 20. November gelesen."
    assert no_letter(mail("Subject: Gelesen: x", text), text) == "read-receipt"


REPORT = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nAction: failed\nStatus: 5.1.1\n"


def test_a_delivery_report_is_known_below_a_footer_and_in_plain_words() -> None:
    inner = (
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="c"\n\n--c\n{TEXT}\n--c\n{REPORT}--c--'
    )
    footer = "Content-Type: text/plain\n\n____\nlist\n"
    assert screen(parts("multipart/mixed", inner, footer)).disposition is Disposition.BOUNCE
    assert screen(parts("multipart/mixed", TEXT, REPORT)).disposition is Disposition.BOUNCE
    for text in (
        "This is the mail system at host mx.example.com.\n\nI'm sorry to have to inform you",
        "This message was created automatically by mail delivery software.\n",
        "Hi. This is the qmail-send program at mx.example.com.\n",
        "** Address not found **\n\nYour message wasn't delivered to bo@example.com",
    ):
        assert screen(mail("Subject: Checkout is down", text)).rule == "failure-notice-text"


def test_a_person_who_forwards_a_delivery_report_is_a_person() -> None:
    body = f"--b\n{TEXT}\n--b\n{REPORT}--b--\n"
    forwarded = mail('Subject: Fwd: Undelivered mail\nContent-Type: multipart/mixed; boundary="b"', body)
    assert screen(forwarded).disposition is Disposition.PERSON


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"])
def test_what_follows_a_sealed_part_is_not_its_senders(kind: str) -> None:
    sealed = f'Content-Type: {kind}; name="smime.p7m"\nContent-Transfer-Encoding: base64\n\nMIIB\n'
    message = parts("multipart/mixed", sealed, "Content-Type: text/plain\n\nsev 1, says the footer\n")
    assert message.text == ""
    letter = parts("multipart/mixed", TEXT, sealed)
    assert letter.text.startswith("Severity: 1")


@pytest.mark.parametrize(
    "stub",
    [
        "This email requires an HTML viewer to be read.",
        "Your mail program does not support HTML messages.",
        "Please use an HTML compatible email viewer!",
        "This is an HTML message.",
    ],
)
def test_a_text_that_only_points_to_the_html_is_not_read(stub: str) -> None:
    text, html = f"Content-Type: text/plain\n\n{stub}\n", "Content-Type: text/html\n\n<p>sev 1</p>\n"
    both = parts("multipart/alternative", text, html)
    assert (both.text, both.html) == ("", "<p>sev 1</p>\n")
    alone = parts("multipart/alternative", text)
    assert (alone.text, alone.problems) == ("", ("stub",))


def test_a_protected_message_has_no_words() -> None:
    wrapper = "Content-Type: text/plain\n\nAnn has sent you a protected message. sev 1\n"
    for kind in ("application/x-microsoft-rpmsg-message", "application/octet-stream"):
        rights = f'Content-Type: {kind}; name="message_v2.rpmsg"\nContent-Disposition: attachment\n\nx\n'
        message = parts("multipart/mixed", wrapper, rights)
        assert (message.text, message.html, "protected" in message.problems) == ("", None, True)


def test_a_majordomo_post_and_a_forums_post_are_a_persons() -> None:
    fields = "Sender: owner-ops@example.org\nPrecedence: bulk\nX-Loop: example.org"
    assert screen(mail(f"Subject: x\n{fields}", "hello")).disposition is Disposition.PERSON
    forum = b"From: Sandy M. <noreply@forge.example>\nTo: noreply@forge.example\nSubject: [help][1] x\n\nhello\n"
    assert screen(parse_message(forum, Envelope(way="pipe"))).disposition is Disposition.PERSON
    ticket = b"From: Sandy M. <noreply@forge.example>\nTo: incidents@example.com\nSubject: [help][1] x\n\nsev 1\n"
    assert screen(parse_message(ticket, Envelope(way="pipe"))).rule == "no-reply-address"
