"""The commands in a reply: lines, sentences and shorthand, but not prose."""

from __future__ import annotations

import textwrap
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.commands import AddItem, AddNote
from incidentmail.core.model import Person
from incidentmail.core.policy import DEFAULT_ROLES, PhaseStep, Policy, RoleKind, SeverityLevel
from incidentmail.core.text import paragraphs
from incidentmail.core.words import Words
from incidentmail.reply.grammar.item_values import NOTHING
from incidentmail.reply.grammar.key_values import split_key
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.parsed import Context, NewLine, Read
from incidentmail.reply.understand import understand

BO = Person(name="Bo K.", address="bo@example.com")
AT = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
SME = "roles.subject_matter_experts"


def heard(body: str, *, declaring: bool = False, offered: bool = False, policy: Policy | None = None) -> Read:
    words = Words(policy or Policy())
    context = Context(words=words, written_at=AT, writer=BO, declaring=declaring, offered=offered)
    return understand(body, context).read


def shown(value: Any) -> Any:
    """Return a value with people replaced by their names."""
    if isinstance(value, dict):
        return value["name"] if "name" in value else {key: shown(inner) for key, inner in value.items()}
    return [shown(inner) for inner in value] if isinstance(value, list) else value


def said(body: str, **how: Any) -> dict[str, Any]:
    return {command.name: shown(command.value) for command in heard(body, **how).commands}


def at(text: str) -> str:
    return f"2026-11-{text}:00Z"


