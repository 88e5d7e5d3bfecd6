"""Commands that add tracked items and change their state: action, need, assume, evidence, decide, done."""

from __future__ import annotations

from typing import Literal

import click

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.app.known_people import finder
from incidentmail.cli.common import (
    context_of,
    incident_names,
    json_option,
    laptop_of,
    number_of,
    say,
    secret_option,
    stated,
)
from incidentmail.cli.help import command, option
from incidentmail.cli.incident.carry_out import carry_out
from incidentmail.cli.incident.target import incident_and_value
from incidentmail.cli.named_people import NOBODY, person_in
from incidentmail.core.commands import AddItem, AskItem, AssignItem, Command, FinishItem, JudgeItem
from incidentmail.core.model import Person
from incidentmail.core.tracking.tracked_items import Verdict
from incidentmail.errors import UsageError
from incidentmail.reply.parsed import Context

_NUMBER_HINT = "'incidentmail show' lists them with their numbers"
words_argument = click.argument(
    "words", nargs=-1, required=True, metavar="[INCIDENT] TEXT", shell_complete=incident_names
)
number_argument = click.argument(
    "words", nargs=-1, required=True, metavar="[INCIDENT] N", shell_complete=incident_names
)


@command("action", 'action "restart the queue @bo by 15:10"', 'action checkout "call the bank (Ann B.)"')
@words_argument
@option("--now", is_flag=True, help="Somebody is about to do it, such as reboot a machine: keep it on record.")
@secret_option
@json_option
@click.pass_context
def action_command(ctx: click.Context, words: tuple[str, ...], now: bool, as_json: bool) -> int:
    """Write down what is to be done; the owner is told privately, the list is not mailed.

    Write the owner as @bo, or as a name in brackets; they are told once. If there is a time but no owner, you own it.
    """
    return _add(ctx, words, "action", "about_to" if now else "action", as_json)


@command("need", 'need "a DBA from @ingrid by 15:00"', 'need checkout "somebody who knows the gateway"')
@words_argument
@secret_option
@json_option
@click.pass_context
def need_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Write down what or who is needed; the owner is told privately, the list is not mailed.

    The person named is told once, privately. Follow-ups say what is needed.
    """
    return _add(ctx, words, "need", "need", as_json)


@command("assume", 'assume "the second gateway is healthy"')
@words_argument
@secret_option
@json_option
@click.pass_context
def assume_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Write down what is only assumed, to be checked later; nobody is mailed now."""
    return _add(ctx, words, "assume", "assumption", as_json)


@command("evidence", 'evidence "no error in its log since 14:00 (for 2)"', 'evidence "the disk" --ruled-out')
@words_argument
@option("--ruled-out", is_flag=True, help="It was not this: keep it, so that nobody looks there again.")
@secret_option
@json_option
@click.pass_context
def evidence_command(ctx: click.Context, words: tuple[str, ...], ruled_out: bool, as_json: bool) -> int:
    """Write down what was seen, for or against an assumption; nobody is mailed now.

    With --ruled-out, give the number of an assumption to refute it.
    """
    return _add(ctx, words, "evidence", "ruled_out" if ruled_out else "evidence", as_json)


@command("decide", 'decide "we fail over at 15:30"')
@words_argument
@secret_option
@json_option
@click.pass_context
def decide_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Write down what was decided; nobody is mailed now."""
    return _add(ctx, words, "decide", "decision", as_json)


@command("done", "done 3", "done checkout 3")
@number_argument
@json_option
@click.pass_context
def done_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Say that an action is done, or a need is met; the list is not mailed."""
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.send import record_by_mail

        return record_by_mail(laptop, words, "done", "done", as_json=as_json)
    with context_of(ctx) as context:
        incident, value = incident_and_value(context, words, "done")
        return _record(context, incident, FinishItem(stated(value, "N", hint=_NUMBER_HINT)), as_json=as_json)


