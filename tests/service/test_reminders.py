"""The service's thread for reminders checks every few seconds, and another thread writes the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incidentmail.app.sending.flush import flush
from incidentmail.service.reminders import EVERY, Reminders

if TYPE_CHECKING:
    from conftest import Installation


def test_what_is_due_is_noted_by_one_thread_and_written_by_another(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.clock.tick(minutes=25)
    with installation.context() as context:
        flush(context)
        assert installation.private == []
        assert Reminders(context).remind() is False
        assert installation.private == []
        flush(context)
    assert [str(mail["To"]) for mail in installation.private] == ["mara@example.com"]


def test_it_looks_again_only_after_a_while(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1")
    with installation.context() as context:
        reminders = Reminders(context)
        installation.clock.tick(minutes=24, seconds=58)
        reminders.remind()
        installation.clock.tick(seconds=3)
        reminders.remind()
        flush(context)
        assert installation.private == []
        installation.clock.tick(seconds=EVERY.total_seconds())
        reminders.remind()
        flush(context)
    assert len(installation.private) == 1


def test_nothing_is_noted_while_the_service_is_muted(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.clock.tick(minutes=25)
    with installation.context() as context:
        Reminders(context.muted()).remind()
        flush(context)
    assert installation.private == []
