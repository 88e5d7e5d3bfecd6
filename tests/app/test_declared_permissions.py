"""A declaration by hand obeys the permissions: what its author may not do alone waits, and the rest applies at once."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.app.telling.mail_kinds import UNVERIFIED_AN_HOUR_MAX
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, BOT = "incidents@example.com", "incident-bot@example.com"
JAYLA, BO, EVE = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>", "Eve <eve@evil.example>"
RESULTS = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
PASS = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
STYLE = ListStyle(address=LIST, prefix="[incidents]")
HOSTS = '[incident]\nvenue_hosts = ["meet.example.com"]\n'
OURS, ELSEWHERE = "https://meet.example.com/cards", "https://evil.example/cards"


@dataclass(frozen=True)
class Thing:
    """A line of a declaration, its part of the state if applied, and the question to its author if it has to wait."""

    line: str
    fact: str
    applied: object
    asks: str | None = None
    tells: str | None = None
    config: str = ""


SMES, LIAISON = "roles.subject_matter_experts", "roles.customer_liaison"
SET_APART = {
    "an outsider in a role": Thing(
        f"SME: {EVE}", SMES, ["eve@evil.example"], "have as Subject-matter experts: Eve", "eve@evil.example"
    ),
    "a member as liaison": Thing(
        f"Customer liaison: {BO}", LIAISON, ["bo@example.com"], "have as Customer liaison: Bo K.", "bo@example.com"
    ),
    "a venue that needs a verified sender": Thing(
        "Venue: #x", "venue", "#x", "move to another venue: #x", config='[permissions]\nvenue = "verified"\n'
    ),
    "a severity that needs a verified sender": Thing(
        "Severity: 1", "severity", 1, "set the severity to 1 (critical)",
        config='[permissions]\nseverity = "verified"\n',
    ),
    "an impact that needs a verified sender": Thing(
        "Impact: cards fail", "impact", "cards fail", "say under 'Impact': cards fail",
        config='[permissions]\nimpact = "verified"\n',
    ),
    "an action, if notes need a verified sender": Thing(
        "Action: call the bank", "actions", ["call the bank"], "add to the timeline (action): call the bank",
        config='[permissions]\nnote = "verified"\n',
    ),
}  # fmt: skip
AT_ONCE = {
    "the author's own role": Thing(f"SME: {JAYLA}", SMES, ["jayla@example.com"]),
    "the author as commander": Thing("I am incident commander.", "commander", "jayla@example.com"),
    "somebody else as commander": Thing(f"Commander: {BO}", "commander", "bo@example.com", tells="bo@example.com"),
    # The declarer's word on what was agreed by voice, as in a reply; whom they name can decline.
    "an outsider as commander": Thing(f"Commander: {EVE}", "commander", "eve@evil.example", tells="eve@evil.example"),
    "a venue": Thing("Venue: #x", "venue", "#x"),
    "a venue at a host of ours": Thing(f"Venue: {OURS}", "venue", OURS, config=HOSTS),
    "a venue that everybody may set": Thing("Venue: #x", "venue", "#x", config='[permissions]\nvenue = "member"\n'),
    "an action": Thing("Action: call the bank", "actions", ["call the bank"]),
}
WAYS = {"to the list": LIST, "to us": BOT}


def value(installation: Installation, fact: str) -> Any:
    """Return a fact of the incident. People are represented by their addresses."""
    shown: Any = installation.show()
    for name in fact.split("."):
        shown = shown.get(name, [])
    if isinstance(shown, dict):
        return shown["address"]
    if not isinstance(shown, list):
        return shown
    return [one.get("address") or one.get("text") for one in shown]


def told(installation: Installation) -> set[str]:
    """Return the addresses that got a private mail, without the author's."""
    return {box.addr_spec for mail in installation.private for box in mail["To"].addresses} - {"jayla@example.com"}


def authors(installation: Installation) -> list[EmailMessage]:
    return [mail for mail in installation.private if "jayla@example.com" in str(mail["To"])]


def declare(
    installation: Installation, mails: Mails, text: str, *, to: str = LIST, proof: bytes = b""
) -> dict[str, Any]:
    lines = text if "Severity" in text else f"Severity: 2\n{text}"
    return installation.ingest(proof + mails.new(lines, sender=JAYLA, subject="Cards fail", to=to))


