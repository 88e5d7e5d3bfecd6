"""The words and fields of our mails, and golden files of all of them that a mail program can open.

To see the effect of a change, write tests/data/golden again and look at `git diff`:

    INCIDENTMAIL_WRITE_GOLDEN=1 pytest tests/outbound
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.commands import (
    AddItem,
    AddNote,
    AssignRole,
    Command,
    Declare,
    FinishItem,
    GiveUpdate,
    Held,
    Identity,
    NameCommander,
    OfferCommand,
    Refused,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
    SetTime,
    SetVenue,
    TakeCommand,
    Undo,
)
from incidentmail.core.decision.decide import decide, declare
from incidentmail.core.events import Announced, Event, Recorded
from incidentmail.core.fold import fold
from incidentmail.core.frozen import replace
from incidentmail.core.ids import code_line, incident_id, proves, read_message_id, read_plus_address
from incidentmail.core.model import Actor, Holders, Incident, Person, Status, Trust
from incidentmail.core.policy import PhaseStep, Policy, RoleKind, SeverityLevel
from incidentmail.core.words import Words
from incidentmail.errors import RenderError
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.header_fields import REFERENCES_MAX, Mail, mailbox, thread_fields
from incidentmail.outbound.list_mails import render_declaration, render_follow_up
from incidentmail.outbound.proposal_mails import MailContext, render_offer
from incidentmail.outbound.wire_format import phrase, to_bytes
from incidentmail.outbound.wording import Wording
from incidentmail.reply.own_mail import read_own
from incidentmail.templating import Templates, templates_root

START = datetime(2026, 11, 20, 14, 20, 5, tzinfo=UTC)
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
SENDER = Sender(
    bot=Person(name="Incidents", address="incident-bot@example.com"),
    list_address="incidents@example.com",
    always_to=("support@example.com",),
    key=b"a key of thirty-two bytes in all",
    wording=Wording(words=Words(Policy()), zones=("Europe/Berlin",)),
    templates=Templates(),
)


class MailSeries:
    """One incident and the mails about it."""

    def __init__(self, declaration: Declare, *, by: Person = MARA, sender: Sender = SENDER) -> None:
        self.sender, self.at, self.by = sender, START, by
        self.policy = sender.wording.words.policy
        name = incident_id(declaration.description, START, lambda _: False)
        identity = Identity(id=name, ref="k3xq7d", origin="m2zpau")
        events = declare(declaration, identity=identity, actor=self._actor(), now=START, policy=self.policy)
        assert not isinstance(events, Refused), events
        self.incident = self._after(None, events, name)

    def zones(self, *zones: str) -> MailSeries:
        self.sender = replace(self.sender, wording=replace(self.sender.wording, zones=zones))
        return self

    def declaration(self, *, by_hand: bool = False) -> Mail:
        return self._sent(render_declaration(self.sender, self.incident, self.occasion, by_hand=by_hand), 0)

    def change(
        self, *commands: Command, by: Person | None = None, after: timedelta = timedelta(minutes=10)
    ) -> MailSeries:
        """Apply commands, each of which must be accepted."""
        self.at += after
        self.by = by or self.by
        for command in commands:
            decision = decide(self.incident, command, actor=self._actor(), now=self.at, policy=self.policy)
            assert not isinstance(decision, Refused | Held), decision
            self.incident = self._after(self.incident, decision, self.incident.id)
        return self

    def follow_up(self) -> Mail:
        return self._sent(render_follow_up(self.sender, self.incident, self.occasion), self.incident.updates + 1)

    def offer(self, to: Person) -> Mail:
        context = MailContext(sender=self.sender, incident=self.incident, occasion=self.occasion, to=to, serial=7)
        return render_offer(context, by=self.by)

    @property
    def occasion(self) -> Occasion:
        head = f"m2zpau; {self.incident.version + 4}; {'5eed' * 16}; 7; {'a11e' * 16}"
        return Occasion(at=self.at, ledger=head, origin="m2zpau", thread=self.incident.thread)

    def _actor(self) -> Actor:
        return Actor(person=self.by, trust=Trust.OPERATOR)

    def _after(self, state: Incident | None, events: tuple[Event, ...], name: str) -> Incident:
        first = state.version + 1 if state else 1
        stream = [
            Recorded(incident=name, version=version, at=self.at, by=self.by, event=event)
            for version, event in enumerate(events, first)
        ]
        after = fold(stream, state)
        assert after is not None
        return after

    def _sent(self, mail: Mail, number: int) -> Mail:
        self.incident = self._after(
            self.incident, (Announced(number=number, message_id=mail.message_id),), self.incident.id
        )
        return mail


# Words and templates.

MINIMAL = Declare(description="Checkout is rejecting card payments", severity=2)
EMAIL = templates_root() / "email"


def test_text_is_never_a_template() -> None:
    for text in ("{{7*7}}", "{% include 'x' %}", "{# gone #}", "{{ incident.ref }}", "<b>&amp;</b>"):
        made = MailSeries(Declare(description=text, details=text, venue=text, severity=2))
        first = made.declaration()
        follow_up = made.change(GiveUpdate(text), SetVenue(f"{text} 2")).follow_up()
        assert first.text.count(text) == 2
        assert parse_message(first.raw, Envelope(way="pipe")).subject == text
        assert follow_up.text.count(text) == 4
        assert "49" not in first.text + follow_up.text


def test_the_first_line_is_the_state_and_the_last_the_way_to_change_it() -> None:
    made = MailSeries(MINIMAL)
    first, second = made.declaration(), made.change(SetSeverity(1)).follow_up()
    assert first.text.split("\n")[0] == (
        "Severity 2 (serious), phase 1 (stopping the damage; not confirmed). "
        "Mara Lindqvist is incident commander (not confirmed)."
    )
    code = code_line(SENDER.key, made.incident.ref)
    serious = "2 (serious): many customers or much money are affected"
    critical = "1 (critical): the future of the company is at stake; drop other work if called"
    assert first.text.split("\n")[-4:] == ["Worse? Reply: sev 1", serious, critical, code]
    assert second.text.split("\n")[0].startswith("Severity 1 (critical; was 2), phase 1")
    means = "What severity 1 means: the future of the company is at stake; drop other work if called"
    assert second.text.split("\n")[-3:] == ["Update 1. Wrong? Reply: undo 1", means, code]


def test_an_old_value_is_the_one_that_the_list_was_told_last() -> None:
    made = MailSeries(MINIMAL)
    made.declaration()
    made.change(SetSeverity(3), SetSeverity(1), NameCommander(Person(name="Bo K.")), SetVenue("#a"), SetVenue("#b"))
    state = made.follow_up().text.split("\n")[0]
    assert state == (
        "Severity 1 (critical; was 2), phase 1 (stopping the damage; not confirmed). "
        "Bo K. is incident commander (was Mara Lindqvist). Coordinating via #b."
    )
    assert made.change(GiveUpdate()).follow_up().text.split("\n")[0].startswith("Severity 1 (critical), phase 1")


def test_an_ended_incident_wants_nobody() -> None:
    made = MailSeries(MINIMAL)
    assert "Customer liaison: needed (customer questions)" in made.declaration().text
    closed = made.change(SetStatus(Status.CLOSED)).follow_up()
    assert closed.text.startswith("Incident closed. At the end: severity 2")
    assert "wanted" not in closed.text


def test_an_ended_incident_is_not_described_as_if_work_went_on() -> None:
    closed = declared().change(SetPhase(2), SetStatus(Status.CLOSED)).follow_up()
    assert closed.text.split("\n")[0] == (
        "Incident closed. At the end: severity 2 (serious), phase 2. Mara Lindqvist was incident commander. "
        "Coordinated via #2026-11-20-checkout on Slack."
    )


def test_an_organisation_writes_in_its_own_words() -> None:
    words = Words(
        Policy(
            commander_title="DRI",
            severities=(SeverityLevel(level=2, name="amber", requires=("scribe",)),),
            phases=(PhaseStep(number=1, name=""),),
            roles=(RoleKind(key="scribe", title="Scribe", takes="minutes"),),
        )
    )
    sender = replace(MailSeries(MINIMAL).sender, wording=Wording(words=words, zones=()))
    lines = MailSeries(MINIMAL, sender=sender).declaration().text.split("\n")
    assert lines[0] == "Severity 2 (amber), phase 1 (not confirmed). Mara Lindqvist is DRI (not confirmed)."
    assert "Scribe: needed (minutes)" in lines


def overridden(made: MailSeries, folder: Path, name: str, text: str) -> MailSeries:
    (folder / "email").mkdir(exist_ok=True)
    (folder / "email" / name).write_text(text, encoding="utf-8")
    made.sender = replace(made.sender, templates=Templates(folder))
    return made


def test_a_template_in_the_operators_folder_goes_before_ours(tmp_path: Path) -> None:
    ours = (EMAIL / "declaration.txt.j2").read_text(encoding="utf-8")
    made = overridden(MailSeries(MINIMAL), tmp_path, "declaration.txt.j2", ours + "\nAcme plc. Ring 4711 for help.\n")
    assert made.declaration().text.endswith("\n\nAcme plc. Ring 4711 for help.")
    assert made.change(SetPhase(2)).follow_up().text.split("\n")[-2] == "Update 1. Wrong? Reply: undo 1"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("one\n{{ state }}\n{% for %}\n", "template email/declaration.txt.j2 line 3: "),
        ("one\n\n{{ sate }}\n", "template email/declaration.txt.j2.*: 'sate' is undefined"),
        ("{{ incident.nonsense }}", "template email/declaration.txt.j2.*: .*nonsense"),
        ("{% include 'email/none.j2' %}", "template email/declaration.txt.j2.*: .*email/none.j2"),
    ],
)
def test_a_broken_template_is_an_error_that_says_where_and_why(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=problem):
        overridden(MailSeries(MINIMAL), tmp_path, "declaration.txt.j2", text).declaration()


# Fields.

BOT = "incident-bot@example.com"
AT = datetime(2026, 11, 20, 14, 20, 5, tzinfo=UTC)


def fields(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


EVIL = [
    "=?utf-8?q?x=0d=0aBcc:_eve@evil.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
    "x\r\nBcc: eve@evil.example",
    "x\nBcc: eve@evil.example\n\nbody",
    "x\rBcc: eve@evil.example",
    "x\u2028Bcc: eve@evil.example",
    "x\x00\x0bBcc: eve@evil.example",
    "x" * 200 + " Bcc: eve@evil.example",
    'x" <eve@evil.example>, "y',
    "x\\",
    "x, eve@evil.example",
    "=?us-ascii?q?a?= =?us-ascii?q?b?=",
    "\u202eevil",
    "(comment",
]
SEEN = frozenset({
    "from", "sender", "to", "cc", "reply-to", "subject", "message-id", "date", "mime-version", "content-type",
    "content-transfer-encoding", "in-reply-to", "references", "auto-submitted", "x-auto-response-suppress",
    "thread-topic", "thread-index",
})  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_becomes_a_field_or_a_recipient(evil: str) -> None:
    person = Person(name=evil, address="bo@example.com")
    declaration = Declare(
        description=evil, details=evil, venue=evil, commander=person, texts=(("impact", evil),),
        roles=(("customer_liaison", Holders(people=(person,))),),
    )  # fmt: skip
    made = MailSeries(declaration, by=person)
    for mail in (made.declaration(), made.change(SetSeverity(1), GiveUpdate(evil)).follow_up(), made.offer(person)):
        names = {name.lower() for name, _ in fields(mail.raw).items()}
        assert {name for name in names if not name.startswith("incident-")} <= SEEN
        message = parse_message(mail.raw, Envelope(way="pipe"))
        shown = {box.address for box in (*message.to, *message.cc, *message.reply_to)} - {"bo@example.com"}
        assert shown <= {"incidents@example.com", "support@example.com", message.reply_to[-1].address}
        assert message.header_from is not None
        assert message.header_from.address in (BOT, "bo@example.com")
        assert set(mail.forward_paths) <= {"incidents@example.com", "support@example.com", "bo@example.com"}
        assert message.subject.removeprefix("Re: ") == made.incident.subject
        assert mail.raw.isascii()


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=120))
def test_any_name_comes_back_from_an_address_field(name: str) -> None:
    try:
        person = Person(name=name, address="bo@example.com")
    except ValueError:
        return
    raw = f"From: {mailbox(person)}\r\n\r\n".encode("ascii")
    box = parse_message(raw, Envelope(way="pipe")).header_from
    assert box is not None
    assert (box.name or box.address, box.address) == (person.name, "bo@example.com")


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=400))
def test_any_subject_and_text_come_back_as_they_were(text: str) -> None:
    subject = Declare(description=text).description
    raw = to_bytes({"Subject": subject, "From": phrase("A") + " <a@example.com>"}, date=AT, text="x")
    shown = message_from_bytes(raw, policy=policy.default)
    assert len(shown.keys()) == 6
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_declaration_has_every_field() -> None:
    start = MailSeries(MINIMAL).at
    made = MailSeries(
        Declare(
            description="Data centre is dark", severity=1, drill=True,
            roles=(("customer_liaison", Holders(dismissed=True)),),
            times=(("next_update_at", start + timedelta(minutes=30)),),
        )
    )  # fmt: skip
    mail = fields(made.declaration().raw)
    assert {name: str(value) for name, value in mail.items() if name.startswith("Incident-")} == {
        "Incident-Id": "2026-11-20-data-centre-is-dark",
        "Incident-Update": "0",
        "Incident-Severity": "1",
        "Incident-Phase": "1",
        "Incident-Status": "open",
        "Incident-Commander": "Mara Lindqvist <mara@example.com>",
        "Incident-Roles": '{"customer_liaison": "not needed"}',
        "Incident-Declared": "Fri, 20 Nov 2026 14:20:05 +0000",
        "Incident-Next-Update": "Fri, 20 Nov 2026 14:50:00 +0000",
        "Incident-Drill": "yes",
        "Incident-Ledger": "m2zpau; 5; " + "5eed" * 16 + "; 7; " + "a11e" * 16,
        "Incident-Proof": mail["Incident-Proof"],
    }
    assert len(mail["Incident-Proof"]) == 52
    assert mail["To"] == "incidents@example.com"
    assert mail["Cc"] == "support@example.com"
    assert mail["Subject"] == "[drill] Data centre is dark"
    assert "Urgent" not in mail


def test_a_declaration_from_a_terminal_is_from_the_person_and_no_machine_wrote_it() -> None:
    mail = fields(MailSeries(MINIMAL).declaration().raw)
    assert mail["From"] == "Mara Lindqvist <mara@example.com>"
    assert mail["Sender"] == f"Incidents <{BOT}>"
    assert "Auto-Submitted" not in mail
    assert "In-Reply-To" not in mail


@pytest.mark.parametrize("by", [Person(name="Bo K."), Person(name="Incidents", address=BOT)])
def test_a_declaration_by_nobody_with_an_address_is_from_the_tool(by: Person) -> None:
    mail = fields(MailSeries(MINIMAL, by=by).declaration().raw)
    assert mail["From"] == f"Incidents <{BOT}>"
    assert "Sender" not in mail
    assert mail["Auto-Submitted"] == "auto-generated"


def test_a_follow_up_is_from_the_tool_and_says_so() -> None:
    made = MailSeries(MINIMAL)
    first = made.declaration()
    mail = fields(made.change(SetSeverity(1)).follow_up().raw)
    assert mail["From"] == f'"Incidents (severity 1)" <{BOT}>'
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Subject"] == "Re: Checkout is rejecting card payments"
    assert mail["In-Reply-To"] == mail["References"] == first.message_id
    assert mail["Incident-Changed"] == "severity"


def test_a_declaration_by_hand_is_answered_in_its_own_thread() -> None:
    mail = fields(MailSeries(replace(MINIMAL, declared_in="<4711@mua.example>")).declaration(by_hand=True).raw)
    assert mail["In-Reply-To"] == mail["References"] == "<4711@mua.example>"
    assert mail["Subject"] == "Re: Checkout is rejecting card payments"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_an_answer_goes_to_the_list_and_to_us() -> None:
    made = MailSeries(MINIMAL)
    for mail in (made.declaration(), made.change(SetSeverity(1)).follow_up()):
        replies = [box.address for box in parse_message(mail.raw, Envelope(way="pipe")).reply_to]
        assert replies[0] == "incidents@example.com"
        assert read_plus_address(made.sender.key, BOT, replies[1]) == "k3xq7d"
        assert len(replies) == 2
        assert mail.reverse_path == BOT


def test_an_offer_is_private_and_bounces_to_us() -> None:
    made = MailSeries(MINIMAL)
    made.declaration()
    offer = made.offer(Person(name="Alícia S.", address="alicia@example.com"))
    assert offer.forward_paths == ("alicia@example.com",)
    assert offer.reverse_path == BOT
    mail = fields(offer.raw)
    assert [mail["Cc"], mail["Incident-Proof"]] == [None, None]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert read_plus_address(made.sender.key, BOT, mail["Reply-To"]) == "k3xq7d"


def test_references_grow_with_the_thread_and_stay_bounded() -> None:
    made = MailSeries(replace(MINIMAL, declared_in="<4711@mua.example>"))
    sent = [made.declaration(by_hand=True)]
    lengths = []
    for number in range(40):
        sent.append(made.change(SetSeverity(1 + number % 2)).follow_up())
        mail = fields(sent[-1].raw)
        references = str(mail["References"]).split()
        assert references[0] == "<4711@mua.example>"
        assert references[-1] == mail["In-Reply-To"] == sent[-2].message_id
        lengths.append(len(references))
    assert lengths[:3] == [2, 3, 4]
    assert max(lengths) <= REFERENCES_MAX
    assert thread_fields([]) == {}


def test_a_message_id_is_short_and_names_the_mail() -> None:
    made = MailSeries(MINIMAL)
    made.declaration()
    made.incident = replace(made.incident, updates=99_998)
    mail = made.change(SetSeverity(1)).follow_up()
    assert len(mail.message_id) < 78
    assert mail.message_id == mail.message_id.lower()
    name = read_message_id(made.sender.key, mail.message_id)
    assert name is not None
    assert (name.ref, name.origin, name.number) == ("k3xq7d", "m2zpau", "99999")


def test_no_line_of_a_header_is_longer_than_a_relay_takes() -> None:
    people = tuple(Person(name=f"{'Ångström' * 12} {number}", address=f"p{number}@example.com") for number in range(12))
    made = MailSeries(
        Declare(description="y" * 300, commander=people[0], roles=(("customer_liaison", Holders(people=people)),))
    )
    head = made.declaration().raw.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 400
    assert b"Subject:\r\n" not in head


def test_a_person_without_an_address_cannot_be_written_to() -> None:
    with pytest.raises(RenderError, match=r"Bo K\. has no address"):
        mailbox(Person(name="Bo K."))


def test_an_address_field_holds_no_text() -> None:
    with pytest.raises(RenderError, match="the field To cannot hold"):
        to_bytes({"To": "Tomás <t@example.com>"}, date=AT, text="x")


def test_a_time_is_written_as_rfc_5322_does() -> None:
    made = MailSeries(MINIMAL).change(SetTime("next_update_at", AT + timedelta(hours=10)))
    assert fields(made.declaration().raw)["Incident-Next-Update"] == "Sat, 21 Nov 2026 00:20:00 +0000"


# Byte for byte.

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
WRITE = bool(os.environ.get("INCIDENTMAIL_WRITE_GOLDEN"))
ALICIA = Person(name="Alícia S.", address="alicia@example.com")
BO = Person(name="Bo K.", address="bo@example.com")
UNSTATED = Declare(description="Checkout is rejecting card payments")
STATED = Declare(
    description="Checkout is rejecting card payments",
    severity=2,
    phase=1,
    commander=Person(name="Mara Lindqvist", address="mara@example.com"),
    venue="#2026-11-20-checkout on Slack",
)


def full() -> MailSeries:
    start = MailSeries(UNSTATED).at
    return MailSeries(
        Declare(
            description="Checkout is rejecting card payments",
            details="Since 14:07 UTC (15:07 CET) one in five card payments is declined by our gateway. Customers can "
            "still pay by invoice. If the second gateway fails too, checkout is down.",
            severity=2,
            phase=1,
            commander=Person(name="Mara Lindqvist", address="mara@example.com"),
            venue="#2026-11-20-checkout on Slack",
            texts=(
                ("impact", "one in five card payments"),
                ("not_affected", "invoices, and orders by phone"),
                ("backchannel", "+44 20 7946 0000"),
            ),
            roles=(
                ("customer_liaison", Holders(people=(Person(name="Tomás R.", address="tomas@example.com"),))),
                ("subject_matter_experts", Holders(people=(BO, Person(name="Yusuf A.")))),
            ),
            times=(
                ("started_at", start - timedelta(minutes=13)),
                ("detected_at", start - timedelta(minutes=3)),
                ("next_update_at", start + timedelta(minutes=40)),
            ),
        )
    ).change(
        SetText("customers_may_be_told", "some card payments fail, please pay by invoice"),
        by=Person(name="Tomás R.", address="tomas@example.com"), after=timedelta(),
    )  # fmt: skip


def declared(declaration: Declare = STATED) -> MailSeries:
    made = MailSeries(declaration)
    made.declaration()
    return made


def commander_handed_over() -> Mail:
    made = declared().change(NameCommander(ALICIA), AddNote("Mara sleeps until six.", rides=True))
    return made.follow_up()


def undone() -> Mail:
    made = declared().change(SetSeverity(1))
    made.follow_up()
    return made.change(Undo(1), by=ALICIA).follow_up()


def venue_taken_back() -> Mail:
    made = declared(UNSTATED).change(SetVenue("#checkout on Slack"))
    made.follow_up()
    return made.change(Undo(1)).follow_up()


def reopened() -> Mail:
    made = declared().change(SetStatus(Status.CLOSED))
    made.follow_up()
    return made.change(SetStatus(Status.OPEN), AddNote("It is back.", rides=True), by=BO).follow_up()


def offered() -> Mail:
    return full().change(OfferCommand(ALICIA)).offer(ALICIA)


def non_latin() -> Mail:
    made = MailSeries(
        Declare(
            description="決済が失敗している",
            details="カード決済の五件に一件が拒否されています。\n\nהתשלומים נכשלים.",
            severity=1,
            commander=Person(name="山田太郎", address="yamada@example.com"),
            venue="会議室 3",
            roles=(("subject_matter_experts", Holders(people=(Person(name="עדה לוי"), Person(name="Зоя К.")))),),
        ),
        by=Person(name="山田太郎", address="yamada@example.com"),
    )
    return made.declaration()


def two_zones() -> Mail:
    made = declared().zones("Europe/Berlin", "America/Los_Angeles")
    hours = timedelta(hours=9, minutes=10)
    until = SetTime("next_update_at", made.at + hours + timedelta(hours=1))
    return made.change(SetSeverity(1), until, after=hours).follow_up()


MAILS: dict[str, Callable[[], Mail]] = {
    "declaration-minimal": lambda: MailSeries(UNSTATED).declaration(),
    "declaration-full": lambda: full().declaration(),
    "declaration-non-latin": non_latin,
    "declaration-drill": lambda: MailSeries(
        Declare(description="Data centre is dark", severity=1, drill=True)
    ).declaration(),
    "declaration-by-hand": lambda: MailSeries(
        Declare(
            description="Checkout is rejecting card payments",
            details="One in five is declined.",
            severity=2,
            venue="#x channel on Slack",
            declared_in="<4711@mua.example>",
        )
    ).declaration(by_hand=True),
    "severity-rises": lambda: declared().change(
        SetSeverity(1), AddNote("The second gateway fails too.", rides=True), by=BO
    ).follow_up(),
    "severity-confirmed": lambda: declared(UNSTATED).change(SetSeverity(3), TakeCommand()).follow_up(),
    "phase": lambda: declared().change(SetPhase(2)).follow_up(),
    "commander-handed-over": commander_handed_over,
    "venue": lambda: declared().change(
        SetVenue("https://meet.example.com/abc-def?pwd=x.y"), by=BO
    ).follow_up(),
    "venue-taken-back": venue_taken_back,
    "description-corrected": lambda: declared().change(
        SetDescription("Checkout is rejecting cards of one bank")
    ).follow_up(),
    "roles": lambda: declared().change(
        AssignRole("customer_liaison", (MARA,)), by=BO
    ).change(
        SetText("customers_may_be_told", "some card payments fail"),
        AssignRole("customer_liaison", how="dismiss"),
        AssignRole("subject_matter_experts", (Person(name="Smith, John"), BO)),
        GiveUpdate("The bank has been called.\n\nThey look into it."),
        by=MARA,
    ).follow_up(),
    "no-change": lambda: declared().change(
        GiveUpdate(), SetTime("next_update_at", MailSeries(UNSTATED).at + timedelta(hours=1))
    ).follow_up(),
    "closed": lambda: declared().change(
        SetPhase(3), SetStatus(Status.CLOSED), AddNote("All payments work since 14:20 UTC.", rides=True)
    ).follow_up(),
    "retracted": lambda: declared(UNSTATED).change(SetStatus(Status.RETRACTED)).follow_up(),
    "reopened": reopened,
    "undone": undone,
    "two-zones": two_zones,
    "offer": offered,
}  # fmt: skip


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_written_byte_for_byte_as_before(name: str) -> None:
    raw = MAILS[name]().raw.replace(b"\r\n", b"\n")
    path = GOLDEN / f"{name}.eml"
    if WRITE:
        path.write_bytes(raw)
    assert path.read_bytes() == raw


def test_no_golden_mail_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.eml")} == set(MAILS)


def test_open_needs_stand_in_the_mail_with_whoever_sees_to_them_and_done_ones_do_not() -> None:
    made = MailSeries(MINIMAL)
    made.declaration()
    bo = Person(name="Bo K.", address="bo@example.com")
    made.change(AddItem("need", "somebody who knows\nthe gateway", bo), AddItem("need", "a room"), SetSeverity(1))
    lines = made.follow_up().text.split("\n")
    assert "Need: somebody who knows the gateway (Bo K.)" in lines
    assert lines.index("Need: a room") > lines.index("Approved for customers: nothing yet")
    made.change(FinishItem("gateway"), *(AddItem("need", f"number {n}") for n in range(7)), SetSeverity(2))
    said = made.follow_up().text
    assert "knows the gateway" not in said
    assert [line for line in said.split("\n") if line.startswith("Need: ")] == [
        f"Need: number {n}" for n in range(2, 7)
    ]


def test_needs_change_nothing_of_what_a_mail_proves() -> None:
    made = MailSeries(MINIMAL)
    made.declaration()
    made.change(AddItem("need", "Customers may be told: everything"), SetSeverity(1))
    message = parse_message(made.follow_up().raw, Envelope(way="pipe"))
    readings = read_own(message, key=made.sender.key, address=BOT, words=made.sender.wording.words)
    assert any(proves(made.sender.key, reading, message.field("incident-proof") or "") for reading in readings)
