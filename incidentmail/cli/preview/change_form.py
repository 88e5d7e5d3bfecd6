"""Show a change to an incident before it is mailed, and let the person at the terminal change its lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence

from incidentmail.app import actions as act
from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.cli.common import guarded
from incidentmail.cli.screen.layout import BLANK, Line, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.cli.terminal import Terminal
from incidentmail.core.commands import Command, OfferCommand
from incidentmail.core.conduct.offers import ENDS_AFTER
from incidentmail.core.model import Incident
from incidentmail.core.teams.team_commands import MergeInto
from incidentmail.core.times import show_duration

from .doubts import broken, doubts_about, leaves_broken, led_by_another, named, would_end
from .draft import Draft
from .letters import SENTENCE, facts_of_incident
from .loop import Form, agreed
from .mail_lines import doubt_lines, preview, recipients, undone

TITLE = "Sentence"
"""The title of the text in a person's own words."""


def draft_form(
    context: Terminal, draft: Draft, show_it: Callable[[Draft], None], enter: Callable[[Draft], str]
) -> Form[Draft]:
    """Return a form for a draft. `show_it` prints the draft, and `enter` says what Enter does."""
    titles = {SENTENCE: TITLE, **dict(facts_of_incident(context))}
    return Form(
        show=show_it,
        titles={fact: title for fact, title in titles.items() if fact in draft.changeable},
        put=Draft.put,
        stated=Draft.stated,
        note=lambda value, fact: _note(value.stated(fact)),
        enter=enter,
        stop="nothing changes",
    )


def agreed_change(context: AppContext, which: str | None, draft: Draft) -> Draft | None:
    """Show the mail until the person sends it. Return the draft with their changes, or None if they stop.

    Raise an error if the change, as typed, is impossible.
    """
    with context.ledger.snapshot() as view:
        incident = choose(view, which)
    typed = _lines(context, incident, draft)  # outside the loop, where an error ends the command

    def show_it(shown: Draft) -> None:
        show(typed if shown is draft else _lines(context, incident, shown), err=True)

    def enter(shown: Draft) -> str:
        is_mailed = act.preview_change(context, incident.id, shown.commands) is not None
        return f"Enter {'sends' if is_mailed else 'does'} it ({incident.id})"

    return agreed(context, draft, draft_form(context, draft, show_it, enter))


def _note(present: str) -> str:
    return f"Enter: leave it as {present}; -: take it out" if present else "Enter: leave it"


def _lines(context: AppContext, incident: Incident, draft: Draft) -> list[Line]:
    """Return lines with the mail, its recipients, the consequences of the change, and any doubts."""
    commands, width = guarded(draft.commands), width_of_screen(sys.stderr)
    mail = act.preview_change(context, incident.id, commands)
    lines: list[Line] = []
    if mail is not None:
        lines += [*preview(mail, width), BLANK, *recipients(context, mail, named(context, commands), incident, width)]
    else:
        lines += wrapped("The list gets no mail about it now.", width)
        lines += [line for text in _asked(commands) for line in wrapped(text, width)]
    told = [*undone(context, commands, incident), *_broken(context, commands, incident), *_other_threads(commands)]
    lines += [line for text in told for line in wrapped(text, width, indent=2)]
    doubts = doubts_about(context, commands)
    if would_end(commands):
        from .before_ending import ending_lines  # imported here because few commands end an incident

        with context.ledger.snapshot() as view:
            lines += ending_lines(context, view, incident, width)
        doubts = [*doubts, *(f"{one}; Enter ends it all the same" for one in led_by_another(context, incident))]
    return [*lines, *doubt_lines(doubts, width), BLANK]


def _asked(commands: Sequence[Command]) -> Iterator[str]:
    """Yield a line about each person who is asked by a private mail to take command."""
    for one in commands:
        if isinstance(one, OfferCommand):
            yield f"{one.person} is asked by a private mail; command passes once they accept."
            yield f"Without an answer, the offer ends after {show_duration(ENDS_AFTER)}."


def _other_threads(commands: Sequence[Command]) -> list[str]:
    """If `commands` merge incidents, return a line saying that the other thread gets mail about the merge too."""
    return [f"The thread of {one.into} gets a mail about it too." for one in commands if isinstance(one, MergeInto)]


def _broken(context: AppContext, commands: Sequence[Command], incident: Incident) -> list[str]:
    """If `commands` make the incident worse but do not restate what is broken, return a line that asks about it."""
    if not leaves_broken(commands, incident):
        return []
    return [f'Every mail goes on saying "{broken(context, incident)}". Is that still all? d or i changes it.']
