"""Report what happened to a command's messages: print it for people, and return a matching exit code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from incidentmail.app.context import AppContext
from incidentmail.app.telling.silent_list import awaits_copies, never_returned
from incidentmail.core.policy import SME
from incidentmail.core.text import printable
from incidentmail.errors import RenderError
from incidentmail.ledger.values import OutboxMail
from incidentmail.report.newly_named import newly_named

from .common import ALREADY_SAID, print_json, say
from .corrected import command_line
from .main import TEMPORARY_FAILURE

if TYPE_CHECKING:  # not imported when the program runs, because commands that change nothing do not need them
    from incidentmail.app.actions import Done
    from incidentmail.app.sending.flush import Made

REFUSED_FOR_GOOD = 69
_OPTION = {
    "commander": "--commander", "customer_liaison": "--customer-liaison", "business_liaison": "--business-liaison",
    SME: "--sme",
}  # fmt: skip


def report(context: AppContext, done: Done, *, as_json: bool, what: str, announced: bool = True) -> int:
    """Print the result of an action. Return an exit code that says whether its messages were sent.

    `announced` is true if the list will get mail about the action, now or in the next follow-up.
    """
    _warn(done.template_faults, done.untold)
    if as_json:
        from . import shapes

        print_json(shapes.done(done.incident, done.events, done.mails))
    else:
        for line in what.splitlines():
            say(line)
        if done.events and not done.mails and announced and not done.incident.is_open:
            say("the list has not been mailed: it is kept on record, and the incident is closed")
        elif done.events and not done.mails and announced:
            line = command_line("update", done.incident.id, "--no-change")
            say("the list has not been mailed: the next update to it will say this")
            say(f"to mail it now: {line}; what you changed stays")
    code = report_mails(context, done.mails, quiet=as_json)
    _warn_about_nameless(context, done)
    return code


def _warn_about_nameless(context: AppContext, done: Done) -> None:
    """Warn about people who were named but are not told, because their addresses are unknown."""
    found = [one for one in newly_named(done.events) if one.person.address is None]
    found = [one for one in found if not one.person.same_as(context.operator().person)]
    if not found:
        return
    names = ", ".join(dict.fromkeys(one.person.name for one in found))
    say(f"incidentmail: warning: no address is known for {names}, so nobody has told them", err=True)
    options = [word for one in found for word in naming(one.role, f"{one.person.name} <ADDRESS>")]
    line = command_line("update", done.incident.id, *options)
    say(f"hint: tell them yourself, or give the address: {line}", err=True)


def naming(role: str, who: str) -> tuple[str, str]:
    """Return the option that assigns a role to a person, and its value."""
    return (_OPTION[role], who) if role in _OPTION else ("--role", f"{role}={who}")


def warn_about_faults(made: Made) -> None:
    """Warn about the operator's templates that failed and were replaced, and about people who were not told."""
    _warn(made.template_faults, [one.text for one in made.untold])


def warn_about_templates(context: AppContext) -> None:
    """Warn about the operator's templates that have failed since the last such warning."""
    _warn(context.templates.take_faults(), ())


def _warn(template_faults: Iterable[RenderError], untold: Iterable[str]) -> None:
    for line in untold:
        say(f"incidentmail: warning: {line}", err=True)
    for fault in template_faults:
        say(f"incidentmail: warning: {fault}; the built-in template was used", err=True)
        say(f"hint: {fault.hint}; 'incidentmail template check' tries all of them", err=True)


def raise_faults(made: Made) -> None:
    """Raise the first RenderError if any messages could not be rendered. Those messages remain due."""
    if made.faults:
        raise made.faults[0].error


