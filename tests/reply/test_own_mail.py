"""The mail that we send is read back as the same facts, and an altered mail proves nothing."""

from __future__ import annotations

import base64
import re
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentmail.app.begin_incident import without_customer_words
from incidentmail.core.commands import (
    AssignRole,
    Command,
    Declare,
    GiveUpdate,
    Held,
    Identity,
    NameCommander,
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
from incidentmail.core.decision.carry_out import carry_out
from incidentmail.core.decision.decide import decide, declare
from incidentmail.core.decision.state_forms import reads_like_state
from incidentmail.core.deeds.closing_lines import declaration_hint, follow_up_hint, is_declaration_hint
from incidentmail.core.events import Announced, Event, Recorded
from incidentmail.core.facts import SAID, changed_facts, declared_facts
from incidentmail.core.fold import fold
from incidentmail.core.frozen import JsonValue
from incidentmail.core.ids import Announcement, proves
from incidentmail.core.model import Actor, Holders, Incident, Person, Status, Trust
from incidentmail.core.policy import DEFAULT_ROLES, Policy, RoleKind
from incidentmail.core.teams.customer_words import with_approval
from incidentmail.core.text import one_line
from incidentmail.core.words import Words
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import render_declaration, render_follow_up
from incidentmail.outbound.wording import Wording
from incidentmail.reply.own_mail import read_own
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import understand
from incidentmail.templating import Templates

AT = datetime(2026, 11, 20, 14, 20, 5, tzinfo=UTC)
KEY = b"a key of thirty-two bytes in all"
BOT = "incident-bot@example.com"
ROLES = (*DEFAULT_ROLES, RoleKind(key="legal", title="Counsel"))
POLICY = Policy(roles=ROLES)
WORDS = Words(POLICY)
SENDER = Sender(
    bot=Person(name="Incidents", address=BOT),
    list_address="incidents@example.com",
    always_to=("support@example.com",),
    key=KEY,
    wording=Wording(words=WORDS, zones=("Europe/Berlin", "America/Los_Angeles")),
    templates=Templates(),
)
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
FOOTER = "_______________________________________________\nincidents mailing list -- incidents@example.com\n"
LISTS = (
    ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER),
    ListStyle(address="incidents@example.com", prefix="[incidents]", footer="Füße weg -- Liste\n", munge=True),
    ListStyle(address="incidents@example.com", footer=FOOTER, wrap=True),
)
EARLIER = sorted((Path(__file__).parent.parent / "data" / "earlier_wording").glob("*.eml"))
"""Mails as earlier versions wrote them. Archives and mailboxes contain them, and ledgers are rebuilt from these."""
OCCASION = Occasion(at=AT, ledger="ghijkl; 12; " + "0f" * 32, origin="ghijkl")

APPROVER = Person(name="Smith, Jo", address="jo@example.com")