LINES: list[tuple[str, dict[str, Any]]] = [
    ("Description: Cards fail", {"description": "Cards fail"}),
    ("Severity: 1", {"severity": 1}),
    ("severity:1", {"severity": 1}),
    ("SEVERITY : 1.", {"severity": 1}),
    ("*Severity:* 1", {"severity": 1}),
    ("**Severity**: 1", {"severity": 1}),
    ("Severity： 1", {"severity": 1}),
    ("Severity: 1 (critical)", {"severity": 1}),
    ("Severity: critical", {"severity": 1}),
    ("Phase: 2", {"phase": 2}),
    ("Phase: 2 (resolving)", {"phase": 2}),
    ("Phase: Rebuilding and learning", {"phase": 3}),
    ("Status: closed", {"status": "closed"}),
    ("Status: Open.", {"status": "open"}),
    ("Status: false alarm", {"status": "retracted"}),
    ("Commander: me", {"commander": "Bo K."}),
    ("IC: Alícia S.", {"commander": "Alícia S."}),
    ("Incident commander: Alícia S. <alicia@example.com>", {"commander": "Alícia S."}),
    ("Commander: Alícia S. (agreed by voice)", {"commander": "Alícia S."}),
    ("Commander: Smith, John <john@example.com>", {"commander": "Smith, John"}),
    ("Venue: https://meet.example.com/a.b?c=1#d.e", {"venue": "https://meet.example.com/a.b?c=1#d.e"}),
    ("Coordinating via: #x on Slack", {"venue": "#x on Slack"}),
    ("Backchannel: +44 20 7946 0000", {"backchannel": "+44 20 7946 0000"}),
    ("Impact: one in five (of cards)", {"impact": "one in five (of cards)"}),
    ("Not affected: invoices", {"not_affected": "invoices"}),
    ("Customers may be told: we know", {"customers_may_be_told": "we know"}),
    ("Approved for customers: nothing yet", {"customers_may_be_told": None}),
    ("Customer liaison: Tomás R. (customer questions)", {"roles.customer_liaison": ["Tomás R."]}),
    ("Customer liaison: not needed", {"roles.customer_liaison": "not needed"}),
    ("Customer liaison: needed (customer questions)", {}),
    ("Business liaison: me", {"roles.business_liaison": ["Bo K."]}),
    (
        "Subject-matter experts: Alícia S., Yusuf A. and J. R. Hartley",
        {SME: ["Alícia S.", "Yusuf A.", "J. R. Hartley"]},
    ),
    ("SME: Smith, John; Alícia S.", {SME: ["Smith, John", "Alícia S."]}),
    ('SME: "Smith, John"', {SME: ["Smith, John"]}),
    ("SME: +Alícia S.", {SME: {"add": ["Alícia S."]}}),
    ("SME: -Alícia S.", {SME: {"remove": ["Alícia S."]}}),
    ("SMEs: +Alícia S., +Yusuf A.", {SME: {"add": ["Alícia S.", "Yusuf A."]}}),
    ("SME: Alícia S.\nSME: Yusuf A.", {SME: ["Alícia S.", "Yusuf A."]}),
    ("SME: +Alícia S.\nSME: +Yusuf A.", {SME: {"add": ["Alícia S.", "Yusuf A."]}}),
    ("Started: 14:07", {"started_at": at("20T14:07")}),
    ("Started: 14:07 UTC (15:07 CET)", {"started_at": at("20T14:07")}),
    ("Detected: 23:50", {"detected_at": at("19T23:50")}),
    ("Detected: 2026-11-18 23:50 UTC", {"detected_at": at("18T23:50")}),
    ("Next update: by 15:00 UTC (16:00 CET)", {"next_update_at": at("20T15:00")}),
    ("Next update: 16:00", {"next_update_at": at("20T16:00")}),
    ("Next update: in 30 minutes", {"next_update_at": at("20T15:00")}),
    ("Action: call the bank (Alícia S.)", {"action": "call the bank"}),
    ("Need: a second pair of eyes", {"need": "a second pair of eyes"}),
    ("Done: 1", {"done": "1"}),
    ("Assumption: the gateway fails", {"assumption": "the gateway fails"}),
    ("Evidence: 500s in the log", {"evidence": "500s in the log"}),
    ("Ruled out: DNS", {"ruled_out": "DNS"}),
    ("Decision: switch over", {"decision": "switch over"}),
    ("Document: https://example.com/d", {"document": "https://example.com/d"}),
    ("Note: he said severity 1.", {"note": "he said severity 1."}),
    (
        "Severity: 1\nPhase: 2\n\nIt got worse.\n\nAction: call the bank",
        {"severity": 1, "phase": 2, "action": "call the bank"},
    ),
    ("It got worse.\n\nAt: 14:07\nNote: it spreads", {"note": "it spreads"}),
    ("Severity: 1\n\nPhase: 2\n\nImpact: all cards", {"severity": 1, "phase": 2, "impact": "all cards"}),
    ("> why?\n\nSeverity: 1", {"severity": 1}),
    ("Severity: SEV1", {"severity": 1}),
    ("Severity: sev 1", {"severity": 1}),
    ("Severity: SEV-1 (critical)", {"severity": 1}),
    ("Severity: S1", {"severity": 1}),
    ("Severity: severity 1", {"severity": 1}),
    ("Severity: one", {"severity": 1}),
    ("Phase: phase 2", {"phase": 2}),
    ("Phase: two.", {"phase": 2}),
]
SENTENCES: list[tuple[str, dict[str, Any]]] = [
    ("Severity 2, phase 1.", {"severity": 2, "phase": 1}),
    ("Severity 1 (critical; was 2), phase 1 (stopping the damage).", {"severity": 1, "phase": 1}),
    ("Phase 2.", {"phase": 2}),
    ("Now in phase 2.", {"phase": 2}),
    ("Now severity 1.", {"severity": 1}),
    ("Raising to severity 1.", {"severity": 1}),
    ("We are lowering this to sev 3", {"severity": 3}),
    ("SEV-1!", {"severity": 1}),
    ("Sev. 1", {"severity": 1}),
    ("Severity critical.", {"severity": 1}),
    ("I am incident commander.", {"commander": "Bo K."}),
    ("I’m the incident commander now.", {"commander": "Bo K."}),
    ("I am the IC.", {"commander": "Bo K."}),
    ("I am taking command.", {"commander": "Bo K."}),
    ("I am taking command from Alícia S.", {"commander": "Bo K."}),
    ("I have command.", {"commander": "Bo K."}),
    ("Alícia S. is incident commander.", {"commander": "Alícia S."}),
    ("Alícia S. is now the incident commander (was Mara Lindqvist).", {"commander": "Alícia S."}),
    ("J. R. Hartley is incident commander.", {"commander": "J. R. Hartley"}),
    ("Ludwig van Beethoven is IC.", {"commander": "Ludwig van Beethoven"}),
    ("O'Brien is commander", {"commander": "O'Brien"}),
    ("山田太郎 is incident commander.", {"commander": "山田太郎"}),
    ("Coordinating via #x channel on Slack.", {"venue": "#x channel on Slack"}),
    ("We are coordinating on Zoom", {"venue": "Zoom"}),
    ("Severity 1. I am incident commander. It got worse.", {"severity": 1, "commander": "Bo K."}),
    ("It got worse. Severity 1.", {"severity": 1}),
    ("Severity 1. If the second gateway fails too, checkout is down.", {"severity": 1}),
    ("Severity 1. Who can talk to the bank?", {"severity": 1}),
]
SHORTHAND: list[tuple[str, dict[str, Any]]] = [
    ("sev 1", {"severity": 1}),
    ("Sev1", {"severity": 1}),
    ("s1", {"severity": 1}),
    ("s3", {"severity": 3}),
    ("sev 1, customers cannot pay", {"severity": 1}),
    ("sev 1; customers cannot pay", {"severity": 1}),
    ("sev 1: customers cannot pay", {"severity": 1}),
    ("sev 1. customers cannot pay", {"severity": 1}),
    ("sev 1 - customers cannot pay", {"severity": 1}),
    ("sev 1 — customers cannot pay", {"severity": 1}),
    ("sev 1, no customers affected", {"severity": 1}),
    ("sev 1\nwho can talk to the bank?", {"severity": 1}),
    ("sev 1 phase 2", {"severity": 1, "phase": 2}),
    ("sev 1 and phase 2", {"severity": 1, "phase": 2}),
    ("phase 2, gateway is back", {"phase": 2}),
    ("taking command", {"commander": "Bo K."}),
    ("taking command from Mara, sev 1", {"commander": "Bo K.", "severity": 1}),
    ("no change", {"update": None}),
    ("no change, still waiting for the bank", {"update": None}),
    ("no change, next 15:00", {"update": None, "next_update_at": at("20T15:00")}),
    ("next 16:00", {"next_update_at": at("20T16:00")}),
    ("next update at 3pm", {"next_update_at": at("20T15:00")}),
    ("+15m", {"next_update_at": at("20T14:45")}),
    ("+1h", {"next_update_at": at("20T15:30")}),
    ("close", {"status": "closed"}),
    ("Close.", {"status": "closed"}),
    ("retract", {"status": "retracted"}),
    ("reopen", {"status": "open"}),
    ("undo 7", {"undo": 7}),
    ("sev\u200b 1", {"severity": 1}),
    ("“Severity 1.”", {"severity": 1}),
    ("'severity 1'", {"severity": 1}),
    ('"sev 1"', {"severity": 1}),
    ("Reply: sev 1", {"severity": 1}),
    ("This is severity 1.", {"severity": 1}),
    ("Second gateway is down too, so this is sev 1 now.", {"severity": 1}),
    ("Bumping this to sev1, refunds fail too", {"severity": 1}),
    ("from sev 2 to sev 1", {"severity": 1}),
    ("sev 2 -> sev 1", {"severity": 1}),
    ("sev 2 -> 1", {"severity": 1}),
    ("raise severity to 1", {"severity": 1}),
    ("Downgrade to sev 3 please", {"severity": 3}),
    ("SEV 1 EVERYTHING DOWN", {"severity": 1}),
    ("- sev 1", {"severity": 1}),
    ("Bo here, taking command", {"commander": "Bo K."}),
    ("I am taking over as IC.", {"commander": "Bo K."}),
    ("I'll take command", {"commander": "Bo K."}),
    ("I am the customer liaison.", {"roles.customer_liaison": ["Bo K."]}),
    ("I'm an SME", {SME: {"add": ["Bo K."]}}),
    ("we're in phase two", {"phase": 2}),
    ("Next update 16:30 or when the vendor calls", {"next_update_at": at("20T16:30")}),
    ("nothing new, next 16:00", {"next_update_at": at("20T16:00")}),
    ("close: all payments work again", {"status": "closed"}),
    ("close, no further errors since 15:00", {"status": "closed"}),
    ("close -Bo", {"status": "closed"}),
    ("please close", {"status": "closed"}),
    ("sev\u00a01", {"severity": 1}),
]


