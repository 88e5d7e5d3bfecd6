"""What several commands share: opening the app context, reading options, reporting what was done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import click

from incidentmail.app.context import AppContext, now_utc, open_context
from incidentmail.config.load import load
from incidentmail.core.commands import AddNote, Command
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Person, Proposal
from incidentmail.core.text import fold_case, printable
from incidentmail.core.times import NoTime, read_time, show_time
from incidentmail.core.words import NOT_NEEDED
from incidentmail.errors import RenderError, SecretHeldError, UsageError
from incidentmail.ledger.values import Deferred, OutboxMail, Outcome

from .main import NOBODY_TOLD

if TYPE_CHECKING:  # commands that change nothing need not import them
    from incidentmail.app.actions import Done
    from incidentmail.app.sending.flush import Made

NOT_SENT = 75
REFUSED_FOR_GOOD = 69
ALLOW_SECRET = "incidentmail.allow_secret"
NUMBER_DIGITS_MAX = 18
"""No record has a longer number: SQLite holds no integer of 20 digits, and Python reads none of thousands."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
secret_option = click.option(
    "--allow-secret",
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.update({ALLOW_SECRET: value}),
    help="Send it although it looks like a secret; this is recorded.",
)
incident_argument = click.argument("incident", required=False)


@contextmanager
def context_of(ctx: click.Context, *, warn: bool = False, looks_only: bool = False) -> Iterator[AppContext]:
    """Open the app context that this command line works in, and close it at the end.

    `looks_only` is for commands that change nothing: they make no file, and wait for no writer.
    `warn` prints which settings have no effect yet, for people who set things up, not for people in an incident.
    """
    options = ctx.find_root().obj
    context = open_context(load(options.get("config")), options.get("clock") or now_utc, looks_only=looks_only)
    for warning in context.config.warnings if warn else ():
        click.echo(f"incidentmail: warning: {warning}", err=True)
    try:
        yield context
    finally:
        context.close()


def guarded(commands: Sequence[Command]) -> list[Command]:
    """Return `commands` if they hold no secret; with --allow-secret also if they do, and a note that says so.

    Raise SecretHeldError otherwise, which shows the first characters of what was found.
    """
    from incidentmail.core.leaks.leaked_secrets import kinds, masked_command

    found = [leak for command in commands for leak in masked_command(command)[1]]
    if not found:
        return [*commands]
    if not click.get_current_context().meta.get(ALLOW_SECRET):
        shown = ", ".join(dict.fromkeys(leak.shown for leak in found))
        raise SecretHeldError(
            f"nothing was sent: this looks like a secret ({kinds(found)}): {shown}",
            hint="take it out; or, if everybody on the list may have it, add --allow-secret",
        )
    return [*commands, AddNote(f"Sent on purpose with what looks like a secret: {kinds(found)}.")]


def print_json(value: JsonValue) -> None:
    """Print a JSON value on one line. Letters of any script stay readable; what could control a terminal is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    click.echo("".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text))


def say(text: str = "", *, err: bool = False) -> None:
    """Print text, which may come from mail, made safe for a terminal."""
    click.echo(printable(text), err=err)


def inbox_text(outcome: Outcome) -> str:
    """Return one accepted mail and what became of it, for people."""
    where = f" to {outcome.incident}" if outcome.incident else ""
    rule = f" by {outcome.rule}" if outcome.rule else ""
    reason = f"\n       {outcome.reason}" if outcome.reason else ""
    trust = f", {outcome.trust} by {outcome.trust_rule}" if outcome.trust and outcome.trust_rule else ""
    what = f"{outcome.outcome}: {outcome.disposition}{where}{rule}"
    return f"{outcome.seq:5}  {what}, from {outcome.header_from or 'nobody'}{trust}: {outcome.subject}{reason}"


def deferred_text(deferred: Deferred) -> str:
    """Return a mail that waits for an answer from another system, for people."""
    return f"{deferred.seq:5}  waits: {deferred.reason}; it is asked again at {deferred.until:%H:%M:%S} UTC"


def person(context: AppContext, text: str, option: str) -> Person:
    try:
        return context.person(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}", hint=f'{option} "Mara Lindqvist <mara@example.com>"') from error


def proposal_line(context: AppContext, proposal: Proposal) -> str:
    """Return what somebody asked for, why it waits, for whom, and until when."""
    from incidentmail.core.command_text import asks

    until = show_time(proposal.expires_at, context.config.settings.timezones, context.now().date())
    state = f"waits until {until}" if proposal.state == "open" else proposal.state
    names = ", ".join(person.name for person in proposal.confirmers) or "the operator"
    what = f"{proposal.by.name} wants to {asks(proposal, context.words)}"
    return f"proposal {proposal.number} {state}: {what}\n        for the word of {names}: {proposal.reason}"


def is_not_needed(who: str) -> bool:
    """Return whether the value of a role's option says that the role is not needed."""
    return who.strip().casefold() == NOT_NEEDED


def severity_of(context: AppContext, text: str) -> int:
    """Return a severity as people type it: 2, sev2, S2, or its name. Raise UsageError if it is none of these.

    Whether the scale has that number is decided later.
    """
    steps = {step.name: step.level for step in context.words.policy.severities}
    return _number(text, "severity", steps)


def phase_of(context: AppContext, text: str) -> int:
    """Return a phase as people type it: 2, p2, or its name. Raise UsageError if it is none of these."""
    steps = {step.name: step.number for step in context.words.policy.phases}
    return _number(text, "phase", steps)


