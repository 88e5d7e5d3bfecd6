"""`incidentmail declare`: announce a new incident. Only its description is required.

Everything else has a default, which is marked as not confirmed unless somebody has seen it before the mail was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from incidentmail.app import actions as act
from incidentmail.app.begin_incident import new_identity
from incidentmail.app.context import AppContext
from incidentmail.app.merging.near_duplicates import twins_of
from incidentmail.cli.common import context_of, guarded, json_option, laptop_of, say, secret_option, severity_of
from incidentmail.cli.corrected import command_line, typed
from incidentmail.cli.elsewhere import Elsewhere, of_declaration, of_options, told_elsewhere
from incidentmail.cli.help import command, option
from incidentmail.cli.preview.doubts import doubts_about, show_open, warn
from incidentmail.cli.preview.questions import NOTHING_DONE, can_ask, dry_run_option, is_watched, yes_option
from incidentmail.cli.reporting import report
from incidentmail.cli.terminal import Terminal
from incidentmail.core.commands import Declare
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.core.words import NOT_CONFIRMED
from incidentmail.errors import IncidentMailError, UsageError
from incidentmail.outbound.wire_format import readable
from incidentmail.report.near_duplicates import near_duplicates

from .facts import facts_options, message_of, stated_facts
from .first_words import FirstWords, first_words
from .next_steps import PAGED_BY_ANOTHER, say_what_next, say_who_was_paged

if TYPE_CHECKING:
    from incidentmail.app.laptop.laptop import Laptop


@command(
    "declare",
    'declare "Checkout is rejecting card payments" --severity 2',
    "declare",
    'declare sev2 checkout is down -m "Since 14:07 UTC cards fail."',
)
@click.argument("words", nargs=-1, metavar="[DESCRIPTION]")
@facts_options
@option("--drill", is_flag=True, help="An exercise: marked in the subject, and never counted.")
@option("--restricted", is_flag=True, help="Tell only the restricted list what it is about.")
@option("--silent", is_flag=True, help="With --restricted: tell the main list nothing at all.")
@yes_option
@dry_run_option
@secret_option
@json_option
@click.pass_context
def declare_command(
    ctx: click.Context, /, words: tuple[str, ...], yes: bool, dry_run: bool, as_json: bool, **given: object
) -> int:
    """Announce a new incident: mail the list, and privately tell the people named to a role.

    Only DESCRIPTION is needed: what you see, in one line. If in doubt, declare: a false alarm can be retracted. Typed
    without it at a terminal, the command asks for it and a few more things, and says what each severity means. A
    terminal shows the mail, and Enter sends it.
    """
    first = first_words(" ".join(words))  # joined because people in a hurry forget the quotes
    given["description"] = first.description
    try:
        given["message"] = message_of(given)
        text = of_options(given, first=first.description)
        with told_elsewhere(text, dry_run=dry_run) as elsewhere:
            return _declare(ctx, given, first, elsewhere, yes=yes, dry_run=dry_run, as_json=as_json)
    except IncidentMailError as error:
        from incidentmail.cli.print_errors import print_error

        return print_error(error, untold=not dry_run)


def _declare(
    ctx: click.Context, given: dict[str, object], first: FirstWords, elsewhere: Elsewhere, *, yes: bool,
    dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    if laptop := laptop_of(ctx):
        return _by_mail(laptop, given, first, yes=yes, dry_run=dry_run, as_json=as_json)
    with context_of(ctx, warn=dry_run, looks_only=dry_run) as context:
        asking = not first.description and can_ask()
        ref: str | None = None
        confirming = not yes and (asking or (is_watched() and not as_json))
        command = _command(context, given, first)
        others = [] if as_json or dry_run else _open(context)
        near = near_duplicates(command.description, others)
        show_open([one for one in _besides(command, others) if one not in near])
        if asking:
            from .declare_dialogue import ask  # imported here because people who type all the words are not asked

            command = ask(context, command, partial(_id_of, context))
        if dry_run:
            guarded([command])
            click.echo(readable(act.preview_declaration(context, command).raw), nl=False)
            return 0
        if confirming:
            from incidentmail.cli.preview.declaration_form import confirmed

            ref = context.new_ref()  # the preview shows the REF that the mail will have
            agreed = confirmed(context, command, others, ref)
            if agreed is None:
                say(NOTHING_DONE, err=True)
                return 1
            command = agreed
        else:
            warn(doubts_about(context, [command], _besides(command, others)))
        _, *also = guarded([command])
        elsewhere.text = of_declaration(command)
        done = act.declare(context, command, also, ref=ref)
        code = report(context, done, as_json=as_json, what=_what(context, done))
        if code == 0:
            _ask_whether_one(context, done)
        if code == 0 and done.is_new and not as_json:
            say_what_next(context, done.incident, near[:1] or others, command)
            say_who_was_paged(context, done.incident)
        return code


def _ask_whether_one(context: AppContext, done: act.Done) -> None:
    """If somebody else has just declared what may be the same incident, print how to merge the two."""
    with context.ledger.snapshot() as view:
        other = next(twins_of(view, done.incident), None) if done.is_new else None
    if other is not None:
        by = other.declared_by.name
        line = command_line("merge", done.incident.id, other.id)
        say(f"hint: {by} has just declared {other.id}; if it is the same: {line}", err=True)


def _by_mail(
    laptop: Laptop, given: dict[str, object], first: FirstWords, *, yes: bool, dry_run: bool, as_json: bool
) -> int:
    """Declare an incident by mail, from a machine without a ledger. Return the exit code."""
    from incidentmail.cli.laptop.send import declare_by_mail, id_of

    command = _command(laptop, given, first)
    asking = not first.description and not dry_run
    if asking:
        from .declare_dialogue import ask

        command = ask(laptop, command, partial(id_of, laptop))
    confirm = asking or not yes
    if confirm and command.commander is None and is_watched() and not (as_json or dry_run):
        command = replace(command, commander=laptop.me())  # the person is about to see this name and confirm it
    code = declare_by_mail(laptop, command, dry_run=dry_run, as_json=as_json, confirm=confirm)
    if code == 0 and not (dry_run or as_json):
        say(PAGED_BY_ANOTHER, err=True)
    return code


def _id_of(context: AppContext, command: Declare) -> str:
    with context.ledger.snapshot() as view:
        return new_identity(context, view, command.description, context.now(), restricted=command.restricted).id


def _besides(command: Declare, others: Sequence[Incident]) -> list[Incident]:
    """Return the incidents in `others` whose description differs from that of the declaration.

    One with the same description may be the same incident, declared a moment ago; `declare` detects that itself.
    """
    return [one for one in others if one.description.casefold() != command.description.casefold()]


def _what(context: AppContext, done: act.Done) -> str:
    incident = done.incident
    if not done.is_new:
        return f"this is {incident.id}, declared just now"
    guessed = NOT_CONFIRMED if "severity" in incident.assumed else None
    severity = context.words.severity_clause(incident.severity, guessed)
    return f"declared {incident.id}: {severity[:1].lower()}{severity[1:]}, {incident.commander.name} leads it"


def _command(context: Terminal, given: dict[str, object], first: FirstWords) -> Declare:
    if not first.description and not can_ask():
        raise UsageError("say what you see", hint='incidentmail declare "Checkout is rejecting card payments"')
    if given["silent"] and not given["restricted"]:
        raise UsageError("--silent needs --restricted", hint="everybody hears of an incident that is not restricted")
    first = _settled(context, first, given["severity"])
    facts = stated_facts(context, {**given, "severity": given["severity"] or first.severity})
    message = given["message"] if isinstance(given["message"], str) else ""
    if given["edit"]:
        from incidentmail.cli.preview.questions import edited

        message = edited(message)
    return Declare(
        description=first.description,
        details=message,
        severity=facts.severity,
        phase=facts.phase,
        commander=facts.commander,
        venue=facts.venue,
        texts=tuple((name, text) for name, text in facts.texts if text),
        roles=facts.roles,
        times=facts.times,
        drill=bool(given["drill"]),
        restricted=bool(given["restricted"]),
        silent=bool(given["silent"]),
    )


def _settled(context: Terminal, first: FirstWords, stated: object) -> FirstWords:
    """Return the words once it is clear which severity they state, if any.

    If a word may or may not mean a severity, ask the person at the terminal, or raise UsageError if nobody can be
    asked. Also raise UsageError if the words contradict `stated`, the value of --severity.
    """
    if first.priority is not None:
        if stated is not None:
            return FirstWords(first.whole)
        if can_ask():
            from .declare_dialogue import means_severity

            is_meant = means_severity(context, first.priority, str(first.number))
            return FirstWords(first.description, severity=first.number) if is_meant else FirstWords(first.whole)
        line = typed().with_words(first.description).adding("--severity", str(first.number))
        other = typed().with_words(first.whole).adding("--severity", "N")
        raise UsageError(
            f"'{first.priority}' may mean severity {first.number}, or something else",
            hint=f"if it is severity {first.number}: {line}\nif it belongs to the title: {other}",
        )
    if first.severity is not None and stated is not None and severity_of(context, str(stated)) != int(first.severity):
        line = typed().with_words(first.description)
        two = (line.with_value(name, str(stated), first.severity) for name in ("--severity", "-s"))
        one = next((str(found) for found in two if found), "")
        raise UsageError(
            f"the words say severity {first.severity}, --severity says {stated}",
            hint=f"for severity {first.severity}: {one}\nfor severity {stated}: {line}",
        )
    return first


def _open(context: AppContext) -> list[Incident]:
    with context.ledger.snapshot() as view:
        return view.incidents(everything=False)