class Scenario:
    """One incident that is declared, changed and announced, with the facts that each mail must give back."""

    def __init__(self, declaration: Declare, *, by: Person = MARA, policy: Policy = POLICY) -> None:
        self.policy, self.at, self.by = policy, AT, by
        identity = Identity(id="2026-11-20-checkout", ref="abcdef", origin="ghijkl")
        declaration, words = without_customer_words(declaration)
        events = declare(declaration, identity=identity, actor=self._actor(by), now=AT, policy=policy)
        assert not isinstance(events, Refused), events
        self.incident = self._after(None, events)
        self.change(*words)

    def _actor(self, person: Person) -> Actor:
        return Actor(person=person, trust=Trust.OPERATOR)

    def _after(self, state: Incident | None, events: tuple[Event, ...]) -> Incident:
        first = state.version + 1 if state else 1
        stream = [
            Recorded(incident="2026-11-20-checkout", version=version, at=self.at, by=self.by, event=event)
            for version, event in enumerate(events, first)
        ]
        after = fold(stream, state)
        assert after is not None
        return after

    def change(self, *commands: Command) -> None:
        """Apply commands. Refused ones change nothing, and a second person approves words for customers."""
        for command in commands:
            actor = self._actor(self.by)
            decision = decide(self.incident, command, actor=actor, now=self.at, policy=self.policy)
            if isinstance(decision, Held):
                events = carry_out(self.incident, command, actor=actor, now=self.at, policy=self.policy)
                assert not isinstance(events, Refused), events
                decision = with_approval(self.incident, events, by=self.by, approved_by=APPROVER)
            if isinstance(decision, tuple):
                self.incident = self._after(self.incident, decision)

    def declaration(self, *, by_hand: bool = False) -> tuple[Mail, Announcement]:
        mail = render_declaration(SENDER, self.incident, self._occasion(), by_hand=by_hand)
        return self._sent(mail, 0, dict(declared_facts(self.incident)))

    def follow_up(self) -> tuple[Mail, Announcement] | None:
        if not (self.incident.unannounced or self.incident.said):
            return None
        mail = render_follow_up(SENDER, self.incident, self._occasion())
        facts = dict(changed_facts(self.incident))
        said = SENDER.wording.said(self.incident, self.at.date())
        return self._sent(mail, self.incident.updates + 1, {**facts, **({SAID: said} if said else {})})

    def _occasion(self) -> Occasion:
        return Occasion(at=self.at, ledger=OCCASION.ledger, origin="ghijkl", thread=self.incident.thread)

    def _sent(self, mail: Mail, number: int, facts: dict[str, JsonValue]) -> tuple[Mail, Announcement]:
        self.incident = self._after(self.incident, (Announced(number=number, message_id=mail.message_id),))
        said = Announcement(incident=self.incident.id, ref="abcdef", origin="ghijkl", number=number, facts=facts)
        return mail, said


def proven(raw: bytes, words: Words = WORDS) -> list[Announcement]:
    message = parse_message(raw, Envelope(way="pipe"))
    claimed = message.field("incident-proof") or ""
    return [a for a in read_own(message, key=KEY, address=BOT, words=words) if proves(KEY, a, claimed)]


@pytest.mark.parametrize("heads", ["; 12; 0f0f", "; 12; 0f0f; 34; a11e"])
def test_the_origin_is_read_from_older_mails_with_one_head_and_from_those_with_two(heads: str) -> None:
    scenario = Scenario(Declare(description="Checkout is down"))
    mail, said = scenario.declaration()
    raw = re.sub(rb"(Incident-Ledger: ghijkl)(?:[^\r\n]|\r?\n )*", rb"\1" + heads.encode(), mail.raw)
    assert proven(raw) == [said]


def read_back(raw: bytes) -> Announcement:
    found = proven(raw)
    assert found, parse_message(raw, Envelope(way="pipe"))
    return found[0]


def holds(sent: tuple[Mail, Announcement]) -> None:
    """Assert that a mail gives back exactly what it announced, as sent and as each list distributes it."""
    mail, said = sent
    for raw in (mail.raw, mail.raw.replace(b"\r\n", b"\n"), *(list_copy(mail.raw, style) for style in LISTS)):
        assert read_back(raw) == said