@pytest.mark.parametrize(("body", "commands"), [*LINES, *SENTENCES, *SHORTHAND])
def test_a_reply_says_what_it_says(body: str, commands: dict[str, Any]) -> None:
    assert said(body) == commands
    assert heard(body).problems == ()


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("News: half works; next 17:00", {"news": "half works", "next_update_at": at("20T17:00")}),
        ("News: half works; next 17:00 is Bo's shift", {"news": "half works; next 17:00 is Bo's shift"}),
        ("News: the next 17:00 batch fails", {"news": "the next 17:00 batch fails"}),
        ("News: half works; more later", {"news": "half works; more later"}),
    ],
)
def test_news_may_end_with_the_time_of_the_next_update(body: str, commands: dict[str, Any]) -> None:
    assert said(body) == commands


@pytest.mark.parametrize(
    "greeting", ["Hi all,\n\n", "Hi all\n", "Hello Bo!\n", "Dear all,\n", "Bo,\n\n", "Hi, ", "Team, "]
)
@pytest.mark.parametrize("body", ["sev 1", "Severity 1.", "SEV-1, customers cannot pay"])
def test_a_greeting_is_skipped(greeting: str, body: str) -> None:
    assert said(greeting + body) == {"severity": 1}
    assert heard(greeting + body).prose.startswith(greeting.strip())