@command("assign", 'assign 3 "Bo K. <bo@example.com>"', "assign checkout 3 @bo", "assign 3 nobody")
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] N WHO", shell_complete=incident_names)
@json_option
@click.pass_context
def assign_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Give an action or a need to somebody, who is told privately; the list is not mailed."""
    if len(words) not in (2, 3):
        raise UsageError("assign needs a number and a name", hint='incidentmail assign 3 "Bo K. <bo@example.com>"')
    incident, number, who = (None, *words) if len(words) == 2 else words
    item = number_of(number, "the number of an action or a need", hint=_NUMBER_HINT)
    with context_of(ctx) as context:
        if who.casefold() in NOBODY:
            return _record(context, incident, AssignItem(item, None), as_json=as_json)
        owner = person_in(context, incident, who, "WHO") if not who.startswith("@") else None
        if owner is None:
            find = _grammar(context, incident).find
            try:
                owner = find(who)
            except ValueError as error:
                raise UsageError(str(error), hint=f'incidentmail assign {number} "NAME <ADDRESS>"') from error
        return _record(context, incident, AssignItem(item, owner), as_json=as_json)


@command("ask", "ask 2", "ask 2 --answer refuted")
@number_argument
@option("--answer", type=click.Choice(["holds", "refuted", "unknown"]), help="Answer the question instead.")
@json_option
@click.pass_context
def ask_command(ctx: click.Context, words: tuple[str, ...], answer: Verdict | None, as_json: bool) -> int:
    """Ask the author of an assumption privately whether it holds, or say so yourself; the list is not mailed."""
    with context_of(ctx) as context:
        incident, value = incident_and_value(context, words, "ask")
        number = number_of(value, "the number of an assumption", hint=_NUMBER_HINT)
        asked: Command = JudgeItem(answer, number) if answer else AskItem(number)
        return _record(context, incident, asked, as_json=as_json)


def _add(
    ctx: click.Context, words: tuple[str, ...], name: str,
    kind: Literal["action", "need", "assumption", "evidence", "ruled_out", "decision", "about_to"], as_json: bool,
) -> int:  # fmt: skip
    """Add the item described by the words. They are parsed like the corresponding line in a mail."""
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.send import record_by_mail

        return record_by_mail(laptop, words, name, kind, as_json=as_json)
    from incidentmail.reply.grammar.item_values import BadItem, read_item  # imported here because it loads slowly

    with context_of(ctx) as context:
        incident, text = incident_and_value(context, words, name)
        text = stated(text, "TEXT", hint=f'incidentmail {name} "what it is"')
        read = read_item(kind, text, _grammar(context, incident))
        if read is None:
            raise UsageError(f"'{text}' adds nothing", hint=f'incidentmail {name} "what it is"')
        if isinstance(read, BadItem):
            raise UsageError(f"'{text}': {read.reason}", hint=f'incidentmail {name} "{read.remedy}"')
        return _record(context, incident, read.command, as_json=as_json)


def _grammar(context: AppContext, which: str | None) -> Context:
    """Return the context for parsing a line, with the people of the incident and the time zone of this terminal."""
    with context.ledger.snapshot() as view:
        incident = choose(view, which)

    def find(text: str) -> Person:
        with context.ledger.snapshot() as view:
            return finder(context, view, incident)(text)

    return Context(
        words=context.words, written_at=context.clock().astimezone(), writer=context.operator().person, find=find
    )


def _record(context: AppContext, incident: str | None, asked: Command, *, as_json: bool) -> int:
    """Carry out the command. Owners are told privately, and the list gets no mail."""
    code = carry_out(context, incident, [asked], dry_run=False, as_json=as_json, on_record=True)
    owner = asked.owner if isinstance(asked, AddItem) else asked.person if isinstance(asked, AssignItem) else None
    if owner is not None and owner.address is None:
        say(f"incidentmail: warning: no address is known for {owner.name}, so nobody has told them", err=True)
        say(f'hint: incidentmail assign N "{owner.name} <ADDRESS>"', err=True)
    return code