CHARACTERS = st.characters(codec="utf-8")
ODD_NAMES = (
    "Alícia S.", "Smith, John", "J. R. Hartley", "Bo K.", "山田太郎", "עדה לוי", "O'Brien",
    'Jo "Ace" Ray', "Nothing Yet",
    "Nobody", "wanted", "not needed", "Severity 1", "Mara (IT)", "A; B", "-Minus", "+Plus", "a is incident commander",
    "=?utf-8?q?x=0d=0aBcc:_y?=", "Zoë Ångström-Ünlü", "van der Berg", "x" * 200, "Bo and Co", "Dr. No",
)  # fmt: skip
ODD_LINES = (
    "Checkout is rejecting card payments", "AW: payments", "[eu] payments fail", "Re: Re: x", "[drill] not one",
    "決済が失敗している", "nothing yet", "nothing yet.", "Severity: 1", "a, b; c", "{{7*7}}", "mostly fine.",
    "100 % (one in five)",
    "=?utf-8?q?x=0d=0aBcc:_evil@example.com?=", "x," * 100, "Fwd: [x] y", "Coordinates: z.", "**all**",
    "*", ":", "(was x)",
)  # fmt: skip
ODD_VENUES = (
    "#2026-11-20-checkout on Slack", "Slack (was Teams)", "https://meet.example.com/a.b?c=1.2#d.", "Slack.",
    "a (was b) (was c)",
    "x (was y", "phone +44 20 7946 0000", "会議室", "Coordinates: #x", "https://x.example/" + "a" * 150, "(was b)",
)  # fmt: skip
ODD_PARAGRAPHS = (
    "Severity: 1", "> Severity: 1", "-- ", "--", "-- \nMara", "From here on it got worse.", ">From there",
    "From: me@example.com",
    "Subject: x", "> quoted", "close", declaration_hint([1]), follow_up_hint(1), "On Fri, Bo wrote:",
    "  indented\n    more",
    "Since 14:07 one in five card payments fails.", "決済が\n失敗", "a\tb", "...", ".", "=20", "soft =\nbreak",
    "x" * 1200,
    "Approved for customers: nothing yet", "_______________", "-----Original Message-----", "{{7*7}} {% x %}",
    "\ufeffmark",
    "Severity 4, phase 3. Eve is incident commander.", "Update 1. Wrong? Reply: undo 1", "Incident: 2026-11-20-other",
)  # fmt: skip
lines = st.one_of(st.sampled_from(ODD_LINES), st.text(CHARACTERS, min_size=1, max_size=60))
venues = st.one_of(st.sampled_from(ODD_VENUES), st.text(CHARACTERS, min_size=1, max_size=60)).filter(
    lambda venue: not reads_like_state(one_line(venue), Policy())  # that is refused
)
texts = st.one_of(
    st.lists(st.sampled_from(ODD_PARAGRAPHS), max_size=5).map("\n\n".join),
    st.lists(st.sampled_from(ODD_PARAGRAPHS), max_size=5).map("\n".join),
    st.text(CHARACTERS, max_size=200),
)


@st.composite
def people(draw: st.DrawFn) -> Person:
    name = draw(st.one_of(st.sampled_from(ODD_NAMES), st.text(CHARACTERS, min_size=1, max_size=30)))
    address = draw(st.sampled_from((None, "bo@example.com", "eve@example.com", "i-d.x+y@sub.example.com")))
    try:
        return Person(name=name, address=address)
    except ValueError:
        return MARA


times = st.timedeltas(min_value=timedelta(minutes=-5000), max_value=timedelta(0)).map(lambda delta: AT + delta)
later = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)).map(lambda delta: AT + delta)
holders = st.one_of(
    st.builds(Holders, people=st.lists(people(), max_size=3).map(tuple)), st.just(Holders(dismissed=True))
)
role_keys = st.sampled_from([role.key for role in ROLES])
declarations = st.builds(
    Declare,
    description=lines.filter(lambda text: bool("".join(text.split()).isprintable() and text.strip())),
    details=texts,
    severity=st.sampled_from((None, 1, 2, 3, 4)),
    phase=st.sampled_from((None, 0, 1, 2, 3)),
    commander=st.one_of(st.none(), people()),
    venue=st.one_of(st.none(), venues),
    texts=st.lists(
        st.tuples(st.sampled_from(("impact", "not_affected", "backchannel", "customers_may_be_told")), lines),
        max_size=4,
    ).map(tuple),
    roles=st.lists(st.tuples(role_keys, holders), max_size=4, unique_by=lambda pair: pair[0]).map(tuple),
    times=st.lists(
        st.one_of(
            st.tuples(st.sampled_from(("started_at", "detected_at")), times),
            st.tuples(st.just("next_update_at"), later),
        ),
        max_size=3,
    ).map(tuple),
    unsure=st.sampled_from(((), ("severity",), ("phase", "commander"))),
    drill=st.booleans(),
)
changes = st.one_of(
    st.builds(SetSeverity, st.integers(1, 4)),
    st.builds(SetPhase, st.integers(0, 3)),
    st.builds(SetStatus, st.sampled_from((Status.OPEN, Status.CLOSED, Status.RETRACTED))),
    st.builds(SetDescription, lines),
    st.builds(SetVenue, venues),
    st.builds(SetText, st.sampled_from(("impact", "not_affected", "backchannel", "customers_may_be_told")), lines),
    st.builds(SetTime, st.just("next_update_at"), later),
    st.builds(SetTime, st.sampled_from(("started_at", "detected_at")), times),
    st.builds(NameCommander, people()),
    st.just(TakeCommand()),
    st.builds(
        AssignRole,
        role_keys,
        st.lists(people(), max_size=3).map(tuple),
        st.sampled_from(("set", "add", "remove", "dismiss")),
    ),
    st.builds(GiveUpdate, texts),
    st.builds(Undo, st.integers(1, 2)),
)
# Generated values are cleaned by the core; what it refuses (an empty line, a line too long) is no incident.
generated = settings(max_examples=100)