def test_each_command_knows_its_form_and_its_line() -> None:
    found = heard("Phase: 2\nSeverity 1.\n\nimpact: all").commands
    assert [(c.name, c.form, c.line) for c in found] == [
        ("phase", "line", 1),
        ("severity", "sentence", 2),
        ("impact", "line", 4),
    ]
    assert [c.form for c in heard("sev 1, it spreads").commands] == ["shorthand"]


def test_accept_takes_command_only_where_it_was_offered() -> None:
    assert said("accept") == {}
    assert said("Accept.", offered=True) == {"commander": "Bo K."}


def test_an_action_has_its_owner_and_an_aside_is_none() -> None:
    owners = {}
    for text in ("call (Alícia S.)", "call (me)", "call (today at noon)", "call (see a@b@c)", "call"):
        command = heard(f"Action: {text}").commands[0].command
        assert isinstance(command, AddItem)
        owners[text] = (command.text, command.owner.name if command.owner else None)
    assert owners == {
        "call (Alícia S.)": ("call", "Alícia S."),
        "call (me)": ("call", "Bo K."),
        "call (today at noon)": ("call (today at noon)", None),
        "call (see a@b@c)": ("call (see a@b@c)", None),
        "call": ("call", None),
    }


PROSE = r"""
should we go to severity 1?
not severity 1 yet
if it spreads this is severity 1
it was severity 1 yesterday
sev 1 or 2
"Severity 1." he said
(severity 1)
we will be at severity 1 soon
severity 1?
sev 1?
Severity 1, right?
Severity 1 or 2.
Severity 1 if it spreads.
Severity 1 unless the gateway recovers.
Severity 1 yesterday.
Severity 1 soon.
Severity 1 was too much.
Severity 1 would be too much.
Severity 1 means the future of the company is at stake.
No severity 1.
not sev 1.
no longer severity 1
never severity 1
Is this severity 1?
was it sev 1?
What is severity 1?
Severity 1, they say.
Severity 1, he said.
Severity 1, I think.
Severity 1, perhaps.
Severity 1, or is it 2?
Severity 1. Or 2?
Severity 1. Not sure though.
Severity 1... maybe.
Severity 1, not yet.
Severity 1. Right?
sev 1: no
sev 1 - not yet
sev 1 — if it spreads
sev 1; when they call
sev 1, ok?
sev 1\nor 2?
sev 1 and 2
sev 1 vs sev 2
Severity 1-2.
Severity 1/2.
severity 1.5
Severities 1 and 2 are hard to tell apart.
It would count as, e.g. severity 1
Still severity 1.
Raising to severity 1?
Not raising to severity 1.
Raising to severity 1 if it spreads.
We were raising to severity 1.
s1 bucket is full
S3 is down
S3: access denied
S3, DynamoDB and SQS are down.
Phase 2 of the rollout is done.
Phase 2 begins soon.
Phase 2 or 3.
phase 2 when the gateway is back
we are not in phase 2
p1 or p2
Should I close?
close to a fix
Close, but not yet.
don't close
closed the ticket with the bank
Please do not retract.
undo
undo 7?
I was incident commander.
I will be incident commander.
I am not incident commander.
I am the former incident commander.
Am I incident commander?
I am incident commander?
I am incident commander until three.
I am incident commander if nobody else wants it.
Who is incident commander?
Nobody is incident commander.
No one is incident commander.
Alícia S. was incident commander.
Alícia S. is not incident commander.
Alícia S. is incident commander?
Alícia S. is incident commander, right?
Is Alícia S. incident commander?
Maybe Alícia S. is incident commander.
Tomorrow Alícia S. is incident commander.
Mara said Alícia S. is incident commander.
I think Alícia S. is incident commander.
The person on call is incident commander.
Bo or Alícia is incident commander.
Bo and Alícia is incident commander.
I'm taking command?
Who is taking command?
I am not taking command.
I was taking command.
taking command if you agree
taking command from tomorrow
taking command from Mara at noon
no change?
no change of plan is needed for the bank
No changes were deployed.
next time we should test it
next week
next 11:00?
+1 to that
+15m?
We could coordinate via Slack.
Coordinating via Slack?
Coordinating via Slack? We look into it.
Coordinating via Slack if the bridge fails.
We are not coordinating via Slack.
We will be coordinating via phone.
Someone wrote: severity 1
The severity: 1 in the ticket is wrong.
Ticket: 4711
http://example.com: down
""".strip().split("\n")