def report_mails(context: AppContext, mails: tuple[OutboxMail, ...], *, quiet: bool) -> int:
    """Print what happened to the messages. Return the exit code.

    If the list has not been told, say so in capitals, with the text to paste elsewhere. For messages that the list
    already has, or that are for individual people, print only a warning.
    """
    if mails and context.is_muted:
        say("incidentmail: warning: muted: this is sent because you asked for it, and nothing by itself", err=True)
        say("hint: 'incidentmail status' says what mutes it", err=True)
    is_muted = bool(mails) and context.is_muted
    queued = [mail for mail in mails if mail.state == "queued"]
    failed = [mail for mail in mails if mail.state == "failed"]
    for mail in mails:
        if mail.state == "sent" and not quiet:
            to = ", ".join(r.address for r in mail.recipients if r.state == "sent")
            say(f"sent to {to}: {mail.subject}")
    said = (*(["waits"] if queued else []), *(["muted"] if is_muted else []))
    click.get_current_context().meta[ALREADY_SAID] = said
    untold = [mail for mail in mails if mail.is_kept_from(context.config.every_list)]
    for mail in untold[-1:]:
        reached = [recipient.address for recipient in mail.recipients if recipient.state == "sent"]
        from .print_errors import NOBODY_TOLD

        who = f"THE LIST HAS NOT BEEN TOLD YET, only {', '.join(reached)}" if reached else NOBODY_TOLD
        say(f"incidentmail: error: {who}: {_why_not_sent(mail)}", err=True)
        say(_remedy(mail), err=True)
        print_text(text_of(mail))
    for mail in (mail for mail in (*failed, *queued) if mail not in untold):
        to = ", ".join(r.address for r in mail.recipients if r.state != "sent")
        say(f"incidentmail: warning: not sent to {to}: {_why_not_sent(mail)}: {mail.subject}", err=True)
    older = len(untold) - 1
    if older > 0:
        say(f"{older} older mail{'s wait' if older > 1 else ' waits'} too; see 'incidentmail outbox'", err=True)
    for refused in (r for mail in mails if mail.state == "sent" for r in mail.recipients if r.state == "failed"):
        say(f"incidentmail: warning: not delivered to {refused.address}: {refused.reply}", err=True)
    _warn_about_backup(context, mails)
    _warn_about_silence(context, mails)
    is_final = bool(failed) or any(mail.state == "sent" for mail in untold)
    return REFUSED_FOR_GOOD if is_final else TEMPORARY_FAILURE if queued else 0


def _why_not_sent(mail: OutboxMail) -> str:
    untried = "another process is still at it" if mail.leased_until else "no relay can be reached; see 'outbox'"
    return mail.last_error or untried


def _warn_about_backup(context: AppContext, mails: tuple[OutboxMail, ...]) -> None:
    """Warn that only the backup list accepted the message, because most people do not read that list every day."""
    backup = context.config.settings.list.backup
    if any(r.address == backup and r.state == "sent" for mail in mails for r in mail.recipients):
        say(
            f"incidentmail: warning: {context.config.list_address} did not take it, the back-up list {backup} did",
            err=True,
        )


def _warn_about_silence(context: AppContext, mails: tuple[OutboxMail, ...]) -> None:
    """Warn that a list accepts our messages but has never returned one in time, so it may not distribute them."""
    lists = [address for address in context.config.lists if any(_has(mail, address) for mail in mails)]
    until = context.now() - context.config.settings.list.returns_within
    with context.ledger.snapshot() as view:
        silent = view.never_returned(lists, until=until) if lists and awaits_copies(context, view) else []
    for address in silent:
        say(f"incidentmail: warning: {never_returned(context, address)}", err=True)


def _has(mail: OutboxMail, address: str) -> bool:
    return any(recipient.address == address and recipient.state == "sent" for recipient in mail.recipients)


def _remedy(mail: OutboxMail) -> str:
    if mail.state == "queued":
        return "hint: it waits; 'incidentmail serve' or 'flush' sends it later, 'incidentmail outbox retry' tries now"
    return (
        "hint: the relay refused it for good; correct [mail] relay or the addresses, then 'incidentmail outbox retry'"
    )


def text_of(mail: OutboxMail) -> str:
    """Return the subject and text of one of our messages in readable form."""
    from incidentmail.inbound.message import Envelope, parse_message

    message = parse_message(mail.raw, Envelope(way="pipe"))
    return f"{message.subject}\n\n{message.text}"


def print_text(text: str) -> None:
    """Print the text that the list should have received, so that people can paste it elsewhere."""
    say("text to paste elsewhere:", err=True)
    click.echo(printable("\n".join(f"    {line}".rstrip() for line in text.splitlines())), err=True)  # never wrapped
