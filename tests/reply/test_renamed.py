"""The round trip in an organisation's own words, with renamed severities, phases and titles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentmail.core.commands import (
    AssignRole,
    Command,
    Declare,
    GiveUpdate,
    Identity,
    NameCommander,
    Refused,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetVenue,
)
from incidentmail.core.decision.decide import decide, declare
from incidentmail.core.events import Announced, Event, Recorded
from incidentmail.core.facts import SAID, changed_facts, declared_facts
from incidentmail.core.fold import fold
from incidentmail.core.frozen import JsonValue
from incidentmail.core.ids import proves, restricted_id
from incidentmail.core.model import Actor, Holders, Incident, Person, Status, Trust
from incidentmail.core.policy import PhaseStep, Policy, RoleKind, SeverityLevel
from incidentmail.core.words import Words
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import render_declaration, render_follow_up
from incidentmail.outbound.wording import Wording
from incidentmail.reply.own_mail import read_own
from incidentmail.templating import Templates

AT, KEY, ID = datetime(2026, 11, 20, 14, 20, 5, tzinfo=UTC), b"a key of thirty-two bytes in all", "2026-11-20-abcdef"
LIST, BOT = "security@example.com", "incident-bot@example.com"
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
FOOTER = f"_______________________________________________\nsecurity mailing list -- {LIST}\n"
STYLES = (
    ListStyle(address=LIST, prefix="[security]", footer=FOOTER),
    ListStyle(address=LIST, prefix="[security]", footer="Füße weg -- Liste\n", munge=True),
    ListStyle(address=LIST, footer=FOOTER, wrap=True),
)
NAME = st.sampled_from([
    "", "red", "SEV-1", "alles brennt", "critical; was 2", "assumed", "no big deal, really", "重大", "phase 2",
    "Severity 3", "is incident commander", "was", "x" * 60,
])  # fmt: skip
TITLE = st.sampled_from(["DRI", "Incident manager", "Einsatzleiterin", "Responder on call", "指揮官", "IC"])
PEOPLE = st.sampled_from(
    [MARA, Person(name="Bo K.", address="bo@example.com"), Person(name="山田太郎"), Person(name="is")]
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    severities = tuple(SeverityLevel(level=level, name=draw(NAME)) for level in range(1, draw(st.integers(2, 6))))
    phases = tuple(PhaseStep(number=number, name=draw(NAME)) for number in range(draw(st.integers(2, 5))))
    liaison = RoleKind(
        key="customer_liaison", title=draw(st.sampled_from(["Kundenbetreuung", "Voice", "Support lead"]))
    )
    return Policy(
        severities=severities, phases=phases, commander_title=draw(TITLE), roles=(liaison,), default_severity=1,
        default_phase=1,
    )  # fmt: skip


COMMANDS = st.lists(
    st.one_of(
        st.integers(1, 5).map(SetSeverity),
        st.integers(0, 4).map(SetPhase),
        PEOPLE.map(NameCommander),
        st.sampled_from(["#a", "room (was 5)", "https://m.example/a.b", "x. y is not z"]).map(SetVenue),
        st.sampled_from([Status.CLOSED, Status.RETRACTED, Status.OPEN]).map(SetStatus),
        PEOPLE.map(lambda person: AssignRole("customer_liaison", (person,))),
        st.sampled_from(["", "Severity 1, phase 2.", "Update 1. Wrong? Reply: undo 1"]).map(GiveUpdate),
    ),
    max_size=5,
)


class Scenario:
    def __init__(self, policy: Policy, declaration: Declare) -> None:
        self.words = Words(policy)
        self.sender = Sender(
            bot=Person(name="Incidents", address=BOT), list_address=LIST, always_to=(), key=KEY,
            wording=Wording(words=self.words, zones=("Europe/Berlin",)), templates=Templates(),
        )  # fmt: skip
        assert restricted_id("abcdef", AT) == ID
        identity = Identity(id=ID, ref="abcdef", origin="ghijkl")
        events = declare(declaration, identity=identity, actor=self.actor, now=AT, policy=policy)
        assert not isinstance(events, Refused), events
        self.incident = self.after(None, events)

    actor = Actor(person=MARA, trust=Trust.OPERATOR)

    def after(self, state: Incident | None, events: tuple[Event, ...]) -> Incident:
        first = state.version + 1 if state else 1
        stream = [
            Recorded(incident=ID, version=v, at=AT, by=MARA, event=event) for v, event in enumerate(events, first)
        ]
        folded = fold(stream, state)
        assert folded is not None
        return folded

    def change(self, commands: list[Command]) -> None:
        """Apply commands. Refused ones change nothing."""
        for command in commands:
            decision = decide(self.incident, command, actor=self.actor, now=AT, policy=self.words.policy)
            if isinstance(decision, tuple):
                self.incident = self.after(self.incident, decision)

    @property
    def occasion(self) -> Occasion:
        ledger = f"ghijkl; 12; {'0f' * 32}"
        return Occasion(at=AT, ledger=ledger, origin="ghijkl", thread=self.incident.thread)

    def gives_back(self, mail: Mail, number: int, facts: Mapping[str, JsonValue]) -> None:
        """Assert that a mail contains exactly `facts`, as sent and as each list distributes it."""
        self.incident = self.after(self.incident, (Announced(number=number, message_id=mail.message_id),))
        for raw in (mail.raw, *(list_copy(mail.raw, style) for style in STYLES)):
            message = parse_message(raw, Envelope(way="pipe"))
            claimed = message.field("incident-proof") or ""
            found = [a for a in read_own(message, key=KEY, address=BOT, words=self.words) if proves(KEY, a, claimed)]
            assert found and dict(found[0].facts) == dict(facts)


@settings(max_examples=60)
@given(policy=policies(), commands=COMMANDS, marks=st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_our_mails_give_back_what_they_say_whatever_the_scale_is_called(
    policy: Policy, commands: list[Command], marks: tuple[bool, bool, bool]
) -> None:
    drill, restricted, silent = marks
    made = Scenario(
        policy,
        Declare(
            description="Somebody reads our mail", details="Severity 9 says nobody.\n\nPhase: 7", venue="#x on Slack",
            roles=(("customer_liaison", Holders(people=(MARA,))),), drill=drill, restricted=restricted, silent=silent,
        ),
    )  # fmt: skip
    facts = dict(declared_facts(made.incident))
    assert ("restricted" in facts, "silent" in facts) == (restricted, restricted and silent)
    made.gives_back(render_declaration(made.sender, made.incident, made.occasion, by_hand=False), 0, facts)
    made.change(commands)
    if not (made.incident.unannounced or made.incident.said):
        return
    changed = dict(changed_facts(made.incident))
    said = made.sender.wording.said(made.incident, AT.date())
    mail = render_follow_up(made.sender, made.incident, made.occasion)
    made.gives_back(mail, 1, {**changed, **({SAID: said} if said else {})})