@pytest.mark.parametrize("body", [body.replace("\\n", "\n") for body in PROSE])
def test_prose_changes_nothing(body: str) -> None:
    assert said(body) == {}
    assert said(body, declaring=True) == {}
    assert said(f"We are on it. {body}") == {}
    assert heard(body).problems == ()
    assert heard(body).prose == body


def test_a_line_that_a_mail_program_broke_is_no_sentence() -> None:
    broken = "The bank says that by the letter of their contract it would be a\nseverity 1. We do not think so."
    assert said(broken) == {}
    assert said("We have looked into it with them and found the other gateway. Severity 1\nis too much for that.") == {}
    assert said("\n".join(textwrap.wrap("We talked about how in our book this is severity 1. " * 9, 72))) == {}


@pytest.mark.parametrize("declaring", [False, True])
def test_a_quoted_line_never_says_anything(declaring: bool) -> None:
    for body, commands in [*LINES, *SENTENCES, *SHORTHAND]:
        quoted = "\n".join(f"> {line}" for line in body.split("\n"))
        assert said(f"{quoted}\n\nThanks.", declaring=declaring) == {}, commands


SEVERITIES = "(1 critical, 2 serious, 3 moderate, 4 mild)"
PHASES = "(0 discovery, 1 stopping the damage, 2 resolving, 3 rebuilding and learning)"
PROBLEMS = [
    ("Severity: not 1 yet", f"'not 1 yet' is no severity {SEVERITIES}", "Severity: 1, 2, 3 or 4"),
    ("Severity: 1 or 2", f"'1 or 2' is no severity {SEVERITIES}", "Severity: 1, 2, 3 or 4"),
    ("Severity: SEV1, I think", f"'SEV1, I think' is no severity {SEVERITIES}", "Severity: 1"),
    ("Severity: worse than 2", f"'worse than 2' is no severity {SEVERITIES}", "Severity: 1, 2, 3 or 4"),
    ("Severity: 7 of 10", f"'7 of 10' is no severity {SEVERITIES}", "Severity: 1, 2, 3 or 4"),
    ("Severity: nine", f"'nine' is no severity {SEVERITIES}", "Severity: 1, 2, 3 or 4"),
    ("Phase: sev 1, I think", f"'sev 1, I think' is no phase {PHASES}", "Phase: 0, 1, 2 or 3"),
    ("Severity: 1?", f"'1?' is no severity {SEVERITIES}", "Severity: 1"),
    ("Severity: bad", f"'bad' is no severity {SEVERITIES}", "Severity: 1, 2, 3 or 4"),
    ("Severity:", "nothing stands after 'Severity:'", "Severity: 1, 2, 3 or 4"),
    ("Phase: 2 soon", f"'2 soon' is no phase {PHASES}", "Phase: 2"),
    ("Phase:", "nothing stands after 'Phase:'", "Phase: 0, 1, 2 or 3"),
    (
        "Status: not closed",
        "'not closed' is no status: it is open, closed or retracted",
        "Status: open, closed or retracted",
    ),
    ("Status: all done", "'all done' is no status: it is open, closed or retracted", "close"),
    ("Commander: A, B", "there is exactly one commander", "Incident commander: A or B"),
    ("Commander: Bo or Alícia?", "'Bo or Alícia' is no name", "Incident commander: NAME <ADDRESS>"),
    ("Commander: not me", "'not me' is no name", "Incident commander: NAME <ADDRESS>"),
    ("Commander: TBD", "'TBD' is no name", "Incident commander: NAME <ADDRESS>"),
    ("SME: (nobody yet)", "'' is no name", "Subject-matter experts: NAME <ADDRESS>"),
    (
        "Customer liaison: the person who usually does that kind of thing",
        "'the person who usually does that kind of thing' is no name",
        "Customer liaison: NAME <ADDRESS>",
    ),
    (
        "SME: -Bo K., Yusuf A.",
        "a line adds names with +, takes them out with -, or has neither",
        "Subject-matter experts: -Bo K., -Yusuf A.",
    ),
    (
        "SME: +Bo K., -Yusuf A.",
        "a line adds names with +, takes them out with -, or has neither",
        "Subject-matter experts: +Bo K.",
    ),
    (
        "Next update: soon",
        "'soon' is no time; write 15:00, 15:00 UTC, 2026-11-20 15:00 or +30m",
        "Next update: TIME",
    ),
    (
        "Next update: 15:00 IST",
        "'15:00 IST' IST means several zones; write UTC or an offset such as +01:00",
        "Next update: TIME",
    ),
    ("Venue:", "nothing stands after 'Venue:'", "Venue: PLACE"),
    ("At:", "nothing stands after 'At:'", "At: TIME"),
    ("At: yesterday", "'yesterday' is no time; write 15:00, 15:00 UTC, 2026-11-20 15:00 or +30m", "At: TIME"),
]


