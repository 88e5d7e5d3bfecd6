"""Carry out a command on a machine without a ledger: send a mail, and print what happens next."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from incidentmail.app.laptop.laptop import Laptop
from incidentmail.app.laptop.last_sent import remember_sent
from incidentmail.app.laptop.letter import change, declaration, record_line
from incidentmail.app.laptop.post import Posted, post
from incidentmail.cli.common import guarded, print_json, say, stated
from incidentmail.cli.corrected import typed
from incidentmail.cli.incident.target import whole_value
from incidentmail.cli.main import TEMPORARY_FAILURE
from incidentmail.cli.preview.draft import Draft
from incidentmail.cli.preview.questions import NOTHING_DONE, is_watched
from incidentmail.cli.print_errors import NOBODY_TOLD
from incidentmail.cli.reporting import REFUSED_FOR_GOOD, print_text
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.commands import AddNote, Command, Declare
from incidentmail.core.ids import incident_id
from incidentmail.errors import NotPermittedError, UsageError
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.wire_format import readable


def id_of(laptop: Laptop, command: Declare) -> str:
    """Return the id that the authority will give the incident, unless that id is taken."""
    return incident_id(command.description, laptop.now(), lambda _: False)


def declare_by_mail(laptop: Laptop, command: Declare, *, dry_run: bool, as_json: bool, confirm: bool) -> int:
    """Send a declaration to the list. Return the exit code.

    If `confirm` is true, a person at a terminal sees the mail first, and sends it by pressing Enter.
    """
    if confirm and not (dry_run or as_json) and is_watched():
        from incidentmail.cli.preview.declaration_form import declaration_form
        from incidentmail.cli.preview.loop import agreed

        form = declaration_form(laptop, lambda shown: _show(declaration(laptop, shown), [shown]))
        changed = agreed(laptop, command, form)
        if changed is None:
            return _stopped()
        command = changed
    guarded([command])
    mail = declaration(laptop, command)
    who = "the restricted list" if command.restricted else "the list"
    told = f"{who} has been told; {laptop.home} answers there with the incident's id"
    likely = "" if command.restricted else f", most likely {id_of(laptop, command)}"
    return _sent(laptop, mail, f"{told}{likely}", dry_run=dry_run, as_json=as_json)


def change_by_mail(
    laptop: Laptop, incident: str | None, asked: Sequence[Command] | Draft, *, dry_run: bool, as_json: bool,
    to_list: bool = True, next_step: str = "", confirm: bool = False,
) -> int:  # fmt: skip
    """Send commands to the authority and, if `to_list` is true, a copy to the list. Return the exit code.

    `next_step` says what happens after the authority has processed them. If `confirm` is true, a person at a terminal
    sees the mail first.
    """
    draft = asked if isinstance(asked, Draft) else Draft(tuple(asked))
    if confirm and not (dry_run or as_json) and is_watched():
        from incidentmail.cli.preview.change_form import draft_form
        from incidentmail.cli.preview.loop import agreed

        def show_it(shown: Draft) -> None:
            _show(change(laptop, incident, shown.commands, to_list=to_list), shown.commands)

        changed = agreed(laptop, draft, draft_form(laptop, draft, show_it, lambda _: "Enter sends it"))
        if changed is None:
            return _stopped()
        draft = changed
    commands = draft.commands
    guarded(commands)
    mail = change(laptop, incident, commands, to_list=to_list)
    then = next_step or "its follow-up on the list says what was done"
    told = f"{laptop.home} reads it now, or when it is back: {then}; what it cannot do, it asks you about by mail"
    return _sent(laptop, mail, told, dry_run=dry_run, as_json=as_json)


def record_by_mail(laptop: Laptop, words: Sequence[str], command: str, fact: str, *, as_json: bool) -> int:
    """Send the authority a single line for the record, for commands such as `action`. Return the exit code."""
    incident, value = incident_and_words(words, command, value=True)
    text = stated(str(value), "TEXT", hint=f'incidentmail {command} "what it is"')
    guarded([AddNote(text)])
    told = f"{laptop.home} keeps it, and tells whom it names; what it cannot do, it asks you about by mail"
    mail = record_line(laptop, incident, fact, text)
    return _sent(laptop, mail, told, dry_run=False, as_json=as_json)


def incident_and_words(words: Sequence[str], command: str, *, value: bool) -> tuple[str | None, str | None]:
    """Return the incident and the text that follow a command, each None if missing.

    This machine does not know the names of incidents. Therefore a single word is the text if the command needs a
    `value`, and otherwise the incident. A text with spaces must be quoted. Raise UsageError if it is unclear which word
    is which.
    """
    match [*words]:
        case []:
            return None, None
        case [only] if value or " " in only:
            return None, only
        case [only]:
            return only, None
        case [incident, text] if " " not in incident:
            return incident, text
    whole = " ".join(words)
    hint = f"{whole_value(command, whole)}: {typed().with_words(whole)}"
    raise UsageError(f"'{whole}' needs quotes around it", hint=hint)


def _show(mail: Mail, commands: Sequence[Command]) -> None:
    """Show a mail before it is sent, unless it contains a secret."""
    from incidentmail.cli.preview.mail_lines import preview

    guarded(commands)
    show([*preview(mail, width_of_screen(sys.stderr))], err=True)


def _stopped() -> int:
    say(NOTHING_DONE, err=True)
    return 1


def _sent(laptop: Laptop, mail: Mail, told: str, *, dry_run: bool, as_json: bool) -> int:
    if dry_run:
        click.echo(readable(mail.raw), nl=False)
        return 0
    posted = post(laptop, mail)
    if laptop.home in posted.accepted:
        _remember(laptop, mail)
    is_sent = not (posted.refused or posted.waiting)
    if as_json:
        state = "sent" if is_sent else "failed"
        mails = [{"message_id": mail.message_id, "state": state}]
        print_json({"id": None, "version": None, "events": [], "mails": [dict(one) for one in mails]})
    elif posted.accepted:
        say(f"sent to {', '.join(posted.accepted)}: {mail.subject}")
    if is_sent:
        if not as_json:
            say(told)
        return 0
    _complain(laptop, mail, posted)
    return TEMPORARY_FAILURE if posted.waiting else REFUSED_FOR_GOOD


def _remember(laptop: Laptop, mail: Mail) -> None:
    try:
        remember_sent(laptop, mail.message_id)
    except NotPermittedError as error:  # the mail has been sent, which matters more
        say(f"incidentmail: warning: {error}; {error.hint}", err=True)


def _complain(laptop: Laptop, mail: Mail, posted: Posted) -> None:
    """Print who did not receive the mail, and what to do. If the list is among them, print the text to paste."""
    lists = [address for address in laptop.config.every_list if address in mail.forward_paths]
    missed = [address for address, _ in (*posted.refused, *posted.waiting)]
    again = "run the command again" if posted.waiting else "correct the address or [mail] relay, then run it again"
    hint = f"hint: nothing is queued on this machine; {again}"
    if not posted.accepted or any(address in missed for address in lists):
        reached = ", ".join(posted.accepted)
        who = f"THE LIST HAS NOT BEEN TOLD YET, only {reached}" if reached else NOBODY_TOLD
        say(f"incidentmail: error: {who}: {posted.why}", err=True)
        say(hint, err=True)
        print_text(f"{mail.subject}\n\n{mail.text}")
        return
    say(f"incidentmail: error: not sent to {', '.join(missed)}: {posted.why}", err=True)
    say(f"{hint}; the list has been told, and {laptop.home} reads the list's copy", err=True)
