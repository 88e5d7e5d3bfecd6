"""Carry out commands on an incident, send the resulting mail, and report what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import click

from incidentmail.app import actions as act
from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.cli.common import guarded, say
from incidentmail.cli.corrected import command_line
from incidentmail.cli.elsewhere import Elsewhere
from incidentmail.cli.preview.doubts import doubts_about, ending_doubts, warn, would_end
from incidentmail.cli.preview.draft import Draft
from incidentmail.cli.preview.questions import NOTHING_DONE, is_watched
from incidentmail.cli.reporting import report
from incidentmail.core.commands import Command, SetSeverity
from incidentmail.core.conduct.ended import began_at
from incidentmail.core.events import NoteAdded, StatusChanged, UpdateGiven
from incidentmail.core.model import Incident, Status
from incidentmail.core.text import one_line
from incidentmail.outbound.wire_format import readable
from incidentmail.report.ages import show_length
from incidentmail.report.event_words import what_happened

from .next_steps import say_after_raise

Confirm = Literal["always", "mail", "doubts", "never"]
"""When to ask the person at the terminal: always, if the list gets mail at once, only if there are doubts, or never."""
_ENDED = {Status.CLOSED: "closed", Status.RETRACTED: "retracted", Status.OPEN: "reopened", Status.MERGED: "merged"}


def carry_out(
    context: AppContext, incident: str | None, asked: Sequence[Command] | Draft, *, dry_run: bool, as_json: bool,
    tell: bool = True, confirm: Confirm = "doubts", on_record: bool = False, elsewhere: Elsewhere | None = None,
) -> int:  # fmt: skip
    """Change an incident or, if `dry_run` is true, print the mail that would be sent. Return the exit code.

    If `tell` is true, the list gets mail about the change, now or with the next follow-up. If `on_record` is true, the
    change is only recorded, and at most individual people are told. `confirm` says when the person at the terminal is
    asked before mail is sent. If `asked` is a draft, they may change it at that point, and the text in `elsewhere`
    changes with it.
    """
    draft = asked if isinstance(asked, Draft) else Draft(tuple(asked))
    commands = guarded(draft.commands)
    if dry_run:
        mail = act.preview_change(context, incident, commands)
        if mail is None:
            click.echo("no mail would be sent", err=True)
        else:
            click.echo(readable(mail.raw), nl=False)
        return 0
    if tell and not as_json:
        agreed = _agreed(context, incident, draft, confirm)
        if agreed is None:
            say(NOTHING_DONE, err=True)
            return 1
        commands = guarded(agreed.commands)
        if elsewhere is not None and agreed is not draft:
            elsewhere.put_draft(agreed, context.words)
    before = _before_severity(context, incident, commands)
    done = act.change(context, incident, commands, tell=tell)
    code = report(context, done, as_json=as_json, what=_summary(context, done), announced=tell and not on_record)
    if code == 0 and not as_json and (number := _to_undo(done)) is not None:
        say(f"wrong? {command_line('undo', done.incident.id, str(number))}")
    if code == 0 and before is not None and not as_json:
        say_after_raise(context, before, done.incident, commands)
    return code


def _before_severity(context: AppContext, which: str | None, commands: Sequence[Command]) -> Incident | None:
    """Return the incident as it is before `commands` change its severity, or None if they set no severity."""
    if not any(isinstance(command, SetSeverity) for command in commands):
        return None
    with context.ledger.snapshot() as view:
        return choose(view, which)


def _agreed(context: AppContext, which: str | None, draft: Draft, confirm: Confirm) -> Draft | None:
    """Return the draft to which the person at the terminal agrees, or None if they stop.

    If nobody is asked, print any doubts and return `draft` unchanged.
    """
    commands = draft.commands
    doubts = doubts_about(context, commands)
    if not is_watched() or confirm == "never" or (confirm == "doubts" and not doubts):
        if would_end(commands):
            with context.ledger.snapshot() as view:
                doubts = [*doubts, *ending_doubts(context, choose(view, which))]
        warn(doubts)
        return draft
    if confirm == "mail" and not doubts and act.preview_change(context, which, commands) is None:
        return draft
    from incidentmail.cli.preview.change_form import agreed_change  # imported here because most commands do not ask

    return agreed_change(context, which, draft)


def _summary(context: AppContext, done: act.Done) -> str:
    incident = done.incident
    ended = next((event.status for event in done.events if isinstance(event, StatusChanged)), None)
    if ended is not None:
        took = f"; the incident lasted {_duration(context, incident)}" if ended is Status.CLOSED else ""
        into = f" into {incident.merged_into}" if incident.merged_into else ""
        reason = "".join(f"\nthe mail says: {one_line(said)}" for said in _said(done)) if done.mails else ""
        return f"{_ENDED[ended]} {incident.id}{into}{took}{reason}"
    if not done.events:
        again = "; telling again" if done.mails else ""
        return f"{incident.id}: nothing to change, it is so already{again}"
    return f"{incident.id}: {'; '.join(_what(context, done))}"


def _said(done: act.Done) -> Iterator[str]:
    """Yield the sentences mailed as the reason for ending or reopening an incident.

    They are shown because people often omit -m and quotes, so other words may have been taken for the reason.
    """
    yield from (event.text for event in done.events if isinstance(event, NoteAdded) and event.rides)


def _to_undo(done: act.Done) -> int | None:
    """Return the number of the update just mailed to the list, or None if there is none or it cannot be undone."""
    to_list = any(not mail.is_only_for(()) and mail.message_id in done.incident.thread for mail in done.mails)
    changes = [change for update in done.incident.announced[-1:] for change in update.changes]
    can_undo = any(change.fact != "restricted" for change in changes)
    return done.incident.updates if to_list and can_undo else None


def _what(context: AppContext, done: act.Done) -> Sequence[str]:
    """Return phrases that say what was done. Texts are not repeated to the person who has just written them."""
    was_told = any(mail.state == "sent" and not mail.is_kept_from(context.config.every_list) for mail in done.mails)
    said = {NoteAdded: "noted", UpdateGiven: "told the list" if was_told else "the news is on record"}
    zones, now = context.config.settings.timezones, context.now()
    me = context.operator().person
    rest = [event for event in done.events if not (isinstance(event, NoteAdded) and event.rides)]
    parts = (
        said.get(type(event)) or what_happened(event, me, context.words, zones, now.date())
        for event in rest or done.events
    )
    return tuple(dict.fromkeys(parts))


def _duration(context: AppContext, incident: Incident) -> str:
    return show_length(context.now() - began_at(incident))