def _number(text: str, what: str, steps: Mapping[str, int]) -> int:
    found = re.fullmatch(rf"(?:{what}|{what[:3]}|{what[0]})?[ -]?(\d{{1,3}})", text.strip(), re.I | re.A)
    if found:
        return int(found[1])
    by_name = {fold_case(name): number for name, number in steps.items()}
    number = by_name.get(fold_case(text.strip()))
    if number is None:
        known = ", ".join(f"{number} ({name})" for name, number in steps.items())
        raise UsageError(f"--{what}: '{text}' is no {what}", hint=f"one of {known}")
    return number


def time(context: AppContext, text: str, option: str, nearest: Literal["next", "last"]) -> datetime:
    """Return a time as a person at this terminal means it, in the local zone. Raise UsageError if it is not a time."""
    found = read_time(text, written_at=context.clock().astimezone(), nearest=nearest)
    if isinstance(found, NoTime):
        raise UsageError(f"{option}: '{text}' {found.reason}", hint=found.remedy)
    return found


def report(context: AppContext, done: Done, *, as_json: bool, what: str, announced: bool = True) -> int:
    """Print what an action did; return an exit code that says whether its mails were sent.

    `announced`: whether the list is to be mailed about it, now or in the next follow-up.
    """
    _warn(done.template_faults, done.untold)
    if as_json:
        from . import shapes

        print_json(shapes.done(done.incident, done.events, done.mails))
    else:
        say(what)
        if done.events and not done.mails and announced:
            say("the list has not been mailed; the next follow-up says it")
    return report_mails(context, done.mails, quiet=as_json)


def warn_about_faults(made: Made) -> None:
    """Warn which of the operator's templates failed and so were replaced, and who was not told because of a limit."""
    _warn(made.template_faults, [one.text for one in made.untold])


def _warn(template_faults: Iterable[RenderError], untold: Iterable[str]) -> None:
    for line in untold:
        say(f"incidentmail: warning: {line}", err=True)
    for fault in template_faults:
        say(f"incidentmail: warning: {fault}; the built-in template was used", err=True)
        say(f"hint: {fault.hint}; 'incidentmail template check' tries all of them", err=True)


def raise_faults(made: Made) -> None:
    """Raise the first RenderError of the mails that could not be made; they stay due."""
    if made.faults:
        raise made.faults[0].error


def report_mails(context: AppContext, mails: tuple[OutboxMail, ...], *, quiet: bool) -> int:
    """Print what became of the mails; return the exit code.

    If the list has not been told, say so in capitals, with the text to paste elsewhere. Mail that the list has, or that
    is for single people, is only warned about.
    """
    queued = [mail for mail in mails if mail.state == "queued"]
    failed = [mail for mail in mails if mail.state == "failed"]
    for mail in mails:
        if mail.state == "sent" and not quiet:
            to = ", ".join(r.address for r in mail.recipients if r.state == "sent")
            say(f"sent to {to}: {mail.subject}")
    untold = [mail for mail in (*failed, *queued) if _is_kept_from_list(context, mail)]
    for mail in untold[-1:]:
        reached = [recipient.address for recipient in mail.recipients if recipient.state == "sent"]
        who = f"THE LIST HAS NOT BEEN TOLD YET, only {', '.join(reached)}" if reached else NOBODY_TOLD
        say(f"incidentmail: error: {who}: {_why_not_sent(mail)}", err=True)
        say(_remedy(mail), err=True)
        say("text to paste elsewhere:", err=True)
        say(indented(text_of(mail)), err=True)
    for mail in (mail for mail in (*failed, *queued) if mail not in untold):
        to = ", ".join(r.address for r in mail.recipients if r.state != "sent")
        say(f"incidentmail: warning: not sent to {to}: {_why_not_sent(mail)}: {mail.subject}", err=True)
    older = len(untold) - 1
    if older > 0:
        say(f"{older} older mail{'s wait' if older > 1 else ' waits'} too; see 'incidentmail outbox'", err=True)
    for refused in (r for mail in mails if mail.state == "sent" for r in mail.recipients if r.state == "failed"):
        say(f"incidentmail: warning: not delivered to {refused.address}: {refused.reply}", err=True)
    _warn_about_backup(context, mails)
    return REFUSED_FOR_GOOD if failed else NOT_SENT if queued else 0


def _is_kept_from_list(context: AppContext, mail: OutboxMail) -> bool:
    """Return whether the mail is for a list, and neither that list nor the back-up list has it."""
    lists = {*context.config.lists, context.config.settings.list.backup}
    states = [recipient.state for recipient in mail.recipients if recipient.address in lists]
    return bool(states) and "sent" not in states


def _why_not_sent(mail: OutboxMail) -> str:
    untried = "another process is still at it" if mail.leased_until else "no relay can be reached; see 'outbox'"
    return mail.last_error or untried


def _warn_about_backup(context: AppContext, mails: tuple[OutboxMail, ...]) -> None:
    """Warn that only the back-up list took the mail: most people do not read it every day."""
    backup = context.config.settings.list.backup
    if any(r.address == backup and r.state == "sent" for mail in mails for r in mail.recipients):
        say(
            f"incidentmail: warning: {context.config.list_address} did not take it, the back-up list {backup} did",
            err=True,
        )


def _remedy(mail: OutboxMail) -> str:
    if mail.state == "queued":
        return "hint: it is queued; 'incidentmail serve' or 'incidentmail outbox retry' sends it when the relay is back"
    return "hint: the relay refused it for good; mend [mail] relay or the addresses, then 'incidentmail outbox retry'"


def text_of(mail: OutboxMail) -> str:
    """Return subject and text of a mail of ours, for people."""
    from incidentmail.inbound.message import Envelope, parse_message

    message = parse_message(mail.raw, Envelope(way="pipe"))
    return f"{message.subject}\n\n{message.text}"


def indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
