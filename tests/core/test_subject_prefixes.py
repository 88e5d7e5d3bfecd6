"""Reply marks are recognised in every language, wherever a subject is read or written."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header

import pytest

from incidentmail.core.commands import Declare, Identity, Refused
from incidentmail.core.decision.decide import declare
from incidentmail.core.events import Recorded
from incidentmail.core.fold import fold
from incidentmail.core.ids import proves
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.policy import Policy
from incidentmail.core.subject_prefixes import FORWARD_WORDS, REPLY_WORDS, bare_subject
from incidentmail.core.words import Words
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.inbound.screen import screen
from incidentmail.inbound.thread import begins_a_thread
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.list_mails import render_declaration
from incidentmail.outbound.private_mails import Private, render_private
from incidentmail.outbound.wording import Wording
from incidentmail.reply.own_mail import read_own
from incidentmail.templating import Templates

AT = datetime(2026, 11, 20, 14, 20, 5, tzinfo=UTC)
KEY = b"a key of thirty-two bytes in all"
BOT = "incident-bot@example.com"
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
WORDS = Words(Policy())
SENDER = Sender(
    bot=Person(name="Incidents", address=BOT),
    list_address="incidents@example.com",
    always_to=(),
    key=KEY,
    wording=Wording(words=WORDS, zones=("UTC",)),
    templates=Templates(),
)
OCCASION = Occasion(at=AT, ledger="ghijkl; 1; 0f", origin="ghijkl")
FORMS = ("{}: ", "{} : ", "{}[2]: ", "{} (3): ", "{}：", "{}:")
ALL_WORDS = (*REPLY_WORDS, *FORWARD_WORDS)


def marks(word: str) -> list[str]:
    """Return the word in the forms that mail programs put before a subject."""
    return [form.format(written) for written in (word.upper(), word.capitalize()) for form in FORMS]


def mail(subject: str) -> Message:
    raw = f"From: mara@example.com\nDate: Fri, 20 Nov 2026 15:00:00 +0000\nSubject: {subject}\n\nsev 1\n"
    return parse_message(raw.encode(), Envelope(way="pipe"))


@pytest.mark.parametrize("word", ALL_WORDS)
def test_a_marked_subject_answers_something_and_says_the_same(word: str) -> None:
    for prefix in marks(word):
        assert not begins_a_thread(mail(f"{prefix}cards fail"))
        assert bare_subject(f"{prefix}Cards fail") == "cards fail"


@pytest.mark.parametrize("word", ALL_WORDS)
def test_an_absence_notice_is_known_before_every_mark(word: str) -> None:
    for prefix in marks(word):
        assert screen(mail(f"Out of office {prefix}cards fail")).rule == "out-of-office-subject"
        assert screen(mail(f"{prefix}Out of office")).rule != "out-of-office-subject"


@pytest.mark.parametrize("word", REPLY_WORDS)
def test_our_answer_to_a_reply_adds_no_second_mark(word: str) -> None:
    for prefix in marks(word):
        assert answered(f"{prefix}cards fail") == f"{prefix}cards fail".strip()


@pytest.mark.parametrize("word", FORWARD_WORDS)
def test_our_answer_to_a_forwarded_mail_is_a_reply(word: str) -> None:
    for prefix in marks(word):
        assert answered(f"{prefix}cards fail") == f"Re: {prefix}cards fail"


def answered(subject: str) -> str:
    content = Private(template="which", to=MARA, subject=subject, message_id="<1@mua.example>")
    return render_private(SENDER, content, incident=None, at=AT, serial=1, ref="abcdef", origin="ghijkl").subject


@pytest.mark.parametrize("word", ALL_WORDS)
def test_our_own_mail_is_read_behind_every_mark(word: str) -> None:
    for prefix in marks(word):
        sent = render_declaration(SENDER, declared("Cards fail"), OCCASION, by_hand=False)
        raw = sent.raw.replace(b"Subject: ", f"Subject: [incidents] {prefix}".encode())
        message = parse_message(raw, Envelope(way="pipe"))
        claimed = message.field("incident-proof") or ""
        assert [a for a in read_own(message, key=KEY, address=BOT, words=WORDS) if proves(KEY, a, claimed)]


@pytest.mark.parametrize("word", ALL_WORDS)
def test_a_description_that_looks_marked_stands_in_the_body_too(word: str) -> None:
    for prefix in marks(word):
        sent = render_declaration(SENDER, declared(f"{prefix}cards fail"), OCCASION, by_hand=False)
        assert f"Description: {prefix}cards fail" in sent.text


def declared(description: str) -> Incident:
    events = declare(
        Declare(description=description),
        identity=Identity(id="2026-11-20-cards", ref="abcdef", origin="ghijkl"),
        actor=Actor(person=MARA, trust=Trust.OPERATOR),
        now=AT,
        policy=Policy(),
    )
    assert not isinstance(events, Refused)
    found = fold(
        [
            Recorded(incident="2026-11-20-cards", version=version, at=AT, by=MARA, event=event)
            for version, event in enumerate(events, 1)
        ],
        None,
    )
    assert found is not None
    return found


@pytest.mark.parametrize("word", REPLY_WORDS)
def test_the_list_of_the_demo_makes_one_re_of_every_mark(word: str) -> None:
    for prefix in marks(word):
        subject = Header(f"{prefix}cards fail", "utf-8").encode()
        raw = f"From: mara@example.com\r\nSubject: {subject}\r\n\r\nx\r\n".encode()
        copy = list_copy(raw, ListStyle(address="incidents@example.com", prefix="[incidents]"))
        assert message_from_bytes(copy, policy=policy.default)["Subject"] == "[incidents] Re: cards fail"
