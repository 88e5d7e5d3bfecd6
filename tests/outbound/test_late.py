"""Golden files of mails besides the announcements, and of announcements at their limits.

These are mails about a restricted incident, to its list and to everybody, and mails to people who are told late, ask,
or take command. To write the files again: INCIDENTMAIL_WRITE_GOLDEN=1 pytest tests/outbound
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from incidentmail.core.command_json import command_json
from incidentmail.core.commands import (
    AddItem,
    AddNote,
    Command,
    Declare,
    GiveUpdate,
    Held,
    Identity,
    Refused,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetTime,
    TakeCommand,
)
from incidentmail.core.decision.decide import decide, declare
from incidentmail.core.decision.ending import ends_alone
from incidentmail.core.events import Announced, Event, Recorded
from incidentmail.core.fold import fold
from incidentmail.core.frozen import replace
from incidentmail.core.ids import incident_id, proves, public_ref, restricted_id
from incidentmail.core.model import Actor, Holders, Incident, Person, Proposal, Status, Trust
from incidentmail.core.policy import Policy
from incidentmail.core.teams.approval import Approval
from incidentmail.core.words import Words
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.explaining.abbreviations import Glossary
from incidentmail.outbound.explaining.general_answers import render_general
from incidentmail.outbound.header_fields import Mail, incident_fields
from incidentmail.outbound.html_page import MAIL_BYTES_MAX
from incidentmail.outbound.late_briefing import render_briefing
from incidentmail.outbound.list_mails import render_declaration, render_follow_up
from incidentmail.outbound.private_mails import Item, Private, Template, render_private
from incidentmail.outbound.proposal_mails import MailContext, render_question
from incidentmail.outbound.public_notice import render_public, tells_public
from incidentmail.outbound.teams.executives import render_for_executives
from incidentmail.outbound.wire_format import page_of
from incidentmail.outbound.wording import Wording
from incidentmail.reply.own_mail import read_own
from incidentmail.templating import Templates

START, REF, ORIGIN = datetime(2026, 11, 20, 14, 20, 5, tzinfo=UTC), "k3xq7d", "m2zpau"
KEY = b"a key of thirty-two bytes in all"
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
BO = Person(name="Bo K.", address="bo@example.com")
MAIN = Sender(
    bot=Person(name="Incidents", address="incident-bot@example.com"),
    list_address="incidents@example.com",
    always_to=("support@example.com",),
    key=KEY,
    wording=Wording(words=Words(Policy()), zones=("Europe/Berlin",)),
    templates=Templates(),
)
OWN = replace(MAIN, list_address="security@example.com", always_to=())
GOLDEN = Path(__file__).parent.parent / "data" / "golden" / "late"
WRITE = bool(os.environ.get("INCIDENTMAIL_WRITE_GOLDEN"))
SECRET = Declare(
    description="Somebody reads our mail",
    details="The key of the mail server was stolen.\n\nNobody writes about it by mail.",
    severity=2,
    phase=1,
    commander=MARA,
    venue="room 5",
    roles=(("subject_matter_experts", Holders(people=(BO,))),),
    restricted=True,
)
PLAIN = Declare(
    description="Checkout is rejecting card payments",
    details="One in five is declined.\n\nInvoices work.",
    severity=2,
    phase=1,
    commander=MARA,
    venue="#checkout on Slack",
    texts=(("impact", "one in five card payments"),),
    roles=(("customer_liaison", Holders(people=(Person(name="Tomás R.", address="tomas@example.com"),))),),
)


class Case:
    """One incident, its entries, and the mails about it."""

    def __init__(self, declaration: Declare) -> None:
        self.at, self.by, self.entries = START, MARA, list[Recorded]()
        self.sender = OWN if declaration.restricted else MAIN
        name = (
            restricted_id(REF, START)
            if declaration.restricted
            else incident_id(declaration.description, START, lambda _: False)
        )
        identity = Identity(id=name, ref=REF, origin=ORIGIN)
        events = declare(declaration, identity=identity, actor=self._actor, now=START, policy=Policy())
        assert not isinstance(events, Refused), events
        self._add(events, name)

    @property
    def incident(self) -> Incident:
        state = fold(self.entries)
        assert state is not None
        return state

    @property
    def occasion(self) -> Occasion:
        head = f"{ORIGIN}; {len(self.entries) + 4}; {'5eed' * 16}; 7; {'a11e' * 16}"
        return Occasion(at=self.at, ledger=head, origin=ORIGIN, thread=self.incident.thread)

    @property
    def _actor(self) -> Actor:
        return Actor(person=self.by, trust=Trust.OPERATOR)

    def _add(self, events: tuple[Event, ...], name: str) -> None:
        for event in events:
            version = len(self.entries) + 1
            self.entries.append(Recorded(incident=name, version=version, at=self.at, by=self.by, event=event))

    def announced(self) -> Mail:
        """Return the declaration, or the follow-up that is due."""
        state = self.incident
        number = state.updates + 1 if state.is_announced else 0
        mail = (
            render_follow_up(self.sender, state, self.occasion)
            if number
            else render_declaration(self.sender, state, self.occasion, by_hand=False)
        )
        self._add((Announced(number=number, message_id=mail.message_id),), state.id)
        return mail

    def change(self, *commands: Command, by: Person | None = None) -> Case:
        self.at, self.by = self.at + timedelta(minutes=10), by or self.by
        for command in commands:
            decision = decide(self.incident, command, actor=self._actor, now=self.at, policy=Policy())
            assert not isinstance(decision, Refused | Held), decision
            self._add(decision, self.incident.id)
        return self

    def public(self) -> Mail:
        return render_public(MAIN, self.incident, self.occasion)

    def executives(self) -> Mail:
        return render_for_executives(self.sender, self.incident, self.occasion, to=["executives@example.com"], serial=9)

    def briefing(self) -> Mail:
        to = ["boss@example.com", "legal@example.com"]
        return render_briefing(self.sender, self.incident, self.entries, self.occasion, to=to, serial=9)

    def private(self, content: Private) -> Mail:
        return render_private(
            self.sender, content, incident=self.incident, at=self.at, serial=9, ref=REF, origin=ORIGIN,
            recorded=self.entries,
        )  # fmt: skip


def told(declaration: Declare) -> Case:
    made = Case(declaration)
    made.announced()
    return made


def busy() -> Case:
    made = told(PLAIN).change(SetPhase(2), AddNote("The gateway is back.", rides=True), by=BO)
    made.announced()
    made.change(
        AddItem("need", "somebody from the bank"), AddItem("action", "call the bank", BO), GiveUpdate(), by=MARA
    )
    made.announced()
    return made.change(SetSeverity(1), SetTime("next_update_at", made.at + timedelta(hours=1)), TakeCommand(), by=BO)


def later_public() -> Mail:
    made = told(SECRET).change(SetSeverity(1), AddNote("Bo found a copy of the stolen key.", rides=True), by=BO)
    return made.public()


def closed_and_reopened() -> Case:
    return told(PLAIN).change(SetStatus(Status.CLOSED)).change(SetStatus(Status.OPEN))


def general(template: Template, subject: str, *incidents: Incident) -> Mail:
    """Return the answer to a mail to us that is about no incident."""
    content = Private(template=template, to=BO, subject=subject, message_id="<1@mua.example>")
    at = START + timedelta(hours=1)
    return render_general(MAIN, content, incidents, hides_some=False, at=at, serial=9, ref="aaaaaa", origin=ORIGIN)


def may_it_end() -> Mail:
    """Return the question to the commander of a severe incident that somebody else wants to close."""
    made = told(PLAIN)
    proposal = Proposal(
        number=1, command=command_json(SetStatus(Status.CLOSED, reason="all payments work again")),
        reason=ends_alone(made.incident, Policy()), by=BO, trust=Trust.MEMBER, confirmers=(MARA,), made_at=START,
        expires_at=START + timedelta(days=1),
    )  # fmt: skip
    mail_context = MailContext(sender=MAIN, incident=made.incident, occasion=made.occasion, to=MARA, serial=9)
    return render_question(mail_context, proposal, by=BO)


def abbreviated() -> Case:
    made = Case(replace(PLAIN, description="The PSP declines cards", details="Both PSPs decline; R&D looks at it."))
    glossary = Glossary({"PSP": "payment service provider", "R&D": "research and development", "DB": "database"})
    made.sender = replace(MAIN, wording=replace(MAIN.wording, glossary=glossary))
    return made


MILD = replace(PLAIN, description="Printers are out of paper", severity=4)
LONG = replace(PLAIN, details="\n\n".join(f"Paragraph {n}. " + "It goes on and on. " * 40 for n in range(25)))
REMINDED = (
    Item(
        result="The next update is due by 15:00 UTC (16:00 CET).",
        instead="no change; next +30m",
        also=("no change; next +1h",),
    ),
    Item(line="call the bank", result="Action 2 was due by 14:30 UTC (15:30 CET).", instead="done 2"),
)
MAILS: dict[str, Callable[[], Mail]] = {
    "restricted": lambda: Case(SECRET).announced(),
    "restricted-public": lambda: Case(SECRET).public(),
    "restricted-public-later": later_public,
    "restricted-drill-public": lambda: Case(replace(SECRET, drill=True)).public(),
    "briefing": lambda: busy().briefing(),
    "executives": lambda: busy().executives(),
    "executives-over": lambda: busy().change(SetStatus(Status.CLOSED)).executives(),
    "brief": lambda: busy().private(
        Private(template="brief", to=BO, subject="Re: x", message_id="<1@mua.example>")
    ),
    "controls": lambda: busy().private(Private(template="controls", to=BO)),
    "controls-named": lambda: busy().private(
        Private(template="controls", to=BO, by="Mara Lindqvist", roles=("incident commander", "scribe"))
    ),
    "reminder": lambda: busy().private(Private(template="reminder", to=BO, items=REMINDED)),
    "long": lambda: Case(LONG).announced(),
    "closed-and-reopened": lambda: closed_and_reopened().announced(),
    "guide": lambda: general("guide", ""),
    "open-incidents": lambda: general("open_incidents", "status", busy().incident, told(MILD).incident),
    "no-open-incident": lambda: general("open_incidents", "status"),
    "may-it-end": may_it_end,
    "abbreviations": lambda: abbreviated().announced(),
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


@pytest.mark.parametrize("name", ["restricted-public", "restricted-public-later"])
def test_what_everybody_hears_holds_nothing_of_the_incident(name: str) -> None:
    mail = MAILS[name]()
    everything = mail.raw.decode() + mail.text + page_of(mail.raw)
    for hidden in (REF, "reads our mail", "stolen", "room 5", "Bo K.", "security@", "Update 1", "1 earlier"):
        assert hidden not in everything
    assert public_ref(KEY, REF) in everything


def test_everybody_hears_again_only_of_what_concerns_them() -> None:
    made = told(SECRET)
    assert not tells_public(made.change(GiveUpdate("Bo is on it.")).incident)
    assert tells_public(made.change(SetSeverity(1)).incident)
    assert not tells_public(Case(replace(SECRET, silent=True)).incident)
    assert not tells_public(Case(PLAIN).incident)


def test_a_very_long_text_goes_out_whole_as_text_alone() -> None:
    mail = MAILS["long"]()
    assert page_of(mail.raw) == ""
    assert "Paragraph 24." in mail.text
    assert len(MAILS["briefing"]().raw) < MAIL_BYTES_MAX
    assert len(told(LONG).change(SetSeverity(1)).briefing().raw) < MAIL_BYTES_MAX


def test_closed_and_reopened_says_both_and_is_read_back() -> None:
    made = closed_and_reopened()
    mail = made.announced()
    assert mail.text.startswith("Incident closed. Incident reopened. Severity 2 (serious), ")
    message = parse_message(mail.raw, Envelope(way="pipe"))
    readings = read_own(message, key=KEY, address="incident-bot@example.com", words=Words(Policy()))
    assert any(proves(KEY, reading, message.field("incident-proof") or "") for reading in readings)
    again = closed_and_reopened().change(SetStatus(Status.CLOSED)).announced().text
    assert again.startswith("Incident closed. At the end: severity 2")


FILTERS = (Path(__file__).parent.parent.parent / "docs" / "filters.md").read_text(encoding="utf-8")


def test_the_documented_fields_are_those_that_are_written() -> None:
    approved = Approval(words="Cards may fail.", by=Person(name="Bo K."), approved_by=Person(name="Ann B."))
    state = replace(
        busy().incident, drill=True, restricted=True, customers_may_be_told=approved.words, approval=approved
    )
    written = incident_fields(
        state, number=1, ledger="x; 1; y", changed=["severity"], proof="z", epoch=1, is_usual=True
    )
    assert re.findall(r"^\| `(Incident-[A-Za-z-]+)`", FILTERS, re.M) == list(written)


def test_the_filters_name_no_field_that_does_not_exist() -> None:
    documented = set(re.findall(r"^\| `(Incident-[A-Za-z-]+)`", FILTERS, re.M))
    assert set(re.findall(r"Incident-[A-Z][A-Za-z]+(?:-[A-Z][a-z]+)*", FILTERS)) == documented
    for script in re.findall(r"```sieve\n(.*?)```", FILTERS, re.S):
        assert script.count("{") == script.count("}") > 0
        assert set(re.findall(r"\b(fileinto|addflag)\b", script)) <= {
            "fileinto" if "fileinto" in script.split(";")[0] else "",
            "addflag" if "imap4flags" in script.split(";")[0] else "",
        }
