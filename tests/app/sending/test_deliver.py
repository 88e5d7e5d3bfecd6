"""Mail goes from the outbox to a relay in order, once, to everybody who can be reached, and failures are reported."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from faulty_relay import FaultyRelay

from incidentmail.app import actions as act
from incidentmail.app.actions import send_out
from incidentmail.app.begin_incident import begin_incident
from incidentmail.app.context import AppContext
from incidentmail.app.sending.announce import announce
from incidentmail.app.sending.deliver import deliver
from incidentmail.app.sending.flush import flush
from incidentmail.core.commands import Declare
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.errors import RenderError
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import render_follow_up

LIST = "incidents@example.com"

if TYPE_CHECKING:
    from conftest import Installation, Sink


class Impatient:
    """A clock that fails the test if a command waits although nothing is being sent."""

    monotonic = staticmethod(time.monotonic)

    @staticmethod
    def sleep(seconds: float) -> None:
        pytest.fail(f"a command waits for {seconds} s")


def with_support(installation: Installation) -> None:
    text = installation.config.read_text().replace("[list]\n", '[list]\nalways_to = ["support@example.com"]\n')
    installation.config.write_text(text)


def test_relays_are_tried_in_their_order(installation: Installation, sinks: Callable[..., Sink]) -> None:
    first, second = sinks(), sinks()
    installation.configure(relay=[first.url, second.url])
    installation.ok("declare", "One")
    first.stop()
    installation.ok("declare", "Two")
    assert ([m["Subject"] for m in first.mails], [m["Subject"] for m in second.mails]) == (["One"], ["Two"])


def test_the_next_relay_gets_only_those_whom_the_first_did_not_take(
    installation: Installation, sinks: Callable[..., Sink]
) -> None:
    first, second = sinks(), sinks()
    first.replies["support@example.com"] = "450 later"
    installation.configure(relay=[first.url, second.url])
    with_support(installation)
    installation.ok("declare", "One")
    assert [recipients for recipients, _ in first.taken] == [("incidents@example.com",)]
    assert [recipients for recipients, _ in second.taken] == [("support@example.com",)]


def test_one_recipient_refused_for_good_is_told_and_the_others_get_it(installation: Installation, sink: Sink) -> None:
    installation.configure(relay=sink.url)
    with_support(installation)
    sink.replies["support@example.com"] = "550 no such mailbox"
    result = installation.run("declare", "Cards fail", "--json")
    assert (result.code, result.json["mails"][0]["state"]) == (0, "sent")
    assert "not delivered to support@example.com: 550 no such mailbox" in result.err
    assert [recipients for recipients, _ in sink.taken] == [("incidents@example.com",)]
    installation.ok("outbox", "retry")
    assert len(sink.taken) == 1


def test_who_was_refused_for_good_is_not_asked_again_while_somebody_else_waits(
    installation: Installation, sink: Sink
) -> None:
    installation.configure(relay=sink.url)
    with_support(installation)
    sink.replies = {"support@example.com": "550 no such mailbox", "incidents@example.com": "450 later"}
    assert installation.run("declare", "Cards fail").code == 75
    sink.replies = {}
    installation.clock.tick(minutes=5)
    installation.run("outbox", "retry")
    assert [recipients for recipients, _ in sink.taken] == [("incidents@example.com",)]


def test_refused_for_good_by_all_exits_69_and_can_be_tried_again(installation: Installation, sink: Sink) -> None:
    installation.configure(relay=sink.url)
    sink.replies["incidents@example.com"] = "554 policy"
    result = installation.run("declare", "Cards fail")
    assert result.code == 69
    assert "NOBODY HAS BEEN TOLD YET" in result.err
    sink.replies.clear()
    installation.ok("outbox", "retry")
    assert [mail["Subject"] for mail in sink.mails] == ["Cards fail"]


def test_the_newest_news_leaves_before_what_older_incidents_left_behind(installation: Installation, sink: Sink) -> None:
    installation.configure(relay="smtp://127.0.0.1:1")
    installation.run("declare", "Older")
    second = installation.run("declare", "Second")
    assert "NOBODY HAS BEEN TOLD YET" in second.err and "127.0.0.1:1 cannot be used" in second.err
    after = installation.run("update", "second", "-m", "Still down.")
    assert "127.0.0.1:1 cannot be used" in after.err
    assert "1 older mail waits too" in after.err
    installation.configure(relay=sink.url)
    installation.ok("declare", "Newest")
    assert [mail["Subject"] for mail in sink.mails] == ["Newest", "Older", "Second", "Re: Second"]


def test_a_mail_that_must_wait_does_not_keep_an_older_one_from_its_turn(installation: Installation, sink: Sink) -> None:
    installation.configure(relay=sink.url)
    sink.replies["incidents@example.com"] = "450 later"
    for _ in range(3):
        installation.run("declare", "Older")
    installation.run("declare", "Newer")
    attempts = {line["subject"]: line["attempts"] for line in installation.run("outbox", "list", "--json").lines}
    assert (attempts["Older"], set(attempts)) == (4, {"Older", "Newer"})


def test_a_password_command_that_fails_leaves_nobody_told_and_says_so(installation: Installation) -> None:
    installation.configure(relay="smtp+starttls://bot@127.0.0.1:9")
    text = installation.config.read_text().replace("[mail]\n", '[mail]\npassword_command = "exit 3"\n')
    installation.config.write_text(text)
    result = installation.run("declare", "Cards fail")
    assert result.code == 75
    assert "NOBODY HAS BEEN TOLD YET" in result.err


@pytest.mark.parametrize("fault", ["{{ nonsense }}", "{% if %}", "{{ 1 // 0 }}", "{% include 'gone.j2' %}"])
@pytest.mark.parametrize("name", ["declaration.txt.j2", "page.html.j2"])
def test_a_template_with_a_fault_never_stops_an_announcement(installation: Installation, name: str, fault: str) -> None:
    folder = installation.path / "templates" / "email"
    folder.mkdir(parents=True)
    (folder / name).write_text(fault)
    installation.config.write_text(f'templates = "{folder.parent}"\n{installation.config.read_text()}')
    result = installation.ok("declare", "Cards fail")
    assert f"warning: template email/{name}" in result.err
    assert "the built-in template was used" in result.err
    (mail,) = installation.mails
    assert mail.get_content().startswith("Severity 3 (moderate; not confirmed)")
    assert mail.get_body(("html",)) is not None


def test_what_waits_goes_out_in_the_order_in_which_it_was_made(
    installation: Installation, sink: Sink, sinks: Callable[..., Sink]
) -> None:
    installation.configure(relay=sink.url)
    sink.stop()
    assert installation.run("declare", "Cards fail").code == 75
    assert installation.run("update", "--severity", "1").code == 75
    back = sinks(sink.port)
    installation.ok("outbox", "retry")
    assert [mail["Incident-Update"] for mail in back.mails] == ["0", "1"]


def test_mails_of_one_incident_leave_in_their_order_when_the_relay_is_back(
    installation: Installation, sinks: Callable[..., Sink]
) -> None:
    port = _free_port()
    installation.configure(relay=f"smtp://127.0.0.1:{port}")
    assert installation.run("declare", "Cards fail").code == 75
    assert installation.run("update", "--severity", "2").code == 75
    assert installation.run("update", "--severity", "1").code == 75
    installation.clock.tick(hours=2)
    sink = sinks(port)
    installation.ok("update", "--phase", "2")
    assert [mail["Incident-Update"] for mail in sink.mails] == ["0", "1", "2", "3"]


def test_what_waits_for_a_relay_that_is_down_keeps_nobody_waiting_at_the_terminal(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.configure(relay=f"smtp://127.0.0.1:{_free_port()}")
    installation.run("declare", "Cards fail")
    monkeypatch.setattr(act, "time", Impatient)
    result = installation.run("update", "--severity", "1")
    assert result.code == 75
    assert "cannot be used: " in result.err and "another process" not in result.err


def test_every_relay_that_failed_is_named(installation: Installation) -> None:
    installation.configure(relay=["smtp://127.0.0.1:9", "smtp://127.0.0.1:10"])
    told = installation.run("declare", "Cards fail").err
    assert "127.0.0.1:9" in told
    assert "127.0.0.1:10" in told


def test_what_was_dropped_is_not_retried(installation: Installation, sinks: Callable[..., Sink]) -> None:
    port = _free_port()
    installation.configure(relay=f"smtp://127.0.0.1:{port}")
    dropped = installation.run("declare", "Cards fail", "--json").json["mails"][0]["message_id"]
    installation.ok("outbox", "drop", dropped)
    sink = sinks(port)
    installation.ok("outbox", "retry")
    assert sink.mails == []


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_an_incident_whose_mail_cannot_be_made_keeps_no_other_from_being_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.declare("One")
    installation.declare("Two", "--venue", "#two")

    def fails(sender: Sender, incident: Incident, occasion: Occasion) -> Mail:
        if incident.venue is None:
            raise RenderError("a defect of ours", hint="report it")
        return render_follow_up(sender, incident, occasion)

    monkeypatch.setattr("incidentmail.app.sending.announce.render_follow_up", fails)
    result = installation.run("update", "one", "--severity", "1")
    assert (result.code, "NOBODY HAS BEEN TOLD YET" in result.err) == (75, True)
    installation.ok("update", "two", "--severity", "1")
    assert installation.mails[-1].get_content().startswith("Severity 1")
    monkeypatch.undo()
    installation.ok("outbox", "retry")
    assert [mail["Incident-Id"] for mail in installation.mails[2:]] == ["2026-11-20-two", "2026-11-20-one"]


def test_a_mail_that_another_process_is_sending_is_waited_for(installation: Installation) -> None:
    with installation.context() as context, installation.context() as other:
        with context.ledger.transaction() as tx:
            begin_incident(
                context, tx, Declare(description="One"), actor=context.operator(), at=context.now(), caused_by=None
            )
        announce(context, early=True)
        with other.ledger.transaction() as tx:
            leased = tx.lease(now=other.now(), until=other.now() + timedelta(minutes=5), by="another")
        assert leased is not None

        def finish() -> None:
            with other.ledger.transaction() as tx:
                tx.settle(replace(leased, state="sent"), at=other.now())

        timer = threading.Timer(0.3, finish)
        timer.start()
        (mail,) = send_out(context, str(leased.incident)).mails
        timer.join()
    assert mail.state == "sent"


def test_a_command_reports_the_mail_that_another_process_has_just_sent_for_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after_another(context: AppContext, incident_id: str, **options: Any) -> act.SentOut:
        with installation.context() as other:
            flush(other)
        return send_out(context, incident_id, **options)

    monkeypatch.setattr(act, "send_out", after_another)
    for command in (("declare", "Cards fail"), ("update", "--severity", "1")):
        shown = installation.ok(*command).out
        assert f"sent to {LIST}" in shown and "has not been mailed" not in shown
    assert len(installation.mails) == 2


def test_a_dead_relay_is_tried_at_growing_intervals_even_if_more_mail_waits(installation: Installation) -> None:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
    installation.run("declare", "Cards fail")
    for severity in ("2", "1"):
        said = installation.run("update", "--severity", severity, "-m", "Refunds fail too")
        assert "told the list" not in said.out and "the news is on record" in said.out
    with installation.context() as context:
        installation.clock.now += timedelta(minutes=1)
        assert len(deliver(context)) == 3
        installation.clock.now += timedelta(seconds=1)
        assert deliver(context) == [], "all of them wait for their next attempt"
        with context.ledger.snapshot() as view:
            assert all(mail.next_attempt_at > context.now() for mail in view.outbox(("queued",)))


def test_capitals_are_for_the_list_alone(installation: Installation) -> None:
    """What the list has, or what is for one person, is only warned about: nobody tells everybody twice."""
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        installation.ok("declare", "Cards fail")
        relay.always["yusuf@example.com"] = "450 later"
        result = installation.run("update", "--sme", "Yusuf <yusuf@example.com>", "-m", "Found the cause")
        assert f"sent to {LIST}" in result.out
        assert "TOLD" not in result.err and "to paste elsewhere" not in result.err
        assert "warning: not sent to yusuf@example.com: " in result.err
        relay.always["ops@example.com"] = "450 later"
        text = installation.config.read_text().replace("[list]\n", '[list]\nalways_to = ["ops@example.com"]\n')
        installation.config.write_text(text)
        result = installation.run("update", "--severity", "1")
        assert "TOLD" not in result.err and "warning: not sent to ops@example.com: " in result.err
        relay.always[LIST] = "450 later"
        assert "NOBODY HAS BEEN TOLD YET" in installation.run("update", "--severity", "2").err