@pytest.mark.parametrize("to", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("thing", SET_APART.values(), ids=SET_APART.keys())
def test_what_an_unverified_author_may_not_do_alone_waits_and_the_rest_applies(
    installation: Installation, mails: Mails, thing: Thing, to: str
) -> None:
    installation.configure(RESULTS + thing.config)
    outcome = declare(installation, mails, f"{thing.line}\nBusiness liaison: {JAYLA}", to=to)
    assert (outcome["outcome"], outcome["trust"]) == ("applied", "member")
    shown = installation.show()
    assert (shown["status"], shown["commander"]["address"]) == ("open", "jayla@example.com")
    assert value(installation, "roles.business_liaison") == ["jayla@example.com"]
    assert value(installation, thing.fact) != thing.applied
    (proposal,) = shown["proposals"]
    assert (proposal["number"], proposal["state"], proposal["asks"]) == (1, "open", thing.asks)
    assert told(installation) == set()
    (question,) = authors(installation)
    assert "Did you write this?" in question.get_content() and f"> {thing.asks}" in question.get_content()
    assert len(installation.mails) == 1
    assert "evil" not in installation.mails[0].as_string()
    assert installation.ingest(mails.reply_to(question, "accept", JAYLA))["outcome"] == "applied"
    assert value(installation, thing.fact) == thing.applied
    assert told(installation) == ({thing.tells} if thing.tells else set())


@pytest.mark.parametrize("to", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("proof", [PASS, None], ids=["verified", "nothing verifies senders"])
@pytest.mark.parametrize("thing", SET_APART.values(), ids=SET_APART.keys())
def test_a_verified_author_does_all_of_it_and_so_does_a_member_if_nothing_verifies_senders(
    installation: Installation, mails: Mails, thing: Thing, proof: bytes | None, to: str
) -> None:
    installation.configure((RESULTS if proof else "") + thing.config)
    outcome = declare(installation, mails, thing.line, to=to, proof=proof or b"")
    assert (outcome["outcome"], outcome["reason"]) == ("applied", None)
    assert (value(installation, thing.fact), installation.show()["proposals"]) == (thing.applied, [])
    assert told(installation) == ({thing.tells} if thing.tells else set())
    assert authors(installation) == []


@pytest.mark.parametrize("to", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("config", ["", RESULTS], ids=["nothing verifies senders", "verified by our server"])
@pytest.mark.parametrize("thing", AT_ONCE.values(), ids=AT_ONCE.keys())
def test_what_is_a_members_applies_at_once(
    installation: Installation, mails: Mails, thing: Thing, config: str, to: str
) -> None:
    installation.configure(config + thing.config)
    outcome = declare(installation, mails, thing.line, to=to)
    assert (outcome["outcome"], outcome["trust"], outcome["reason"]) == ("applied", "member", None)
    assert (value(installation, thing.fact), installation.show()["proposals"]) == (thing.applied, [])
    assert told(installation) == ({thing.tells} if thing.tells else set())
    assert authors(installation) == []


@pytest.mark.parametrize("to", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize(
    ("config", "proof"), [("", b""), (RESULTS, b""), (RESULTS, PASS)], ids=["no verification", "member", "verified"]
)
def test_a_venue_elsewhere_is_refused_in_a_declaration_as_in_a_reply(
    installation: Installation, mails: Mails, config: str, proof: bytes, to: str
) -> None:
    installation.configure(config + HOSTS)
    outcome = declare(installation, mails, f"Venue: {ELSEWHERE}", to=to, proof=proof)
    assert (outcome["outcome"], installation.show()["venue"], installation.show()["proposals"]) == ("applied", None, [])
    (answer,) = authors(installation)
    text = answer.get_content()
    assert text.startswith("The incident is declared, but part of your mail was not carried out.")
    assert f"> Venue: {ELSEWHERE}\nRead as venue" in text and "not among the hosts for venues" in text
    assert ELSEWHERE not in installation.mails[0].as_string()
    reply = installation.ingest(proof + mails.reply_to(installation.mails[0], f"Venue: {ELSEWHERE}", JAYLA))
    assert reply["outcome"] == "refused" and reply["reason"] == outcome["reason"]


def test_the_lists_copy_is_a_members_whatever_it_proves(installation: Installation, mails: Mails) -> None:
    installation.configure(RESULTS)
    raw = list_copy(mails.new(f"Severity: 2\nSME: {EVE}", sender=JAYLA, subject="Cards fail"), STYLE)
    assert installation.ingest(PASS.replace(b"\n", b"\r\n") + raw)["trust"] == "member"
    assert (value(installation, SMES), told(installation), len(installation.show()["proposals"])) == ([], set(), 1)


def test_a_copy_that_is_verified_does_what_waited_since_the_lists_copy(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(RESULTS)
    raw = mails.new(f"Severity: 2\nSME: {BO}\nAction: call the bank", sender=JAYLA, subject="Cards fail")
    installation.ingest(list_copy(raw, STYLE))
    assert (value(installation, SMES), told(installation)) == ([], set())
    assert installation.ingest(PASS + raw)["outcome"] == "applied"
    assert (value(installation, SMES), told(installation)) == (["bo@example.com"], {"bo@example.com"})
    assert [proposal["state"] for proposal in installation.show()["proposals"]] == ["accepted"]
    assert value(installation, "actions") == ["call the bank"]
    assert installation.ingest(PASS + raw)["outcome"] == "duplicate"
    assert [incident["id"] for incident in installation.ok("list", "--all", "--json").json] == ["2026-11-20-cards-fail"]


def test_each_thing_waits_by_itself_and_what_only_the_operator_may_do_is_refused(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(RESULTS + '[permissions]\nphase = "operator"\n')
    declare(installation, mails, f"Phase: 2\nSME: {EVE}, {JAYLA}\nCustomer liaison: {BO}\nBusiness liaison: {JAYLA}")
    shown = installation.show()
    assert (shown["severity"], shown["phase"], shown["assumed"]) == (2, 1, ["phase", "commander"])
    assert (value(installation, SMES), value(installation, LIAISON)) == ([], [])
    assert value(installation, "roles.business_liaison") == ["jayla@example.com"]
    assert [proposal["number"] for proposal in shown["proposals"]] == [1, 2]
    *questions, answer = sorted(authors(installation), key=lambda mail: mail["Auto-Submitted"] == "auto-replied")
    assert len(questions) == 2
    assert "> Phase: 2\nRead as phase 2. Not done: " in answer.get_content()
    assert "It waits as proposal 1." in answer.get_content() and "It waits as proposal 2." in answer.get_content()


def test_who_may_not_declare_proposes_nothing(installation: Installation, mails: Mails) -> None:
    installation.configure(RESULTS + '[permissions]\ndeclare = "verified"\n')
    assert declare(installation, mails, f"SME: {EVE}")["outcome"] == "refused"
    assert (installation.ok("list", "--all", "--json").json, told(installation)) == ([], set())


@pytest.mark.parametrize("word", ["yes", "sev 2"])
@pytest.mark.parametrize(("filed", "answered"), [(b"", b""), (b"", PASS), (PASS, b"")])
def test_a_mail_that_an_answer_to_our_question_declares_obeys_the_same(
    installation: Installation, mails: Mails, word: str, filed: bytes, answered: bytes
) -> None:
    """The question repeats no line of that mail, so a yes is no proof of what it names."""
    installation.configure(RESULTS + HOSTS)
    lines = f"SME: {EVE}\nVenue: {ELSEWHERE}\nImpact: cards fail"
    asked = installation.ingest(filed + mails.new(lines, sender=JAYLA, subject="Cards fail"))
    assert asked["outcome"] == "filed"
    (question,) = authors(installation)
    assert installation.ingest(answered + mails.reply_to(question, word, JAYLA))["outcome"] == "applied"
    shown = installation.show()
    assert (value(installation, SMES), shown["venue"], shown["impact"], told(installation)) == (
        [],
        None,
        "cards fail",
        set(),
    )
    assert [proposal["asks"] for proposal in shown["proposals"]] == ["have as Subject-matter experts: Eve"]
    answer = next(mail.get_content() for mail in authors(installation) if mail["Auto-Submitted"] == "auto-replied"
                  and "The incident is declared" in mail.get_content())  # fmt: skip
    assert f"> SME: {EVE}\n" in answer and f"> Venue: {ELSEWHERE}\n" in answer


def test_both_mails_verified_declare_whole(installation: Installation, mails: Mails) -> None:
    installation.configure(RESULTS)
    installation.ingest(PASS + mails.new(f"SME: {BO}", sender=JAYLA, subject="Cards fail"))
    installation.ingest(PASS + mails.reply_to(installation.private[-1], "yes", JAYLA))
    assert (value(installation, SMES), told(installation)) == (["bo@example.com"], {"bo@example.com"})


SAMPLE = (
    "Severity 2, phase 1. I am incident commander. Coordinating via #2026-11-20-checkout on Slack."
    "Since 14:07 UTC one in five card payments is declined.\n\n"
    f"Customer liaison: Tomás R.\nBusiness liaison: Ingrid H.\nSubject-matter experts: {BO}, Yusuf A.\n"
)


def test_the_sample_declares_whole_if_nothing_verifies_senders(installation: Installation, mails: Mails) -> None:
    declare(installation, mails, SAMPLE)
    shown = installation.show()
    assert (shown["severity"], shown["venue"], shown["assumed"]) == (2, "#2026-11-20-checkout on Slack", [])
    assert {key: len(people) for key, people in shown["roles"].items()} == {
        "customer_liaison": 1, "business_liaison": 1, "subject_matter_experts": 2,
    }  # fmt: skip
    assert shown["proposals"] == []


# Who asks for a venue in a reply, to an incident that Jayla has declared with Bo as an expert and Ada commanding.
PART = {
    "the declarer": (JAYLA, True),
    "the commander": ("Ada L. <ada@example.com>", True),
    "a role holder": (BO, True),
    "somebody else": ("Zoe <zoe@example.com>", False),
}


@pytest.mark.parametrize("in_words", [False, True], ids=["unset", "[permissions] venue set"])
@pytest.mark.parametrize(("sender", "takes_part"), PART.values(), ids=PART.keys())
def test_commander_declarer_and_role_holders_set_the_venue_as_members_unless_that_is_configured(
    installation: Installation, mails: Mails, sender: str, takes_part: bool, in_words: bool
) -> None:
    installation.configure(RESULTS + ('[permissions]\nvenue = "verified"\n' if in_words else ""))
    declare(installation, mails, f"Commander: Ada L. <ada@example.com>\nSME: {BO}", proof=PASS)
    outcome = installation.ingest(mails.reply_to(installation.mails[0], "Venue: #x", sender))
    applies = takes_part and not in_words
    assert (outcome["outcome"], installation.show()["venue"]) == (("applied", "#x") if applies else ("held", None))


@pytest.mark.parametrize("line", [f"SME: -{EVE}", f"Customer liaison: - {EVE}"])
@pytest.mark.parametrize("config", [RESULTS, ""], ids=["unverified", "nothing verifies senders"])
def test_to_take_somebody_from_a_role_that_nobody_holds_names_nobody(
    installation: Installation, mails: Mails, line: str, config: str
) -> None:
    installation.configure(config)
    assert declare(installation, mails, line)["outcome"] == "applied"
    roles = installation.show()["roles"]
    assert not any(roles.values())
    assert (told(installation), "evil" in installation.mails[0].as_string()) == (set(), False)


def test_the_outcome_says_who_could_not_be_asked_about_what_waits(installation: Installation, mails: Mails) -> None:
    installation.configure(RESULTS)
    for number in range(UNVERIFIED_AN_HOUR_MAX):
        lines = f"Severity: 2\nSME: {EVE}"
        outcome = installation.ingest(mails.new(lines, sender=JAYLA, subject=f"Case {chr(97 + number) * 3}"))
        assert "was not told" not in outcome["reason"]
    outcome = installation.ingest(mails.new(lines, sender=JAYLA, subject="Case zzz"))
    assert "jayla@example.com was not told (5 an hour to one address because of mail" in outcome["reason"]
