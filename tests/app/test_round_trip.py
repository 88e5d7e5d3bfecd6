"""With our mail and our key, an incident can be reconstructed completely; without either, nothing can."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from examples import histories
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.frozen import default_of
from incidentmail.core.policy import ANNOUNCES
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
# Of `show`: what belongs to an instance, and what is never announced.
OWN = (
    "version", "updated_at", "proposals", "actions", "needs", "assumptions", "decisions", "about_to", "documents",
    "engaged", "roll_call", "promises", "offers", "breaks", "next_commander", "aware_at", "deadlines",
    "retro",
)  # fmt: skip
KINDS = {default_of(kind, "kind") for kind in ANNOUNCES}


def standby_of(
    installation: Installation, installations: Callable[[], Installation], *, key: bool = True
) -> Installation:
    standby = installations()
    standby.clock.now = installation.clock.now
    if key:
        shutil.copy(installation.path / "key", standby.path / "key")
    return standby


def facts(shown: dict[str, Any]) -> dict[str, Any]:
    """Return what both ledgers have to agree on. A time that nobody stated is counted from when a mail arrived."""
    own = OWN if shown["promises"]["stated_at"] else {*OWN, "next_update_at"}
    return {name: value for name, value in shown.items() if name not in own}


def test_a_standby_with_the_same_key_follows_the_whole_thread(
    installation: Installation, installations: Callable[[], Installation], mails: Mails
) -> None:
    mail = installation.declare(
        "Cards fail (again)", "--severity", "2", "--venue", "https://m.example/a.b?c=1", "--sme", "Smith, John",
        "--customer-liaison", "Tomás R. <tomas@example.com>", "-m", "Since 14:07 UTC.\n\nSeverity: not this line",
        "--next-update", "2026-11-20 15:00 UTC", "--started", "2026-11-19 23:50 UTC", "--impact", "all (EU)",
    )  # fmt: skip
    installation.ingest(mails.reply_to(mail, "sev 1\nphase 2\n\nThe second gateway fails too.", JAYLA, "naked"))
    installation.ok(
        "update", "--venue", "#b (was #a) on Slack", "--sme", "Zoë Q.", "--description", "Cards: down", "-m", "…"
    )
    installation.ok("undo", "1")
    installation.ingest(mails.reply_to(installation.mails[-1], "taking command", BO))
    installation.ok("close", "-m", "It was a cable.")
    standby = standby_of(installation, installations)
    outcomes = [standby.ingest(raw)["outcome"] for raw in installation.wire]
    assert outcomes == ["applied"] * 6
    assert standby.mails == []
    assert facts(standby.show("cards")) == facts(installation.show("cards"))
    assert [standby.ingest(raw)["outcome"] for raw in installation.wire] == ["duplicate"] * 6


def test_without_the_key_our_mail_is_filed_and_changes_nothing(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    installation.declare()
    installation.ok("update", "--severity", "1")
    other = standby_of(installation, installations, key=False)
    assert [other.ingest(raw)["outcome"] for raw in installation.wire] == ["filed", "filed"]
    assert (other.ok("list", "--all", "--json").json, other.mails) == ([], [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"everity 1", b"everity 4"),
        (b"Incident-Severity: 1", b"Incident-Severity: 4"),
        (b"Incident-Update: 1", b"Incident-Update: 2"),
        (b"phase 2", b"phase 3"),
        (b"Bo K.", b"Eve X."),
        (b"bo@example.com", b"eve@evil.test"),
        (b"#b on Slack", b"#c on Slack"),
        (b"Half of Europe", b"Half of Asia"),
        (b"Incident-Id: 2026", b"Incident-Id: 2025"),
        (b"the cause", b"the curse"),
        (b"open", b"closed"),
    ],
)
def test_one_altered_fact_and_nothing_changes(
    installation: Installation, installations: Callable[[], Installation], old: bytes, new: bytes
) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.ok(
        "update", "--severity", "1", "--phase", "2", "--commander", BO, "--venue", "#b on Slack",
        "--impact", "Half of Europe", "-m", "Found the cause",
    )  # fmt: skip
    standby = standby_of(installation, installations)
    standby.ingest(installation.wire[0])
    before = standby.show()
    altered = installation.wire[1].replace(old, new).replace(old.title(), new.title())
    assert altered != installation.wire[1]
    assert standby.ingest(altered)["outcome"] == "filed"
    assert (standby.show(), standby.mails) == (before, [])
    assert standby.ingest(installation.wire[1])["outcome"] == "applied"


def test_an_old_follow_up_again_changes_nothing(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    installation.declare()
    installation.ok("update", "--severity", "1")
    installation.ok("update", "--severity", "4")
    standby = standby_of(installation, installations)
    for raw in (*installation.wire, *installation.wire[:2]):
        standby.ingest(raw)
    assert standby.show()["severity"] == 4
    assert installation.ingest(installation.wire[1])["outcome"] == "duplicate"
    assert installation.show()["severity"] == 4


def test_our_fields_without_a_proof_declare_nothing(installation: Installation, mails: Mails) -> None:
    raw = mails.new("Severity 1.", sender=JAYLA, subject="Cards", more="Incident-Id: 2026-11-20-cards\n")
    assert installation.ingest(raw)["outcome"] == "filed"
    assert installation.ok("list", "--all", "--json").json == []


# What people do, at the terminal and by mail, each with words that are hard to carry.
WORDS = st.sampled_from([
    "Cards fail", "Half of Europe (EU)", "#b (was #a) on Slack", "https://m.example/a.b?c=1",
    "Ünïcödé, everywhere; yes", "nothing yet", "Severity: 1", "ends with a stop.", "Update 1. Wrong? Reply: undo 1",
    "x" * 120, "a: b: c", "> quoted",
    "Coordinating via #x.", "決済が失敗", "--", "Re: [incidents] odd", "assumed", "=?utf-8?q?=41?=", "From here",
    "~" * 80,
])  # fmt: skip
PEOPLE = st.sampled_from([
    "Bo K. <bo@example.com>", "Alícia S. <alicia@example.com>", "Zoë Q.", "Smith, John",
    "Mara Lindqvist <mara@example.com>",
    "Dr. Who Is <who@example.com>", "bare@example.com", "is", "O'Neil-Å",
])  # fmt: skip
LEVEL = st.integers(1, 4).map(str)
PHASE = st.integers(0, 3).map(str)
OPTION = st.one_of(
    st.tuples(st.just("--severity"), LEVEL),
    st.tuples(st.just("--phase"), PHASE),
    st.tuples(st.sampled_from(["--commander", "--sme", "--customer-liaison", "--business-liaison"]), PEOPLE),
    st.tuples(st.sampled_from(["--venue", "--impact", "--not-affected", "--customers-may-be-told", "-m"]), WORDS),
    st.tuples(st.just("--next-update"), st.sampled_from(["2026-11-20 23:15 UTC", "2026-11-21 15:00 UTC"])),
)
OPTIONS = st.lists(OPTION, max_size=4).map(lambda pairs: [word for pair in pairs for word in pair])
COMMAND = st.one_of(
    OPTIONS.map(lambda options: ["update", *options]),
    WORDS.map(lambda text: ["update", "--description", text]),
    st.integers(0, 5).map(lambda number: ["undo", str(number)]),
    st.sampled_from([["close"], ["retract", "-m", "A test."], ["reopen"], ["update", "--no-change"]]),
    WORDS.map(lambda text: ["note", "--", text]),
    PEOPLE.map(lambda who: ["handoff", who, "--spoken"]),
)
REPLY = st.tuples(
    st.sampled_from([JAYLA, BO, "Eve <eve@evil.test>"]),
    st.sampled_from(["top", "bottom", "outlook", "naked", "bare"]),
    st.one_of(
        LEVEL.map("sev {}".format), PHASE.map("phase {}, no details yet.".format), WORDS.map("Venue: {}".format),
        PEOPLE.map("Customer liaison: {}".format), PEOPLE.map("SME: +{}".format), PEOPLE.map("Commander: {}".format),
        WORDS, st.tuples(LEVEL, WORDS).map(lambda pair: f"Severity {pair[0]}.\n\n{pair[1]}\n\nMore: {pair[1]}"),
        WORDS.map("Impact: {}".format), st.integers(0, 5).map("undo {}".format),
        st.sampled_from([
            "taking command", "close", "Status: open", "no change", "next 23:30", "Started: 14:00",
            "Business liaison: not needed",
        ]),
    ),
)  # fmt: skip
STEPS = st.lists(st.one_of(COMMAND, REPLY), max_size=7)


LIST = "incidents@example.com"


def to_the_list(installation: Installation) -> list[EmailMessage]:
    """Return the mails that everybody got. A question about a proposal goes to one person instead."""
    return [mail for mail in installation.mails if mail["To"] == LIST]


def follow_ups_due(installation: Installation) -> int:
    """Return how many follow-ups the ledger requires: one for each command or mail with an event that is announced."""
    causes: set[object] = set()
    run: object = None
    for entry in installation.log("cards"):
        if entry["kind"] == "announced.v1":
            run = object()
        elif entry["kind"] in KINDS - {"declared.v1"}:
            causes.add((entry["caused_by"] or {}).get("seq") or run)
    return len(causes)


@histories(40)
@given(options=OPTIONS, details=WORDS, steps=STEPS)
def test_what_happens_to_one_happens_to_both(
    installations: Callable[[], Installation], mails: Mails, options: list[str], details: str, steps: list[Any]
) -> None:
    installation = installations()
    start = installation.run(
        "declare", "Cards fail", "-m", details, *(["--drill"] if "--drill" in details else []), *options
    )
    if start.code:
        assert installation.mails == []
        return
    for step in steps:
        installation.clock.tick(minutes=3)
        if isinstance(step, tuple):
            sender, style, text = step
            installation.ingest(
                mails.reply_to(to_the_list(installation)[-1], text, sender, style, at=installation.clock.now)
            )
        else:
            command, *rest = step
            assert installation.run(command, "cards", *rest).code in (0, 1, 2)
    assert installation.ok("ledger", "verify")
    assert len(to_the_list(installation)) == 1 + follow_ups_due(installation)
    standby = standby_of(installation, installations)
    wire = [raw for raw, mail in zip(installation.wire, installation.mails, strict=True) if mail["To"] == LIST]
    assert [standby.ingest(raw)["outcome"] for raw in wire] == ["applied"] * len(wire)
    announced = facts(installation.show("cards"))
    assert not re.search(r"\x00", str(announced))
    assert standby.mails == []
    told = standby.show("cards")
    # `show` leaves out that a commander who has acted was assumed; what they did is in no mail, what was assumed is.
    for one, shown in ((installation, announced), (standby, told)):
        with one.context() as context, context.ledger.snapshot() as view:
            stored = view.incident(shown["id"])
            assert stored is not None and {*stored.assumed} - {*shown["assumed"]} <= {"commander"}
            shown["assumed"] = list(stored.assumed)
    with installation.context() as context, context.ledger.snapshot() as view:
        incident = view.incident(told["id"])
        assert incident is not None
        waiting = {change.fact.partition(".")[0] for change in incident.unannounced}
    waiting |= {"missing_roles"} if "roles" in waiting else set()
    assert {k: v for k, v in facts(told).items() if k not in waiting} == {
        k: v for k, v in announced.items() if k not in waiting
    }


def test_a_standby_that_gets_mails_out_of_order_ends_with_the_same_facts(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    installation.declare("Cards fail", "--severity", "3")
    installation.ok("update", "--severity", "2", "--impact", "EU")
    installation.ok("update", "--severity", "1", "--phase", "2")
    declared, first, second = installation.wire
    standby = standby_of(installation, installations)
    assert [standby.ingest(raw)["outcome"] for raw in (declared, second, first)] == ["applied"] * 3
    assert facts(standby.show()) == facts(installation.show())
    assert [standby.ingest(raw)["outcome"] for raw in (first, second)] == ["duplicate"] * 2


def test_our_mail_is_known_even_where_an_anonymous_list_took_its_id_and_our_address(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    style = ListStyle(address="incidents@example.com", prefix="[incidents]", footer="bye", anonymous=True)
    copy = re.sub(rb"(?im)^Reply-To:.*\n", b"", list_copy(installation.wire[0], style))
    assert b"incident-bot+" not in copy
    line = installation.ingest(copy)
    assert (line["disposition"], line["outcome"]) == ("own", "duplicate")
    answer = (
        f"From: {JAYLA}\nSubject: Re: Cards fail\nMessage-ID: <j@x.test>\nIn-Reply-To: {line['message_id']}\n\nsev 1\n"
    )
    assert installation.ingest(answer.encode())["outcome"] == "applied"