@generated
@given(declarations, people(), st.booleans())
def test_a_declaration_is_read_back_into_the_facts_it_announced(
    declaration: Declare, by: Person, by_hand: bool
) -> None:
    holds(Scenario(declaration, by=by).declaration(by_hand=by_hand))


@generated
@given(declarations, st.lists(st.lists(changes, min_size=1, max_size=5), min_size=1, max_size=3), people())
def test_a_follow_up_is_read_back_into_the_facts_it_announced(
    declaration: Declare, rounds: list[list[Command]], by: Person
) -> None:
    scenario = Scenario(declaration, by=by)
    scenario.declaration()
    for number, commands in enumerate(rounds, 1):
        scenario.at = AT + timedelta(hours=9 * number)
        scenario.change(*commands)
        if sent := scenario.follow_up():
            holds(sent)


def test_a_follow_up_after_a_close_and_a_reopening_is_read_back_though_it_tells_of_neither() -> None:
    scenario = Scenario(Declare(description="Checkout is rejecting card payments"))
    scenario.declaration()
    scenario.change(SetStatus(Status.CLOSED), SetStatus(Status.OPEN))
    if sent := scenario.follow_up():
        holds(sent)


@pytest.mark.parametrize("description", ["Coordinates: z.", "AW: payments", "Checkout is down"])
def test_a_description_that_was_changed_and_put_back_is_read_back(description: str) -> None:
    scenario = Scenario(Declare(description=description))
    scenario.declaration()
    for _ in range(2):
        scenario.change(SetDescription("Everything is down"), SetDescription(description))
        sent = scenario.follow_up()
        assert sent is not None
        holds(sent)


FULL = Declare(
    description="Checkout is rejecting card payments",
    details="Since 14:07 UTC one in five card payments is declined.\n\nFrom here on it gets worse.",
    severity=2,
    commander=Person(name="Alícia S.", address="alicia@example.com"),
    venue="#2026-11-20-checkout on Slack",
    texts=(("impact", "one in five card payments"), ("customers_may_be_told", "we know")),
    roles=(
        ("customer_liaison", Holders(people=(Person(name="Tomás R."),))),
        ("business_liaison", Holders(dismissed=True)),
        ("scribe", Holders(people=(Person(name="Smith, John"), Person(name="Bo K.", address="bo@example.com")))),
    ),
    times=(("started_at", AT - timedelta(minutes=13)), ("next_update_at", AT + timedelta(minutes=40))),
    drill=True,
)


def told() -> list[tuple[Mail, Announcement]]:
    """Return a declaration, and a follow-up that changes everything."""
    scenario = Scenario(FULL)
    mails = [scenario.declaration()]
    scenario.at = AT + timedelta(minutes=10)
    scenario.change(
        SetSeverity(1), SetPhase(2), TakeCommand(), SetVenue("https://meet.example.com/x.y"),
        SetText("impact", "all cards"), SetText("customers_may_be_told", "we are on it"),
        SetDescription("Checkout is down"),
        SetTime("next_update_at", AT + timedelta(hours=2)), SetTime("started_at", AT - timedelta(minutes=20)),
        AssignRole("scribe", (), "dismiss"), AssignRole("customer_liaison", (MARA,)), GiveUpdate("It got worse."),
        SetStatus(Status.CLOSED),
    )  # fmt: skip
    follow_up = scenario.follow_up()
    assert follow_up is not None
    return [*mails, follow_up]


