"""Threats by mail: each row is named after an attack, and states what must happen instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from examples import histories
from hypothesis import given
from hypothesis import strategies as st
from waiting_mail import apply_all

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.app.sending.announce import announce
from incidentmail.app.sending.deliver import deliver
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
EVE = "Eve <eve@evil.test>"
STYLES = ("top", "bottom", "outlook", "naked")


def take(installation: Installation, raws: list[bytes], envelope: Envelope | None = None) -> list[str]:
    """Accept and process many mails at once, as a service does, and return their outcomes."""
    with installation.context() as context:
        accept_mails(context, [(raw, envelope or Envelope(way="pipe")) for raw in raws])
        outcomes = [str(outcome.outcome) for outcome in apply_all(context)]
        announce(context, early=True)
        deliver(context, early=True)
    return outcomes


def sent(installation: Installation) -> int:
    return len(installation.mails) + len(installation.private)


def state(installation: Installation) -> tuple[object, ...]:
    shown = installation.show()
    return tuple(shown[name] for name in ("severity", "phase", "status", "commander", "venue", "roles", "description"))


@pytest.mark.parametrize(
    "text",
    [
        "Your code is 493021",
        "sev 1\n\nYour code is 493021",
        "Severity: 1\nCommander: Eve",
        "Coordinating via https://evil.test/join.",
    ],
)
def test_a_ticket_trick_of_a_stranger_is_refused_and_never_relayed(
    installation: Installation, mails: Mails, text: str
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    before = state(installation)
    assert installation.ingest(mails.reply_to(mail, text, EVE))["outcome"] == "refused"
    installation.ok("update", "--severity", "2", "-m", "It spreads.")
    assert state(installation)[1:] == before[1:]
    for public in installation.mails:
        assert not re.search("493021|evil|Eve", public.as_string())
    (answer,) = installation.private
    assert "493021" not in answer.as_string()


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=8, max_size=60).filter(
    lambda text: len("".join(text.split())) >= 8
)


@histories(12)
@given(st.lists(WORDS, min_size=1, max_size=3))
def test_nothing_that_a_stranger_wrote_is_ever_in_a_mail_to_the_list(
    installations: Callable[[], Installation], mails: Mails, words: list[str]
) -> None:
    installation = installations()
    mail = installation.declare("Cards fail", "--severity", "3")
    # No hash or id of ours, in base32, base64 or hex, holds a hyphen.
    marked = [f"zq-0x{number}{word}zq-0x" for number, word in enumerate(words)]
    text = "sev 1\nCommander: " + "\nDescription: ".join(marked) + f"\n\n{marked[0]}"
    take(
        installation,
        [mails.reply_to(mail, text, EVE), mails.new(f"Severity: 1\n\n{text}", sender=EVE, subject="zq-0x now")],
    )
    installation.ok("update", "--severity", "2", "-m", "It spreads.")
    installation.ok("close")
    assert len(installation.mails) == 3
    assert all(
        "zq-0x" not in public.as_string() and "zq-0x" not in public.get_content() for public in installation.mails
    )
    assert all("zq-0x" not in private.as_string() for private in installation.private)


def test_where_text_and_html_disagree_the_text_counts_and_is_shown_to_all(installation: Installation) -> None:
    mail = installation.declare("Cards fail")
    raw = (
        f"From: {JAYLA}\nTo: {mail['Reply-To']}\nSubject: Re: Cards fail\nMessage-ID: <15@mua.example>\n"
        f"In-Reply-To: {mail['Message-ID']}\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nclose\n--b\nContent-Type: text/html\n\n<p>thanks</p>\n--b--\n"
    ).encode()
    assert installation.ingest(raw)["outcome"] == "applied"
    assert installation.show("cards")["status"] == "closed"
    assert installation.mails[-1].get_content().startswith("Incident closed.")


def all_our_mails(installation: Installation, mails: Mails) -> list[EmailMessage]:
    """Return one mail of every kind that we send."""
    mail = installation.declare(
        "Cards fail", "--severity", "2", "--venue", "#x", "--customer-liaison", "Bo K. <bo@example.com>", "-m", "Look."
    )
    for text in ("sev 9", "Severity: five\nPhase: 2\nSME: Zed", "", "This is severity 1 by now.", "Zed is IC."):
        installation.ingest(mails.reply_to(mail, text, JAYLA))
    installation.ingest(mails.new("Does anybody see this?", sender=JAYLA, subject="Odd latency"))
    installation.ingest(mails.reply_to(mail, "sev 1", EVE))
    installation.ok("handoff", BO)
    return [*installation.mails, *installation.private]


@pytest.mark.parametrize("style", STYLES)
def test_every_mail_of_ours_fed_back_as_a_quotation_changes_nothing(
    installation: Installation, mails: Mails, style: str
) -> None:
    ours = all_our_mails(installation, mails)
    kinds = {str(mail.get_content()).split("\n")[0].split(" ")[0] for mail in ours}
    assert len(ours) >= 10, kinds
    before = state(installation)
    for mail in ours:
        if mail["Reply-To"]:
            installation.clock.tick(minutes=1)
            installation.ingest(mails.reply_to(mail, "Thanks, I am on it.", BO, style))
            installation.ingest(mails.reply_to(mail, "", BO, style))
    assert state(installation) == before
    assert [incident["id"] for incident in installation.ok("list", "--json").json] == ["2026-11-20-cards-fail"]


def test_a_private_mail_commands_nothing_even_where_nobody_remembers_it(
    installation: Installation, mails: Mails
) -> None:
    ours = [mail.get_content() for mail in all_our_mails(installation, mails) if "Incident-Update" not in mail]
    for text in ours:
        if "reply: accept" in text:
            continue  # an offer restates the incident in full, and is remembered with it
        read = installation.ok("explain", "--json", "--text", "-", stdin=text.encode()).json
        assert read["commands"] == [], text


def test_a_template_in_a_mail_stays_literal(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail {{7*7}}", "--severity", "3")
    installation.ingest(mails.reply_to(mail, "sev 2, {{7*7}} {% for x in y %}\n\nPhase: {{7*7}}", JAYLA))
    installation.ingest(mails.reply_to(mail, "Phase: {{7*7}}", BO))
    assert "{{7*7}} {% for x in y %}" in installation.mails[-1].get_content()
    assert "{{7*7}}" in installation.private[-1].get_content()
    assert "49" not in installation.mails[-1].get_content().partition("Customers")[0]


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?Cards_fail=0D=0ABcc=3A_eve=40evil.test?=",
        "=?utf-8?b?Q2FyZHMNCkJjYzogZXZlQGV2aWwudGVzdA==?=",
        "Cards =?utf-8?q?fail=0ABcc:_eve@evil.test?=",
    ],
)
@pytest.mark.parametrize("text", ["Severity: 2", "Severity: 99", "Is it only me?"])
def test_an_encoded_line_end_in_a_subject_makes_no_field(
    installation: Installation, mails: Mails, subject: str, text: str
) -> None:
    installation.ingest(mails.new(text, sender=JAYLA, subject=subject))
    out = [*installation.mails, *installation.private]
    assert len(out) == 1
    assert all("Bcc" not in mail and "eve@evil.test" not in str(mail["To"]) for mail in out)


def test_escape_sequences_of_a_subject_reach_no_terminal_and_no_log(installation: Installation, mails: Mails) -> None:
    subject = "=?utf-8?q?Cards_=1B]0=3Bowned=07_fail_=9B31m?="
    installation.ingest(mails.new("Severity: 2", sender=JAYLA, subject=subject))
    installation.ingest(mails.new("Hm?", sender=BO, subject=subject))
    shown = [
        installation.ok(*args).out for args in (("inbox", "--all"), ("log",), ("show",), ("list",), ("outbox", "list"))
    ]
    for text in (*shown, *(mail.as_string() for mail in (*installation.mails, *installation.private))):
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text)


def ticket(number: int) -> str:
    return f"Your request has been received #{number}.\n\nOur team will get back to you."


AUTOMATIC: dict[str, Callable[[Mails, EmailMessage, int], bytes]] = {
    "out of office": lambda m, mail, n: m.reply_to(
        mail, "I am away until Monday.", JAYLA, more="Auto-Submitted: auto-replied (vacation)\n"
    ),
    "rude out of office": lambda m, mail, n: m.new(
        f"I am away, call {n}.", sender=JAYLA, subject="Out of office: Cards fail",
        more=f"In-Reply-To: {mail['Message-ID']}\n"
    ),
    "bounce": lambda m, mail, n: m.reply_to(mail, "550 unknown", "MAILER-DAEMON@example.com"),
    "read receipt": lambda m, mail, n: m.reply_to(mail, "Read.", BO).replace(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Type: multipart/report; report-type=disposition-notification"
    ),
    "list notice": lambda m, mail, n: m.new(
        f"Post {n} is held.", sender="incidents-bounces@example.com", subject="Held",
        more="Precedence: bulk\nList-Id: x <x>\n"
    ),
    "ticket system, a member": lambda m, mail, n: m.reply_to(mail, ticket(n), "Support <support@example.com>"),
    "ticket system, a new thread": lambda m, mail, n: m.new(
        f"Dear customer,\n\nThank you for contacting us. Ticket SUP-{n} was opened.\nStatus: New\nPriority: high",
        sender="Support <support@example.com>", subject=f"[Ticket#{n}] Cards fail",
    ),
    "ticket system, below a line": lambda m, mail, n: m.reply_to(
        mail, f"##- Please type your reply above this line -##\n\n{ticket(n)}", "Support <support@example.com>"
    ),
    "ticket system in German": lambda m, mail, n: m.reply_to(
        mail, f"Ihre Anfrage ist bei uns eingegangen (#{n}).\nStatus: Closed", "Support <support@example.com>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_a_hundred_automatic_mails_bring_no_mail_and_change_nothing(
    installation: Installation, mails: Mails, kind: str
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    before, version = state(installation), installation.show()["version"]
    outcomes = take(installation, [AUTOMATIC[kind](mails, mail, 4000 + number) for number in range(100)])
    assert set(outcomes) == {"automatic"}, set(outcomes)
    assert (sent(installation), state(installation), installation.show()["version"]) == (1, before, version)


def test_a_strangers_machine_is_answered_once_since_its_words_are_not_read(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    before = state(installation)
    raws = [mails.reply_to(mail, ticket(4000 + number), "Help <help@vendor.test>") for number in range(100)]
    assert set(take(installation, raws)) == {"refused"}
    assert (len(installation.private), state(installation)) == (1, before)


@pytest.mark.parametrize(
    ("text", "limit"), [("We have noted it.\n\nCase {0}", 0), ("Severity: pending\n\nCase {0}", 2), ("", 2)]
)
def test_a_machine_that_nothing_gives_away_finds_an_end(
    installation: Installation, mails: Mails, text: str, limit: int
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    before = state(installation)
    sender = "Desk <desk@example.com>"
    take(installation, [mails.reply_to(mail, text.format(number), sender) for number in range(30)])
    for answer in installation.private:  # it answers our answer too
        take(installation, [mails.reply_to(answer, text.format(99), sender)])
    assert (len(installation.private), state(installation)) == (limit, before)


def test_different_mistakes_of_one_address_are_answered_up_to_a_limit(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    wrong = [f"Severity: {'abcdefghijklmnopqrst'[number] * 3}" for number in range(20)]
    take(installation, [mails.reply_to(mail, text, JAYLA) for text in wrong])
    assert len(installation.private) == 10 + 1
    assert "no more of them come before" in installation.private[-1].get_content()
    assert (
        installation.ok("inbox", "--json")
        .lines[-1]["reason"]
        .endswith("its sender was not told (10 an hour to one address)")
    )
    installation.clock.tick(hours=1, minutes=1)
    take(installation, [mails.reply_to(mail, "Severity: zzz", JAYLA)])
    assert len(installation.private) == 12


def test_strangers_together_get_few_answers_an_hour_and_each_one_a_day(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail")
    names = [f"Eve <eve{number}@evil.test>" for number in range(30)]
    take(installation, [mails.reply_to(mail, "sev 1", name) for name in names for _ in range(2)])
    assert len(installation.private) == 20
    installation.clock.tick(hours=2)
    take(installation, [mails.reply_to(mail, "sev 1", names[0])])
    assert len(installation.private) == 20


def test_forged_members_without_end_get_few_questions_an_hour(installation: Installation, mails: Mails) -> None:
    senders = [f"x{number}@example.com" for number in range(40)]
    take(installation, [mails.new("Lunch at noon?", sender=sender, subject=f"News for {sender}") for sender in senders])
    assert len(installation.private) == 30


def test_outsiders_named_to_roles_get_few_mails_an_hour_and_members_theirs(
    installation: Installation, mails: Mails
) -> None:
    named = "SME: Bo <bo@example.com>, " + ", ".join(f"v{number}@victim.test" for number in range(10))
    for number in range(3):
        text = f"Severity: 3\n{named}"
        take(installation, [mails.new(text, sender=f"x{number}@example.com", subject=f"Cheap watches {number}")])
    told = [str(mail["To"]) for mail in installation.private]
    assert (sum("victim.test" in to for to in told), sum("bo@example.com" in to for to in told)) == (20, 3)


@pytest.mark.parametrize(
    "sender",
    [
        "noreply@evil.test",
        "incident-bot@example.com",
        "incidents@example.com",
        "owner@lists.evil.test",
        "jayla@example.com",
    ],
)
def test_no_machine_no_list_and_no_address_that_was_forged_is_answered(
    installation: Installation, mails: Mails, sender: str
) -> None:
    mail = installation.declare("Cards fail")
    more = "List-Id: <other.evil.test>\nPrecedence: list\n" if "lists" in sender else ""
    raw = mails.reply_to(mail, "Severity: five", f"X <{sender}>", more=more)
    peer = "192.0.2.7" if sender == "jayla@example.com" else None
    take(installation, [raw], Envelope(way="smtp", peer=peer) if peer else None)
    assert installation.private == []


def test_two_incidentmails_on_each_others_lists_fall_silent(
    installations: Callable[[], Installation], mails: Mails
) -> None:
    ours, theirs = installations(), installations()
    text = (
        theirs.config.read_text()
        .replace("incidents@example.com", "alerts@other.test")
        .replace("incident-bot@example.com", "bot@other.test")
    )
    theirs.config.write_text(text + '[trust]\nmembers = ["*@example.com", "*@other.test"]\n')
    ours.config.write_text(ours.config.read_text() + '[trust]\nmembers = ["*@example.com", "*@other.test"]\n')
    mail = ours.declare("Cards fail", "--severity", "3")
    ours.ingest(mails.reply_to(mail, "sev 2", JAYLA))
    ours.ingest(mails.reply_to(mail, "Severity: five", JAYLA))
    theirs.declare("Racks are dark", "--severity", "1")
    seen: dict[int, int] = {id(ours): 0, id(theirs): 0}
    for _ in range(6):  # every mail of one reaches the other, also what was meant for one person
        for one, other in ((ours, theirs), (theirs, ours)):
            left = [*one.wire, *(private.as_bytes() for private in one.private)]
            for raw in left[seen[id(one)] :]:
                take(other, [raw])
            seen[id(one)] = len(left)
    assert (sent(ours), sent(theirs)) == (3, 1)
    assert [len(installation.ok("list", "--all", "--json").json) for installation in (ours, theirs)] == [1, 1]


def test_a_stranger_hears_the_same_whether_or_not_the_incident_exists(
    installations: Callable[[], Installation], mails: Mails
) -> None:
    heard = []
    for exists in (True, False):
        installation = installations()
        mail = installation.declare("Takeover of the bank")
        raw = mails.reply_to(mail, "sev 1", EVE, "bare", message_id="<28@evil.test>")
        if not exists:
            raw = re.sub(rb"incident-bot\+[^>,\s]*", b"incident-bot+abcdef.abcdefghij@example.com", raw)
            raw = re.sub(rb"(?m)^(In-Reply-To|References):.*", rb"\1: <unknown@example.com>", raw)
        installation.ingest(raw)
        (answer,) = installation.private
        fields = {name: value for name, value in answer.items() if name != "Message-ID"}
        shape = re.sub(r"[a-z2-7]{6}\.[a-z2-7]{6}\.p\d+\.[a-z2-7]{10}", "ID", str(answer["Message-ID"]))
        heard.append((fields, shape, answer.get_content()))
    assert heard[0] == heard[1]
    assert "Takeover" not in str(heard[0])
