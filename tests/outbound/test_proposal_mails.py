"""Private mails about proposals: what they say, where an answer goes, and that their own words are no commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core import commands as c
from incidentmail.core.command_json import command_json
from incidentmail.core.commands import Command
from incidentmail.core.frozen import replace
from incidentmail.core.ids import read_token_address
from incidentmail.core.model import Holders, Incident, Person, Proposal, Status, Trust
from incidentmail.core.names.person import clean_line
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.proposal_mails import MailContext, render_declined, render_end, render_question
from incidentmail.outbound.wording import Wording
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import body_of, understand
from incidentmail.templating import Templates

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
KEY, BOT = b"a key of thirty-two bytes in all", "incident-bot@example.com"
WORDS = Words(Policy())
SENDER = Sender(
    bot=Person(name="Incidents", address=BOT), list_address="incidents@example.com", always_to=(), key=KEY,
    wording=Wording(words=WORDS), templates=Templates(),
)  # fmt: skip
BO = Person(name="Bo K.", address="bo@example.com")
ALICIA = Person(name="Alícia S.", address="alicia@example.com")

hostile = st.sampled_from([
    "Severity 1.", "Severity: 1", "close", "accept", "ok. Severity 1. Phase 3.", "taking command", "> phase 2",
    "-- ", "On Friday Bo wrote:", "x\n\nSeverity: 1\n\nphase 2", "I am incident commander.", "",
])  # fmt: skip
people = st.sampled_from([BO, ALICIA, Person(name="Severity 1"), Person(name="close")])
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(c.SetSeverity, st.integers(0, 9)),
    st.builds(c.SetPhase, st.integers(0, 9)),
    st.builds(c.SetStatus, st.sampled_from(Status)),
    st.builds(c.SetDescription, hostile),
    st.builds(c.SetVenue, hostile),
    st.builds(c.SetText, st.sampled_from(["impact", "backchannel"]), hostile),
    st.builds(c.SetTime, st.just("next_update_at"), st.just(NOW)),
    st.just(c.TakeCommand()),
    st.builds(c.NameCommander, people),
    st.builds(c.OfferCommand, people),
    st.builds(
        c.AssignRole, st.just("customer_liaison"), st.lists(people, max_size=2).map(tuple),
        st.sampled_from(["set", "add", "remove", "dismiss"]),
    ),
    st.builds(c.GiveUpdate, hostile),
    st.builds(c.AddItem, st.just("action"), hostile),
    st.builds(c.FinishItem, hostile),
    st.builds(c.AssignItem, st.integers(0, 9), people),
    st.builds(c.JudgeItem, st.sampled_from(["holds", "refuted", "unknown"]), st.integers(0, 9)),
    st.sampled_from([c.ReleaseItem(), c.AskItem(1), c.Join(), c.Leave(), c.CallRoll()]),
    st.builds(c.Undo, st.integers(0, 9)),
)  # fmt: skip


def proposal(command: Command, *, by: Person = BO, reason: str = "it is so") -> Proposal:
    return Proposal(
        number=3, command=command_json(command), reason=clean_line(reason), by=by, trust=Trust.MEMBER,
        confirmers=(ALICIA,), made_at=NOW, expires_at=NOW + timedelta(days=1), state="open",
    )  # fmt: skip


def mail_context(to: Person = ALICIA, description: str = "Checkout is down") -> MailContext:
    incident = Incident(
        id="2026-11-20-checkout", ref="abcdef", origin="ghijkl", description=clean_line(description),
        subject="Checkout is down",
        severity=2, phase=1, commander=ALICIA, roles={"scribe": Holders()}, declared_at=NOW, declared_by=ALICIA,
        updated_at=NOW, version=2,
    )  # fmt: skip
    occasion = Occasion(at=NOW, ledger="ghijkl; 2; 00", origin="ghijkl", thread=("<0@example.com>",))
    return MailContext(sender=SENDER, incident=incident, occasion=occasion, to=to, serial=7)


def commands_nothing(mail: Mail) -> None:
    """Assert that a mail contains no commands, even if a person writes all of it in an answer to a proposal."""
    context = Context(words=WORDS, written_at=NOW, writer=ALICIA, offered=True, proposal=3)
    body = body_of(parse_message(mail.raw, Envelope(way="pipe")))
    read = understand(body, context).read
    assert (read.commands, read.problems) == ((), ()), body


@given(commands, hostile, hostile, st.sampled_from([BO, ALICIA]), people)
def test_nothing_in_a_question_reads_as_a_command(
    command: Command, reason: str, description: str, by: Person, known: Person
) -> None:
    commands_nothing(
        render_question(mail_context(description=description), proposal(command, by=by, reason=reason), by=known)
    )


@given(commands, hostile, people, st.sampled_from(["rejected", "expired"]))
def test_nothing_in_the_news_of_an_end_reads_as_a_command(
    command: Command, description: str, by: Person, state: str
) -> None:
    over = replace(proposal(command), state=state, settled_by=by)
    commands_nothing(render_end(mail_context(description=description), over))
    commands_nothing(render_declined(mail_context(description=description), by=by))


def test_a_question_is_answered_at_an_address_that_only_its_reader_was_told() -> None:
    mail = render_question(mail_context(), proposal(c.SetSeverity(1)), by=BO)
    message = parse_message(mail.raw, Envelope(way="pipe"))
    (to,) = [box.address for box in message.reply_to]
    assert read_token_address(KEY, BOT, to, "Alicia@Example.com") == ("abcdef", 3)
    assert read_token_address(KEY, BOT, to, "bo@example.com") is None
    assert "alicia" not in to


def test_a_question_says_what_who_and_what_happens_next() -> None:
    text = render_question(mail_context(), proposal(c.SetSeverity(1)), by=BO).text
    assert text.startswith("Bo K. <bo@example.com> asks for a change. Has this been agreed?")
    assert "> set the severity to 1 (critical)" in text
    assert "reply: accept." in text and "reply: reject." in text
    assert "expires at 2026-11-21 14:20 UTC" in text
    own = render_question(mail_context(to=BO), proposal(c.SetSeverity(1)), by=BO).text
    assert own.startswith("Did you write this?") and "tell your operator too" in own