def plain(mail: Mail) -> tuple[list[tuple[str, str]], str]:
    """Return the decoded fields and text of a mail."""
    message = parse_message(mail.raw, Envelope(way="pipe"))
    return [(name, value) for name, value in message.fields if not name.startswith(("content-", "mime-"))], message.text


def written(fields: list[tuple[str, str]], text: str) -> bytes:
    """Return a mail with these fields and this text, each encoded so that nothing else changes."""
    head = "".join(
        f"{name}: {value}\r\n"
        if value.isascii()
        else f"{name}: =?utf-8?b?{base64.b64encode(value.encode()).decode()}?=\r\n"
        for name, value in fields
    )
    body = base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
    kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return (head + kind + body).encode("ascii")


FACT_FIELDS = [
    "incident-id", "incident-update", "incident-severity", "incident-phase", "incident-status", "incident-commander",
    "incident-roles", "incident-changed", "incident-declared", "incident-next-update", "incident-drill",
    "incident-ledger", "incident-proof",
]  # fmt: skip


def altered(value: str) -> list[str]:
    """Return the value with one digit or letter changed, and an empty value."""
    digit = re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), value, count=1)
    wording = re.sub(r"(?<=[a-z])[a-z](?=[a-z])", lambda found: "z" if found[0] != "z" else "a", value, count=1)
    return [each for each in dict.fromkeys((digit, wording, "")) if each != value]


def test_a_mail_that_was_not_altered_proves_what_it_announced() -> None:
    for mail, said in told():
        assert proven(written(*plain(mail)))[0] == said


@pytest.mark.parametrize("name", FACT_FIELDS)
def test_a_mail_with_an_altered_field_proves_nothing(name: str) -> None:
    for mail, said in told():
        fields, text = plain(mail)
        index = next((index for index, field in enumerate(fields) if field[0] == name), None)
        if index is None or (name == "incident-declared" and "incident-changed" in dict(fields)):
            continue  # a follow-up restates when the incident was declared, and does not announce it
        value = fields[index][1]
        # Of the ledger's head, the origin is signed; size and hash are for whoever audits the ledger.
        for other in altered(value) if name != "incident-ledger" else ["zzzzzz" + value[6:], ""]:
            assert proven(written([*fields[:index], (name, other), *fields[index + 1 :]], text)) == [], other
        behind = proven(written([*fields[:index], (name, f"{value} x"), *fields[index + 1 :]], text))
        assert behind in ([], [said])
        assert proven(written([*fields[:index], *fields[index + 1 :]], text)) == []


def test_a_mail_with_an_altered_line_proves_nothing() -> None:
    for mail, _ in told():
        fields, text = plain(mail)
        lines = text.rstrip("\n").split("\n")
        hint = next(
            index for index, line in enumerate(lines) if is_declaration_hint(line) or line.startswith("Update ")
        )
        # The hint holds no fact, but keeps its form. What stands below it explains what severities mean, and is the
        # code, which proves itself.
        for index, line in enumerate(lines[: hint + 1]):
            if line.startswith(("What is broken: ", "What was broken: ", "Duration: ")):
                continue  # repeats other facts, for people
            others = altered(line) if index < hint else []
            for value in [*others, f"{line} x"] if line else ["Bo K. is incident commander."]:
                changed = "\n".join([*lines[:index], value, *lines[index + 1 :]])
                assert proven(written(fields, changed)) == [], value


def test_a_proof_of_another_mail_or_key_proves_nothing() -> None:
    (first, _), (second, _) = told()
    fields, text = plain(first)
    other = dict(plain(second)[0])["incident-proof"]
    assert proven(written([(n, other if n == "incident-proof" else v) for n, v in fields], text)) == []
    message = parse_message(first.raw, Envelope(way="pipe"))
    claimed = message.field("incident-proof") or ""
    found = list(read_own(message, key=b"another key of thirty-two bytes.", address=BOT, words=WORDS))
    assert not any(proves(b"another key of thirty-two bytes.", a, claimed) for a in found)


