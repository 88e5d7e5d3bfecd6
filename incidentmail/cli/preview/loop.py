"""Show what is about to be mailed until the person at the terminal sends it or stops. Letters change its lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from incidentmail.app.actions import RefusedError
from incidentmail.cli.common import say
from incidentmail.cli.named_people import NotANameError
from incidentmail.cli.screen.layout import Line, Span, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.cli.terminal import Terminal
from incidentmail.errors import SecretHeldError, UsageError

from .letters import SENTENCE, Change, change_of, keys
from .questions import NO, YES, ask_line, edited, explain, paragraphs, says_yes
from .values import Value, read_value

T = TypeVar("T")
FAULTS = (RefusedError, SecretHeldError, UsageError)
"""The errors that the person can correct by entering another value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Generic[T]):
    """How one kind of command is shown before it is mailed, and which of its facts can be changed.

    `show` prints the mail, and raises one of FAULTS if it cannot be sent. `titles` are the facts that can be changed.
    `put` returns the command with a new value for a fact, and `stated` returns the current value as people type it.
    `note` says what Enter and `-` do while a value is being asked for. `enter` says what Enter does otherwise, and
    `stop` says what does not happen if the person stops.
    """

    show: Callable[[T], None]
    titles: Mapping[str, str]
    put: Callable[[T, str, Value], T]
    stated: Callable[[T, str], str]
    note: Callable[[T, str], str]
    enter: Callable[[T], str]
    stop: str
    has_paragraphs: bool = False

    def prompt(self, value: T, *, can_be_sent: bool) -> str:
        """Return the line that asks what to do with `value`."""
        enter = f"{self.enter(value)}; " if can_be_sent else ""
        letters = "a letter changes a line; " if self.titles else ""
        line = f"{enter}{letters}n stops, and {self.stop}."
        return f"{line[:1].upper()}{line[1:]}"


def agreed(context: Terminal, value: T, form: Form[T]) -> T | None:
    """Show `value` until the person sends it. Return it with their changes, or None if they stop.

    An answer that is not understood changes nothing, and the person is asked again.
    """
    while True:
        can_be_sent, changed = _shown(value, form), None
        prompt = form.prompt(value, can_be_sent=can_be_sent)
        while changed is None:
            answer = ask_line(prompt)
            if answer.casefold() in NO:
                return None
            if answer.casefold() in YES and can_be_sent:
                return value
            changed = value if answer.casefold() in YES else _changed(context, value, form, answer)
        value = changed


def _shown(value: T, form: Form[T]) -> bool:
    """Show what is about to be mailed, or the reason why it cannot be. Return whether it can be mailed."""
    try:
        form.show(value)
    except FAULTS as error:
        explain(error)
        show(letters(form.titles), err=True)
        return False
    show(letters(form.titles), err=True)
    return True


def letters(titles: Mapping[str, str]) -> Iterator[Line]:
    """Yield lines with the letters that change the facts in `titles`, if there are any."""
    if titles:
        shown = ", ".join([*keys(titles), f"e {titles[SENTENCE].lower()} in an editor"])
        yield from wrapped([Span("Change: ", "strong"), Span(shown)], width_of_screen(sys.stderr), indent=2)


def _changed(context: Terminal, value: T, form: Form[T], answer: str) -> T | None:
    """Return the value as changed by the answer, or None if the answer does not request a change."""
    if answer.casefold() in ("e", "edit") and form.titles:
        return _edited(value, form)
    change = change_of(context, answer, form.titles)
    if change is None:
        say(f"  '{answer}' is none of the {'letters' if form.titles else 'answers'}", err=True)
        return None
    if change.value is not None:
        return put(context, value, form, change)
    if change.fact == SENTENCE and form.has_paragraphs:
        return form.put(value, SENTENCE, paragraphs() or form.stated(value, SENTENCE))
    return asked(context, value, form, change.fact, f"{form.titles[change.fact]}?", note=form.note(value, change.fact))


def _edited(value: T, form: Form[T]) -> T:
    try:
        return form.put(value, SENTENCE, edited(form.stated(value, SENTENCE)))
    except UsageError as error:
        explain(error)
        return value


def asked(context: Terminal, value: T, form: Form[T], fact: str, question: str, *, note: str) -> T:
    """Ask for the value of a fact until the answer is valid. Enter keeps the current value."""
    while answer := ask_line(question, note=note):
        try:
            return form.put(value, fact, read_value(context, fact, answer, form.titles[fact], _insists))
        except NotANameError:
            continue  # the person has just typed this themselves
        except UsageError as error:
            explain(error)
    return value


def put(context: Terminal, value: T, form: Form[T], change: Change) -> T:
    """Return `value` with the change or, if the change is invalid, print the reason and return `value` unchanged."""
    try:
        read = read_value(context, change.fact, change.value or "", form.titles[change.fact], _insists)
    except UsageError as error:
        explain(error)
        return value
    return form.put(value, change.fact, read)


def _insists(name: str) -> bool:
    """Ask whether a text that does not look like a name is a name after all."""
    return says_yes(f"Is '{name}' a person?", note="y: yes; Enter: no, ask again")