@pytest.mark.parametrize(("line", "reason", "remedy"), PROBLEMS)
def test_a_near_miss_is_a_problem_with_the_line_that_would_do_it(line: str, reason: str, remedy: str) -> None:
    reply = heard(f"Impact: cards\n{line}")
    assert [(p.line, p.text, p.reason, p.remedy) for p in reply.problems] == [(2, line, reason, remedy)]
    assert said(f"Impact: cards\n{line}") == {"impact": "cards"}


VALUES = (
    "SEV1", "S1 maybe", "1?", "not 1", "below 2", "2 -> 1", "five", "9", "P1", "P9", "bad", "", "soon", "yesterday",
    "15:00 IST", "TBD", "Bo or Mara", "not closed", "working on it", "investigating", "monitoring",
)  # fmt: skip
KEYS = ("Severity", "Phase", "Status", "Commander", "Customer liaison", "Next update", "Started", "At")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", VALUES)
def test_a_remedy_that_is_copied_changes_nothing_to_a_value_that_nobody_asked_for(key: str, value: str) -> None:
    for problem in heard(f"{key}: {value}").problems:
        for command in heard(problem.remedy).commands:
            assert str(command.value) in value, (problem.remedy, command.value)


def test_a_command_line_below_prose_is_not_read_and_its_writer_is_told() -> None:
    reply = heard("The second gateway fails too.\nSeverity: 1")
    assert reply.commands == ()
    assert reply.prose == "The second gateway fails too.\nSeverity: 1"
    assert [p.remedy for p in reply.problems] == ["Severity: 1"]


@pytest.mark.parametrize(
    ("body", "kept", "remedy"),
    [
        ("Severity: 1\nSeverity: 2\nPhase: 2", {"phase": 2}, "Severity: 2 or Severity: 1"),
        ("Severity 2. Severity 1. Phase 2.", {"phase": 2}, "Severity: 1 or Severity: 2"),
        ("sev 1, sev 2", {}, "Severity: 2 or Severity: 1"),
        ("Commander: me\nCommander: Alícia S.", {}, "Commander: Alícia S. or Commander: me"),
        (
            "I am incident commander. Alícia S. is incident commander.",
            {},
            "Incident commander: Alícia S. or Incident commander: Bo K.",
        ),
        ("SME: not needed\nSME: Alícia S.", {}, "SME: Alícia S. or SME: not needed"),
        ("At: 14:07\nAt: 14:08\nNote: x", {"note": "x"}, "At: 14:08"),
    ],
)
def test_a_contradiction_leaves_that_field_and_applies_the_rest(body: str, kept: dict[str, Any], remedy: str) -> None:
    assert said(body) == kept
    assert [problem.remedy for problem in heard(body).problems] == [remedy]


@pytest.mark.parametrize("line", ["sev 1", "Bo K. is IC.", "phase 2", "no change"])
def test_a_reply_of_thousands_of_commands_does_none_and_loses_no_word(line: str) -> None:
    reply = heard("\n".join([line] * 3_000))
    assert reply.commands == ()
    assert len(reply.problems) + len(reply.asks) == 1
    assert reply.prose.count(line) > 2_900


def test_the_same_said_twice_is_no_contradiction() -> None:
    reply = heard("Severity 1.\n\nSeverity: 1")
    assert {command.name for command in reply.commands} == {"severity"}
    assert reply.problems == ()


def test_more_than_ten_commands_in_a_reply_are_none_and_a_declaration_is_exempt() -> None:
    eleven = "\n".join(f"Note: {number}" for number in range(11))
    assert said(eleven) == {}
    assert [problem.line for problem in heard(eleven).problems] == [1]
    assert len(heard(eleven, declaring=True).commands) == 11
    assert len(heard(eleven.partition("\n")[2]).commands) == 10


@pytest.mark.parametrize(("line", "word"), [("Status: closed", "close"), ("Status: retracted", "retract")])
def test_an_incident_is_not_ended_by_a_mail_with_an_error_in_it(line: str, word: str) -> None:
    assert said(f"{line}\nPhase: x\nImpact: none") == {"impact": "none"}
    assert [problem.remedy for problem in heard(f"{line}\nPhase: x").problems] == ["Phase: 0, 1, 2 or 3", word]
    assert said("Status: open\nPhase: x") == {"status": "open"}


