"""Split the words after a command into an incident and a text, as in `close database "fixed it"`."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.app.choose_incident import NoSuchIncidentError, choose, named
from incidentmail.app.context import AppContext
from incidentmail.cli.corrected import CommandLine, command_line, typed
from incidentmail.cli.named_people import looks_like_a_name, person_in
from incidentmail.errors import UsageError
from incidentmail.ledger.view import LedgerView

from .first_words import first_words


def incident_and_reason(context: AppContext, words: Sequence[str], command: str) -> tuple[str | None, str | None]:
    """Return the incident at the beginning of `words`, and the reason after it. Either may be missing.

    A single word that names no incident may be a misspelled name or a reason. In that case, raise a NoSuchIncidentError
    that asks which of the two is meant.
    """
    if not words:
        return None, None
    first, rest = words[0], " ".join(words[1:])
    with context.ledger.snapshot() as view:
        if names := named(view, first):
            if rest:
                _check_open(view, names, words, command)
            return first, rest or None
        if len(words) == 1 and len(first.split()) == 1:
            _choose_or_suggest(view, first, typed().with_words().adding("-m", first), "if it is the reason")
        if len(words) == 2 and len(first.split()) == 1 and " " in rest:  # a name, and a reason in quotes
            _refuse_misspelled(view, first)
        return None, " ".join(words)


def _refuse_misspelled(view: LedgerView, which: str) -> None:
    """Raise NoSuchIncidentError if `which` looks like the name of an incident but is not one."""
    try:
        choose(view, which)
    except NoSuchIncidentError as error:
        if error.near:
            raise


def _check_open(view: LedgerView, names: Sequence[str], words: Sequence[str], command: str) -> None:
    """Raise UsageError if the first word names only incidents that have ended, because it may belong to the reason.

    Otherwise, `close search works again` would add a note to a search incident that was closed last month.
    """
    is_open = [bool((found := view.incident(name)) and found.is_open) for name in names]
    others = view.incidents(everything=False)
    if command == "reopen" or any(is_open) or len(others) != 1:
        return
    raise UsageError(
        f"'{words[0]}' names {names[0]}, which has ended",
        hint=command_line(command, others[0].id, " ".join(words)),
    )


def known_incident(context: AppContext, words: Sequence[str], *, begun: object = None) -> str | None:
    """Return the incident named by the words after `update`, or None if there are no words.

    Raise UsageError if the words are a message to the list, which must be given with -m. `begun` is the value of -m: if
    quotation marks are missing, it is the first word of the message.
    """
    if not words:
        return None
    with context.ledger.snapshot() as view:
        is_first_known = bool(named(view, words[0]))
        if len(words) == 1 and is_first_known:
            return words[0]
        told = " ".join(words[is_first_known:])
        if isinstance(begun, str) and not is_first_known and len(begun.split()) == 1:
            line = typed().with_words()
            line = (line.with_value("-m", begun) or line).adding("-m", f"{begun} {told}")
            raise UsageError(f"'{told}' is no incident", hint=f"to tell the list all of it: {line}")
        line = typed().with_words(*words[:is_first_known]).adding(*_as_options(words[is_first_known:], context))
        if len(words) == 1 and len(told.split()) == 1:
            _choose_or_suggest(view, told, line, "to tell it to the list")
    raise UsageError(f"'{told}' is no incident", hint=f"to tell it to the list: {line}")


def _as_options(words: Sequence[str], context: AppContext) -> list[str]:
    """Return the `update` options equivalent to words typed without options: a reply, or text for the list."""
    from incidentmail.cli.reply_words import as_reply  # imported here because only a mistake needs it

    line, _ = as_reply(words, context.clock().astimezone()) or ([], "")
    if line[:1] == ["update"]:
        return line[1:]
    first = first_words(" ".join(words))
    severity = [] if first.severity is None else ["--severity", first.severity]
    return [*severity, *(["-m", first.description] if first.description else [])]


def incident_and_value(context: AppContext, words: Sequence[str], command: str) -> tuple[str | None, str]:
    """Return the incident and the value in words of the form `[INCIDENT] VALUE`. The incident is None if not given.

    If there are more words, or if the first word is not an incident, raise a UsageError that shows where quotes are
    missing.
    """
    if len(words) == 1:
        return None, words[0]
    with context.ledger.snapshot() as view:
        is_known = bool(named(view, words[0]))
    if is_known and len(words) == 2:
        return words[0], words[1]
    target = [words[0]] if is_known else []
    value = " ".join(words[len(target) :])
    hint = str(typed().with_words(*target, value))
    if is_known:
        raise UsageError(f"'{value}' needs quotes around it", hint=hint)
    if command == "handoff" and not _can_be_offered(context, value):
        hint = str(typed().with_words(*target, f"{value} <ADDRESS>"))
    raise UsageError(f"no incident is called '{words[0]}'", hint=f"{whole_value(command, value)}: {hint}")


def incident_who_and_reason(context: AppContext, words: Sequence[str]) -> tuple[str | None, str, str | None]:
    """Return the incident, the person and the sentence in words of the form `[INCIDENT] WHO [SENTENCE]`.

    The incident and the sentence are None if not given. The last words are a sentence only if those before them
    certainly name a person. Otherwise they may belong to a name without quotes.
    """
    with context.ledger.snapshot() as view:
        is_known = len(words) > 1 and "@" not in words[0] and bool(named(view, words[0]))
    which, rest = (words[0] if is_known else None), words[is_known:]
    if len(rest) > 1 and _is_somebody(context, which, rest[0], rest[1]):
        return which, rest[0], " ".join(rest[1:])
    name = " ".join(rest[:-1])
    if len(rest) > 2 and " " in rest[-1] and "@" not in name and is_known_person(context, which, name):
        return which, name, rest[-1]
    return *incident_and_value(context, words, "handoff"), None


def _is_somebody(context: AppContext, which: str | None, text: str, after: str) -> bool:
    """Return whether `text` certainly names a person. `after` is the text that follows it.

    That is so if `text` contains an address, is a known name, or is a name in quotes before a sentence.
    """
    if "@" in text:
        return True
    if "@" in after or looks_like_a_name(after):  # `after` may be the rest of a name or an address without quotes
        return False
    if " " in text and " " in after and looks_like_a_name(text):
        return True
    return is_known_person(context, which, text)


def is_known_person(context: AppContext, which: str | None, text: str) -> bool:
    """Return whether `text` is the name or the address of one person whose address is known."""
    try:
        return person_in(context, which, text, "WHO").address is not None
    except UsageError:
        return False


def _can_be_offered(context: AppContext, who: str) -> bool:
    """Return whether command can be passed to `who` without an address being typed."""
    try:
        return typed().has("--spoken") or context.person(who).address is not None
    except ValueError:  # a part of an address, which another error explains
        return True


def whole_value(command: str, value: str) -> str:
    """Return the clause that begins a hint about missing quotes, such as `if 'Bo Ek' is one person`."""
    return f"if '{value}' is one {'person' if command in ('handoff', 'retro owner') else 'text'}"


def _choose_or_suggest(view: LedgerView, which: str, line: CommandLine, when: str) -> None:
    """Raise NoSuchIncidentError if no incident is called `which`.

    The error suggests the incident that was probably meant or, if there is none, the command `line`. `when` says when
    that command is the right one.
    """
    try:
        choose(view, which)
    except NoSuchIncidentError as error:
        if not error.near:
            error.hint, error.instead = f"{when}: {line}", None
        raise
