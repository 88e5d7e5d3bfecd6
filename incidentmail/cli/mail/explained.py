"""Format the output of `explain`: the verdict, each line and whether it was kept, the commands, and the effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.alerts.alert_in import AlertIn
from incidentmail.app.receiving.asking.questions import kept_back
from incidentmail.app.receiving.beginnings.ask_whether import asks_whether
from incidentmail.app.receiving.recognise import Recognised
from incidentmail.cli.common import in_words, say
from incidentmail.core.facts import json_time
from incidentmail.core.frozen import JsonValue, plain
from incidentmail.core.text import printable
from incidentmail.reply.parsed import Ask, Read

if TYPE_CHECKING:
    from incidentmail.app.rehearsal import Rehearsed


def shape(file: str, mail: Recognised, would: Rehearsed | None, context: AppContext | None) -> JsonValue:
    """Return the JSON value for one line of `explain --json`."""
    read = mail.understood.read if mail.understood else Read()
    return {
        "file": file,
        "disposition": mail.disposition,
        "rule": mail.rule,
        "incident": mail.incident.id if mail.incident else None,
        "matched_by": mail.matched_by,
        "trust": mail.trust.value if mail.trust else None,
        "new_text": mail.understood.extraction.new_text if mail.understood else "",
        "commands": [{"name": c.name, "value": c.value, "form": c.form, "line": c.line} for c in read.commands],
        "problems": [{"line": p.line, "reason": p.reason, "remedy": p.remedy} for p in read.problems],
        "asks": [
            {"line": a.line, "about": a.about, "offers": list(a.offers), "withheld": _withheld(context, a)}
            for a in _asks(mail, context)
        ],
        "wants": read.wants,
        "since": json_time(read.since) if read.since else None,
        "alert": _alert(mail.alert) if mail.alert else None,
        "would": _would(would) if would else None,
    }


def _asks(mail: Recognised, context: AppContext | None) -> tuple[Ask, ...]:
    """Return the questions that the mail raises: about its content, and whether it declares an incident."""
    said = mail.understood.read.asks if mail.understood else ()
    return (*said, *(asks_whether(context, mail) if context else ()))


def _withheld(context: AppContext | None, ask: Ask) -> str | None:
    return kept_back(context, ask) if context else None


def _alert(came: AlertIn) -> JsonValue:
    """Return the content of a monitoring system's mail as JSON, including whether it counts."""
    alert, standing = came.alert, came.standing
    return {
        "system": alert.system,
        "kind": alert.kind,
        "title": alert.title,
        "key": alert.key,
        "severity": alert.severity,
        "because": alert.because,
        "sender": came.sender,
        "counts": standing.counts,
        "is_proven": standing.is_proven,
        "why": standing.why,
    }


def _show_alert(came: AlertIn) -> None:
    alert, standing = came.alert, came.standing
    proven = "its sender is proven" if standing.is_proven else "its sender is not proven"
    say(f"  {'it counts' if standing.counts else 'it does not count'}: {standing.why}; {proven}")
    say(f"  {alert.kind}: {alert.title}")
    because = f"because of {alert.because}" if alert.because else "the default"
    say(f"  severity {alert.severity} ({because}); repeats have the key: {alert.key}")


def _would(would: Rehearsed) -> JsonValue:
    return {
        "outcome": would.outcome.outcome,
        "reason": would.outcome.reason,
        "events": [
            {"kind": event.kind, "data": {name: value for name, value in plain(event).items() if name != "kind"}}
            for event in would.events
        ],
        "shortfalls": [
            {"line": one.line, "kind": one.kind, "reason": one.reason, "remedy": one.remedy} for one in would.shortfalls
        ],
        "tells_list": would.tells_list,
        "private": [{"to": one.to, "kind": one.kind, "text": one.text} for one in would.private],
    }


def show_effect(would: Rehearsed) -> None:
    """Print the effects that the mail would have if it arrived now."""
    reason = f": {would.outcome.reason}" if would.outcome.reason else ""
    say(f"if it came now: {would.outcome.outcome}{reason}")
    for event in would.events:
        facts = {name: value for name, value in plain(event).items() if name != "kind" and value not in (None, [], {})}
        shown = ", ".join(f"{name} {in_words(value)}" for name, value in facts.items())
        say(f"  event {event.kind.partition('.')[0]}: {shown}")
    for one in would.shortfalls:
        where = f"line {one.line}: " if one.line else ""
        say(f"  {one.kind}: {where}{one.reason}; {one.remedy}")
    say(f"  {'the list is told' if would.tells_list else 'the list is not told'}")
    for mail in would.private:
        say(f"  {mail.to} gets ({mail.kind}):")
        for line in mail.text.rstrip().split("\n"):
            say(f"      {line}".rstrip())


def show(mail: Recognised, context: AppContext | None) -> None:
    """Print the verdict, each line and whether it was kept, the commands and the problems."""
    why = f", by {mail.rule}" if mail.rule else ""
    where = f" of {mail.incident.id}" if mail.incident else ""
    trust = f"; its writer counts as {mail.trust}" if mail.trust else ""
    click.secho(printable(f"{mail.disposition}{where}{why}{trust}"), bold=True)
    if mail.belief is None and mail.message.from_problem:
        say(f"  it is filed: its From cannot be read: {mail.message.from_problem}")
    if mail.belief is not None:
        say(f"  {mail.belief.trust} by {mail.belief.rule}: {mail.belief.why}")
    if mail.own is not None:
        holds = (
            "its proof holds"
            if mail.own.announcement
            else "its proof does not hold: it was altered, or another key made it"
        )
        say(f"  one of our own mails; {holds}")
    if mail.alert is not None:
        _show_alert(mail.alert)
    if mail.understood is None:
        return
    for kept in mail.understood.extraction.lines:
        text = printable(kept.line.text)
        if kept.kept:
            click.echo(f"  {kept.line.number:4} | {text}")
        else:
            click.secho(f"  {kept.line.number:4} - {text}   ({kept.why})", dim=True)
    for command in mail.understood.read.commands:
        value = "no change" if command.value is None else in_words(command.value)
        click.secho(printable(f"  line {command.line}: {command.name} {value} ({command.form})"), fg="green")
    for problem in mail.understood.read.problems:
        click.secho(printable(f"  line {problem.line}: {problem.reason}; write: {problem.remedy}"), fg="yellow")
    for ask in _asks(mail, context):
        offered = f"; offered: {', '.join(ask.offers)}" if ask.offers else ""
        withheld = _withheld(context, ask)
        asked = f"is not asked ({withheld})" if withheld else "is asked"
        said = f"  line {ask.line}: seems to be about {ask.about} ({ask.why}): its writer {asked}{offered}"
        click.secho(printable(said), fg="yellow")
    if mail.understood.read.wants_brief:
        since = mail.understood.read.since
        told = f"told since {json_time(since)}" if since else "told so far"
        click.echo(f"  asks for all that was {told}; changes nothing")
    elif mail.understood.read.wants == "help":
        click.echo("  asks which replies there are; changes nothing")
    elif not mail.understood.read.commands:
        click.echo("  no command: kept as a note" if mail.incident else "  no command")