def test_at_backdates_the_notes_of_a_mail_and_its_prose() -> None:
    reply = heard("At: 14:07\nNote: gateway restarted\nImpact: less")
    assert [c.command for c in reply.commands if c.name == "note"] == [
        AddNote("gateway restarted", datetime(2026, 11, 20, 14, 7, tzinfo=UTC))
    ]
    reply = heard("At: 14:07\n\nThe gateway restarted.")
    assert (reply.at, reply.prose) == (datetime(2026, 11, 20, 14, 7, tzinfo=UTC), "The gateway restarted.")


STATES = "Severity 2, phase 1. I am incident commander. Coordinating via"
DETAILS = (
    "Since 14:07 UTC (15:07 CET) one in five card payments is declined by our gateway. Customers can still pay by "
    "invoice. If the second gateway fails too, checkout is down."
)
LIAISONS = "Customer liaison: Tomás R.\nBusiness liaison: needed\nSubject-matter experts: Bo K., Yusuf A."
VENUES = [
    "#2026-11-20-checkout channel on Slack",
    "https://meet.example.com/abc-def?x=1.2&y=Z.a#frag.ment",
    "https://meet.example.com/Check.Out/",
    "meet.example.com/Room.One",
    "the bridge, +44 20 7946 0000",
    "会議室",
]


@pytest.mark.parametrize("venue", VENUES)
def test_a_declaration_by_hand_is_read_however_its_paragraphs_are_put_together(venue: str) -> None:
    head = f"{STATES} {venue}."
    for body in (
        f"{head} {DETAILS}",
        f"{head}\n{DETAILS}",
        f"{head}\n\n{DETAILS}",
        f"{head}{DETAILS}",
        f"{head.rstrip('.')}\n\n{DETAILS}",
        f"Hi all,\n\n{head} {DETAILS}",
        f"Hello everyone, {head} {DETAILS}",
    ):
        assert said(body, declaring=True) == {"severity": 2, "phase": 1, "commander": "Bo K.", "venue": venue}, body
        assert heard(body, declaring=True).prose.endswith(DETAILS)


def wrapped(text: str) -> str:
    paragraphs = (textwrap.wrap(p, 72, break_long_words=False, break_on_hyphens=False) for p in text.split("\n\n"))
    return "\n\n".join("\n".join(lines) for lines in paragraphs)


@pytest.mark.parametrize("venue", VENUES)
def test_a_declaration_wrapped_at_72_columns_is_read_whole(venue: str) -> None:
    for between in (" ", "\n\n"):
        read_back = heard(wrapped(f"{STATES} {venue}.{between}{DETAILS}"), declaring=True)
        assert {c.name: shown(c.value) for c in read_back.commands}["venue"] == venue
        assert len(read_back.commands) == 4
        assert " ".join(read_back.prose.split()) == DETAILS


@pytest.mark.parametrize(
    "body",
    [
        f"{STATES} #x on Slack.\n\n{LIAISONS}\n\n{DETAILS}",
        f"{STATES} #x on Slack.\n\n{DETAILS}\n\n{LIAISONS}",
        f"{STATES} #x on Slack.\n\n{DETAILS}\n{LIAISONS}",
        f"{STATES} #x on Slack.\n{LIAISONS}\n\n{DETAILS}",
        f"{LIAISONS}\n\n{STATES} #x on Slack.\n\n{DETAILS}",
        f"{LIAISONS}\n{STATES} #x on Slack.\n\n{DETAILS}",
    ],
)
def test_liaisons_stand_above_or_below_the_details_of_a_declaration(body: str) -> None:
    assert said(body, declaring=True) == {
        "severity": 2,
        "phase": 1,
        "commander": "Bo K.",
        "venue": "#x on Slack",
        "roles.customer_liaison": ["Tomás R."],
        SME: ["Bo K.", "Yusuf A."],
    }
    assert heard(body, declaring=True).prose == DETAILS


def test_in_a_declaration_a_question_mark_means_assumed() -> None:
    found = heard("Severity: 2?\nPhase: 1 (?)\nCommander: Alícia S.?", declaring=True).commands
    assert [(c.name, shown(c.value), c.unsure) for c in found][::2] == [
        ("severity", 2, True),
        ("commander", "Alícia S.", True),
    ]