def test_the_names_of_the_scale_may_change_without_making_old_mail_unreadable() -> None:
    renamed = Words(Policy(severities=(), phases=(), roles=tuple(RoleKind(key=r.key, title=r.title) for r in ROLES)))
    for mail, said in told():
        assert proven(mail.raw, renamed) == [said]


@given(st.binary(max_size=300), st.integers(0, 3000))
def test_damaged_mail_is_read_without_an_exception(piece: bytes, where: int) -> None:
    raw = told()[1][0].raw
    message = parse_message(raw[:where] + piece + raw[where + len(piece) :], Envelope(way="pipe"))
    list(read_own(message, key=KEY, address=BOT, words=WORDS))


def test_roles_nested_a_thousand_deep_are_no_announcement() -> None:
    fields, text = plain(told()[0][0])
    deep = "[" * 4000
    assert proven(written([(n, deep if n == "incident-roles" else v) for n, v in fields], text)) == []


# Our own mail, quoted back by a reply.


def commands_of(body: str, *earlier: str, declaring: bool = False) -> list[str]:
    context = Context(words=WORDS, written_at=AT, writer=MARA, declaring=declaring, offered=True)
    return [command.name for command in understand(body, context, earlier).read.commands]


ATTRIBUTIONS = [
    "On Fri, 20 Nov 2026 at 14:21, Incidents <incident-bot@example.com> wrote:",
    "Am 20.11.2026 um 14:21 schrieb Incidents:",
    "Le ven. 20 nov. 2026 à 14:21, Incidents <incident-bot@example.com> a écrit :",
    "From: Incidents\nSent: Friday, 20 November 2026 14:21\nTo: incidents@example.com\nSubject: Re: Checkout",
    "-----Original Message-----",
    "________________________________",
    "Bo aliandika jana",
]


@pytest.mark.parametrize("declaring", [False, True])
def test_our_mail_quoted_with_marks_yields_no_command_even_without_memory(declaring: bool) -> None:
    for mail, _ in told():
        quoted = "\n".join(f"> {line}" for line in mail.text.split("\n"))
        for body in (quoted, f"Thanks.\n\n{quoted}", f"{quoted}\n\nThanks.", f"{ATTRIBUTIONS[0]}\n{quoted}"):
            assert commands_of(body, declaring=declaring) == []


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("width", [0, 40, 72, 78])
def test_our_mail_quoted_in_any_way_yields_no_command_where_it_is_remembered(attribution: str, width: int) -> None:
    for mail, _ in told():
        lines = mail.text.split("\n")
        if width:
            lines = [part for line in lines for part in textwrap.wrap(line, width) or [""]]
        text = "\n".join(lines)
        marked = "\n".join(f"> {line}" for line in lines)
        for quoted in (text, marked, text.replace("\n\n", "\n")):
            for body in (f"On it.\n\n{attribution}\n\n{quoted}", f"{attribution}\n\n{quoted}\n\nOn it."):
                assert commands_of(body, mail.text) == []
            assert commands_of(quoted, mail.text) == []


@pytest.mark.parametrize("attribution", ATTRIBUTIONS[:6])
def test_our_mail_below_a_known_attribution_yields_no_command_even_without_memory(attribution: str) -> None:
    for mail, _ in told():
        assert commands_of(f"On it.\n\n{attribution}\n\n{mail.text}") == []


@generated
@given(declarations, people())
def test_any_declaration_quoted_back_yields_no_command(declaration: Declare, by: Person) -> None:
    mail, _ = Scenario(declaration, by=by).declaration()
    quoted = "\n".join(f"> {line}" for line in mail.text.split("\n"))
    assert commands_of(f"Thanks.\n\n{quoted}") == []
    assert commands_of(f"Thanks.\n\n{mail.text}", mail.text) == []
    assert commands_of(f"{mail.text}\n\nThanks.", mail.text) == []


@pytest.mark.parametrize("path", EARLIER, ids=[path.stem for path in EARLIER])
def test_a_mail_in_the_words_of_an_earlier_version_still_proves_what_it_announced(path: Path) -> None:
    assert len(proven(path.read_bytes())) == 1
