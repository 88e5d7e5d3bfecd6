"""Whatever relays do, each mail is sent, and none is sent twice unless a relay lied."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay
from patience import PATIENCE_S
from waiting_mail import apply_all

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.app.sending import relay_sessions as relays
from incidentmail.app.sending.deliver import deliver
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, SUPPORT, BACKUP = "incidents@example.com", "support@example.com", "incidents@elsewhere.example"
RESTRICTED = "security-incidents@example.com"


@pytest.fixture
def relay(installation: Installation) -> Iterator[FaultyRelay]:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        yield relay


def set_list(installation: Installation, line: str) -> None:
    installation.config.write_text(installation.config.read_text().replace("[list]\n", f"[list]\n{line}\n"))


def outbox(installation: Installation) -> list[dict[str, object]]:
    return installation.ok("outbox", "list", "--all", "--json").lines


def later(installation: Installation, **delta: float) -> None:
    """Let time pass, and deliver what is due, as a running service does."""
    installation.clock.tick(**delta)
    with installation.context() as context:
        deliver(context)


def ids(relay: FaultyRelay) -> list[bytes]:
    return [line for _, raw in relay.taken for line in raw.split(b"\r\n") if line.startswith(b"Message-ID")]


def test_mails_that_wait_leave_in_order_over_one_connection(installation: Installation, relay: FaultyRelay) -> None:
    relay.next("GREETING", *["421 not now"] * 3)
    installation.run("declare", "Cards fail")
    installation.run("update", "--severity", "2")
    installation.run("update", "--severity", "1")
    relay.heard.clear()
    later(installation, hours=1)
    assert [raw.count(b"Incident-Update: %d" % number) for number, (_, raw) in enumerate(relay.taken)] == [1, 1, 1]
    assert relay.heard == [["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]]


def test_a_refused_mail_does_not_spoil_the_next_one_on_its_connection(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.next("GREETING", *["421 not now"] * 3)
    for name in ("One", "Two", "Three"):
        installation.run("declare", name)
    relay.heard.clear()
    relay.next("DATA", "354 go on").next(".", "250 ok", "554 5.7.1 spam", "250 ok")
    relay.keeps = True
    later(installation, hours=1)
    assert [line["state"] for line in outbox(installation)] == ["sent", "failed", "sent"]
    assert relay.heard == [["EHLO", *["MAIL", "RCPT", "DATA"] * 2, "RSET", "MAIL", "RCPT", "DATA", "QUIT"]]


def test_greylisting_ends_with_each_mail_sent_once(installation: Installation, relay: FaultyRelay) -> None:
    relay.always[LIST] = "450 4.2.0 greylisted"
    assert installation.run("declare", "Cards fail").code == 75
    later(installation, seconds=7)
    later(installation, seconds=5)
    assert (outbox(installation)[0]["state"], outbox(installation)[0]["attempts"]) == ("queued", 2)
    relay.always.clear()
    later(installation, minutes=10)
    later(installation, minutes=10)
    assert len(relay.taken) == 1 and outbox(installation)[0]["state"] == "sent"


def test_a_recipient_refused_for_good_is_not_tried_again_while_another_waits(
    installation: Installation, relay: FaultyRelay
) -> None:
    set_list(installation, f'always_to = ["{SUPPORT}"]')
    relay.always.update({SUPPORT: "550 5.1.1 gone", LIST: "450 later"})
    installation.run("declare", "Cards fail")
    relay.always[LIST] = "250 ok"
    relay.heard.clear()
    later(installation, hours=1)
    assert [recipients for recipients, _ in relay.taken] == [(LIST,)]
    assert relay.heard[0].count("RCPT") == 1


def test_a_relay_that_cuts_off_after_the_mail_gets_it_again_under_the_same_id(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.next(".", None)
    relay.keeps = True  # it lied: it has the mail, and did not say so
    assert installation.run("declare", "Cards fail").code == 75
    later(installation, hours=1)
    assert len(ids(relay)) == 2 and len(set(ids(relay))) == 1
    later(installation, hours=1)
    assert len(relay.taken) == 2


def test_a_relay_that_cuts_off_honestly_gets_it_once(installation: Installation, relay: FaultyRelay) -> None:
    relay.next(".", None)
    installation.run("declare", "Cards fail")
    later(installation, hours=1)
    assert len(relay.taken) == 1 and outbox(installation)[0]["state"] == "sent"


def test_a_relay_that_closes_between_two_mails_is_connected_to_again(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.next("GREETING", *["421 not now"] * 2)
    installation.run("declare", "One")
    installation.run("declare", "Two")
    relay.next("MAIL", "250 ok", "421 too many mails on one connection")
    later(installation, hours=1)
    assert [line["state"] for line in outbox(installation)] == ["sent", "sent"]


def test_a_relay_that_hangs_costs_one_time_limit_and_the_next_relay_takes_all(
    installation: Installation, relay: FaultyRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "TIMEOUT_S", 0.3)
    with FaultyRelay() as second:
        installation.configure(relay=[relay.url(), second.url()])
        for answers in (["421 later"] * 3,):
            relay.next("GREETING", *answers)
            second.next("GREETING", *answers)
        for name in ("One", "Two", "Three"):
            installation.run("declare", name)
        relay.next("GREETING", *[""] * 3)
        before = len(relay.heard)
        later(installation, hours=1)
        assert len(second.taken) == 3 and len(relay.heard) == before + 1


def test_what_was_being_sent_when_the_process_died_is_sent_once_its_lease_is_over(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.next("GREETING", "421 not now")
    installation.run("declare", "Cards fail")
    installation.clock.tick(hours=1)
    with installation.context() as context, context.ledger.transaction() as tx:
        assert tx.lease(now=context.now(), until=installation.clock.now.replace(hour=16), by="dead") is not None
    later(installation, minutes=1)
    assert relay.taken == []
    later(installation, hours=1)
    later(installation, hours=1)
    assert len(relay.taken) == 1


def test_a_relay_that_hangs_keeps_no_mail_from_being_accepted_and_read(
    installation: Installation, relay: FaultyRelay, mails: Mails
) -> None:
    relay.next("GREETING", "421 not now").next("MAIL", "")
    installation.run("declare", "Cards fail")
    installation.clock.tick(hours=1)
    with installation.context() as context:
        sending = threading.Thread(target=deliver, args=(context,))
        sending.start()
        deadline = time.monotonic() + PATIENCE_S
        while not any("MAIL" in verbs for verbs in relay.heard) and time.monotonic() < deadline:
            time.sleep(0.01)
        raw = mails.new("Severity: 1", sender="jayla@example.com", subject="Logins fail", at=installation.clock.now)
        accept_mails(context, [(raw, Envelope(way="pipe"))])
        (outcome,) = apply_all(context)
        assert sending.is_alive() and outcome.outcome == "applied"
        relay.released.set()
        sending.join(PATIENCE_S)
        assert not sending.is_alive()


@pytest.fixture
def with_backup(installation: Installation, relay: FaultyRelay) -> FaultyRelay:
    set_list(installation, f'backup = "{BACKUP}"')
    return relay


def test_the_backup_list_gets_the_mail_once_when_every_relay_refused_the_list_for_good(
    installation: Installation, with_backup: FaultyRelay
) -> None:
    with_backup.always[LIST] = "550 5.1.1 no such list"
    result = installation.run("declare", "Cards fail")
    assert result.code == 0
    assert f"not delivered to {LIST}: 550 5.1.1 no such list" in result.err
    assert f"the back-up list {BACKUP} did" in result.err
    (line,) = outbox(installation)
    assert line["to"] == [BACKUP, LIST] or line["to"] == [LIST, BACKUP]
    later(installation, hours=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(BACKUP,)]


def test_the_backup_list_gets_the_same_mail_when_the_list_has_waited_too_long(
    installation: Installation, with_backup: FaultyRelay
) -> None:
    with_backup.always[LIST] = "450 later"
    assert installation.run("declare", "Cards fail").code == 75
    later(installation, minutes=4)
    assert with_backup.taken == []
    later(installation, minutes=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(BACKUP,)]
    with_backup.always.clear()
    later(installation, hours=1)
    later(installation, hours=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(BACKUP,), (LIST,)]
    assert len(set(ids(with_backup))) == 1
    assert outbox(installation)[0]["state"] == "sent"


def test_no_mail_to_the_backup_list_where_the_list_takes_it_when_the_relay_is_back(
    installation: Installation, with_backup: FaultyRelay
) -> None:
    with_backup.next("GREETING", *["421 down"] * 2)
    installation.run("declare", "Cards fail")
    later(installation, minutes=6)
    later(installation, hours=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(LIST,)]


def test_the_backup_list_never_gets_the_mail_of_a_restricted_incident(
    installation: Installation, with_backup: FaultyRelay
) -> None:
    set_list(installation, f'restricted = "{RESTRICTED}"')
    with_backup.always[RESTRICTED] = "550 5.1.1 no such list"
    assert installation.run("declare", "Keys have leaked", "--restricted", "--silent").code == 69
    later(installation, hours=1)
    assert with_backup.taken == []


def test_a_refused_password_leaves_the_mail_waiting_and_says_what_to_mend(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.offers = ("AUTH PLAIN",)
    installation.configure(relay=relay.url(user="bot"))
    text = installation.config.read_text().replace("[mail]\n", '[mail]\npassword_command = "echo wr0ng"\n')
    installation.config.write_text(text)
    assert installation.run("declare", "Cards fail").code == 75
    (line,) = outbox(installation)
    assert line["state"] == "queued"
    assert "535 5.7.8 not you (check the user in the relay's URL, and the password)" in str(line["last_error"])
    relay.secrets = frozenset({"wr0ng"})
    later(installation, hours=1)
    assert len(relay.taken) == 1


def test_a_mail_that_no_relay_takes_for_two_days_has_failed_for_good(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[LIST] = "450 later"
    installation.run("declare", "Cards fail")
    later(installation, hours=47)
    assert outbox(installation)[0]["state"] == "queued"
    later(installation, hours=1)
    (line,) = outbox(installation)
    assert line["state"] == "failed" and f"{LIST}: given up after 2 days: 450 later" in str(line["last_error"])
    relay.always.clear()
    installation.ok("outbox", "retry")
    assert outbox(installation)[0]["state"] == "sent"


def test_what_waits_stays_in_the_outbox_while_the_stop_switch_is_on(
    installation: Installation, mails: Mails, relay: FaultyRelay
) -> None:
    relay.always[LIST] = "450 later"
    installation.run("declare", "Cards fail")
    relay.always.clear()
    loud = installation.config.read_text()
    installation.config.write_text(loud.replace("[mail]\n", "[mail]\nmute = true\n"))
    installation.clock.tick(hours=1)
    installation.ingest(mails.new("Lunch?", sender="A. <alicia@example.com>", subject="Lunch", to="x@example.com"))
    assert relay.taken == []
    installation.config.write_text(loud)
    installation.ok("flush")
    assert [to for to, _ in relay.taken] == [(LIST,)]


def test_a_mail_that_waits_is_tried_about_once_an_hour_until_it_is_given_up(
    installation: Installation, relay: FaultyRelay
) -> None:
    """Without a bound the wait doubles each time: no attempt comes for days, and after 43 it overflows."""
    relay.always[LIST] = "450 later"
    installation.run("declare", "Cards fail")
    installation.config.write_text(
        installation.config.read_text().replace("[mail]\n", '[mail]\ngive_up_after = "5d"\n')
    )
    for hours in range(1, 61):
        installation.clock.tick(minutes=73)  # an hour, and the fifth that chance adds
        with installation.context() as context:
            assert len(deliver(context)) == 1, hours


def test_a_mail_that_a_relay_may_have_is_not_given_to_it_twice_in_one_round(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.next("GREETING", *["421 not now"] * 2)
    installation.run("declare", "One")
    installation.run("declare", "Two")
    relay.keeps = True
    relay.next(".", "250 ok", None)  # it takes both, and says so only of the first
    later(installation, hours=1)
    assert [line["state"] for line in outbox(installation)] == ["sent", "queued"]
    assert len(ids(relay)) == len(set(ids(relay))) == 2