OWN_WORDS = Policy(
    commander_title="DRI",
    severities=(
        SeverityLevel(level=1, name="red"),
        SeverityLevel(level=2, name="deep amber"),
        SeverityLevel(level=5, name=""),
    ),
    phases=(PhaseStep(number=1, name="mitigating"), PhaseStep(number=2, name="mitigating well")),
    roles=(*DEFAULT_ROLES, RoleKind(key="legal_eagle", title="Counsel")),
)


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("DRI: Alícia S.", {"commander": "Alícia S."}),
        ("Commander: Alícia S.", {"commander": "Alícia S."}),
        ("I am DRI.", {"commander": "Bo K."}),
        ("Alícia S. is the DRI.", {"commander": "Alícia S."}),
        ("Alícia S. is incident commander.", {"commander": "Alícia S."}),
        ("Severity: red", {"severity": 1}),
        ("Severity Deep amber.", {"severity": 2}),
        ("sev red, it spreads", {"severity": 1}),
        ("Severity 1 (red), phase 2 (mitigating well).", {"severity": 1, "phase": 2}),
        ("Phase mitigating well", {"phase": 2}),
        ("Phase: mitigating", {"phase": 1}),
        ("Severity redder.", {}),
        ("Severity red if it spreads.", {}),
        ("Scribe: Alícia S.", {"roles.scribe": ["Alícia S."]}),
        ("Counsel: +Alícia S.", {"roles.legal_eagle": {"add": ["Alícia S."]}}),
        ("legal eagle: Alícia S.", {"roles.legal_eagle": ["Alícia S."]}),
    ],
)
def test_an_organisations_own_words_are_read(body: str, commands: dict[str, Any]) -> None:
    assert said(body, policy=OWN_WORDS) == commands


@pytest.mark.parametrize("title", ["指揮官", "Ärztin vom Dienst", "Kommandør", "DRI"])
def test_a_title_in_any_letters_is_read(title: str) -> None:
    policy = Policy(commander_title=title)
    assert said(f"I am {title}.", policy=policy) == said(f"Bo K. is {title}.", policy=policy) == {"commander": "Bo K."}


def test_an_incident_manager_is_read_in_either_case() -> None:
    policy = Policy(commander_title="Incident manager")
    for body in ("I am incident manager.", "Incident Manager: me", "Bo K. is the Incident manager."):
        assert said(body, policy=policy) == {"commander": "Bo K."}


WORDS = (
    "severity", "1", "sev", "2", "phase", "is", "incident", "commander", "Coordinating", "via", "I", "am", "taking",
    ".", "command", ",", ";", ":", "?", "!", "(", ")", "\n", "\n\n", ">", "-", "+", "Bo", "Status:", "closed", "'",
    "Severity:", "At:", "14:07", "SME:", "Action:", "x@y", "https://a.b/c?", "é", "決", "\u200b", '"', "If", "not",
    "or", "next", "+15m", "close", "undo", "Hi", "\nSeverity: 1\n", "\nNote: x\n",
)  # fmt: skip
words = st.sampled_from(WORDS)
bodies = st.one_of(
    st.lists(words, max_size=40).map(" ".join), st.lists(words, max_size=40).map("".join), st.text(max_size=200)
)


@given(bodies, st.booleans())
def test_no_line_is_lost_and_nothing_raises(body: str, declaring: bool) -> None:
    context = Context(words=Words(Policy()), written_at=AT, writer=BO, declaring=declaring)
    lines = [NewLine(number, text) for number, text in enumerate(body.split("\n"), 1)]
    reply = read(lines, context)
    told = {command.line for command in reply.commands} | {problem.line for problem in reply.problems}
    roles = {command.name for command in reply.commands if command.name.startswith("roles.")}
    told |= {line.number for line in lines if (split_key(line.text, context) or ("", ""))[0] in roles}  # joined in one
    if not all(command.form == "line" for command in reply.commands):
        return  # a sentence is taken out of its line, and may span several
    kept = "\n".join(line.text for line in lines if line.number not in told and not silent(line.text))
    left = Counter(paragraphs(reply.prose).split())
    assert not Counter(paragraphs(kept).split()) - left


def silent(line: str) -> bool:
    """Return whether a line has no command: `At:` is in `Read.at`, `wanted` and `Action: none` ask for nothing."""
    key = line.casefold().strip(" *_\u200b")
    return key.startswith("at") or "wanted" in key or key.partition(":")[2].strip(" .!*_") in NOTHING


@given(bodies, st.booleans())
def test_a_line_that_memory_knows_commands_nothing(body: str, declaring: bool) -> None:
    context = Context(words=Words(Policy()), written_at=AT, writer=BO, declaring=declaring)
    lines = [NewLine(number, text, readable=False) for number, text in enumerate(body.split("\n"), 1)]
    assert read(lines, context).commands == ()
