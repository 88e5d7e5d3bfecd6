"""Each thing is done in the same way, whichever command or mail asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay
from scripted_imap import ScriptedImap

from incidentmail.app.sending import announce, render_private_mail
from incidentmail.app.serve_lock import marked_as_running
from incidentmail.app.telling.mail_kinds import ADDRESS_AN_HOUR_MAX
from incidentmail.cli.mail import fetch
from incidentmail.core.model import Person
from incidentmail.core.notices import Notice
from incidentmail.errors import RenderError

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, SUPPORT = "incidents@example.com", "support@example.com"
BO, ALICIA = "Bo <bo@example.com>", "A. <alicia@example.com>"
NAMING = "Alícia S. is incident commander."
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'
OPERATOR = '[operator]\naddress = "postmaster@example.com"\n'
Command = Callable[["Installation", "Mails"], object]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedImap]:
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", "secret")
    with ScriptedImap() as one:
        yield one


@pytest.fixture
def mailbox(installation: Installation, server: ScriptedImap) -> Installation:
    """An installation with a mailbox, an operator, and a list that has ten minutes to return a mail."""
    installation.configure(f'{PEOPLE}{OPERATOR}[imap]\nurl = "{server.url}"\n')
    text = installation.config.read_text().replace("[list]\n", '[list]\nreturns_within = "10m"\n')
    installation.config.write_text(text)
    return installation


def note(installation: Installation, mails: Mails) -> dict[str, object]:
    return installation.ingest(mails.reply_to(installation.mails[0], "The vendor looks at it.", BO))


# What each command needs to know that mail flows: a look at the mailbox, or a mail that came a while ago.
COMMANDS: dict[str, Command] = {
    "fetch": lambda installation, _: installation.ok("fetch"),
    "ingest": note,
    "update": lambda installation, _: installation.ok("update", "-m", "still looking"),
    "outbox retry": lambda installation, _: installation.run("outbox", "retry"),
    "flush": lambda installation, _: installation.ok("flush"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_of_a_mail_that_the_list_has_not_returned(
    mailbox: Installation, mails: Mails, command: str
) -> None:
    mailbox.declare("Cards fail")
    mailbox.clock.tick(minutes=11)
    mailbox.run("ingest", stdin=mails.new("Lunch?", sender=BO, subject="Lunch", to="somebody@example.com"))
    before = len(mailbox.private)
    mailbox.clock.tick(minutes=6)
    COMMANDS[command](mailbox, mails)
    told = [str(mail["Subject"]) for mail in mailbox.private[before:]]
    assert told == ["Not returned by the list: Cards fail"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_ends_the_proposals_whose_time_is_over(mailbox: Installation, mails: Mails, command: str) -> None:
    mailbox.ingest(mails.reply_to(mailbox.declare(), NAMING, BO))
    mailbox.clock.tick(hours=25)
    COMMANDS[command](mailbox, mails)
    assert [p["state"] for p in mailbox.show()["proposals"]] == ["expired"]
    assert any("Nobody confirmed what you asked for in time" in mail.get_content() for mail in mailbox.private)


def test_a_mail_that_cannot_be_made_keeps_no_other_from_being_sent(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **named: object) -> None:
        raise RenderError("no such template", hint="none")

    with FaultyRelay() as relay:
        relay.always[LIST] = "450 later"
        installation.configure(relay=relay.url())
        installation.run("declare", "Cards fail")
        (waiting,) = installation.ok("outbox", "list", "--json").lines
        del relay.always[LIST]
        installation.clock.tick(hours=1)
        monkeypatch.setattr(announce, "render_follow_up", fails)
        reply = mails.new("sev 1", sender=BO, subject="Re: x", more=f"In-Reply-To: {waiting['message_id']}\n")
        told = installation.ok("ingest", stdin=reply)
        assert "not all that follows is done: no such template" in told.err
        assert [to for to, _ in relay.taken] == [(LIST,)]


def test_declare_and_update_report_the_version_as_it_is_when_the_list_was_told(installation: Installation) -> None:
    declared = installation.ok("declare", "Cards fail", "--json").json
    assert declared["version"] == installation.show()["version"]
    updated = installation.ok("update", "--severity", "1", "--json").json
    assert updated["version"] == installation.show()["version"]


def test_offers_count_for_the_limit_of_private_mail_like_every_other_kind(installation: Installation) -> None:
    installation.configure(PEOPLE)
    for number in range(ADDRESS_AN_HOUR_MAX + 3):
        installation.ok("declare", f"Case {chr(97 + number) * 3}", "--severity", "3")
    warned = 0
    for number in range(ADDRESS_AN_HOUR_MAX + 3):
        told = installation.ok("handoff", f"case-{chr(97 + number) * 3}", "Bo K.")
        warned += "warning: bo@example.com was not told (10 an hour to one address)" in told.err
    to_bo = [mail for mail in installation.private if "bo@example.com" in str(mail["To"])]
    assert (len(to_bo), warned) == (ADDRESS_AN_HOUR_MAX + 1, 3)
    assert to_bo[-1].get_content().startswith("You have had 10 private mails within an hour.")


def test_people_who_get_a_briefing_have_had_one_more_private_mail(installation: Installation) -> None:
    levels = f'[[severity]]\nlevel = 1\nname = "critical"\nalso_to = ["{SUPPORT}"]\n'
    levels += "".join(f'[[severity]]\nlevel = {n}\nname = "level {n}"\n' for n in (2, 3))
    installation.configure(levels)
    for number in range(ADDRESS_AN_HOUR_MAX + 1):
        name = chr(97 + number) * 3
        installation.ok("declare", f"Case {name}", "--severity", "2")
        installation.ok("update", f"case-{name}", "--severity", "1")
    to_support = [mail for mail in installation.private if mail["To"] == SUPPORT]
    assert len(to_support) == ADDRESS_AN_HOUR_MAX + 1
    assert "no more of them come before" in to_support[-1].get_content()


def test_an_offer_that_an_earlier_version_left_among_the_notices_is_still_made(installation: Installation) -> None:
    installation.configure(PEOPLE)
    installation.declare("Cards fail")
    installation.ok("handoff", "Bo K.")
    before = len(installation.private)
    with installation.context() as context, context.ledger.transaction() as tx:
        (incident,) = tx.incidents(everything=False)
        offer = Notice(kind="offer", at_once=True, to=Person.parse("Bo K. <bo@example.com>"))
        tx.add_notice(incident.id, offer, due_at=context.now(), cause=None)
    installation.ok("flush")
    assert [str(mail["To"]) for mail in installation.private[before:]] == ['"Bo K." <bo@example.com>']


def restricted(installation: Installation, to: str | None) -> None:
    lines = [line for line in installation.config.read_text().splitlines() if not line.startswith("restricted =")]
    lines.insert(lines.index("[list]") + 1, f'restricted = "{to}"' if to else "")
    installation.config.write_text("\n".join(lines) + "\n")


def test_an_alarm_that_cannot_be_made_keeps_no_declaration_from_the_list(mailbox: Installation, mails: Mails) -> None:
    restricted(mailbox, "security@example.com")
    mailbox.ok("declare", "Somebody reads our mail", "--restricted")
    restricted(mailbox, None)
    mailbox.clock.tick(minutes=11)
    mailbox.run("ingest", stdin=mails.new("Lunch?", sender=BO, subject="Lunch", to="somebody@example.com"))
    mailbox.clock.tick(minutes=6)
    assert f"sent to {LIST}" in mailbox.ok("declare", "Everything is on fire").out
    failed = mailbox.run("flush")
    assert failed.code != 0 and "there is no restricted list" in failed.err
    restricted(mailbox, "security@example.com")
    assert mailbox.run("flush").code == 0
    assert "Not returned by the list: " in str(mailbox.private[-1]["Subject"])


@pytest.mark.parametrize("switch", ["the configuration", "serve --mute"])
def test_with_the_stop_switch_on_a_command_sends_what_it_is_about_and_nothing_else(
    installation: Installation, mails: Mails, switch: str
) -> None:
    installation.configure(PEOPLE)
    other = installation.declare("Bbb is down")
    installation.declare("Aaa is down")
    with marked_as_running(installation.ledger, muted=switch == "serve --mute"):
        if switch == "the configuration":
            text = installation.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n")
            installation.config.write_text(text)
        installation.ingest(mails.reply_to(other, f"sev 1\n{NAMING}", BO))
        before, private = len(installation.mails), len(installation.private)
        said = installation.ok("update", "aaa", "-m", "still looking").err
        assert said == (
            "incidentmail: warning: muted: this is sent because you asked for it, and nothing by itself\n"
            "hint: 'incidentmail status' says what mutes it\n"
        )
        assert [mail["Subject"] for mail in installation.mails[before:]] == ["Re: Aaa is down"]
        assert len(installation.private) == private
        assert "muted: no mail is made or sent" in installation.ok("flush").out
    assert len(installation.mails) == before + 1


def test_the_list_was_told_even_if_a_private_mail_cannot_be_made(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **named: object) -> None:
        raise RenderError("no such template", hint="write it")

    monkeypatch.setattr(render_private_mail, "render_private", fails)
    told = installation.ok("declare", "Cards fail", "--customer-liaison", "Ann <ann@example.com>")
    assert f"sent to {LIST}" in told.out and "TOLD" not in told.err
    assert "warning: a private mail cannot be made: no such template; write it" in told.err


def test_a_mail_that_cannot_be_made_does_not_end_the_watch_of_a_mailbox(
    mailbox: Installation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks: list[str] = []

    class Watch:
        """A mailbox that is checked twice."""

        def __init__(self, _: object) -> None:
            pass

        def run(self, on_look: Callable[[object], None]) -> None:
            for look in ("first", "second"):
                on_look(look)
                looks.append(look)

    def fails(*args: object, **named: object) -> None:
        raise RenderError("no such template", hint="write it")

    monkeypatch.setattr(announce, "render_declaration", fails)
    monkeypatch.setattr(fetch, "Fetcher", Watch)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert mailbox.run("declare", "Cards fail").code != 0
    assert mailbox.run("fetch", "--idle").code == 0
    assert looks == ["first", "second"]
    assert "cannot be made: no such template; write it" in caplog.text
