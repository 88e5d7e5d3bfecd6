"""Format durations, numbers and roles in words that can be read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.text import counted
from incidentmail.core.words import Words

from .duty import COMMAND, JOINED

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def length_in_words(length: timedelta) -> str:
    """Return a duration in words, to the minute, or to the hour from two days on.

    >>> length_in_words(timedelta(hours=7, minutes=23)), length_in_words(timedelta(minutes=1))
    ('7 hours and 23 minutes', '1 minute')
    >>> length_in_words(timedelta(days=3, hours=2, minutes=5)), length_in_words(timedelta(seconds=9))
    ('3 days and 2 hours', 'less than a minute')
    """
    minutes = max(0, int(length.total_seconds())) // 60
    if not minutes:
        return "less than a minute"
    days, hours, minutes = minutes // 1440, minutes // 60, minutes % 60
    if days >= 2:
        parts = [counted(days, "day"), counted(hours % 24, "hour") if hours % 24 else ""]
    else:
        parts = [counted(hours, "hour") if hours else "", counted(minutes, "minute") if minutes else ""]
    return " and ".join(filter(None, parts))


def number_in_words(number: int) -> str:
    """Return a small number as a word and a larger one in digits.

    >>> number_in_words(3), number_in_words(40)
    ('three', '40')
    """
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def several(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> several(1, "action"), several(3, "action")
    ('one action', 'three actions')
    """
    return f"{number_in_words(number)} {noun}{'' if number == 1 else 's'}"


def times_in_words(number: int) -> str:
    """Return how many times something happened, in words.

    >>> times_in_words(1), times_in_words(2), times_in_words(3)
    ('once', 'twice', 'three times')
    """
    return {1: "once", 2: "twice"}.get(number) or f"{number_in_words(number)} times"


def people_in_words(number: int) -> str:
    """Return a number of people in words, such as `one person` or `seven people`."""
    return f"{number_in_words(number)} {'person' if number == 1 else 'people'}"


def sentence(text: str) -> str:
    """Return `text` with a capital letter at the beginning."""
    return text[:1].upper() + text[1:]


def role_title(words: Words, part: str) -> str:
    """Return the name of a part in the incident, as written within a sentence.

    >>> from incidentmail.core.policy import Policy
    >>> role_title(Words(Policy()), "business_liaison"), role_title(Words(Policy()), "")
    ('business liaison', 'at work without a role')
    """
    if part == JOINED:
        return "at work without a role"
    if part == COMMAND:
        return words.title
    role = words.policy.role(part)
    title = (role.one if role else "") or words.key(ROLE_PREFIX + part)
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def listed(parts: Iterable[str]) -> str:
    """Return several things as a list in words, with commas and `and`.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    names: Sequence[str] = tuple(parts)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def quoted(text: str) -> str:
    """Return somebody's words on one line, in quotation marks."""
    return f'"{" / ".join(line for line in text.split(chr(10)) if line)}"'
