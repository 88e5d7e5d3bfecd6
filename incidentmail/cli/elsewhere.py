"""Build a text from the typed options, for people to paste elsewhere if a change cannot be recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from incidentmail.app.actions import NotToldError
from incidentmail.core.commands import Declare, SetText
from incidentmail.core.frozen import Frozen
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.words import DRILL_PREFIX, INCIDENT_LINE, NO_CHANGE, RESTRICTED_PREFIX, Words
from incidentmail.errors import LedgerError, NotPermittedError

if TYPE_CHECKING:
    from incidentmail.cli.preview.draft import Draft

_NOT_THE_CALLERS_FAULT = (LedgerError, NotPermittedError, NotToldError)
"""Errors that do not depend on how the command was written."""
_OPTIONS = (
    "severity", "phase", "commander", "venue", "customer_liaison", "business_liaison", "sme", "role", "impact",
    "not_affected", "started", "detected", "next_update",
)  # fmt: skip
"""The options whose values are in the text. Words for customers are omitted, because nobody has approved them."""
_LABELS = {"sme": "Subject-matter expert", "subject_matter_experts": "Subject-matter experts"}


class Text(Frozen):
    """The text for the list: one line, then `Key: value` lines, then paragraphs."""

    first: str = ""
    lines: tuple[str, ...] = ()
    details: str = ""

    def __str__(self) -> str:
        head = "\n".join(line for line in (self.first, *self.lines) if line)
        return "\n\n".join(part for part in (head, self.details) if part)


def of_options(given: Mapping[str, object], *, first: str = "", incident: str | None = None) -> Text:
    """Return the text that states a command's options as they were typed.

    >>> print(of_options({"severity": "2", "message": "Since 14:07 UTC."}, first="Cards fail"))
    Cards fail
    Severity: 2
    <BLANKLINE>
    Since 14:07 UTC.
    """
    values = ((name, given.get(name)) for name in _OPTIONS)
    typed = [(name, one) for name, value in values for one in (value if isinstance(value, tuple) else (value,))]
    message = given.get("message")
    return Text(
        _marked(first, drill=bool(given.get("drill")), restricted=bool(given.get("restricted"))),
        (
            *([f"{INCIDENT_LINE}{incident}"] if incident else []),
            *(_line(name, one) for name, one in typed if one),
            *([NO_CHANGE] if given.get("no_change") else []),
        ),
        message if isinstance(message, str) else "",
    )


def of_declaration(command: Declare) -> Text:
    """Return the text for a declaration, including answers given in the dialogue or text from a file."""
    stated: list[tuple[str, object]] = [
        ("severity", command.severity),
        ("phase", command.phase),
        ("commander", command.commander),
        ("venue", command.venue),
        *((role, ", ".join(map(str, held.people))) for role, held in command.roles),
        *(text for text in command.texts if text[0] != CUSTOMER_WORDS),
        *((name.removesuffix("_at"), f"{at:%H:%M %Z}") for name, at in command.times),
    ]
    lines = tuple(_line(name, value) for name, value in stated if value not in (None, ""))
    first = _marked(command.description, drill=command.drill, restricted=command.restricted)
    return Text(first, lines, command.details)


def _marked(first: str, *, drill: bool, restricted: bool) -> str:
    """Return the first line, marked like a mail's subject if it is about a drill or a restricted incident."""
    return f"{DRILL_PREFIX if drill else ''}{RESTRICTED_PREFIX if restricted else ''}{first}"


def _line(name: str, value: object) -> str:
    return f"{_LABELS.get(name, name.replace('_', ' ').capitalize())}: {value}"


class Elsewhere:
    """A holder for the text, which code inside the `told_elsewhere` block can replace with a better one."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def put_draft(self, draft: Draft, words: Words) -> None:
        """Replace the text with that of `draft`, whose lines the person at the terminal has changed."""
        from incidentmail.app.laptop.as_lines import lines_of  # imported here because most changes stay as typed

        which = tuple(line for line in self.text.lines if line.startswith(INCIDENT_LINE))
        if "description" not in draft.changeable:  # the first line says what is done, and stays
            self.text = Text(self.text.first, which, draft.sentence or "")
            return
        told = [one for one in draft.facts if not (isinstance(one, SetText) and one.name == CUSTOMER_WORDS)]
        self.text = Text("", (*which, *lines_of(told, words)), draft.sentence or "")


@contextmanager
def told_elsewhere(text: Text, *, dry_run: bool) -> Iterator[Elsewhere]:
    """If the block raises an error that the user did not cause, attach the text meant for the list to the error.

    In a dry run, attach no text.
    """
    elsewhere = Elsewhere(text)
    try:
        yield elsewhere
    except _NOT_THE_CALLERS_FAULT as error:
        error.untold_text = None if dry_run else str(elsewhere.text)
        raise
